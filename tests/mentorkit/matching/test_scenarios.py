from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_samples import RUN, administration, programmes, settings

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord, UsageError
from mentorkit.language import Voice, speaking
from mentorkit.matching import scenarios, service, side_by_side
from mentorkit.matching.matching import match, reweighed
from mentorkit.matching.weighing import of_thousand, settings_under, weighing_of
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Grant, Person, Programme, Run, Weighing
from mentorkit.store import Store, check
from mentorkit.workbench import Workbench

PROGRAMME = "cross-administration"
LEAD = sole_actor("lea")
KAMEN = Actor("karin", (Grant(id="G1", user_id="karin", role="organisation", organisation="Kamen"),))
TOPICS = Weighing(weights={"topics": 900, "experience": 100})


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@pytest.fixture
def store():
    made = Store.create()
    with made.write("lea", "test") as writer:
        own = settings({"topics": 500, "experience": 500})
        writer.save(Programme(id=PROGRAMME, name=own.name, preset=PROGRAMME, settings=own))
        writer.save(Run(id=RUN, programme_id=PROGRAMME, name="2014"))
        for a in administration(per_town=(4, 3)):
            person = {"id": a.person_id, "first_name": a.first_name, "last_name": a.last_name}
            writer.save(Person(programme_id=PROGRAMME, **person))
            writer.save(a)
    yield made
    made.close()


def the_run(store):
    with store.read() as reader:
        return reader.get(Run, RUN)


def pairs(matching):
    return set(zip(matching.tandems.mentee_id, matching.tandems.mentor_id, strict=True))


def propose_topics(store):
    made = scenarios.save(store, LEAD, RUN, "Topics", TOPICS)
    scenarios.make_proposal(store, LEAD, RUN, made, the_run(store).version)
    return made


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9))
def test_weights_in_any_proportion_make_a_thousand_and_what_weighs_nothing_counts_for_nothing(weights):
    found = of_thousand(weights)
    assert sum(found) == (1000 if any(weights) else 0)
    assert all(new == 0 for new, old in zip(found, weights, strict=True) if old == 0)
    assert of_thousand(found) == found


@given(programmes(), st.integers(1, 1000), st.integers(0, 1000), st.sampled_from(("total", "fair", "wishes")))
def test_reweighing_is_the_answer_from_scratch(drawn, first, second, goal):
    people, own, decisions, past = drawn
    names = [criterion.name for criterion in own.criteria]
    weighing = Weighing(goal=goal, weights={names[0]: first, names[-1]: second}, lowest_score=first // 3)
    around = {"decisions": decisions, "earlier": past}
    fast = reweighed(match(people, own, **around), weighing)
    slow = match(people, settings_under(own, weighing), goal=goal, **around)
    assert fast.to_json() == slow.to_json()
    assert (fast.rules.all_codes() == slow.rules.all_codes()).all()


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"topics": -1}, "whole number from 0 to 1,000"),
        ({"topics": 10**30}, "whole number from 0 to 1,000"),
        ({"topics": float("nan")}, "whole number from 0 to 1,000"),
        ({"topics": "viel"}, "“viel”"),
        ({"topics": " "}, "nothing is entered"),
        ({"topics": True}, "whole number"),
        ({"shoe_size": 10}, "no criterion “shoe_size”"),
        ({"topics": 0, "experience": 0}, "At least one criterion"),
    ],
)
def test_weights_that_cannot_be_are_refused_in_a_sentence(store, weights, said):
    with pytest.raises(UsageError, match=said):
        weighing_of(settings({"topics": 500, "experience": 500}), weights=weights)
    with pytest.raises(UsageError, match=said):
        service.propose(store, LEAD, RUN, weights=weights)


def test_trying_weights_changes_nothing_for_anybody(store):
    before = service.propose(store, LEAD, RUN)
    tried = service.propose(store, LEAD, RUN, weights={"topics": 1000, "experience": 0}, lowest_score=100)
    assert {c.name: c.weight for c in tried.scores.criteria} == {"topics": 1000, "experience": 0}
    assert service.propose(store, LEAD, RUN).to_json() == before.to_json()
    assert scenarios.scenarios(store, LEAD, RUN) == []


def test_the_matching_rests_on_the_scenario_that_is_the_proposal(store):
    own = service.propose(store, LEAD, RUN)
    made = scenarios.save(store, LEAD, RUN, "  Topics  first ", TOPICS, "Agreed in May. ")
    assert (made.name, made.comment) == ("Topics first", "Agreed in May.")
    assert service.propose(store, LEAD, RUN).to_json() == own.to_json()
    scenarios.make_proposal(store, LEAD, RUN, made, the_run(store).version)
    assert scenarios.proposal(store, LEAD, RUN) == made
    now = service.propose(store, LEAD, RUN)
    assert {c.name: c.weight for c in now.scores.criteria} == TOPICS.weights
    assert service.propose(store, LEAD, RUN, "fair").goal == "fair"
    scenarios.make_proposal(store, LEAD, RUN, None, the_run(store).version)
    assert service.propose(store, LEAD, RUN).to_json() == own.to_json()


