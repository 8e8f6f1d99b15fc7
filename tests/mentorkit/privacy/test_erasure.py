"""Who was erased is gone, everywhere, and no copy of the workbench brings her back."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from consent_samples import begin, join
from hypothesis import given
from hypothesis import strategies as st
from traces import DAY, EMAIL, FIRST, LAST, RUN, TRACES, tell

from mentorkit.errors import NotAllowed, NothingToMatch, RuleBroken, StaleRecord, StoreError
from mentorkit.intake import actions, lookalikes, merge, service, trail
from mentorkit.intake.unmerge import unmerge
from mentorkit.matching import choosing
from mentorkit.network.service import tandems
from mentorkit.overview.changes import changes
from mentorkit.overview.runs import overviews
from mentorkit.privacy import consents, erasure, restoring
from mentorkit.privacy.mentions import Mentions, folded
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.records import ConsentEntry, Erasure, SealedText
from mentorkit.privacy.replay import open_store, replay
from mentorkit.programme.records import (
    Application,
    Contact,
    EarlierTandem,
    FormLink,
    Grant,
    NamedConflict,
    Organisation,
    PairComment,
    Person,
    Prospect,
    Run,
    Tandem,
    Wish,
)
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store, backup, check
from mentorkit.store.engine import make_engine
from mentorkit.store.ring import DataKey
from mentorkit.store.schema import migrate
from mentorkit.store.tables import metadata
from mentorkit.workbench import open_workbench

ME = sole_actor("lead")


@pytest.fixture
def store(new_demo: Callable[[], Path]) -> Iterator[Store]:
    opened = Store.open(new_demo())
    yield opened
    opened.close()


def _empty(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("postgres").new_database(pattern="template1")


def everything(store: Store) -> str:
    """All that stands in the tables, as text."""
    with store.engine.connect() as connection, connection.begin():
        rows = [row for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return "\n".join(json.dumps(list(row), default=str, ensure_ascii=False) for row in rows)


def traces(text: str | bytes) -> list[str]:
    said = text.decode("latin-1") if isinstance(text, bytes) else text
    return [trace for trace in TRACES if trace in said]


def in_files(store: Store) -> list[str]:
    path = Path(store.target)
    return traces(b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*")))


# -- gone ---------------------------------------------------------------------------------------------


def test_who_is_erased_is_in_no_table_any_more(anywhere: Store) -> None:
    told = tell(anywhere)
    before = check.problems(anywhere)
    assert traces(everything(anywhere)) == list(TRACES)
    erasure.erase(anywhere, ME, told.person_id)
    assert traces(everything(anywhere)) == []
    assert {*check.problems(anywhere)} <= {*before}


def test_nobody_is_told_what_an_erased_person_agreed_to(store: Store) -> None:
    person, run = tell(store).person_id, RUN
    asked = {standing.person_id for standing in consents.states(store, ME, run)}
    assert person in asked  # and her tandem stays, without her name
    erasure.erase(store, ME, person)
    assert {standing.person_id for standing in consents.states(store, ME, run)} == asked - {person}


@pytest.mark.sqlite
def test_nothing_of_her_is_left_in_the_files_of_the_workbench(store: Store) -> None:
    told = tell(store)
    assert set(in_files(store)) == set(TRACES)
    erasure.erase(store, ME, told.person_id)
    assert in_files(store) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("without", ["history", "secure_delete"])
def test_without_either_defence_something_is_left(
    store: Store, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    told = tell(store)
    if without == "history":
        monkeypatch.setattr("mentorkit.privacy.erasing._forget", lambda *_: None)
    else:
        sa.event.listen(store.engine, "begin", lambda c: c.exec_driver_sql("PRAGMA secure_delete = OFF"))
    erasure.erase(store, ME, told.person_id)
    assert in_files(store)


def test_the_preview_tells_what_goes_and_what_stays_and_changes_nothing(store: Store) -> None:
    told = tell(store)
    before = everything(store)
    seen = erasure.preview(store, ME, told.person_id)
    assert everything(store) == before
    assert {item.kind: item.n for item in seen.goes if item.kind != "history"} == {
        "Person": 1, "Application": 1, "NamedConflict": 1, "PairDecision": 1, "PairComment": 1,
        "Settlement": 1, "Prospect": 1, "FormLink": 1, "SealedText": 1, "Draft": 1,
        "mentions": seen_by_others(seen),
    }  # fmt: skip
    assert {item.kind for item in seen.stays} == {
        "Application", "EarlierTandem", "ConsentEntry", "DataRequest", "audit",
    }  # fmt: skip
    assert all(item.why for item in seen.stays)
    forgotten = next(item.n for item in seen.goes if item.kind == "history")
    with store.engine.connect() as connection:
        count = sa.text("SELECT count(*) FROM history")
        before_it = connection.execute(count).scalar_one()
    erasure.erase(store, ME, told.person_id, preview=seen)
    with store.engine.connect() as connection:
        # what the erasure itself tells is forgotten, too, but for its own entry and other people's records
        assert connection.execute(count).scalar_one() < before_it - forgotten + 20


def seen_by_others(seen: erasure.Preview) -> int:
    """How many records of others mention her: an application, its wish, a comment, a conflict at least."""
    n = next(item.n for item in seen.goes if item.kind == "mentions")
    assert n >= 4
    return n


def test_what_counts_stays_without_a_name(store: Store) -> None:
    told = tell(store, approved=True)
    erasure.erase(store, ME, told.person_id, "wegen der Anfrage")
    with store.read() as reader:
        person, mine = reader.get(Person, told.person_id), reader.get(Application, told.application_id)
        assert (person.name, person.email, person.birth_year) == ("gelöschte Person", None, None)
        assert (mine.name, mine.role, mine.run_id, mine.entries) == ("gelöschte Person", "mentor", RUN, {})
        assert mine.erased
        assert mine.withdrawn
        assert reader.get(Tandem, "T9001").state == "dissolved"
        earlier = reader.get(EarlierTandem, "H9001")
        assert (earlier.mentor, earlier.mentor_id, earlier.mentee) == (
            "gelöschte Person", told.person_id, "Ida Kurz",
        )  # fmt: skip
        assert reader.all(ConsentEntry, person_id=told.person_id)
        assert not reader.all(SealedText, person_id=told.person_id)
        wish = next(w for w in reader.all(Wish, mentor_application_id=told.application_id))
        of = reader.get(Application, wish.application_id)
        assert wish.text == of.entries[f"wish_{wish.rank}"] == "gelöschte Person"
        assert of.entries["expectations"] == "Am liebsten Frau gelöschte Person oder gelöschte Person."
        conflict = reader.get(NamedConflict, "K9002")
        assert (conflict.text, conflict.meant) == ("nicht mit gelöschte Person, bitte", ())


def test_a_tandem_that_goes_on_needs_a_reason(store: Store) -> None:
    told = tell(store, approved=True)
    seen = erasure.preview(store, ME, told.person_id)
    assert seen.running == ("T9001",)
    with pytest.raises(RuleBroken):
        erasure.erase(store, ME, told.person_id)
    assert traces(everything(store)) == list(TRACES)
    assert store.keyring.erased() == []


def test_what_changed_since_the_preview_is_refused(store: Store) -> None:
    told = tell(store)
    seen = erasure.preview(store, ME, told.person_id)
    with store.write("lead", "test") as writer:
        writer.save(writer.get(Person, told.person_id).with_(birth_year=1972))
    with pytest.raises(StaleRecord):
        erasure.erase(store, ME, told.person_id, preview=seen)
    assert store.keyring.erased() == []


def test_nobody_is_erased_twice(store: Store) -> None:
    told = tell(store)
    erasure.erase(store, ME, told.person_id)
    with pytest.raises(RuleBroken):
        erasure.preview(store, ME, told.person_id)


def test_another_of_the_same_name_keeps_hers(store: Store) -> None:
    told = tell(store)
    with store.write("lead", "test") as writer:
        other = next(
            a for a in writer.all(Application, run_id=RUN) if a.id not in (told.application_id, told.wisher)
        )
        entries = {**other.entries, "first_name": FIRST, "last_name": LAST}
        namesake = writer.save(other.with_(first_name=FIRST, last_name=LAST, entries=entries))
        writer.save(writer.get(Person, other.person_id).with_(first_name=FIRST, last_name=LAST))
    erasure.erase(store, ME, told.person_id)
    with store.read() as reader:
        kept = reader.get(Application, namesake.id)
        assert (kept.name, kept.entries) == (f"{FIRST} {LAST}", entries)


# -- who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"),
    [("lead", True), ("data-protection", True), ("organisation", False), ("evaluator", False),
     ("analyst", False), ("operator", False)],
)  # fmt: skip
def test_only_the_lead_and_data_protection_erase(store: Store, role: str, may: bool) -> None:
    told = tell(store)
    organisation = "Kamen" if role == "organisation" else None
    grant = Grant(id="G1", user_id="x", role=role, programme_id="arts-academy", organisation=organisation)
    actor = Actor("x", (grant,))
    for act in (erasure.preview, erasure.erase):
        if not may:
            with pytest.raises(NotAllowed):
                act(store, actor, told.person_id)
    if may:
        erasure.erase(store, actor, told.person_id)
    assert bool(traces(everything(store))) is not may


# -- the rest of the product --------------------------------------------------------------------------


def test_the_rest_goes_on_and_shows_a_word(store: Store) -> None:
    told = tell(store)
    before = check.problems(store)
    with store.read() as reader:
        tandem = reader.all(Tandem)[0]
    for person_id in (told.person_id, tandem.mentee_id, tandem.mentor_id):
        erasure.erase(store, ME, person_id, "auf Antrag")
    bench = open_workbench(store.target, "demo")
    shown = ""
    changes(bench.store, bench.actor, 50)
    overviews(bench.store, bench.actor, dt.datetime.now(dt.UTC).date())
    for run in bench.runs:
        shown += run.applications.to_csv()
        choosing.select(bench.store, bench.actor, run.id)
        assert all(
            "gelöschte Person" not in s.keep.name
            for s in lookalikes.suggestions(bench.store, bench.actor, run.id)
        )
        if run.record.approved_at is None:
            with suppress(NothingToMatch):
                assert told.person_id not in {*run.match().tandems["mentor_id"]}
    shown += tandems(bench.store, bench.actor, tandem.run_id, runs="all").to_csv()
    bench.close()
    assert shown.count("gelöschte Person") >= 4
    assert {*check.problems(store)} <= {*before}


def test_an_erased_application_is_neither_mended_nor_undone_nor_merged(store: Store) -> None:
    told = tell(store)
    actions.withdraw(store, ME, told.application_id, "geht nicht", 2)
    erasure.erase(store, ME, told.person_id)
    with store.read() as reader:
        mine = reader.get(Application, told.application_id)
    for act in (trail.undo, trail.redo):
        with pytest.raises(RuleBroken, match="gelöscht"):
            act(store, ME, mine.id, mine.version)
    with pytest.raises(RuleBroken, match="gelöscht"):
        service.mend(store, ME, mine.id, {"first_name": FIRST}, mine.version)
    assert not actions.preview(store, ME, "readmit", [mine.id]).possible
    assert trail.undoable(store, ME, mine.id) is None
    with store.read() as reader:
        other = next(p for p in reader.all(Person, programme_id="arts-academy") if p.id != told.person_id)
    assert merge.preview(store, ME, other.id, told.person_id).hindrances


# -- back again ---------------------------------------------------------------------------------------


def key_of(store: Store, subject: str) -> bool:
    with store.keyring.read() as ring:
        return ring.data_key("arts-academy", subject) is not None


def give_key(store: Store, subject: str) -> None:
    with store.keyring.write() as ring:
        ring.keep_data_key(DataKey("arts-academy", subject, b"public"), {})


def test_erasing_destroys_her_key_and_nobody_elses(store: Store) -> None:
    told = tell(store)
    give_key(store, told.person_id)
    give_key(store, "P1")
    erasure.erase(store, ME, told.person_id)
    assert not key_of(store, told.person_id)
    assert key_of(store, "P1")


@pytest.mark.parametrize("passphrase", [None, "eine lange Losung"])
def test_erase_restore_the_older_backup_look_gone(
    store: Store, tmp_path: Path, passphrase: str | None
) -> None:
    told = tell(store)
    backup.back_up(store, tmp_path / "older", passphrase)
    erasure.erase(store, ME, told.person_id)
    ring = Path(f"{store.target}.keyring")
    restored = restoring.restore(tmp_path / "older", tmp_path / "again.mentorkit", passphrase, ring)
    assert restored.to_json()["erasures"] == {"journal": str(ring), "replayed": 1}
    assert traces((tmp_path / "again.mentorkit").read_bytes()) == []
    # the control: without the journal she is back
    backup.restore(tmp_path / "older", tmp_path / "control.mentorkit", passphrase)
    assert traces((tmp_path / "control.mentorkit").read_bytes())


@pytest.mark.postgres
def test_a_backup_restored_on_a_server_is_without_her(
    store: Store, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    told = tell(store)
    backup.back_up(store, tmp_path / "older")
    erasure.erase(store, ME, told.person_id)
    target = _empty(request)
    restoring.restore(tmp_path / "older", target, None, Path(f"{store.target}.keyring"))
    again = Store.open(target)
    assert traces(everything(again)) == []
    again.close()


@pytest.mark.sqlite
def test_a_plain_copy_put_back_is_cleaned_as_it_is_opened(store: Store, tmp_path: Path) -> None:
    told = tell(store)
    store.leave_nothing()
    shutil.copy(store.target, tmp_path / "copy")
    erasure.erase(store, ME, told.person_id)
    store.close()
    shutil.copy(tmp_path / "copy", store.target)
    assert in_files(store)
    open_workbench(store.target, "demo").close()
    assert in_files(store) == []


def test_who_got_the_number_later_is_somebody_else(store: Store, tmp_path: Path) -> None:
    backup.back_up(store, tmp_path / "older")
    with store.write("lead", "test") as writer:
        new = Person(id=writer.new_id(Person), programme_id="arts-academy", first_name=FIRST, last_name=LAST)
        writer.save(new)
    erasure.erase(store, ME, new.id)
    ring = Path(f"{store.target}.keyring")
    restoring.restore(tmp_path / "older", tmp_path / "again.mentorkit", None, ring)
    shutil.copy(ring, tmp_path / "again.mentorkit.keyring")
    again = Store.open(tmp_path / "again.mentorkit")
    with again.write("lead", "test") as writer:
        later = writer.save(new.with_(id=writer.new_id(Person), first_name="Ulla", version=0))
    assert later.id == new.id
    give_key(again, later.id)
    assert replay(again) == 0
    with again.read() as reader:
        assert reader.get(Person, later.id).first_name == "Ulla"
    assert key_of(again, later.id)
    again.close()


def test_an_older_copy_of_the_keyring_brings_no_key_back(store: Store, tmp_path: Path) -> None:
    told = tell(store)
    give_key(store, told.person_id)
    ring = Path(f"{store.target}.keyring")
    shutil.copy(ring, tmp_path / "older.keyring")
    erasure.erase(store, ME, told.person_id)
    shutil.copy(tmp_path / "older.keyring", ring)
    assert key_of(store, told.person_id)
    open_store(store.target).close()
    assert not key_of(store, told.person_id)
    assert {e.person_id for e in store.keyring.erased()} == {told.person_id, "H9001-mentor"}


@pytest.mark.parametrize("when", ["before the commit", "before the keys"])
def test_a_crash_in_between_is_made_good_at_the_next_opening(
    store: Store, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    told = tell(store)
    give_key(store, told.person_id)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        where = (
            "mentorkit.store.transaction.Writer.finish"
            if when == "before the commit"
            else "mentorkit.privacy.erasure.clean"
        )
        patch.setattr(where, crash)
        with pytest.raises(KeyboardInterrupt):
            erasure.erase(store, ME, told.person_id)
    assert bool(traces(everything(store))) is (when == "before the commit")
    assert key_of(store, told.person_id)
    open_store(store.target).close()
    assert traces(everything(store)) == []
    assert not key_of(store, told.person_id)


def test_whoever_was_put_together_with_her_does_not_come_back_from_before(
    store: Store, tmp_path: Path
) -> None:
    told = tell(store)
    with store.write("lead", "test") as writer:
        double = Person(
            id=writer.new_id(Person), programme_id="arts-academy", first_name=FIRST, last_name=LAST
        )
        writer.save(double)
    backup.back_up(store, tmp_path / "older")
    merge.merge(store, ME, merge.preview(store, ME, told.person_id, double.id))
    erasure.erase(store, ME, told.person_id)
    ring = Path(f"{store.target}.keyring")
    restored = restoring.restore(tmp_path / "older", tmp_path / "again.mentorkit", None, ring)
    assert restored.replayed == 2
    assert traces((tmp_path / "again.mentorkit").read_bytes()) == []


def test_a_backup_of_an_older_version_is_cleaned_once_it_is_upgraded(tmp_path: Path) -> None:
    """Its trail is chained anew with other salts, and still she is known again."""
    target = tmp_path / "bench.mentorkit"
    _older(target)
    older = Store.upgrade(target)
    assert older
    store = Store.open(target)
    erasure.erase(store, ME, "P1")
    store.close()
    restored = restoring.restore(older, tmp_path / "again.mentorkit", None, Path(f"{target}.keyring"))
    assert (restored.proved.older, restored.replayed) == (True, 0)
    shutil.copy(f"{target}.keyring", tmp_path / "again.mentorkit.keyring")
    Store.upgrade(tmp_path / "again.mentorkit")
    assert LAST.encode() in (tmp_path / "again.mentorkit").read_bytes()
    open_store(tmp_path / "again.mentorkit").close()
    assert LAST.encode() not in (tmp_path / "again.mentorkit").read_bytes()


def _older(target: Path) -> None:
    """Make a workbench of a version before the trail was chained, with a person in it."""
    engine = make_engine(target)
    settings = load_preset("arts-academy").model_dump(mode="json")
    with engine.begin() as connection:
        migrate(connection, "0007")
        tables = sa.MetaData()
        tables.reflect(connection)
        row = {
            "id": "P1",
            "version": 1,
            "programme_id": "p",
            "first_name": FIRST,
            "last_name": LAST,
            "email": EMAIL,
        }
        entry = {"at": DAY.isoformat(), "actor": "lead", "action": "test", "kind": "person", "reason": ""}
        programme = {"id": "p", "version": 1, "name": "P", "preset": "x", "settings": settings}
        connection.execute(sa.insert(tables.tables["programme"]), programme)
        connection.execute(sa.insert(tables.tables["person"]), row)
        connection.execute(sa.insert(tables.tables["audit"]), {**entry, "subject": "P1", "after": row})
        connection.execute(sa.insert(tables.tables["counter"]), {"name": "P", "value": 1})
    engine.dispose()


def test_without_a_keyring_it_is_said_that_nobody_knows(store: Store, tmp_path: Path) -> None:
    backup.back_up(store, tmp_path / "older")
    restored = restoring.restore(tmp_path / "older", tmp_path / "again.mentorkit")
    assert restored.to_json()["erasures"] == {"journal": None, "replayed": 0}
    assert "Schlüsselbund" in restored.sentences[0]
    with pytest.raises(StoreError):
        restoring.restore(tmp_path / "older", tmp_path / "third.mentorkit", None, tmp_path / "none")


def test_opening_a_workbench_with_nothing_to_do_writes_nothing(store: Store) -> None:
    store.close()
    files = [Path(store.target), Path(f"{store.target}.keyring")]
    before = [file.read_bytes() for file in files]
    open_workbench(store.target, "demo").close()
    assert [file.read_bytes() for file in files] == before
    files[1].unlink()
    open_workbench(store.target, "demo").close()
    assert not files[1].exists()


# -- mentions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Anna von Müller", "von Müller, Anna", "ANNA VON MUELLER", "Dr. A. von Muller", "Frau von Müllers Wort",
     "anna_von_mueller.xlsx", "Anna-Lena von Müller", "an avm@hof.example!", "Tel. 0371/555 01-47"],
)  # fmt: skip
def test_people_are_found_in_any_usual_spelling(text: str) -> None:
    found = Mentions([("Anna Lena", "von Müller")], ["avm@hof.example"], ["0371 5550147"])
    assert found.has(text)
    assert found.may_be_in(text)
    assert "ller" not in found.without(text, "…").lower()


@pytest.mark.parametrize("text", ["Müller", "Anna", "Frau Anna", "von Müllerin, Anna Kurz", "A. Müller"])
def test_what_may_be_anybody_is_left(text: str) -> None:
    assert not Mentions([("Anna Lena", "von Müller")]).has(text)


_NAME = st.text("abdeilmnoräöüßéł", min_size=3, max_size=9).map(str.capitalize)


@given(
    _NAME,
    _NAME,
    _NAME,
    _NAME,
    st.sampled_from(["{0} {1}", "{1}, {0}", "Frau {1}", "{1}_{0}.csv", "{0[0]}. {1}"]),
)
def test_a_name_is_taken_out_and_what_is_no_name_stays_to_the_letter(
    first: str, last: str, other: str, another: str, way: str
) -> None:
    found = Mentions([(first, last)])
    said = f"Gestern: {way.format(first, last)} (12)."
    assert found.may_be_in(said)
    assert folded(last) not in folded(found.without(said, "…")) or folded(last) in folded("Gestern csv")
    assert found.without(said, "…").startswith("Gestern: ")
    assert found.without({"a": [said, 3]}, "…") == {"a": [found.without(said, "…"), 3]}
    if not {folded(other), folded(another)} & {folded(first), folded(last)}:
        text = f"{other} {another}, {other[0]}. {another}"
        assert found.without(text, "…") == text


def test_who_is_in_the_ledger_of_erasures_is_told_by_when_she_came(store: Store) -> None:
    told = tell(store)
    with store.read() as reader:
        born = reader.born(Person, told.person_id)
    erasure.erase(store, ME, told.person_id)
    with store.read() as reader:
        (noted,) = reader.all(Erasure, person_id=told.person_id)
        assert (noted.person_id, noted.born) == (told.person_id, born)
        assert reader.born(Person, told.person_id) == born


# -- other names --------------------------------------------------------------------------------------


def _comment(store: Store, person_id: str, text: str) -> str:
    """Let somebody write about a pair in which the person is not."""
    with store.write("lead", "test") as writer:
        run = next(r for r in writer.all(Run) if r.id == RUN)
        others = [a for a in writer.all(Application, run_id=run.id) if a.person_id != person_id]
        mentee, mentor = (next(a for a in others if a.role == role) for role in ("mentee", "mentor"))
        comment = PairComment(id=writer.new_id(PairComment), run_id=run.id, mentee_id=mentee.person_id,
                              mentor_id=mentor.person_id, text=text, by="lead", at=DAY)  # fmt: skip
        return writer.save(comment).id


def _said(store: Store, comment_id: str) -> str:
    with store.read() as reader:
        return reader.get(PairComment, comment_id).text


def _renamed(store: Store, person_id: str, first: str, last: str) -> None:
    with store.write("lead", "test") as writer:
        writer.save(writer.get(Person, person_id).with_(first_name=first, last_name=last))
        for mine in writer.all(Application, person_id=person_id):
            entries = {**mine.entries, "first_name": first, "last_name": last}
            writer.save(mine.with_(first_name=first, last_name=last, entries=entries))


@pytest.mark.parametrize("forgotten", [False, True])
def test_the_name_that_she_had_before_goes_too(anywhere: Store, forgotten: bool) -> None:
    told = tell(anywhere)
    _renamed(anywhere, told.person_id, "Xenobia", "Zwiebelturm")
    before = _comment(anywhere, told.person_id, f"Das hat Frau {FIRST} {LAST} vor der Heirat gesagt.")
    if forgotten:  # the control: where nothing tells the name, nobody can find it
        with anywhere.write("lead", "test") as writer:
            for kind, i in ((Person, told.person_id), (Application, told.application_id)):
                table = "person" if kind is Person else "application"
                writer.forget(kind, i, [e["id"] for e in writer.trail(kind=table, subject=i)])
            for tandem in writer.all(EarlierTandem):
                if tandem.mentor == f"{FIRST} {LAST}":
                    writer.delete(tandem)
            for kind in (Prospect, FormLink):
                for record in writer.all(kind, run_id=RUN):
                    if LAST in record.name:
                        writer.delete(record)
            for wish in writer.all(Wish, run_id=RUN):
                if LAST in wish.text:
                    writer.save(wish.with_(text="Xenobia Zwiebelturm"))
    erasure.erase(anywhere, ME, told.person_id)
    assert (LAST in _said(anywhere, before)) is forgotten
    assert (LAST in everything(anywhere)) is forgotten


def test_who_has_one_name_only_is_found_where_nothing_else_can_be_meant(store: Store) -> None:
    with store.write("lead", "test") as writer:
        person = Person(
            id=writer.new_id(Person), programme_id="arts-academy", first_name="", last_name="Zwiebel"
        )
        writer.save(person)
    texts = {"Zwiebel": "gelöschte Person", "Frau Zwiebel kommt.": "Frau gelöschte Person kommt.",
             "Sie schält eine Zwiebel.": "Sie schält eine Zwiebel."}  # fmt: skip
    comments = {text: _comment(store, person.id, text) for text in texts}
    assert any("Zwiebel" in sentence for sentence in erasure.preview(store, ME, person.id).told)
    erasure.erase(store, ME, person.id)
    assert {text: _said(store, i) for text, i in comments.items()} == texts


def test_half_a_name_that_was_mended_since_is_nobodys(store: Store) -> None:
    told = tell(store)
    _renamed(store, told.person_id, "", "Zwiebel")
    _renamed(store, told.person_id, FIRST, LAST)
    comment = _comment(store, told.person_id, "Zwiebel")
    erasure.erase(store, ME, told.person_id)
    assert _said(store, comment) == "Zwiebel"


def test_it_is_told_where_she_is_a_contact_person(store: Store) -> None:
    told = tell(store)
    assert "Organisation" not in {item.kind for item in erasure.preview(store, ME, told.person_id).stays}
    with store.write("lead", "test") as writer:
        organisation = Organisation(id=writer.new_id(Organisation), programme_id="arts-academy", name="Haus")
        writer.save(organisation.with_(contacts=(Contact(name="Q., Xenobia", email=EMAIL),)))
    stays = {item.kind: item for item in erasure.preview(store, ME, told.person_id).stays}
    assert organisation.name in stays["Organisation"].why


@pytest.mark.parametrize("kept", [True, False], ids=["stays", "was absorbed"])
def test_an_older_copy_that_had_two_as_one_erases_nobody_else_elsewhere(tmp_path: Path, kept: bool) -> None:
    store = Store.create(tmp_path / "a.mentorkit")
    run, later_run = begin(store, "p", "1", "2")
    with store.write("lead", "test") as writer:
        first, second = join(writer, run, "mentee", "Ada"), join(writer, later_run, "mentee", "Bea")
    merge.merge(store, ME, merge.preview(store, ME, first, second))
    backup.back_up(store, tmp_path / "both.backup")
    unmerge(store, ME, first, second)
    gone, stays = (first, "Bea") if kept else (second, "Ada")
    erasure.erase(store, ME, gone)
    store.close()
    keyring = tmp_path / "a.mentorkit.keyring"

    def names(path: Path) -> set[str]:
        opened = open_store(path)
        with opened.read() as reader:
            found = {a.first_name for a in reader.all(Application) if not a.erased}
        opened.close()
        return found

    before = keyring.read_bytes()
    restoring.restore(tmp_path / "both.backup", tmp_path / "b.mentorkit", keyring=keyring)
    assert keyring.read_bytes() == before  # it is another workbench's
    shutil.copy(keyring, tmp_path / "b.mentorkit.keyring")
    for _ in range(2):
        assert names(tmp_path / "b.mentorkit") <= {stays}
    shutil.copy(tmp_path / "b.mentorkit.keyring", keyring)  # one that both use
    assert names(tmp_path / "a.mentorkit") == {stays}
