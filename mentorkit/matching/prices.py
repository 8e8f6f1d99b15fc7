"""What forcing a pair costs, for all pairs at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from mentorkit.matching.network_flow import network_of
from mentorkit.matching.person_prices import Progress, best_worths
from mentorkit.matching.problem import Bools, Ints, Limit, Problem
from mentorkit.matching.residual import INFINITE, Changes
from mentorkit.matching.solve import Solution, solve

#: For up to so many mentees the ways from each are found sooner than those between all.
FEW = 10


@dataclass(frozen=True, eq=False)
class Prices:
    """What it costs to force each pair, under the goal ``total`` and all rules.

    Attributes
    ----------
    price_tandems : (n, m) int
        Tandems of the optimum less those of the best matching with the pair; 0 where not ``possible``.
    price_total : (n, m) int
        Total of the optimum less that of this matching (negative where tandems are lost for better
        scores); 0 where not ``possible``. Both are 0 for a pair of some optimum.
    possible : (n, m) bool
        False where the pair is not allowed, contradicts fixed tandems or quotas, or was not asked for.
    """

    price_tandems: Ints
    price_total: Ints
    possible: Bools


def prices(
    problem: Problem,
    solution: Solution,
    pairs: Iterable[tuple[int, int]] | None = None,
    progress: Progress | None = None,
) -> Prices:
    """Price every pair exactly.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Its optimum; of another goal than ``total`` the optimum is found again.
    pairs : iterable of (row, column), optional
        The pairs to price; all without.
    progress : callable, optional
        Called with the mentees done and their number.

    Returns
    -------
    Prices
        Without any possible pair where the fixed tandems contradict the rules.

    Notes
    -----
    Network form: all pairs at once, see :func:`~mentorkit.matching.residual.Changes`. Mixed-integer
    form: bounds and matchings until they meet, see :mod:`mentorkit.matching.person_prices`; with limits over
    all tandems, or links that they share, each pair asked for is solved again.
    """
    n, m = problem.scores.shape
    asked = np.ones((n, m), dtype=bool) if pairs is None else np.zeros((n, m), dtype=bool)
    for pair in pairs or ():
        asked[pair] = True
    if solution.status != "optimal":
        nothing = np.zeros((n, m), dtype=np.int64)
        return Prices(nothing, nothing.copy(), np.zeros((n, m), dtype=bool))
    if solution.goal != "total":
        solution = solve(problem)
    mate = solution.mate.copy()
    mate[problem.locked_pairs[0]] = -1
    possible = problem.remaining.allowed & asked
    if problem.limits or problem.links is not None:
        worth = _by_solving(problem, solution, possible, progress)
        possible &= worth >= 0
        loss = problem.value(solution.mate) - worth
    elif problem.persons_matter:
        loss = problem.value(mate) - best_worths(problem, mate, possible, progress)
    else:
        loss = _losses(Changes(network_of(problem), mate, progress), possible)
    if (loss[possible] > problem.value(mate)).any():
        raise ArithmeticError("a pair that can be added has no price")
    value = problem.value(solution.mate)
    tandems, total = np.divmod(value - np.where(possible, loss, 0), problem.big)
    fixed = np.zeros_like(possible)
    fixed[problem.locked_pairs] = True
    if progress:
        progress(n, n)
    return Prices(solution.tandems - tandems, solution.total - total, possible | (fixed & asked))


def cheapest_other(problem: Problem, best: Solution, i: int, j: int) -> tuple[tuple[int, int], int] | None:
    """Return the lowest price of another tandem of a mentee than with one mentor, and with whom that is.

    Solved once, where to price all mentors in mixed-integer form is to solve for each of them.

    Parameters
    ----------
    problem : Problem
    best : Solution
        Its optimum under the goal ``total``.
    i, j : int
        The mentee, and the mentor who is left out.

    Returns
    -------
    ((int, int), int) or None
        Tandems, total, and the column; None where no other is possible.
    """
    allowed, hers = problem.allowed.copy(), np.zeros_like(problem.scores)
    allowed[i, j], hers[i] = False, -1
    she_has_one = Limit(hers, -1)
    found = solve(replace(problem, allowed=allowed, limits=(*problem.limits, she_has_one)))
    if found.status != "optimal":
        return None
    return (best.tandems - found.tandems, best.total - found.total), int(found.mate[i])


def _losses(changes: Changes, asked: Bools) -> Ints:
    """Return what forcing each pair costs, (n, m); of a few mentees alone if only they are asked for."""
    rows = np.flatnonzero(asked.any(axis=1))
    if len(rows) > FEW:
        return changes.forcing
    loss = np.full(asked.shape, INFINITE)
    loss[rows] = changes.forcing_of(rows)
    return loss


def _by_solving(problem: Problem, best: Solution, possible: Bools, progress: Progress | None) -> Ints:
    """Return the worth of the best matching with each possible pair, (n, m), -1 where there is none."""
    worth = np.full(possible.shape, -1)
    for i, row in enumerate(possible):
        if progress:
            progress(i, len(possible))
        for j in np.flatnonzero(row & (worth[i] < 0)).tolist():
            found = best if best.mate[i] == j else solve(replace(problem, locked=(*problem.locked, (i, j))))
            if found.status != "optimal":
                continue
            worth[i, j] = problem.value(found.mate)
            if worth[i, j] == problem.value(best.mate):
                # an optimum, too: none of its pairs costs anything
                tandems = np.flatnonzero(found.mate >= 0)
                worth[tandems, found.mate[tandems]] = worth[i, j]
    return worth
