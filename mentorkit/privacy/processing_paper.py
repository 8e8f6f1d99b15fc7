"""The record of processing activities as a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from mentorkit.language import say, speaking
from mentorkit.language.formats import date
from mentorkit.privacy.processing import ActivityRecord, ProcessingRecord
from mentorkit.reports import nodes as n
from mentorkit.setup.logo import alt_text

MEDIA_TYPE = "application/pdf"


def to_pdf(record: ProcessingRecord) -> bytes:
    """Return the record as PDF/UA-1 and PDF/A-2a; the same record gives the same bytes."""
    from mentorkit.reports.pdf import render

    noon = dt.datetime.combine(record.day, dt.time(12), dt.UTC)
    with speaking(record.settings.voice(record.language)):
        logo = n.Picture("png", record.logo, alt_text(record.programme)) if record.logo else None
        document = n.Document(
            title=say("Record of processing activities"),
            lang=record.language,
            blocks=list(_blocks(record)),
            programme=n.clean(record.programme),
            date=date(record.day, "long"),
            logo=logo,
            stamp=int(noon.timestamp()),
        )
        return render(document)


def _blocks(record: ProcessingRecord) -> Iterable[n.Block]:
    unsaid = say("not said yet")
    yield _heading(1, say("Who is responsible"))
    rows = [(say("Responsible"), record.controller or unsaid), (say("To be asked"), record.contact or unsaid)]
    for name, controller, contact in record.responsible:
        rows.append((name, "\n".join(filter(None, (controller, contact)))))
    yield _table(rows)
    if record.missing:
        yield _heading(1, say("What is missing"))
        yield _list(record.missing)
    for activity in record.activities:
        yield _heading(1, activity.title)
        yield _table(_rows(activity, unsaid))
    yield _heading(1, say("Security measures"))
    yield _list(record.measures)


def _rows(activity: ActivityRecord, unsaid: str) -> list[tuple[str, str]]:
    rows = [
        (say("Purpose"), activity.purpose),
        (say("People"), activity.people),
        (say("Data"), "; ".join(activity.data)),
        (say("Seen by"), "; ".join(activity.roles)),
        (say("Legal basis"), activity.basis or unsaid),
        *((say("Legal basis at {organisation}", organisation=name), basis) for name, basis in activity.own),
        (say("Kept"), activity.kept),
    ]
    if activity.recipients:
        rows.insert(4, (say("Further recipients"), activity.recipients))
    return rows


def _heading(level: int, text: str) -> n.Heading:
    return n.Heading(level, [n.clean(text)])


def _list(texts: Iterable[str]) -> n.Listing:
    return n.Listing([[n.Paragraph([n.clean(text)])] for text in texts])


def _table(rows: Iterable[tuple[str, str]]) -> n.Table:
    head = [[n.Cell([say("What")]), n.Cell([say("Said of it")])]]
    return n.Table(2, head, [[n.Cell([n.clean(a)], strong=True), n.Cell(_lines(b))] for a, b in rows])


def _lines(text: str) -> list[n.Inline]:
    """Return a text of several lines as one cell has it."""
    found: list[n.Inline] = []
    for line in text.splitlines():
        found += [n.Break(), n.clean(line)] if found else [n.clean(line)]
    return found
