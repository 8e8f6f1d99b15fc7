"""The matching as a flow in a network: optimum, residual network, potentials, distances.

hub → organisation of the mentee (quota) → mentee (1) → mentor (places) → organisation of the mentor (quota)
→ hub. All bounds are whole numbers, so the optimum is one too (total unimodularity), and the potentials of
the residual network prove it [1]_.

References
----------
.. [1] Ahuja, Magnanti, Orlin: Network Flows, 1993, sections 9.3 and 11.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.optimize import linear_sum_assignment

from mentorkit.matching.problem import Bools, Ints, Problem

INFINITE = np.int64(1) << 60


@dataclass(frozen=True, eq=False)
class Network:
    """A matching problem all of whose rules are bounds of flows.

    ``pool`` and ``mentee_pool`` number the scarce organisations; the last pool of each side is without limit
    (its quota is never reached).

    Attributes
    ----------
    value : (n, m) int
        Worth of each tandem; one that is worth less than nothing is not made.
    allowed : (n, m) bool
    places : (m,) int
    mentee_pool, pool : (n,), (m,) int
    mentee_quota, quota : (pools,) int
        Most tandems of each pool.
    big : int
    """

    value: Ints
    allowed: Bools
    places: Ints
    mentee_pool: Ints
    mentee_quota: Ints
    pool: Ints
    quota: Ints

    @property
    def most(self) -> int:
        """More than any tandem gains or loses."""
        return int(np.abs(self.value).max(initial=0)) + 1


def network_of(problem: Problem, several: Bools | None = None) -> Network:
    """Build the network of what the fixed tandems leave to decide.

    Parameters
    ----------
    problem : Problem
    several : (m,) bool, optional
        Mentors of scarce organisations who take part with all their places; the others of these
        organisations have one place each, so that counting tandems counts persons. Needed only where
        ``problem.persons_matter``.
    """
    rest = problem.remaining
    scarce = rest.mentors_scarce[problem.mentor_group] & ~rest.taking_part
    mentor_quota = rest.mentor_quota
    if several is not None:
        chosen = scarce & several
        mentor_quota = mentor_quota - np.bincount(problem.mentor_group[chosen], minlength=len(mentor_quota))
        scarce &= ~chosen
    pool, quota = _pools(problem.mentor_group, rest.mentors_scarce, mentor_quota, scarce)
    everybody = np.ones(len(problem.mentee_group), dtype=bool)
    mentee_pool, mentee_quota = _pools(
        problem.mentee_group, rest.mentees_scarce, rest.mentee_quota, everybody
    )
    return Network(
        value=problem.scores + problem.big,
        allowed=rest.allowed,
        places=np.where(scarce, np.minimum(rest.places, 1), rest.places),
        mentee_pool=mentee_pool,
        mentee_quota=mentee_quota,
        pool=pool,
        quota=quota,
    )


def _pools(group: Ints, scarce: Bools, quota: Ints, member: Bools) -> tuple[Ints, Ints]:
    """Give numbers to the scarce groups; everybody else goes to a last pool that never fills."""
    count = np.count_nonzero(scarce)
    number = np.full(len(scarce), count)
    number[scarce] = np.arange(count)
    return np.where(member, number[group], count), np.append(quota[scarce], np.iinfo(np.int64).max)


def optimum(net: Network) -> Ints:
    """Return the matching of greatest worth as ``mate`` (n,), -1 for nobody.

    One linear assignment: a mentor stands in it once per place. For each scarce organisation as many
    dummies as it has members too many take people out; taking out is worth more than any tandem, so all
    dummies are used.
    """
    mate = np.full(len(net.value), -1, dtype=np.int64)
    rows = np.flatnonzero(net.allowed.any(axis=1))
    columns = np.repeat(np.arange(len(net.places)), net.places)
    row_dummies = _too_many(net.mentee_pool[rows], net.mentee_quota)
    column_dummies = _too_many(net.pool[columns], net.quota)
    plain = len(rows) == len(mate) and np.array_equal(columns, np.arange(len(net.places)))
    pairs = (slice(None), slice(None)) if plain else np.ix_(rows, columns)
    gainful = net.allowed & (net.value > 0)
    worth = np.where(gainful[pairs], net.value[pairs], 0).astype(float)
    if len(row_dummies) or len(column_dummies):
        taken = 2.0 * net.most
        mentees_out = taken * (net.mentee_pool[rows][:, None] == row_dummies)
        mentors_out = taken * (column_dummies[:, None] == net.pool[columns])
        nothing = np.zeros((len(column_dummies), len(row_dummies)))
        worth = np.block([[worth, mentees_out], [mentors_out, nothing]])
    r, c = linear_sum_assignment(worth, maximize=True)
    real = (r < len(rows)) & (c < len(columns))
    i, j = rows[r[real]], columns[c[real]]
    tandem = gainful[i, j]
    mate[i[tandem]] = j[tandem]
    return mate


def _too_many(pool: Ints, quota: Ints) -> Ints:
    surplus = np.maximum(np.bincount(pool, minlength=len(quota)) - quota, 0)
    return np.repeat(np.arange(len(quota)), surplus)


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


def all_distances(cost: Ints, potential: Ints, longest: int) -> Ints:
    """Return the cheapest way between all nodes, (nodes, nodes), by Floyd and Warshall's method.

    Parameters
    ----------
    cost : (nodes, nodes) int
        Of :func:`residual`.
    potential : (nodes,) int
        Of :func:`potentials`; they make all costs non-negative.
    longest : int
        No finite way costs more; what does is INFINITE.
    """
    shift = potential[:, None] - potential
    limit = longest + int(np.ptp(potential)) + 1
    narrow = limit < 2**29  # half the memory traffic
    most = limit if narrow else INFINITE
    reduced = np.where(cost == INFINITE, most, np.minimum(cost + shift, most))
    way: Ints = reduced.astype(np.int32 if narrow else np.int64)
    through = np.empty_like(way)
    for k in range(len(way)):
        np.add(way[:, k, None], way[k], out=through)
        np.minimum(way, through, out=way)
    return cast("Ints", np.where(way >= limit, INFINITE, way - shift))


def losses(net: Network, mate: Ints) -> Ints:
    """Return the loss of worth by forcing each pair into an optimum, (n, m), INFINITE where impossible.

    Forcing (i, j) costs the difference of the worths and the cheapest way in the residual network that takes
    the mentee too many from j to where i is missed: the mentor she leaves, or what her organisation
    may send.
    """
    cost = residual(net, mate)
    # At most one tandem each is displaced at the mentee, the mentor and either quota.
    way = all_distances(cost, potentials(cost), longest=16 * net.most)
    m = len(net.places)
    rows, alone = np.arange(len(mate)), mate < 0
    missed = np.where(alone, m + net.mentee_pool, mate)
    back = way[:m, missed].T
    now = np.where(alone, 0, net.value[rows, mate])
    loss = np.where(net.allowed & (back < INFINITE), now[:, None] - net.value + back, INFINITE)
    loss[rows[~alone], mate[~alone]] = 0
    return cast("Ints", loss)
