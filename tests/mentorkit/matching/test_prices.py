"""What forcing a pair costs is what solving again with the pair locked says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from matching_samples import administration
from matching_samples import settings as programme
from small_problems import administrations, every_matching, problems, with_locked, worth

from mentorkit.matching import matching
from mentorkit.matching.matching import match
from mentorkit.matching.network_flow import network_of, optimum
from mentorkit.matching.prices import cheapest_other, prices
from mentorkit.matching.problem import Problem
from mentorkit.matching.residual import Changes, potentials, residual
from mentorkit.matching.solve import assign, solve
from mentorkit.programme.settings import Quotas

quick = settings(max_examples=150, deadline=None, derandomize=True)


def agree_with_trying_everything(problem: Problem) -> None:
    best: dict[tuple[int, int], tuple[int, int]] = {}
    for mate in every_matching(problem):
        tandems, _, total = worth(problem, mate)
        for pair in enumerate(mate):
            best[pair] = max(best.get(pair, (0, 0)), (tandems, total))
    optimal = solve(problem)
    found = prices(problem, optimal)
    for pair in np.ndindex(*problem.scores.shape):
        assert found.possible[pair] == (pair in best)
        tandems, total = best.get(pair, (optimal.tandems, optimal.total))
        assert found.price_tandems[pair] == optimal.tandems - tandems
        assert found.price_total[pair] == optimal.total - total


@quick
@given(problems(size=5))
def test_small_problems_are_priced_as_by_trying_everything(problem):
    agree_with_trying_everything(problem)


@quick
@given(problems(size=5, crowded=True))
def test_crowded_organisations_are_priced_as_by_trying_everything(problem):
    agree_with_trying_everything(problem)


@settings(quick, max_examples=60)
@given(problems(limited=True))
def test_with_limits_pairs_are_priced_as_by_trying_everything(problem):
    agree_with_trying_everything(problem)


@quick
@given(problems(size=5))
def test_a_few_mentees_are_priced_as_when_all_are(problem):
    if problem.mixed or problem.conflict:
        return
    net = network_of(problem)
    changes, rows = Changes(net, optimum(net)), np.arange(len(problem.scores))[::-2]
    assert (changes.forcing_of(rows) == changes.forcing[rows]).all()


def test_above_so_many_people_only_the_pairs_asked_for_are_priced(monkeypatch):
    people = administration(per_town=(3, 3), towns=4)
    own = programme(quotas=Quotas())
    found = match(people, own)
    assert not found.problem.mixed
    mentee = found.pool.mentees[0].person_id
    whole = found.alternatives(mentee)
    monkeypatch.setattr(matching, "ALL_AT_ONCE", 2)
    monkeypatch.setattr(matching.Matching, "all_prices", None)
    assert match(people, own).alternatives(mentee).equals(whole)


@pytest.mark.parametrize(("seed", "several"), [(0, 0), (1, 0.4), (3, 0.4), (2, 1)])
def test_seven_administrations_are_priced_as_by_solving_again(seed, several):
    problem = administrations(seed, several)
    optimal = solve(problem)
    done = []
    found = prices(problem, optimal, progress=lambda *step: done.append(step))
    assert done == sorted(done)
    assert done[-1] == (27, 27)
    pairs = [tuple(map(int, pair)) for pair in np.argwhere(problem.allowed)]
    for pair in pairs[:: 5 if several == 0 else 23]:
        again = solve(with_locked(problem, pair))
        assert found.price_tandems[pair] == optimal.tandems - again.tandems
        assert found.price_total[pair] == optimal.total - again.total
    assert (found.possible == problem.allowed).all()


def test_pairs_of_the_optimum_cost_nothing():
    problem = administrations(1, several=0.4)
    optimal = solve(problem)
    rows = np.flatnonzero(optimal.mate >= 0)
    found = prices(problem, optimal, pairs=[(int(i), int(optimal.mate[i])) for i in rows])
    assert found.possible.sum() == len(rows)
    assert not found.price_tandems.any()
    assert not found.price_total.any()


def test_prices_are_those_of_the_goal_total_whatever_the_goal():
    problem = administrations(2, several=0)
    total, fair = (prices(problem, solve(problem, goal)) for goal in ("total", "fair"))
    assert (total.price_total == fair.price_total).all()


def test_a_pair_against_a_fixed_tandem_has_no_price():
    problem = Problem([[5, 4], [3, 2]], np.ones((2, 2)), [1, 1], [0, 0], [0, 0], locked=((0, 1),))
    found = prices(problem, solve(problem))
    assert found.possible.tolist() == [[False, True], [True, False]]


def test_without_an_answer_nothing_has_a_price():
    problem = Problem([[5, 4]], np.ones((1, 2)), [0, 1], [0], [0, 0], locked=((0, 0),))
    assert not prices(problem, solve(problem)).possible.any()


def test_prices_of_hundreds_agree_with_the_assignment_of_the_others():
    scores = np.random.default_rng(5).integers(0, 1001, (300, 310))
    problem = Problem(scores, scores >= 0, np.ones(310), np.zeros(300), np.zeros(310))
    optimal = solve(problem)
    found = prices(problem, optimal)
    for i, j in [(0, 0), (17, 250), (299, 309), (150, 3)]:
        others = assign(np.delete(np.delete(scores, i, 0), j, 1))
        assert found.price_total[i, j] == optimal.total - scores[i, j] - others.total
        assert found.price_tandems[i, j] == 0


def test_a_matching_that_can_be_improved_has_no_potentials():
    problem = Problem([[5, 9]], np.ones((1, 2)), [1, 1], [0], [0, 0])
    net = network_of(problem)
    potentials(residual(net, optimum(net)))
    with pytest.raises(ArithmeticError):
        potentials(residual(net, np.array([0])))


@quick
@given(problems(size=4, crowded=True) | problems(size=3, limited=True) | problems(size=3, linked=True))
def test_the_cheapest_other_mentor_is_the_cheapest_of_all_prices(problem):
    best = solve(problem)
    if best.status != "optimal":
        return
    every = prices(problem, best)
    for i, j in enumerate(best.mate.tolist()):
        others = [k for k in np.flatnonzero(every.possible[i]).tolist() if k != j]
        priced = {k: (every.price_tandems[i, k], every.price_total[i, k]) for k in others}
        if j < 0:
            continue
        found = cheapest_other(problem, best, i, j)
        assert (found is None) == (not priced)
        if found is not None:
            price, mentor = found
            assert price == priced[mentor] == min(priced.values())
