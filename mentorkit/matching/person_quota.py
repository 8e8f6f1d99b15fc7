"""Quotas that count persons with several places each: a mixed-integer programme.

Choosing at most so many mentors of an organisation where each brings several places is a maximum coverage
problem, NP-hard. The rows ``x[i, j] <= y[j]`` make the linear relaxation strong: nearly always it is whole
at once. What the solver says is checked in whole numbers: the answer obeys the rules, and its bound leaves
no room for a better one. Limits over all tandems and links that they share are further rows of the same
programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import coo_array, csr_array

from mentorkit.errors import MentorkitError
from mentorkit.language import say
from mentorkit.matching.network_flow import Network, network_of, optimum
from mentorkit.matching.problem import Bools, Ints, Problem
from mentorkit.matching.residual import Changes

SOLVER = "scipy.optimize.milp (HiGHS)"
# Beyond, doubles and the solver's tolerances no longer tell neighbouring whole numbers apart.
_LARGEST_SUM = 10**9
# What milp says where no answer keeps all rows.
_INFEASIBLE = 2
# So many points the linear relaxation promises too much, to begin with: without and with shared links.
_GUESS, _GUESS_ON_LINKS = 8.0, 64.0
# Multipliers are rounded to this part of a point.
_PARTS = 16


class NoAnswer(Exception):
    """Nothing keeps all limits beside the fixed tandems."""


@dataclass(frozen=True, eq=False)
class Relaxation:
    """What a linear relaxation tells.

    Attributes
    ----------
    bound : (n, m) int
        No matching with the pair is worth more.
    several : (m,) bool
        Mentors of scarce organisations who seem to have several tandems; with rounding, perhaps too many.
    doubtful : int
        The mentor of whom it is least clear whether she takes part.
    """

    bound: Ints
    several: Bools
    doubtful: int


class PersonChoice:
    """The mixed-integer programme of what the fixed tandems of a problem leave to decide.

    Variables are one ``x`` per pair still allowed (``rows[k]``, ``columns[k]``), one ``y`` per mentor of
    a scarce organisation with several places (``several``): whether she takes part, and one ``z`` per tandem
    of a link that does not lose the most there is to lose (``kept``: what it keeps of that).
    """

    def __init__(self, problem: Problem) -> None:
        rest = problem.remaining
        self.problem = problem
        self.rows, self.columns = (index.astype(np.int64) for index in np.nonzero(rest.allowed))
        counted = rest.mentors_scarce[problem.mentor_group] & ~rest.taking_part
        self.several = np.flatnonzero(counted & (rest.places > 1))
        pairs = len(self.rows)
        x, y = np.arange(pairs), pairs + np.arange(len(self.several))
        person = np.full(len(rest.places), -1)
        person[self.several] = y
        self.strong = np.flatnonzero(person[self.columns] >= 0)
        single = np.flatnonzero(counted[self.columns] & (person[self.columns] < 0))
        group = problem.mentor_group
        n, m = problem.scores.shape
        on_link, link, (link_of_kept, self.kept) = self._links()
        z = pairs + len(self.several) + np.arange(len(self.kept))
        # Rows: the mentees, the mentors' places, the strong ones, the quotas of either side, the limits, the
        # links: no more tandems keep something than there are.
        limits = problem.limits
        several_rows = (len(self.strong), len(rest.mentee_quota), len(rest.mentor_quota), len(limits))
        self.start = np.cumsum([0, n, m, *several_rows, int(link.max(initial=-1)) + 1])
        strong_rows = self.start[2] + np.arange(len(self.strong))
        entries: list[tuple[Ints, Ints, Ints | int]] = [
            (self.rows, x, 1),
            (self.start[1] + self.columns, x, 1),
            (self.start[1] + self.several, y, -rest.places[self.several]),
            (strong_rows, self.strong, 1),
            (strong_rows, person[self.columns[self.strong]], -1),
            (self.start[3] + problem.mentee_group[self.rows], x, 1),
            (self.start[4] + group[self.several], y, 1),
            (self.start[4] + group[self.columns[single]], single, 1),
            *(
                (np.full(pairs, self.start[5] + k), x, limit.weights[self.rows, self.columns])
                for k, limit in enumerate(limits)
            ),
            (self.start[6] + link_of_kept, z, 1),
            (self.start[6] + link, on_link, -1),
        ]
        self.matrix = _matrix(entries, (self.start[-1], pairs + len(self.several) + len(self.kept)))
        self.upper = self._most(np.where(person >= 0, 0, rest.places))

    def _most(self, places: Ints) -> Ints:
        """Return what each row may hold at most; ``places`` are those that no variable gives."""
        problem, rest = self.problem, self.problem.remaining
        left = [limit.most - int(limit.weights[problem.locked_pairs].sum()) for limit in problem.limits]
        mentees, strong = np.ones(len(problem.scores)), np.zeros(len(self.strong))
        known = (mentees, places, strong, rest.mentee_quota, rest.mentor_quota, left)
        upper = np.zeros(self.start[-1], dtype=np.int64)
        upper[: self.start[6]] = np.concatenate(known)
        return upper

    def _links(self) -> tuple[Ints, Ints, tuple[Ints, Ints]]:
        """Return which pairs are on links, on which each is, and of each ``z`` the link and what it keeps."""
        links, nobody = self.problem.links, np.zeros(0, dtype=np.int64)
        if links is None:
            return nobody, nobody, (nobody, nobody)
        number = links.number[self.rows, self.columns]
        on_link = np.flatnonzero(number >= 0)
        used, link = np.unique(number[on_link], return_inverse=True)
        kept = links.most - links.steps(*self.problem.locked_pairs)[used]
        return on_link, link, (np.nonzero(kept)[0], kept[kept > 0])

    def best(self) -> Ints:
        """Return the matching with most tandems, then highest total, as ``mate`` (n,).

        Raises
        ------
        NoAnswer
            If nothing keeps all limits beside the fixed tandems.
        MentorkitError
            If the solver does not prove an optimum.
        """
        big, scores = self.problem.big, self.problem.scores[self.rows, self.columns]
        rules = [LinearConstraint(self.matrix, -np.inf, self.upper)]
        if len(self.problem.scores) * big < _LARGEST_SUM:
            x = self._maximum(self._gains(big + scores), rules)
        else:
            ones = np.zeros(self.matrix.shape[1], dtype=np.int64)
            ones[: len(scores)] = 1
            count = int(self._maximum(ones, rules).sum())
            x = self._maximum(self._gains(scores), [*rules, LinearConstraint(ones, count, count)])
        mate = np.full(len(self.problem.scores), -1, dtype=np.int64)
        mate[self.rows[x]] = self.columns[x]
        return mate

    def _gains(self, worth: Ints) -> Ints:
        """Return what each variable gains: pairs on links lose the most, less what ``z`` keeps."""
        worth = worth.copy()
        if (links := self.problem.links) is not None:
            worth[links.number[self.rows, self.columns] >= 0] -= links.most
        return np.concatenate([worth, np.zeros_like(self.several), self.kept])

    def _maximum(self, gains: Ints, rules: list[LinearConstraint]) -> Bools:
        """Solve, and accept only what whole numbers confirm; returns which pairs are tandems."""
        if not len(gains):  # which the solver does not take
            if (self.upper < 0).any():
                raise NoAnswer
            return np.zeros(0, dtype=bool)
        whole, bound = _solved(gains, rules, _GUESS if self.problem.links is None else _GUESS_ON_LINKS)
        obeys = (
            bool(((whole >= 0) & (whole <= 1)).all())
            and bool((self.matrix @ whole <= self.upper).all())
            and all(bool((rule.A @ whole == rule.ub).all()) for rule in rules[1:])
        )
        if not obeys or abs(bound - int(gains @ whole)) >= 0.5:
            raise MentorkitError(say("The solver could not prove that its answer is the best."))
        return np.asarray(whole[: len(self.rows)] > 0)

    def relax(self, i: int, j: int) -> Relaxation:
        """Bound the worth of any matching with each pair by Lagrange's method, tightly for (i, j).

        The strong rows and the places of those who take part are dropped for a price per unit, their
        multipliers in the linear relaxation with the pair forced. What is left is a network, in which
        "takes part" is a tandem of two invented people. Any multipliers of at least 0 give a valid bound, so
        rounding them is safe; it is computed in whole numbers.
        """
        gains = self._gains(self.problem.big + self.problem.scores[self.rows, self.columns])
        least = np.zeros_like(gains)
        least[: len(self.rows)] = (self.rows == i) & (self.columns == j)
        box = np.column_stack([least, np.ones_like(gains)])
        found = linprog(-gains, self.matrix, self.upper, bounds=box, method="highs")
        if found.status != 0:
            raise MentorkitError(say("The solver gave up: {message}", message=found.message))
        multipliers = np.rint(_PARTS * np.maximum(-found.ineqlin.marginals, 0)).astype(np.int64)
        _, places, strong, *_ = np.split(multipliers, self.start[1:-1])
        net = self._priced(strong, places[self.several])
        mate = optimum(net)
        tandem = np.flatnonzero(mate >= 0)
        n, m = self.problem.scores.shape
        worth = int(net.value[tandem, mate[tandem]].sum())
        x, y = np.split(found.x, [len(self.rows)])
        load = np.bincount(self.columns, weights=x, minlength=m)[self.several]
        return Relaxation(
            bound=(worth - Changes(net, mate).forcing[:n, :m]) // _PARTS,
            several=np.isin(np.arange(m), self.several[(y > 0.5) & (load > 1.5)]),
            doubtful=int(self.several[np.abs(y - 0.5).argmin()]),
        )

    def _priced(self, strong: Ints, places: Ints) -> Network:
        """Build the network in which a pair pays for using a mentor and the mentor earns by taking part."""
        net, rest = network_of(self.problem), self.problem.remaining
        n, m, k = *net.value.shape, len(self.several)
        price, earned = np.zeros((n, m), dtype=np.int64), np.zeros(m, dtype=np.int64)
        price[self.rows[self.strong], self.columns[self.strong]] = strong
        np.add.at(earned, self.columns[self.strong], strong)
        price[:, self.several] += places
        earned[self.several] += places * rest.places[self.several]
        nobody = np.zeros((n, k), dtype=np.int64)
        value = np.block(
            [[_PARTS * net.value - price, nobody], [np.zeros((k, m), int), np.diag(earned[self.several])]]
        )
        allowed = np.block([[net.allowed, nobody > 0], [np.zeros((k, m), bool), np.eye(k, dtype=bool)]])
        pool, own_places = net.pool.copy(), net.places.copy()
        pool[self.several], own_places[self.several] = len(net.quota) - 1, rest.places[self.several]
        return Network(
            value=value,
            allowed=allowed,
            places=np.append(own_places, np.ones(k, int)),
            mentee_pool=np.append(net.mentee_pool, np.full(k, len(net.mentee_quota) - 1)),
            mentee_quota=net.mentee_quota,
            pool=np.append(pool, net.pool[self.several]),
            quota=net.quota,
        )


def _matrix(entries: list[tuple[Ints, Ints, Ints | int]], size: tuple[int, int]) -> csr_array:
    """Return a matrix of the rows, columns and values given."""
    r, c = (np.concatenate([entry[k] for entry in entries]) for k in (0, 1))
    v = np.concatenate([np.broadcast_to(np.asarray(value), len(row)) for row, _, value in entries])
    return csr_array(coo_array((v, (r, c)), shape=size))


def _solved(gains: Ints, rules: list[LinearConstraint], spread: float) -> tuple[Ints, float]:
    """Return the best 0-1 answer and what bounds it; the relaxation seems to promise so much too much.

    A variable whose reduced cost in the linear relaxation exceeds what that promises beyond an answer in hand
    is in no better one [1]_: the solver gets the few others.

    References
    ----------
    .. [1] Nemhauser, Wolsey: Integer and Combinatorial Optimization, 1988, section II.5.2 (reduced-cost
       fixing).

    Raises
    ------
    NoAnswer
        If there is none.
    MentorkitError
        If the solver gives up.
    """
    most, *exact = rules
    equal = (
        {"A_eq": np.vstack([r.A for r in exact]), "b_eq": np.hstack([r.ub for r in exact])} if exact else {}
    )
    relaxed = linprog(-gains, most.A, most.ub, **equal, bounds=(0, 1), method="highs")
    _refuse_none(relaxed)
    while True:
        # half a point more, for what doubles round
        kept = np.flatnonzero(relaxed.lower.marginals <= spread + 0.5)
        found = milp(
            -gains[kept],
            integrality=np.ones(len(kept)),
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(rule.A[..., kept], rule.lb, rule.ub) for rule in rules],
            options={"mip_rel_gap": 0},
        )
        if found.status == _INFEASIBLE and len(kept) < len(gains):
            spread *= 8
            continue
        _refuse_none(found)
        missed = found.fun - relaxed.fun
        if missed <= spread or len(kept) == len(gains):
            whole = np.zeros_like(gains)
            whole[kept] = np.rint(found.x)
            return whole, -found.mip_dual_bound
        spread = missed


def _refuse_none(found: OptimizeResult) -> None:
    """Do nothing if the solver found an answer."""
    if found.status == _INFEASIBLE:
        raise NoAnswer
    if found.status != 0 or found.x is None:
        raise MentorkitError(say("The solver gave up: {message}", message=found.message))
