"""What hangs on the weights is what matching under other weights says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as quickly
from hypothesis import strategies as st
from matching_samples import administration, settings
from small_problems import every_matching, problems

from mentorkit.matching.matching import match
from mentorkit.matching.robustness import _Line, stability, weight_ranges
from mentorkit.matching.solve import solve
from mentorkit.programme.settings import Criterion

BY_GRADE = {"field": "pay_grade", "best": 3, "tolerance": 4}


def weighing(topics, experience, languages):
    """Return the district's settings with these weights."""
    criteria = (
        Criterion(name="topics", weight=topics),
        Criterion(name="experience", weight=experience, options=BY_GRADE),
        Criterion(name="languages", weight=languages),
    )
    return settings().model_copy(update={"criteria": tuple(c for c in criteria if c.weight)})


UNNA = weighing(600, 300, 100)


@pytest.fixture(scope="module")
def people():
    return [a.with_(answers={**a.answers, "places": 1}) for a in administration(per_town=(3, 3))]


@pytest.fixture(scope="module")
def matching(people):
    return match(people, UNNA)


def test_without_other_weights_every_tandem_stays(matching):
    assert set(stability(matching, samples=3, spread=0).stays) == {1}


def test_a_tandem_stays_as_often_as_matching_under_these_weights_forms_it(matching, people):
    done = []
    found = stability(matching, samples=8, spread=1.5, seed=3, progress=lambda *step: done.append(step))
    assert done == [(k, 8) for k in range(9)]
    chance, often = (
        np.random.default_rng(3),
        dict.fromkeys(zip(found.mentee_id, found.mentor_id, strict=True), 0),
    )
    for _ in range(8):
        weights = np.array([600, 300, 100]) * np.exp(chance.normal(0, 1.5, 3))
        ends = np.rint(np.cumsum(weights) * 1000 / weights.sum())
        own = weighing(*map(int, np.diff(ends, prepend=0)))
        again = match(people, own).tandems
        for pair in zip(again.mentee_id, again.mentor_id, strict=True):
            if pair in often:
                often[pair] += 1
    assert list(found.stays) == [count / 8 for count in often.values()]
    assert 0 < found.stays.min() < found.stays.max() <= 1


def test_the_same_seed_gives_the_same_shares(matching):
    first, second = (stability(matching, samples=4, seed=1) for _ in range(2))
    assert first.equals(second)


@quickly(max_examples=100)
@given(problems(size=4) | problems(size=3, linked=True), st.data())
def test_the_edge_is_where_another_of_all_matchings_becomes_better(problem, data):
    best = solve(problem)
    if best.status != "optimal":
        return
    size = problem.scores.size
    shares = data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    part = problem.scores * np.array(shares).reshape(problem.scores.shape) // 4
    links = problem.links
    on_links = np.where(links.number >= 0, links.most, 0) if links else 0
    # as points of another criterion than the new links, or as theirs
    shared = bool(links) and data.draw(st.booleans())
    part = np.maximum(part, on_links) if shared else np.minimum(part, problem.scores - on_links)
    line = _Line(problem, part, best.mate, shared=shared)
    largest = [m for m in every_matching(problem) if sum(j >= 0 for j in m) == best.tandems]

    def still_best(t):
        worths = [rest + t * own for rest, own in (line._sums(np.array(m)) for m in largest)]
        rest, own = line._sums(best.mate)
        return rest + t * own == max(worths)

    for end, outward in ((Fraction(0), -1), (Fraction(5), 1)):
        edge = line.edge(end)
        assert min(edge, 1) >= 0
        assert still_best(edge)
        if edge != end:
            assert not still_best(edge + outward * Fraction(1, 10**9))


def test_each_weight_has_a_range_in_which_the_matching_stays(matching, people):
    ranges = weight_ranges(matching).set_index("criterion")
    assert list(ranges.weight) == [600, 300, 100]
    assert (ranges.lowest >= 0).all()
    assert (ranges.lowest <= ranges.weight).all()
    assert (ranges.weight <= ranges.highest).all()
    # nobody has told languages: they may weigh what they like
    assert (ranges.loc["languages", "lowest"], ranges.loc["languages", "highest"]) == (0, 1000)
    assert 0 < ranges.loc["topics", "lowest"] < 600
    assert match(people, weighing(0, 1000, 0)).indices != matching.indices
