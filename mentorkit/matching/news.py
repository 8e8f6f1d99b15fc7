"""What was changed about the matching of a run since one looked last.

Whoever shows a matching asks once a second, so that two who decide at once see each other: as long as nothing
is new, that is one look at the end of the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Run, Scenario
from mentorkit.store import Reader, Store

Kind = Literal[
    "lock", "forbid", "undo", "approve", "withdraw", "fix", "release", "selection", "application", "wish",
    "tandem", "settings", "earlier", "confidence", "propose", "scenario", "comment", "uncomment",
    "prospect", "settle", "unsettle", "make", "take_back",
]  # fmt: skip
#: What a matching rests on, and the field by which it belongs to a run or to its programme.
_BELONGS = {
    "pair_decision": "run_id", "application": "run_id", "wish": "run_id", "tandem": "run_id", "run": "id",
    "programme": "id", "earlier_tandem": "programme_id", "named_conflict": "run_id", "scenario": "run_id",
    "pair_comment": "run_id", "prospect": "run_id", "settlement": "run_id",
}  # fmt: skip
#: What is about a pair, and the field that says why or what; what is settled stands in no trail.
_ON_PAIRS = {"pair_decision": "reason", "pair_comment": "text", "settlement": ""}
#: Tandems that are made and taken back one by one, by what was done.
_ONE_BY_ONE: dict[str, Kind] = {"matching.make": "make", "matching.take_back": "take_back"}
_OTHERS: dict[str, Kind] = {
    "application": "application", "wish": "wish", "tandem": "tandem", "programme": "settings",
    "earlier_tandem": "earlier", "named_conflict": "confidence", "scenario": "scenario",
    "prospect": "prospect",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One change of what a matching rests on.

    Attributes
    ----------
    by
        Who made it, as people call her; empty where the actor did herself, here or on another page.
    kind
        What was done.
    subject
        Id of the record that was changed.
    pair
        Ids of mentee and mentor, where it is a decision or a comment on the two, what they settled, or their
        tandem by itself.
    reason
        Why, where it is a decision on a pair; what a comment says; which scenario was made the proposal.
    """

    by: str
    kind: Kind
    subject: str
    pair: tuple[str, str] | None = None
    reason: str = ""


@dataclass(frozen=True)
class News:
    """What is new, oldest first, and up to where the trail was read."""

    read: int
    changes: tuple[Change, ...] = ()


def news(store: Store, actor: Actor, run_id: str, since: int | None = None) -> News:
    """Return what was changed about the matching of a run after an entry of the trail.

    Parameters
    ----------
    since
        The ``read`` of the last answer; without, only where the trail ends is told.

    Raises
    ------
    NotAllowed
        If there is something new and the actor may not see matchings.
    NotFound
        If there is something new and no such run.
    """
    with store.read() as reader:
        read = reader.newest()
        if since is None or read == since:
            return News(read)  # asked every second: one statement, which tells nothing of any run
        run = reader.get(Run, run_id)
        actor.require("matching.read", run.programme_id)
        return News(read, tuple(_changes(reader, actor, run, since)))


def _changes(reader: Reader, actor: Actor, run: Run, since: int) -> list[Change]:
    entries = [entry for entry in reader.trail(after=since) if _concerns(entry, run)]
    names = {user.id: user.display_name for user in reader.all(User)} if entries else {}
    found = []
    for entry in entries:
        by = "" if entry["actor"] == actor.name else names.get(entry["actor"], entry["actor"])
        pair, reason = None, _scenario(reader, entry)
        if entry["kind"] in _ON_PAIRS or entry["action"] in _ONE_BY_ONE:
            state = entry["after"] or entry["before"]
            pair = (state["mentee_id"], state["mentor_id"])
            reason = (entry["after"] or {}).get(_ON_PAIRS.get(entry["kind"], ""), "")
        found.append(Change(by, _kind(entry), entry["subject"], pair, reason))
    return found


def _scenario(reader: Reader, entry: dict[str, Any]) -> str:
    """Return the name of the scenario that was made the proposal; empty where none was."""
    state = entry["after"] or {}
    found = reader.find(Scenario, state["proposal_id"]) if state.get("proposal_id") else None
    return found.name if found and _kind(entry) == "propose" else ""


def _concerns(entry: dict[str, Any], run: Run) -> bool:
    field = _BELONGS.get(entry["kind"], "")
    state = entry["after"] or entry["before"] or {}
    return bool(field) and state.get(field) in {run.id, run.programme_id}


def _on_pair(entry: dict[str, Any]) -> Kind:
    if entry["kind"] == "pair_comment":
        return "comment" if entry["after"] else "uncomment"
    if entry["kind"] == "settlement":
        return "settle" if entry["after"] else "unsettle"
    return entry["after"]["kind"] if entry["after"] else "undo"


def _kind(entry: dict[str, Any]) -> Kind:
    if entry["kind"] in _ON_PAIRS:
        return _on_pair(entry)
    if entry["kind"] != "run":
        placed = entry["kind"] == "application" and entry["action"].startswith("selection.")
        return "selection" if placed else _ONE_BY_ONE.get(entry["action"]) or _OTHERS[entry["kind"]]
    before, after = (state or {} for state in (entry["before"], entry["after"]))
    if before.get("approved_at") != after.get("approved_at"):
        return "approve" if after.get("approved_at") else "withdraw"
    if before.get("selection_fixed") != after.get("selection_fixed"):
        return "fix" if after.get("selection_fixed") else "release"
    if before.get("proposal_id") != after.get("proposal_id"):
        return "propose"
    return "settings"
