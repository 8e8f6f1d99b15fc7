"""Who moves up when a place of a fixed selection becomes free, and who gets it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from mentorkit.language import say
from mentorkit.matching.basis import (
    Basis,
    gather,
    read,
    refuse_after_approval,
    refuse_other_version,
)
from mentorkit.matching.choosing import FIX
from mentorkit.matching.places import Key, key_of
from mentorkit.matching.pool import pool_of
from mentorkit.matching.ranking import queues_of
from mentorkit.matching.selection import Standing, Vacancy
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Run
from mentorkit.store import Reader, Store, Writer

MOVE_UP = "selection.move_up"


def vacancies(store: Store, actor: Actor, run_id: str) -> list[Vacancy]:
    """Return the places of a fixed selection that are free although people wait for them.

    Raises
    ------
    NotAllowed
        If the actor may not see the whole selection.
    """
    with store.read() as reader:
        data = read(reader, actor, "selection.read", run_id)
    return _vacancies(data)


def _vacancies(data: Basis) -> list[Vacancy]:
    return data.select().vacancies(data.settings.quotas) if data.run.selection_fixed else []


def _may_move_up(data: Basis, key: Key) -> bool:
    """Tell whether a queue has a free place and somebody who waits, without looking at any tandem."""
    for queue in queues_of(data):
        if key_of(queue.role, queue.organisation) == key:
            held = Counter(a.place for a in queue.people)
            return held["selected"] < queue.places and held["waiting"] > 0
    return False


def move_up(writer: Writer, gone: Application) -> list[Application]:
    """Let who is next on a waiting list take the place that was given up, in the same transaction.

    Belongs to the withdrawal or refusal, whose actor was asked for the permission: only people of the same
    role and organisation move up. Nobody does where nothing is fixed, and nobody once the tandems are
    approved: then :func:`vacancies` tells of the free place, and a person decides.

    Parameters
    ----------
    writer
        The transaction of the withdrawal or refusal.
    gone
        The application that gave its place up, as it is stored now.

    Returns
    -------
    list of Application
        Who moved up, as stored.
    """
    run = writer.get(Run, gone.run_id)
    if not run.selection_fixed or run.approved_at:
        return []
    key, data = key_of(gone.role, gone.organisation), gather(writer, run)
    if not _may_move_up(data, key):
        return []
    return _fill(writer, [v for v in _vacancies(data) if key_of(v.role, v.organisation) == key])


def place_again(reader: Reader, back: Application) -> Standing | None:
    """Return the place of who may take part again: one that is free, or one on the waiting list.

    A place is free where nobody comes before on the waiting list. Who cannot take part is out; None where
    nothing is fixed.

    Parameters
    ----------
    reader
        The transaction in which that is taken back.
    back
        The application as it will be, neither withdrawn nor turned down any more.
    """
    run = reader.get(Run, back.run_id)
    if not run.selection_fixed:
        return None
    data = gather(reader, run)
    back = back.with_(place="waiting")
    data = replace(data, applications=[back if a.id == back.id else a for a in data.applications])
    pool = pool_of(data.applications)
    if all(a.id != back.id for a in pool.people(back.role)):
        return "out"
    queue = next((queue for queue in queues_of(data) if back in queue.people), None)
    if queue is None:
        return "selected"  # there is no quota
    held = Counter(a.place for a in queue.people)
    if held["selected"] >= queue.places:
        return "waiting"
    free = (place.application_id for vacancy in _vacancies(data) for place in vacancy.next)
    return "selected" if back.id in free else "waiting"


def fill_vacancies(store: Store, actor: Actor, run_id: str, version: int) -> list[Application]:
    """Let those who wait take the places that are free, as after a withdrawal or a larger quota.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    version
        Version of the run that the actor has seen.

    Returns
    -------
    list of Application
        Who moved up, as stored.

    Raises
    ------
    NotAllowed
        If the actor may not fix the selection.
    RuleBroken
        If the tandems have been approved.
    StaleRecord
        If somebody fixed, released or approved in the meantime; carries both versions.
    """
    with store.write(actor.name, MOVE_UP) as writer:
        data = read(writer, actor, FIX, run_id)
        refuse_other_version(data.run, version)
        refuse_after_approval(data.run)
        return _fill(writer, _vacancies(data))


def _fill(writer: Writer, free: Iterable[Vacancy]) -> list[Application]:
    moved = []
    for vacancy in free:
        reason = say("A place of {organisation} became free.", organisation=vacancy.organisation)
        deed = writer.besides(MOVE_UP, reason)
        for place in vacancy.next:
            application = deed.get(Application, place.application_id)
            moved.append(deed.save(application.with_(place="selected")))
    return moved
