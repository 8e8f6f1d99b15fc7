"""The matching problem as bare arrays, and what its fixed tandems leave to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mentorkit.errors import MentorkitError
from mentorkit.language import later, say
from mentorkit.matching.links import Links

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Code = Literal["not_allowed", "mentee_twice", "places", "mentee_quota", "mentor_quota", "limit"]

_CONFLICTS: dict[Code, str] = {
    "not_allowed": later("The fixed tandem of row {row} and column {column} is not allowed."),
    "mentee_twice": later("Row {row} is fixed to several columns."),
    "places": later("Column {column} has fewer places than fixed tandems."),
    "mentee_quota": later("The fixed tandems exceed the quota of rows of organisation {organisation}."),
    "mentor_quota": later("The fixed tandems exceed the quota of columns of organisation {organisation}."),
    "limit": later("The fixed tandems leave no answer that keeps all limits."),
}


@dataclass(frozen=True)
class Conflict:
    """Why fixed tandems contradict the rules; indices count from 0, -1 where they do not apply."""

    code: Code
    mentee: int = -1
    mentor: int = -1
    organisation: int = -1
    #: Number of the limit; -1 where only several together leave no answer.
    limit: int = -1

    def __str__(self) -> str:
        sentence = _CONFLICTS[self.code]
        return say(sentence, row=self.mentee, column=self.mentor, organisation=self.organisation)


@dataclass(frozen=True, eq=False)
class Limit:
    """A limit over all tandems: the weights of those in the answer sum to ``most`` or less.

    At least half of the tandems of some kind is such a limit, too: 1 for the others, -1 for these, at most 0.

    Attributes
    ----------
    weights : (n, m) int
    most : int
    """

    weights: Ints
    most: int


@dataclass(frozen=True, eq=False)
class Remaining:
    """What is left to decide once the fixed tandems stand.

    Attributes
    ----------
    allowed : (n, m) bool
        Pairs that can still be added one by one without breaking a rule.
    places : (m,) int
        Places left, at most as many as there are allowed partners.
    mentee_quota, mentor_quota : (groups,) int
        Tandems of mentees, and persons among the mentors who hold no fixed tandem, still possible.
    taking_part : (m,) bool
        Mentors with a fixed tandem: their other places no longer count against a quota.
    mentees_scarce, mentors_scarce : (groups,) bool
        Organisations with more candidates left than quota; only their quotas matter.
    """

    allowed: Bools
    places: Ints
    mentee_quota: Ints
    mentor_quota: Ints
    taking_part: Bools
    mentees_scarce: Bools
    mentors_scarce: Bools


@dataclass(frozen=True, eq=False)
class Problem:
    """Whom to pair under which rules.

    The answer depends on the arrays only; where several optima exist and no ``ties`` decide, on their order
    too.

    Parameters
    ----------
    scores : (n, m) int
        Score of each mentee (row) with each mentor (column), whole numbers of at least 0.
    allowed : (n, m) bool
        Which pairs may become a tandem.
    places : (m,) int
        Most tandems of each mentor.
    mentee_group, mentor_group : (n,), (m,) int
        Organisations, numbered from 0.
    mentee_quota : (groups,) int, optional
        Most tandems of each organisation's mentees; none without.
    mentor_quota : (groups,) int, optional
        Most mentors of each organisation that take part, each counted once however many places she has.
    locked : sequence of (int, int)
        Pairs that must be in the answer.
    wishes : (n, m) int, optional
        What a wish is worth for the goal ``wishes``, 0 where there is none; the higher the dearer.
    limits : sequence of Limit, optional
    links : Links, optional
        What tandems lose by sharing links; no pair loses more than its score.
    ties : (n, m) int, optional
        Of several optima in network form the one is taken whose ties sum to most; numbers of up to 30 bits
        that belong to the two people and nothing else make it a single one, whatever the order.

    Raises
    ------
    MentorkitError
        If shapes do not fit, numbers are negative, not whole or too large to be added exactly.
    """

    scores: Ints
    allowed: Bools
    places: Ints
    mentee_group: Ints
    mentor_group: Ints
    mentee_quota: Ints | None = None
    mentor_quota: Ints | None = None
    locked: tuple[tuple[int, int], ...] = ()
    wishes: Ints | None = None
    limits: tuple[Limit, ...] = ()
    ties: Ints | None = None
    links: Links | None = None

    def __post_init__(self) -> None:
        scores = _whole("scores", self.scores)
        if scores.ndim != 2:
            raise MentorkitError(say("The scores must be a table of rows and columns."))
        n, m = scores.shape
        values: dict[str, Any] = {
            "scores": scores,
            "allowed": _shaped("allowed", np.asarray(self.allowed, dtype=bool), (n, m)),
            "places": _shaped("places", _whole("places", self.places), (m,)),
            "mentee_group": _shaped("mentee_group", _whole("mentee_group", self.mentee_group), (n,)),
            "mentor_group": _shaped("mentor_group", _whole("mentor_group", self.mentor_group), (m,)),
            "mentee_quota": _quota("mentee_quota", self.mentee_quota, self.mentee_group),
            "mentor_quota": _quota("mentor_quota", self.mentor_quota, self.mentor_group),
            "locked": tuple(sorted({(int(i), int(j)) for i, j in self.locked})),
            "wishes": None
            if self.wishes is None
            else _shaped("wishes", _whole("wishes", self.wishes), (n, m)),
            "ties": None if self.ties is None else _shaped("ties", _whole("ties", self.ties), (n, m)),
        }
        for limit in self.limits:
            _shaped("limits", np.asarray(limit.weights), (n, m))
        if self.links is not None:
            self.links.check(scores)
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if not all(0 <= i < n and 0 <= j < m for i, j in self.locked):
            raise MentorkitError(say("A fixed tandem names a row or column that does not exist."))
        # 16 tandems' worth of head room for sums; linear_sum_assignment counts in doubles
        if 16 * (n + m + 1) * self.big >= 2**53:
            raise MentorkitError(say("The scores are too large to be added exactly."))

    @cached_property
    def big(self) -> int:
        """The worth of one more tandem, or of one point of a wish: more than any total of scores can be."""
        return len(self.scores) * int(self.scores.max(initial=0)) + 1

    @cached_property
    def locked_pairs(self) -> tuple[Ints, Ints]:
        """Rows and columns of the fixed tandems."""
        pairs = np.array(self.locked, dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    @cached_property
    def conflict(self) -> Conflict | None:
        """The first contradiction between fixed tandems and rules, if there is one."""
        i, j = self.locked_pairs
        for k in np.flatnonzero(~self.allowed[i, j]):
            return Conflict("not_allowed", mentee=int(i[k]), mentor=int(j[k]))
        for k in np.flatnonzero(np.bincount(i, minlength=1) > 1):
            return Conflict("mentee_twice", mentee=int(k))
        for k in np.flatnonzero(np.bincount(j, minlength=len(self.places)) > self.places):
            return Conflict("places", mentor=int(k))
        rest = self.remaining
        for k in np.flatnonzero(rest.mentee_quota < 0):
            return Conflict("mentee_quota", organisation=int(k))
        for k in np.flatnonzero(rest.mentor_quota < 0):
            return Conflict("mentor_quota", organisation=int(k))
        return None

    @cached_property
    def remaining(self) -> Remaining:
        """What the fixed tandems leave to decide."""
        i, j = self.locked_pairs
        m = len(self.places)
        taking_part = np.bincount(j, minlength=m) > 0
        places = self.places - np.bincount(j, minlength=m)
        mentee_quota = _left(self.mentee_quota, self.mentee_group, i)
        mentor_quota = _left(self.mentor_quota, self.mentor_group, np.flatnonzero(taking_part))
        rows: Bools = mentee_quota[self.mentee_group] > 0
        rows[i] = False
        columns = (places > 0) & (taking_part | (mentor_quota[self.mentor_group] > 0))
        allowed = self.allowed if rows.all() and columns.all() else self.allowed & rows[:, None] & columns
        places = np.minimum(np.where(columns, places, 0), np.count_nonzero(allowed, axis=0))
        candidates = self.mentee_group[allowed.any(axis=1)]
        mentees = np.bincount(candidates, minlength=len(mentee_quota))
        mentors = np.bincount(self.mentor_group[(places > 0) & ~taking_part], minlength=len(mentor_quota))
        return Remaining(
            allowed,
            places,
            mentee_quota,
            mentor_quota,
            taking_part,
            mentees_scarce=mentees > mentee_quota,
            mentors_scarce=mentors > mentor_quota,
        )

    @cached_property
    def persons_matter(self) -> bool:
        """Whether a scarce organisation has a mentor with several places.

        Then persons and tandems are not the same count, and the problem is no network flow.
        """
        rest = self.remaining
        several = (rest.places > 1) & ~rest.taking_part
        return bool((several & rest.mentors_scarce[self.mentor_group]).any())

    @cached_property
    def mixed(self) -> bool:
        """Whether the problem is no network flow but a mixed-integer programme."""
        return self.persons_matter or bool(self.limits) or self.links is not None

    def value(self, mate: Ints) -> int:
        """Return ``big * tandems + total`` of a matching, exactly."""
        return self.big * int(np.count_nonzero(mate >= 0)) + self.total(mate)

    def total(self, mate: Ints) -> int:
        """Return the sum of the scores of a matching, less what is taken off for shared links."""
        rows = np.flatnonzero(mate >= 0)
        return int(self.scores[rows, mate[rows]].sum()) - self.taken_off(mate)

    def taken_off(self, mate: Ints) -> int:
        """Return what the tandems of a matching lose by sharing links."""
        rows = np.flatnonzero(mate >= 0)
        return 0 if self.links is None else self.links.lost(rows, mate[rows])

    def with_locked(self, mate: Ints) -> Ints:
        """Return a matching of the remaining people together with the fixed tandems."""
        i, j = self.locked_pairs
        mate = mate.copy()
        mate[i] = j
        return mate

    def only_scores(self, lowest: int) -> Problem:
        """Return the problem in which a tandem needs a score of at least ``lowest``, fixed ones apart."""
        allowed = self.allowed & (self.scores >= lowest)
        allowed[self.locked_pairs] = self.allowed[self.locked_pairs]
        return replace(self, allowed=allowed)

    def wishes_first(self) -> Problem:
        """Return the problem in which fulfilled wishes count before scores: each point ``big`` of them."""
        if self.wishes is None:
            return self
        return replace(self, scores=self.scores + self.big * self.wishes, wishes=None)

    def counting(self) -> Problem:
        """Return the problem in which only the number of tandems counts."""
        return replace(self, scores=np.zeros_like(self.scores), links=None)

    def among(self, mentees: Ints, mentors: Ints) -> Problem:
        """Return the problem of these people alone, in this order; they include those of fixed tandems."""
        pairs = np.ix_(mentees, mentors)
        row = {int(i): k for k, i in enumerate(mentees)}
        column = {int(j): k for k, j in enumerate(mentors)}
        return replace(
            self,
            scores=self.scores[pairs],
            allowed=self.allowed[pairs],
            places=self.places[mentors],
            mentee_group=self.mentee_group[mentees],
            mentor_group=self.mentor_group[mentors],
            locked=tuple((row[i], column[j]) for i, j in self.locked),
            wishes=None if self.wishes is None else self.wishes[pairs],
            ties=None if self.ties is None else self.ties[pairs],
            limits=tuple(replace(limit, weights=limit.weights[pairs]) for limit in self.limits),
            links=self.links and self.links.among(pairs),
        )


def _whole(name: str, values: ArrayLike) -> Ints:
    array = np.asarray(values)
    whole: Ints | None = array.astype(np.int64) if array.dtype.kind in "iub" or not array.size else None
    if whole is None and array.dtype.kind == "f" and np.isfinite(array).all():
        with np.errstate(invalid="ignore"):  # what is too large for a whole number differs from it below
            whole = np.rint(array).astype(np.int64)
    if whole is None or (array.dtype.kind == "f" and (whole != array).any()):
        raise MentorkitError(say("{name} must be whole numbers.", name=name))
    if (whole < 0).any():
        raise MentorkitError(say("{name} must not be negative.", name=name))
    return whole


def _shaped(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if array.shape != shape:
        raise MentorkitError(
            say("{name} has the shape {found} instead of {shape}.", name=name, found=array.shape, shape=shape)
        )
    return array


def _quota(name: str, quota: Ints | None, group: Ints) -> Ints | None:
    if quota is None:
        return None
    whole = _whole(name, quota)
    if whole.ndim != 1 or len(whole) <= np.max(group, initial=-1):
        raise MentorkitError(say("{name} must hold one number for each organisation.", name=name))
    return whole


def _left(quota: Ints | None, group: Ints, locked: Ints) -> Ints:
    """Quota of each group less its locked members; without quota as many as there are members."""
    groups = int(group.max(initial=-1)) + 1
    all_ = np.bincount(group, minlength=groups) if quota is None else quota
    return cast("Ints", all_ - np.bincount(group[locked], minlength=len(all_)))
