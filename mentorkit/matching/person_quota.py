"""Quotas that count persons with several places each: a mixed-integer programme.

Choosing at most so many mentors of an organisation where each brings several places is a maximum coverage
problem, NP-hard. The rows ``x[i, j] <= y[j]`` make the linear relaxation strong: nearly always it is whole
at once. What the solver says is checked in whole numbers: the answer obeys the rules, and its bound leaves
no room for a better one.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from mentorkit.errors import MentorkitError
from mentorkit.language import say
from mentorkit.matching.problem import Bools, Ints, Problem

SOLVER = "scipy.optimize.milp (HiGHS)"
# Beyond, doubles and the solver's tolerances no longer tell neighbouring whole numbers apart.
_LARGEST_SUM = 10**9


class PersonChoice:
    """The mixed-integer programme of what the fixed tandems of a problem leave to decide.

    Variables are one ``x`` per pair still allowed and one ``y`` per mentor of a scarce organisation.
    """

    def __init__(self, problem: Problem) -> None:
        rest = problem.remaining
        self.problem = problem
        self.rows, self.columns = np.nonzero(rest.allowed)
        self.counted = (
            rest.mentors_scarce[problem.mentor_group] & ~rest.taking_part & (rest.places > 0)
        ).nonzero()[0]
        pairs, persons = len(self.rows), len(self.counted)
        x, y = np.arange(pairs), pairs + np.arange(persons)
        person = np.full(len(rest.places), -1)
        person[self.counted] = y
        strong = np.flatnonzero(person[self.columns] >= 0)
        n, m = problem.scores.shape
        groups, mentor_groups = len(rest.mentee_quota), len(rest.mentor_quota)
        # One row each: a mentee, a mentor's places, a pair of a counted mentor, a quota on either side.
        start = np.cumsum([0, n, m, len(strong), groups, mentor_groups])
        strong_rows = start[2] + np.arange(len(strong))
        entries = [
            (self.rows, x, 1),
            (start[1] + self.columns, x, 1),
            (start[1] + self.counted, y, -rest.places[self.counted]),
            (strong_rows, strong, 1),
            (strong_rows, person[self.columns[strong]], -1),
            (start[3] + problem.mentee_group[self.rows], x, 1),
            (start[4] + problem.mentor_group[self.counted], y, 1),
        ]
        r, c, v = (
            np.concatenate([np.broadcast_to(entry[k], len(entry[0])) for entry in entries]) for k in range(3)
        )
        self.matrix = csr_array(coo_array((v, (r, c)), shape=(int(start[-1]), pairs + persons)))
        own = np.where(person >= 0, 0, rest.places)
        self.upper = np.concatenate(
            [np.ones(n, int), own, np.zeros(len(strong), int), rest.mentee_quota, rest.mentor_quota]
        )

    def best(
        self, tandems: Ints, total: Ints, must: int | None = None, among: Bools | None = None
    ) -> tuple[Ints, int, int]:
        """Find the matching with the greatest sum of ``tandems``, then of ``total``.

        Parameters
        ----------
        tandems, total : (pairs,) int
            What each pair ``rows[k], columns[k]`` counts in the two sums.
        must : int, optional
            A mentee who has to be in a tandem with one of the mentors ``among`` (m,).

        Returns
        -------
        mate : (n,) int
        tandems, total : int
            The two sums; no matching has better ones.
        """
        lower = np.full(len(self.upper), -np.inf)
        most = np.ones(self.matrix.shape[1])
        if must is not None and among is not None:
            lower[must] = 1
            most[: len(self.rows)] = (self.rows != must) | among[self.columns]
        rules = [LinearConstraint(self.matrix, lower, self.upper)]
        big = 2 * self._reach(total) + 1
        if big * (1 + self._reach(tandems)) < _LARGEST_SUM:
            x = self._maximum(big * tandems + total, rules, most)
        else:
            x = self._maximum(tandems, rules, most)
            first = np.concatenate([tandems, np.zeros(len(self.counted), dtype=np.int64)])
            reached = int(tandems[x].sum())
            x = self._maximum(total, [*rules, LinearConstraint(first[None, :], reached, reached)], most)
        mate = np.full(len(self.problem.scores), -1, dtype=np.int64)
        mate[self.rows[x]] = self.columns[x]
        return mate, int(tandems[x].sum()), int(total[x].sum())

    def _reach(self, gain: Ints) -> int:
        """No matching gains or loses more: each mentee counts at most once."""
        most = np.zeros(len(self.problem.scores), dtype=np.int64)
        np.maximum.at(most, self.rows, np.abs(gain))
        return int(most.sum())

    def _maximum(self, gain: Ints, rules: list[LinearConstraint], most: Ints) -> Bools:
        """Solve, and accept only what whole numbers confirm; returns which pairs are tandems."""
        gains = np.concatenate([gain, np.zeros(len(self.counted), dtype=np.int64)])
        found = milp(
            -gains,
            integrality=np.ones(len(gains)),
            bounds=Bounds(0, most),
            constraints=rules,
            options={"mip_rel_gap": 0},
        )
        if found.status != 0 or found.x is None:
            raise MentorkitError(say("The solver gave up: {message}", message=found.message))
        whole = np.rint(found.x).astype(np.int64)
        sums = self.matrix @ whole
        obeys = (
            bool((whole >= 0).all() and (whole <= most).all())
            and bool((sums <= self.upper).all() and (sums >= rules[0].lb).all())
            and all(rule.A[0] @ whole == rule.lb for rule in rules[1:])
        )
        bound = -float(found.mip_dual_bound)
        if not obeys or abs(bound - int(gains @ whole)) >= 0.5:
            raise MentorkitError(say("The solver could not prove that its answer is the best."))
        return cast("Bools", whole[: len(self.rows)] > 0)
