"""The solver finds the optimum, proves it, and says why where there is none."""

from __future__ import annotations

import json
import lzma
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from small_problems import (
    administrations,
    every_matching,
    fulfilled,
    keeps_rules,
    problems,
    with_locked,
    worth,
)

from mentorkit.errors import MentorkitError, UsageError
from mentorkit.matching.problem import Problem
from mentorkit.matching.proof import check_proof
from mentorkit.matching.solve import assign, solve

quick = settings(max_examples=150, deadline=None, derandomize=True)
few = settings(quick, max_examples=60)
LIBRARY = Path(__file__).parents[2] / "data" / "or-library"


#: By what each goal compares matchings: tandems, worst score, total and fulfilled wishes.
ORDERS = {
    "total": lambda w: (w[0], w[2]),
    "fair": lambda w: w[:3],
    "wishes": lambda w: (w[0], w[3], w[2]),
}


def agrees_with_trying_everything(problem: Problem) -> None:
    matchings = [(*worth(problem, mate), fulfilled(problem, mate)) for mate in every_matching(problem)]
    for goal, order in ORDERS.items():
        found = solve(problem, goal)
        assert (found.status == "infeasible") == (not matchings) == bool(found.reason)
        assert check_proof(problem, found)
        if matchings:
            mate = tuple(found.mate.tolist())
            assert order((*worth(problem, mate), fulfilled(problem, mate))) == max(map(order, matchings))
            assert keeps_rules(problem, mate)
            assert all(found.mate[i] == j for i, j in problem.locked)
            json.dumps(found.proof)


@quick
@given(problems())
def test_small_problems_are_solved_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


@few
@given(problems(size=5, crowded=True))
def test_crowded_organisations_are_solved_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


@few
@given(problems(limited=True))
def test_limits_over_all_tandems_are_kept_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


@few
@given(problems(linked=True) | problems(linked=True, crowded=True) | problems(linked=True, limited=True))
def test_shared_links_are_weighed_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


#: A quota of one person, whose places are several: found by a mixed-integer program.
ONE_WITH_TWO_PLACES = Problem(
    scores=np.array([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 7]]),
    allowed=np.array([[False] * 3, [False] * 3, [False, True, False], [False, True, True]]),
    places=np.array([1, 2, 1]),
    mentee_group=np.zeros(4, int),
    mentor_group=np.zeros(3, int),
    mentor_quota=np.array([1]),
)


@few
@given(problems(crowded=True))
@example(ONE_WITH_TWO_PLACES)
def test_scores_too_large_for_one_sum_are_solved_step_by_step(problem):
    agrees_with_trying_everything(replace(problem, scores=problem.scores * 10**7 + 3))


