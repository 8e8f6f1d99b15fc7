"""What is handed out on a person is all hers and nobody else's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from traces import EMAIL, FIRST, LAST, PHONE, RUN, SAID, tell

from mentorkit.cli import main
from mentorkit.errors import NotAllowed, NotFound
from mentorkit.forms.schema import wordings
from mentorkit.privacy.consents import note
from mentorkit.privacy.export import Export, export
from mentorkit.privacy.export_zip import HEADINGS
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.processing import save_settings
from mentorkit.programme.privacy_settings import PrivacySettings
from mentorkit.programme.records import (
    Application,
    Grant,
    NamedConflict,
    PairComment,
    Person,
    Programme,
    Run,
)
from mentorkit.store import Store
from mentorkit.store.tables import TABLES

ME = sole_actor("lead")
TABLES_OF_THE_STORE = {table.name for table in TABLES.values()}


@pytest.fixture(scope="module")
def looked_at(new_demo: Callable[[], Path]) -> Iterator[Store]:
    opened = Store.open(new_demo())
    yield opened
    opened.close()


@pytest.fixture
def store(new_demo: Callable[[], Path]) -> Iterator[Store]:
    opened = Store.open(new_demo())
    yield opened
    opened.close()


def not_her_own_words(found: Export) -> str:
    """All but the wishes and names that she wrote down herself."""
    tables: dict[str, list[dict[str, Any]]] = {**found.tables, "wishes": [], "named_in_confidence": []}
    tables["answers"] = [r for r in tables["answers"] if not str(r.get("field")).startswith("wish_")]
    return json.dumps(tables, ensure_ascii=False, default=str)


def told_of_others(store: Store, found: Export, people: list[Person]) -> list[str]:
    text = not_her_own_words(found)
    her = next(p for p in people if p.id == found.person_id)
    others = [p for p in people if p.id != her.id and p.name != her.name]
    names = [
        way
        for p in others
        for way in (p.name, f"{p.last_name}, {p.first_name}")
        if p.first_name and way in text
    ]
    return names + [p.email for p in others if p.email and p.email != her.email and f'"{p.email}"' in text]


def test_nobody_else_of_the_demo_is_in_what_is_handed_out(looked_at: Store) -> None:
    with looked_at.read() as reader:
        people = reader.all(Person)
    assert len(people) > 100
    for person in people:
        assert told_of_others(looked_at, export(looked_at, ME, person.id), people) == []


def test_without_the_redaction_others_would_be_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tell(store)
    name_a_partner(store, told.person_id)
    with store.read() as reader:
        people = reader.all(Person)
    assert told_of_others(store, export(store, ME, told.person_id), people) == []
    monkeypatch.setattr("mentorkit.privacy.mentions.Mentions.without", lambda _self, value, _instead: value)
    assert told_of_others(store, export(store, ME, told.person_id), people)


def name_a_partner(store: Store, person_id: str) -> None:
    with store.write("lead", "test") as writer:
        comment = writer.all(PairComment, mentor_id=person_id)[0]
        mentee = writer.get(Person, comment.mentee_id)
        writer.save(comment.with_(text=f"{mentee.name} ({mentee.email}) möchte lieber {FIRST} {LAST}"))


def test_all_that_she_left_is_in_it(store: Store) -> None:
    told = tell(store)
    found = export(store, ME, told.person_id)
    text = found.to_json().decode()
    # why the lead changed something, and what others began or named, is told by no word
    left = {*SAID} - {"canarydraft"}
    assert {trace for trace in (FIRST, LAST, EMAIL, PHONE, *left) if trace not in text} == set()
    assert "nicht mit" not in text, "what others named in confidence is theirs"
    assert {name for name, n in found.counts.items() if n} >= {
        "person", "applications", "answers", "named_in_confidence", "decisions", "comments", "settlements",
        "prospects", "links", "consents", "requests", "confidential_texts", "drafts", "trail",
        "earlier_tandems",
    }  # fmt: skip
    with store.read() as reader:
        assert reader.get(NamedConflict, "K9002").text.startswith("nicht mit")


def test_her_own_wish_stays_as_she_wrote_it(looked_at: Store) -> None:
    with looked_at.read() as reader:
        mentee = next(a for a in reader.all(Application, run_id=RUN) if a.entries.get("wish_1"))
    found = export(looked_at, ME, mentee.person_id)
    assert found.tables["wishes"][0]["said"] == mentee.entries["wish_1"]


def test_texts_are_opened_by_whoever_has_a_key(store: Store) -> None:
    told = tell(store)
    assert "text" not in export(store, ME, told.person_id).tables["confidential_texts"][0]
    opened = export(store, ME, told.person_id, lambda sealed: {"text": f"offen {sealed.id}"})
    assert opened.tables["confidential_texts"][0]["text"] == "offen L9001"


def test_tables_open_in_any_program_and_no_cell_is_a_formula(store: Store) -> None:
    told = tell(store)
    with store.write("lead", "test") as writer:
        mine = writer.get(Application, told.application_id)
        writer.save(mine.with_(entries={**mine.entries, "position": '=HYPERLINK("x")'}))
    book = zipfile.ZipFile(io.BytesIO(export(store, ME, told.person_id).to_zip()))
    (name,) = (name for name in book.namelist() if "verstanden" in name)
    rows = list(csv.DictReader(io.StringIO(book.read(name).decode("utf-8-sig")), delimiter=";"))
    assert '\'=HYPERLINK("x")' in [row["Was gesagt wurde"] for row in rows]


def test_a_person_reads_headings_and_words_and_no_codes(store: Store) -> None:
    told = tell(store)
    found = export(store, ME, told.person_id)
    book = zipfile.ZipFile(io.BytesIO(found.to_zip()))
    named = {column for rows in found.tables.values() for row in rows for column in row}
    assert named - {*HEADINGS} - {"field", "text_hash"} == set()
    tables = [name for name in book.namelist() if name.endswith(".csv")]
    assert len(tables) == sum(n > 0 for n in found.counts.values())
    text = "\n".join(book.read(name).decode("utf-8-sig") for name in tables)
    words = {word for line in csv.reader(io.StringIO(text), delimiter=";") for word in line}
    codes = {"mentee", "mentor", "sharing", "lock", "forbid", "diary", "concern", "information", "open",
             "person.export", "not_with", "True", "False", "None", *TABLES_OF_THE_STORE}  # fmt: skip
    assert words & codes == set()
    assert codes & {
        str(v) for rows in found.tables.values() for row in rows for v in row.values()
    }  # the control


def test_the_cover_says_what_this_is_whom_to_ask_and_what_was_agreed_to(store: Store) -> None:
    with store.read() as reader:
        run = reader.get(Run, RUN)
        programme = reader.get(Programme, run.programme_id)
        person = next(a.person_id for a in reader.all(Application, run_id=RUN))
    said = PrivacySettings(controller="Verein Muster, Am Markt 1", contact="Zimmer 3")
    save_settings(store, ME, programme.id, said, programme.version)
    note(store, ME, person, "sharing", True, channel="paper")
    note(store, ME, person, "application", True, channel="paper", wording="de-0a1b2c3d")
    found = export(store, ME, person)
    book = zipfile.ZipFile(io.BytesIO(found.to_zip()))
    cover = book.read("00 Bitte zuerst lesen.txt").decode("utf-8-sig")
    assert "Am Markt 1" in cover
    assert "Zimmer 3" in cover
    assert all(name in cover for name in book.namelist() if name.endswith(".csv"))
    text = wordings(programme.settings)["sharing"].text
    assert text.splitlines()[0] in cover
    assert "wird hier nicht aufbewahrt" in cover  # of the older text nobody knows what it said
    rows = found.tables["consents"]
    assert {row["text"] for row in rows} >= {text, None}


def test_it_is_noted_that_it_was_handed_out_and_by_whom(store: Store) -> None:
    told = tell(store)
    export(store, ME, told.person_id)
    with store.read() as reader:
        last = reader.trail(kind="person", subject=told.person_id)[-1]
    assert (last["action"], last["actor"], last["before"], last["after"]) == (
        "person.export",
        "lead",
        None,
        None,
    )


@pytest.mark.parametrize("role", ["organisation", "evaluator", "analyst", "operator"])
def test_who_has_no_right_gets_nothing(looked_at: Store, role: str) -> None:
    organisation = "Kamen" if role == "organisation" else None
    actor = Actor("x", (Grant(id="G1", user_id="x", role=role, organisation=organisation),))
    with pytest.raises(NotAllowed):
        export(looked_at, actor, "P1")
    with pytest.raises(NotFound):
        export(looked_at, ME, "P99999")


def test_the_commands_hand_out_and_erase(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = tell(store)
    store.close()
    bench, file = store.target, tmp_path / "data.zip"
    call = {"standalone_mode": False}
    main(["person", "export", bench, told.person_id, "-o", str(file), "--as", "demo", "--json"], **call)
    assert json.loads(capsys.readouterr().out)["counts"]["person"] == 1
    assert LAST in zipfile.ZipFile(file).read("data.json").decode()
    main(["person", "export", bench, "H9001-mentee", "-o", str(file), "--as", "demo", "--json"], **call)
    assert json.loads(capsys.readouterr().out)["counts"]["earlier_tandems"] == 1
    main(["person", "erase", bench, "H9001-mentee", "--yes", "--as", "demo", "--json"], **call)
    assert json.loads(capsys.readouterr().out)["erased"] is True
    main(["person", "erase", bench, told.person_id, "--dry-run", "--as", "demo", "--json"], **call)
    assert json.loads(capsys.readouterr().out)["erased"] is False
    main(["person", "erase", bench, told.person_id, "--as", "demo", "--json"], **call)
    assert json.loads(capsys.readouterr().out)["erased"] is True
    assert LAST.encode() not in Path(bench).read_bytes()
