"""The best matching after one more lock, found from the one before it by a single cheapest way.

A forced tandem takes the mentee from where she was; the cheapest way through the residual network from her
new mentor back to there moves whoever has to move [1]_. Worth and ties count in one whole number, so that
the answer is the same as that from scratch.

References
----------
.. [1] Ahuja, Magnanti, Orlin: Network Flows, 1993, section 9.7 (successive shortest paths).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from mentorkit.matching.network_flow import Network, network_of
from mentorkit.matching.problem import Ints, Problem
from mentorkit.matching.proof import certify
from mentorkit.matching.residual import INFINITE, cheapest_ways, duals, potentials, residual
from mentorkit.matching.solve import Solution, solution_of, solve
from mentorkit.matching.ties import fitting, unit_of


@dataclass(frozen=True, eq=False)
class Warm:
    """An optimum with what finding the next one needs.

    Attributes
    ----------
    problem : Problem
    solution : Solution
        Its optimum under the goal ``total``.
    net : Network
        What is not fixed; the worth of a tandem is ``unit`` times its own plus its tie.
    unit : int
    mate : (n,) int
        The optimum without fixed tandems.
    potential : (nodes,) int
        Of its residual network.
    first : Problem
        The one without the locks that were added.
    """

    problem: Problem
    solution: Solution
    net: Network
    unit: int
    mate: Ints
    potential: Ints
    first: Problem

    @classmethod
    def of(cls, problem: Problem, solution: Solution) -> Warm | None:
        """Prepare an optimum; None where only solving again helps.

        That is in the mixed-integer form, under another goal than ``total``, without an answer, and where
        the numbers would be too large.
        """
        if problem.mixed or problem.ties is None or (solution.goal, solution.status) != ("total", "optimal"):
            return None
        net = network_of(problem)
        ties = fitting(net, problem.ties)
        unit = unit_of(net, ties)
        if unit is None:
            return None
        net = replace(net, value=net.value * unit + ties)
        mate = solution.mate.copy()
        mate[problem.locked_pairs[0]] = -1
        return cls(problem, solution, net, unit, mate, potentials(residual(net, mate)), problem)

    def lock(self, i: int, j: int) -> Warm | None:
        """Return the optimum with one more fixed tandem; None where there is none beside the others."""
        if (i, j) in self.problem.locked:
            return self
        if not self.net.allowed[i, j]:
            return None
        missed = self.mate[i] if self.mate[i] >= 0 else len(self.net.places) + self.net.mentee_pool[i]
        cost = residual(self.net, self.mate)
        found = _cheapest_way(cost, self.potential, j, int(missed))
        if found is None:
            return None
        way, potential = found
        mate = _moved(self.net, self.mate, way)
        mate[i] = -1
        problem = replace(self.problem, locked=(*self.problem.locked, (i, j)))
        net = self._without(i, j)
        half = self.unit // 2
        if np.abs((potential + half) % self.unit - half).max() >= self.unit // 4:
            return Warm.of(problem, solve(problem))  # the sums of ties have grown too long
        worth = replace(net, value=problem.scores + problem.big)
        whole = problem.with_locked(mate)
        proof = certify(problem, whole, duals(worth, (potential + half) // self.unit), self.first)
        return replace(
            self,
            problem=problem,
            solution=solution_of(problem, "total", whole, proof),
            net=net,
            mate=mate,
            potential=potential,
        )

    def _without(self, i: int, j: int) -> Network:
        """Return the network that a fixed tandem leaves."""
        net = self.net
        allowed, places = net.allowed.copy(), net.places.copy()
        allowed[i] = False
        places[j] -= 1
        mentee_quota, quota = net.mentee_quota.copy(), net.quota.copy()
        mentee_quota[net.mentee_pool[i]] -= 1
        quota[net.pool[j]] -= 1
        return replace(net, allowed=allowed, places=places, mentee_quota=mentee_quota, quota=quota)


def _cheapest_way(cost: Ints, potential: Ints, start: int, end: int) -> tuple[list[int], Ints] | None:
    """Return the nodes of the cheapest way and the potentials after taking it; None where there is none."""
    distance, before = cheapest_ways(cost, potential, start, end)
    if distance[end] >= INFINITE:
        return None
    way = [end]
    while way[-1] != start:
        way.append(int(before[way[-1]]))
    return way[::-1], potential + np.minimum(distance, distance[end])


def _moved(net: Network, mate: Ints, way: list[int]) -> Ints:
    """Move one mentee along each part of a way that leads to or from a mentor."""
    m, e = len(net.places), len(net.mentee_quota)
    moved = mate.copy()
    for tail, head in pairwise(way):
        if tail < m and head < m + e:
            there = np.flatnonzero(mate == tail)
            now = net.value[there, tail]
            if head < m:
                loss = np.where(net.allowed[there, head], now - net.value[there, head], INFINITE)
                moved[there[loss.argmin()]] = head
            else:
                loss = np.where(net.mentee_pool[there] == head - m, now, INFINITE)
                moved[there[loss.argmin()]] = -1
        elif m <= tail < m + e and head < m:
            alone = np.flatnonzero((mate < 0) & (net.mentee_pool == tail - m) & net.allowed[:, head])
            moved[alone[net.value[alone, head].argmax()]] = head
    return moved
