"""Where a run stands: its stage, its calendar and the people in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from mentorkit.language import later
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import DataRequest
from mentorkit.programme.records import Application, Programme, Run, Tandem
from mentorkit.programme.settings import CalendarEntry
from mentorkit.store import Reader, Store

#: Where a run stands, from what is in it.
Stage = Literal["empty", "intake", "matching", "tandems", "over"]
STAGES: dict[Stage, str] = {
    "empty": later("waiting for applications"),
    "intake": later("applications to be looked at"),
    "matching": later("ready to be matched"),
    "tandems": later("tandems are formed"),
    "over": later("at its end"),
}


@dataclass(frozen=True)
class Overview:
    """A run on a day, as far as the actor's role shows it."""

    actor: Actor
    programme: Programme
    run: Run
    today: dt.date
    #: Whether the programme has a run that ends later.
    has_successor: bool
    #: The applications that the role shows; None where it shows none.
    applications: tuple[Application, ...] | None
    #: The approved tandems of people whom the role shows, as (mentee, mentor); None before the approval.
    tandems: tuple[tuple[Application, Application], ...] | None
    #: Who takes part and is in no approved tandem; None before the approval.
    without_partner: tuple[Application, ...] | None
    #: The open requests about personal data of its programme, told at its last run alone.
    requests: tuple[DataRequest, ...] = ()

    @cached_property
    def doubtful(self) -> tuple[Application, ...]:
        """To be looked at by a person: doubtful, or not to be taken as they are."""
        return tuple(a for a in self.applications or () if a.open)

    @cached_property
    def refused(self) -> tuple[Application, ...]:
        """Refused, by a rule or by a person."""
        return tuple(a for a in self.applications or () if a.refused)

    @property
    def stage(self) -> Stage | None:
        """Where the run stands, judged by what the actor's role shows of it; None where that is nothing."""
        if self.applications is None:
            return None
        if not self.applications:
            return "empty"
        if self.run.approved_at:
            return "over" if self.dates_are_over else "tandems"
        return "intake" if self.doubtful else "matching"

    @property
    def next_entry(self) -> CalendarEntry | None:
        """The entry of the calendar that is going on or comes next."""
        return next_entry(self.run.calendar, self.today)

    @property
    def last_day(self) -> dt.date | None:
        """The last day in the calendar."""
        return max((entry.last_day for entry in self.run.calendar), default=None)

    @property
    def dates_are_over(self) -> bool:
        """Whether every date of the calendar is past."""
        return self.last_day is not None and self.last_day < self.today


def overview(store: Store, actor: Actor, run_id: str, today: dt.date) -> Overview:
    """Return where a run stands, as far as the actor's role shows it.

    Raises
    ------
    NotFound
        If there is no such run.
    NotAllowed
        If the actor has no role in its programme.
    StoreError
        If the store cannot be read.
    """
    with store.read() as reader:
        return _overview(reader, actor, reader.get(Run, run_id), today)


def overviews(store: Store, actor: Actor, today: dt.date) -> list[Overview]:
    """Return where all runs stand in whose programme the actor has a role, read at one moment.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    with store.read() as reader:
        runs = [run for run in reader.all(Run) if actor.may("programme.read", run.programme_id)]
        return [_overview(reader, actor, run, today) for run in runs]


def _overview(reader: Reader, actor: Actor, run: Run, today: dt.date) -> Overview:
    programme = reader.get(Programme, run.programme_id)
    actor.require("programme.read", programme.id)
    applications = reader.all(Application, run_id=run.id)
    formed = reader.all(Tandem, run_id=run.id) if run.approved_at else None
    shown = _visible(applications, actor, "application.read", programme.id)
    paired = _visible(applications, actor, "tandem.read", programme.id)
    ends = [max((e.last_day for e in r.calendar), default=dt.date.min) for r in _others(reader, run)]
    return Overview(
        actor=actor,
        programme=programme,
        run=run,
        today=today,
        has_successor=any(end > max((e.last_day for e in run.calendar), default=dt.date.min) for end in ends),
        applications=shown,
        tandems=None if formed is None or paired is None else _pairs(formed, applications, paired),
        without_partner=None if formed is None or shown is None else _without_partner(formed, shown),
        requests=_requests(reader, run, actor),
    )


def _requests(reader: Reader, run: Run, actor: Actor) -> tuple[DataRequest, ...]:
    last = reader.all(Run, programme_id=run.programme_id)[-1]
    if run.id != last.id or not actor.may("request.read", run.programme_id):
        return ()
    return tuple(reader.all(DataRequest, programme_id=run.programme_id, state="open"))


def _others(reader: Reader, run: Run) -> list[Run]:
    return [other for other in reader.all(Run, programme_id=run.programme_id) if other.id != run.id]


def next_entry(calendar: Sequence[CalendarEntry], today: dt.date) -> CalendarEntry | None:
    """Return the entry that is going on or begins next; None when all are over."""
    ahead = [entry for entry in calendar if entry.last_day >= today]
    return min(ahead, key=lambda entry: (entry.day, entry.last_day), default=None)


def _visible(
    applications: list[Application], actor: Actor, action: str, programme_id: str
) -> tuple[Application, ...] | None:
    scopes = actor.scopes(action, programme_id)
    if not scopes:
        return None
    return tuple(a for a in applications if None in scopes or a.organisation in scopes)


def _pairs(
    formed: list[Tandem], everybody: list[Application], visible: tuple[Application, ...]
) -> tuple[tuple[Application, Application], ...]:
    """Return the tandems of visible people; whoever sees one of the two may know the other."""
    people = {(a.role, a.person_id): a for a in everybody}
    known = {a.id for a in visible}
    pairs = [(people["mentee", t.mentee_id], people["mentor", t.mentor_id]) for t in formed]
    return tuple(pair for pair in pairs if known & {a.id for a in pair})


def _without_partner(formed: list[Tandem], shown: tuple[Application, ...]) -> tuple[Application, ...]:
    lasting = [t for t in formed if t.state != "dissolved"]
    paired = {("mentee", t.mentee_id) for t in lasting} | {("mentor", t.mentor_id) for t in lasting}
    return tuple(a for a in shown if a.takes_part and (a.role, a.person_id) not in paired)
