"""Cells pasted from a spreadsheet program are read like a file."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import context_of

from mentorkit.errors import UnreadableFile
from mentorkit.intake import mapping
from mentorkit.intake.pasted import read_pasted, sheets_of
from mentorkit.intake.text import clean
from mentorkit.programme.settings import load_preset

CONTEXT = context_of(load_preset("cross-company"))
ADMINISTRATIONS = context_of(load_preset("cross-administration"))
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n"\t;'), max_size=12)


def test_pasted_cells_with_headings_are_read_at_once():
    text = 'Mentees\r\nName\tVorname\tE-Mail\tThemen\r\nHof\tAnna\ta@example.org\t"Recht\nHaushalt"\r\n'
    intake = read_pasted(text, CONTEXT)
    assert [a.name for a in intake.applications] == ["Anna Hof"]
    assert intake.raws[0].entries["topics"] == "Recht\nHaushalt"
    assert intake.raws[0].source.cells["email"] == "C3"


def test_pasted_cells_without_headings_are_asked_for_role_and_columns():
    intake = read_pasted("Hof, Anna\ta@example.org\tRecht\nAhl, Bo\tb@example.org\tMedien\n", CONTEXT)
    found = mapping.questions(intake)
    assert [(q.kind, q.guess) for q in found] == [
        ("role", ""), ("column", "name"), ("column", "email"), ("column", ""),
    ]  # fmt: skip
    assert found[3].samples == ("Recht", "Medien")
    told = mapping.answered(intake, {found[0].key: "mentee", found[3].key: "topics"})
    assert [(a.name, a.answers["topics"]) for a in told.applications] == [
        ("Anna Hof", ["Recht"]), ("Bo Ahl", ["Medien"]),
    ]  # fmt: skip
    assert told.raws[1].source.row == 2


def test_towns_of_which_some_are_new_are_guessed_as_organisations_and_degrees_as_no_names():
    lines = [
        ("Fanny", "Falke", "Bergkamen", "f@example.org", "A II"),
        ("Gerda", "Groß", "Kamen", "g@example.org", "A II"),
        ("Hella", "Hase", "Gemeinde Holzwickede", "h@example.org", "B I"),
        ("Ines", "Igel", "Stadt Selm", "i@example.org", "A II"),
        ("Jutta", "Jung", "Bergkammen", "j@example.org", "A II"),
    ]
    intake = read_pasted("\n".join("\t".join(line) for line in lines), ADMINISTRATIONS)
    guesses = {q.samples[0]: q.guess for q in mapping.questions(intake) if q.kind == "column"}
    assert guesses["Bergkamen"] == "organisation"
    assert guesses["A II"] == ""


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("Stadt Kamen\tAnna Hof\tanna@example.org", ["organisation", "name", "email"]),
        ("Hof\tAnna\tStadt Kamen\tanna@example.org", ["", "", "organisation", "email"]),
    ],
)
def test_a_column_of_known_organisations_is_one_of_organisations_and_of_no_names(line, fields):
    read_it = read_pasted(f"{line}\n{line.replace('Stadt Kamen', 'Kreis Unna')}", ADMINISTRATIONS)
    asked = mapping.questions(read_it)
    assert [q.guess for q in asked if q.kind == "column"] == fields
    told = mapping.answered(read_it, {asked[0].key: "mentor"})
    assert [a.organisation for a in told.applications] == ["Kamen", "Kreis Unna"]
    assert not any("Kamen" in a.name for a in told.applications)


def test_the_same_cells_have_the_same_name_and_others_another():
    rows = "Name\tVorname\tE-Mail\nHof\tAnna\ta@example.org\n"
    names = [
        read_pasted(text, CONTEXT).files[0].file
        for text in (rows, rows + "\r\n", rows + "Ahl\tBo\tb@example.org")
    ]
    assert names == ["Eingefügte Zellen 1"] * 3  # nothing is taken in yet
    first = read_pasted(rows, CONTEXT)
    again, other = (
        read_pasted(text, CONTEXT, first.files) for text in (rows, rows + "Ahl\tBo\tb@example.org")
    )
    assert (again.files[0].file, other.files[0].file) == ("Eingefügte Zellen 1", "Eingefügte Zellen 2")
    (one,), (two,) = (intake.files[0].sheets for intake in (first, other))
    assert one.signature == two.signature


@pytest.mark.parametrize("text", ["", "  \n\t\n"])
def test_nothing_pasted_is_said(text):
    with pytest.raises(UnreadableFile):
        sheets_of(text)


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_spreadsheet_program_copies_comes_back(rows):
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\r\n").writerows(rows)
    wanted = [[clean(cell) for cell in row] for row in rows]
    if not any(map(any, wanted)):
        return
    width = max(map(len, wanted))
    found = sheets_of(text.getvalue())[0].rows
    padded = [[*row, *[""] * (width - len(row))] for row in (*found, *[()] * (len(wanted) - len(found)))]
    assert padded == [[*row, *[""] * (width - len(row))] for row in wanted]
