"""Every notebook runs from its first cell to its last."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

import mentorkit as mk
from mentorkit.examples import data_protection
from mentorkit.matching.service import withdraw_approval
from mentorkit.privacy.extract import extract
from mentorkit.reports import run_notebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
#: The demo's runs, each in another stage.
RUNS = ["cross-administration/2014", "arts-academy/2015", "party-chapters/2008/09", "cross-company/2021"]
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="session")
def demo_bench(new_demo):
    return new_demo()


def run_in_turn(path, variables, parameters=None):
    """Run a notebook's code once for each set of variables, under a heading with its number.

    In one process, since starting one takes longer than most of them; a failure names the heading.
    """
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    whole = v4.new_notebook()
    for number, chosen in enumerate(variables):
        whole.cells += [
            v4.new_markdown_cell(f"# {number}"),
            v4.new_code_cell(f"import os\nos.environ.update({chosen!r})"),
        ]
        for cell in cells:
            whole.cells.append(v4.new_code_cell(cell.source))
            if "parameters" in cell.metadata.get("tags", []):
                given = "\n".join(f"{name} = {value!r}" for name, value in (parameters or {}).items())
                whole.cells.append(v4.new_code_cell(given))
    done = run_notebook(whole, {}, environment=dict(os.environ))
    assert confided_in(done) == []
    return done


def confided_in(done):
    """Return what was said in confidence in the demo and stands in an executed notebook."""
    shown = nbformat.writes(done)
    return [
        words
        for _, fields in data_protection.TEXTS
        for words in fields.values()
        if " " in words and words in shown
    ]


@pytest.fixture(scope="session")
def on(address):
    """What tells a notebook its workbench."""

    def tell(bench, user="demo"):
        where = {"MENTORKIT_BENCH": address(bench), "MENTORKIT_KEYRING": f"{bench}.keyring"}
        return {**where, "MENTORKIT_USER": user}

    return tell


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_an_app_opens_on_every_stage_of_a_run(path, demo_bench, on):
    done = run_in_turn(path, [{**on(demo_bench), "MENTORKIT_RUN": chosen} for chosen in RUNS])
    chosen, shown = "", set()
    for cell in done.cells:
        chosen = cell.source.removeprefix("# ") if cell.cell_type == "markdown" else chosen
        if any(VIEW in output.get("data", {}) for output in cell.get("outputs", [])):
            shown.add(chosen)
    assert shown == {str(number) for number in range(len(RUNS))}


def test_a_notebook_that_shows_what_was_confided_would_be_noticed(demo_bench, on):
    code = """
import os
import mentorkit as mk
from mentorkit.examples.data_protection import CONFIDED, EVALUATOR, PASSPHRASE
from mentorkit.privacy import confidence, keys
bench = mk.open(os.environ["MENTORKIT_BENCH"], user=EVALUATOR)
key = keys.open_key(bench.store, bench.actor, PASSPHRASE)
rows = confidence.texts(bench.store, bench.actor, CONFIDED)
print([confidence.read(bench.store, bench.actor, key, row.id) for row in rows])
"""
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code)])
    done = run_notebook(notebook, {}, environment={**os.environ, **on(demo_bench)})
    assert confided_in(done)


@pytest.fixture(scope="module")
def extracted(demo_bench, tmp_path_factory):
    """What analysts get of the demo."""
    bench = mk.open(demo_bench, user="demo")
    made = extract(bench.store, bench.actor, tmp_path_factory.mktemp("extract") / "extract.mentorkit")
    bench.close()
    return made.file


@pytest.mark.parametrize("path", sorted((NOTEBOOKS / "analysis").glob("*.ipynb")), ids=lambda p: p.stem)
def test_an_analysis_runs_on_a_workbench_and_unchanged_on_an_extract(path, demo_bench, extracted, on):
    run_in_turn(path, [on(demo_bench), on(extracted, user="anybody")])


def test_the_style_guide_shows_every_component():
    guide = NOTEBOOKS.parent / "docs" / "style-guide.ipynb"
    done = run_notebook(nbformat.read(guide, as_version=4), {}, environment=dict(os.environ))
    code = "\n".join(cell.source for cell in done.cells if cell.cell_type == "code")
    components = (
        "Form", "Tabs", "Disclosure", "Choice", "FilePicker", "Download", "Notice", "Table", "NetworkPicture",
        "HeatMap",
    )  # fmt: skip
    assert [name for name in components if f"{name}(" not in code] == []


def test_first_steps_run_on_the_demo_in_memory():
    notebook = nbformat.read(NOTEBOOKS / "analysis" / "first-steps.ipynb", as_version=4)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MENTORKIT_")}
    run_notebook(notebook, {}, environment=environment)


@pytest.fixture(scope="module")
def unapproved(demo_bench):
    """The demo with the approval of the party's tandems taken back."""
    copy = demo_bench.with_name("unapproved.mentorkit")
    shutil.copyfile(demo_bench, copy)
    bench = mk.open(copy, user="demo")
    record = bench.run("party-chapters/2008/09").record
    withdraw_approval(bench.store, bench.actor, record.id, record.version)
    bench.close()
    return copy


@pytest.mark.parametrize("path", sorted((NOTEBOOKS / "reports").glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_report_runs_before_and_after_the_approval(path, unapproved, demo_bench, on):
    parameters = {"run": "party-chapters/2008/09"}
    if path.stem == "organisation":
        parameters["organisation"] = "Harz"
    run_in_turn(path, [on(unapproved), on(demo_bench)], parameters)
