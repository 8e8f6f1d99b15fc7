"""The places of a fixed selection that are free although people wait for them, and letting these move up."""

from __future__ import annotations

from mentorkit.errors import RuleBroken
from mentorkit.intake.deciding import check_reason
from mentorkit.intake.stored import check_version
from mentorkit.language import say
from mentorkit.matching.basis import (
    FIX,
    Basis,
    read,
    refuse_after_approval,
    refuse_other_version,
)
from mentorkit.matching.placing import MOVE_UP, moved_up
from mentorkit.matching.selection import Vacancy
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application
from mentorkit.store import Store


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


def give_place(store: Store, actor: Actor, application_id: str, reason: str, version: int) -> Application:
    """Give one who waits a free place of her organisation, whoever is before her on the list.

    Parameters
    ----------
    store, actor, application_id
        Where, who, and to whom.
    reason
        Why; it is kept in the trail.
    version
        Version of the application that the actor has seen.

    Raises
    ------
    NotAllowed
        If the actor may not fix the selection.
    RuleBroken
        If there is no reason, the tandems have been approved, or no place is free for her.
    StaleRecord
        If somebody changed the application in the meantime; carries both versions.
    """
    check_reason(reason)
    with store.write(actor.name, MOVE_UP, reason.strip()) as writer:
        application = writer.get(Application, application_id)
        data = read(writer, actor, FIX, application.run_id)
        check_version(application, version)
        refuse_after_approval(data.run)
        if application_id not in {place.application_id for v in _vacancies(data) for place in v.waiting}:
            raise RuleBroken(say("No place is free that {name} waits for.", name=application.name))
        return writer.save(application.with_(place="selected"))


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
        free = _vacancies(data)
        return moved_up(writer, ((place.application_id, v.organisation) for v in free for place in v.next))
