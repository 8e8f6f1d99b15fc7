from __future__ import annotations

import pytest
from matching_samples import RUN, administration

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.language import Voice, speaking
from mentorkit.matching import choosing, service
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, PairDecision, Person, Programme, Run, Tandem
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store

PROGRAMME = "cross-administration"
LEAD = sole_actor("lea")
KAMEN = Actor("karin", (Grant(id="G1", user_id="karin", role="organisation", organisation="Kamen"),))
ANALYST = Actor("ali", (Grant(id="G2", user_id="ali", role="analyst"),))


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


def add_run(store, run_id, people):
    with store.write("lea", "test") as writer:
        writer.save(Run(id=run_id, programme_id=PROGRAMME, name=run_id.split("/")[1]))
        for a in people:
            if writer.find(Person, a.person_id) is None:
                person = {"id": a.person_id, "first_name": a.first_name, "last_name": a.last_name}
                writer.save(Person(programme_id=PROGRAMME, **person))
            writer.save(a.with_(run_id=run_id))


@pytest.fixture
def store():
    made = Store.create()
    with made.write("lea", "test") as writer:
        preset = load_preset(PROGRAMME)
        writer.save(Programme(id=PROGRAMME, name=preset.name, preset=PROGRAMME, settings=preset))
    add_run(made, RUN, administration(per_town=(4, 3)))
    yield made
    made.close()


def all_of(store, kind):
    with store.read() as reader:
        return reader.all(kind)


def decided(store):
    return {(d.mentee_id, d.mentor_id): d.kind for d in all_of(store, PairDecision)}


def version(store):
    with store.read() as reader:
        return reader.get(Run, RUN).version


def test_a_proposal_changes_nothing(store):
    matching = service.propose(store, LEAD, RUN)
    assert matching.status == "optimal"
    assert all_of(store, Tandem) == all_of(store, PairDecision) == []


def test_a_lock_and_a_ban_are_kept_and_obeyed_and_the_last_word_on_a_pair_counts(store):
    first = service.propose(store, LEAD, RUN)
    pair = first.tandems.iloc[0][["mentee_id", "mentor_id"]].tolist()
    forbidden = service.decide(store, LEAD, RUN, *pair, "forbid", "They are neighbours.")
    assert pair not in service.propose(store, LEAD, RUN).tandems[["mentee_id", "mentor_id"]].values.tolist()
    locked = service.decide(store, LEAD, RUN, *pair, "lock", seen=forbidden)
    assert (locked.id, locked.version) == (forbidden.id, forbidden.version + 1)
    assert decided(store) == {tuple(pair): "lock"}
    tandems = service.propose(store, LEAD, RUN).tandems
    assert tandems[tandems.locked][["mentee_id", "mentor_id"]].values.tolist() == [pair]
    service.undo(store, LEAD, locked.id, locked.version)
    assert decided(store) == {}


def test_undoing_what_somebody_changed_is_refused(store):
    t = service.propose(store, LEAD, RUN).tandems.iloc[0]
    old = service.decide(store, LEAD, RUN, t.mentee_id, t.mentor_id, "lock")
    service.decide(store, LEAD, RUN, t.mentee_id, t.mentor_id, "forbid", seen=old)
    with pytest.raises(StaleRecord):
        service.undo(store, LEAD, old.id, old.version)
    assert decided(store) == {(t.mentee_id, t.mentor_id): "forbid"}
    with pytest.raises(NotFound):
        service.undo(store, LEAD, "D99", 1)


def test_a_decision_made_by_a_colleague_in_the_meantime_is_not_overwritten(store):
    pair = service.propose(store, LEAD, RUN).tandems.iloc[0][["mentee_id", "mentor_id"]].tolist()
    hers = service.decide(store, LEAD, RUN, *pair, "lock", "Both asked for it.")
    with pytest.raises(StaleRecord) as refused:
        service.decide(store, LEAD, RUN, *pair, "forbid")
    assert (refused.value.mine, refused.value.theirs) == (None, hers)
    changed = service.decide(store, LEAD, RUN, *pair, "lock", "Agreed with both.", seen=hers)
    with pytest.raises(StaleRecord):
        service.decide(store, LEAD, RUN, *pair, "forbid", seen=hers)
    service.undo(store, LEAD, changed.id, changed.version)
    with pytest.raises(StaleRecord):
        service.decide(store, LEAD, RUN, *pair, "forbid", seen=changed)
    again = service.decide(store, LEAD, RUN, *pair, "lock")
    assert again.version == hers.version
    with pytest.raises(StaleRecord):  # another decision of the same version
        service.decide(store, LEAD, RUN, *pair, "forbid", seen=hers)
    assert decided(store) == {tuple(pair): "lock"}


