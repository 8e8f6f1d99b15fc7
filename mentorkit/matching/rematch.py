"""Matching again after somebody left: the other tandems stay, or only so many are released as one allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mentorkit.matching.problem import Limit, Problem
from mentorkit.matching.solve import Goal, Solution, solve

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Rematch:
    """The best matching that releases at most so many of the present tandems.

    Attributes
    ----------
    release : int
        How many tandems may be released.
    matching : Matching
    released : tuple of (str, str)
        Ids of mentee and mentor of the tandems that it does release.
    impossible : tuple of (str, str)
        Present tandems that the rules allow no more, or whose people take part no more; they do not count.
    """

    release: int
    matching: Matching
    released: tuple[tuple[str, str], ...]
    impossible: tuple[tuple[str, str], ...]


def rematch(
    matching: Matching, present: Sequence[tuple[str, str]], release: int = 0, goal: Goal = "total"
) -> Rematch:
    """Find the best matching that keeps the present tandems but for at most ``release`` of them.

    Parameters
    ----------
    matching : Matching
        Of the people who take part now; its rules, decisions and scores hold.
    present
        Ids of mentee and mentor of the tandems there are.
    release
        0 keeps all; who is alone is matched with who is free.
    goal
        As of :func:`mentorkit.matching.matching.match`.
    """
    index, allowed = matching.pool.index, matching.rules.allowed
    kept: dict[tuple[str, str], Pair] = {}
    for mentee_id, mentor_id in present:
        i, j = index.get(("mentee", mentee_id)), index.get(("mentor", mentor_id))
        if i is not None and j is not None and allowed[i, j]:
            kept[mentee_id, mentor_id] = (i, j)
    problem, found = keep_all_but(matching.problem, list(kept.values()), release, goal)
    again = replace(matching, problem=problem, solution=found)
    made = set(again.indices)
    return Rematch(
        release,
        again,
        tuple(ids for ids, pair in kept.items() if pair not in made),
        tuple(ids for ids in present if ids not in kept),
    )


def keep_all_but(
    problem: Problem, present: Sequence[Pair], release: int, goal: Goal = "total"
) -> tuple[Problem, Solution]:
    """Solve a problem with all present pairs but at most ``release`` in the answer.

    Returns
    -------
    Problem, Solution
        The problem with what keeps them: locks where none is released, a limit over all tandems where some
        are, nothing where all may be.
    """
    if release <= 0:
        kept = replace(problem, locked=(*problem.locked, *present))
        return kept, solve(kept, goal)
    if release >= len(present):
        return problem, solve(problem, goal)
    weights = np.zeros_like(problem.scores)
    rows, columns = np.array(present).T
    weights[rows, columns] = -1
    kept = replace(problem, limits=(*problem.limits, Limit(weights, release - len(present))))
    return kept, solve(kept, goal)


def gains(matching: Matching, present: Sequence[tuple[str, str]], most: int = 5) -> list[Rematch]:
    """Return the best matching without a release, and those with up to ``most`` that gain something.

    A number of releases that gains neither a tandem nor a point over a smaller one is left out.
    """
    found = [rematch(matching, present)]
    for release in range(1, min(most, len(present)) + 1):
        further = rematch(matching, present, release)
        if _worth(further) > _worth(found[-1]):
            found.append(further)
    return found


def _worth(found: Rematch) -> tuple[int, int]:
    return found.matching.solution.tandems, found.matching.solution.total
