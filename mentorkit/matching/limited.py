"""Limits over all tandems: Lagrange's multipliers leave few pairs for the mixed-integer programme.

A limit is dropped for a price per unit of its weights. What is left is a network, whose optimum bounds every
answer that keeps the limits [1]_, and whose residual network bounds every answer with a certain pair. A
matching known to keep the limits therefore rules out all pairs whose bound lies below its worth; the
programme chooses among the others.

References
----------
.. [1] M. L. Fisher: The Lagrangian relaxation method for solving integer programming problems. Management
   Science 27 (1981) 1-18.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mentorkit.matching.network_flow import Network, network_of, optimum
from mentorkit.matching.person_quota import NoAnswer, PersonChoice
from mentorkit.matching.problem import Ints, Problem
from mentorkit.matching.residual import INFINITE, Changes

#: So often each multiplier is looked for again, where there are several.
_ROUNDS = 3


def best_within_limits(problem: Problem) -> Ints:
    """Return the best matching of what the fixed tandems leave, as ``mate`` (n,), without these.

    Raises
    ------
    NoAnswer
        If nothing keeps all limits beside the fixed tandems.
    """
    free = replace(problem, limits=())
    if free.persons_matter:
        return PersonChoice(problem).best()
    relaxation = _Relaxation(problem, network_of(free))
    prices = relaxation.prices()
    net, mate = relaxation.at(prices)
    slack = relaxation.left - relaxation.used(mate)
    if (slack >= 0).all() and not prices @ slack:
        return mate
    loss = Changes(net, mate).forcing
    bound = relaxation.worth(mate, prices)
    # at first as far as the matching in hand reaches, or a guess; then as far as the one found
    spread = int(prices @ slack) if (slack >= 0).all() else int(problem.scores.max(initial=0)) // 8 + 1
    while True:
        within = loss <= spread
        allowed = problem.allowed & within
        allowed[problem.locked_pairs] = True
        try:
            found = PersonChoice(replace(problem, allowed=allowed)).best()
        except NoAnswer:
            if within[loss < INFINITE].all():
                raise
            spread *= 8
            continue
        missed = bound - relaxation.worth(found)
        if missed <= spread:
            return found
        spread = missed


class _Relaxation:
    """A problem whose limits cost a price per unit instead of being kept."""

    def __init__(self, problem: Problem, net: Network) -> None:
        self.net = net
        self.weights = np.array([limit.weights for limit in problem.limits])
        locked = self.weights[:, *problem.locked_pairs].sum(axis=1)
        self.left = np.array([limit.most for limit in problem.limits]) - locked
        # so dear, a unit outweighs two tandems
        self.dearest = 2 * (problem.big + int(problem.scores.max(initial=0))) + 1

    def at(self, prices: Ints) -> tuple[Network, Ints]:
        """Return the network at these prices and its optimum."""
        net = replace(self.net, value=self.net.value - np.tensordot(prices, self.weights, axes=1))
        return net, optimum(net)

    def used(self, mate: Ints) -> Ints:
        """Return how much of each limit a matching uses."""
        rows = np.flatnonzero(mate >= 0)
        return np.asarray(self.weights[:, rows, mate[rows]].sum(axis=1))

    def worth(self, mate: Ints, prices: Ints | None = None) -> int:
        """Return what a matching is worth; with prices, the bound that it gives at them."""
        rows = np.flatnonzero(mate >= 0)
        worth = int(self.net.value[rows, mate[rows]].sum())
        return worth if prices is None else worth + int(prices @ (self.left - self.used(mate)))

    def prices(self) -> Ints:
        """Return prices at which the bound is low: each, in turn, the least at which its limit is kept."""
        prices = np.zeros(len(self.left), dtype=np.int64)
        for _ in range(_ROUNDS if len(prices) > 1 else 1):
            before = prices.copy()
            for k in range(len(prices)):
                prices[k] = self._least(prices, k)
            if np.array_equal(before, prices):
                break
        return prices

    def _least(self, prices: Ints, k: int) -> int:
        """Return the least price of one limit at which it is kept, the others unchanged."""
        tried = prices.copy()
        low, high = 0, self.dearest
        while low < high:
            tried[k] = (low + high) // 2
            if self.used(self.at(tried)[1])[k] <= self.left[k]:
                high = int(tried[k])
            else:
                low = int(tried[k]) + 1
        return high