def test_after_approval_nothing_is_decided_and_no_decision_taken_back(store):
    tandems = service.propose(store, LEAD, RUN).tandems
    first, second = tandems.iloc[0], tandems.iloc[1]
    kept = service.decide(store, LEAD, RUN, first.mentee_id, first.mentor_id, "lock")
    service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), version(store))
    for change in (
        lambda: service.decide(store, LEAD, RUN, second.mentee_id, second.mentor_id, "forbid"),
        lambda: service.decide(store, LEAD, RUN, first.mentee_id, first.mentor_id, "forbid", seen=kept),
        lambda: service.undo(store, LEAD, kept.id, kept.version),
    ):
        with pytest.raises(RuleBroken, match="approved"):
            change()
    assert decided(store) == {(first.mentee_id, first.mentor_id): "lock"}


def test_who_saw_the_run_before_a_colleague_changed_it_changes_nothing(store):
    matching, seen = service.propose(store, LEAD, RUN), version(store)
    choosing.fix_selection(store, LEAD, RUN, seen)
    fixed = service.propose(store, LEAD, RUN)
    assert fixed.tandems.equals(matching.tandems)
    for change in (
        lambda: choosing.fix_selection(store, LEAD, RUN, seen),
        lambda: choosing.release_selection(store, LEAD, RUN, seen),
        lambda: service.approve(store, LEAD, RUN, matching, seen),
        lambda: service.withdraw_approval(store, LEAD, RUN, seen),
    ):
        with pytest.raises(StaleRecord) as refused:
            change()
        assert refused.value.theirs.selection_fixed
    assert all_of(store, Tandem) == []


def test_a_lock_that_breaks_a_rule_is_refused_and_changes_nothing(store):
    pairs = service.propose(store, LEAD, RUN).pairs
    blocked = pairs[pairs.blocked_by == "same_organisation"].iloc[0]
    with pytest.raises(RuleBroken, match="belong to the same organisation"):
        service.decide(store, LEAD, RUN, blocked.mentee_id, blocked.mentor_id, "lock")
    assert decided(store) == {}


def test_a_lock_that_cannot_stand_beside_another_is_refused(store):
    pairs = service.propose(store, LEAD, RUN).pairs
    first, second = pairs[pairs.mentee_id == pairs.mentee_id[0]].query("allowed == 1").iloc[:2].itertuples()
    service.decide(store, LEAD, RUN, first.mentee_id, first.mentor_id, "lock")
    with pytest.raises(RuleBroken, match="has one place, but several tandems are locked"):
        service.decide(store, LEAD, RUN, second.mentee_id, second.mentor_id, "lock")
    assert len(decided(store)) == 1


def test_a_decision_on_somebody_who_takes_no_part_is_refused(store):
    t = service.propose(store, LEAD, RUN).tandems.iloc[0]
    with pytest.raises(NotFound):
        service.decide(store, LEAD, RUN, "P-nobody", t.mentor_id, "lock")
    with pytest.raises(NotFound):
        service.decide(store, LEAD, RUN, t.mentor_id, t.mentee_id, "forbid")


def test_fixing_the_selection_binds_the_matching_until_it_is_released(store):
    before = service.propose(store, LEAD, RUN)
    selection = choosing.fix_selection(store, LEAD, RUN, version(store))
    places = {a.id: a.place for a in all_of(store, Application)}
    assert {p.application_id for p in selection.selected} == {i for i, p in places.items() if p == "selected"}
    assert {p.application_id for p in selection.waiting} == {i for i, p in places.items() if p == "waiting"}
    assert choosing.select(store, LEAD, RUN) == selection
    assert choosing.fix_selection(store, LEAD, RUN, version(store)) == selection
    fixed = service.propose(store, LEAD, RUN)
    assert fixed.objective == before.objective
    assert "not_selected" in set(fixed.unmatched.code)
    choosing.release_selection(store, LEAD, RUN, version(store))
    assert {a.place for a in all_of(store, Application)} == {None}
    assert service.propose(store, LEAD, RUN).to_json() == before.to_json()


def test_approval_forms_the_tandems_shown_and_can_be_withdrawn(store):
    matching = service.propose(store, LEAD, RUN)
    formed = service.approve(store, LEAD, RUN, matching, version(store))
    shown = set(
        zip(matching.tandems.mentee_id, matching.tandems.mentor_id, matching.tandems.score, strict=True)
    )
    assert {(t.mentee_id, t.mentor_id, t.score) for t in formed} == shown
    assert all(sum(t.contributions.values()) == t.score and t.state == "proposed" for t in formed)
    assert all_of(store, Run)[0].approved_at is not None
    assert service.approved_by(store, LEAD, RUN) == LEAD.name
    with pytest.raises(RuleBroken, match="withdraw"):
        choosing.fix_selection(store, LEAD, RUN, version(store))
    service.withdraw_approval(store, LEAD, RUN, version(store))
    assert all_of(store, Tandem) == []
    assert all_of(store, Run)[0].approved_at is None


