"""The residual network of a matching: what moving people costs, and so the proof and all prices.

Where a matching is an optimum, no circle of moves in it gains anything, and the shortest ways from anywhere
are potentials that prove it [1]_. The shortest ways between all nodes tell at once what each change would
cost.

References
----------
.. [1] Ahuja, Magnanti, Orlin: Network Flows, 1993, sections 9.3 and 11.2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple, cast

import numpy as np

from mentorkit.matching.network_flow import Network
from mentorkit.matching.problem import Ints

INFINITE = np.int64(1) << 60


def residual(net: Network, mate: Ints) -> Ints:
    """Return what moving one unit between two nodes costs at once, (nodes, nodes), INFINITE where impossible.

    Nodes are the mentors, the pools of mentees, the pools of mentors and last the hub; mentees are
    contracted: an arc between two mentors moves the cheapest mentee from one to the other.
    """
    m, e, p = len(net.places), len(net.mentee_quota), len(net.quota)
    hub = m + e + p
    cost = np.full((hub + 1, hub + 1), INFINITE)
    matched, lonely = np.flatnonzero(mate >= 0), np.flatnonzero(mate < 0)
    mentor = mate[matched]
    worth = net.value[matched, mentor]
    moves = np.where(net.allowed[matched], worth[:, None] - net.value[matched], INFINITE)
    moves[np.arange(len(matched)), mentor] = INFINITE
    _lower_rows(cost[:, :m], mentor, moves)
    np.minimum.at(cost, (mentor, m + net.mentee_pool[matched]), worth)
    joins = np.where(net.allowed[lonely], -net.value[lonely], INFINITE)
    _lower_rows(cost[:, :m], m + net.mentee_pool[lonely], joins)
    nodes = np.arange(m)
    load = np.bincount(mentor, minlength=m)
    _arcs(cost, nodes, m + e + net.pool, load, net.places)
    use = np.bincount(net.pool[mentor], minlength=p)
    _arcs(cost, m + e + np.arange(p), np.full(p, hub), use, net.quota)
    use = np.bincount(net.mentee_pool[matched], minlength=e)
    _arcs(cost, np.full(e, hub), m + np.arange(e), use, net.mentee_quota)
    np.fill_diagonal(cost, 0)
    return cost


def _lower_rows(cost: Ints, at: Ints, rows: Ints) -> None:
    """Lower ``cost[at[k]]`` to ``rows[k]``; several rows may go to one place."""
    if not len(at):
        return
    order = np.argsort(at, kind="stable")
    places, start = np.unique(at[order], return_index=True)
    shared = len(places) < len(at)
    cost[places] = np.minimum.reduceat(rows[order], start, axis=0) if shared else rows[order]


def _arcs(cost: Ints, tail: Ints, head: Ints, flow: Ints, most: Ints) -> None:
    """Open the free arcs forwards where there is room and backwards where something flows."""
    room, used = flow < most, flow > 0
    cost[tail[room], head[room]] = 0
    cost[head[used], tail[used]] = 0


def potentials(cost: Ints) -> Ints:
    """Return the shortest distances from anywhere, (nodes,), by Bellman and Ford's method.

    Raises
    ------
    ArithmeticError
        If a circle of moves gains something: the matching was no optimum.
    """
    distance = np.zeros(len(cost), dtype=np.int64)
    changed = np.arange(len(cost))
    for _ in range(len(cost) + 1):
        shorter = np.minimum(distance, (cost[changed] + distance[changed, None]).min(axis=0))
        changed = np.flatnonzero(shorter < distance)
        if not len(changed):
            return distance
        distance = shorter
    raise ArithmeticError("the matching can be improved: it is no optimum")


class Duals(NamedTuple):
    """What one more of each would be worth, all at least 0; they bound every answer by the optimum.

    Attributes
    ----------
    mentees, mentors : (n,), (m,) int
    mentee_pools, pools : (pools,) int
        Of the quotas; 0 for the last pool of each side.
    """

    mentees: Ints
    mentors: Ints
    mentee_pools: Ints
    pools: Ints


def duals(net: Network, potential: Ints) -> Duals:
    """Read the worth of mentees, places and quotas off the potentials of an optimum's residual network."""
    distance = potential - potential[-1]
    m, e = len(net.places), len(net.mentee_quota)
    mentor, mentees, pools = distance[:m], distance[m : m + e], distance[m + e : -1]
    own = np.where(net.allowed, net.value + mentor, np.iinfo(np.int64).min).max(axis=1, initial=-(2**62))
    return Duals(
        np.maximum(own - mentees[net.mentee_pool], 0),
        np.where(net.places > 0, np.maximum(pools[net.pool] - mentor, 0), 0),
        np.append(np.maximum(mentees[:-1], 0), 0),
        np.append(np.maximum(-pools[:-1], 0), 0),
    )


