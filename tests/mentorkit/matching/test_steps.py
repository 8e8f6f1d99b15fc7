from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matching_samples import RUN, store_of

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.language import Voice, speaking
from mentorkit.matching import scenarios, service
from mentorkit.matching.comments import comment, delete_comment
from mentorkit.matching.steps import go, steps
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, PairDecision, Person, Run, Weighing
from mentorkit.store import Reader

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


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def karla_changes(store, pair, *, again):
    """Let Karla decide on a pair after Lea, perhaps just as Lea did."""
    if again:
        decision = standing(store)[pair]
        service.undo(store, KARLA, decision.id, decision.version)
    decide(store, KARLA, pair, "lock" if again else "forbid")


@pytest.mark.parametrize("again", [False, True])
def test_what_somebody_else_does_to_the_pair_meanwhile_is_not_undone(store, pairs, again):
    decide(store, LEA, pairs[0], "lock")
    step = steps(store, LEA, RUN)[0]
    karla_changes(store, pairs[0], again=again)
    before = told(store)
    with pytest.raises(RuleBroken, match=r"^Karla Kamen has changed what stands on"):
        go(store, LEA, RUN, step)
    assert told(store) == before


@pytest.mark.parametrize("again", [False, True])
def test_a_step_that_somebody_else_changed_since_is_passed_over_and_the_older_ones_remain(
    store, pairs, again
):
    decide(store, LEA, pairs[1], "lock", "older")
    decide(store, LEA, pairs[0], "lock")
    karla_changes(store, pairs[0], again=again)
    kept = {pair: said for pair, said in told(store).items() if pair == pairs[0]}
    back(store)
    assert told(store) == kept
    assert steps(store, LEA, RUN)[0] is None
    forth(store)
    assert told(store) == {**kept, pairs[1]: ("lock", "older")}
    back(store)
    assert told(store) == kept


def test_a_step_to_restore_that_somebody_else_decided_otherwise_is_passed_over(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    decide(store, LEA, pairs[1], "lock")
    back(store)
    back(store)
    decide(store, KARLA, pairs[0], "forbid")
    forth(store)
    assert told(store) == {pairs[0]: ("forbid", ""), pairs[1]: ("lock", "")}


def test_what_breaks_a_rule_by_now_does_not_come_back(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    back(store)
    with store.write("karla", "test") as writer:
        people = {a.person_id: a for a in writer.all(Application)}
        moved = people[pairs[0][0]].with_(organisation=people[pairs[0][1]].organisation)
        writer.save(moved)
    step = steps(store, LEA, RUN)[1]
    with pytest.raises(RuleBroken):
        go(store, LEA, RUN, step)
    assert told(store) == {}
    assert steps(store, LEA, RUN, over={step.number}) == (None, None)


def test_an_older_step_can_be_gone_once_the_newest_was_refused(store, pairs):
    decide(store, LEA, pairs[0], "lock")
    decide(store, LEA, pairs[1], "lock")
    newest = steps(store, LEA, RUN)[0]
    older = steps(store, LEA, RUN, over={newest.number})[0]
    go(store, LEA, RUN, older)
    assert set(told(store)) == {pairs[1]}
    assert steps(store, LEA, RUN)[0] == newest


def make_proposal(store, actor, scenario):
    with store.read() as reader:
        version = reader.get(Run, RUN).version
    scenarios.make_proposal(store, actor, RUN, scenario, version)


def proposal(store):
    with store.read() as reader:
        return reader.get(Run, RUN).proposal_id


@pytest.fixture
def topics(store):
    return scenarios.save(store, LEA, RUN, "Topics", Weighing(weights={"topics": 1000}))


def test_making_a_scenario_the_proposal_is_a_step_too(store, pairs, topics):
    decide(store, LEA, pairs[0], "lock")
    make_proposal(store, LEA, topics)
    assert steps(store, LEA, RUN)[0].what == "scenario “Topics” made the proposal"
    back(store)
    assert proposal(store) is None
    assert steps(store, LEA, RUN)[1].what == "scenario “Topics” made the proposal"
    forth(store)
    assert proposal(store) == topics.id
    make_proposal(store, LEA, None)
    assert steps(store, LEA, RUN)[0].what == "back to the weights of the programme"
    back(store)
    assert proposal(store) == topics.id
    back(store)
    back(store)
    assert (proposal(store), told(store)) == (None, {})


def test_a_proposal_that_somebody_else_changed_since_stays(store, pairs, topics):
    decide(store, LEA, pairs[0], "lock")
    make_proposal(store, LEA, topics)
    step = steps(store, LEA, RUN)[0]
    make_proposal(store, KARLA, None)
    make_proposal(store, KARLA, topics)
    with pytest.raises(RuleBroken, match=r"^Karla Kamen has changed on which scenario the proposal rests"):
        go(store, LEA, RUN, step)
    back(store)
    assert (proposal(store), told(store)) == (topics.id, {})


def test_a_scenario_that_is_gone_is_not_made_the_proposal_again(store, pairs, topics):
    make_proposal(store, LEA, topics)
    back(store)
    scenarios.delete(store, LEA, topics)
    assert steps(store, LEA, RUN) == (None, None)


def test_other_runs_and_what_else_was_changed_are_not_read(store, pairs, monkeypatch):
    decide(store, LEA, pairs[0], "lock")
    with store.write("lea", "matching.decide") as writer:
        writer.save(Run(id="other", programme_id=PROGRAMME, name="other"))
        for number, (mentee, mentor) in enumerate(pairs):
            two = {"mentee_id": mentee, "mentor_id": mentor}
            writer.save(PairDecision(id=f"D9{number}", run_id="other", kind="lock", **two))
    read = []
    trail = Reader.trail

    def counting(self, **asked):
        read.extend(found := trail(self, **asked))
        return found

    monkeypatch.setattr(Reader, "trail", counting)
    assert steps(store, LEA, RUN)[0]
    assert len(read) == 1


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


def test_a_comment_on_somebody_who_is_not_there_any_more_is_told_plainly(store, pairs):
    made = comment(store, LEA, RUN, *pairs[0], "Good")
    delete_comment(store, LEA, made.id, made.version)
    step = steps(store, LEA, RUN)[0]
    with store.write("lea", "test") as writer:
        for record in (*writer.all(Application, person_id=pairs[0][1]), writer.get(Person, pairs[0][1])):
            writer.delete(record)
    with pytest.raises(NotFound, match="put together"):
        go(store, LEA, RUN, step)