def test_approving_again_replaces_what_was_only_proposed(store):
    service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), version(store))
    t = service.propose(store, LEAD, RUN).tandems.iloc[0]
    with store.write("lea", "test") as writer:
        (mentor,) = writer.all(Application, person_id=t.mentor_id, role="mentor")
        writer.save(mentor.with_(status="review"))
    again = service.propose(store, LEAD, RUN)
    service.approve(store, LEAD, RUN, again, version(store))
    stored = {(t.mentee_id, t.mentor_id) for t in all_of(store, Tandem)}
    assert stored == set(zip(again.tandems.mentee_id, again.tandems.mentor_id, strict=True))
    assert (t.mentee_id, t.mentor_id) not in stored


def test_approval_is_refused_when_the_data_changed_since(store):
    old = service.propose(store, LEAD, RUN)
    t = old.tandems.iloc[0]
    service.decide(store, LEAD, RUN, t.mentee_id, t.mentor_id, "forbid")
    with pytest.raises(StaleRecord) as refused:
        service.approve(store, LEAD, RUN, old, version(store))
    assert refused.value.mine is old
    assert refused.value.theirs.objective == service.propose(store, LEAD, RUN).objective
    assert all_of(store, Tandem) == []
    assert all_of(store, Run)[0].approved_at is None


def test_tandems_that_have_begun_are_not_replaced(store):
    matching = service.propose(store, LEAD, RUN)
    begun = service.approve(store, LEAD, RUN, matching, version(store))[0]
    with store.write("lea", "test") as writer:
        writer.save(begun.with_(state="active"))
    for change in (
        lambda: service.approve(store, LEAD, RUN, matching, version(store)),
        lambda: service.withdraw_approval(store, LEAD, RUN, version(store)),
    ):
        with pytest.raises(RuleBroken, match="begun"):
            change()
    assert len(all_of(store, Tandem)) == len(matching.tandems)


def test_tandems_name_people_and_organisations_and_a_coordination_sees_its_own(store):
    matching = service.propose(store, LEAD, RUN)
    service.approve(store, LEAD, RUN, matching, version(store))
    everything = service.tandems(store, LEAD, RUN)
    assert tuple(everything.columns) == service.TANDEM_COLUMNS
    shared = ["mentee", "mentee_organisation", "mentor", "mentor_organisation", "score"]
    assert everything[shared].equals(matching.tandems[shared])
    assert set(everything.state) == {"proposed"}
    assert set(everything.run) == {"2014"}
    own = service.tandems(store, KAMEN, RUN)
    assert 0 < len(own) < len(everything)
    assert ((own.mentee_organisation == "Kamen") | (own.mentor_organisation == "Kamen")).all()


def test_a_tandem_of_another_run_is_not_formed_again(store):
    matching = service.propose(store, LEAD, RUN)
    service.approve(store, LEAD, RUN, matching, version(store))
    add_run(store, f"{PROGRAMME}/2015", [a.with_(id=f"{a.id}-2015") for a in administration(per_town=(4, 3))])
    pairs = service.propose(store, LEAD, f"{PROGRAMME}/2015").pairs
    barred = pairs[pairs.blocked_by == "earlier_pair"]
    assert set(zip(barred.mentee_id, barred.mentor_id, strict=True)) == set(
        zip(matching.tandems.mentee_id, matching.tandems.mentor_id, strict=True)
    )


@pytest.mark.parametrize("actor", [KAMEN, ANALYST])
def test_only_the_lead_matches_decides_selects_and_approves(store, actor):
    matching = service.propose(store, LEAD, RUN)
    t = matching.tandems.iloc[0]
    kept = service.decide(store, LEAD, RUN, t.mentee_id, t.mentor_id, "lock")
    for attempt in (
        lambda: service.propose(store, actor, RUN),
        lambda: service.decide(store, actor, RUN, t.mentee_id, t.mentor_id, "forbid"),
        lambda: service.undo(store, actor, kept.id, kept.version),
        lambda: choosing.select(store, actor, RUN),
        lambda: choosing.fix_selection(store, actor, RUN, version(store)),
        lambda: choosing.release_selection(store, actor, RUN, version(store)),
        lambda: service.approve(store, actor, RUN, matching, version(store)),
        lambda: service.withdraw_approval(store, actor, RUN, version(store)),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert decided(store) == {(t.mentee_id, t.mentor_id): "lock"}


def test_an_analyst_sees_no_tandems(store):
    with pytest.raises(NotAllowed):
        service.tandems(store, ANALYST, RUN)
