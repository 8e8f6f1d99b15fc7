"""Who gets a place, on a workbench: rankings, the selection and its waiting lists, each by an actor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.language import say
from mentorkit.matching.basis import (
    Basis,
    gather,
    read,
    refuse_after_approval,
    refuse_other_version,
    stale,
)
from mentorkit.matching.compare import Comparison, outcome
from mentorkit.matching.places import Key, Queue, key_of, queues
from mentorkit.matching.pool import pool_of
from mentorkit.matching.selection import Selection, Standing, Vacancy
from mentorkit.privacy.permissions import Actor, refused
from mentorkit.programme.records import Application, Orders, Role, Run, SelectionOrder
from mentorkit.store import Reader, Store, Writer

FIX, RELEASE, RANK, MOVE_UP = "selection.fix", "selection.release", "selection.rank", "selection.move_up"


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
    return _by(data, order).select()


def _by(data: Basis, order: SelectionOrder | None) -> Basis:
    """Return a basis with another order in general; what organisations chose for themselves stays."""
    if order is None or data.run.selection_fixed:
        return data
    orders = data.run.orders.model_copy(update={"general": order})
    return _with_run(data, data.run.with_(orders=orders))


def _with_run(data: Basis, run: Run) -> Basis:
    return Basis(run, data.settings, data.applications, data.decisions, data.wishes, data.earlier)


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
        If the tandems have been approved, or locked tandems contradict a rule or each other.
    StaleRecord
        If somebody fixed, released or approved in the meantime; carries both versions.
    """
    with store.write(actor.name, FIX) as writer:
        data = read(writer, actor, FIX, run_id)
        refuse_other_version(data.run, version)
        if data.run.selection_fixed:
            return data.select()
        refuse_after_approval(data.run)
        data = _by(data, order)
        places = data.select().places
        saved = [writer.save(a.with_(place=places[a.id])) for a in data.applications]
        run = writer.save(data.run.with_(selection_fixed=True))
    return Basis(run, data.settings, saved, data.decisions, data.wishes, data.earlier).select()


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
    around = {"decisions": data.decisions, "wishes": data.wishes, "earlier": data.earlier}
    chosen, ranked = (
        outcome(data.applications, data.settings, each, **around)  # type: ignore[arg-type]
        for each in (Orders(), orders)
    )
    return Comparison(chosen, ranked)


# -- rankings -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """Somebody in a queue: where the person stands, None where the matching decides that still.

    ``number`` is the place on the waiting list, 0 where there is none or the ranking does not tell.
    """

    application: Application
    place: Standing | None
    number: int = 0


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
            raise refused(RANK)
        data = gather(reader, run)
    found = [q for q in _queues(data) if None in scopes or q.organisation in scopes]
    found.sort(key=lambda queue: (queue.organisation.casefold(), queue.role))
    return [Ranking(queue, tuple(_lines(queue, fixed=run.selection_fixed))) for queue in found]


def _queues(data: Basis) -> list[Queue]:
    pool = pool_of(data.applications)
    part = {a.id for a in (*pool.mentees, *pool.mentors)}
    locks = [d for d in data.decisions if d.kind == "lock"]
    roles: tuple[Role, ...] = ("mentee", "mentor")
    first = {(role, getattr(d, f"{role}_id")) for d in locks for role in roles}
    applications = [a for a in data.applications if a.id in part]
    return queues(applications, data.settings.quotas, data.run.orders, first)


def _lines(queue: Queue, *, fixed: bool) -> Iterator[Line]:
    ranked, count = queue.order != "matching", 0
    for number, application in enumerate(queue.people):
        place: Standing | None = "selected" if number < queue.places else "waiting"
        if fixed:
            place = application.place or "out"
        elif queue.waiting and not ranked:
            place = None
        count += place == "waiting"
        yield Line(application, place, count if ranked and place == "waiting" else 0)


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
        _refuse_fixed(run)
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
        _refuse_fixed(run)
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


def _refuse_fixed(run: Run) -> None:
    if run.selection_fixed:
        raise RuleBroken(
            say("The selection is fixed. Please release it before changing by what places are given.")
        )


# -- waiting lists --------------------------------------------------------------------------------


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
    for queue in _queues(data):
        if key_of(queue.role, queue.organisation) == key:
            held = Counter(a.place for a in queue.people)
            return held["selected"] < queue.places and held["waiting"] > 0
    return False


def move_up(writer: Writer, withdrawn: Application) -> list[Application]:
    """Let who is next on a waiting list take the place of who withdrew, in the same transaction.

    Belongs to the withdrawal, whose actor was asked for the permission: only people of the same role and
    organisation move up. Nobody does where nothing is fixed, and nobody once the tandems are approved:
    then :func:`vacancies` tells of the free place, and a person decides.

    Parameters
    ----------
    writer
        The transaction of the withdrawal.
    withdrawn
        The application as it is stored now.

    Returns
    -------
    list of Application
        Who moved up, as stored.
    """
    run = writer.get(Run, withdrawn.run_id)
    if not run.selection_fixed or run.approved_at:
        return []
    key, data = key_of(withdrawn.role, withdrawn.organisation), gather(writer, run)
    if not _may_move_up(data, key):
        return []
    return _fill(writer, [v for v in _vacancies(data) if key_of(v.role, v.organisation) == key])


def place_again(reader: Reader, back: Application) -> Standing | None:
    """Return the place of who takes part again after a withdrawal: one that is free, or one on the list.

    A place is free where nobody comes before on the waiting list. Who cannot take part is out; None where
    nothing is fixed.

    Parameters
    ----------
    reader
        The transaction in which the withdrawal is taken back.
    back
        The application as it will be, not withdrawn any more.
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
    queue = next((queue for queue in _queues(data) if back in queue.people), None)
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
