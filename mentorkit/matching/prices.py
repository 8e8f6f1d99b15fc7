"""What forcing a pair costs, for all pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from mentorkit.matching.network_flow import (
    INFINITE,
    Network,
    all_distances,
    network_of,
    optimum,
    potentials,
    residual,
)
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
    Network form: forcing (i, j) costs the difference of i's scores and the cheapest way in the residual
    network that takes one mentee too many from j to the mentor i leaves; all ways at once by Floyd and
    Warshall. Mixed-integer form: see :func:`_by_persons`.
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
        loss = _by_network(network_of(problem), mate)
    if (loss[possible] == INFINITE).any():
        raise ArithmeticError("a pair that can be added has no price")
    value = problem.value(solution.mate)
    tandems, total = np.divmod(value - np.where(possible, loss, 0), problem.big)
    fixed = np.zeros_like(possible)
    fixed[problem.locked_pairs] = True
    if progress:
        progress(n, n)
    return Prices(solution.tandems - tandems, solution.total - total, possible | (fixed & asked))


def _by_network(net: Network, mate: Ints) -> Ints:
    """Return the loss of worth by forcing each pair, (n, m), INFINITE where impossible."""
    cost = residual(net, mate)
    # Forcing a pair displaces at most one tandem each at the mentee, the mentor and either quota.
    longest = 16 * net.big
    way = all_distances(cost, potentials(cost), longest)
    m = len(net.places)
    rows, alone = np.arange(len(mate)), mate < 0
    # Where the mentee is missed afterwards: at the mentor she leaves, or in what her organisation may send.
    missed = np.where(alone, m + net.mentee_pool, mate)
    back = way[:m, missed].T
    now = np.where(alone, 0, net.value[rows, mate])
    loss = np.where(net.allowed & (back < INFINITE), now[:, None] - net.value + back, INFINITE)
    loss[rows[~alone], mate[~alone]] = 0
    return loss


def _by_persons(problem: Problem, mate: Ints, possible: Bools, progress: Progress | None) -> Ints:
    """Return the loss by forcing each pair where persons are counted, exact where ``possible``.

    Once it is settled which mentors of scarce organisations have more than one tandem, the rest is a
    network, which prices all pairs at once: an upper bound on every loss. Whether a mentee has a pair
    with a better matching than the best known is one mixed-integer programme per mentee, in which
    she must be matched and each of her pairs counts less what is known of it. If it finds none,
    all her prices are proved; else its matching tells mentors to settle on, and the bounds get better.
    """
    choice = PersonChoice(problem)
    n, m = problem.scores.shape
    pairs = choice.rows, choice.columns
    value = problem.value(mate)
    # Worth of the best matching known with the pair: at least the pair alone.
    known = np.maximum(_settled_on(problem, mate), problem.big + problem.scores)
    for i in range(n):
        if progress:
            progress(i, n)
        while (open_ := possible[i] & (known[i] < value)).any():
            known_tandems, known_total = np.divmod(known[i], problem.big)
            hers = choice.rows == i
            tandems = 1 - np.where(hers, known_tandems[choice.columns], 0)
            total = problem.scores[pairs] - np.where(hers, known_total[choice.columns], 0)
            better, more, higher = choice.best(tandems, total, must=i, among=open_)
            if (more, higher) <= (0, 0):
                break
            j = better[i]
            before = known[i, j]
            known = np.maximum(known, _settled_on(problem, better))
            if known[i, j] <= before:
                raise ArithmeticError("a better matching did not improve the price")
    return np.where(possible, value - known, INFINITE)


def _settled_on(problem: Problem, mate: Ints) -> Ints:
    """Return the worth of the best matching with each pair, (n, m), if the same mentors take several.

    Those of scarce organisations with several tandems in ``mate`` may have all their places, others one;
    where that leaves no room for the pair, the worth is negative.
    """
    several = np.bincount(mate[mate >= 0], minlength=len(problem.places)) > 1
    net = network_of(problem, several)
    best = optimum(net)
    return problem.value(best) - _by_network(net, best)
