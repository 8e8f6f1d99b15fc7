"""What is stored of a run, as far as an actor may see it."""

from __future__ import annotations

from mentorkit.errors import StaleRecord
from mentorkit.intake.context import Context
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    HeadingMeaning,
    Organisation,
    Programme,
    Run,
)
from mentorkit.store import Reader, Writer

TAKE_IN, MEND, OVERRULE = "application.take_in", "application.mend", "application.overrule"
WITHDRAW = "application.withdraw"


def scope(actor: Actor, action: str, run: Run) -> frozenset[str] | None:
    """Return the organisations the actor may do this for; None for all.

    Raises
    ------
    NotAllowed
        If there is none.
    """
    scopes = actor.scopes(action, run.programme_id)
    if not scopes:
        actor.require(action, run.programme_id)
    return None if None in scopes else frozenset(scope for scope in scopes if scope)


def context_in(reader: Reader, actor: Actor, run_id: str, action: str = TAKE_IN) -> Context:
    """Return what an intake has to know of a run, for an actor who may do something with it."""
    run = reader.get(Run, run_id)
    own = scope(actor, action, run)
    stored = tuple(reader.all(Application, run_id=run_id))
    return Context(
        run=run,
        settings=reader.get(Programme, run.programme_id).settings,
        applications=stored,
        organisations=tuple(reader.all(Organisation, programme_id=run.programme_id)),
        earlier=tuple(reader.all(EarlierTandem, programme_id=run.programme_id)),
        originals=_originals(reader, {a.id for a in stored}),
        own=own,
        meanings=tuple(
            meaning
            for meaning in reader.all(HeadingMeaning, programme_id=run.programme_id)
            if own is None or meaning.organisation is None or meaning.organisation in own
        ),
    )


def _originals(reader: Reader, ids: set[str]) -> dict[str, dict[str, str]]:
    """Return what the file had said, of the applications that were mended since."""
    touched = {entry["subject"] for entry in reader.trail(kind="application", action=MEND)} & ids
    found: dict[str, dict[str, str]] = {}
    for subject in touched:
        for entry in reader.trail(kind="application", subject=subject):
            if entry["action"] == MEND:
                break
            if entry["action"] == TAKE_IN and entry["after"]:
                found[subject] = dict(entry["after"]["entries"])
    return found


def seen(
    writer: Writer, actor: Actor, application_id: str, version: int, action: str
) -> tuple[Application, Context]:
    """Return an application as the actor saw it, and its context.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        If the actor may not do this with it, if it is gone, or if it was changed since.
    """
    application = writer.get(Application, application_id)
    run = writer.get(Run, application.run_id)
    actor.require(action, run.programme_id, application.organisation)
    if application.version != version:
        raise StaleRecord(
            say("Somebody else changed this in the meantime. Please look at both versions and decide again."),
            mine=application.with_(version=version),
            theirs=application,
        )
    return application, context_in(writer, actor, run.id, action)
