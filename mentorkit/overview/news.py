"""What was changed in a programme since one looked last, so that open pages follow each other.

An open page asks once a second: as long as nothing is new, that is one look at the end of the trail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Run
from mentorkit.store import Reader, Store

#: What is one's own: that somebody logged in, or began something, changes no page of others.
_PRIVATE = {"session", "login_link", "draft"}
#: What stands for everybody in a programme.
_FOR_ALL = {"programme", "run"}
#: What only who evaluates may know of.
_CONFIDED = {"sealed_text"}


@dataclass(frozen=True)
class News:
    """What is new, and up to where the trail was read."""

    read: int
    #: Who changed a record last, as people call her, by the record's kind and id; empty where the actor did
    #: herself, here or on another page.
    by: dict[tuple[str, str], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anything is new."""
        return bool(self.by)

    @property
    def others(self) -> tuple[str, ...]:
        """Who else changed something."""
        return tuple(dict.fromkeys(name for name in self.by.values() if name))

    def about(self, *kinds: str) -> bool:
        """Tell whether a record of some kinds was changed."""
        return any(kind in kinds for kind, _ in self.by)

    def who(self, kind: str, subject: str) -> str:
        """Return who else changed a record; empty if nobody did."""
        return self.by.get((kind, subject), "")


def news(store: Store, actor: Actor, programme_id: str | None, since: int | None = None) -> News:
    """Return what was changed in a programme after an entry of the trail.

    Parameters
    ----------
    programme_id
        The programme; None for all in which the actor has a role.
    since
        The ``read`` of the last answer; without, only where the trail ends is told.
    """
    with store.read() as reader:
        read = reader.newest()
        if since is None or read == since:
            return News(read)  # asked every second: one statement, which tells nothing of any programme
        entries = [entry for entry in reader.trail(after=since) if _changes(entry)]
        may = _reached(reader, actor, programme_id)
        entries = [entry for entry in entries if may(entry)]
        names = {user.id: user.display_name for user in reader.all(User)} if entries else {}
    return News(
        read,
        {
            (entry["kind"], entry["subject"]): ""
            if entry["actor"] == actor.name
            else names.get(entry["actor"], entry["actor"])
            for entry in entries
        },
    )


def _changes(entry: dict[str, Any]) -> bool:
    """Tell whether an entry is of a change that others may see; reading and refusals are none."""
    return entry["kind"] not in _PRIVATE and not (entry["before"] is None and entry["after"] is None)


def _reached(reader: Reader, actor: Actor, asked: str | None) -> Callable[[dict[str, Any]], bool]:
    """Return what tells whether the actor may know of an entry.

    The coordination of an organisation hears of its own people, and of what stands for all; a role that reads
    no trail of the latter alone.
    """
    runs = {run.id: run.programme_id for run in reader.all(Run)}

    def reached(entry: dict[str, Any]) -> bool:
        where = _programme_of(entry, runs)
        if where is None:  # of no programme or of all, such as a user
            return actor.may("user.read", asked)
        if asked not in (None, where):
            return False
        if entry["kind"] in _FOR_ALL:
            return actor.may("programme.read", where)
        if entry["kind"] in _CONFIDED:
            return actor.may("confidence.read", where)
        return actor.may("audit.read", where, _said(entry).get("organisation"))

    return reached


def _programme_of(entry: dict[str, Any], runs: dict[str, str]) -> str | None:
    if entry["kind"] in _FOR_ALL:
        return entry["subject"] if entry["kind"] == "programme" else runs.get(entry["subject"])
    said = _said(entry)
    found: str | None = said.get("programme_id") or runs.get(said.get("run_id") or "")
    return found


def _said(entry: dict[str, Any]) -> dict[str, Any]:
    """Return what the record says now, or said last."""
    found: dict[str, Any] = entry["after"] or entry["before"] or {}
    return found