def test_only_what_the_proposal_leads_to_is_approved_and_it_is_told_under_what(store):
    own = service.propose(store, LEAD, RUN)
    propose_topics(store)
    for other in (own, service.propose(store, LEAD, RUN, "fair")):
        with pytest.raises(StaleRecord, match="another goal or under other weights"):
            service.approve(store, LEAD, RUN, other, the_run(store).version)
    shown = service.propose(store, LEAD, RUN)
    service.approve(store, LEAD, RUN, shown, the_run(store).version)
    run = the_run(store)
    assert (run.approved_goal, run.approved_weights, run.approved_lowest) == ("total", TOPICS.weights, 0)
    with store.write("lea", "test") as writer:  # what the programme says later does not matter
        programme = writer.get(Programme, PROGRAMME)
        writer.save(programme.with_(settings=settings({"topics": 100, "experience": 900})))
    assert service.propose(store, LEAD, RUN).to_json() == shown.to_json()
    service.withdraw_approval(store, LEAD, RUN, run.version)
    run = the_run(store)
    assert (run.approved_goal, run.approved_weights, run.approved_lowest) == (None, None, None)


def criteria_are_now(store, weights):
    with store.write("lea", "test") as writer:
        writer.save(writer.get(Programme, PROGRAMME).with_(settings=settings(weights)))


def test_a_criterion_that_the_programme_gets_later_does_not_count_in_a_scenario(store):
    made = scenarios.save(store, LEAD, RUN, "Topics", Weighing(weights={"topics": 900}))
    scenarios.make_proposal(store, LEAD, RUN, made, the_run(store).version)
    before = service.propose(store, LEAD, RUN)
    criteria_are_now(store, {"topics": 400, "experience": 400, "age": 200})
    after = service.propose(store, LEAD, RUN)
    assert pairs(after) == pairs(before)
    assert {c.name: c.weight for c in after.scores.criteria}["age"] == 0


def test_where_the_programme_has_lost_all_that_the_proposal_weighs_nothing_is_approved(store):
    made = scenarios.save(store, LEAD, RUN, "Topics", Weighing(weights={"topics": 1000, "experience": 0}))
    scenarios.make_proposal(store, LEAD, RUN, made, the_run(store).version)
    criteria_are_now(store, {"experience": 1000})
    with pytest.raises(RuleBroken, match="go back to the programme's weights"):
        service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), the_run(store).version)
    scenarios.make_proposal(store, LEAD, RUN, None, the_run(store).version)
    assert service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), the_run(store).version)
    compared = side_by_side.compare(store, LEAD, RUN)
    assert "own" not in {one.kind for one in compared}


def test_once_tandems_are_approved_scenarios_stay_as_they_are(store):
    made = propose_topics(store)
    service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), the_run(store).version)
    for change in (
        lambda: scenarios.save(store, LEAD, RUN, "Other", TOPICS),
        lambda: scenarios.rename(store, LEAD, made, "Other"),
        lambda: scenarios.delete(store, LEAD, made),
        lambda: scenarios.make_proposal(store, LEAD, RUN, None, the_run(store).version),
    ):
        with pytest.raises(RuleBroken, match="approved"):
            change()
    assert scenarios.scenarios(store, LEAD, RUN) == [made]


def test_a_name_stands_for_one_scenario_of_a_run(store):
    made = scenarios.save(store, LEAD, RUN, "Topics", TOPICS)
    for name in ("topics", " TOPICS "):
        with pytest.raises(RuleBroken, match="already"):
            scenarios.save(store, LEAD, RUN, name, TOPICS)
    for name in ("", " ", "x" * 61):
        with pytest.raises(UsageError, match="name"):
            scenarios.save(store, LEAD, RUN, name, TOPICS)
    assert scenarios.rename(store, LEAD, made, "TOPICS", "why").comment == "why"


def test_the_proposal_is_not_deleted_and_others_are(store):
    made = propose_topics(store)
    other = scenarios.save(store, LEAD, RUN, "Other", Weighing(goal="fair"))
    with pytest.raises(RuleBroken, match="is the proposal"):
        scenarios.delete(store, LEAD, made)
    scenarios.delete(store, LEAD, other)
    assert scenarios.scenarios(store, LEAD, RUN) == [made]
    assert check.problems(store) == []


