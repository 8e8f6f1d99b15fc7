"""Compare the solver with bare scipy and networkx: ``python benchmarks/bench_assign.py``.

Each line gives seconds of processor time, the best of several runs, and the ratio to the alternative. The
alternatives know no quotas and prove nothing; networkx answers the plain problem only.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import networkx as nx
import numpy as np
from scipy.optimize import linear_sum_assignment

from mentorkit.matching.prices import prices
from mentorkit.matching.problem import Problem
from mentorkit.matching.solve import assign, solve


def seconds(call: Callable[[], object], runs: int = 5) -> float:
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def line(what: str, ours: float, other: str = "", theirs: float = 0.0) -> None:
    against = f"{other} {theirs:8.4f} s   ratio {ours / theirs:6.2f}" if other else ""
    print(f"{what:52} {ours:8.4f} s   {against}")


def made_up(n: int, m: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    alike = rng.random((n, 6)) @ rng.random((m, 6)).T / 3
    return np.clip(np.rint(1000 * alike + rng.normal(0, 60, (n, m))), 0, 1000).astype(int)


def administrations(several: float) -> Problem:
    rng = np.random.default_rng(1)
    mentees, mentors = np.arange(27) % 7, np.arange(25) % 7
    return Problem(
        scores=made_up(27, 25),
        allowed=mentees[:, None] != mentors,
        places=1 + (rng.random(25) < several),
        mentee_group=mentees,
        mentor_group=mentors,
        mentee_quota=np.full(7, 3),
        mentor_quota=np.full(7, 3),
    )


def plain() -> None:
    for n in (25, 100, 300, 1000):
        scores = made_up(n, n)
        theirs = seconds(lambda s=scores: linear_sum_assignment(s, maximize=True))
        line(f"assign {n} x {n}, with proof", seconds(lambda s=scores: assign(s)), "scipy", theirs)
    line("assign 1000 x 1000, goal fair", seconds(lambda: assign(scores, goal="fair"), 1), "scipy", theirs)
    scores = made_up(60, 60)
    graph = nx.Graph()
    graph.add_weighted_edges_from((i, 60 + j, int(s)) for (i, j), s in np.ndenumerate(scores))
    theirs = seconds(lambda: nx.max_weight_matching(graph, maxcardinality=True), 1)
    line("assign 60 x 60, with proof", seconds(lambda: assign(scores)), "networkx", theirs)


def programmes() -> None:
    for several, form in ((0.0, "network"), (0.4, "mixed-integer")):
        problem = administrations(several)
        optimum = solve(problem)
        theirs = seconds(lambda p=problem: linear_sum_assignment(p.scores, maximize=True))
        line(f"27 x 25, quotas 3 + 3, {form}", seconds(lambda p=problem: solve(p)), "scipy", theirs)
        again = len(np.argwhere(problem.allowed)) * seconds(lambda p=problem: solve(p))
        ours = seconds(lambda p=problem, o=optimum: prices(p, o), 1)
        line(f"all prices of it, {form}", ours, "solving again each time", again)
    scores = made_up(1000, 1000)
    nobody = np.zeros(1000, dtype=int)
    problem = Problem(scores, scores >= 0, nobody + 1, nobody, nobody)
    optimum = solve(problem)
    again = scores.size * seconds(lambda: linear_sum_assignment(scores, maximize=True), 1)
    line("all prices 1000 x 1000", seconds(lambda: prices(problem, optimum), 1), "scipy each time", again)


if __name__ == "__main__":
    plain()
    programmes()
