"""What happened to an application, from the audit trail, and undoing the last of it, step by step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from mentorkit.errors import RuleBroken
from mentorkit.intake.assess import revised, without_cells
from mentorkit.intake.changes import Difference, differences
from mentorkit.intake.context import Context
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances
from mentorkit.intake.settle import settle
from mentorkit.intake.stored import MEND, OVERRULE, REDO, TAKE_IN, UNDO, WITHDRAW, context_in, scope, seen
from mentorkit.intake.taking import Taking
from mentorkit.language import later, say
from mentorkit.matching.placing import give_back, giver, placed
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, Run, Source
from mentorkit.store import Reader, Store

#: Fields that other parts decide; they undo it themselves. Places follow what is undone here.
_ELSEWHERE = frozenset({"run_id", "role", "person_id", "rank"})
_UNDONE_HERE = frozenset({TAKE_IN, MEND, OVERRULE, WITHDRAW, UNDO, REDO})
#: What undoing a change gives back.
_GIVEN_BACK = ("entries", "extra", "overruled", "withdrawn")
_NO_STEP = {
    UNDO: later("{name}: there is no change to undo."),
    REDO: later("{name}: there is no change to restore."),
}
_DEEDS = {
    TAKE_IN: later("Taken over from the corrected file"),
    MEND: later("Corrected"),
    OVERRULE: later("Decided"),
    WITHDRAW: later("Withdrawn"),
    UNDO: later("Last change undone"),
    REDO: later("Change restored"),
    "programme.change": later("Judged anew, since the programme was changed"),
    "selection.fix": later("Selection fixed"),
    "selection.release": later("Selection reopened"),
    "selection.rank": later("Ranked"),
    "selection.move_up": later("Moved up from the waiting list"),
    "selection.join": later("Came into the fixed selection"),
    "selection.step_back": later("Back on the waiting list, since a change was undone"),
    "person.merge": later("Put together with another application"),
    "person.unmerge": later("Taken apart again"),
    "person.tell_apart": later("Admitted, since it was said that two are two persons"),
    "person.ask_again": later("In doubt again, since two may be one person after all"),
    "organisation.answer": later("Judged anew, since it was said which organisation is meant"),
    "organisation.take_back": later("Judged anew, since it is open again which organisation is meant"),
}


#: Actions whose note in the trail is no reason that a person gave.
_NOTED = frozenset(
    {TAKE_IN, "person.merge", "person.unmerge", "organisation.answer", "organisation.take_back"}
)


@dataclass(frozen=True)
class Deed:
    """One change of an application: who, when, what, why; ``by`` is the name that people see.

    ``cost_place`` tells whether the applicant lost a place of the fixed selection by it; ``number`` is
    that of the change in the trail.
    """

    at: dt.datetime
    by: str
    action: str
    what: str
    reason: str
    changes: tuple[Difference, ...]
    cost_place: bool = False
    number: int = 0


def history_of(store: Store, actor: Actor, application_id: str) -> list[Deed]:
    """Return what happened to an application, the latest first.

    Somebody who answers for one organisation is told only of what the application was while it belonged
    to that organisation.

    Raises
    ------
    NotAllowed
        If the actor may not see what was changed at this application.
    NotFound
        If there is no such application.
    """
    with store.read() as reader:
        application = reader.get(Application, application_id)
        run = reader.get(Run, application.run_id)
        actor.require("audit.read", run.programme_id, application.organisation)
        own = scope(actor, "audit.read", run)
        names = {user.id: user.display_name for user in reader.all(User)}
        entries = _entries(reader, application_id)
    told = [_deed(entry, own, names) for entry in entries if _concerns(entry, own)]
    return told[::-1]


def undoable(store: Store, actor: Actor, application_id: str) -> Deed | None:
    """Return the last change of an application that holds, if the actor may undo it."""
    return _offered(store, actor, application_id, UNDO)


def redoable(store: Store, actor: Actor, application_id: str) -> Deed | None:
    """Return the change of an application that was undone last, if the actor may restore it."""
    return _offered(store, actor, application_id, REDO)


def _offered(store: Store, actor: Actor, application_id: str, way: str) -> Deed | None:
    with store.read() as reader:
        application = reader.get(Application, application_id)
        run = reader.get(Run, application.run_id)
        try:
            step = _step(_entries(reader, application_id), application, way)
        except RuleBroken:
            return None
        places = (application.organisation, step.target.organisation)
        if not all(actor.may(step.right, run.programme_id, place) for place in places):
            return None
        names = {user.id: user.display_name for user in reader.all(User)}
    return _deed(step.entry, None, names)


def undo(store: Store, actor: Actor, application_id: str, version: int) -> Application:
    """Undo the last change of an application that holds; undone once more, the one before is undone.

    The application is judged anew by the rules of now. What was decided elsewhere (selection, persons put
    together) is undone there. A place of a fixed selection that the change cost is given back, see
    :func:`mentorkit.matching.placing.give_back`; otherwise places follow as after any change.

    Raises
    ------
    NotAllowed
        If the actor may not see it, or not do what undoing it needs: mend, overrule or withdraw.
    NotFound
        If there is no such application.
    RuleBroken
        If there is nothing to undo here.
    StaleRecord
        If somebody changed it in the meantime: it has another version.
    """
    return _go(store, actor, application_id, version, UNDO)


def redo(store: Store, actor: Actor, application_id: str, version: int) -> Application:
    """Restore the change of an application that was undone last, unless it was changed since.

    Raises
    ------
    NotAllowed, NotFound, RuleBroken, StaleRecord
        As :func:`undo`.
    """
    return _go(store, actor, application_id, version, REDO)


def _go(store: Store, actor: Actor, application_id: str, version: int, way: str) -> Application:
    with store.write(actor.name, way) as writer:
        # before anything is told of it; storing it takes the right to the step
        found, context = seen(writer, actor, application_id, version, "application.read")
        step = _step(_entries(writer, application_id), found, way)
        fresh, known = _judged(step.target, context)
        again = fresh.with_(place=step.target.place)
        back = {application_id} if give_back(writer, again, found, step.entry["id"]) else ()
        saved = Taking.begin(writer, actor, context, known).save(step.right, fresh, back)
        settle(writer, context.run)
    return saved


@dataclass(frozen=True)
class Rehearsal:
    """What a step back or forth would do: the application before and after, who waits again or moves up."""

    before: Application
    after: Application
    waits: Application | None
    heirs: tuple[tuple[str, str], ...]


def rehearse(reader: Reader, actor: Actor, application_id: str, way: str) -> Rehearsal | None:
    """Return what a step, ``UNDO`` or ``REDO``, would do under a fixed selection; None where none is.

    Raises
    ------
    NotAllowed, NotFound, RuleBroken
        As :func:`undo`.
    """
    found = reader.get(Application, application_id)
    run = reader.get(Run, found.run_id)
    actor.require("application.read", run.programme_id, found.organisation)
    if not run.selection_fixed:
        return None
    step = _step(_entries(reader, application_id), found, way)
    for organisation in (found.organisation, step.target.organisation):
        actor.require(step.right, run.programme_id, organisation)
    context = context_in(reader, actor, run.id, step.right)
    fresh, _ = _judged(step.target.with_(version=found.version), context)
    gives = giver(reader, fresh.with_(place=step.target.place), found, step.entry["id"])
    heir = gives if isinstance(gives, Application) else None
    placing = placed(reader, [fresh], back={application_id} if heir or gives == "free" else ())
    return Rehearsal(found, placing.applications[0], heir, placing.heirs)


def _judged(target: Application, context: Context) -> tuple[Application, Organisations]:
    heard = [text for text in (target.entries.get("organisation"),) if text]
    known = Organisations.of(context.settings.organisations, context.organisations, heard)
    earlier = context.applications[: [a.id for a in context.applications].index(target.id)]
    return revised(target, target.entries, context, known, Acquaintances(earlier)), known


def _entries(reader: Reader, application_id: str) -> list[dict[str, Any]]:
    return reader.trail(kind="application", subject=application_id)


@dataclass(frozen=True)
class _Step:
    """A step back or forth: the change it is about, what the application becomes, the right it takes."""

    entry: dict[str, Any]
    target: Application
    right: str


def _step(entries: list[dict[str, Any]], application: Application, way: str) -> _Step:
    """Return the next step back or forth."""
    steps, side = (_steps(entries)[0], "before") if way == UNDO else (_steps(entries)[1], "after")
    if steps and steps[-1]["before"] is steps[-1]["after"] is None:
        raise RuleBroken(
            say(
                "{name}: what was changed last has been forgotten and cannot come back.",
                name=application.name,
            )
        )
    if not steps or not steps[-1][side]:
        raise RuleBroken(say(_NO_STEP[way], name=application.name))
    entry = steps[-1]
    target = Application.model_validate(entry[side])
    target = target.with_(version=application.version, source=_source(application, target))
    changed = {name for name, value in target if value != getattr(application, name)}
    if entry["action"] not in _UNDONE_HERE or changed & _ELSEWHERE:
        raise RuleBroken(
            say(
                "{name}: the last change was made elsewhere:"
                " in the selection, to persons or to the programme. Please undo it there.",
                name=application.name,
            )
        )
    # a decision that lapsed by a correction comes back with the entries it was made on
    ways = {"entries": MEND, "withdrawn": WITHDRAW, "overruled": OVERRULE}
    return _Step(entry, target, next((right for name, right in ways.items() if name in changed), MEND))


def _source(now: Application, again: Application) -> Source | None:
    """Return where an application stands that says again what it said: the row may have moved since.

    What was typed in stands in no cell; what the row said instead does so again.
    """
    kept, old = without_cells(now, again.entries).source, again.source
    if not (
        kept and now.source and old and (kept.file, kept.sheet, kept.row) == (old.file, old.sheet, old.row)
    ):
        return kept
    cells = {name: cell for name, cell in old.cells.items() if name not in now.source.cells}
    return kept.model_copy(update={"cells": {**kept.cells, **cells}})


def _steps(entries: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the changes that hold, and those that were undone and can be restored, the next at the end."""
    holding: list[dict[str, Any]] = []
    undone: list[dict[str, Any]] = []
    for entry in entries:
        if entry["action"] == UNDO and holding and _restores(entry, holding[-1]["before"]):
            undone.append(holding.pop())
        elif entry["action"] == REDO and undone and _restores(entry, undone[-1]["after"]):
            holding.append(undone.pop())
        elif entry["action"] not in _UNDONE_HERE or _gives(entry):
            holding.append(entry)
            undone.clear()
    return holding, undone


