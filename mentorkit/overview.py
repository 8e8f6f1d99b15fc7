"""Where a run stands: its next date and the numbers a coordinator asks for first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mentorkit.language import later
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Programme, Run, Tandem
from mentorkit.programme.settings import CalendarEntry
from mentorkit.store import Store

#: Where a run stands, from what is in it.
Stage = Literal["empty", "intake", "matching", "tandems"]
STAGES: dict[Stage, str] = {
    "empty": later("waiting for applications"),
    "intake": later("applications to be looked at"),
    "matching": later("ready to be matched"),
    "tandems": later("tandems are formed"),
}


@dataclass(frozen=True)
class Overview:
    """A run at a glance.

    ``None`` stands for a number that the actor's role does not show, or that does not exist yet
    (who has no partner is known once tandems are formed).
    """

    programme: Programme
    run: Run
    #: The entry of the calendar that is going on or comes next.
    next_entry: CalendarEntry | None
    applications: int | None
    #: To be looked at by a person: doubtful, or not to be taken as they are.
    doubtful: int | None
    #: Refused by a rule and not overruled.
    refused: int | None
    tandems: int | None
    without_partner: int | None

    @property
    def stage(self) -> Stage | None:
        """Where the run stands, judged by what the actor's role shows of it."""
        if self.applications is None:
            return None
        if not self.applications:
            return "empty"
        if self.run.approved_at:
            return "tandems"
        return "intake" if self.doubtful else "matching"


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
        run = reader.get(Run, run_id)
        programme = reader.get(Programme, run.programme_id)
        actor.require("programme.read", programme.id)
        applications = reader.all(Application, run_id=run_id)
        tandems = reader.all(Tandem, run_id=run_id)
    shown = _visible(applications, actor, "application.read", programme.id)
    paired = _visible(applications, actor, "tandem.read", programme.id)
    formed = None if run.approved_at is None or paired is None else _seen(tandems, paired)
    alone = None if formed is None or shown is None else _without_partner(shown, tandems)
    return Overview(
        programme=programme,
        run=run,
        next_entry=next_entry(run.calendar, today),
        applications=None if shown is None else len(shown),
        doubtful=_count(shown, "review", "error"),
        refused=_count(shown, "ineligible"),
        tandems=formed,
        without_partner=alone,
    )


def next_entry(calendar: Sequence[CalendarEntry], today: dt.date) -> CalendarEntry | None:
    """Return the entry that is going on or begins next; None when all are over."""
    ahead = [entry for entry in calendar if entry.last_day >= today]
    return min(ahead, key=lambda entry: (entry.day, entry.last_day), default=None)


def _visible(
    applications: list[Application], actor: Actor, action: str, programme_id: str
) -> list[Application] | None:
    scopes = actor.scopes(action, programme_id)
    if not scopes:
        return None
    return [a for a in applications if None in scopes or a.organisation in scopes]


def _count(applications: list[Application] | None, *statuses: str) -> int | None:
    if applications is None:
        return None
    return sum(a.status in statuses and a.overruled is None for a in applications)


def _seen(tandems: list[Tandem], people: list[Application]) -> int:
    known = {application.person_id for application in people}
    return sum(tandem.mentee_id in known or tandem.mentor_id in known for tandem in tandems)


def _without_partner(applications: list[Application], tandems: list[Tandem]) -> int:
    paired = {
        (role, person)
        for tandem in tandems
        for role, person in (("mentee", tandem.mentee_id), ("mentor", tandem.mentor_id))
    }
    return sum(a.takes_part and (a.role, a.person_id) not in paired for a in applications)
