"""What is written as XLSX, ODS or CSV comes back equal; what is broken is refused whole or taken whole."""

import csv
import io
import random
import zipfile
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import as_ods, as_xlsx, context_of, sheets_of

from mentorkit.intake import service
from mentorkit.intake.reading import read
from mentorkit.intake.text import clean
from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.records import Application, Programme, Run
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store

PROGRAMMES = Path(str(resources.files("mentorkit.examples"))) / "programmes"
SAMPLES = sorted(path for path in PROGRAMMES.rglob("*") if path.suffix in (".csv", ".xlsx", ".ods"))
LETTERS = st.text(st.characters(codec="utf-8", categories=["L", "P", "Sm", "Zs"]), max_size=12)
#: Texts that no program takes for a number, a date or a formula.
CELLS = LETTERS.map(lambda text: clean(f"x{text}"))
TABLES = st.lists(st.lists(st.one_of(st.just(""), CELLS), min_size=2, max_size=5), min_size=1, max_size=6)


def trimmed(rows):
    found = []
    for row in rows:
        cells = list(row)
        while cells and not cells[-1]:
            cells.pop()
        found.append(tuple(cells))
    while found and not found[-1]:
        found.pop()
    return tuple(found)


@settings(max_examples=25, deadline=None)
@given(st.lists(TABLES, min_size=6, max_size=6))
def test_sheets_come_back_as_they_were_written(tables):
    """Several tables as sheets of one file, since each file costs a process."""
    tables = [[["xName", "xE-Mail"], *rows] for rows in tables]
    named = [(f"Blatt {i}", rows) for i, rows in enumerate(tables)]
    for data in (as_xlsx(named), as_ods(named)):
        found = sheets_of(("a.xlsx", data))
        assert [sheet.rows for sheet in found] == [trimmed(rows) for rows in tables]


@given(TABLES, st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans())
def test_text_comes_back_as_it_was_written(rows, separator, encoding, quoted):
    rows = [["xName", "xE-Mail"], *rows]
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, quoting=quoting).writerows(rows)
    hinted = f"sep={separator}\r\n{text.getvalue()}"
    assert sheets_of(("a.csv", hinted.encode(encoding)))[0].rows == trimmed(rows)


PEOPLE = [
    dict(zip(("Nachname", "Vorname", "E-Mail", "Kreisverband", "Themen"), said, strict=True))
    for said in (("Hof", "Anna", "a@example.org", "Harz", "Recht"), ("Ahl", "Bo", "", "Börde", "Medien"))
]
TITLES = st.lists(
    st.sampled_from(
        [[], ["Anmeldungen Mentees"], ["Stand: 12.12.2020"], ["Bitte nur weiße Felder"], ["", "Seite 1"]]
    ),
    max_size=4,
)


@given(st.permutations(list(PEOPLE[0])), TITLES, st.integers(0, 2))
def test_neither_the_order_of_columns_nor_titles_matter(heads, titles, empty):
    rows = [*titles, *[[]] * empty, heads, *([person[head] for head in heads] for person in PEOPLE)]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    intake = read([("mentees.csv", text.getvalue().encode())], context_of(load_preset("party-chapters")))
    found = [(a.last_name, a.first_name, a.organisation, a.entries["topics"]) for a in intake.applications]
    assert found == [(p["Nachname"], p["Vorname"], p["Kreisverband"], p["Themen"]) for p in PEOPLE]


# -- broken files ---------------------------------------------------------------------------------


def mutant(rng, path):
    """A file with a few bytes changed: of the file, or of the parts that a workbook packs."""
    data = path.read_bytes()
    if path.suffix == ".csv" or rng.random() < 0.3:
        return scrambled(rng, data)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, scrambled(rng, part) if rng.random() < 0.4 else part)
    return packed.getvalue()


def scrambled(rng, data):
    changed = bytearray(data) or bytearray(b"x")
    for _ in range(rng.choice([1, 3, 12])):
        at = rng.randrange(len(changed))
        way = rng.randrange(4)
        if way == 0:
            changed[at] = rng.randrange(256)
        elif way == 1 and len(changed) > 100:
            del changed[at : at + rng.randrange(1, 60)]
        elif way == 2:
            changed[at:at] = changed[: rng.randrange(1, 200)]
        else:
            changed[at:at] = rng.choice([b'"', b";", b"\n", b"\0", b"\xff", b'"";"', b"99999999", b"&#0;"])
    return bytes(changed[: rng.randrange(1, len(changed))] if rng.random() < 0.05 else changed)


def take_in_mutants(seed, count):
    """Take mutants in and return how many were read; each is stored whole or not at all."""
    rng = random.Random(seed)
    settings_ = load_preset("party-chapters")
    store = Store.create()
    with store.write("test", "programme.add") as writer:
        writer.save(Programme(id="p", name="P", preset="party-chapters", settings=settings_))
        writer.save(Run(id="p/1", programme_id="p", name="1", calendar=settings_.run.calendar))
    files = []
    for i in range(count):
        path = rng.choice(SAMPLES)
        files.append((f"{seed}_{i}_mentees{path.suffix}", mutant(rng, path)))
    intake = service.intake(store, sole_actor("lea"), "p/1", files)
    with store.read() as reader:
        stored = Counter(a.source.file for a in reader.all(Application, run_id="p/1"))
    store.close()
    wanted = Counter(row.raw.source.file for row in intake.rows)
    refused = {report.file for report in intake.files if report.status == "refused"}
    assert stored == wanted
    assert not refused & stored.keys()
    assert len(intake.files) == count
    return count - len(refused)


def test_broken_files_are_taken_in_whole_or_not_at_all():
    assert 0 < take_in_mutants(1, 40) < 40


@pytest.mark.storm
@pytest.mark.parametrize("seed", range(100))
def test_two_thousand_broken_files_are_taken_in_whole_or_not_at_all(seed):
    take_in_mutants(seed + 2, 20)
