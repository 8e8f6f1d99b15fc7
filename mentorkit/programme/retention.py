"""How long the personal data of a run are kept, by kind."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from mentorkit.language import later

if TYPE_CHECKING:
    from mentorkit.programme.runs import Run
    from mentorkit.programme.settings import ProgrammeSettings

KindKept = Literal[
    "took_part", "not_chosen", "asked", "confidential", "unfinished", "past", "log_ins", "history"
]
KINDS_KEPT: dict[KindKept, str] = {
    "took_part": later("Who took part in a tandem"),
    "not_chosen": later("Who applied and was in no tandem"),
    "asked": later("Who was to be won as {mentor:sg.nom}"),
    "confidential": later("Confidential texts, what was settled, whom people named in confidence"),
    "unfinished": later("Unconfirmed work and personal links"),
    "past": later("What the audit trail tells of earlier contents"),
    "log_ins": later("Log-ins of users"),
    "history": later("People of whom history sheets alone tell"),
}
Months = Annotated[int, Field(ge=1, le=120)]


class Retention(BaseModel):
    """How many months data are kept, by kind; where nothing is said, as long as all data of the programme.

    They are counted from the end of a run; those of log-ins from the end of each, and those of people of
    whom history sheets alone tell from the day on which the last sheet with them was taken in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    took_part: Months | None = None
    not_chosen: Months | None = None
    asked: Months | None = None
    confidential: Months | None = None
    unfinished: Months | None = None
    past: Months | None = None
    log_ins: Months | None = None
    history: Months | None = None


def months_kept(settings: ProgrammeSettings, kind: KindKept) -> int:
    """Return how many months data of a kind are kept."""
    return getattr(settings.retention, kind) or settings.retention_months


def kept_until(run: Run, settings: ProgrammeSettings, kind: KindKept | None = None) -> dt.date | None:
    """Return the last day on which the personal data of a run are kept; None while its end is unknown.

    A run ends with the last date in its calendar; the months are those of its programme. Of no kind in
    particular, it is the last day of the people who go first.
    """
    if not run.calendar:
        return None
    kinds: tuple[KindKept, ...] = (kind,) if kind else ("took_part", "not_chosen")
    end = max(entry.last_day for entry in run.calendar)
    return months_after(end, min(months_kept(settings, k) for k in kinds))


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last day of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
