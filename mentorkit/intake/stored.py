"""What is stored of a run, as far as an actor may see it."""

from __future__ import annotations

from collections.abc import Sequence

from mentorkit.errors import RuleBroken, StaleRecord
from mentorkit.intake.context import Context
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    HeadingMeaning,
    Organisation,
    Programme,
    Record,
    Run,
    TakenFile,
)
from mentorkit.store import Reader, Writer

TAKE_IN, MEND, OVERRULE = "application.take_in", "application.mend", "application.overrule"
WITHDRAW, UNDO, REDO = "application.withdraw", "application.undo", "application.redo"
#: What changes entries otherwise than a file does.
_BY_PEOPLE = (MEND, UNDO, REDO, "person.merge", "person.unmerge")


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
    programme = reader.get(Programme, run.programme_id)
    return Context(
        run=run,
        settings=programme.settings,
        programme_version=programme.version,
        applications=stored,
        organisations=tuple(reader.all(Organisation, programme_id=run.programme_id)),
        earlier=tuple(reader.all(EarlierTandem, programme_id=run.programme_id)),
        originals=_originals(reader, stored),
        own=own,
        decides=bool(actor.scopes(OVERRULE, run.programme_id)),
        taken=tuple(reader.all(TakenFile, run_id=run_id)),
        meanings=tuple(
            meaning
            for meaning in reader.all(HeadingMeaning, programme_id=run.programme_id)
            if own is None or meaning.organisation is None or meaning.organisation in own
        ),
    )


def stamp(reader: Reader, run: Run) -> tuple[dict[str, int], ...]:
    """Return the versions of all that judging applications of a run depends on."""
    return (
        reader.versions(Application, run_id=run.id),
        reader.versions(Organisation, programme_id=run.programme_id),
        reader.versions(Programme, id=run.programme_id),
        reader.versions(Run, id=run.id),
    )


def stamp_of(context: Context) -> tuple[dict[str, int], ...]:
    """Return the same of what a context knows."""
    return (
        {application.id: application.version for application in context.applications},
        {organisation.id: organisation.version for organisation in context.organisations},
        {context.run.programme_id: context.programme_version},
        {context.run.id: context.run.version},
    )


def _originals(reader: Reader, stored: Sequence[Application]) -> dict[str, dict[str, str]]:
    """Return what the file had said last, of the applications that say something else by now.

    The file speaks where taking in changed the entries; where it did not, only the row has moved.
    """
    now = {application.id: application.entries for application in stored}
    touched = {e["subject"] for action in _BY_PEOPLE for e in reader.trail(kind="application", action=action)}
    found: dict[str, dict[str, str]] = {}
    for subject in touched & now.keys():
        said: dict[str, str] = now[subject]
        for entry in reader.trail(kind="application", subject=subject, action=TAKE_IN):
            before, after = (entry[side] and entry[side]["entries"] for side in ("before", "after"))
            if after is not None and after != before:
                said = after
        if said != now[subject]:
            found[subject] = dict(said)
    return found


def seen(
    writer: Writer, actor: Actor, application_id: str, version: int, action: str
) -> tuple[Application, Context]:
    """Return an application as the actor saw it, and its context.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        If the actor may not do this with it, if it is gone, or if it was changed since.
    RuleBroken
        If what it said was erased.
    """
    application = writer.get(Application, application_id)
    run = writer.get(Run, application.run_id)
    actor.require(action, run.programme_id, application.organisation)
    check_version(application, version)
    check_not_erased(application)
    return application, context_in(writer, actor, run.id, action)


def check_not_erased(application: Application) -> None:
    """Do nothing unless what an application said was erased.

    Raises
    ------
    RuleBroken
        If it was: nothing of it can be changed or come back.
    """
    if application.erased:
        raise RuleBroken(
            say("What this application said was erased; nothing of it can be changed or come back.")
        )


def check_version(record: Record, version: int) -> None:
    """Do nothing if a record is as the actor saw it.

    Raises
    ------
    StaleRecord
        If somebody changed it since.
    """
    if record.version != version:
        raise StaleRecord(
            say("Somebody else changed this in the meantime. Please look at both versions and decide again."),
            mine=record.with_(version=version),
            theirs=record,
        )
