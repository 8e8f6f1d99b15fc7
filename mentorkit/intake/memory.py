"""What was said of headings and tables, remembered for later files of the same organisation, or of all."""

from __future__ import annotations

from collections.abc import Mapping

from mentorkit.errors import NotFound
from mentorkit.intake.headings import normal
from mentorkit.intake.mapping import check_holds, check_meaning
from mentorkit.intake.stored import TAKE_IN, context_in
from mentorkit.intake.vocabulary import HEADINGS
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import HeadingMeaning, Run
from mentorkit.store import Store


def remember(
    store: Store, actor: Actor, run_id: str, said: Mapping[str, str], organisation: str | None = None
) -> tuple[HeadingMeaning, ...]:
    """Remember what headings mean, for all later files of the run's programme.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and in which run.
    said
        The field by heading, as written or as :func:`~mentorkit.intake.headings.normal` writes it; empty for
        a heading to be left alone. What was remembered of it before is replaced.
    organisation
        Whose files are meant; None for those of all organisations.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications of the organisation, or not of all of them.
    NotFound
        If there is no such run or field.
    """
    fields = {normal(text): field for text, field in said.items()}
    for field in fields.values():
        check_meaning(field)
    fields.pop("", None)
    return _keep_in_mind(store, actor, run_id, fields, organisation)


def remember_tables(
    store: Store, actor: Actor, run_id: str, said: Mapping[str, str], organisation: str | None = None
) -> tuple[HeadingMeaning, ...]:
    """Remember whom tables hold, and which rows are headings, for later files.

    Parameters
    ----------
    store, actor, run_id, organisation
        As for :func:`remember`.
    said
        ``mentee``, ``mentor``, ``history`` or ``nothing`` by what a table is known by
        (:attr:`~mentorkit.intake.context.SheetReport.signature`); ``headings`` by what a row is known by
        (:func:`~mentorkit.intake.tables.row_signature`).

    Raises
    ------
    NotAllowed, NotFound
        As :func:`remember`.
    """
    for meaning in said.values():
        if meaning != HEADINGS:
            check_holds(meaning)
    return _keep_in_mind(store, actor, run_id, said, organisation)


def _keep_in_mind(
    store: Store, actor: Actor, run_id: str, fields: Mapping[str, str], organisation: str | None
) -> tuple[HeadingMeaning, ...]:
    """Store what headings, rows or tables mean, in place of what was remembered of them."""
    with store.write(actor.name, "heading.remember") as writer:
        programme_id = writer.get(Run, run_id).programme_id
        actor.require(TAKE_IN, programme_id, organisation)
        before = {
            meaning.heading: meaning
            for meaning in writer.all(HeadingMeaning, programme_id=programme_id)
            if meaning.organisation == organisation
        }
        saved = []
        for heading, field in fields.items():
            meaning = before.get(heading) or HeadingMeaning(
                id=writer.new_id(HeadingMeaning),
                programme_id=programme_id,
                organisation=organisation,
                heading=heading,
                field=field,
            )
            saved.append(writer.save(meaning.with_(field=field)))
    return tuple(saved)


def remembered(store: Store, actor: Actor, run_id: str) -> tuple[HeadingMeaning, ...]:
    """Return what is remembered of headings: for all organisations, and for those the actor answers for.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        found = context_in(reader, actor, run_id).meanings
    return tuple(sorted(found, key=lambda meaning: (meaning.organisation or "", meaning.heading)))


def forget(store: Store, actor: Actor, run_id: str, meaning_id: str) -> None:
    """Forget what a heading means; what was read by it stays as it is.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications of the organisation it was remembered for, or not of all.
    NotFound
        If there is no such run, or nothing like that is remembered in its programme.
    """
    with store.write(actor.name, "heading.forget") as writer:
        programme_id = writer.get(Run, run_id).programme_id
        meaning = writer.get(HeadingMeaning, meaning_id)
        actor.require(TAKE_IN, programme_id, meaning.organisation)
        if meaning.programme_id != programme_id:
            raise NotFound(say("Nothing is remembered of this heading."))
        writer.delete(meaning)