@pytest.mark.parametrize("goal", list(ORDERS))
@pytest.mark.parametrize("several", [0, 0.4])
def test_leaving_only_the_people_of_the_answer_gives_the_same_tandems(several, goal):
    for seed in range(6):
        problem = administrations(seed, several)
        problem = replace(problem, scores=problem.scores // 200)  # so coarse that there are many optima
        found = solve(problem, goal)
        i, j = np.flatnonzero(found.mate >= 0), np.unique(found.mate[found.mate >= 0])
        again = solve(problem.among(i, j), goal)
        assert j[again.mate].tolist() == found.mate[i].tolist()


@few
@given(problems(size=5), st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_change_what_is_reached(problem, random):
    n, m = problem.scores.shape
    rows, columns = random.sample(range(n), n), random.sample(range(m), m)
    locked = [(rows.index(i), columns.index(j)) for i, j in problem.locked]
    shuffled = replace(replace(problem, locked=()).among(np.array(rows), np.array(columns)), locked=locked)
    for goal in ORDERS:
        a, b = solve(problem, goal), solve(shuffled, goal)
        assert (a.status, a.tandems, a.worst if goal == "fair" else 0, a.total) == (
            b.status,
            b.tandems,
            b.worst if goal == "fair" else 0,
            b.total,
        )


@pytest.mark.parametrize("several", [0, 0.4])
def test_the_same_arrays_give_the_same_answer(several):
    first, second = (solve(administrations(3, several)) for _ in range(2))
    assert first.mate.tolist() == second.mate.tolist()
    assert first.proof == second.proof


@pytest.mark.parametrize("seed", range(4))
def test_seven_administrations_agree_with_a_minimum_cost_flow(seed):
    problem = administrations(seed, several=0)
    graph = nx.DiGraph()
    worth_of = int(problem.scores.max()) * 30
    for g in range(7):
        graph.add_edge("hub", ("from", g), capacity=3)
        graph.add_edge(("to", g), "end", capacity=3)
    for i, g in enumerate(problem.mentee_group):
        graph.add_edge(("from", int(g)), ("mentee", i), capacity=1)
    for j, g in enumerate(problem.mentor_group):
        graph.add_edge(("mentor", j), ("to", int(g)), capacity=int(problem.places[j]))
    for i, j in zip(*np.nonzero(problem.allowed), strict=True):
        weight = -worth_of - int(problem.scores[i, j])
        graph.add_edge(("mentee", int(i)), ("mentor", int(j)), capacity=1, weight=weight)
    graph.add_edge("end", "hub")
    cost, _ = nx.capacity_scaling(graph)
    found = solve(problem)
    assert found.form == "network"
    assert -cost == found.tandems * worth_of + found.total


@pytest.mark.parametrize(("seed", "several"), [(0, 0.4), (1, 0.4), (2, 1), (3, 1)])
def test_quotas_of_persons_agree_with_a_weaker_formulation(seed, several):
    problem = administrations(seed, several)
    n, m = problem.scores.shape
    x = np.arange(n * m).reshape(n, m)
    rows = []

    def at_most(limit, *terms):
        row = np.zeros(n * m + m)
        for where, factor in terms:
            row[where] = factor
        rows.append((row, limit))

    for i in range(n):
        at_most(1, (x[i], 1))
    for j in range(m):
        at_most(0, (x[:, j], 1), (n * m + j, -problem.places[j]))
    for g in range(7):
        at_most(3, (x[problem.mentee_group == g].ravel(), 1))
        at_most(3, (n * m + np.flatnonzero(problem.mentor_group == g), 1))
    matrix, limits = np.array([row for row, _ in rows]), [limit for _, limit in rows]
    gains = np.append(np.where(problem.allowed, 28_000 + problem.scores, -1).ravel(), np.zeros(m))
    reached = milp(
        -gains,
        integrality=np.ones_like(gains),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, ub=limits),
        options={"mip_rel_gap": 0},
    )
    found = solve(problem)
    assert found.form == "mixed-integer"
    assert found.proof["gap"] == 0
    assert round(-reached.fun) == found.tandems * 28_000 + found.total
    assert check_proof(problem, found)


def test_a_mentor_with_two_places_counts_once_against_the_quota():
    found = assign([[5, 9, 0], [5, 0, 9]], places=[2, 1, 1], mentor_quota=1)
    assert found.mate.tolist() == [0, 0]


def test_a_mentor_who_already_takes_part_does_not_use_up_the_quota_again():
    scores = [[5, 1], [5, 1], [5, 9]]
    free = assign(scores, places=[2, 1], mentor_quota=2, locked=[(0, 0)])
    one = assign(scores, places=[2, 1], mentor_quota=1, locked=[(0, 0)])
    assert (free.mate.tolist(), one.tandems, one.form) == ([0, 0, 1], 2, "network")


@pytest.mark.parametrize("several", [0, 0.4])
def test_a_locked_pair_is_always_in_the_answer(several):
    problem = administrations(1, several)
    for pair in [(0, 1), (5, 7), (20, 3)]:
        if problem.allowed[pair]:
            locked = with_locked(problem, pair)
            found = solve(locked)
            assert found.mate[pair[0]] == pair[1]
            assert check_proof(locked, found)


@pytest.mark.parametrize("several", [0, 0.4])
@pytest.mark.parametrize("goal", list(ORDERS))
def test_a_worse_answer_is_not_proved(several, goal):
    problem = administrations(2, several)
    found = solve(problem, goal)
    assert check_proof(problem, found)
    mate = found.mate.copy()
    mate[np.flatnonzero(mate >= 0)[0]] = -1
    own = problem.scores[np.flatnonzero(mate >= 0), mate[mate >= 0]]
    fewer = replace(found, mate=mate, tandems=len(own), worst=int(own.min()), total=int(own.sum()))
    assert not check_proof(problem, fewer)
    assert not check_proof(problem, replace(found, total=found.total + 1))
    assert not check_proof(problem, replace(found, proof={**found.proof, "big": 1}))


def test_potentials_that_were_lowered_prove_nothing():
    problem = administrations(2, several=0)
    found = solve(problem)
    for name, numbers in found.proof["potentials"].items():
        for k in np.flatnonzero(numbers)[:3]:
            lower = [value - (index == k) for index, value in enumerate(numbers)]
            forged = {**found.proof, "potentials": {**found.proof["potentials"], name: lower}}
            assert not check_proof(problem, replace(found, proof=forged))


def forged(problem, found, mate, **potentials):
    """Return a worse answer with figures and potentials that add up, but break a condition."""
    mate = np.array(mate)
    value = problem.value(mate)
    proved = found.proof["potentials"]
    given = {name: potentials.get(name, [0] * len(numbers)) for name, numbers in proved.items()}
    own = problem.scores[np.flatnonzero(mate >= 0), mate[mate >= 0]].tolist()
    proof = {**found.proof, "value": value, "dual_value": value, "potentials": given}
    return replace(found, mate=mate, tandems=len(own), worst=min(own), total=sum(own), proof=proof)


def test_a_pair_with_negative_reduced_cost_spoils_a_proof():
    problem = Problem([[9, 5]], np.ones((1, 2)), [1, 1], [0], [0, 0])
    found = solve(problem)
    assert not check_proof(problem, forged(problem, found, [1], mentees=[problem.big + 5]))
    assert check_proof(problem, forged(problem, found, [0], mentees=[problem.big + 9]))


def test_a_quota_of_persons_does_not_bound_the_tandems_of_a_mentor_with_several_places():
    problem = Problem([[5], [5]], np.ones((2, 1)), [2], [0, 0], [0], mentor_quota=[1])
    found = solve(problem)
    assert found.tandems == 2
    worse = forged(problem, found, [0, -1], mentor_organisations=[problem.big + 5])
    assert not check_proof(problem, worse)


def test_an_answer_without_the_best_worst_score_is_not_fair():
    scores = [[9, 5], [5, 0]]
    problem = Problem(scores, np.ones((2, 2)), np.ones(2, int), np.zeros(2, int), np.zeros(2, int))
    fair, total = solve(problem, "fair"), assign(scores, locked=[(0, 0)])
    assert fair.mate.tolist() == [1, 0]
    assert not check_proof(problem, replace(fair, mate=total.mate, worst=0, total=9))


@pytest.mark.parametrize(
    ("code", "rules"),
    [
        ("not_allowed", {"allowed": [[False, True], [True, True]], "locked": [(0, 0)]}),
        ("mentee_twice", {"locked": [(0, 0), (0, 1)]}),
        ("places", {"locked": [(0, 0), (1, 0)]}),
        ("mentee_quota", {"mentee_quota": 1, "locked": [(0, 0), (1, 1)]}),
        ("mentor_quota", {"mentor_quota": 1, "locked": [(0, 0), (1, 1)]}),
    ],
)
def test_fixed_tandems_against_a_rule_are_infeasible_with_the_reason(code, rules):
    found = assign([[1, 2], [3, 4]], **rules)
    assert found.status == "infeasible"
    assert found.conflict.code == code
    assert found.reason
    assert found.mate.tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("scores", "rules"),
    [
        ([1, 2], {}),
        ([[1, -2]], {}),
        ([[1, 2.5]], {}),
        ([[1, float("nan")]], {}),
        ([[1, 1e300]], {}),
        ([[1, float("inf")]], {}),
        ([[1, 2], [3]], {}),
        ([["a"]], {}),
        ([[1, 2]], {"places": [1]}),
        ([[1, 2]], {"allowed": [[True]]}),
        ([[1, 2]], {"mentor_groups": [0, 1], "mentor_quota": [1]}),
        ([[1, 2]], {"locked": [(0, 2)]}),
        ([[1, 2**50]], {}),
    ],
)
def test_arrays_that_do_not_fit_are_refused(scores, rules):
    with pytest.raises(MentorkitError):
        assign(scores, **rules)


def test_an_unknown_goal_is_wrong_use():
    with pytest.raises(UsageError):
        assign([[1]], goal="best")


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("goal", list(ORDERS))
def test_without_people_there_are_no_tandems(shape, goal):
    found = assign(np.zeros(shape, int), goal=goal)
    assert (found.status, found.tandems, found.worst, found.total) == ("optimal", 0, None, 0)


@pytest.mark.parametrize(
    ("size", "cost"),
    [
        (500, 991),
        pytest.param(600, 1176, marks=pytest.mark.storm),
        pytest.param(700, 1362, marks=pytest.mark.storm),
    ],
)
def test_the_published_optimum_of_the_or_library_is_found(size, cost):
    text = lzma.decompress((LIBRARY / f"assign{size}.txt.xz").read_bytes())
    costs = np.array(text.split()[1:], dtype=int).reshape(size, size)
    found = assign(costs.max() - costs)
    assert (found.tandems, size * costs.max() - found.total) == (size, cost)
    assert found.proof["dual_value"] == found.proof["value"]
