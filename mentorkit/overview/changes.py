"""Who did what lately, from the audit trail: only what the role may see, many equal deeds as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, Run
from mentorkit.store import Reader, Store

#: The deeds that are told, and the kind of record that counts for each.
DEEDS: dict[str, str] = {
    "application.take_in": "application",
    "application.mend": "application",
    "application.overrule": "application",
    "application.withdraw": "application",
    "application.undo": "application",
    "application.redo": "application",
    "selection.fix": "run",
    "selection.release": "run",
    "selection.move_up": "application",
    "matching.decide": "pair_decision",
    "matching.undo": "pair_decision",
    "matching.back": "pair_decision",
    "matching.forth": "pair_decision",
    "scenario.propose": "run",
    "scenario.back": "run",
    "scenario.forth": "run",
    "matching.make": "tandem",
    "matching.take_back": "tandem",
    "matching.approve": "run",
    "matching.withdraw": "run",
    "programme.add": "run",
    "programme.next_run": "run",
    "programme.change": "programme",
}


@dataclass
class Change:
    """Equal deeds of one person on one day: a file taken in, twelve applications mended."""

    action: str
    #: The name that people see.
    actor: str
    #: When the last of them was done.
    at: dt.datetime
    programme_id: str
    #: None where it concerns the whole programme.
    run_id: str | None
    #: A reason given, or the file that was taken in.
    reason: str
    subjects: set[str] = field(default_factory=set)
    #: The application, where it was a single one that is still there and the actor may see.
    application: Application | None = None

    @property
    def n(self) -> int:
        """How many records were changed."""
        return len(self.subjects)


def changes(store: Store, actor: Actor, most: int) -> list[Change]:
    """Return what was changed lately in the actor's programmes, newest first.

    The coordination of an organisation is told of the applications of its own people only.

    Parameters
    ----------
    most
        At most so many.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    with store.read() as reader:
        programmes = {run.id: run.programme_id for run in reader.all(Run)}
        told: list[Change] = []
        for entry in _visible(reader, actor, programmes):
            if told and _joins(told[-1], entry):
                told[-1].subjects.add(entry["subject"])
            elif len(told) == most:
                break
            else:
                told.append(_change(entry))
        names = {user.id: user.display_name for user in reader.all(User)}
        for change in told:
            change.actor = names.get(change.actor, change.actor)
            if change.n == 1 and DEEDS[change.action] == "application":
                change.application = _shown(reader, actor, change)
    return told


def _shown(reader: Reader, actor: Actor, change: Change) -> Application | None:
    """Return the application of a change, unless it belongs to people of whom the actor may not know."""
    found = reader.find(Application, next(iter(change.subjects)))
    here = found and actor.may("audit.read", change.programme_id, found.organisation)
    return found if here else None


def _visible(reader: Reader, actor: Actor, programmes: dict[str, str]) -> Iterator[dict[str, Any]]:
    for entry in reader.latest(DEEDS):
        if entry["kind"] == "programme":
            entry |= {"run_id": None, "programme_id": entry["subject"]}
        else:
            run_id = entry["subject"] if entry["kind"] == "run" else entry["run_id"]
            entry |= {"run_id": run_id, "programme_id": programmes.get(run_id)}
        scopes = actor.scopes("audit.read", entry["programme_id"]) if entry["programme_id"] else ()
        if None in scopes or (entry["kind"] == "application" and entry["organisation"] in scopes):
            yield entry


def _change(entry: dict[str, Any]) -> Change:
    taken = ("action", "actor", "at", "programme_id", "run_id", "reason")
    return Change(**{name: entry[name] for name in taken}, subjects={entry["subject"]})


def _joins(change: Change, entry: dict[str, Any]) -> bool:
    """Tell whether an earlier entry belongs to a change: the same deed, by the same person, on that day."""
    same = all(getattr(change, name) == entry[name] for name in ("action", "actor", "run_id", "reason"))
    day = change.at.astimezone().date()
    return same and day == entry["at"].astimezone().date() and change.programme_id == entry["programme_id"]
