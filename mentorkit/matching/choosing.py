"""Who gets a place, on a workbench: the selection, tried out, compared, fixed or released by an actor."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from mentorkit.errors import RuleBroken
from mentorkit.language import later, say
from mentorkit.language.formats import date
from mentorkit.matching.basis import (
    FIX,
    Basis,
    gather,
    read,
    refuse_after_approval,
    refuse_fixed,
    refuse_other_version,
)
from mentorkit.matching.compare import Comparison, outcome
from mentorkit.matching.places import key_of
from mentorkit.matching.placing import JOIN, MOVE_UP
from mentorkit.matching.selection import Place, Selection
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Orders, Run, SelectionOrder
from mentorkit.store import Reader, Store

RELEASE = "selection.release"
#: Why somebody got a place when the selection was fixed, where not everybody did.
_WHEN_FIXED: dict[SelectionOrder, str] = {
    "matching": later(
        "Got the place when the selection was fixed: chosen by the matching, for the best total of all"
        " tandems."
    ),
    "arrival": later("Got the place when the selection was fixed: in the order of arrival."),
    "received": later("Got the place when the selection was fixed: by the date of receipt."),
    "rank": later("Got the place when the selection was fixed: by the organisation's ranking."),
}


def select(store: Store, actor: Actor, run_id: str, order: SelectionOrder | None = None) -> Selection:
    """Return who holds a place, who waits and who is out. Changes nothing.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    order
        By what the places are given, tried out; None as the run says. Does not matter for a fixed one.

    Raises
    ------
    NotAllowed
        If the actor may not see the whole selection.
    RuleBroken
        If locked tandems contradict a rule or each other.
    """
    with store.read() as reader:
        data = read(reader, actor, "selection.read", run_id)
        return _told(reader, data) if data.run.selection_fixed else _by(data, order).select()


def _told(reader: Reader, data: Basis) -> Selection:
    """Return a fixed selection with why each one has a place."""
    found, why = data.select(), _why_selected(reader, data)
    told = (replace(place, reason=why.get(place.application_id, "")) for place in found.selected)
    return replace(found, selected=tuple(told))


def _why_selected(reader: Reader, data: Basis) -> dict[str, str]:
    """Return why each application with a place of a fixed selection has it, by its id."""
    if not data.at_fixing:
        return {}  # an extract for analysts has no trail
    _, moved, joined = since_fixed(reader, data.run)
    reasons = {e["subject"]: e["reason"] for e in reader.trail(kind="application", action=MOVE_UP)}
    stood = data.at_fixing
    short = {key_of(a.role, a.organisation) for a in data.applications if stood.get(a.id) == "waiting"}
    told = {}
    for a in data.applications:
        if not a.organisation or data.settings.quotas.of(a.role, a.organisation) is None:
            continue  # there is nothing to tell
        if a.id in moved:
            told[a.id] = say("Moved up from the waiting list on {day}.", day=date(moved[a.id]))
            told[a.id] = f"{told[a.id]} {reasons[a.id]}".strip()
        elif a.id in joined:
            told[a.id] = say(
                "Came on {day}, after the selection was fixed; a place was free.", day=date(joined[a.id])
            )
        elif stood.get(a.id) != "selected":
            told[a.id] = say("Takes part only since the selection was fixed; a place was free.")
        elif key_of(a.role, a.organisation) not in short:
            told[a.id] = say("When the selection was fixed, there was a place for everybody eligible.")
        else:
            told[a.id] = say(_WHEN_FIXED[data.run.orders.of(a.organisation)])
    return told


def standings(store: Store, actor: Actor, run_id: str) -> dict[str, Place]:
    """Return where each application that the actor may see stands in a fixed selection, by its id.

    Empty while nothing is fixed. It is not told why, which is written for who sees the whole selection.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        scopes = actor.scopes("application.read", run.programme_id)
        if not (run.selection_fixed and scopes):
            return {}
        found = gather(reader, run, dated=run.orders.by_receipt).select().stands
    seen = {key: p for key, p in found.items() if None in scopes or p.organisation in scopes}
    return {key: replace(p, code="", reason="") for key, p in seen.items()}


