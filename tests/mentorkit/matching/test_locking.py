"""One more lock moves whoever has to move, and gives the answer that solving again gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_problems import administrations, problems, with_locked

from mentorkit.matching.locking import Warm
from mentorkit.matching.problem import Problem
from mentorkit.matching.proof import check_proof
from mentorkit.matching.solve import solve


def with_ties(problem: Problem, seed: int) -> Problem:
    ties = np.random.default_rng(seed).integers(0, 2**30, problem.scores.shape)
    return replace(problem, ties=ties)


def agrees_with_solving_again(problem: Problem, pairs: list[tuple[int, int]]) -> None:
    warm = Warm.of(problem, solve(problem))
    for pair in pairs:
        problem = with_locked(problem, pair)
        again = solve(problem)
        warm = warm and warm.lock(*pair)
        assert (warm is None) == (again.status == "infeasible")
        if warm is None:
            return
        assert warm.solution.mate.tolist() == again.mate.tolist()
        assert (warm.solution.total, warm.solution.worst) == (again.total, again.worst)
        assert check_proof(problem, warm.solution)


@settings(max_examples=150)
@given(problems(size=5), st.integers(0, 9), st.data())
def test_each_lock_gives_the_answer_of_solving_again(problem, seed, data):
    problem = with_ties(problem, seed)
    n, m = problem.scores.shape
    if not problem.mixed and solve(problem).status == "optimal":
        pair = st.tuples(st.integers(0, n - 1), st.integers(0, m - 1))
        agrees_with_solving_again(problem, data.draw(st.lists(pair, max_size=3, unique=True)))


@pytest.mark.parametrize("seed", range(4))
def test_many_locks_in_seven_administrations_give_the_answer_of_solving_again(seed):
    problem = with_ties(administrations(seed, several=0), seed)
    problem = replace(problem, scores=problem.scores // 100 * 100)
    rng = np.random.default_rng(seed)
    pairs = [tuple(map(int, pair)) for pair in np.argwhere(problem.allowed)]
    agrees_with_solving_again(problem, [pairs[k] for k in rng.choice(len(pairs), 8, replace=False)])


def test_other_goals_and_forms_are_solved_again():
    problem = with_ties(administrations(0, several=0.4), 0)
    assert Warm.of(problem, solve(problem)) is None
    problem = with_ties(administrations(0, several=0), 0)
    assert Warm.of(problem, solve(problem, "fair")) is None
