"""Compare the matching with the plain ways: ``python benchmarks/bench_matching.py``.

Seconds of processor time, the best of several runs, and how many times faster than the alternative, which
knows no quotas and proves nothing. With ``--mentor-match PYTHON``, the interpreter of an environment with
mentor-match 7.0.1, its solver gets the same scores. With ``--sample FOLDER``, that of its own sample
(``large-mentees.csv``, ``large-mentors.csv``), the way from these files to all explanations and prices.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

from mentorkit.matching.criteria import evaluate
from mentorkit.matching.locking import Warm
from mentorkit.matching.person_quota import PersonChoice
from mentorkit.matching.pool import Pool, pool_of
from mentorkit.matching.prices import prices
from mentorkit.matching.problem import Problem
from mentorkit.matching.solve import Solution, assign, solve
from mentorkit.programme.records import Application
from mentorkit.programme.settings import Criterion
from mentorkit.store import Store
from mentorkit.workbench import Workbench

CRITERIA = (
    Criterion(name="topics", weight=400),
    Criterion(name="field", weight=200),
    Criterion(name="experience", weight=200),
    Criterion(name="region", weight=100),
    Criterion(name="languages", weight=50),
    Criterion(name="hours", weight=50),
)
TOPICS, FIELDS, TOWNS, LANGUAGES = 40, 12, 30, ("de", "en", "fr", "tr", "pl", "ar")


def seconds(call: Callable[[], object], runs: int = 3) -> float:
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def line(what: str, ours: float, other: str, theirs: float) -> None:
    print(f"{what:44} {ours:8.3f} s   {other} {theirs:8.3f} s   {theirs / ours:8.1f} x")


def people(n: int, seed: int = 0) -> Pool:
    rng = np.random.default_rng(seed)
    applications = []
    for role in ("mentee", "mentor"):
        for k in range(n):
            answers = {
                "topics": [f"t{t}" for t in rng.choice(TOPICS, rng.integers(1, 5), replace=False)],
                "field": f"f{rng.integers(FIELDS)}",
                "region": f"r{rng.integers(TOWNS)}",
                "languages": list(rng.choice(LANGUAGES, rng.integers(1, 3), replace=False)),
                "experience_years": int(rng.integers(0, 30)),
                "hours": int(rng.integers(1, 6)),
            }
            applications.append(
                Application(
                    id=f"{role}{k}", run_id="p/r", person_id=f"{role}{k}", role=role, first_name="A",
                    last_name=f"{k}", organisation=f"o{rng.integers(50)}", answers=answers, status="ok",
                )
            )  # fmt: skip
    return pool_of(applications)


def plainly(pool: Pool) -> np.ndarray:
    """Return the same scores by whole arrays of numpy, one expression per criterion."""
    wanted, brought = ([set(v) for v in side] for side in pool.columns("topics"))
    words = sorted(set().union(*wanted))
    counts = np.array([sum(w in b for b in brought) for w in words])
    weights = np.rint(1000 * (1 + np.log((1 + len(brought)) / (1 + counts))))
    asked = np.array([[w in a for w in words] for a in wanted]) * weights
    offered = np.array([[w in b for w in words] for b in brought], dtype=float)
    points = {"topics": asked @ offered.T / asked.sum(axis=1)[:, None]}
    for name in ("field", "region"):
        _, codes = np.unique([*pool.columns(name)[0], *pool.columns(name)[1]], return_inverse=True)
        left, right = np.split(codes, 2)
        points[name] = (left[:, None] == right).astype(float)
    left, right = ([[lang in v for lang in LANGUAGES] for v in side] for side in pool.columns("languages"))
    points["languages"] = (np.array(left, float) @ np.array(right, float).T > 0).astype(float)
    left, right = (np.array(side, float) for side in pool.columns("experience_years"))
    points["experience"] = np.maximum(0.0, 1 - np.abs(right - left[:, None] - 3) / 4)
    left, right = (np.array(side, float) for side in pool.columns("hours"))
    points["hours"] = np.minimum(1.0, right / left[:, None])
    return sum(np.rint(c.weight * points[c.name]).astype(np.int64) for c in CRITERIA)


def scores() -> None:
    for n in (1000, 5000):
        pool = people(n)
        _ = pool.mentee_frame, pool.mentor_frame
        assert (evaluate(pool, CRITERIA).total == plainly(pool)).all()
        ours = seconds(lambda p=pool: evaluate(p, CRITERIA))
        line(f"scores of {n} x {n}, 6 criteria", ours, "whole arrays", seconds(lambda p=pool: plainly(p)))


def made_up(n: int) -> np.ndarray:
    rng = np.random.default_rng(n)
    alike = rng.random((n, 6)) @ rng.random((n, 6)).T / 3
    return np.clip(np.rint(1000 * alike + rng.normal(0, 60, (n, n))), 0, 1000).astype(int)


def problem_of(table: np.ndarray) -> Problem:
    nobody = np.zeros(len(table), dtype=int)
    ties = np.random.default_rng(1).integers(0, 2**30, table.shape)
    return Problem(table, table >= 0, nobody + 1, nobody, nobody, ties=ties)


def engine() -> None:
    table = made_up(1000)
    problem = problem_of(table)
    best = solve(problem)
    bare = seconds(lambda: linear_sum_assignment(table, maximize=True))
    proved = seconds(lambda: solve(problem))
    every = seconds(lambda: prices(problem, best))
    line("1000 x 1000 with proof", proved, "bare scipy", bare)
    line("all prices of it", every, "one solve with proof", proved)
    line("all prices of it", every, "scipy for each pair", table.size * bare)
    further_lock(problem, best)
    sizes = np.array([300, 600, 1000, 2000, 3000])
    tables = [made_up(n) for n in sizes]
    took = [seconds(partial(assign, t), 2) for t in tables]
    exponent = np.polyfit(np.log(sizes), np.log(took), 1)[0]
    print(f"growth from 300 to 3000: exponent {exponent:.2f}")


def further_lock(problem: Problem, best: Solution) -> None:
    warm = Warm.of(problem, best)
    assert warm is not None
    for i, j in ((5, 77), (300, 12), (999, 1)):
        locked = replace(problem, locked=[*warm.problem.locked, (i, j)])
        ours = seconds(partial(warm.lock, i, j))
        line(
            f"{len(locked.locked)} locked, from the one before",
            ours,
            "from scratch",
            seconds(partial(solve, locked)),
        )
        warm = warm.lock(i, j)
        assert warm is not None
        assert (warm.solution.mate == solve(locked).mate).all()


def administrations(several: float) -> Problem:
    rng = np.random.default_rng(1)
    mentees, mentors = np.arange(27) % 7, np.arange(25) % 7
    return Problem(
        scores=made_up(27)[:, :25],
        allowed=mentees[:, None] != mentors,
        places=1 + (rng.random(25) < several),
        mentee_group=mentees,
        mentor_group=mentors,
        mentee_quota=np.full(7, 3),
        mentor_quota=np.full(7, 3),
    )


def programmes() -> None:
    for several, form in ((0.0, "network"), (0.4, "mixed-integer")):
        problem = administrations(several)
        best, once = solve(problem), seconds(partial(solve, problem))
        again = np.count_nonzero(problem.allowed) * once
        ours = seconds(partial(prices, problem, best))
        line(f"all prices of 27 x 25, quotas, {form}", ours, "solving again", again)
    table = made_up(60)
    graph = nx.Graph()
    graph.add_weighted_edges_from((i, 60 + j, int(s)) for (i, j), s in np.ndenumerate(table))
    theirs = seconds(lambda: nx.max_weight_matching(graph, maxcardinality=True), 1)
    line("60 x 60 with proof", seconds(lambda: assign(table)), "networkx", theirs)


def quotas_of_persons() -> None:
    """Compare with the whole mixed-integer programme in the hands of the solver."""
    n, towns = 200, np.arange(200) % 7
    rng = np.random.default_rng(1)
    problem = Problem(
        scores=made_up(n),
        allowed=towns[:, None] != towns,
        places=1 + (rng.random(n) < 0.4),
        mentee_group=towns,
        mentor_group=towns,
        mentee_quota=np.full(7, 18),
        mentor_quota=np.full(7, 12),
    )
    choice = PersonChoice(problem)
    gains = np.append(problem.big + problem.scores[choice.rows, choice.columns], 0 * choice.several)
    rules = LinearConstraint(choice.matrix, -np.inf, choice.upper)
    options = {"mip_rel_gap": 0}
    whole = np.ones_like(gains)

    def bare() -> float:
        found = milp(-gains, integrality=whole, bounds=Bounds(0, 1), constraints=rules, options=options)
        return round(-float(found.fun))

    assert bare() == problem.value(solve(problem).mate)
    ours = seconds(partial(solve, problem), 1)
    line("200 x 200, quotas of persons, with proof", ours, "milp", seconds(bare, 1))


def sample(folder: Path) -> None:
    start = time.perf_counter()
    bench = Workbench.of(Store.create(), "anna")
    run = bench.add("cross-company")
    run.intake([folder / "large-mentees.csv", folder / "large-mentors.csv"])
    matching = run.match()
    matching.to_json()
    matching.write_pairs(os.devnull)
    for mentee in matching.pool.mentees:
        matching.explain(mentee.person_id)
    spent = time.perf_counter() - start
    bench.close()
    print(
        f"{folder.name}: {matching.solution.tandems} tandems, explained, priced: {spent:.2f} s by the clock"
    )


THEIRS = """
import sys, time
from importlib.metadata import version
from matching.process import calculate_matches
scores = [[int(v) for v in row.split()] for row in open(sys.argv[1])]
costs = [[sys.maxsize - score for score in row] for row in scores]  # as its prepare_matrix makes them
start = time.process_time()
pairs = calculate_matches(costs)
print(time.process_time() - start, sum(scores[i][j] for i, j in pairs), version("munkres"))
"""


def against_mentor_match(python: str) -> None:
    table = made_up(1000)
    problem = problem_of(table)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "scores.txt"
        np.savetxt(written, table, fmt="%d")
        done = subprocess.run([python, "-c", THEIRS, written], check=True, capture_output=True, text=True)
    spent, total, version = done.stdout.split()
    name, took = f"mentor-match with munkres {version}", float(spent)
    print(f"total {solve(problem).total}, theirs {total}")
    line("1000 x 1000 with proof", seconds(lambda: solve(problem)), name, took)

    def with_prices() -> None:
        prices(problem, solve(problem))

    line("the same with all prices", seconds(with_prices), name, took)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mentor-match", metavar="PYTHON")
    parser.add_argument("--sample", metavar="FOLDER", type=Path)
    given = parser.parse_args()
    scores()
    engine()
    programmes()
    quotas_of_persons()
    if given.sample:
        sample(given.sample)
    if given.mentor_match:
        against_mentor_match(given.mentor_match)