def since_fixed(reader: Reader, run: Run) -> tuple[dt.date, dict[str, dt.date], dict[str, dt.date]]:
    """Return when the selection was fixed, and when each application moved up, or came into it, since.

    Raises
    ------
    RuleBroken
        If no trail tells.
    """
    entries = reader.trail(kind="run", subject=run.id, action=FIX)
    if not entries:
        raise RuleBroken(say("An extract for analysts does not tell when the selection was fixed."))
    fixed = entries[-1]
    moved, joined = (
        {e["subject"]: e["at"].astimezone().date() for e in found if e["id"] > fixed["id"]}
        for found in (reader.trail(kind="application", action=action) for action in (MOVE_UP, JOIN))
    )
    return fixed["at"].astimezone().date(), moved, joined


def _by(data: Basis, order: SelectionOrder | None) -> Basis:
    """Return a basis with another order in general; what organisations chose for themselves stays."""
    if order is None or data.run.selection_fixed:
        return data
    orders = data.run.orders.model_copy(update={"general": order})
    return replace(data, run=data.run.with_(orders=orders))


def fix_selection(
    store: Store, actor: Actor, run_id: str, version: int, order: SelectionOrder | None = None
) -> Selection:
    """Make the selection binding for the matching; one that is fixed already stays as it is.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    version
        Version of the run that the actor has seen.
    order
        By what the places are given, from now on; None as the run says.

    Raises
    ------
    NotAllowed
        If the actor may not fix the selection.
    RuleBroken
        If it is fixed by another order, the tandems have been approved, or locked tandems contradict a rule
        or each other.
    StaleRecord
        If somebody fixed, released or approved in the meantime; carries both versions.
    """
    with store.write(actor.name, FIX) as writer:
        data = read(writer, actor, FIX, run_id)
        refuse_other_version(data.run, version)
        if order not in (None, data.run.orders.general):
            refuse_fixed(data.run)
        if data.run.selection_fixed:
            return _told(writer, data)
        refuse_after_approval(data.run)
        data = _by(data, order)
        places = data.select().places
        for application in data.applications:
            writer.save(application.with_(place=places[application.id]))
        return _told(writer, gather(writer, writer.save(data.run.with_(selection_fixed=True))))


def release_selection(store: Store, actor: Actor, run_id: str, version: int) -> None:
    """Give up the fixed places: who gets one is open again.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    version
        Version of the run that the actor has seen.

    Raises
    ------
    NotAllowed
        If the actor may not fix the selection.
    RuleBroken
        If the tandems have been approved.
    StaleRecord
        If somebody fixed, released or approved in the meantime; carries both versions.
    """
    with store.write(actor.name, RELEASE) as writer:
        data = read(writer, actor, FIX, run_id)
        refuse_other_version(data.run, version)
        refuse_after_approval(data.run)
        for application in data.applications:
            if application.place is not None:
                writer.save(application.with_(place=None))
        if data.run.selection_fixed:
            writer.save(data.run.with_(selection_fixed=False))


def compare(store: Store, actor: Actor, run_id: str, order: SelectionOrder | None = None) -> Comparison:
    """Return what the tandems gain where the matching chooses within the quotas. Changes nothing.

    Both ways are reckoned from all applications that take part, whether or not places are fixed.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    order
        The ranking to compare with, in general; None stands for the run's own orders, and for the order of
        arrival where all of them let the matching choose.

    Raises
    ------
    NotAllowed
        If the actor may not see the whole selection.
    RuleBroken
        If locked tandems contradict a rule or each other.
    """
    with store.read() as reader:
        data = read(reader, actor, "selection.read", run_id)
    orders = data.run.orders
    if order is None and all(each == "matching" for each in (orders.general, *orders.own.values())):
        order = "arrival"
    if order is not None:
        orders = orders.model_copy(update={"general": order})
    around = {
        "decisions": data.binding,
        "wishes": data.wishes,
        "earlier": data.earlier,
        "apart": data.apart,
        "received": data.received,
    }
    chosen, ranked = (
        outcome(data.applications, data.settings, each, **around)  # type: ignore[arg-type]
        for each in (Orders(), orders)
    )
    return Comparison(chosen, ranked)
