"""The places of a fixed selection that are free although people wait for them, and letting these move up."""

from __future__ import annotations

from mentorkit.matching.basis import (
    Basis,
    read,
    refuse_after_approval,
    refuse_other_version,
)
from mentorkit.matching.choosing import FIX
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
