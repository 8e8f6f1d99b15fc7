"""Whether a store is whole: every promise that its records give each other, broken once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mentorkit.errors import StoreError
from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Application, PairDecision, Person, Programme, Run, Tandem, Wish
from mentorkit.programme.settings import Quotas, load_preset
from mentorkit.store import Store, check


@pytest.fixture(autouse=True)
def _english():
    with speaking(Voice("en")):
        yield


PEOPLE = {"mentee": ("P1", "P2"), "mentor": ("P3", "P4")}


@pytest.fixture
def whole(store: Store) -> Store:
    """A run of two mentees and two mentors, with a tandem and one place each."""
    settings = load_preset("arts-academy")
    with store.write("anna", "programme.add") as writer:
        writer.save(Programme(id="p", name="P", preset="arts-academy", settings=settings))
        writer.save_all([Run(id=f"p/{n}", programme_id="p", name=f"{n}") for n in (1, 2)])
        for role, ids in PEOPLE.items():
            for _ in ids:
                person = Person(id=writer.new_id(Person), programme_id="p", first_name="E", last_name="M")
                writer.save(person)
                writer.save(
                    Application(id=writer.new_id(Application), run_id="p/1", person_id=person.id, role=role,
                                first_name="E", last_name="M", organisation="Kamen", place="selected")
                )  # fmt: skip
        writer.save(_tandem(writer.new_id(Tandem), "P1", "P3"))
    return store


def _tandem(key: str, mentee: str, mentor: str, run: str = "p/1", state: str = "active") -> Tandem:
    return Tandem(id=key, run_id=run, mentee_id=mentee, mentor_id=mentor, score=1, contributions={},
                  state=state)  # fmt: skip


def _wish(wished: str | None, run: str = "p/1", by: str = "A2") -> Wish:
    return Wish(id="W1", run_id=run, application_id=by, rank=1, text="x", mentor_application_id=wished)


def _save(*records):
    def save(writer) -> None:
        for record in records:
            writer.new_id(type(record))
            writer.save(record)

    return save


def _second_place(writer) -> None:
    person = writer.get(Application, "A1")
    _save(person.with_(id="A5", version=0))(writer)


def _quota(writer) -> None:
    programme = writer.get(Programme, "p")
    settings = programme.settings.model_copy(update={"quotas": Quotas(mentees=1)})
    writer.save(programme.with_(settings=settings))
    _save(_tandem("T2", "P2", "P4"))(writer)
    writer.save(writer.get(Run, "p/1").with_(approved_at=writer.at))


BROKEN = {
    "a tandem of strangers": (_save(_tandem("T2", "P2", "P4", "p/2")), "“T2” has a person"),
    "a tandem with roles exchanged": (_save(_tandem("T2", "P4", "P2")), "“T2” has a person"),
    "a decision on strangers": (
        _save(PairDecision(id="D1", run_id="p/2", mentee_id="P1", mentor_id="P3", kind="lock")),
        "decision “D1” is about a person",
    ),
    "a wish in another run": (_save(_wish("A3", "p/2")), "wish “W1” is of or for a person"),
    "a wish of a mentor": (_save(_wish("A3", by="A4")), "wish “W1” is of or for a person"),
    "a wish for a mentee": (_save(_wish("A1")), "wish “W1” is of or for a person"),
    "two places of one person": (_second_place, "“P1” holds 2 selected places"),
    "a mentor with two": (_save(_tandem("T2", "P2", "P3")), "“P3” has one place in “p/1”, but 2"),
    "a mentee with two": (_save(_tandem("T2", "P1", "P4")), "“P1” has one place in “p/1”, but 2"),
    "a quota exceeded": (_quota, "Kamen has 2 people of one role in tandems of “p/1”, but may send 1"),
    "an id that comes again": (
        lambda writer: writer.save(Person(id="P9", programme_id="p", first_name="E", last_name="M")),
        "next id of “person” was given already: P9",
    ),
}  # fmt: skip
FINE = {
    "nothing else": lambda writer: None,
    "a wish for a mentor": _save(_wish("A3")),
    "a wish for nobody known": _save(_wish(None)),
    "a tandem after one that was dissolved": _save(
        _tandem("T2", "P2", "P3", state="dissolved"), _tandem("T3", "P2", "P4")
    ),
    "a decision": _save(PairDecision(id="D1", run_id="p/1", mentee_id="P2", mentor_id="P4", kind="forbid")),
}


@pytest.mark.parametrize("deed", FINE.values(), ids=FINE)
def test_what_fits_together_is_whole(whole: Store, deed) -> None:
    with whole.write("anna", "test") as writer:
        deed(writer)
    assert check.problems(whole) == []


@pytest.mark.parametrize(("deed", "sentence"), BROKEN.values(), ids=BROKEN)
def test_each_broken_promise_is_told_in_one_sentence(whole: Store, deed, sentence: str) -> None:
    with whole.write("anna", "test") as writer:
        deed(writer)
    (told,) = check.problems(whole)
    assert sentence in told


def test_a_record_that_points_to_nothing_is_told(whole: Store) -> None:
    harm = "UPDATE tandem SET mentee_id = 'P77'"
    if whole.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(whole.target)) as connection, connection:
            connection.execute(harm)  # who does not ask for it keeps no links there
    else:
        with whole.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(harm)
    assert check.problems(whole) == ["The record “T1” of “tandem” points to nothing in “person”."]


def test_a_record_that_cannot_be_understood_is_told(whole: Store) -> None:
    with whole.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tandem SET state = 'upside down'")
    (told,) = check.problems(whole)
    assert "“T1” cannot be understood" in told


@pytest.mark.sqlite
@pytest.mark.parametrize("page", [2, -1], ids=["at the beginning", "at the end"])
def test_a_damaged_page_is_told(tmp_path: Path, page: int) -> None:
    path = tmp_path / "a.mentorkit"
    Store.create(path).close()
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(path.read_bytes())
    start = (page * size) % len(content)
    content[start : start + size] = b"\x55" * size
    path.write_bytes(content)
    try:  # the deeper the damage, the earlier it is noticed
        told = check.problems(Store.open(path))
    except StoreError as error:
        told = [str(error)]
    assert "damaged" in told[0]
