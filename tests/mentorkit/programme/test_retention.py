"""How long the personal data of a run are kept."""

from __future__ import annotations

import datetime as dt

import pytest

from mentorkit.programme.records import Run
from mentorkit.programme.retention import kept_until
from mentorkit.programme.settings import CalendarEntry, load_preset

SETTINGS = load_preset("cross-administration")


def run(*days):
    entries = (CalendarEntry(key=f"date-{n}", title="x", day=first, until=last)
               for n, (first, last) in enumerate(days))  # fmt: skip
    return Run(id="p/1", programme_id="p", name="1", calendar=tuple(entries))


@pytest.mark.parametrize(
    ("end", "months", "last"),
    [
        (dt.date(2014, 3, 19), 12, dt.date(2015, 3, 19)),
        (dt.date(2014, 1, 31), 1, dt.date(2014, 2, 28)),
        (dt.date(2015, 12, 31), 2, dt.date(2016, 2, 29)),
        (dt.date(2014, 11, 30), 25, dt.date(2016, 12, 30)),
    ],
)
def test_data_are_kept_whole_months_after_the_last_day_of_the_calendar(end, months, last):
    settings = SETTINGS.model_copy(update={"retention_months": months})
    made = run((dt.date(2013, 1, 1), None), (dt.date(2013, 2, 1), end), (dt.date(2013, 3, 1), None))
    assert kept_until(made, settings) == last


def test_while_the_end_is_unknown_nothing_is_due():
    assert kept_until(run(), SETTINGS) is None
