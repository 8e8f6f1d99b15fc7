"""Transactions, versions, ids and the audit trail, on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import subprocess
import sys
import threading

import pytest

from mentorkit.errors import NotFound, StaleRecord, StoreError
from mentorkit.privacy.records import Session, User
from mentorkit.programme.records import Draft, Organisation, Person, Programme, Run
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store


@pytest.fixture
def programme(store: Store) -> Programme:
    record = Programme(id="p", name="Programme", preset="arts-academy", settings=load_preset("arts-academy"))
    with store.write("anna", "programme.add") as writer:
        return writer.save(record)


def test_a_record_comes_back_as_it_was_stored(store: Store, programme: Programme) -> None:
    with store.read() as reader:
        assert reader.get(Programme, "p") == programme
    assert programme.version == 1


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with store.read() as reader:
        assert reader.find(Run, "p/1") is None
        with pytest.raises(NotFound, match="p/1"):
            reader.get(Run, "p/1")


def test_a_stale_change_is_refused_with_both_versions(store: Store, programme: Programme) -> None:
    with store.write("bert", "programme.change") as writer:
        theirs = writer.save(programme.with_(name="Theirs"))
    mine = programme.with_(name="Mine")
    with pytest.raises(StaleRecord) as refused, store.write("anna", "programme.change") as writer:
        writer.save(mine)
    assert (refused.value.mine, refused.value.theirs) == (mine, theirs)
    with store.read() as reader:
        assert reader.get(Programme, "p").name == "Theirs"


def test_what_a_writer_checked_still_holds_when_it_writes(target: str, programme: Programme) -> None:
    both_have_checked = threading.Barrier(2)

    def add_where_there_is_none() -> None:
        store = Store.open(target)
        with store.write("anna", "person.add") as writer:
            nobody = not writer.all(Person)
            with contextlib.suppress(threading.BrokenBarrierError):  # the other one waits its turn
                both_have_checked.wait(0.5)
            if nobody:
                person = Person(
                    id=writer.new_id(Person), programme_id="p", first_name="Eva", last_name="Muster"
                )
                writer.save(person)
        store.close()

    writers = [threading.Thread(target=add_where_there_is_none) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    store = Store.open(target)
    with store.read() as reader:
        assert len(reader.all(Person)) == 1
    store.close()


def test_a_reader_waits_for_no_writer(target: str, programme: Programme) -> None:
    store, other = Store.open(target, busy_seconds=0.2), Store.open(target)
    with other.write("bert", "programme.change") as writer, store.read() as reader:
        writer.save(programme.with_(name="Theirs"))
        assert reader.get(Programme, "p").name == "Programme"
    store.close()
    other.close()


def test_a_stale_removal_is_refused(store: Store, programme: Programme) -> None:
    with store.write("bert", "programme.change") as writer:
        writer.save(programme.with_(name="Theirs"))
    with pytest.raises(StaleRecord), store.write("anna", "programme.remove") as writer:
        writer.delete(programme)


def test_a_block_that_fails_changes_nothing_and_leaves_no_trace(store: Store, programme: Programme) -> None:
    def change_and_fail() -> None:
        with store.write("anna", "programme.change") as writer:
            writer.save(programme.with_(name="Never"))
            writer.save(Organisation(id=writer.new_id(Organisation), programme_id="p", name="Never"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    with store.read() as reader:
        assert reader.all(Programme) == [programme]
        assert reader.all(Organisation) == []
        assert [entry["action"] for entry in reader.trail()] == ["programme.add"]


def test_ids_have_no_gaps_even_after_a_failed_block(store: Store, programme: Programme) -> None:
    made = []
    for name in ("a", "b", "fails", "c"):
        try:
            with store.write("anna", "organisation.add") as writer:
                made.append(
                    writer.save(Organisation(id=writer.new_id(Organisation), programme_id="p", name=name))
                )
                if name == "fails":
                    made.pop()
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue
    assert [record.id for record in made] == ["O1", "O2", "O3"]


def test_records_come_in_the_order_they_were_made(store: Store, programme: Programme) -> None:
    names = [f"place {n}" for n in range(12, 0, -1)]
    with store.write("anna", "organisation.add") as writer:
        for name in names:
            writer.save(Organisation(id=writer.new_id(Organisation), programme_id="p", name=name))
    with store.read() as reader:
        assert [record.name for record in reader.all(Organisation)] == names


def test_every_change_leaves_an_audit_entry_with_who_what_and_why(store: Store, programme: Programme) -> None:
    moment = dt.datetime(2014, 5, 1, 12, 30, tzinfo=dt.UTC)
    store.clock = lambda: moment
    with store.write("bert", "programme.change", reason="a new name") as writer:
        changed = writer.save(programme.with_(name="New"))
    with store.write("anna", "programme.remove") as writer:
        writer.delete(changed)
    with store.read() as reader:
        _, change, removal = reader.trail()
        assert len(reader.trail(actor="bert")) == 1
    assert (change["at"], change["actor"], change["action"], change["reason"]) == (
        moment,
        "bert",
        "programme.change",
        "a new name",
    )
    assert (change["kind"], change["subject"]) == ("programme", "p")
    assert (change["before"]["name"], change["after"]["name"]) == ("Programme", "New")
    assert removal["before"]["name"] == "New"
    assert removal["after"] is None


def test_the_latest_deeds_are_told_newest_first_and_page_by_page(store: Store, programme: Programme) -> None:
    for name in ("1", "2", "3"):
        with store.write("anna", "programme.add") as writer:
            writer.save(Run(id=f"p/{name}", programme_id="p", name=name))
    with store.write("bert", "organisation.add") as writer:
        writer.save(Organisation(id="O1", programme_id="p", name="Kamen"))
    with store.write("anna", "draft.save") as writer:
        draft = writer.save(Draft(id="E1", user="anna", run_id="p/2", app="a", content={}))
    with store.write("anna", "draft.clear") as writer:
        writer.delete(draft)
    with store.read() as reader:
        told = list(reader.latest({"programme.add": "run", "draft.clear": "draft"}, pages_of=2))
    assert [(entry["action"], entry["subject"], entry["run_id"]) for entry in told] == [
        ("draft.clear", "E1", "p/2"),
        ("programme.add", "p/3", None),
        ("programme.add", "p/2", None),
        ("programme.add", "p/1", None),
    ]


def test_the_trail_can_be_read_on_from_where_one_stopped(store: Store, programme: Programme) -> None:
    with store.read() as reader:
        before = reader.newest()
    with store.write("bert", "organisation.add") as writer:
        writer.save(Organisation(id="O1", programme_id="p", name="Kamen"))
    with store.read() as reader:
        assert [entry["actor"] for entry in reader.trail(after=before)] == ["bert"]
        assert reader.trail(after=reader.newest()) == []


def test_secret_fields_never_reach_the_audit_trail(store: Store) -> None:
    with store.write("anna", "user.add") as writer:
        writer.save(User(id="bert", display_name="Bert", password_hash="$argon2id$hidden"))
    with store.read() as reader:
        assert reader.get(User, "bert").password_hash == "$argon2id$hidden"
        assert "hidden" not in str(reader.trail())


def test_that_a_session_was_used_is_stored_without_an_audit_entry(store: Store) -> None:
    start = dt.datetime(2014, 5, 1, tzinfo=dt.UTC)
    with store.write("bert", "user.add") as writer:
        writer.save(User(id="bert", display_name="Bert"))
        session = writer.save(Session(id="s", user_id="bert", started_at=start, seen_at=start))
    with store.write("bert", "session.use") as writer:
        session = writer.save(session.with_(seen_at=start + dt.timedelta(minutes=5)))
    with store.write("bert", "session.end") as writer:
        writer.save(session.with_(ended_at=start))
    with store.read() as reader:
        assert [entry["action"] for entry in reader.trail()] == ["user.add", "user.add", "session.end"]


def test_the_same_entry_twice_is_refused_in_plain_words(store: Store, programme: Programme) -> None:
    with store.write("anna", "run.add") as writer:
        writer.save(Run(id="p/1", programme_id="p", name="1"))
        draft = writer.save(Draft(id="E1", user="anna", run_id="p/1", app="intake", content={}))
    again = draft.with_(id="E2", version=0)
    with pytest.raises(StoreError, match="inzwischen"), store.write("anna", "draft.save") as writer:
        writer.save(again)


def test_a_reader_sees_one_moment(target: str, store: Store, programme: Programme) -> None:
    if target.startswith("postgresql"):
        other = Store.open(target)
        with store.read() as reader:
            before = reader.all(Programme)
            with other.write("bert", "programme.change") as writer:
                writer.save(programme.with_(name="Later"))
            assert reader.all(Programme) == before
        other.close()
    else:  # a writer has to wait for readers there
        impatient = Store.open(target, busy_seconds=0.05)
        with store.read() as reader:
            before = reader.all(Programme)
            with pytest.raises(StoreError), impatient.write("bert", "programme.change") as writer:
                writer.save(programme.with_(name="Later"))
            assert reader.all(Programme) == before
        impatient.close()


_FIRST_IDS = """
import sys
from mentorkit.programme.records import Organisation
from mentorkit.store import Store
store = Store.open(sys.argv[1])
for n in range(20):
    with store.write("adder", "add") as writer:
        name = f"{sys.argv[2]}-{n}"
        writer.save(Organisation(id=writer.new_id(Organisation), programme_id="p", name=name))
