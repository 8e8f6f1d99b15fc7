import logging

import pytest
from report_samples import DOT, SVG, code, failed, notebook, printed, shows, text

from mentorkit.reports import nodes as n
from mentorkit.reports.tree import read


def test_code_is_hidden_unless_it_is_asked_for():
    nb = notebook(code("x = 1"), code("run = 2", tags=("parameters",)), code("y = 3", tags=("hide-input",)))
    assert read(nb).blocks == []
    assert read(nb, show_input=True).blocks == [n.Verbatim("x = 1")]


def test_a_removed_cell_leaves_no_trace():
    assert read(notebook(code("", printed("secret"), tags=("remove-cell",)))).blocks == []


def test_the_title_comes_from_the_metadata_else_from_the_first_heading():
    assert read(notebook(text("# Bericht\n\n## A"), title="Protokoll")).title == "Protokoll"
    taken = read(notebook(text("# Bericht\n\n## A")))
    assert (taken.title, taken.blocks) == ("Bericht", [n.Heading(1, ["A"])])
    assert read(notebook(text("words"))).title == "Bericht"
    assert read(notebook(text("words"), lang="en")).title == "Report"


def test_headings_skip_no_level():
    levels = [b.level for b in read(notebook(text("# T\n\n### a\n\n##### b\n\n###### c\n\n### d"))).blocks]
    assert levels == [1, 2, 3, 1]


def test_a_vector_drawing_is_preferred_and_nothing_in_it_leads_out():
    evil = SVG.replace(
        "</svg>",
        '<script>x</script><image href="file:///etc/passwd"/>'
        '<a href="http://example.org" onclick="x"/></svg>',
    )
    (picture,) = read(
        notebook(code("", shows({"image/svg+xml": evil, "image/png": DOT}, alt="A bar")))
    ).blocks
    assert (picture.format, picture.alt) == ("svg", "A bar")
    assert not any(word in picture.data for word in (b"script", b"passwd", b"example.org", b"onclick"))


def test_a_broken_drawing_gives_way_to_the_pixels():
    (picture,) = read(
        notebook(code("", shows({"image/svg+xml": "<svg", "image/png": DOT}), alt="dot"))
    ).blocks
    assert picture.format == "png"


def test_a_picture_without_description_is_logged(caplog):
    with caplog.at_level(logging.WARNING):
        (picture,) = read(notebook(code("", shows({"image/png": DOT})))).blocks
    assert picture.alt == "Bild ohne Beschreibung"
    assert "alternative text" in caplog.text


def test_a_widget_falls_back_to_its_text(caplog):
    data = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "IntSlider(value=3)"}
    with caplog.at_level(logging.WARNING):
        assert read(notebook(code("", shows(data)))).blocks == [n.Verbatim("IntSlider(value=3)")]
    assert "widget" in caplog.text


def test_printed_text_is_joined_and_loses_colours_and_progress():
    nb = notebook(
        code("", printed("\x1b[31mre"), printed("d\x1b[0m\n1 %\r100 %\n"), printed("warn", "stderr"))
    )
    assert read(nb).blocks == [n.Verbatim("red\n100 %")]


def test_an_error_is_shown_and_its_trace_only_with_the_code():
    nb = notebook(code("1/0", failed("ZeroDivisionError", "division by zero", ["\x1b[31mFile x\x1b[0m"])))
    (shown,) = read(nb).blocks
    assert shown == n.Failure("Zelle 1 endete mit einem Fehler: ZeroDivisionError", "division by zero")
    assert read(nb, show_input=True).blocks[1].trace == "File x"


def test_html_without_a_table_is_read_as_text():
    data = {
        "text/html": "<b>Hallo</b> <script>x</script>",
        "text/plain": "<IPython.core.display.HTML object>",
    }
    assert read(notebook(code("", shows(data)))).blocks == [n.Paragraph(["Hallo"])]


def test_the_date_is_shown_in_words_and_stamps_the_file(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    dated = read(notebook(date="2014-03-01", lang="de"))
    assert (dated.date, dated.stamp) == ("1. März 2014", 1393675200)
    assert read(notebook(date="2014-03-01", lang="en")).date == "1 March 2014"
    assert read(notebook(date="Frühjahr")).stamp == read(notebook()).stamp
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert read(notebook()).stamp == 1700000000


def test_the_notebook_is_not_changed():
    nb = notebook(text("# T[^1]\n\n[^1]: n"), code("", printed("a"), printed("b")))
    before = str(nb)
    read(nb)
    assert str(nb) == before


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\u202e", "\ue000", "\uffff", "\U0010ffff", "\ud800"])
def test_characters_no_document_may_carry_are_replaced(bad):
    assert n.clean(f"a{bad}b") == "a\ufffdb"


def test_what_is_printed_after_a_picture_is_shown_after_it():
    found = read(notebook(code("", shows({"text/plain": "first"}), printed("second")))).blocks
    assert found == [n.Verbatim("first"), n.Verbatim("second")]
