"""What the names of files tell of their editions: *Liste 2*, *Liste neu*, *Liste Stand 30.09.2008*."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import PurePath

from mentorkit.intake.text import words
from mentorkit.intake.vocabulary import EDITION

#: Dates in names: 2008-09-30 or 20080930, 30.09.2008 or 30_09_2008, 30.9.08, 30.9.
_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-_. ]?)(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})(?P<s>[-_. ]) ?(?P<m>\d{1,2})(?P=s) ?(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\.(?! ?\d)"),
)
#: The dot of the last one may be that of the file's suffix; it may be a number, too: *Liste 1.2*.
_OPEN_DATE = re.compile(r"(?<!\d)(?P<d>\d{1,2})\.(?P<m>\d{1,2})$")
#: A date without a year is of a leap year; days this far apart may be of two years.
_ANY_YEAR, _HALF_A_YEAR = 2000, 183
_PARTS = re.compile(r"\d+|\D+").findall


@dataclass(frozen=True)
class Edition:
    """What a file's name tells.

    Attributes
    ----------
    title
        The words that do not tell editions apart.
    marks
        The numbers and words that do; a word such as *neu* counts as infinity.
    date
        The day it names.
    dated
        Whether the day has a year.
    """

    title: tuple[str, ...]
    marks: tuple[float, ...]
    date: dt.date | None = None
    dated: bool = False

    @classmethod
    def of(cls, name: str) -> Edition:
        """Read a file's name."""
        stem, date, dated = PurePath(name).stem, None, False
        for pattern in _DATES:
            found = pattern.search(stem)
            if found and (date := _day(found)):
                stem, dated = f"{stem[: found.start()]} {stem[found.end() :]}", "y" in found.groupdict()
                break
        else:
            if found := _OPEN_DATE.search(stem):
                date = _day(found)
        parts = [part for word in words(stem) for part in _PARTS(word)]
        marks = [part for part in parts if part.isdecimal() or part in EDITION]
        title = tuple(part for part in parts if part not in marks)
        return cls(title, tuple(float(m) if m.isdecimal() else inf for m in marks), date, dated)

    @property
    def order(self) -> tuple[object, ...]:
        """By what editions are put in order, whether that is sure or not; a word goes behind a number."""
        return self.date is not None, self.date or dt.date.min, self.marks

    def is_before(self, other: Edition) -> bool:
        """Tell whether this is an earlier edition than another one, for sure."""
        steps = {_step(self.marks, other.marks), self._days_to(other)}
        return self.title == other.title and steps - {0} == {1}

    def _days_to(self, other: Edition) -> int | None:
        """Return 1 if the other one's day is later, -1 if it is earlier, 0 if equal, None if unsure."""
        if self.date is None or other.date is None or self.dated != other.dated:
            return 0 if self.date == other.date else None
        days = (other.date - self.date).days
        return None if not self.dated and abs(days) >= _HALF_A_YEAR else (days > 0) - (days < 0)


def _step(one: tuple[float, ...], other: tuple[float, ...]) -> int | None:
    """Return 1 if marks go on from one to the other, -1 if backwards, 0 if equal, None if unsure."""
    for a, b in zip(one, other, strict=False):
        if a != b:
            return (b > a) - (b < a) if isfinite(a) and isfinite(b) else None
    return (len(other) > len(one)) - (len(other) < len(one))


def _day(found: re.Match[str]) -> dt.date | None:
    parts = {name: int(text) for name, text in found.groupdict().items() if name != "s"}
    year = parts.get("y", _ANY_YEAR)
    try:
        return dt.date(year if year > 99 else _ANY_YEAR + year, parts["m"], parts["d"])
    except ValueError:
        return None
