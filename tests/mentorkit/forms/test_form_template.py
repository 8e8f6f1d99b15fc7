"""The table that is sent out comes back whole: every heading sure, every answer understood."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO

import openpyxl
import pytest
from form_samples import filled, run_of

from mentorkit.forms.schema import entries_of, form_fields
from mentorkit.forms.template import ROWS, file_name, xlsx_template
from mentorkit.intake.context import Context
from mentorkit.intake.reading import read
from mentorkit.language.nouns import STYLES
from mentorkit.programme.settings import PRESETS, load_preset

SENDER = {
    "party-chapters": "Halle (Saale)",
    "cross-company": "Drahtwerk Volme",
    "cross-administration": "Lünen",
}


def context(preset: str, **changes: object) -> Context:
    settings = load_preset(preset).model_copy(update=changes)
    return Context(run_of(settings), settings)


def fill_in(content: bytes, answers: dict[str, dict[str, str]]) -> bytes:
    """Write one person into each sheet, by label."""
    book = openpyxl.load_workbook(BytesIO(content))
    for sheet, given in zip(book.worksheets, answers.values(), strict=True):
        head = next(row for row in sheet.iter_rows() if row[0].value == next(iter(given)))
        by_label = {cell.value: cell for cell in head}
        for label, text in given.items():
            sheet.cell(head[0].row + 1, by_label[label].column, text)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def answered(
    given: Context, organisation: str | None
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    by_label, entries = {}, {}
    for role in ("mentee", "mentor"):
        fields = form_fields(given.settings, role, organisation=organisation)
        typed = filled(fields)
        entries[role] = entries_of(fields, typed)
        by_label[role] = {field.label: entries[role][field.name] for field in fields}
    return by_label, entries


def check_comes_back(
    given: Context, content: bytes, entries: dict, organisation: str | None, name: str
) -> None:
    intake = read([(name, content)], given)
    (file,) = intake.files
    assert file.status == "read"
    assert file.message is None
    assert [sheet.meaning for sheet in file.sheets] == ["mentee", "mentor"]
    assert all(column.sure and column.field for sheet in file.sheets for column in sheet.columns)
    for row in intake.rows:
        told = {"organisation": organisation} if organisation else {}
        assert row.raw.entries == {**entries[row.raw.role], **told}
        assert row.application.organisation == (organisation or entries[row.raw.role].get("organisation"))
        assert row.application.findings == ()
    assert len(intake.rows) == 2


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("sent", [False, True], ids=["for all", "for one organisation"])
def test_a_filled_template_comes_back_whole(preset, sent):
    given = context(preset)
    organisation = SENDER.get(preset) if sent else None
    by_label, entries = answered(given, organisation)
    content = fill_in(xlsx_template(given.settings, given.run, organisation=organisation), by_label)
    check_comes_back(given, content, entries, organisation, "anything.xlsx")


@pytest.mark.parametrize("style", STYLES)
def test_it_comes_back_in_every_style_of_nouns(style):
    given = context("cross-administration", gender_style=style, women_only=False)
    by_label, entries = answered(given, "Lünen")
    content = fill_in(xlsx_template(given.settings, given.run, organisation="Lünen"), by_label)
    check_comes_back(given, content, entries, "Lünen", "x.xlsx")


@pytest.mark.parametrize("preset", PRESETS)
def test_it_comes_back_in_english(preset):
    given = context(preset, language="en")
    by_label, entries = answered(given, None)
    content = fill_in(xlsx_template(given.settings, given.run), by_label)
    check_comes_back(given, content, entries, None, "x.xlsx")


def test_headings_are_protected_and_cells_are_not():
    given = context("cross-administration")
    book = openpyxl.load_workbook(BytesIO(xlsx_template(given.settings, given.run, organisation="Lünen")))
    sheet = book["Mentees"]
    assert sheet.protection.sheet
    head = next(row for row in sheet.iter_rows() if row[0].value == "Vorname")
    assert all(cell.protection.locked for cell in head)
    below = sheet[head[0].row + ROWS]
    assert not any(cell.protection.locked for cell in below[: len(head)])
    assert "Organisation" not in [cell.value for cell in head]


def test_answers_are_offered_as_lists_and_hints_come_up():
    given = context("cross-administration")
    book = openpyxl.load_workbook(BytesIO(xlsx_template(given.settings, given.run)))
    offered = {v.promptTitle: v for v in book["Mentees"].data_validations.dataValidation}
    assert offered["Geschlecht"].formula1 == '"weiblich,männlich,divers"'
    assert "Fröndenberg" in offered["Organisation"].formula1
    assert offered["Besoldungs-/Entgeltgruppe"].prompt == "Pflichtfeld. Zum Beispiel A 10 oder EG 9b"


def test_a_name_that_looks_like_a_formula_stays_text():
    given = context("cross-administration", name="=1+1")
    book = openpyxl.load_workbook(BytesIO(xlsx_template(given.settings, given.run, organisation="=2+2")))
    above = [row[0] for row in book["Mentees"].iter_rows(max_row=4)]
    assert f"=1+1 {given.run.name}" in [cell.value for cell in above]
    assert all(cell.data_type != "f" for cell in above)


def test_the_same_programme_gives_the_same_bytes():
    given = context("arts-academy")
    assert xlsx_template(given.settings, given.run) == xlsx_template(given.settings, given.run)


def test_an_empty_template_has_nobody_in_it():
    given = context("cross-administration")
    intake = read([("x.xlsx", xlsx_template(given.settings, given.run, organisation="Lünen"))], given)
    assert intake.rows == ()


def test_its_name_says_what_it_is():
    given = context("party-chapters")
    name = file_name(given.settings, given.run, "Halle (Saale)", "xlsx")
    assert name == "Bewerbung-Halle-Saale-2008-09.xlsx"


def test_it_comes_back_from_libreoffice(tmp_path, do_without):
    office = shutil.which("soffice") or do_without("no LibreOffice here")
    given = context("cross-administration")
    by_label, entries = answered(given, "Lünen")
    (tmp_path / "sent.xlsx").write_bytes(
        fill_in(xlsx_template(given.settings, given.run, organisation="Lünen"), by_label)
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for ending in ("ods", "xlsx"):
        out = tmp_path / ending
        subprocess.run(
            [office, profile, "--headless", "--convert-to", ending, "--outdir", out, tmp_path / "sent.xlsx"],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        content = (out / f"sent.{ending}").read_bytes()
        check_comes_back(given, content, entries, "Lünen", f"sent.{ending}")
