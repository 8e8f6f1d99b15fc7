"""What forcing a pair costs, for all pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from mentorkit.matching.network_flow import INFINITE, losses, network_of, optimum
from mentorkit.matching.person_quota import PersonChoice
from mentorkit.matching.problem import Bools, Ints, Problem
from mentorkit.matching.solve import Solution, solve

Progress = Callable[[int, int], None]


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
    Network form: all pairs at once, see :func:`~mentorkit.matching.network_flow.losses`. Mixed-integer
    form: bounds and matchings until they meet for every pair.
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
    if problem.persons_matter:
        loss = _by_persons(problem, mate, possible, progress)
    else:
        loss = losses(network_of(problem), mate)
    if (loss[possible] == INFINITE).any():
        raise ArithmeticError("a pair that can be added has no price")
    value = problem.value(solution.mate)
    tandems, total = np.divmod(value - np.where(possible, loss, 0), problem.big)
    fixed = np.zeros_like(possible)
    fixed[problem.locked_pairs] = True
    if progress:
        progress(n, n)
    return Prices(solution.tandems - tandems, solution.total - total, possible | (fixed & asked))


def _by_persons(problem: Problem, mate: Ints, possible: Bools, progress: Progress | None) -> Ints:
    """Return the loss by forcing each pair where persons are counted, exact where ``possible``.

    Every pair has a best matching known and an upper bound; where they meet, its price is proved. A linear
    relaxation with one pair forced bounds all pairs, so most need none of their own. Where it leaves a gap,
    the mixed-integer programme with the pair forced closes it, and its choice of mentors with several
    tandems settles what makes the problem hard: the rest is a network, which gives a matching for all pairs.
    """
    choice = PersonChoice(problem)
    value, n = problem.value(mate), len(mate)
    # At least the pair alone can be had.
    known = np.maximum(_settled_on(problem, mate), problem.big + problem.scores)
    bound = choice.bounds()
    for k, (i, j) in enumerate(zip(choice.rows, choice.columns, strict=True)):
        if progress and (k == 0 or choice.rows[k - 1] != i):
            progress(int(i), n)
        if possible[i, j] and bound[i, j] > known[i, j]:
            bound = np.minimum(bound, choice.bounds(k))
        if possible[i, j] and bound[i, j] > known[i, j]:
            best = choice.best(k)
            known = np.maximum(known, _settled_on(problem, best))
            bound[i, j] = problem.value(best)
    if (bound < known)[possible].any():
        raise ArithmeticError("a matching is better than its bound")
    return np.where(possible, value - known, INFINITE)


def _settled_on(problem: Problem, mate: Ints) -> Ints:
    """Return the worth of the best matching with each pair, (n, m), if the same mentors take several.

    Those of scarce organisations with several tandems in ``mate`` may have all their places, others one;
    where that leaves no room for the pair, the worth is negative.
    """
    several = np.bincount(mate[mate >= 0], minlength=len(problem.places)) > 1
    net = network_of(problem, several)
    best = optimum(net)
    return problem.value(best) - losses(net, best)
