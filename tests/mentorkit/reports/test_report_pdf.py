import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import DOT, SVG, code, failed, notebook, pdf, printed, shows, text, words

from mentorkit.reports import to_html, to_notebook, to_pdf

PAYLOADS = [
    '#read("/etc/passwd")',
    "<script>document.write('PWNED'+(6*7))</script>",
    "$x$ und $$\\frac{1}{2}$$",
    "*fett* _kursiv_ `code` ~~weg~~",
    "<img src=file:///etc/passwd onerror=alert(1)>",
    '`#read("/etc/passwd")`{=typst}',
    '#import "@preview/x:1.0.0"',
    '= Kopf #panic("x")',
    "</td></tr></table><h1>Bruch</h1>",
    "@ref <label> [^note] {{< include /etc/passwd >}}",
    '\\u{23}read "a".b // /* */',
    "\" + read('/etc/passwd') + \"",
    "=HYPERLINK(1)",
]
MARKS = [
    "*", "**", "~~", "`", "```\n", "\n", "\n\n", "# ", "- ", "1. ", "> ", "$", "$$", "[^1]",
    "\n\n[^1]: note\n",
    "| a | b |\n|---|--:|\n| c | d |\n", "[a](https://example.org)", "[](mailto:)", "![x](y)", "<b>", "\\",
    "\u0301", "\u200d", "\u202e", "\x00", "😀", "漢", "wort ", "    ",
]  # fmt: skip


def squeezed(text):
    return "".join(text.split())


@pytest.fixture(scope="module")
def report():
    return to_pdf(
        notebook(
            text("# Matching-Protokoll\n\nEin Satz.[^1]\n\n[^1]: Eine Fußnote."),
            text(
                "## Eins\n\n- a\n  - b\n\n> Zitat\n\n## Zwei\n\n### Drei\n\n## Vier\n\n[Ziel](https://example.org)"
            ),
            code("", shows({"image/svg+xml": SVG}), alt="Ein Balken", caption="Balken"),
            code("", shows({"image/png": DOT}), alt="Ein Punkt"),
            code("", shows({"text/html": pd.DataFrame({"a": [1]}).to_html()})),
            code("", printed("gedruckt"), failed("ValueError", "falsch", [])),
            lang="de",
            programme="Kreis Unna",
            organisation="Lünen",
            date="2014-03-01",
        )
    )


def test_the_file_is_tagged_and_declares_what_it_is(report):
    reader = pdf(report)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Matching-Protokoll"
    assert reader.metadata.creation_date.isoformat().startswith("2014-03-01")
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp


def test_pictures_carry_their_alternative_text_into_the_file(report):
    found, waiting = set(), [pdf(report).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, dict):
            found.add((element.get("/S"), element.get("/Alt")))
            waiting.append(element.get("/K", 0)) if hasattr(element.get("/K", 0), "get_object") else None
        elif isinstance(element, list):
            waiting += [x for x in element if hasattr(x, "get_object")]
    assert {("/Figure", "Ein Balken"), ("/Figure", "Ein Punkt")} <= found
    assert {"/Table", "/TH", "/TD", "/L", "/Note", "/Link", "/H1", "/H2"} <= {kind for kind, _ in found}


def test_head_page_numbers_and_contents_are_in_the_language(report):
    shown = words(report)
    assert "Seite1von" in shown
    assert "Inhalt" in shown
    assert "KreisUnna" in shown
    assert "1.März2014" in shown
    assert "Abbildung1:Balken" in shown


def test_an_english_report_has_english_words():
    data = to_pdf(notebook(text("# Report\n\n## a\n\n## b\n\n## c\n\n## d"), lang="en"))
    assert "Page1of1" in words(data)
    assert "Contents" in words(data)


def test_few_headings_need_no_contents():
    assert "Inhalt" not in words(to_pdf(notebook(text("# T\n\n## a\n\n## b\n\n## c"), lang="de")))


def test_the_same_notebook_gives_the_same_bytes():
    nb = notebook(text("# T\n\nWorte"), code("", shows({"image/svg+xml": SVG}), alt="x"))
    assert to_pdf(nb) == to_pdf(nb)
    assert to_html(nb) == to_html(nb)
    assert to_notebook(nb) == to_notebook(nb)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_come_out_as_words(payload):
    frame = pd.DataFrame({"Bemerkung": [payload]})
    data = to_pdf(
        notebook(
            code("", shows({"text/html": frame.to_html()})),
            code("", shows({"text/plain": payload})),
            code("", printed(payload)),
            code("", failed("Error", payload, [])),
            code("", shows({"image/svg+xml": SVG}), alt=payload, caption=payload),
            title=payload,
            programme=payload,
            organisation=payload,
            date=payload,
            lang="de",
        )
    )
    # once each: table, two verbatim, error, caption, title, programme, organisation with date
    assert words(data).replace("\u200b", "").count(squeezed(payload)) >= 8
    assert "root:x:0" not in words(data)
    assert pdf(data).metadata.title == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_markdown_has_no_effect_beyond_markdown(payload):
    data = to_pdf(notebook(text(f"Text {payload}\n\n{payload}"), title="T"))
    shown = words(data)
    assert "PWNED42" not in shown
    assert "root:x:0" not in shown
    targets = [a.get_object().get("/A", {}) for page in pdf(data).pages for a in page.get("/Annots", [])]
    assert not any(str(target.get("/URI", "")).startswith(("file", "javascript")) for target in targets)


def test_a_long_table_repeats_its_head_on_every_page():
    frame = pd.DataFrame({"Person": [f"Person {i}" for i in range(200)], "Stunden": range(200)})
    pages = [
        page.extract_text()
        for page in pdf(to_pdf(notebook(code("", shows({"text/html": frame.to_html()}))))).pages
    ]
    assert len(pages) > 3
    assert all("Stunden" in page for page in pages)
    assert "Person 199" in pages[-1]