"""


def test_the_first_ids_of_two_processes_do_not_meet(target: str, store: Store, programme: Programme) -> None:
    adders = [subprocess.Popen([sys.executable, "-c", _FIRST_IDS, target, name]) for name in "ab"]
    assert [adder.wait(120) for adder in adders] == [0, 0]
    with store.read() as reader:
        ids = [record.id for record in reader.all(Organisation)]
    assert ids == [f"O{n}" for n in range(1, 41)]


# -- many at once -------------------------------------------------------------------------------------


def test_many_records_are_stored_as_if_one_by_one(store: Store, programme: Programme) -> None:
    with store.write("anna", "organisation.add") as writer:
        first = writer.save(Organisation(id=writer.new_id(Organisation), programme_id="p", name="first"))
        new = [Organisation(id=writer.new_id(Organisation), programme_id="p", name=f"{n}") for n in range(3)]
        saved = writer.save_all([first.with_(name="renamed"), *new])
    assert [(o.id, o.version) for o in saved] == [("O1", 2), ("O2", 1), ("O3", 1), ("O4", 1)]
    with store.read() as reader:
        assert reader.all(Organisation) == saved
        entries = reader.trail(kind="organisation")
    assert [(e["subject"], (e["before"] or {}).get("name"), e["after"]["name"]) for e in entries] == [
        ("O1", None, "first"),
        ("O1", "first", "renamed"),
        ("O2", None, "0"),
        ("O3", None, "1"),
        ("O4", None, "2"),
    ]


def test_one_stale_record_among_many_refuses_them_all(store: Store, programme: Programme) -> None:
    with store.write("anna", "organisation.add") as writer:
        made = writer.save_all([Organisation(id=f"O{n}", programme_id="p", name=f"{n}") for n in range(3)])
    with store.write("bert", "organisation.change") as writer:
        theirs = writer.save(made[1].with_(name="theirs"))
    mine = [organisation.with_(name="mine") for organisation in made]
    with pytest.raises(StaleRecord) as refused, store.write("anna", "organisation.change") as writer:
        writer.save_all(mine)
    assert (refused.value.mine, refused.value.theirs) == (mine[1], theirs)
    with store.read() as reader:
        assert [o.name for o in reader.all(Organisation)] == ["0", "theirs", "2"]


def test_what_follows_from_a_deed_counts_its_ids_on(store: Store, programme: Programme) -> None:
    with store.write("anna", "organisation.add") as writer:
        ids = [writer.new_id(Organisation), writer.besides("other").new_id(Organisation)]
    with store.write("anna", "organisation.add") as writer:
        ids.append(writer.new_id(Organisation))
    assert ids == ["O1", "O2", "O3"]