def cheapest_ways(cost: Ints, potential: Ints, start: int, end: int = -1) -> tuple[Ints, Ints]:
    """Return the cheapest ways from one node by Dijkstra's method.

    Parameters
    ----------
    cost : (nodes, nodes) int
        Of :func:`residual`.
    potential : (nodes,) int
        Of :func:`potentials`.
    start, end : int
        Ways to nodes farther than ``end`` are not sought; to all without.

    Returns
    -------
    distance : (nodes,) int
        The cost of each way, plus the potential of the start, less that of the node; INFINITE where there is
        none, too large where it was not sought.
    before : (nodes,) int
        The node before each on its way, -1 for none.
    """
    distance = np.full(len(cost), INFINITE)
    before = np.full(len(cost), -1)
    distance[start] = 0
    left = distance.copy()
    node = start
    while node != end and left[node] < INFINITE:
        left[node] = 2 * INFINITE
        open_ = cost[node] < INFINITE
        onward = np.where(open_, cost[node] + (distance[node] + potential[node]) - potential, INFINITE)
        shorter = onward < distance
        distance[shorter] = left[shorter] = onward[shorter]
        before[shorter] = node
        node = int(left.argmin())
    return distance, before


def all_distances(
    cost: Ints, potential: Ints, longest: int, progress: Callable[[int, int], None] | None = None
) -> Ints:
    """Return the cheapest way between all nodes, (nodes, nodes), by Floyd and Warshall's method.

    Parameters
    ----------
    cost : (nodes, nodes) int
        Of :func:`residual`.
    potential : (nodes,) int
        Of :func:`potentials`; they make all costs non-negative.
    longest : int
        No finite way costs more; what does is INFINITE.
    progress
        Called now and then with the nodes done and their number.
    """
    shift = potential[:, None] - potential
    limit = longest + int(np.ptp(potential)) + 1
    narrow = limit < 2**29  # half the memory traffic
    most = limit if narrow else INFINITE
    reduced = np.where(cost == INFINITE, most, np.minimum(cost + shift, most))
    way: Ints = reduced.astype(np.int32 if narrow else np.int64)
    through = np.empty_like(way)
    for k in range(len(way)):
        if progress and k % 100 == 0:
            progress(k, len(way))
        np.add(way[:, k, None], way[k], out=through)
        np.minimum(way, through, out=way)
    return cast("Ints", np.where(way >= limit, INFINITE, way - shift))


