"""What was kept long enough goes, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mentorkit.cli import main
from mentorkit.errors import NotAllowed, StoreError
from mentorkit.overview.due import due
from mentorkit.overview.runs import overview
from mentorkit.privacy import retention
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.records import Erasure, SealedText, Session
from mentorkit.programme import records
from mentorkit.programme.records import Application, Grant, Person, Programme, Run, Tandem
from mentorkit.programme.retention import KINDS_KEPT, Retention, kept_until
from mentorkit.store import Store, check
from mentorkit.store.ring import DataKey
from mentorkit.store.transaction import Writer

ME = sole_actor("lead")
RUN = "cross-company/2021"


@pytest.fixture
def store(new_demo: Callable[[], Path]) -> Iterator[Store]:
    opened = Store.open(new_demo())
    yield opened
    opened.close()


def run_of(store: Store) -> tuple[Run, Programme]:
    with store.read() as reader:
        run = reader.get(Run, RUN)
        return run, reader.get(Programme, run.programme_id)


def after(store: Store, months: int) -> dt.date:
    """A day on which so many months and a day have gone by since the end of the run."""
    run, programme = run_of(store)
    settings = programme.settings.model_copy(update={"retention_months": months, "retention": Retention()})
    last = kept_until(run, settings)
    assert last is not None
    return last + dt.timedelta(days=1)


def keep(store: Store, **months: int) -> None:
    _, programme = run_of(store)
    with store.write("lead", "test") as writer:
        writer.save(
            programme.with_(settings=programme.settings.model_copy(update={"retention": Retention(**months)}))
        )


def of_the_run(seen: retention.Preview) -> dict[str, retention.Due]:
    return {item.kind: item for item in seen.due if item.run_id == RUN}


def test_nothing_is_due_before_its_time(store: Store) -> None:
    day = after(store, 24)
    assert of_the_run(retention.preview(store, ME, day - dt.timedelta(days=1))) == {}
    assert {"took_part", "not_chosen", "past"} <= of_the_run(retention.preview(store, ME, day)).keys()


def test_each_kind_has_its_own_time_and_says_otherwise_the_old_one(store: Store) -> None:
    keep(store, not_chosen=6)
    found = of_the_run(retention.preview(store, ME, after(store, 6)))
    assert found.keys() == {"not_chosen"}
    assert found["not_chosen"].names
    assert {"took_part", "past"} <= of_the_run(retention.preview(store, ME, after(store, 24))).keys()


def test_what_is_due_goes_and_the_counts_stay(store: Store) -> None:
    with store.read() as reader:
        before = reader.all(Application, run_id=RUN), len(reader.all(Tandem, run_id=RUN))
    seen = retention.preview(store, ME, after(store, 24))
    told: list[tuple[int, int]] = []
    done = retention.apply(store, ME, seen, lambda n, of: told.append((n, of)))
    assert done.failed == ()
    assert told[-1][0] == told[-1][1]
    with store.read() as reader:
        now = reader.all(Application, run_id=RUN)
        assert [(a.id, a.role, a.status, a.place) for a in now] == [
            (a.id, a.role, a.status, a.place) for a in before[0]
        ]
        assert len(reader.all(Tandem, run_id=RUN)) == before[1]
        assert all(a.erased and a.name == "gelöschte Person" for a in now)
    text = Path(store.target).read_bytes().decode("latin-1")
    assert not [a.entries["email"] for a in before[0] if "email" in a.entries and a.entries["email"] in text]
    assert check.problems(store) == []
    assert of_the_run(retention.preview(store, ME, seen.today)) == {}
    assert {a.person_id for a in before[0]} <= {erasure.person_id for erasure in store.keyring.erased()}


def test_who_is_in_a_later_run_keeps_her_name_and_loses_the_old_application(store: Store) -> None:
    day = after(store, 24)
    with store.write("lead", "test") as writer:
        old = writer.all(Application, run_id=RUN)[0]
        run = writer.get(Run, RUN)
        later = tuple(e.model_copy(update={"day": day, "until": None}) for e in run.calendar)
        writer.save(
            run.with_(id="cross-company/later", version=0, name="later", calendar=later, approved_at=None)
        )
        writer.save(old.with_(id="A9001", version=0, run_id="cross-company/later"))
    retention.apply(store, ME, retention.preview(store, ME, day))
    with store.read() as reader:
        person = reader.get(Person, old.person_id)
        assert person.first_name
        gone = reader.get(Application, old.id)
        assert (gone.erased, gone.entries, gone.name) == (True, {}, old.name)
        assert reader.get(Application, "A9001").entries == old.entries
        assert not reader.all(Erasure, person_id=person.id)
        assert not [e for e in reader.trail(kind="application", subject=old.id) if e["before"] or e["after"]]


def test_confidential_texts_links_drafts_log_ins_and_the_past_go_by_themselves(store: Store) -> None:
    keep(store, confidential=1, unfinished=1, past=1, log_ins=1)
    now = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
    with store.write("lead", "test") as writer:
        who = writer.all(Application, run_id=RUN)[0].person_id
        writer.save(
            SealedText(id="L901", run_id=RUN, person_id=who, subject=who, kind="diary", channel="link",
                       at=now, ciphertext=b"x")
        )  # fmt: skip
        writer.save(records.Draft(id="E9001", user="lead", run_id=RUN, app="intake", content={"a": 1}))
        writer.save(Session(id="S1", user_id="demo", started_at=now, seen_at=now, ended_at=now))
    seen = retention.preview(store, ME, after(store, 1))
    assert of_the_run(seen).keys() == {"confidential", "unfinished", "past"}
    done = retention.apply(store, ME, seen)
    assert done.failed == ()
    with store.read() as reader:
        assert not reader.all(SealedText)
        assert not reader.find(records.Draft, "E9001")
        assert reader.find(Person, who)
        assert not [e for e in reader.trail(run_id=RUN) if e["action"] != retention.APPLY]
    assert check.audit_trail(store).problems == ()


def test_one_that_cannot_be_erased_does_not_keep_the_rest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = retention.preview(store, ME, after(store, 24))
    bad = of_the_run(seen)["took_part"].ids[3]
    carry_out = retention.carry_out

    def refuse(writer, plan):
        if any(a.id == bad for a in plan.mine.of(Application)):
            raise StoreError("geht nicht")
        return carry_out(writer, plan)

    monkeypatch.setattr(retention, "carry_out", refuse)
    done = retention.apply(store, ME, seen)
    assert [(item.ids, why) for item, why in done.failed] == [((bad,), "geht nicht")]
    with store.read() as reader:
        left = [a.id for a in reader.all(Application, run_id=RUN) if not a.erased]
    assert left == [bad]


@pytest.mark.parametrize(("role", "may"), [("lead", True), ("data-protection", True), ("organisation", False),
                                           ("operator", False)])  # fmt: skip
def test_only_the_lead_and_data_protection_see_and_do_it(store: Store, role: str, may: bool) -> None:
    organisation = "Ruhrtal Energie" if role == "organisation" else None
    actor = Actor(
        "x",
        (Grant(id="G1", user_id="x", role=role, programme_id="cross-company", organisation=organisation),),
    )
    day = after(store, 24)
    if not may:
        with pytest.raises(NotAllowed):
            retention.preview(store, actor, day)
        with pytest.raises(NotAllowed):
            retention.apply(store, actor, retention.preview(store, ME, day))
        return
    seen = retention.preview(store, actor, day)
    assert {item.programme_id for item in seen.kept} <= {"cross-company", ""}
    assert retention.apply(store, actor, seen).erased


def test_the_start_page_tells_when_the_first_kind_is_due(store: Store) -> None:
    keep(store, not_chosen=2)
    day = after(store, 2)
    told = [{i.kind for i in due(overview(store, ME, RUN, day - dt.timedelta(days=n)))} for n in (0, 1)]
    assert ["erase" in kinds for kinds in told] == [True, False]
    retention.apply(store, ME, retention.preview(store, ME, day))
    assert "erase" not in {item.kind for item in due(overview(store, ME, RUN, day))}


def test_the_job_tells_and_erases(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    keep(store, **dict.fromkeys(KINDS_KEPT, 1))
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE run SET calendar = :c WHERE id = :r"), {
            "c": json.dumps([{"key": "call", "title": "x", "day": "2020-01-01"}]), "r": RUN})  # fmt: skip
    store.close()
    call = {"standalone_mode": False}
    main(["retention", store.target, "--as", "demo", "--json"], **call)
    assert [i for i in json.loads(capsys.readouterr().out)["kept"] if i["run"] == RUN and i["due"]]
    main(["retention", store.target, "--apply", "--as", "demo", "--json"], **call)
    assert json.loads(capsys.readouterr().out)["failed"] == []
    main(["retention", store.target, "--as", "demo"], **call)
    assert RUN not in capsys.readouterr().out


def a_text(store: Store, name: str) -> str:
    """Keep a text of somebody, with a key; return whose."""
    with store.write("lead", "test") as writer:
        who = writer.all(Application, run_id=RUN)[0].person_id
        writer.save(
            SealedText(id=name, run_id=RUN, person_id=who, subject=who, kind="diary", channel="link",
                       at=writer.at, ciphertext=b"x")
        )  # fmt: skip
    return who


def with_key(store: Store) -> str:
    keep(store, confidential=1)
    who = a_text(store, "L901")
    with store.keyring.write() as ring:
        ring.keep_data_key(DataKey("cross-company", who, b"public"), {})
    return who


def has_key(store: Store, who: str) -> bool:
    with store.keyring.read() as ring:
        return ring.data_key("cross-company", who) is not None


def test_a_text_that_stays_since_nothing_was_stored_keeps_its_key(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = with_key(store)
    seen = retention.preview(store, ME, after(store, 1))

    def full(_: Writer) -> None:
        raise StoreError("kein Platz")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "finish", full)
        with pytest.raises(StoreError):
            retention._erase(store, ME, of_the_run(seen)["confidential"])
    assert has_key(store, who)
    retention.apply(store, ME, seen)
    assert not has_key(store, who)


def test_a_text_sealed_while_others_are_erased_keeps_its_key(store: Store) -> None:
    who = with_key(store)
    seen = retention.preview(store, ME, after(store, 1))
    retention.apply(store, ME, seen, lambda n, of: a_text(store, "L902") and None if n == of else None)
    with store.read() as reader:
        assert [text.id for text in reader.all(SealedText)] == ["L902"]
    assert has_key(store, who)


def test_a_stop_after_a_part_leaves_no_key_of_what_is_gone(store: Store) -> None:
    who = with_key(store)

    def stop(done: int, _: int) -> None:
        with store.read() as reader:
            if not reader.all(SealedText):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retention.apply(store, ME, retention.preview(store, ME, after(store, 1)), stop)
    assert not has_key(store, who)


def the_rest(store: Store, kind: str) -> tuple[str, type[records.Record]]:
    """Keep something of a person that hangs on her and not on her application; return whose, and its kind."""
    with store.write("lead", "test") as writer:
        one, other = sorted(writer.all(Application, run_id=RUN), key=lambda a: a.role, reverse=True)[:2]
        who, run = one.person_id, {"run_id": RUN}
        pair = {"mentee_id": who, "mentor_id": other.person_id}
        made = {
            "text": lambda: SealedText(id="L901", person_id=who, subject=who, kind="diary", channel="link",
                                       at=writer.at, ciphertext=b"x", **run),
            "settled": lambda: records.Settlement(id="V901", by="lead", at=writer.at, **pair, **run),
            "named": lambda: records.NamedConflict(id="K901", application_id=one.id, kind="not_with",
                                                   text="Frau Kranich", **run),
            "link": lambda: records.FormLink(id="x" * 64, role="mentee", name="A B", person_id=who,
                                             purpose="diary", expires_at=writer.at, **run),
            "asked": lambda: records.Prospect(id="R901", name="A B", person_id=who, **run),
        }[kind]()  # fmt: skip
        writer.save(made)
    return who, type(made)


@pytest.mark.parametrize("kind", ["text", "settled", "named", "link", "asked"])
def test_what_is_kept_longer_than_the_application_stays_and_goes_with_its_person_in_time(
    store: Store, kind: str
) -> None:
    who, what = the_rest(store, kind)
    keep(store, took_part=6, not_chosen=6, asked=9, confidential=9, unfinished=9, past=6)
    early = retention.apply(store, ME, retention.preview(store, ME, after(store, 6)))
    assert early.failed == ()
    with store.read() as reader:
        assert len(reader.all(what, run_id=RUN)) >= 1
        assert not reader.all(Erasure, person_id=who)
        assert all(a.erased for a in reader.all(Application, run_id=RUN, person_id=who))
        assert len(reader.all(Erasure)) > 1  # the control: of whom nothing is kept, she is gone
    assert who not in {i for item in retention.preview(store, ME, after(store, 6)).due for i in item.whole}
    assert retention.apply(store, ME, retention.preview(store, ME, after(store, 9))).failed == ()
    with store.read() as reader:
        assert reader.all(what, run_id=RUN) == []
        assert reader.all(Erasure, person_id=who)
    assert of_the_run(retention.preview(store, ME, after(store, 9))) == {}
    assert check.problems(store) == []
