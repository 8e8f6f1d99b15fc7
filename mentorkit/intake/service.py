"""Taking applications in, mending and deciding on them, in the hands of an actor."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from mentorkit.errors import StoreError
from mentorkit.forms.schema import Wording
from mentorkit.intake.actions import accept, readmit, refuse, take_back, withdraw
from mentorkit.intake.assess import revised
from mentorkit.intake.context import Context, Row
from mentorkit.intake.entries import as_kept
from mentorkit.intake.intake import Intake
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances
from mentorkit.intake.reading import read
from mentorkit.intake.settle import settle
from mentorkit.intake.sheets import FileLike
from mentorkit.intake.stored import MEND, OVERRULE, TAKE_IN, context_in, scope, seen, stamp, stamp_of
from mentorkit.intake.taking import Taking, save_mended, take_file
from mentorkit.language import say
from mentorkit.language.formats import listing
from mentorkit.privacy.ledger import put_down
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    Role,
    Run,
    Source,
)
from mentorkit.store import Store, Writer

__all__ = [
    "accept", "applications", "commit", "context_of", "enter", "intake", "mend", "readmit", "refuse",
    "take_back", "withdraw",
]  # fmt: skip


def context_of(store: Store, actor: Actor, run_id: str) -> Context:
    """Return what an intake has to know of a run, for :meth:`Intake.from_draft`.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        return context_in(reader, actor, run_id)


