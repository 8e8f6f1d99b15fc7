import asyncio
import os
import sys

import pytest
from report_samples import code, notebook, text, words

from mentorkit.reports import ReportFailed, run_notebook, to_notebook, to_pdf


def outputs(nb):
    return [
        "".join(o.get("text", "") for o in cell.outputs).strip()
        for cell in nb.cells
        if cell.cell_type == "code"
    ]


def test_parameters_replace_the_defaults_as_literals_in_a_fresh_process(tmp_path):
    nb = notebook(
        code("name = 'x'\nitems = []", tags=("parameters",)),
        code("import os, sys\nprint(name, items, os.getpid(), sys.executable, os.getcwd(), sep='|')"),
    )
    hostile = '\'); import os; print("{}") #'
    done = run_notebook(nb, {"name": hostile, "items": [1, None, {"a": True}]}, cwd=tmp_path)
    name, items, process, python, folder = outputs(done)[-1].split("|")
    assert (name, items, python, folder) == (hostile, "[1, None, {'a': True}]", sys.executable, str(tmp_path))
    assert int(process) != os.getpid()
    assert done.cells[1].metadata.tags == ["injected-parameters"]
    assert len(nb.cells) == 2


@pytest.mark.parametrize(("name", "value"), [("x", object()), ("x", float("nan")), ("a b", 1), ("class", 1)])
def test_a_parameter_without_a_literal_form_is_refused(name, value):
    with pytest.raises(TypeError):
        run_notebook(notebook(), {name: value})


def test_a_failing_cell_is_named_with_its_heading_and_error():
    nb = notebook(text("# T"), text("## Kosten"), code("raise ValueError('kein Betrag')"))
    with pytest.raises(ReportFailed, match=r"Zelle 3 \(„Kosten“\).*ValueError: kein Betrag"):
        run_notebook(nb, {})


def test_a_dead_process_is_no_riddle():
    with pytest.raises(ReportFailed, match="Zelle 2"):
        run_notebook(notebook(code("1"), code("import os; os._exit(9)")), {})


def test_it_works_inside_a_running_loop_and_figures_come_out_the_same():
    nb = notebook(
        code("from mentorkit.reports import figures\nfigures.configure()", tags=("remove-cell",)),
        code(
            "import pandas as pd, matplotlib.pyplot as plt\n"
            "fig, ax = plt.subplots()\nax.set_title('$x$ <b> Mentor*in')\nax.bar(['a'], [1])\n"
            "figures.figure(fig, 'Ein Balken', 'Stunden')"
        ),
        code("plt.plot([1, 2])\nplt.show()", alt="Eine Linie"),
        code("figures.table(pd.DataFrame({'n': range(61), 'w': 'lang ' * 30, 'x': 1234.5}), 'Alle')"),
        code("pd.DataFrame({'n': range(61)})"),
        lang="de",
        title="Lauf",
    )

    async def inside():
        return run_notebook(nb, {})

    first, second = asyncio.run(inside()), run_notebook(nb, {})
    assert to_notebook(first) == to_notebook(second)
    data = to_pdf(first)
    assert data == to_pdf(second)
    shown = words(data)
    assert "$x$<b>Mentor*in" in shown
    assert "1.234,5" in shown
    assert "Tabelle1:Alle" in shown
    assert "..." not in shown
    assert [str(shown.count(f"{i}lang")) for i in (30, 60)] == ["1", "1"]


def test_the_process_gets_the_environment_it_is_given():
    nb = notebook(code("import os\nprint(os.environ['MENTORKIT_BENCH'])"))
    assert outputs(run_notebook(nb, {}, environment={**os.environ, "MENTORKIT_BENCH": "a.mentorkit"})) == [
        "a.mentorkit"
    ]
