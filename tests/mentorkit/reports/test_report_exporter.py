import subprocess
import sys

import nbformat
from nbconvert.exporters import get_exporter
from report_samples import code, notebook, printed, text, words

from mentorkit.reports import to_pdf


def sample():
    return notebook(text("# Bericht\n\nWorte"), code("x = 1", printed("gedruckt")), lang="de")


def test_nbconvert_gives_the_same_bytes(tmp_path):
    source = tmp_path / "bericht.ipynb"
    nbformat.write(sample(), source)
    command = [sys.executable, "-m", "nbconvert", "--to", "mentorkit-pdf", str(source)]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "bericht.pdf").read_bytes() == to_pdf(sample())


def test_the_export_menu_offers_it():
    exporter = get_exporter("mentorkit-pdf")
    assert exporter.output_mimetype == "application/pdf"
    assert exporter.export_from_notebook
    assert exporter().file_extension == ".pdf"


def test_the_code_is_shown_by_option():
    data, _ = get_exporter("mentorkit-pdf")(show_input=True).from_notebook_node(sample())
    assert "x=1" in words(data)


def test_listing_the_exporters_loads_nothing_heavy():
    script = (
        "import sys; import mentorkit.reports.exporter; "
        "print([m for m in ('typst', 'pandas', 'matplotlib', 'markdown_it', 'babel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
