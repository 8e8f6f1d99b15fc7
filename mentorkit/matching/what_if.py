"""What would change: one tandem less, one place more, and the matchings nearly as good as the best.

Everything is measured under the goal ``total`` and all rules, like the prices of forced pairs. In the network
form one residual network answers at once; in the mixed-integer form each question is solved again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mentorkit.matching.network_flow import network_of
from mentorkit.matching.problem import Bools, Ints, Problem
from mentorkit.matching.residual import Changes
from mentorkit.matching.solve import Solution, solve
from mentorkit.programme.records import Role


class Difference(NamedTuple):
    """Tandems and points between two matchings; the points may be negative where tandems differ."""

    tandems: int
    points: int


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Questions to the best matching of a problem.

    Attributes
    ----------
    problem : Problem
        Without contradictions.
    best : Solution
        Its optimum under the goal ``total``.
    """

    problem: Problem
    best: Solution

    @cached_property
    def _changes(self) -> Changes | None:
        """The residual network of what is not fixed; None in the mixed-integer form."""
        if self.problem.mixed:
            return None
        return Changes(network_of(self.problem), self._free_mate)

    @property
    def _free_mate(self) -> Ints:
        """The optimum without its fixed tandems."""
        mate = self.best.mate.copy()
        mate[self.problem.locked_pairs[0]] = -1
        return mate

    def _gained(self, worth: int, big: int | None = None) -> Difference:
        """Return what a gain of worth means in tandems and points."""
        best, big = self.best, big or self.problem.big
        tandems, total = divmod(big * best.tandems + best.total + int(worth), big)
        return Difference(tandems - best.tandems, total - best.total)

    def _lost(self, worth: int) -> Difference:
        gained = self._gained(-worth)
        return Difference(-gained.tandems, -gained.points)

    def _gained_by(self, other: Problem) -> Difference:
        found = solve(other)
        return Difference(found.tandems - self.best.tandems, found.total - self.best.total)

    def without(self, rows: Iterable[int]) -> list[Difference | None]:
        """Return what is lost where each of these mentees may not have her tandem.

        None where the limits and the fixed tandems leave no matching without it.

        Raises
        ------
        ValueError
            If one has no tandem, or a fixed one.
        """
        rows = list(rows)
        if set(rows) & {i for i, _ in self.problem.locked} or (self.best.mate[rows] < 0).any():
            raise ValueError("only a tandem that is not fixed can be forbidden")
        if self._changes:
            return [self._lost(self._changes.forbidding[i]) for i in rows]
        found = (solve(self._forbidding(i)) for i in rows)
        return [
            Difference(self.best.tandems - s.tandems, self.best.total - s.total)
            if s.status == "optimal"
            else None
            for s in found
        ]

    def _forbidding(self, i: int) -> Problem:
        allowed = self.problem.allowed.copy()
        allowed[i, self.best.mate[i]] = False
        return replace(self.problem, allowed=allowed)

    def one_more_place(self, mentor: int) -> Difference:
        """Return what is gained if a mentor takes one mentee more."""
        rest = self.problem.remaining
        counted = rest.mentors_scarce[self.problem.mentor_group[mentor]] and not rest.taking_part[mentor]
        # with a second place, persons and tandems would not be the same count any more
        if self._changes and rest.places[mentor] and not counted:
            return self._gained(self._changes.one_more_place[mentor])
        places = self.problem.places.copy()
        places[mentor] += 1
        return self._gained_by(replace(self.problem, places=places))

    def one_more_of(self, role: Role, group: int) -> Difference:
        """Return what is gained if an organisation may send one person more in a role."""
        rest = self.problem.remaining
        if role == "mentee":
            quota, left, scarce = self.problem.mentee_quota, rest.mentee_quota, rest.mentees_scarce
        else:
            quota, left, scarce = self.problem.mentor_quota, rest.mentor_quota, rest.mentors_scarce
        if quota is None or (left[group] > 0 and not scarce[group]):
            return Difference(0, 0)
        if self._changes and left[group] > 0:
            gains = self._changes.one_more_mentee if role == "mentee" else self._changes.one_more_mentor
            return self._gained(gains[np.count_nonzero(scarce[:group])])
        more = quota + (np.arange(len(quota)) == group)
        if role == "mentee":
            return self._gained_by(replace(self.problem, mentee_quota=more))
        return self._gained_by(replace(self.problem, mentor_quota=more))

    def newcomers(self, scores: Ints, allowed: Bools, links: Ints | None = None) -> list[Difference]:
        """Return what each of k further mentors would gain, with one place and outside all quotas and limits.

        Parameters
        ----------
        scores : (n, k) int
        allowed : (n, k) bool
        links : (n, k) int, optional
            On which link each pair would be, as the problem numbers them, -1 for none; none without.
        """
        links = np.full(scores.shape, -1) if links is None else links
        every = self._joined(scores, allowed, links)
        if every.mixed:
            each = np.arange(scores.shape[1])[:, None]
            return [self._gained_by(self._joined(scores[:, k], allowed[:, k], links[:, k])) for k in each]
        # they stand in the network without a place yet
        net = network_of(every)
        places = np.append(self.problem.places, np.zeros(scores.shape[1], dtype=np.int64))
        changes = Changes(replace(net, places=np.minimum(net.places, places)), self._free_mate)
        return [self._gained(gain, every.big) for gain in changes.one_more_place[len(self.problem.places) :]]

    def _joined(self, scores: Ints, allowed: Bools, links: Ints) -> Problem:
        """Return the problem with k further mentors from outside all organisations."""
        problem, k = self.problem, scores.shape[1]
        elsewhere = int(problem.mentor_group.max(initial=-1)) + 1
        if (quota := problem.mentor_quota) is not None:
            elsewhere = len(quota)
            quota = np.append(quota, k)
        return replace(
            problem,
            scores=np.column_stack([problem.scores, scores]),
            allowed=np.column_stack([problem.allowed, allowed]),
            places=np.append(problem.places, np.ones(k, dtype=np.int64)),
            mentor_group=np.append(problem.mentor_group, np.full(k, elsewhere)),
            mentor_quota=quota,
            wishes=None,
            ties=None,
            limits=tuple(
                replace(limit, weights=np.pad(limit.weights, ((0, 0), (0, k)))) for limit in problem.limits
            ),
            links=problem.links and problem.links.joined_by(links),
        )

    def second_best(self) -> Ints | None:
        """Return the best matching that differs from the optimum; None where there is no other.

        Any other matching lacks a tandem of the optimum, so it is the best one without some tandem.
        """
        free = np.setdiff1d(np.flatnonzero(self.best.mate >= 0), self.problem.locked_pairs[0])
        if not len(free):
            return None
        losses = [(loss, i) for loss, i in zip(self.without(free), free.tolist(), strict=True) if loss]
        return solve(self._forbidding(min(losses)[1])).mate if losses else None

    def different(self, count: int = 3, lose: int | None = None) -> list[Ints]:
        """Return matchings with as many tandems and nearly the total, each unlike those before.

        A pair that the optimum or an earlier answer holds is worth less, by a penalty; each answer is the
        best matching under the largest penalty that leaves it near enough.

        Parameters
        ----------
        count
            At most so many.
        lose : int, optional
            By how many points the total may fall; 2 % of it without.
        """
        least = self.best.total - (self.best.total // 50 if lose is None else lose)
        seen = [self.best.mate]
        while len(seen) <= count:
            found = self._unlike(seen, least)
            if any(np.array_equal(found, mate) for mate in seen):
                break
            seen.append(found)
        return seen[1:]

    def _unlike(self, seen: list[Ints], least: int) -> Ints:
        overlap = np.zeros_like(self.problem.scores)
        for mate in seen:
            rows = np.flatnonzero(mate >= 0)
            overlap[rows, mate[rows]] += 1
        low, high, best = 1, int(self.problem.scores.max(initial=0)) + 1, self.best.mate
        while low <= high:
            penalty = (low + high) // 2
            worth = self.problem.scores + penalty * (len(seen) - overlap)
            mate = solve(replace(self.problem, scores=worth)).mate
            if self.problem.total(mate) >= least:
                best, low = mate, penalty + 1
            else:
                high = penalty - 1
        return best
