"""How long the personal data of a run are kept."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

from mentorkit.programme.records import Run
from mentorkit.programme.settings import ProgrammeSettings


def kept_until(run: Run, settings: ProgrammeSettings) -> dt.date | None:
    """Return the last day on which the personal data of a run are kept; None while its end is unknown.

    A run ends with the last date in its calendar; the months are those of its programme.
    """
    if not run.calendar:
        return None
    end = max(entry.last_day for entry in run.calendar)
    years, month = divmod(end.month - 1 + settings.retention_months, 12)
    year = end.year + years
    return dt.date(year, month + 1, min(end.day, monthrange(year, month + 1)[1]))


def erasure_due(run: Run, settings: ProgrammeSettings, today: dt.date) -> bool:
    """Tell whether the personal data of a run have been kept long enough."""
    last = kept_until(run, settings)
    return last is not None and today > last
