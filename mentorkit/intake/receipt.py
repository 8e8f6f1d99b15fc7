"""When an application was received, and where that is known from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mentorkit.intake.stored import TAKE_IN
from mentorkit.programme.records import Application
from mentorkit.store import Reader

#: A cell of the file, the form behind a personal link, somebody who entered it, or when it was taken in.
Origin = Literal["file", "link", "entered", "taken_in"]


@dataclass(frozen=True)
class Receipt:
    """The day on which an application was received, and where that is known from."""

    day: dt.date
    origin: Origin


def told(application: Application) -> dt.date | None:
    """Return the day on which an application says that it was received; a deadline goes by it alone."""
    day = application.answers.get("received")
    return dt.date.fromisoformat(str(day)) if day else None


def receipts(reader: Reader, applications: Iterable[Application]) -> dict[str, Receipt]:
    """Return when applications were received, by id; who does not tell has the day it was taken in.

    One is missing that tells no day and of which the trail does not know when it was taken in.
    """
    found, silent = {}, set()
    for application in applications:
        if day := told(application):
            found[application.id] = Receipt(day, _origin(application))
        else:
            silent.add(application.id)
    if silent:
        for entry in reader.latest({TAKE_IN: "application"}):  # the newest first: the first one stays
            if entry["subject"] in silent:
                found[entry["subject"]] = Receipt(entry["at"].astimezone().date(), "taken_in")
    return found


def _origin(application: Application) -> Origin:
    source = application.source
    if source is not None and source.kind == "link":
        return "link"
    return "file" if source is not None and "received" in source.cells else "entered"
