"""Matching again keeps what is to stay, and tells what each release would gain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as quickly
from hypothesis import strategies as st
from matching_samples import administration, settings
from small_problems import every_matching, problems, worth

from mentorkit.matching.matching import match
from mentorkit.matching.rematch import gains, keep_all_but, rematch
from mentorkit.matching.solve import solve

UNNA = settings()


@quickly(max_examples=60)
@given(problems(size=4), st.integers(0, 3), st.data())
def test_at_most_so_many_tandems_are_released_and_nothing_better_is_possible(problem, release, data):
    best = solve(problem)
    if best.status != "optimal":
        return
    matchings = list(every_matching(problem))
    now = data.draw(st.sampled_from(matchings))
    present = [(i, j) for i, j in enumerate(now) if j >= 0]
    _, found = keep_all_but(problem, present, release)

    def released(mate):
        return sum(mate[i] != j for i, j in present)

    close = [mate for mate in matchings if released(mate) <= release]
    tandems, _, total = max((worth(problem, mate) for mate in close), key=lambda w: (w[0], w[2]))
    assert (found.tandems, found.total) == (tandems, total)
    assert released(tuple(found.mate.tolist())) <= release


@pytest.fixture(scope="module")
def people():
    return [a.with_(answers={**a.answers, "places": 1}) for a in administration(per_town=(3, 3))]


@pytest.fixture(scope="module")
def after(people):
    """The tandems of a run, and the matching of those left once two of its mentors have gone."""
    before = match(people, UNNA)
    present = list(zip(before.tandems.mentee_id, before.tandems.mentor_id, strict=True))
    gone = {present[0][1], present[5][1]}
    left = [a for a in people if a.role == "mentee" or a.person_id not in gone]
    return present, gone, match(left, UNNA)


def test_all_other_tandems_stay_where_none_is_released(after):
    present, gone, matching = after
    found = rematch(matching, present)
    assert {ids for ids in present if ids[1] in gone} == set(found.impossible)
    assert found.released == ()
    made = set(zip(found.matching.tandems.mentee_id, found.matching.tandems.mentor_id, strict=True))
    stay = {ids for ids in present if ids[1] not in gone}
    assert stay <= made
    kept = {(t["mentee_id"], t["mentor_id"]) for t in found.matching.to_json()["tandems"] if t["locked"]}
    assert kept == stay
    assert set(found.matching.what_if.without().mentee_id).isdisjoint(dict(stay))


def test_each_release_gains_something_and_what_is_released_is_named(after):
    present, _, matching = after
    found = gains(matching, present, most=8)
    worths = [(one.matching.solution.tandems, one.matching.solution.total) for one in found]
    assert worths == sorted(set(worths))
    assert len(found) > 1
    for one in found:
        made = set(zip(one.matching.tandems.mentee_id, one.matching.tandems.mentor_id, strict=True))
        assert set(one.released) == set(present) - made - set(one.impossible)
        assert len(one.released) <= one.release


def test_without_present_tandems_it_is_the_best_matching(after):
    _, _, matching = after
    assert rematch(matching, [], 2).matching.indices == matching.indices
    assert np.array_equal(rematch(matching, []).matching.solution.mate, matching.solution.mate)
