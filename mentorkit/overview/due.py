"""What is due in a run: dates of the next weeks, and what has to be done before the year can go on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from mentorkit.overview.runs import Overview
from mentorkit.overview.year import beginning
from mentorkit.programme.retention import KindKept, kept_until

#: How far ahead dates are told, in days.
AHEAD = 28
#: Dates of the calendar told per run.
DATES = 3

Kind = Literal[
    "calendar",
    "take_in",
    "doubtful",
    "selection",
    "vacancy",
    "approve",
    "alone",
    "evaluate",
    "next_run",
    "erase",
    "request",
    "date",
]


@dataclass(frozen=True)
class Due:
    """Something to do or to know, by when or since when."""

    run_id: str
    kind: Kind
    day: dt.date | None = None
    overdue: bool = False
    #: How many applications or people it is about.
    n: int = 0
    #: Of a date: what it is called, and its last day.
    title: str = ""
    until: dt.date | None = None


def due(seen: Overview) -> list[Due]:
    """Return what is due in a run for whoever looks, most urgent first."""
    todo = list(_to_do(seen))
    if vacant := _vacant(seen):
        todo.append(Due(seen.run.id, "vacancy", n=vacant))
    if seen.requests:
        by = min(request.due for request in seen.requests)
        late = _is_past(by, seen.today)
        todo.append(Due(seen.run.id, "request", by, overdue=late, n=len(seen.requests)))
    # until when applications come in is told by what is to do about them
    told = {item.day for item in todo if item.kind == "take_in"}
    dates = [item for item in _dates(seen) if item.day not in told]
    return sorted([*todo, *dates], key=lambda item: _urgency(item, seen.today))


def by_urgency(runs: Iterable[Overview]) -> list[tuple[Overview, list[Due]]]:
    """Return runs with what is due in each, the run that needs something first before the others."""
    found = [(seen, due(seen)) for seen in runs]

    def order(run: tuple[Overview, list[Due]]) -> tuple[bool, tuple[int, dt.date, int], bool, str]:
        seen, items = run
        first = _urgency(items[0], seen.today) if items else (9, dt.date.max, 9)
        return not items, first, seen.dates_are_over, seen.run.id

    return sorted(found, key=order)


def most_urgent(items: Iterable[Due], today: dt.date) -> list[Due]:
    """Return what is due in several runs, most urgent first."""
    return sorted(items, key=lambda item: _urgency(item, today))


def _urgency(item: Due, today: dt.date) -> tuple[int, dt.date, int]:
    """Sort the overdue first, then by day; on one day what is to do before what is only to know."""
    last = item.kind in ("evaluate", "next_run")
    order = 0 if item.overdue else 2 if last else 1
    return order, today if item.day is None or last else item.day, item.kind == "date"


def _to_do(seen: Overview) -> Iterator[Due]:
    run, today = seen.run, seen.today
    if seen.dates_are_over and not run.approved_at:
        if _may(seen, "programme.change"):
            yield Due(run.id, "calendar", seen.last_day, overdue=True)
    elif seen.stage == "empty" and _may(seen, "application.take_in") and _has_begun(seen):
        yield Due(run.id, "take_in", run.closing, overdue=_is_past(run.closing, today))
    if seen.doubtful and not run.approved_at:
        late = _is_past(run.closing, today)
        yield Due(run.id, "doubtful", run.closing, overdue=late, n=len(seen.doubtful))
    if _selection_is_open(seen):
        yield Due(run.id, "selection", _approved_by(seen), overdue=_is_past(_approved_by(seen), today))
    if _waits_for_approval(seen):
        by = _approved_by(seen)
        yield Due(run.id, "approve", by, overdue=_is_past(by, today))
    if seen.stage == "tandems" and seen.without_partner:
        yield Due(run.id, "alone", n=len(seen.without_partner))
    if _may(seen, "programme.change") and (since := min(_kept_too_long(seen), default=None)):
        yield Due(run.id, "erase", since, overdue=True)
    if seen.stage == "over" and not seen.has_successor:
        if _may(seen, "report.make"):
            yield Due(run.id, "evaluate", seen.last_day)
        if _may(seen, "programme.change"):
            yield Due(run.id, "next_run", seen.last_day)


def _kept_too_long(seen: Overview) -> Iterator[dt.date]:
    """Yield the last day on which data of people were to be kept that are still there."""
    paired = {a.id for pair in seen.tandems or () for a in pair}
    for a in seen.applications or ():
        kind: KindKept = "took_part" if a.id in paired else "not_chosen"
        until = kept_until(seen.run, seen.programme.settings, kind)
        if until and until < seen.today and not a.erased:
            yield until


def _dates(seen: Overview) -> list[Due]:
    until = seen.today + dt.timedelta(days=AHEAD)
    near = [entry for entry in seen.run.calendar if entry.last_day >= seen.today and entry.day <= until]
    near.sort(key=lambda entry: (entry.day, entry.last_day))
    return [
        Due(seen.run.id, "date", entry.day, title=entry.title, until=entry.until) for entry in near[:DATES]
    ]


def _may(seen: Overview, action: str) -> bool:
    return bool(seen.actor.scopes(action, seen.programme.id))


def _is_past(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day < today


def _has_begun(seen: Overview) -> bool:
    """Tell whether applications can be expected: the first date of the calendar has come, or is near."""
    first = min((entry.day for entry in seen.run.calendar), default=seen.today)
    return first <= seen.today + dt.timedelta(days=AHEAD)


def _selection_is_open(seen: Overview) -> bool:
    """Tell whether it could be fixed now who holds a place, before the matching."""
    limited = seen.programme.settings.quotas.limit_anybody
    may = _may(seen, "selection.fix") and not seen.run.selection_fixed
    return limited and may and not seen.doubtful and _waits_for_approval(seen)


def _vacant(seen: Overview) -> int:
    """Return how many people wait although a place of their organisation is free."""
    if not seen.run.selection_fixed or not _may(seen, "selection.fix"):
        return 0
    quotas = seen.programme.settings.quotas
    stand = Counter((a.role, a.organisation, a.place) for a in seen.applications or () if a.takes_part)
    return sum(
        max(0, min(n, (quotas.of(role, organisation) or 0) - stand[role, organisation, "selected"]))
        for (role, organisation, place), n in stand.items()
        if place == "waiting"
    )


def _waits_for_approval(seen: Overview) -> bool:
    """Tell whether the tandems should be approved: nothing is doubtful, or it is too late to wait."""
    if not seen.applications or seen.run.approved_at or not _may(seen, "matching.approve"):
        return False
    if seen.dates_are_over or (seen.run.closing and seen.run.closing >= seen.today):
        return False
    return not seen.doubtful or _is_past(_approved_by(seen), seen.today)


def _approved_by(seen: Overview) -> dt.date | None:
    """Return the day on which the tandems have to stand: of the matching, or of the beginning if earlier."""
    closing, begin = seen.run.closing or dt.date.min, beginning(seen.run.calendar)
    matched = [e.last_day for e in seen.run.calendar if e.key == "matching" and e.day > closing]
    return min([*matched, *([begin] if begin else [])], default=None)
