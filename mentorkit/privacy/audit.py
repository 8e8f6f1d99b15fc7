"""The audit trail for whoever watches over it: who did what to which identifier, without any content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mentorkit.privacy.deeds import DENIED, deed_word, kind_word
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Run
from mentorkit.store import Reader, Store
from mentorkit.store.chain import Trail
from mentorkit.store.check import audit_trail
from mentorkit.store.tables import TABLES

READ = "audit.read"
#: So many entries are read at once.
_PAGE = 500
_KINDS = {table.name: kind for kind, table in TABLES.items()}
#: Kinds of records that belong to a run or a programme; sessions, of which there are most, do not.
_OF_PROGRAMMES = {name for name, kind in _KINDS.items() if {"run_id", "programme_id"} & {*kind.model_fields}}


@dataclass(frozen=True)
class Entry:
    """One entry: ``by`` is the name that people see, ``subject`` says nothing by itself."""

    number: int
    at: dt.datetime
    by: str
    action: str
    kind: str
    subject: str

    @property
    def deed(self) -> str:
        """What was done, in words."""
        return deed_word(self.action, self.kind)

    @property
    def kind_word(self) -> str:
        """To what it was done, in words."""
        return kind_word(self.kind)

    @property
    def denied(self) -> bool:
        """Whether somebody was denied it."""
        return self.action.endswith(DENIED)


def entries(
    store: Store, actor: Actor, programme_id: str, *, before: int = 0, most: int = 200
) -> list[Entry]:
    """Return what the trail tells of a programme, newest first.

    What belongs to no programme, such as log-ins, is told to whoever watches over all of them.

    Parameters
    ----------
    before
        Only entries before this number; 0 begins with the newest.
    most
        At most so many.

    Raises
    ------
    NotAllowed
        If the actor may not look at the whole trail of the programme.
    """
    actor.require(READ, programme_id)
    wanted = {programme_id, None} if None in actor.scopes(READ, None) else {programme_id}
    with store.read() as reader:
        names = {user.id: user.display_name for user in reader.all(User)}
        runs = {run.id: run.programme_id for run in reader.all(Run)}
        found: list[Entry] = []
        while len(found) < most and (page := reader.newest_entries(before=before, most=_PAGE)):
            before = page[-1]["id"]
            found += (
                Entry(told["id"], told["at"], names.get(told["actor"], told["actor"]), told["action"],
                      told["kind"], told["subject"])
                for told in page
                if _programme_of(reader, told, runs) in wanted
            )  # fmt: skip
    return found[:most]


def _programme_of(reader: Reader, told: Mapping[str, Any], runs: Mapping[str, str]) -> str | None:
    """Return the programme an entry is about; None if none, or if that was forgotten with the record."""
    kind, subject = told["kind"], told["subject"]
    if kind == "programme":
        return str(subject) or None
    if kind == "run":
        return runs.get(subject)
    if found := told["programme_id"] or runs.get(told["run_id"] or ""):
        return str(found)
    record = reader.find(_KINDS[kind], subject) if kind in _OF_PROGRAMMES else None
    run_id, programme_id = getattr(record, "run_id", None), getattr(record, "programme_id", None)
    return programme_id or runs.get(run_id or "")


def head(store: Store, actor: Actor, programme_id: str) -> Trail:
    """Return the head of the trail and whether all of it holds; the whole chain is computed again.

    Raises
    ------
    NotAllowed
        If the actor may not look at the whole trail of the programme.
    """
    actor.require(READ, programme_id)
    return audit_trail(store)
