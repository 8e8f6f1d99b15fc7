"""Every notebook runs from its first cell to its last."""

import os
from pathlib import Path

import nbformat
import pytest

from mentorkit.examples import make_demo
from mentorkit.reports import run_notebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="session")
def demo_bench(tmp_path_factory):
    return make_demo(tmp_path_factory.mktemp("demo"))


def run(path, bench, user="demo", parameters=None, **environment):
    notebook = nbformat.read(path, as_version=4)
    variables = {**os.environ, "MENTORKIT_BENCH": str(bench), "MENTORKIT_USER": user, **environment}
    return run_notebook(notebook, parameters or {}, environment=variables)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
@pytest.mark.parametrize("chosen", ["cross-administration/2014", "arts-academy/2015", "cross-company/2021"])
def test_an_app_opens_on_every_stage_of_a_run(path, chosen, demo_bench):
    done = run(path, demo_bench, MENTORKIT_RUN=chosen)
    shown = [output for cell in done.cells for output in cell.get("outputs", [])]
    assert any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in shown)


@pytest.mark.parametrize("path", sorted((NOTEBOOKS / "analysis").glob("*.ipynb")), ids=lambda p: p.stem)
def test_an_analysis_runs_on_a_workbench(path, demo_bench):
    run(path, demo_bench)


def test_first_steps_run_on_the_demo_in_memory():
    notebook = nbformat.read(NOTEBOOKS / "analysis" / "first-steps.ipynb", as_version=4)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MENTORKIT_")}
    run_notebook(notebook, {}, environment=environment)


@pytest.mark.parametrize("path", sorted((NOTEBOOKS / "reports").glob("*.ipynb")), ids=lambda p: p.stem)
@pytest.mark.parametrize("chosen", ["party-chapters/2008/09", "cross-company/2021"])
def test_a_report_runs_before_and_after_the_approval(path, chosen, demo_bench):
    parameters = {"run": chosen}
    if path.stem == "organisation":
        parameters["organisation"] = "Harz" if "party" in chosen else "Drahtwerk Volme"
    run(path, demo_bench, parameters=parameters)
