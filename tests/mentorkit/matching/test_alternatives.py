"""The tables of what would change say what matching again says."""

from __future__ import annotations

import pandas as pd
import pytest
from matching_samples import administration, forbid, lock, mentee, mentor, settings

from mentorkit.errors import RuleBroken
from mentorkit.matching.matching import match
from mentorkit.programme.settings import Limits, Quotas

UNNA = settings()


@pytest.fixture(scope="module")
def people():
    return [a.with_(answers={**a.answers, "places": 1}) for a in administration(per_town=(4, 5))]


@pytest.fixture(scope="module")
def matching(people):
    return match(people, UNNA)


def difference(one, other):
    return tuple(one.objective[name] - other.objective[name] for name in ("tandems", "total"))


def test_what_a_tandem_is_worth_is_what_ruling_it_out_costs(matching, people):
    table = matching.what_if.without()
    assert len(table) == matching.objective["tandems"]
    for row in table.iloc[::4].itertuples():
        by_id = {(a.role, a.person_id): a for a in people}
        pair = by_id["mentee", row.mentee_id], by_id["mentor", row.mentor_id]
        again = match(people, UNNA, decisions=[forbid(*pair)])
        assert (row.loss_tandems, row.loss_total) == difference(matching, again)


def test_locked_tandems_are_not_asked_away(people, matching):
    pair = matching.pool.mentees[matching.indices[0][0]], matching.pool.mentors[matching.indices[0][1]]
    locked = match(people, UNNA, decisions=[lock(*pair)])
    assert pair[0].person_id not in set(locked.what_if.without().mentee_id)


def test_one_more_place_gains_what_matching_with_it_says(matching, people):
    table = matching.what_if.one_more_place()
    gains = list(zip(table.gain_tandems, table.gain_total, strict=True))
    assert gains == sorted(gains, reverse=True)
    for row in table.iloc[[0, 1, -1]].itertuples():
        more = [
            a.with_(answers={**a.answers, "places": 2})
            if (a.role, a.person_id) == ("mentor", row.mentor_id)
            else a
            for a in people
        ]
        assert (row.gain_tandems, row.gain_total) == difference(match(more, UNNA), matching)


def test_one_more_person_of_a_town_gains_what_matching_with_her_says(matching, people):
    table = matching.what_if.one_more_of_each()
    assert len(table) == 14
    for row in table.iloc[[0, 1, -1]].itertuples():
        own = Limits(**{f"{row.role}s": row.quota + 1})
        quotas = Quotas(mentees=3, mentors=3, own={row.organisation: own})
        again = match(people, settings(quotas=quotas))
        assert (row.gain_tandems, row.gain_total) == difference(again, matching)


def test_without_quotas_there_is_no_quota_to_raise(people):
    assert match(people, settings(quotas=Quotas())).what_if.one_more_of_each().empty


def test_the_second_best_and_the_different_ones_name_who_changes(matching):
    best = dict(zip(matching.tandems.mentee_id, matching.tandems.mentor_id, strict=True))
    second = matching.what_if.second_best()
    others = matching.what_if.different(count=2)
    for found in (second, *others):
        assert found.attrs["tandems"] == matching.objective["tandems"]
        assert found.attrs["total"] <= matching.objective["total"]
        for row in found.itertuples():
            assert best.get(row.mentee_id, "") == ("" if pd.isna(row.mentor_id) else row.mentor_id)
            assert row.then_mentor_id != row.mentor_id
        changed = found.then_score.sum() - found.score.sum()
        assert matching.objective["total"] + changed == found.attrs["total"]
    assert all(other.attrs["total"] <= second.attrs["total"] for other in others)


def test_two_people_have_no_second_best_tandem_beside_none():
    found = match([mentee("Ada A", "Kamen"), mentor("Bea B", "Werne")], UNNA).what_if
    assert found.second_best().attrs == {"tandems": 0, "worst": None, "total": 0}
    assert found.different() == []


def test_under_contradicting_locks_there_is_nothing_to_ask():
    one, two, other = mentee("Ada A", "Kamen"), mentee("Cleo C", "Lünen"), mentor("Bea B", "Werne")
    other = other.with_(answers={**other.answers, "places": 1})
    matching = match([one, two, other], UNNA, decisions=[lock(one, other), lock(two, other)])
    with pytest.raises(RuleBroken, match="Bea B"):
        _ = matching.what_if