class Changes:
    """What changing an optimum would cost or gain in worth, all at once.

    Parameters
    ----------
    net : Network
    mate : (n,) int
        An optimum of it.
    progress
        Called while the ways between all nodes are found, with the nodes done and their number.
    """

    def __init__(self, net: Network, mate: Ints, progress: Callable[[int, int], None] | None = None) -> None:
        self.net, self.mate, self.progress = net, mate, progress

    @cached_property
    def _cost(self) -> Ints:
        return residual(self.net, self.mate)

    @cached_property
    def _potential(self) -> Ints:
        return potentials(self._cost)

    @cached_property
    def way(self) -> Ints:
        """The cheapest way between all nodes, (nodes, nodes), INFINITE where there is none."""
        # At most one tandem each is displaced at the mentee, the mentor and either quota.
        return all_distances(self._cost, self._potential, 16 * self.net.most, self.progress)

    @cached_property
    def _now(self) -> Ints:
        """The worth of each mentee's tandem, 0 without one."""
        alone = self.mate < 0
        return np.where(alone, 0, self.net.value[np.arange(len(self.mate)), self.mate])

    @cached_property
    def forcing(self) -> Ints:
        """The loss of worth by forcing each pair, (n, m), INFINITE where impossible.

        Forcing (i, j) costs the difference of the worths and the cheapest way that takes the mentee too many
        from j to where i is missed: the mentor she leaves, or what her organisation may send.
        """
        return self._forcing(np.arange(len(self.mate)), self.way[: len(self.net.places), self._missed].T)

    def forcing_of(self, rows: Ints) -> Ints:
        """Return the same for some mentees only, (rows, m), without the ways between all nodes."""
        ways = np.empty((len(rows), len(self.net.places)), dtype=np.int64)
        reverse, potential = np.ascontiguousarray(self._cost.T), self._potential
        for k, end in enumerate(self._missed[rows].tolist()):
            back, _ = cheapest_ways(reverse, -potential, end)
            ways[k] = np.where(back < INFINITE, back - potential + potential[end], INFINITE)[: ways.shape[1]]
        return self._forcing(rows, ways)

    @property
    def _missed(self) -> Ints:
        """The node where each mentee is missed when she is forced elsewhere."""
        return np.where(self.mate < 0, len(self.net.places) + self.net.mentee_pool, self.mate)

    def _forcing(self, rows: Ints, back: Ints) -> Ints:
        possible = self.net.allowed[rows] & (back < INFINITE)
        loss = np.where(possible, self._now[rows, None] - self.net.value[rows] + back, INFINITE)
        mate = self.mate[rows]
        loss[np.flatnonzero(mate >= 0), mate[mate >= 0]] = 0
        return cast("Ints", loss)

    @cached_property
    def forbidding(self) -> Ints:
        """The loss of worth by forbidding each mentee's tandem, (n,), 0 where she has none.

        She goes to another mentor or to none, and the cheapest way fills the place she leaves. No cheapest
        way to a mentor passes through her, so none brings the mentee back.
        """
        net, mate = self.net, self.mate
        m = len(net.places)
        loss = np.zeros(len(mate), dtype=np.int64)
        for i in np.flatnonzero(mate >= 0):
            elsewhere = np.where(net.allowed[i], self._now[i] - net.value[i], INFINITE)
            elsewhere[mate[i]] = INFINITE
            nowhere = self._now[i] + self.way[m + net.mentee_pool[i], mate[i]]
            loss[i] = min(int((elsewhere + self.way[:m, mate[i]]).min()), int(nowhere))
        return loss

    @cached_property
    def one_more_place(self) -> Ints:
        """The gain of worth by one more place of each mentor, (m,)."""
        m, e = len(self.net.places), len(self.net.mentee_quota)
        return _gain(self.way[m + e + self.net.pool, np.arange(m)])

    @cached_property
    def one_more_mentee(self) -> Ints:
        """The gain of worth by one more in each quota of mentees, (pools,)."""
        m, e = len(self.net.places), len(self.net.mentee_quota)
        return _gain(self.way[m + np.arange(e), -1])

    @cached_property
    def one_more_mentor(self) -> Ints:
        """The gain of worth by one more in each quota of mentors, (pools,)."""
        m, e = len(self.net.places), len(self.net.mentee_quota)
        return _gain(self.way[-1, m + e : -1])


def _gain(way: Ints) -> Ints:
    """Return what closing a circle by one more unit gains, where there is a way round."""
    return cast("Ints", np.maximum(-way, 0))
