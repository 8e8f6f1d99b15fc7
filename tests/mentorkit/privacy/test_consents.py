"""The ledger of consents: only added to, the newest word holds, and who sees and notes what."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa
from consent_samples import LEAD, SETTINGS, Clock, begin, join, officer

from mentorkit.errors import NotAllowed, RuleBroken, UsageError
from mentorkit.forms.schema import further, wordings
from mentorkit.intake.merge import merge, preview
from mentorkit.intake.unmerge import unmerge
from mentorkit.privacy.consents import history, note, of_person, states, withdraw
from mentorkit.privacy.erasure import erase
from mentorkit.privacy.ledger import put_down
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import ConsentEntry
from mentorkit.programme.records import Application, Grant, Programme
from mentorkit.programme.settings import Texts
from mentorkit.store import Store, check
from mentorkit.store.engine import make_engine
from mentorkit.store.keyring import VARIABLE
from mentorkit.store.schema import migrate

RUN = "p/1"


@pytest.fixture
def ada(store: Store) -> str:
    store.clock = Clock()
    begin(store)
    with store.write("test", "test") as writer:
        return join(writer, RUN, "mentee", "Ada", "Harz")


@pytest.fixture
def bea(store: Store, ada: str) -> str:
    with store.write("test", "test") as writer:
        return join(writer, RUN, "mentor", "Bea", "Halle")


def sharing(store: Store, person_id: str) -> str:
    return next(s.state for s in of_person(store, LEAD, person_id) if s.purpose == "sharing")


def say(store: Store, person_id: str, given: bool, on: dt.date | None = None) -> ConsentEntry:
    store.clock.forward(minutes=1)
    return note(store, LEAD, person_id, "sharing", given, channel="paper", on=on)


def test_the_newest_word_holds_and_all_are_told(store: Store, ada: str) -> None:
    assert sharing(store, ada) == "never"
    for given, state in ((True, "given"), (False, "withdrawn"), (True, "given")):
        say(store, ada, given)
        assert sharing(store, ada) == state
    assert [word.entry.given for word in history(store, LEAD, ada)] == [True, False, True]
    assert check.problems(store) == []


def test_an_earlier_day_is_the_day_it_was_said_and_of_one_day_the_no_holds(store: Store, ada: str) -> None:
    today = store.clock.now.date()
    say(store, ada, given=False)
    say(store, ada, given=True, on=today - dt.timedelta(days=3))
    assert sharing(store, ada) == "withdrawn"
    store.clock.forward(days=9)
    say(store, ada, given=True, on=today + dt.timedelta(days=5))
    say(store, ada, given=False, on=today + dt.timedelta(days=5))
    assert sharing(store, ada) == "withdrawn"
    with pytest.raises(UsageError, match=r"11\.05\.2024"):
        say(store, ada, given=True, on=today + dt.timedelta(days=5))
    say(store, ada, given=True)
    assert sharing(store, ada) == "given"
    with pytest.raises(UsageError):
        say(store, ada, given=True, on=today + dt.timedelta(days=90))


def test_the_past_is_told_in_the_order_in_which_it_was_said(store: Store, ada: str) -> None:
    today = store.clock.now.date()
    say(store, ada, given=True)
    for days in (5, 9, 7):
        say(store, ada, given=True, on=today - dt.timedelta(days=days))
    withdraw(store, LEAD, ada, "publicity", channel="talk", on=today - dt.timedelta(days=8))
    told = history(store, LEAD, ada)
    assert [(today - w.entry.at.astimezone().date()).days for w in told] == [0, 8, 5, 7, 9]
    assert [word.holds for word in told] == [True, True, False, False, False]
    assert {word.noted.date() for word in told} == {today}


def test_of_two_words_of_today_the_no_holds_whichever_was_typed_first(
    store: Store, ada: str, bea: str
) -> None:
    today = store.clock.now.astimezone().date()
    say(store, ada, given=True, on=today)
    say(store, ada, given=False, on=today)
    assert sharing(store, ada) == "withdrawn"
    say(store, bea, given=False, on=today)
    with pytest.raises(UsageError, match=r"06\.05\.2024"):
        say(store, bea, given=True, on=today)
    assert sharing(store, bea) == "withdrawn"
    say(store, bea, given=True)  # a no that was mistyped, or who agrees as one talks to her
    assert sharing(store, bea) == "given"


def test_a_word_by_link_counts_from_its_moment(store: Store, ada: str) -> None:
    today = store.clock.now.astimezone().date()
    say(store, ada, given=False, on=today)
    with store.write("Link", "application.take_in") as writer:
        store.clock.forward(minutes=1)
        put_down(writer, "p", ada, further(SETTINGS), channel="link", by="Link")
    assert sharing(store, ada) == "given"
    say(store, ada, given=False, on=today)
    assert sharing(store, ada) == "withdrawn"


def test_a_withdrawal_from_before_the_yes_is_not_noted_in_silence(store: Store, ada: str) -> None:
    today = store.clock.now.date()
    say(store, ada, given=True, on=today - dt.timedelta(days=2))
    with pytest.raises(UsageError, match=r"04\.05\.2024"):
        say(store, ada, given=False, on=today - dt.timedelta(days=3))
    assert [word.entry.given for word in history(store, LEAD, ada)] == [True]
    say(store, ada, given=False, on=today - dt.timedelta(days=2))
    assert sharing(store, ada) == "withdrawn"


def test_of_who_was_erased_nothing_is_noted(store: Store, ada: str, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ring.keyring"))
    say(store, ada, given=True)
    erase(store, LEAD, ada)
    for given in (True, False):
        with pytest.raises(RuleBroken):
            say(store, ada, given=given)
    assert sharing(store, ada) == "given"  # the ledger stays, to prove what was lawful


def test_who_agreed_to_another_text_is_asked_again(store: Store, ada: str) -> None:
    word = say(store, ada, given=True)
    assert word.text_hash == further(SETTINGS)["sharing"].text_hash
    changed = SETTINGS.model_copy(update={"texts": {"de": Texts(sharing="Ich bin einverstanden.")}})
    with store.write("test", "test") as writer:
        writer.save(writer.get(Programme, "p").with_(settings=changed))
    assert sharing(store, ada) == "older"
    note(store, LEAD, ada, "sharing", True, channel="paper", wording=word.wording)  # the old form came late
    assert sharing(store, ada) == "older"
    say(store, ada, given=True)
    assert sharing(store, ada) == "given"
    with pytest.raises(RuleBroken):  # the programme has no text on it any more
        note(store, LEAD, ada, "publicity", True, channel="talk")
    with pytest.raises(UsageError):
        note(store, LEAD, ada, "sharing", True, channel="paper", wording="the blue one")
    with pytest.raises(UsageError):
        note(store, LEAD, ada, "sharing", True, channel="link")  # that nobody types


def test_an_organisation_sees_and_notes_only_for_its_own_people(store: Store, ada: str, bea: str) -> None:
    harz = officer("Harz")
    assert {s.person_id for s in states(store, harz, RUN)} == {ada}
    assert {s.person_id for s in states(store, LEAD, RUN)} == {ada, bea}
    note(store, harz, ada, "sharing", True, channel="talk")
    for refused in (
        lambda: note(store, harz, bea, "sharing", True, channel="talk"),
        lambda: withdraw(store, harz, bea, "sharing", channel="talk"),
        lambda: history(store, harz, bea),
        lambda: of_person(store, harz, bea),
        lambda: states(store, officer("Harz", "q"), RUN),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert history(store, LEAD, bea) == []
    analyst = Actor("ann", (Grant(id="G", user_id="ann", role="analyst", programme_id="p"),))
    with pytest.raises(NotAllowed):
        states(store, analyst, RUN)


def test_an_organisation_is_not_told_what_else_its_people_are(store: Store, ada: str) -> None:
    with store.write("test", "test") as writer:
        other = writer.all(Application, person_id=ada)[0].with_(role="mentor", organisation="Halle")
        writer.save(other.with_(id=writer.new_id(Application), version=0, first_name="Adelheid"))
    told = [of_person(store, officer("Halle"), ada), states(store, officer("Halle"), RUN)]
    assert {(s.name, s.organisations, s.roles) for found in told for s in found} == {
        ("Adelheid X", ("Halle",), ("mentor",))
    }
    (all_of_her,) = {s.organisations for s in of_person(store, LEAD, ada)}
    assert all_of_her == ("Harz", "Halle")


def test_a_purpose_without_a_text_is_told_of_those_only_who_said_something(store: Store, ada: str) -> None:
    silent = SETTINGS.model_copy(update={"texts": {}})
    with store.write("test", "test") as writer:
        writer.save(writer.get(Programme, "p").with_(settings=silent))
    assert [s.purpose for s in states(store, LEAD, RUN)] == ["application", "sharing"]
    withdraw(store, LEAD, ada, "publicity", channel="email")
    assert [s.purpose for s in states(store, LEAD, RUN)] == ["application", "sharing", "publicity"]
    assert "publicity" not in wordings(silent)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_entry SET given = NOT given",
        "DELETE FROM consent_entry",
        "INSERT OR REPLACE INTO consent_entry SELECT * FROM consent_entry",
        "TRUNCATE consent_entry",
    ],
)
def test_no_statement_changes_or_removes_a_word(store: Store, ada: str, statement: str) -> None:
    dialect = store.engine.dialect.name
    if ("REPLACE" in statement and dialect != "sqlite") or ("TRUNCATE" in statement and dialect == "sqlite"):
        statement = "DELETE FROM consent_entry"
    say(store, ada, given=True)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert sharing(store, ada) == "given"
    with store.engine.begin() as connection:  # control: without the triggers it would go
        names = ("changed", "cut", "replaced") if dialect == "sqlite" else ("changed", "emptied")
        for name in names:
            tail = "" if dialect == "sqlite" else " ON consent_entry"
            connection.exec_driver_sql(f"DROP TRIGGER consents_are_never_{name}{tail}")
        connection.exec_driver_sql("DELETE FROM consent_entry")
    assert sharing(store, ada) == "never"


# -- persons put together ---------------------------------------------------------------------------


def one_of(store: Store, keep: str, other: str) -> None:
    store.clock.forward(minutes=1)
    merge(store, LEAD, preview(store, LEAD, keep, other))


def apart(store: Store, keep: str, other: str) -> None:
    store.clock.forward(minutes=1)
    unmerge(store, LEAD, keep, other)


@pytest.mark.parametrize("newer", ["ada", "bea"])
@pytest.mark.parametrize("given", [True, False])
def test_of_two_who_are_one_the_newer_word_holds(
    store: Store, ada: str, bea: str, newer: str, given: bool
) -> None:
    first, last = (bea, ada) if newer == "ada" else (ada, bea)
    say(store, first, not given)
    say(store, last, given)
    one_of(store, ada, bea)
    assert sharing(store, ada) == ("given" if given else "withdrawn")
    apart(store, ada, bea)
    said = {first: "withdrawn" if given else "given", last: "given" if given else "withdrawn"}
    assert (sharing(store, ada), sharing(store, bea)) == (said[ada], said[bea])


@pytest.mark.parametrize("who", ["ada", "bea"])
def test_at_one_moment_the_no_of_either_holds(store: Store, ada: str, bea: str, who: str) -> None:
    yes, no = (bea, ada) if who == "ada" else (ada, bea)
    note(store, LEAD, yes, "sharing", True, channel="paper")
    withdraw(store, LEAD, no, "sharing", channel="paper")  # the clock stands still
    one_of(store, ada, bea)
    assert sharing(store, ada) == "withdrawn"


def test_a_no_that_one_of_two_said_holds_for_both_once_they_are_apart(
    store: Store, ada: str, bea: str
) -> None:
    say(store, ada, given=True)
    say(store, bea, given=True)
    one_of(store, ada, bea)
    say(store, ada, given=False)
    apart(store, ada, bea)
    assert (sharing(store, ada), sharing(store, bea)) == ("withdrawn", "withdrawn")
    say(store, bea, given=True)
    one_of(store, ada, bea)
    assert sharing(store, ada) == "given"
    assert check.problems(store) == []


def test_a_yes_that_one_of_two_said_holds_for_neither_once_they_are_apart(
    store: Store, ada: str, bea: str
) -> None:
    one_of(store, ada, bea)
    say(store, ada, given=True)
    assert sharing(store, ada) == "given"
    apart(store, ada, bea)
    assert (sharing(store, ada), sharing(store, bea)) == ("never", "never")
    one_of(store, bea, ada)  # nor is it anybody's if they turn out to be one after all
    assert sharing(store, bea) == "never"
    assert check.problems(store) == []


def test_what_each_of_two_said_herself_stands_again_once_they_are_apart(
    store: Store, ada: str, bea: str
) -> None:
    say(store, ada, given=False)
    one_of(store, ada, bea)
    say(store, ada, given=True)
    apart(store, ada, bea)
    assert (sharing(store, ada), sharing(store, bea)) == ("withdrawn", "never")
    say(store, ada, given=True)
    say(store, bea, given=True)
    assert (sharing(store, ada), sharing(store, bea)) == ("given", "given")


# -- what stood in the applications -----------------------------------------------------------------


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request, tmp_path, monkeypatch) -> str:
    """A workbench of the version before the ledger, with an application to which somebody agreed."""
    monkeypatch.chdir(tmp_path)  # where the copy of one on a server goes
    nowhere = str(tmp_path / "old.mentorkit")
    if request.param == "postgres":
        nowhere = request.getfixturevalue("postgres").new_database(pattern="template1")
    engine = make_engine(nowhere)
    with engine.begin() as connection:
        migrate(connection, "0009")
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.tables.values():
            for column in table.columns:
                if isinstance(column.type, sa.JSON):
                    column.type.none_as_null = True

        def add(table: str, **values: object) -> None:
            connection.execute(sa.insert(tables.tables[table]), {"version": 1, **values})

        add("programme", id="p", name="P", preset="x", settings=SETTINGS.model_dump(mode="json"))
        add("run", id=RUN, programme_id="p", name="1", calendar=[], selection_fixed=False,
            orders={"general": "matching", "own": {}})  # fmt: skip
        add("person", id="P1", programme_id="p", first_name="Ada", last_name="X")
        bare = Application(id="", run_id=RUN, person_id="P1", role="mentee", first_name="Ada", last_name="X")
        told = bare.model_dump(mode="json", exclude={"id", "version"})
        agreed = {"version": "de-0a1b2c3d", "at": "2024-03-01T10:00:00.5Z"}
        add("application", **told | {"id": "A1", "source": {"kind": "link"}, "consent": agreed})
        add("application", **told | {"id": "A2", "role": "mentor", "consent": agreed})
        add("application", **told | {"id": "A3", "role": "mentor", "consent": None})
        for name, value in (("P", 1), ("A", 3)):
            connection.execute(sa.insert(tables.tables["counter"]), {"name": name, "value": value})
    engine.dispose()
    return nowhere


def test_what_stood_in_applications_stands_in_the_ledger(before: str) -> None:
    Store.upgrade(before)
    store = Store.open(before)
    with store.read() as reader:
        words = reader.all(ConsentEntry)
        assert len(reader.all(Application)) == 3
    at = dt.datetime(2024, 3, 1, 10, 0, 0, 500_000, dt.UTC)
    assert [
        (w.id, w.person_id, w.purpose, w.given, w.wording, w.text_hash, w.channel, w.at) for w in words
    ] == [
        ("N1", "P1", "application", True, "de-0a1b2c3d", "", "link", at),
        ("N2", "P1", "application", True, "de-0a1b2c3d", "", "paper", at),
    ]
    assert check.problems(store) == []
    assert note(store, LEAD, "P1", "sharing", True, channel="paper").id == "N3"
    store.close()


def test_what_the_trail_told_of_an_older_application_is_still_read() -> None:
    told = Application(id="A1", run_id=RUN, person_id="P1", role="mentee", first_name="A", last_name="B")
    old = json.loads(told.model_dump_json()) | {"consent": {"version": "de-0a1b2c3d", "at": "2024-03-01"}}
    assert Application.model_validate(old) == told
