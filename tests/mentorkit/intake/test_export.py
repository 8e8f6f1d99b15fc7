"""The export: everything as it was given, and back again without loss, through LibreOffice as well."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from mentorkit.errors import NotAllowed
from mentorkit.intake import actions, service
from mentorkit.intake.export import file_name, to_xlsx
from mentorkit.intake.questions import questions
from mentorkit.language import Voice, speaking
from mentorkit.language.formats import date as written
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, Run, Source
from mentorkit.store import Store
from mentorkit.workbench import Workbench

PROGRAMMES = Path(str(resources.files("mentorkit.examples"))) / "programmes"
LEAD = sole_actor("eva")
FOLDERS = {
    "party-chapters": "landesverband",
    "cross-company": "next_step",
    "cross-administration": "kreis_unna",
    "arts-academy": "musikhochschule",
}
HEAD = "Nachname;Vorname;Kreisverband;Telefon;E-Mail;Themen;Eingang;Bemerkung;=1+1"
ANNA = "Hof;Anna;Harz;+49 3943 12345;anna@example.org;=HYPERLINK(x);4.8.08;@home;-1"
BO = 'Ahl;Bo;;030 23125107;;"Medien\nRecht";31.09.2008;+49;00123'


@pytest.fixture(autouse=True)
def _in_english():
    with speaking(Voice("en")):
        yield


def filled(preset: str, *files) -> tuple[Store, str]:
    store = Store.create()
    run = Workbench(store, LEAD).add(preset)
    service.intake(store, LEAD, run.id, files or sorted((PROGRAMMES / FOLDERS[preset]).iterdir()))
    return store, run.id


@pytest.fixture
def chapters():
    store, run_id = filled("party-chapters", ("mentees.csv", "\n".join([HEAD, ANNA, BO]).encode()))
    yield store, run_id
    store.close()


def everybody(store: Store, run_id: str) -> list[Application]:
    return service.applications(store, LEAD, run_id)


def read_back(store: Store, run_id: str, data: bytes, name: str = "zurück aus Kreis Unna.xlsx"):
    """Take an export in again, and return what it said beside leaving all as it is."""
    before = everybody(store, run_id)
    done = service.intake(store, LEAD, run_id, [(name, data)])
    assert [file.status for file in done.files] == ["read"], done.files[0].message
    assert everybody(store, run_id) == before
    assert sorted(row.application.id for row in done.rows) == sorted(a.id for a in before)
    assert {row.change for row in done.rows} == {"unchanged"}
    return done


def rows_of(data: bytes, sheet: int = 0) -> list[list[str]]:
    book = load_workbook(io.BytesIO(data))
    return [
        ["" if c is None else c for c in row] for row in book.worksheets[sheet].iter_rows(values_only=True)
    ]


def test_entries_stand_as_they_were_given_with_other_columns_and_the_status(chapters):
    data = to_xlsx(chapters[0], LEAD, chapters[1])
    head, anna, bo = rows_of(data)
    told = dict(zip(head, anna, strict=True))
    assert (told["[ID]"], told["Telefon"], told["Themen"]) == ("A1", "+49 3943 12345", "=HYPERLINK(x)")
    assert (told["Bemerkung"], told["=1+1"], told["[Status]"]) == ("@home", "-1", "in Ordnung")
    told = dict(zip(head, bo, strict=True))
    assert (told["=1+1"], told["Eingegangen am"], told["[Status]"]) == (
        "00123",
        "31.09.2008",
        "zu berichtigen",
    )
    assert "31.09.2008" in told["[Hinweise]"]


def test_nothing_in_it_is_a_formula_or_a_link(chapters):
    data = to_xlsx(chapters[0], LEAD, chapters[1])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_same_applications_give_the_same_bytes(chapters):
    assert to_xlsx(chapters[0], LEAD, chapters[1]) == to_xlsx(chapters[0], LEAD, chapters[1])


def test_an_officer_gets_her_own_people_only(chapters):
    store, run_id = chapters

    def officer(organisation):
        return Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation=organisation),))

    assert [row[0] for row in rows_of(to_xlsx(store, officer("Harz"), run_id))] == ["[ID]", "A1"]
    assert len(rows_of(to_xlsx(store, officer("Börde"), run_id))) == 1
    with pytest.raises(NotAllowed):
        to_xlsx(store, Actor("nobody", ()), run_id)


@pytest.mark.parametrize("preset", FOLDERS)
def test_the_applications_of_every_programme_come_back_without_loss(preset):
    store, run_id = filled(preset)
    done = read_back(store, run_id, to_xlsx(store, LEAD, run_id))
    assert {q.heading for q in questions(done) if q.heading.startswith("[")} == set()
    store.close()


def test_what_was_corrected_in_the_export_is_a_correction(chapters):
    store, run_id = chapters
    before = everybody(store, run_id)
    book = load_workbook(io.BytesIO(to_xlsx(store, LEAD, run_id)))
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("Themen") + 1
    sheet.cell(2, column).value = "Haushalt"
    sheet.delete_rows(3)
    written = io.BytesIO()
    book.save(written)
    done = service.intake(store, LEAD, run_id, [("x.xlsx", written.getvalue())])
    assert [d.after for d in done.rows[0].differences] == ["Haushalt"]
    anna, bo = everybody(store, run_id)
    assert (anna.entries["topics"], anna.source) == ("Haushalt", before[0].source)
    assert bo == before[1]


def test_what_was_mended_accepted_or_withdrawn_comes_back_as_it_is(chapters):
    store, run_id = chapters
    anna, bo = everybody(store, run_id)
    mended = service.mend(store, LEAD, anna.id, {"topics": "Recht", "received": "1.12.2008"}, anna.version)
    actions.accept(store, LEAD, anna.id, "Post war langsam", mended.version)
    actions.withdraw(store, LEAD, bo.id, "", bo.version)
    entries = {"first_name": "Cora", "last_name": "Zorn", "organisation": "Börde", "email": "c@example.org"}
    service.enter(store, LEAD, run_id, "mentor", entries, source=Source(kind="form"))
    before = everybody(store, run_id)
    service.intake(store, LEAD, run_id, [("x.xlsx", to_xlsx(store, LEAD, run_id))])
    assert everybody(store, run_id) == before


def test_a_decision_stands_in_a_column_of_its_own_and_nothing_is_asked_beside_it(chapters):
    store, run_id = chapters
    anna, bo = everybody(store, run_id)
    late = service.mend(store, LEAD, anna.id, {"received": "1.12.2008"}, anna.version)
    actions.accept(store, LEAD, anna.id, "Post war langsam\nund spät; =1+1", late.version)
    actions.refuse(store, LEAD, bo.id, "zieht weg", bo.version)
    data = to_xlsx(store, LEAD, run_id)
    head, *rows = rows_of(data)
    told = [dict(zip(head, row, strict=True)) for row in rows]
    with speaking(Voice("de")):
        day = written(store.clock().astimezone().date())
    assert [row["[Entscheidung]"] for row in told] == [
        f"Zugelassen von eva am {day}: Post war langsam\nund spät; =1+1",
        f"Abgelehnt von eva am {day}: zieht weg",
    ]
    assert not any("Bitte" in row["[Hinweise]"] or "bitte" in row["[Hinweise]"] for row in told)
    assert "1.12.2008" in told[0]["[Hinweise]"].replace("01.", "1.")
    read_back(store, run_id, data)


def test_an_id_of_somebody_else_is_not_believed(chapters):
    store, run_id = chapters
    text = "\n".join(
        ["[ID];" + HEAD, "A1;" + ANNA.replace("Hof;Anna", "Zorn;Cora").replace("anna@", "cora@")]
    )
    service.intake(store, LEAD, run_id, [("mentees_neu.csv", text.encode())])
    assert [a.name for a in everybody(store, run_id)] == ["Anna Hof", "Bo Ahl", "Cora Zorn"]


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30)


@given(st.fixed_dictionaries({"expectations": _TEXT, "phone": _TEXT, "topics": _TEXT, "birth_year": _TEXT}))
@settings(max_examples=40, deadline=None)
def test_whatever_was_typed_comes_back_equal(entries):
    store = Store.create()
    run_id = Workbench(store, LEAD).add("party-chapters").id
    named = {"first_name": "Anna", "last_name": "Hof", "organisation": "Harz", "email": "anna@example.org"}
    file = io.StringIO()
    csv.writer(file).writerows([["Vorname", "Nachname", "KV", "E-Mail", "Erwartungen", "Telefon", "Themen",
    "Geb.-Jahr"], [*named.values(), *entries.values()]])  # fmt: skip
    done = service.intake(store, LEAD, run_id, [("mentees.csv", file.getvalue().encode())])
    if done.rows:
        read_back(store, run_id, to_xlsx(store, LEAD, run_id))
    store.close()


def test_the_file_is_named_after_the_run(chapters):
    with chapters[0].read() as reader, speaking(Voice("de")):
        assert file_name(reader.get(Run, chapters[1])) == "Bewerbungen-2008-09.xlsx"


# -- LibreOffice ----------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_saved_anew_by_libreoffice_it_comes_in_unchanged(ending, tmp_path, do_without):
    office = shutil.which("soffice")
    if office is None:
        do_without("no LibreOffice here: soffice is not on the PATH")
    saved = {}
    stores = {preset: filled(preset) for preset in FOLDERS}
    stores["odd"] = filled("party-chapters", ("mentees.csv", "\n".join([HEAD, ANNA, BO]).encode()))
    (tmp_path / "out").mkdir()
    for preset, (store, run_id) in stores.items():
        saved[preset] = tmp_path / f"{preset}.xlsx"
        saved[preset].write_bytes(to_xlsx(store, LEAD, run_id))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", ending, "--outdir", tmp_path / "out"]
    subprocess.run([*command, *saved.values()], check=True, capture_output=True, timeout=180)
    for preset, (store, run_id) in stores.items():
        read_back(store, run_id, (tmp_path / "out" / f"{preset}.{ending}").read_bytes(), f"zurück.{ending}")
        store.close()
