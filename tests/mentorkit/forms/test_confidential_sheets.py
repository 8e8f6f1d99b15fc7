"""The confidential sheets on paper and as a table: what is filled in comes back, and all say who reads."""

from __future__ import annotations

from io import BytesIO

import pytest
from form_samples import run_of
from openpyxl import load_workbook
from pypdf import PdfReader

from mentorkit.errors import UnreadableFile
from mentorkit.forms.confidential import SHEETS, paper_sheet, read_rows, wrong_in, xlsx_sheet
from mentorkit.language import LANGUAGES, Voice, speaking
from mentorkit.programme.settings import load_preset

SETTINGS = load_preset("cross-administration")
RUN = run_of(SETTINGS)
CANARY = "Kanarienvogel-4711"


def filled(kind, language, *rows):
    """Return the template with rows filled in, as a person does it."""
    book = load_workbook(BytesIO(xlsx_sheet(SETTINGS, RUN, kind, language)))
    page = book.active
    top = next(i for i, row in enumerate(page.iter_rows(values_only=True), 1) if all(row))
    for n, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            page.cell(top + n, column, text)
    written = BytesIO()
    book.save(written)
    return ("Blatt.xlsx", written.getvalue())


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_that_were_filled_in_come_back(language):
    rows = ("Mia Muster", "2. März", f"{CANARY}\nund mehr", "", "zu wenig Zeit"), ("", "9. März", "Nichts")
    one, two = read_rows(filled("diary", language, *rows))
    assert (one.kind, one.name) == ("diary", "Mia Muster")
    assert one.fields == {
        "occasion": "2. März",
        "experienced": f"{CANARY}\nund mehr",
        "hard": "zu wenig Zeit",
    }
    assert (two.name, two.fields) == ("", {"occasion": "9. März", "experienced": "Nichts"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_to_choose_from_are_understood(language):
    with speaking(Voice(language)):
        ask = dict(SHEETS["concern"].fields()[3].options)["ask"]
    found = read_rows(filled("concern", language, ("Mia Muster", CANARY, "", "", ask)))
    assert found[0].fields == {"difficult": CANARY, "may_talk": "ask"}
    assert wrong_in("concern", found[0].fields) == {}
    other = read_rows(filled("concern", language, ("Mia Muster", CANARY, "", "", CANARY)))[0]
    assert CANARY not in str(wrong_in("concern", other.fields))


@pytest.mark.parametrize("data", [b"", b"Name;Text\nMia;" + CANARY.encode(), b"PK\x03\x04" + CANARY.encode()])
def test_what_is_no_sheet_is_refused_without_quoting_it(data):
    with pytest.raises(UnreadableFile) as refusal:
        read_rows(("x.xlsx", data))
    assert CANARY not in str(refusal.value)


def test_an_empty_sheet_is_said_to_be_empty():
    with pytest.raises(UnreadableFile, match="nichts ausgefüllt"):
        read_rows(filled("diary", "de"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
def test_paper_asks_the_same_on_one_page_and_says_who_reads(kind, language):
    made = paper_sheet(SETTINGS, RUN, kind, language=language, send_to="Evaluation\nPostfach 1")
    assert made == paper_sheet(SETTINGS, RUN, kind, language=language, send_to="Evaluation\nPostfach 1")
    pages = PdfReader(BytesIO(made)).pages
    text = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1
    assert "Postfach 1" in text
    with speaking(Voice(language)):
        for field in SHEETS[kind].fields():
            assert field.label.split()[0] in text
    assert ("Nur die Evaluation" if language == "de" else "Only the evaluation") in text
    assert "Unterschrift" not in text


def test_the_same_template_has_the_same_bytes():
    assert xlsx_sheet(SETTINGS, RUN, "diary") == xlsx_sheet(SETTINGS, RUN, "diary")
