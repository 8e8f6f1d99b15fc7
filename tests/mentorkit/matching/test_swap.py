"""What locking a pair would do is what locking it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as trying
from matching_samples import administration, forbid, lock, mentee, mentor, programmes, settings

from mentorkit.errors import NothingToMatch
from mentorkit.language import Voice, speaking
from mentorkit.matching.matching import match
from mentorkit.matching.swap import lock_hindrances, swap
from mentorkit.programme.settings import Quotas


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@trying(max_examples=30, deadline=None, derandomize=True)
@given(programmes())
def test_a_swap_costs_the_price_of_its_pair_and_tells_why_where_there_is_none(programme):
    people, chosen, decisions, earlier = programme
    try:
        matching = match(people, chosen, decisions=decisions, earlier=earlier)
    except NothingToMatch:
        return
    if matching.status != "optimal":
        return
    for row in matching.pairs.itertuples():
        found = swap(matching, row.mentee_id, row.mentor_id)
        priced = matching.price(row.mentee_id, row.mentor_id)
        overridden = row.blocked_by and set(row.blocked_by.split(";")) <= {"forbidden", "low_score"}
        if priced is not None:
            assert (found.tandems, found.total) == priced
            assert found.pair in found.after.indices
        elif not overridden:
            assert found.hindrances
            assert found.after is None
        if told := lock_hindrances(matching, row.mentee_id, row.mentor_id):
            assert found.hindrances == told


def test_who_moves_is_the_difference_of_both_matchings():
    matching = match(administration(per_town=(4, 3)), settings())
    people, before = matching.pool, dict(matching.indices)
    for other in people.mentors:
        found = swap(matching, people.mentees[0].person_id, other.person_id)
        if found.after is None:
            continue
        after = dict(found.after.indices)
        assert [matching.row("mentee", move.mentee.person_id) for move in found.moves] == [
            i for i in range(len(people.mentees)) if before.get(i) != after.get(i)
        ]
        assert found.is_tandem == (not found.moves)
        if found.moves:
            assert (found.moves[0].mentee, found.moves[0].after) == (people.mentees[0], other)
        gone = set(before.values()) - set(after.values())
        assert {a.id for a in found.dropped} == {people.mentors[j].id for j in gone}


ADA, BEA = mentee("Ada Alt", "Kamen"), mentee("Bea Blau", "Werne")
CLEO, DORA = mentor("Cleo Chor", "Lünen"), mentor("Dora Dur", "Lünen")


def test_somebody_locked_elsewhere_is_named():
    matching = match([ADA, BEA, CLEO, DORA], settings(), decisions=[lock(ADA, CLEO)])
    found = swap(matching, ADA.person_id, DORA.person_id)
    assert found.hindrances == ("Ada Alt has no place left beside the tandems that are made or locked.",)


def test_a_pair_ruled_out_is_priced_as_if_it_were_locked_instead():
    matching = match([ADA, BEA, CLEO, DORA], settings(), decisions=[forbid(ADA, CLEO)])
    found = swap(matching, ADA.person_id, CLEO.person_id)
    assert not found.hindrances
    assert {(m.mentee.name, m.before.name, m.after.name) for m in found.moves} == {
        ("Ada Alt", "Dora Dur", "Cleo Chor"), ("Bea Blau", "Cleo Chor", "Dora Dur"),
    }  # fmt: skip


def test_who_loses_her_tandem_is_told():
    matching = match([ADA, CLEO, DORA], settings())
    (present,) = matching.tandems["mentor"]
    other = next(mentor for mentor in (CLEO, DORA) if mentor.name != present)
    assert [mentor.name for mentor in swap(matching, ADA.person_id, other.person_id).dropped] == [present]


def test_the_matching_with_the_pair_locked_is_the_one_that_matching_again_finds():
    people = administration(per_town=(3, 3), towns=4)
    own = settings(quotas=Quotas())
    now = match(people, own)
    assert now.warm is not None
    for a in now.pool.mentees[:4]:
        for b in now.pool.mentors:
            after = swap(now, a.person_id, b.person_id).after
            if after is not None:
                again = match(people, own, decisions=[lock(a, b)])
                assert after.tandems.equals(again.tandems)
                assert after.proof["value"] == again.proof["value"]


def test_a_pair_kept_apart_in_confidence_cannot_be_locked_and_reads_like_one_ruled_out():
    people = [ADA, BEA, CLEO, DORA]
    matching = match(people, settings(), apart=[(ADA.person_id, CLEO.person_id)])
    told = ("The tandem of Ada Alt and Cleo Chor is ruled out.",)
    assert lock_hindrances(matching, ADA.person_id, CLEO.person_id) == told
    assert swap(matching, ADA.person_id, CLEO.person_id).hindrances == told
    decided = match(people, settings(), decisions=[forbid(ADA, CLEO)])
    assert decided.rules.because(*swap(decided, ADA.person_id, CLEO.person_id).pair) == told[0]
