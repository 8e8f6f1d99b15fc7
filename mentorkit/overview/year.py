"""The year of a run as a line: its phases, its dates and the day it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mentorkit.language import later
from mentorkit.programme.settings import CalendarEntry

PhaseName = Literal["applications", "matching", "tandems", "evaluation"]
PHASES: dict[PhaseName, str] = {
    "applications": later("Applications"),
    "matching": later("Matching"),
    "tandems": later("Tandems"),
    "evaluation": later("Evaluation"),
}
#: Entries with which the tandems begin.
BEGINNINGS = ("opening", "kickoff", "start")
#: So far beyond its ends the line of a year is drawn, so that today lies on it.
NEAR = dt.timedelta(days=92)


@dataclass(frozen=True)
class Phase:
    """A part of the year; its last day is the first of the next phase."""

    name: PhaseName
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Year:
    """A calendar of at least one entry, in order."""

    entries: tuple[CalendarEntry, ...]
    phases: tuple[Phase, ...]
    first: dt.date
    last: dt.date

    def share(self, day: dt.date) -> float:
        """Return how much of the year lies before a day, from 0 to 1; days beyond it lie at its ends."""
        length = max((self.last - self.first).days, 1)
        return min(max((day - self.first).days / length, 0.0), 1.0)

    def around(self, day: dt.date) -> Year:
        """Return the same year on a line that reaches to a day, where that is near."""
        near = self.first - NEAR <= day <= self.last + NEAR
        return replace(self, first=min(self.first, day), last=max(self.last, day)) if near else self

    def reaches(self, day: dt.date) -> bool:
        """Tell whether a day lies on the line."""
        return self.first <= day <= self.last

    def phase(self, day: dt.date) -> Phase | None:
        """Return the phase that a day is in; None before the first and after the last."""
        return next((p for p in reversed(self.phases) if p.first <= day <= p.last), None)

    def past(self, day: dt.date) -> int:
        """Return how many entries are past."""
        return sum(entry.last_day < day for entry in self.entries)


def year(calendar: Sequence[CalendarEntry]) -> Year | None:
    """Return the year that a calendar tells; None where it is empty."""
    if not calendar:
        return None
    entries = tuple(sorted(calendar, key=lambda entry: (entry.day, entry.last_day)))
    first, last = entries[0].day, max(entry.last_day for entry in entries)
    return Year(entries, _phases(entries, first, last), first, last)


def _phases(entries: tuple[CalendarEntry, ...], first: dt.date, last: dt.date) -> tuple[Phase, ...]:
    closing = next((e.last_day for e in entries if e.key == "closing"), None)
    begin = beginning(entries)
    end = next((e.last_day for e in entries if e.key == "end"), None)
    marks: list[tuple[PhaseName, dt.date | None, dt.date | None]] = [
        ("applications", first, closing),
        ("matching", closing, begin),
        ("tandems", begin, end or last),
        ("evaluation", end, last),
    ]
    return tuple(Phase(name, a, b) for name, a, b in marks if a is not None and b is not None and a < b)


def beginning(calendar: Sequence[CalendarEntry]) -> dt.date | None:
    """Return the day on which the tandems begin: the first such entry after the closing date."""
    closing = next((e.last_day for e in calendar if e.key == "closing"), dt.date.min)
    return min((e.day for e in calendar if e.key in BEGINNINGS and e.day > closing), default=None)
