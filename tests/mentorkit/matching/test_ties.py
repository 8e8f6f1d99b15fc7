"""Of several optima the one is taken that depends on who the people are: not on their order, nor on locks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_problems import administrations, every_matching, problems, with_locked, worth

from mentorkit.matching.network_flow import network_of
from mentorkit.matching.problem import Problem
from mentorkit.matching.proof import check_proof
from mentorkit.matching.solve import GOALS, solve
from mentorkit.matching.ties import fitting

few = settings(max_examples=80)


def tied(problem: Problem, seed: int = 0) -> Problem:
    """Make nearly everything equally good, with numbers that decide between the people."""
    ties = np.random.default_rng(seed).integers(0, 2**30, problem.scores.shape)
    return replace(problem, scores=problem.scores // 400 * 400, ties=ties)


def sum_of_ties(problem: Problem, mate: tuple[int, ...]) -> int:
    return sum(int(problem.ties[i, j]) for i, j in enumerate(mate) if j >= 0)


@few
@given(problems(), st.integers(0, 9))
def test_of_several_optima_the_one_with_most_ties_is_taken(problem, seed):
    problem = tied(problem, seed)
    found = solve(problem)
    if found.status == "optimal" and not problem.mixed:
        assert check_proof(problem, found)
        values = {
            mate: (worth(problem, mate)[0], worth(problem, mate)[2]) for mate in every_matching(problem)
        }
        best = [mate for mate, value in values.items() if value == max(values.values())]
        assert tuple(found.mate.tolist()) == max(best, key=lambda mate: sum_of_ties(problem, mate))


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_people_does_not_change_who_is_with_whom(seed, goal):
    problem = tied(administrations(seed, several=0), seed)
    random = np.random.default_rng(seed)
    rows, columns = (random.permutation(size) for size in problem.scores.shape)
    shuffled = solve(problem.among(rows, columns), goal)
    pairs = {(rows[i], columns[j]) for i, j in enumerate(shuffled.mate) if j >= 0}
    assert pairs == {(i, j) for i, j in enumerate(solve(problem, goal).mate) if j >= 0}


@pytest.mark.parametrize("goal", GOALS)
def test_locking_a_tandem_of_the_answer_moves_nobody(goal):
    problem = tied(administrations(1, several=0))
    found = solve(problem, goal)
    for i in np.flatnonzero(found.mate >= 0).tolist():
        locked = solve(with_locked(problem, (i, int(found.mate[i]))), goal)
        assert locked.mate.tolist() == found.mate.tolist()


def test_ties_too_large_for_the_sums_lose_their_last_digits():
    ties = np.array([[0, 2**30 - 1, 2**29]])
    few, many = (
        network_of(Problem(np.zeros((n, 3), int), np.ones((n, 3), bool), [1] * 3, [0] * n, [0] * 3))
        for n in (1, 3000)
    )
    assert fitting(few, ties).tolist() == [[1, 2**30, 2**29 + 1]]
    short = fitting(many, ties)
    assert short.min() == 1
    assert 2**26 > short[0, 1] > short[0, 2] > short[0, 0]
