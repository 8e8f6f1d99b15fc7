"""The matching as a flow in a network, and its optimum.

hub → organisation of the mentee (quota) → mentee (1) → mentor (places) → organisation of the mentor (quota)
→ hub. All bounds are whole numbers, so the optimum is one too (total unimodularity) [1]_.

References
----------
.. [1] Ahuja, Magnanti, Orlin: Network Flows, 1993, section 11.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from mentorkit.matching.problem import Bools, Ints, Problem


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
