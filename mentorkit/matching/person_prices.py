"""Prices where quotas count persons: branch and bound over who has several tandems, for all pairs at once.

Once it is settled which mentors of scarce organisations have more than one tandem, the rest is a network,
which gives the best matching with each pair. Every pair has a best matching known and an upper bound; where
they meet, its price is proved. A linear relaxation with one pair forced bounds all pairs, so most need none
of their own. Where it leaves a gap, the case is split in two: a mentor has at most one tandem, or takes part
with all her places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mentorkit.matching.network_flow import network_of, optimum
from mentorkit.matching.person_quota import PersonChoice
from mentorkit.matching.problem import Bools, Ints, Problem
from mentorkit.matching.residual import INFINITE, Changes

Progress = Callable[[int, int], None]


@dataclass(eq=False)
class _Case:
    """A part of all matchings, and what is proved about it: no matching with a pair is worth more."""

    problem: Problem
    choice: PersonChoice
    bound: Ints


def best_worths(problem: Problem, mate: Ints, possible: Bools, progress: Progress | None = None) -> Ints:
    """Return the worth of the best matching with each pair, (n, m), proved where ``possible``.

    Parameters
    ----------
    problem : Problem
        In mixed-integer form.
    mate : (n,) int
        An optimum without the fixed tandems, which do not count here.
    possible : (n, m) bool
        The pairs asked for, each of which can be added to the fixed tandems.
    progress : callable, optional
        Called with the mentees done and their number.
    """
    several = np.bincount(mate[mate >= 0], minlength=len(problem.places)) > 1
    # At least the pair alone can be had.
    known = np.maximum(_settled(problem, several), problem.big + problem.scores)
    cases = [_Case(problem, PersonChoice(problem), np.full(possible.shape, INFINITE))]
    for i, row in enumerate(possible):
        if progress:
            progress(i, len(mate))
        for j in np.flatnonzero(row):
            while case := next((case for case in cases if case.bound[i, j] > known[i, j]), None):
                relaxed = case.choice.relax(i, int(j))
                case.bound = np.minimum(case.bound, relaxed.bound)
                known = np.maximum(known, _settled(case.problem, relaxed.several))
                if case.bound[i, j] > known[i, j]:
                    cases.remove(case)
                    for half in _halves(case.problem, relaxed.doubtful):
                        if half.persons_matter:
                            bound = np.where(half.remaining.allowed, case.bound, -1)
                            cases.append(_Case(half, PersonChoice(half), bound))
                        else:
                            known = np.maximum(known, _settled(half))
    return known


def _halves(problem: Problem, mentor: int) -> tuple[Problem, Problem]:
    """Split the matchings: the mentor has one tandem at most, or counts against the quota anyway."""
    places = problem.places.copy()
    places[mentor] = 1
    # An organisation of her own, with room for one, takes her share of the quota along.
    group, quota = problem.mentor_group.copy(), np.append(_quota(problem), 1)
    quota[group[mentor]] -= 1
    group[mentor] = len(quota) - 1
    return replace(problem, places=places), replace(problem, mentor_group=group, mentor_quota=quota)


def _quota(problem: Problem) -> Ints:
    if problem.mentor_quota is None:
        raise ValueError("without a quota of persons there is nothing to split")
    return problem.mentor_quota


def _settled(problem: Problem, several: Bools | None = None) -> Ints:
    """Return the worth of the best matching with each pair, (n, m), if only these mentors take several.

    Of scarce organisations; where they leave no room for the pair or are too many, it is negative.
    """
    net = network_of(problem, several)
    if (net.quota < 0).any():
        return np.full(problem.scores.shape, -1)
    best = optimum(net)
    return problem.value(best) - Changes(net, best).forcing
