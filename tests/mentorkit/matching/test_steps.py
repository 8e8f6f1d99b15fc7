from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matching_samples import RUN, store_of

from mentorkit.errors import NotAllowed, RuleBroken, StaleRecord
from mentorkit.language import Voice, speaking
from mentorkit.matching import service
from mentorkit.matching.steps import go, steps
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, PairDecision, Person

PROGRAMME = "cross-administration"
LEA, KARLA = sole_actor("lea"), sole_actor("karla")


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@pytest.fixture
def store():
    made = store_of(RUN)
    yield made
    made.close()


@pytest.fixture
def pairs(store):
    """The pairs of the proposal."""
    found = service.propose(store, LEA, RUN).tandems[["mentee_id", "mentor_id"]]
    return [tuple(pair) for pair in found.itertuples(index=False)]


def decide(store, actor, pair, kind, reason=""):
    seen = standing(store).get(pair)
    return service.decide(store, actor, RUN, *pair, kind, reason, seen=seen)


def standing(store):
    with store.read() as reader:
        return {(d.mentee_id, d.mentor_id): d for d in reader.all(PairDecision, run_id=RUN)}


def told(store):
    return {pair: (d.kind, d.reason) for pair, d in standing(store).items()}


def back(store, actor=LEA):
    go(store, actor, RUN, steps(store, actor, RUN)[0])


def forth(store, actor=LEA):
    go(store, actor, RUN, steps(store, actor, RUN)[1])


def test_steps_say_what_they_are_about(store, pairs):
    assert steps(store, LEA, RUN) == (None, None)
    decide(store, LEA, pairs[0], "lock")
    with store.read() as reader:
        name, partner = (reader.get(Person, person_id).name for person_id in pairs[0])
    undo, redo = steps(store, LEA, RUN)
    assert (undo.what, redo) == (f"{name} with {partner} locked", None)
    go(store, LEA, RUN, undo)
    undo, redo = steps(store, LEA, RUN)
    assert (undo, redo.what) == (None, f"{name} with {partner} locked")


def test_a_decision_that_replaced_another_gives_it_back(store, pairs):
    decide(store, LEA, pairs[0], "lock", "Wish")
    decide(store, LEA, pairs[0], "forbid")
    back(store)
    assert told(store) == {pairs[0]: ("lock", "Wish")}
    forth(store)
    assert told(store) == {pairs[0]: ("forbid", "")}


def test_what_was_taken_back_is_there_again(store, pairs):
    decision = decide(store, LEA, pairs[0], "lock", "Wish")
    service.undo(store, LEA, decision.id, decision.version)
    back(store)
    assert told(store) == {pairs[0]: ("lock", "Wish")}


def test_a_new_decision_leaves_nothing_to_restore(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    back(store)
    decide(store, LEA, pairs[1], "lock")
    assert steps(store, LEA, RUN)[1] is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["lock", "forbid", "undo"])), max_size=6))
def test_all_the_way_back_nothing_is_decided_and_all_the_way_forth_all_is_again(store, pairs, deeds):
    while steps(store, LEA, RUN)[0]:
        back(store)
    decide(store, LEA, pairs[3], "lock")
    for number, (place, deed) in enumerate(deeds):
        now = standing(store).get(pairs[place])
        if deed != "undo":
            decide(store, LEA, pairs[place], deed, str(number))
        elif now:
            service.undo(store, LEA, now.id, now.version)
    end = told(store)
    while steps(store, LEA, RUN)[0]:
        back(store)
    assert told(store) == {}
    while steps(store, LEA, RUN)[1]:
        forth(store)
    assert told(store) == end


def test_only_ones_own_decisions_are_undone(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    decide(store, KARLA, pairs[1], "lock")
    back(store)
    assert told(store) == {pairs[1]: ("lock", "")}
    assert steps(store, LEA, RUN)[0] is None


@pytest.mark.parametrize("again", [False, True])
def test_what_somebody_else_did_to_the_pair_since_is_not_undone(store, pairs, again):
    decision = decide(store, LEA, pairs[0], "lock")
    if again:
        service.undo(store, KARLA, decision.id, decision.version)
        decide(store, KARLA, pairs[0], "lock")
    else:
        decide(store, KARLA, pairs[0], "forbid")
    before = told(store)
    with pytest.raises(RuleBroken, match=r"^Karla Kamen has changed what stands on"):
        back(store)
    assert told(store) == before


def test_what_breaks_a_rule_by_now_does_not_come_back(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    back(store)
    with store.write("karla", "test") as writer:
        people = {a.person_id: a for a in writer.all(Application)}
        moved = people[pairs[0][0]].with_(organisation=people[pairs[0][1]].organisation)
        writer.save(moved)
    with pytest.raises(RuleBroken):
        forth(store)
    assert told(store) == {}


def test_a_step_that_was_gone_already_on_another_page_is_refused(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    step = steps(store, LEA, RUN)[0]
    go(store, LEA, RUN, step)
    with pytest.raises(StaleRecord):
        go(store, LEA, RUN, step)


def test_after_the_approval_no_step_is_offered_or_gone(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    step = steps(store, LEA, RUN)[0]
    service.approve(store, LEA, RUN, service.propose(store, LEA, RUN), 1)
    assert steps(store, LEA, RUN) == (None, None)
    with pytest.raises(RuleBroken):
        go(store, LEA, RUN, step)


def test_who_may_not_decide_has_no_steps(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    grant = Grant(id="G1", user_id="lea", role="organisation", organisation="Kamen")
    assert steps(store, Actor("lea", (grant,)), RUN) == (None, None)
    with pytest.raises(NotAllowed):
        go(store, Actor("lea", (grant,)), RUN, steps(store, LEA, RUN)[0])
