"""Who is denied something leaves an entry in the audit trail, whatever happens to the transaction."""

from __future__ import annotations

import datetime as dt

import pytest

from mentorkit.errors import NotAllowed
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Programme
from mentorkit.store import Store, check
from mentorkit.workbench import Workbench

RUN = "arts-academy/2015"
START = dt.datetime(2015, 5, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def eva(store: Store) -> Actor:
    """Somebody who may evaluate alone, on a workbench with a programme."""
    bench = Workbench.of(store, None)
    bench.add("arts-academy", run="2015")
    accounts = Accounts(store)
    accounts.add(bench.actor, "anna", "Anna")
    accounts.add(bench.actor, "eva", "Eva")
    accounts.grant(bench.actor, "eva", "evaluator", "arts-academy")
    store.clock = lambda: START
    return Workbench.of(store, "eva").actor


def denied(store: Store) -> list[tuple[str, str, str, str]]:
    with store.read() as reader:
        return [(e["actor"], e["action"], e["kind"], e["subject"]) for e in reader.trail()
                if e["action"].endswith(".denied")]  # fmt: skip


def test_a_denial_before_any_transaction_is_an_entry(store: Store, eva: Actor) -> None:
    with pytest.raises(NotAllowed):
        eva.require("programme.change", "arts-academy")
    assert denied(store) == [("eva", "programme.change.denied", "programme", "arts-academy")]
    assert check.problems(store) == []


def test_a_denial_within_a_transaction_outlives_what_it_undoes(store: Store, eva: Actor) -> None:
    def change() -> None:
        with store.write("eva", "programme.change") as writer:
            writer.save(writer.get(Programme, "arts-academy").with_(name="Never"))
            eva.require("programme.change", "arts-academy")

    with pytest.raises(NotAllowed):
        change()
    with store.read() as reader:
        assert reader.get(Programme, "arts-academy").name != "Never"
    assert len(denied(store)) == 1


def test_a_denial_of_reading_is_an_entry_and_changes_nothing(store: Store, eva: Actor) -> None:
    with store.read() as reader:
        before = reader.last_change()
    with pytest.raises(NotAllowed):
        Workbench(store, eva).run(RUN).match()
    assert [action for _, action, *_ in denied(store)] == ["matching.read.denied"]
    with store.read() as reader:
        assert reader.last_change() == before


def test_who_tries_again_and_again_leaves_one_entry_a_minute(store: Store, eva: Actor) -> None:
    for seconds in (0, 1, 59, 61, 62):
        store.clock = lambda: START + dt.timedelta(seconds=seconds)  # noqa: B023 - asked at once
        for action in ("programme.change", "matching.read"):
            with pytest.raises(NotAllowed):
                eva.require(action, "arts-academy")
    assert len(denied(store)) == 4


def test_what_is_asked_without_being_tried_leaves_no_entry(store: Store, eva: Actor) -> None:
    assert not eva.may("programme.change", "arts-academy")
    assert not eva.opens("matching", "arts-academy")
    assert denied(store) == []


def test_what_cannot_be_written_down_is_denied_all_the_same(target: str, store: Store, eva: Actor) -> None:
    impatient = Store.open(target, busy_seconds=0.05)
    actor = Accounts(impatient).actor_of("eva")
    with store.write("anna", "programme.change"), pytest.raises(NotAllowed):
        actor.require("programme.change", "arts-academy")
    impatient.close()
    assert denied(store) == []


def test_one_who_has_no_log_in_any_more_cannot_be_anybody(store: Store, eva: Actor) -> None:
    with pytest.raises(NotAllowed):
        Accounts(store).actor_of("nobody")
    assert denied(store) == []
