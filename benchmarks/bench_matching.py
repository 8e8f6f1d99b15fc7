"""Compare scores, prices and solving again with the plain ways: ``python benchmarks/bench_matching.py``.

Seconds of processor time, the best of several runs, and how many times faster than the alternative.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from mentorkit.matching.criteria import evaluate
from mentorkit.matching.pool import Pool, pool_of
from mentorkit.programme.records import Application
from mentorkit.programme.settings import Criterion

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


if __name__ == "__main__":
    scores()