def intake(  # noqa: PLR0913 - two of the six are named
    store: Store,
    actor: Actor,
    run_id: str,
    files: Sequence[FileLike],
    *,
    commit: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Intake:
    """Read application files and, unless told otherwise, take them in.

    The same file again changes nothing; a corrected one updates what changed, unless a person decided on
    it since.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    files
        Paths, or names with contents. What cannot be read is refused by name, the others are taken.
    commit
        Whether to store what was read.
    progress
        Called with the number of files read and their total.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications.
    StoreError
        If the workbench cannot be written.
    """
    with _collecting_nothing():
        result = read(files, context_of(store, actor, run_id), progress)
        return _commit(store, actor, run_id, result) if commit else result


def commit(store: Store, actor: Actor, run_id: str, intake: Intake) -> Intake:
    """Store an intake with the decisions taken on it, and return it as stored.

    Each file is one transaction: its rows as they came, then what was mended and decided on them, each as
    a change of its own, so that the trail tells who said what.

    Raises
    ------
    NotAllowed
        If the actor may not do something of it; nothing is stored then.
    StoreError
        If the workbench cannot be written.
    """
    with _collecting_nothing():
        return _commit(store, actor, run_id, intake)


def mend(
    store: Store, actor: Actor, application_id: str, entries: Mapping[str, str], version: int
) -> Application:
    """Correct entries of an application, which is judged anew.

    Parameters
    ----------
    store, actor, application_id
        Where, who, and which application.
    entries
        New texts by field; an empty text takes the entry away.
    version
        The version the actor saw.

    Raises
    ------
    NotAllowed
        If the actor may not mend it, or not move it to the organisation given.
    NotFound
        If there is no such application or field.
    RuleBroken
        If a text is too long.
    StaleRecord
        If somebody changed it in the meantime.
    """
    entries = as_kept(entries)
    with store.write(actor.name, MEND) as writer:
        application, context = seen(writer, actor, application_id, version, MEND)
        saved = save_mended(writer, actor, context, application, entries)
        settle(writer, context.run)
    return saved


def enter(  # noqa: PLR0913 - the last two are named
    store: Store,
    actor: Actor,
    run_id: str,
    role: Role,
    entries: Mapping[str, str],
    *,
    source: Source,
    agreed: Wording | None = None,
) -> Application:
    """Take in one application that came by a form, judged like any other.

    ``agreed`` is the text on taking part to which the applicant agreed, if she did.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications of the organisation it is for.
    NotFound
        If there is no such run or field.
    RuleBroken
        If a text is too long.
    """
    with store.write(actor.name, TAKE_IN) as writer:
        application = entered(writer, actor, run_id, role, entries, source=source)
        if agreed is not None:
            programme_id = writer.get(Run, run_id).programme_id
            put_down(writer, programme_id, application.person_id, {"application": agreed}, channel="paper",
                     by=actor.name)  # fmt: skip
        return application


def entered(  # noqa: PLR0913 - the last is named
    writer: Writer,
    actor: Actor,
    run_id: str,
    role: Role,
    entries: Mapping[str, str],
    *,
    source: Source,
) -> Application:
    """Take in one application as :func:`enter` does, within a transaction that does more.

    Raises
    ------
    NotAllowed, NotFound, RuleBroken
        As :func:`enter`.
    """
    given = {name: text for name, text in as_kept(entries).items() if text}
    context = context_in(writer, actor, run_id)
    heard = [given["organisation"]] if "organisation" in given else []
    known = Organisations.of(context.settings.organisations, context.organisations, heard)
    blank = Application(
        id="", run_id=run_id, person_id="", role=role, first_name="", last_name="", source=source
    )
    fresh = revised(blank, given, context, known, Acquaintances(context.applications))
    saved = Taking.begin(writer, actor, context, known).save(TAKE_IN, fresh)
    settle(writer, context.run)
    return saved


def applications(store: Store, actor: Actor, run_id: str) -> list[Application]:
    """Return the applications of a run that the actor may see, in the order they were made.

    Raises
    ------
    NotAllowed
        If the actor may see none.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        own = scope(actor, "application.read", run)
        found = reader.all(Application, run_id=run_id)
    return [a for a in found if own is None or a.organisation in own]


# -- committing -----------------------------------------------------------------------------------


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Let Python look for no garbage meanwhile: all that is made is kept, and looking costs a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _commit(store: Store, actor: Actor, run_id: str, given: Intake) -> Intake:
    given = _current(store, actor, run_id, given)
    _check_decisions(actor, given)
    rows: dict[str, Row] = {}
    taken: list[str] = []
    judged, seen_last = given, stamp_of(given.context)
    stored = {application.id: application for application in given.context.applications}
    for place in given.in_turn:
        file = given.files[place]
        if file.status != "read":
            continue
        try:
            with store.write(actor.name, TAKE_IN, file.file) as writer:
                if stamp(writer, given.context.run) != seen_last:  # somebody wrote since it was judged
                    judged = given.with_context(context_in(writer, actor, run_id))
                    stored = {application.id: application for application in judged.context.applications}
                    _check_decisions(actor, judged)
                done, placing = take_file(writer, actor, judged, place, stored)
                seen_last = stamp(writer, given.context.run)
                stored |= {moved.id: moved for moved in placing.pass_on(writer)}
        except StoreError as error:
            raise _stopped(error, taken) from error
        rows |= {row.raw.id: row for row in done}
        taken.append(file.file)
    now = {key: replace(row, application=stored[row.application.id]) for key, row in rows.items()}
    return judged.as_stored(now)


def _current(store: Store, actor: Actor, run_id: str, given: Intake) -> Intake:
    """Return an intake judged by what is stored now: itself, unless somebody wrote since."""
    with store.read() as reader:
        scope(actor, TAKE_IN, reader.get(Run, run_id))
        if stamp(reader, given.context.run) == stamp_of(given.context):
            return given
        return given.with_context(context_in(reader, actor, run_id))


def _stopped(error: StoreError, taken: list[str]) -> StoreError:
    """Say which files are in the store already when it refuses a further one."""
    if not taken:
        return error
    return StoreError(
        say(
            "{why} Taken in before that: {files}. Reading all files again later adds the others only.",
            why=error,
            files=listing(taken),
        )
    )


def _check_decisions(actor: Actor, given: Intake) -> None:
    programme_id = given.context.run.programme_id
    for row in given.rows:
        for action, decided in ((MEND, given.decisions.mended), (OVERRULE, given.decisions.overruled)):
            if row.raw.id in decided:
                actor.require(action, programme_id, row.application.organisation)
