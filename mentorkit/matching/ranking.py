"""By what places are given, and the ranks that organisations give their own people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake.receipt import Receipt
from mentorkit.language import say
from mentorkit.matching.basis import (
    Basis,
    gather,
    refuse_fixed,
    refuse_other_version,
    stale,
)
from mentorkit.matching.places import Queue, queues
from mentorkit.matching.pool import pool_of
from mentorkit.matching.selection import Selection, Standing
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Orders, Role, Run, SelectionOrder
from mentorkit.store import Store, Writer

RANK = "selection.rank"


@dataclass(frozen=True)
class Line:
    """Somebody in a queue: where the person stands, None where the matching decides that still.

    ``number`` is the place on the waiting list, 0 where there is none or the ranking does not tell.
    """

    application: Application
    place: Standing | None
    number: int = 0
    #: When the application was received and where that is known from; None where nobody knows.
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Ranking:
    """A queue as who ranks it sees it."""

    queue: Queue
    lines: tuple[Line, ...]


def rankings(store: Store, actor: Actor, run_id: str) -> list[Ranking]:
    """Return the queues that the actor may rank, by organisation and role: an officer sees her own people.

    Raises
    ------
    NotAllowed
        If the actor may rank nobody.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        scopes = actor.scopes(RANK, run.programme_id)
        if not scopes:
            raise actor.refusal(RANK, run.programme_id)
        data = gather(reader, run)
    found = [q for q in queues_of(data) if None in scopes or q.organisation in scopes]
    found.sort(key=lambda queue: (queue.organisation.casefold(), queue.role))
    fixed = data.select() if run.selection_fixed else None
    return [Ranking(queue, tuple(_lines(queue, data, fixed))) for queue in found]


def queues_of(data: Basis) -> list[Queue]:
    """Return the queues of a run whose organisations have a quota, each in its order."""
    pool = pool_of(data.applications)
    part = {a.id for a in (*pool.mentees, *pool.mentors)}
    locks = [d for d in data.binding if d.kind == "lock"]
    roles: tuple[Role, ...] = ("mentee", "mentor")
    first = {(role, getattr(d, f"{role}_id")) for d in locks for role in roles}
    applications = [a for a in data.applications if a.id in part]
    return queues(applications, data.settings.quotas, data.run.orders, first, data.received, data.last)


def _lines(queue: Queue, data: Basis, fixed: Selection | None) -> Iterator[Line]:
    stands = fixed.stands if fixed else {}
    for before, application in enumerate(queue.people):
        place: Standing | None = "selected" if before < queue.places else "waiting"
        number = max(0, before + 1 - queue.places)
        if application.id in stands:
            place, number = stands[application.id].standing, stands[application.id].number
        elif queue.waiting and queue.order == "matching":
            place, number = None, 0
        yield Line(application, place, number, data.receipts.get(application.id))


def choose_order(  # noqa: PLR0913 - the last one is named
    store: Store,
    actor: Actor,
    run_id: str,
    order: SelectionOrder | None,
    version: int,
    *,
    organisation: str | None = None,
) -> Orders:
    """Say by what places are given: in general, or by one organisation for its own people.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    order
        By what; None for an organisation that goes by what holds in general again.
    version
        Version of the run that the actor has seen.
    organisation
        The organisation; None sets what holds in general.

    Raises
    ------
    NotAllowed
        If the actor may not rank the people of the organisation, or of all of them.
    RuleBroken
        If the selection is fixed.
    StaleRecord
        If somebody changed the run in the meantime; carries both versions.
    """
    with store.write(actor.name, "selection.order") as writer:
        run = writer.get(Run, run_id)
        actor.require(RANK, run.programme_id, organisation)
        refuse_other_version(run, version)
        refuse_fixed(run)
        general, own = run.orders.general, dict(run.orders.own)
        if organisation is None:
            general = order or "matching"
        elif order is None:
            own.pop(organisation, None)
        else:
            own[organisation] = order
        orders = Orders(general=general, own=own)
        if orders != run.orders:
            writer.save(run.with_(orders=orders))
    return orders


def rank(store: Store, actor: Actor, run_id: str, ranked: Sequence[Application]) -> list[Application]:
    """Give applications of one role and organisation their ranks by hand, the first one rank 1.

    Who is not among them loses the rank and comes behind.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    ranked
        The applications as the actor saw them, best first.

    Returns
    -------
    list of Application
        The same, as stored.

    Raises
    ------
    NotAllowed
        If the actor may not rank the people of this organisation.
    NotFound
        If one of them is not in this run.
    RuleBroken
        If they are not of one role and organisation, or the selection is fixed.
    StaleRecord
        If somebody changed one of them in the meantime; carries both.
    """
    with store.write(actor.name, RANK) as writer:
        run = writer.get(Run, run_id)
        stored = [writer.get(Application, a.id) for a in ranked]
        if any(a.run_id != run_id for a in stored):
            raise NotFound(say("There is no such application in this run."))
        for application in stored:
            actor.require(RANK, run.programme_id, application.organisation)
        if len({(a.role, a.organisation) for a in stored}) != 1:
            raise RuleBroken(say("Only people of one role and organisation can be ranked together."))
        role, organisation = stored[0].role, stored[0].organisation
        refuse_fixed(run)
        for mine, theirs in zip(ranked, stored, strict=True):
            if mine.version != theirs.version:
                raise stale(mine=mine, theirs=theirs)
        found = [_ranked(writer, a, number) for number, a in enumerate(stored, 1)]
        there = {a.id for a in stored}
        for other in writer.all(Application, run_id=run_id, role=role, organisation=organisation):
            if other.id not in there:
                _ranked(writer, other, None)
    return found


def _ranked(writer: Writer, application: Application, number: int | None) -> Application:
    return application if application.rank == number else writer.save(application.with_(rank=number))
