"""Numbers for all pairs that depend on few different answers: each two answers are compared once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mentorkit.matching.pool import Floats, Ints, plain

#: So many rows are reckoned at a time.
BLOCK = 64
Answer = TypeVar("Answer", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Levels:
    """An (n, m) array as a table of the different answers and where each person stands in it.

    Attributes
    ----------
    table : (u, v) array
        One row per different answer of mentees, one column per different answer of mentors.
    rows, columns : (n,), (m,) int
    """

    table: NDArray[Any]
    rows: Ints
    columns: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        return len(self.rows), len(self.columns)

    def at(self, i: int, j: int) -> Any:  # noqa: ANN401 - whatever the table holds
        """Return the number of one pair."""
        return self.table[self.rows[i], self.columns[j]]

    def block(self, start: int, stop: int) -> NDArray[Any]:
        """Return some rows of the array."""
        rows = self.table[self.rows[start:stop]]
        return rows if self._all_columns else np.take(rows, self.columns, axis=1)

    def by_mentor(self) -> Levels:
        """Return the same with a column of the table for each mentor, if mentees gave few answers.

        Blocks of it are copies of whole rows, several times as fast.
        """
        if self._all_columns or 2 * len(self.table) > len(self.rows):
            return self
        table = np.take(self.table, self.columns, axis=1)
        return Levels(table, self.rows, np.arange(len(self.columns)))

    @cached_property
    def _all_columns(self) -> bool:
        """Whether each mentor has a column of her own, in order."""
        return np.array_equal(self.columns, np.arange(self.table.shape[1]))

    def full(self) -> NDArray[Any]:
        """Return the whole array."""
        return self.block(0, len(self.rows))

    def map(self, change: Callable[[NDArray[Any]], NDArray[Any]], kind: type[np.generic]) -> Levels:
        """Return the array with each number changed into one of a kind."""
        table = np.empty(self.table.shape, kind)
        for k in range(0, len(table), BLOCK):  # a few rows at a time stay in the processor's cache
            table[k : k + BLOCK] = change(self.table[k : k + BLOCK])
        return replace(self, table=table)


def levels_of(values: Floats | Levels) -> Levels:
    """Return an array as levels, each person with an answer of her own."""
    if isinstance(values, Levels):
        return values
    array = np.asarray(values, dtype=float)
    rows, columns = (np.arange(size) for size in array.shape) if array.ndim == 2 else (np.arange(0),) * 2
    return Levels(array, rows, columns)


def by_answer(
    mentees: Sequence[Answer | None],
    mentors: Sequence[Answer | None],
    compare: Callable[[list[Answer], list[Answer]], Floats],
) -> Levels:
    """Compare each two different answers once; NaN where one of them is None.

    Parameters
    ----------
    mentees, mentors
        One answer per person.
    compare
        Gives the (u, v) numbers of u different answers of mentees and v of mentors.
    """
    left, rows = _numbered(mentees)
    right, columns = _numbered(mentors)
    if left and right and min(rows) >= 0 and min(columns) >= 0:
        return Levels(compare(left, right), rows, columns)
    table = np.full((len(left) + 1, len(right) + 1), np.nan)
    if left and right:
        table[:-1, :-1] = compare(left, right)
    return Levels(table, rows, columns)


def _numbered(answers: Sequence[Answer | None]) -> tuple[list[Answer], Ints]:
    """Return the different answers, and which one each person gave; -1, one more than these, for none."""
    known = list(dict.fromkeys(answer for answer in answers if answer is not None))
    number: dict[Answer | None, int] = {answer: k for k, answer in enumerate(known)}
    return known, np.array([number.get(answer, -1) for answer in answers], dtype=np.int64)


def same(mentees: Iterable[object], mentors: Iterable[object]) -> Levels:
    """Return 1 where two texts are the same but for case and space, else 0, NaN where one is missing."""

    def equal(left: list[str], right: list[str]) -> Floats:
        return np.array([[float(a == b) for b in right] for a in left])

    left, right = ([None if missing(v) else plain(v) for v in side] for side in (mentees, mentors))
    return by_answer(left, right, equal)


def missing(value: object) -> bool:
    """Tell whether an answer is not there."""
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN


def numbers(answers: Iterable[object]) -> list[float | None]:
    """Return answers as numbers, None where there is none."""
    return [
        None if not isinstance(v, int | float) or isinstance(v, bool) or missing(v) else float(v)
        for v in answers
    ]