def test_a_short_table_is_not_torn_apart():
    few = pd.DataFrame({"Was": [f"Zeile {i}" for i in range(6)]}).to_html()
    for lines in range(30, 48, 3):
        before = "\n\n".join(f"Absatz {i}" for i in range(lines))
        pages = [
            page.extract_text()
            for page in pdf(to_pdf(notebook(text(before), code("", shows({"text/html": few}))))).pages
        ]
        assert len({k for k, page in enumerate(pages) for i in range(6) if f"Zeile {i}" in page}) == 1


def test_a_word_of_the_title_is_broken_only_where_no_line_holds_it():
    kept = pdf(to_pdf(notebook(text("# Verzeichnis der Verarbeitungstätigkeiten\n\nEin Satz.")))).pages[0]
    assert "Verarbeitungstätigkeiten" in kept.extract_text()
    long = pdf(to_pdf(notebook(text(f"# {'Donaudampfschifffahrt' * 6}\n\nEin Satz.")))).pages[0]
    assert "Donaudampfschifffahrt" * 6 in squeezed(long.extract_text()).replace("-", "").replace("\xad", "")


@pytest.mark.parametrize("columns", [9, 14, 40])
def test_no_column_of_a_wide_table_leaves_the_page(columns):
    frame = pd.DataFrame({f"Kriterium_{i}": [f"{i:03d}-123456"] * 3 for i in range(columns)})
    reader = pdf(to_pdf(notebook(code("", shows({"text/html": frame.to_html()})))))
    places = []
    for page in reader.pages:
        limit = float(page.mediabox.width) - 60

        def visit(text, cm, tm, font, size, limit=limit):
            if text.strip():
                places.append((tm[4] * cm[0] + cm[4] + 0.5 * abs(size * tm[0]) * len(text.strip()), limit))

        page.extract_text(visitor_text=visit)
    assert places
    assert all(right <= limit + 12 for right, limit in places)
    shown = "".join(page.extract_text() for page in reader.pages).replace("\u200b", "").replace("\n", "")
    assert all(f"{i:03d}-123456" in shown for i in range(columns))


def test_characters_without_a_glyph_of_their_own_stay_readable():
    line = "Emoji 😀👩‍👩‍👧, 漢字, مرحبا, שלום, \ue000, \x07, ✓"
    data = to_pdf(notebook(text(line), code("", printed(line))))
    assert all(word in words(data) for word in ("😀", "漢", "مرحبا", "✓"))
    # a second character under the same stand-in glyph is told to readers of the file beside it
    assert b"FEFF%X" % ord("字") in pdf(data).pages[0].get_contents().get_data()


@pytest.mark.parametrize(
    "svg",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="-1" height="0"/>',
    ],
)
def test_a_picture_that_cannot_be_drawn_does_not_stop_the_report(svg):
    nb = notebook(
        text("vorher"), code("", shows({"image/svg+xml": svg}), alt="ein Netz"), text("nachher"), lang="de"
    )
    assert "nachher" in words(to_pdf(nb))


def test_pixels_that_are_none_do_not_stop_the_report():
    nb = notebook(code("", shows({"image/png": "AAAA"}), alt="ein Netz"), text("nachher"), lang="de")
    assert "DiesesBildlässtsichnichtdarstellen.einNetznachher" in words(to_pdf(nb))


def test_the_logo_stands_at_the_head_and_what_the_programme_says_at_the_end():
    about = {
        "title": "T",
        "logo": DOT,
        "logo_alt": "Logo: Kreis #eval(1)",
        "about": ["Wir #sind <b>da</b>.", " "],
    }
    nb = notebook(text("Nur dies."), **about)
    data = to_pdf(nb)
    assert to_pdf(nb) == data
    assert len(pdf(data).pages[0].images) == 1
    assert words(data).index("Nurdies.") < words(data).index("Wir#sind<b>da</b>.")
    assert "Logo: Kreis #eval(1)".encode("utf-16-be") in data or b"Logo: Kreis #eval(1)" in data
    page = to_html(nb)
    assert 'alt="Logo: Kreis #eval(1)"' in page
    assert "Wir #sind &lt;b&gt;da&lt;/b&gt;." in page


@pytest.mark.parametrize("logo", ["", "%%%", "PHN2Zy8+", "iVBORw0KGgoAAAA="])
def test_a_logo_that_is_no_png_is_left_out(logo):
    nb = notebook(text("Nur dies."), title="T", logo=logo)
    assert "Nurdies." in words(to_pdf(nb))
    assert not pdf(to_pdf(nb)).pages[0].images


def test_long_words_of_code_are_wrapped_and_complete():
    line = "x" * 400
    assert line in words(to_pdf(notebook(code("", printed(line))))).replace("\u200b", "")


def test_the_page_asks_nothing_of_any_server():
    nb = notebook(
        text("# T\n\n" + "\n\n".join(PAYLOADS) + "\n\nNote[^1]\n\n[^1]: n"),
        code("", shows({"image/svg+xml": SVG}), alt='"><script>x</script>'),
        code("", shows({"text/html": pd.DataFrame({"<b>": PAYLOADS}).to_html()})),
    )
    page = to_html(nb)
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "<img src=file" not in page
    assert page.count("<img ") == page.count('<img src="data:image/svg+xml;base64,') == 1
    assert all(attribute not in page for attribute in (' src="http', "<link", "@import", "url("))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(MARKS), max_size=40))
def test_any_markdown_can_be_set(marks):
    nb = notebook(text("".join(marks)))
    assert to_pdf(nb).startswith(b"%PDF")
    assert to_html(nb).endswith("</html>\n")