def test_who_saw_an_older_state_changes_nothing(store):
    made = scenarios.save(store, LEAD, RUN, "Topics", TOPICS)
    seen = the_run(store).version
    renamed = scenarios.rename(store, LEAD, made, "Themes")
    for change in (
        lambda: scenarios.rename(store, LEAD, made, "Other"),
        lambda: scenarios.delete(store, LEAD, made),
        lambda: scenarios.make_proposal(store, LEAD, RUN, made, seen),
    ):
        with pytest.raises(StaleRecord):
            change()
    scenarios.make_proposal(store, LEAD, RUN, renamed, seen)
    with pytest.raises(StaleRecord):
        scenarios.make_proposal(store, LEAD, RUN, None, seen)


def test_only_the_lead_keeps_and_proposes_scenarios(store):
    made = scenarios.save(store, LEAD, RUN, "Topics", TOPICS)
    for attempt in (
        lambda: scenarios.scenarios(store, KAMEN, RUN),
        lambda: scenarios.proposal(store, KAMEN, RUN),
        lambda: scenarios.save(store, KAMEN, RUN, "Other", TOPICS),
        lambda: scenarios.rename(store, KAMEN, made, "Other"),
        lambda: scenarios.delete(store, KAMEN, made),
        lambda: scenarios.make_proposal(store, KAMEN, RUN, made, the_run(store).version),
        lambda: side_by_side.compare(store, KAMEN, RUN),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_who_decides_but_does_not_approve_keeps_scenarios_and_makes_none_the_proposal(store, monkeypatch):
    from mentorkit.privacy import permissions

    monkeypatch.setitem(permissions.PERMISSIONS, "matching.approve", {})
    made = scenarios.save(store, LEAD, RUN, "Topics", TOPICS)
    with pytest.raises(NotAllowed):
        scenarios.make_proposal(store, LEAD, RUN, made, the_run(store).version)
    assert the_run(store).proposal_id is None


def test_scenarios_stand_side_by_side_with_what_is_now_and_what_decisions_cost(store):
    first = service.propose(store, LEAD, RUN)
    t = first.tandems.iloc[0]
    service.decide(store, LEAD, RUN, t.mentee_id, t.mentor_id, "forbid")
    made = propose_topics(store)
    found = side_by_side.compare(store, LEAD, RUN)
    table = side_by_side.frame(found).set_index("name")
    assert table.kind.tolist() == ["now", "free", "own", "scenario", "goal"]
    now, free = table.loc["As it stands now"], table.loc["Without the decisions on pairs"]
    assert table.index[table.proposal].tolist() == ["Topics"]
    assert (now.total, now.changed) == (table.loc["Topics"].total, 0)
    assert (free.tandems, free.total) >= (now.tandems, now.total)
    assert found[3].scenario == made
    assert table.loc["By the weights of the programme"].total == own_optimum(store)
    own = first.scores.total  # no criterion depends on decisions
    assert now.own_total == sum(own[pair] for pair in found[0].matching.indices)
    assert now.own_total <= own_optimum(store)
    assert now.organisations == count_links(found[0].matching.tandems)
    mentee, before, after = side_by_side.partners_changed(found[0].matching, found[1].matching)[0]
    assert before != after
    assert mentee in set(first.tandems.mentee) | set(first.unmatched.person)


def own_optimum(store):
    return service.propose(store, LEAD, RUN, weights={}).objective["total"]


def count_links(tandems):
    both = zip(tandems.mentee_organisation, tandems.mentor_organisation, strict=True)
    return len({frozenset(two) for two in both if len(set(two)) == 2})


@pytest.fixture
def run(store):
    return Workbench(store, LEAD).run(RUN)


def test_a_scenario_in_which_nobody_finds_a_partner_is_compared_too(run):
    run.save_scenario("Nobody", lowest_score=1000)
    row = run.compare_scenarios().set_index("name").loc["Nobody"]
    assert (row.tandems, row.total, row.organisations) == (0, 0, 0)
    assert row.changed > 0
    assert row.only_here == []


def test_a_run_offers_its_scenarios_to_analysts(run):
    made = run.save_scenario("One", "fair", weights={"topics": 1000}, comment="Try")
    run.make_proposal(run.scenario("one"))
    assert run.proposal == made == run.scenarios[0]
    assert run.match().goal == "fair"
    assert run.match("total").goal == "total"
    assert run.rename_scenario(made, "Two").comment == "Try"
    run.make_proposal(None)
    run.delete_scenario(run.scenario("Two"))
    assert run.scenarios == []
    with pytest.raises(NotFound, match="Two"):
        run.scenario("Two")