def _restores(entry: dict[str, Any], state: dict[str, Any] | None) -> bool:
    """Tell whether a change led back to a state; an admission may have lapsed by the rules since."""
    after = entry["after"]
    if not (after and state and _gives(entry)):
        return False
    return all(after[name] == state[name] for name in _GIVEN_BACK if name != "overruled")


def _gives(entry: dict[str, Any]) -> bool:
    """Tell whether a change did more than let a place, or a row of a file, follow."""
    before, after = _states(entry)
    return not (before and after) or any(before[name] != after[name] for name in _GIVEN_BACK)


def _concerns(entry: dict[str, Any], own: frozenset[str] | None) -> bool:
    return own is None or any(state and state["organisation"] in own for state in _states(entry))


def _states(entry: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    return entry["before"], entry["after"]


def _deed(entry: dict[str, Any], own: frozenset[str] | None, names: dict[str, str]) -> Deed:
    before, after = (Application.model_validate(state) if state else None for state in _states(entry))
    whole = before and after and (own is None or {before.organisation, after.organisation} <= own)
    return Deed(
        at=entry["at"],
        by=names.get(entry["actor"], entry["actor"]),
        action=entry["action"],
        what=_what(entry["action"], before, after),
        reason="" if entry["action"] in _NOTED else entry["reason"],
        changes=differences(before, after) if before and after and whole else (),
        cost_place=bool(before and after and before.place == "selected" != after.place),
        number=entry["id"],
    )


def _what(action: str, before: Application | None, after: Application | None) -> str:
    if before is None and after is not None:
        return _came(after)
    if before and after and action == OVERRULE:
        return _decision(after)
    if before and after and action == WITHDRAW and not after.withdrawn:
        return say("Withdrawal taken back")
    if before and after and action == TAKE_IN and not differences(before, after):
        if before.source and after.source and before.source.row != after.source.row:
            return say("Stands in another row of the file now")
        return say("Came again in a file; what holds here stays the same")
    return say(_DEEDS.get(action, later("Changed")))


def _decision(application: Application) -> str:
    if application.overruled is None:
        return say("Decision taken back")
    return say("Accepted by decision") if application.admitted else say("Refused by decision")


def _came(application: Application) -> str:
    source = application.source
    if source is None or source.kind == "form":
        return say("Entered in the app")
    if source.kind == "link":
        return say("Sent by the applicant through a personal link")
    return say("Taken in from “{file}”", file=source.file)
