"""Small matching problems and the plainest way to solve them: try everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from mentorkit.matching.links import Links
from mentorkit.matching.problem import Limit, Problem


@st.composite
def problems(draw, size=4, crowded=False, limited=False, linked=False):
    """Problems of up to ``size`` people a side.

    Crowded ones have few persons' quota and several places; limited ones have limits over all tandems; of
    linked ones tandems lose something by sharing links.
    """
    n, m = draw(st.integers(1, size)), draw(st.integers(2 if crowded else 1, size))
    top = draw(st.sampled_from([1, 7, 1000]))
    groups = 1 if crowded else draw(st.integers(1, 3))

    def numbers(low, high, count):
        return np.array(draw(st.lists(st.integers(low, high), min_size=count, max_size=count)), dtype=int)

    def quota(always=False):
        return numbers(0, 3, groups) if always or draw(st.booleans()) else None

    allowed = numbers(0, 4, n * m).reshape(n, m) > 0
    locked = [(i, j) for i in range(n) for j in range(m) if allowed[i, j]]
    losses = tuple(sorted(draw(st.lists(st.integers(0, top), min_size=1, max_size=3)))) if linked else (0,)
    number = numbers(-1, 2, n * m).reshape(n, m) if linked else np.full((n, m), -1)
    return Problem(
        scores=numbers(0, top, n * m).reshape(n, m) + np.where(number >= 0, losses[-1], 0),
        allowed=allowed,
        places=numbers(1, 3, m) if crowded else numbers(0, 3, m),
        mentee_group=numbers(0, groups - 1, n),
        mentor_group=numbers(0, groups - 1, m),
        mentee_quota=quota(),
        mentor_quota=quota(always=crowded),
        locked=draw(st.lists(st.sampled_from(locked), max_size=2)) if locked else [],
        limits=[
            Limit(numbers(-2, 2, n * m).reshape(n, m), draw(st.integers(0, 2))) for _ in range(1 + limited)
        ]
        if limited
        else [],
        wishes=numbers(0, 3, n * m).reshape(n, m) if draw(st.booleans()) else None,
        links=Links(number, losses) if linked else None,
    )


def every_matching(problem: Problem, mate: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Yield all matchings that keep the rules."""
    i = len(mate)
    if i == len(problem.scores):
        if keeps_rules(problem, mate) and all(mate[a] == b for a, b in problem.locked):
            yield mate
        return
    yield from every_matching(problem, (*mate, -1))
    for j in np.flatnonzero(problem.allowed[i]):
        if mate.count(j) < problem.places[j]:
            yield from every_matching(problem, (*mate, int(j)))


def keeps_rules(problem: Problem, mate: tuple[int, ...]) -> bool:
    load = Counter(j for j in mate if j >= 0)
    mentees = Counter(int(problem.mentee_group[i]) for i, j in enumerate(mate) if j >= 0)
    persons = Counter(int(problem.mentor_group[j]) for j in load)
    return (
        all(problem.allowed[i, j] for i, j in enumerate(mate) if j >= 0)
        and all(load[j] <= problem.places[j] for j in load)
        and (problem.mentee_quota is None or all(mentees[g] <= problem.mentee_quota[g] for g in mentees))
        and all(
            sum(int(limit.weights[i, j]) for i, j in enumerate(mate) if j >= 0) <= limit.most
            for limit in problem.limits
        )
        and (problem.mentor_quota is None or all(persons[g] <= problem.mentor_quota[g] for g in persons))
    )


def worth(problem: Problem, mate: tuple[int, ...]) -> tuple[int, int, int]:
    """Return tandems, worst score (0 without), total."""
    scores = [int(problem.scores[i, j]) for i, j in enumerate(mate) if j >= 0]
    return len(scores), min(scores, default=0), sum(scores) - lost_by_sharing(problem, mate)


def lost_by_sharing(problem: Problem, mate: tuple[int, ...]) -> int:
    """Return what tandems lose by sharing links."""
    if problem.links is None:
        return 0
    sharing = Counter(int(problem.links.number[i, j]) for i, j in enumerate(mate) if j >= 0)
    losses = problem.links.losses
    return sum(
        losses[min(k, len(losses)) - 1] for link in sharing if link >= 0 for k in range(1, sharing[link])
    )


def fulfilled(problem: Problem, mate: tuple[int, ...]) -> int:
    """Return what the wishes are worth that a matching fulfils."""
    return (
        0 if problem.wishes is None else sum(int(problem.wishes[i, j]) for i, j in enumerate(mate) if j >= 0)
    )


def administrations(seed: int, several: float, mentees: int = 27, mentors: int = 25, groups: int = 7):
    """A problem of the size of seven administrations, quotas of 3 and 3, tandems across only."""
    rng = np.random.default_rng(seed)
    mentee_group, mentor_group = rng.integers(0, groups, mentees), rng.integers(0, groups, mentors)
    alike = rng.random((mentees, 5)) @ rng.random((mentors, 5)).T * 350
    scores = np.clip(np.rint(alike + rng.normal(0, 60, alike.shape)), 0, 1000).astype(int)
    return Problem(
        scores=scores,
        allowed=mentee_group[:, None] != mentor_group,
        places=1 + (rng.random(mentors) < several),
        mentee_group=mentee_group,
        mentor_group=mentor_group,
        mentee_quota=np.full(groups, 3),
        mentor_quota=np.full(groups, 3),
        wishes=np.where(rng.random(scores.shape) < 0.05, rng.integers(1, 4, scores.shape), 0),
    )


def with_locked(problem: Problem, *pairs: tuple[int, int]) -> Problem:
    return replace(problem, locked=(*problem.locked, *pairs))
