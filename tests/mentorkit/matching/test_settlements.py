"""One by one: whom a mentee could have, what two people settle, and their tandem by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from matching_samples import RUN, store_of

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.language import Voice, speaking
from mentorkit.matching import choosing, service
from mentorkit.matching.news import news
from mentorkit.matching.one_by_one import (
    LONGEST,
    candidates,
    make,
    settlements,
    take_back,
    unsettled,
    write_down,
)
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, Settlement, Tandem
from mentorkit.programme.records import Run as RunRecord
from mentorkit.store import check

PROGRAMME = "cross-administration"
LEA, KARLA = sole_actor("lea"), sole_actor("karla")
NOON = dt.datetime(2014, 5, 3, 12, tzinfo=dt.UTC)
TOLD = {"expectations": "Straight answers", "time": "Monthly, from June", "content": "Budget law"}


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@pytest.fixture
def store():
    made = store_of(RUN)
    made.clock = lambda: NOON
    yield made
    made.close()


def proposal(store):
    return service.propose(store, LEA, RUN)


def pairs_of(matching):
    return set(zip(matching.tandems["mentee_id"], matching.tandems["mentor_id"], strict=True))


def tandems(store):
    with store.read() as reader:
        return reader.all(Tandem, run_id=RUN)


def version(store):
    with store.read() as reader:
        return reader.get(RunRecord, RUN).version


@pytest.fixture
def pair(store):
    """Return two who could be a tandem and are not proposed to each other."""
    found = proposal(store)
    for mentee in found.pool.mentees:
        for one in candidates(found, mentee.person_id):
            if one.price and one.price != (0, 0) and not one.price[0]:
                return mentee.person_id, one.mentor.person_id
    raise AssertionError("no such pair")


def settled(store, pair, **parts):
    return write_down(store, LEA, RUN, *pair, {**TOLD, **parts})


def made(store, pair):
    return make(store, LEA, settled(store, pair))


def organisation_of(store, role, person_id):
    with store.read() as reader:
        return reader.all(Application, run_id=RUN, role=role, person_id=person_id)[0].organisation


# whom she could have ---------------------------------------------------------------------------------


def test_candidates_are_free_with_the_exact_price(store, pair):
    found = proposal(store)
    offered = candidates(found, pair[0])
    i = found.row("mentee", pair[0])
    assert {one.mentor.person_id for one in offered} == {
        found.pool.mentors[j].person_id for j in range(found.pool.shape[1]) if found.rules.allowed[i, j]
    }
    for one in offered:
        assert one.price == found.price(pair[0], one.mentor.person_id)
        assert one.score == int(found.scores.total[i, found.row("mentor", one.mentor.person_id)])
    scores = [one.score for one in offered if not one.rank]
    assert scores == sorted(scores, reverse=True)


def test_whom_she_wishes_for_comes_first_by_rank(store, pair):
    from mentorkit.programme.records import Wish

    offered = candidates(proposal(store), pair[0])
    with store.write("lea", "test") as writer:
        by = {(a.role, a.person_id): a for a in writer.all(Application, run_id=RUN)}
        for rank, one in ((1, offered[-1]), (2, offered[-2])):
            wished = by["mentor", one.mentor.person_id]
            writer.save(
                Wish(
                    id=f"W{rank}", run_id=RUN, application_id=by["mentee", pair[0]].id, rank=rank,
                    text=wished.name, mentor_application_id=wished.id, confidence=1.0,
                )
            )  # fmt: skip
    first, second, *rest = candidates(proposal(store), pair[0])
    assert [one.mentor.person_id for one in (first, second)] == [
        one.mentor.person_id for one in (offered[-1], offered[-2])
    ]
    assert (first.rank, second.rank, {one.rank for one in rest}) == (1, 2, {0})


def test_a_mentor_whose_places_are_taken_is_no_candidate_of_anybody(store, pair):
    tandem = made(store, pair)
    found = proposal(store)
    places = found.pool.mentors[found.row("mentor", pair[1])].places
    for mentee in found.pool.mentees:
        offered = [one.mentor.person_id for one in candidates(found, mentee.person_id)]
        if mentee.person_id == pair[0]:
            assert offered == [pair[1]]
        elif places == 1:
            assert tandem.mentor_id not in offered


def test_who_does_not_take_part_has_no_candidates(store):
    with pytest.raises(NotFound):
        candidates(proposal(store), "P0")


# what is settled -------------------------------------------------------------------------------------


def test_a_draft_is_kept_with_who_and_when_and_goes_on_where_it_was(store, pair):
    first = write_down(store, LEA, RUN, *pair, {"time": "  Monthly "})
    assert first.parts == {"expectations": "", "time": "Monthly", "content": ""}
    assert (first.by, first.at, first.missing) == ("lea", NOON, ("expectations", "content"))
    second = write_down(store, KARLA, RUN, *pair, TOLD, seen=first)
    assert (second.id, second.by, second.missing) == (first.id, "karla", ())
    assert settlements(store, LEA, RUN) == [second]


def test_what_is_the_same_is_no_change_and_what_is_empty_is_not_kept(store, pair):
    first = settled(store, pair)
    assert write_down(store, KARLA, RUN, *pair, TOLD, seen=first) == first
    assert write_down(store, LEA, RUN, *pair, {}, seen=first) is None
    assert settlements(store, LEA, RUN) == []
    assert write_down(store, LEA, RUN, *pair, {"time": " \n"}) is None


def test_of_two_who_write_at_once_the_second_is_shown_both(store, pair):
    first = write_down(store, LEA, RUN, *pair, {"time": "Monthly"})
    theirs = write_down(store, KARLA, RUN, *pair, {"time": "Weekly"}, seen=first)
    for seen in (first, None):
        with pytest.raises(StaleRecord) as refused:
            write_down(store, LEA, RUN, *pair, {"time": "Daily"}, seen=seen)
        assert (refused.value.mine.time, refused.value.theirs) == ("Daily", theirs)
    write_down(store, LEA, RUN, *pair, {}, seen=theirs)
    with pytest.raises(StaleRecord) as refused:
        write_down(store, KARLA, RUN, *pair, {"time": "Weekly"}, seen=theirs)
    assert refused.value.theirs is None


def test_what_people_said_stands_in_no_trail(store, pair):
    settled(store, pair)
    with store.read() as reader:
        (entry,) = reader.trail(kind="settlement")
    assert (entry["actor"], entry["action"]) == ("lea", "settlement.write")
    assert not set(TOLD) & entry["after"].keys()
    assert "Straight answers" not in str(entry)


def test_too_much_and_strangers_are_refused(store, pair):
    with pytest.raises(RuleBroken, match=r"“Time” has at most 1,?200 characters"):
        settled(store, pair, time="x" * (LONGEST + 1))
    with pytest.raises(NotFound):
        settled(store, pair[::-1])
    assert settlements(store, LEA, RUN) == []


@pytest.mark.parametrize("role", ["organisation", "evaluator", "analyst", "operator", "data-protection"])
def test_the_lead_alone_reads_and_writes_it(store, pair, role):
    found, town = settled(store, pair), organisation_of(store, "mentee", pair[0])
    other = Actor("x", (Grant(id="G1", user_id="x", role=role, organisation=town),))
    for attempt in (
        lambda: settlements(store, other, RUN),
        lambda: write_down(store, other, RUN, *pair, {}, seen=found),
        lambda: make(store, other, found),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_how_many_tandems_have_nothing_settled_counts_drafts(store, pair):
    other = next(two for two in pairs_of(proposal(store)) if two != pair)
    found = [settled(store, pair), write_down(store, LEA, RUN, *other, {"time": "Monthly"})]
    assert unsettled([pair, other, ("P1", "P2")], found) == 2


# the tandem ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", TOLD)
def test_without_all_three_parts_there_is_no_tandem(store, pair, part):
    with pytest.raises(RuleBroken, match=part.title()):
        make(store, LEA, settled(store, pair, **{part: ""}))
    assert tandems(store) == []


def test_a_made_tandem_stands_and_all_else_is_matched_around_it(store, pair):
    before = proposal(store)
    price = before.price(*pair)
    tandem = made(store, pair)
    after = proposal(store)
    assert (tandem.mentee_id, tandem.mentor_id, tandem.one_by_one) == (*pair, True)
    assert pair in pairs_of(after)
    assert pair not in pairs_of(before)
    assert before.objective["tandems"] - after.objective["tandems"] == price[0]
    assert before.objective["total"] - after.objective["total"] == price[1]
    assert "This tandem is made already." in after.explain(pair[0])
    assert tandem.contributions == after.scores.contributions(
        after.row("mentee", pair[0]), after.row("mentor", pair[1])
    )
    with store.read() as reader:
        assert reader.get(RunRecord, RUN).approved_at is None


def test_once_made_nothing_of_the_settlement_may_be_empty(store, pair):
    found = settled(store, pair)
    make(store, LEA, found)
    with pytest.raises(RuleBroken, match="Content"):
        write_down(store, LEA, RUN, *pair, {**TOLD, "content": ""}, seen=found)
    assert write_down(store, LEA, RUN, *pair, {**TOLD, "time": "Weekly"}, seen=found).time == "Weekly"


def test_what_was_settled_by_somebody_else_meanwhile_is_read_first(store, pair):
    found = settled(store, pair)
    theirs = write_down(store, KARLA, RUN, *pair, {**TOLD, "time": "Weekly"}, seen=found)
    with pytest.raises(StaleRecord) as refused:
        make(store, LEA, found)
    assert (refused.value.mine, refused.value.theirs) == (found, theirs)
    assert tandems(store) == []


def test_a_tandem_that_breaks_a_rule_is_not_made(store, pair):
    found = settled(store, pair)
    service.decide(store, LEA, RUN, *pair, "forbid")
    with pytest.raises(RuleBroken, match="ruled out"):
        make(store, LEA, found)


def test_one_that_is_locked_elsewhere_or_made_is_not_made_again(store, pair):
    found = settled(store, pair)
    other = next(
        one.mentor.person_id
        for one in candidates(proposal(store), pair[0])
        if one.mentor.person_id != pair[1]
    )
    lock = service.decide(store, LEA, RUN, pair[0], other, "lock")
    with pytest.raises(RuleBroken, match="has no place left"):
        make(store, LEA, found)
    service.undo(store, LEA, lock.id, lock.version)
    make(store, LEA, found)
    with pytest.raises(RuleBroken, match="made already"):
        make(store, LEA, found)
    with pytest.raises(RuleBroken):
        made(store, (pair[0], other))
    assert len(tandems(store)) == 1


def test_a_locked_pair_is_made_a_tandem(store, pair):
    found = settled(store, pair)
    service.decide(store, LEA, RUN, *pair, "lock")
    assert make(store, LEA, found).one_by_one
    assert pair in pairs_of(proposal(store))


def test_no_decision_is_made_on_a_made_tandem(store, pair):
    made(store, pair)
    with pytest.raises(RuleBroken, match="take it back"):
        service.decide(store, LEA, RUN, *pair, "forbid")
    with pytest.raises(RuleBroken, match="made already"):
        service.decide(store, LEA, RUN, *pair, "lock")


def test_what_was_settled_can_be_deleted_whole_even_after_the_approval(store, pair):
    found = settled(store, pair)
    make(store, LEA, found)
    service.approve(store, LEA, RUN, proposal(store), version(store))
    assert write_down(store, LEA, RUN, *pair, {}, seen=found) is None
    assert settlements(store, LEA, RUN) == []


def test_a_part_stays_short_enough_for_the_page_to_be_signed(store, pair):
    with pytest.raises(RuleBroken, match="15 lines"):
        write_down(store, LEA, RUN, *pair, {**TOLD, "time": "x\n" * 16})


def test_it_can_be_taken_back_and_what_was_settled_stays(store, pair):
    before = proposal(store)
    tandem = made(store, pair)
    take_back(store, KARLA, tandem)
    assert tandems(store) == []
    assert [s.parts for s in settlements(store, LEA, RUN)] == [TOLD]
    assert pairs_of(proposal(store)) == pairs_of(before)
    with pytest.raises(NotFound):
        take_back(store, LEA, tandem)


def test_one_that_has_begun_is_not_taken_back(store, pair):
    tandem = made(store, pair)
    with store.write("lea", "test") as writer:
        begun = writer.save(tandem.with_(state="active"))
    with pytest.raises(RuleBroken, match="begun"):
        take_back(store, LEA, begun)


def test_an_approval_neither_makes_it_twice_nor_drops_it_and_withdrawing_keeps_it(store, pair):
    tandem = made(store, pair)
    formed = service.approve(store, LEA, RUN, proposal(store), version(store))
    assert tandem in formed
    assert len({(t.mentee_id, t.mentor_id) for t in formed}) == len(formed) == len(tandems(store))
    with pytest.raises(RuleBroken, match="approved"):
        take_back(store, LEA, tandem)
    service.withdraw_approval(store, LEA, RUN, version(store))
    assert tandems(store) == [tandem]
    assert check.problems(store) == []


def test_one_that_has_begun_hinders_no_approval_of_the_others(store, pair):
    tandem = made(store, pair)
    with store.write("lea", "test") as writer:
        begun = writer.save(tandem.with_(state="active"))
    service.approve(store, LEA, RUN, proposal(store), version(store))
    service.withdraw_approval(store, LEA, RUN, version(store))
    assert tandems(store) == [begun]


def test_who_is_in_a_made_tandem_holds_a_place_of_a_fixed_selection(store, pair):
    made(store, pair)
    fixed = choosing.fix_selection(store, LEA, RUN, version(store))
    held = {(place.role, place.person_id) for place in fixed.selected}
    assert {("mentee", pair[0]), ("mentor", pair[1])} <= held
    assert pair in pairs_of(proposal(store))


def test_who_ceases_to_take_part_is_named_with_the_way_out(store, pair):
    tandem = made(store, pair)
    with store.write("lea", "test") as writer:
        (application,) = writer.all(Application, run_id=RUN, role="mentor", person_id=pair[1])
        writer.save(application.with_(status="ineligible"))
    found = proposal(store)
    assert found.status == "infeasible"
    assert found.reason.startswith("A tandem that is made names somebody who does not take part any more.")
    take_back(store, LEA, tandem)
    assert proposal(store).status == "optimal"


def test_all_of_it_is_news_to_others(store, pair):
    before = news(store, KARLA, RUN).read
    take_back(store, LEA, made(store, pair))
    (found,) = settlements(store, LEA, RUN)
    write_down(store, LEA, RUN, *pair, {}, seen=found)
    changes = news(store, KARLA, RUN, before).changes
    assert [(change.kind, change.pair) for change in changes] == [
        ("settle", pair), ("make", pair), ("take_back", pair), ("unsettle", pair),
    ]  # fmt: skip


def test_a_settlement_knows_what_is_missing():
    one = Settlement(id="V1", run_id=RUN, mentee_id="P1", mentor_id="P2", by="lea", at=NOON, time="Monthly")
    assert one.missing == ("expectations", "content")
