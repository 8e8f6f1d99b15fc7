"""What people ask for by law, such as what is held on them, and until when it is to be answered."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from mentorkit.errors import NotFound, RuleBroken, UsageError
from mentorkit.intake.stored import check_version
from mentorkit.language import later, say
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import DataRequest, Requested
from mentorkit.programme.records import Person, Programme
from mentorkit.programme.retention import months_after
from mentorkit.store import Store

READ, CHANGE = "request.read", "request.change"
KINDS: dict[Requested, str] = {
    "information": later("Information on what is held"),
    "correction": later("Correction"),
    "erasure": later("Erasure"),
    "restriction": later("Restriction of what is done with the data"),
    "objection": later("Objection"),
}
STATES = {"open": later("open"), "done": later("done"), "declined": later("refused to answer")}
_LONGEST = 2000


def requests(store: Store, actor: Actor, programme_id: str) -> list[DataRequest]:
    """Return the requests of a programme: the open ones first, what is due first, then the closed ones.

    Raises
    ------
    NotAllowed
        If the actor may not read them (``request.read``).
    """
    actor.require(READ, programme_id)
    with store.read() as reader:
        found = reader.all(DataRequest, programme_id=programme_id)
    return sorted(found, key=lambda request: (request.state != "open", request.due, request.received))


def note_request(  # noqa: PLR0913 - the last two are named
    store: Store,
    actor: Actor,
    programme_id: str,
    kind: Requested,
    received: dt.date,
    *,
    person_id: str | None = None,
    remark: str = "",
) -> DataRequest:
    """Note that somebody asked for something; it is due as many months later as the programme says.

    Raises
    ------
    NotAllowed
        If the actor may not change requests (``request.change``).
    NotFound
        If there is no such programme, or no such person in it.
    UsageError
        If it came on a day that is still to come, is of no known kind, or the remark is too long.
    """
    if kind not in KINDS:
        raise UsageError(say("Please say what was asked for."))
    remark = _checked(remark)
    with store.write(actor.name, CHANGE) as writer:
        actor.require(CHANGE, programme_id)
        if received > writer.at.astimezone().date():
            raise UsageError(say("This day is still to come. Please give the day on which the request came."))
        person = writer.get(Person, person_id) if person_id else None
        if person and person.programme_id != programme_id:
            raise NotFound(say("There is no such person in this programme."))
        months = writer.get(Programme, programme_id).settings.privacy.answer_months
        return writer.save(
            DataRequest(
                id=writer.new_id(DataRequest), programme_id=programme_id, person_id=person_id, kind=kind,
                received=received, due=months_after(received, months), remark=remark, by=actor.name,
            )
        )  # fmt: skip


def close(  # noqa: PLR0913 - the last is named
    store: Store,
    actor: Actor,
    request: DataRequest,
    state: Literal["done", "declined"],
    on: dt.date,
    *,
    remark: str | None = None,
) -> DataRequest:
    """Note that a request was fulfilled, or declined, on a day.

    A remark, such as why, takes the place of the one before.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`note_request`.
    RuleBroken
        If it is closed already.
    StaleRecord
        If somebody changed it in the meantime.
    UsageError
        If the day lies before the request, or is still to come, or the remark is too long.
    """
    remark = None if remark is None else _checked(remark)
    with store.write(actor.name, CHANGE) as writer:
        found = writer.get(DataRequest, request.id)
        actor.require(CHANGE, found.programme_id)
        check_version(found, request.version)
        if found.state != "open":
            raise RuleBroken(say("This request is closed already."))
        if not found.received <= on <= writer.at.astimezone().date():
            raise UsageError(say("Please choose a day between the request and today."))
        return writer.save(
            found.with_(state=state, closed=on, remark=found.remark if remark is None else remark)
        )


def reopen(store: Store, actor: Actor, request: DataRequest) -> DataRequest:
    """Take back that a request was closed.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`close`.
    """
    with store.write(actor.name, CHANGE) as writer:
        found = writer.get(DataRequest, request.id)
        actor.require(CHANGE, found.programme_id)
        check_version(found, request.version)
        return writer.save(found.with_(state="open", closed=None))


def overdue(request: DataRequest, today: dt.date) -> bool:
    """Tell whether a request should have been answered by now."""
    return request.state == "open" and request.due < today


def _checked(remark: str) -> str:
    remark = remark.strip()
    if len(remark) > _LONGEST:
        raise UsageError(say("The remark is too long: please use {most} characters at most.", most=_LONGEST))
    return remark
