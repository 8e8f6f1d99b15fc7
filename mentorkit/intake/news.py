"""What taking files in adds and changes, and which of their rows are not the actor's to take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mentorkit.intake.findings import where
from mentorkit.intake.history import new_tandems
from mentorkit.intake.organisations import Organisations
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.records import EarlierTandem

if TYPE_CHECKING:
    from mentorkit.intake.context import RawRow
    from mentorkit.intake.intake import Intake

#: So many rows of organisations that nobody knows are named.
_NAMED = 10


def to_take(intake: Intake) -> tuple[int, int]:
    """Return how many applications taking an intake in adds, and how many stored ones it changes.

    Those that only stand in another place of a file now count where nothing else changes.
    """
    changed = [row for row in intake.rows if row.stored is not None and row.application != row.stored]
    told = sum(bool(row.differences) for row in changed)
    return sum(row.stored is None for row in intake.rows), told or len(changed)


def new_history(intake: Intake) -> list[EarlierTandem]:
    """Return the tandems of earlier runs that taking an intake in adds, or gives their run.

    They are of no single organisation, so nothing of them is taken from who does not answer for all.
    """
    context = intake.context
    if context.own is not None or not intake.earlier:
        return []
    return [told for told, _ in new_tandems(intake.earlier, context.earlier)]


def changes_nothing(intake: Intake) -> bool:
    """Tell whether something was read, and taking it in would leave all as it is."""
    found = intake.applications or intake.earlier or intake.left_out
    return bool(found) and not any(to_take(intake)) and not new_history(intake)


def left_out(intake: Intake, place: int) -> list[str]:
    """Say which rows of a file, by its place, are left out since they are not the actor's to take.

    Of organisations that are known nothing but a number is told. Where nobody knows the organisation, the row
    may be the actor's own with a typing error, so that it is named.
    """
    raws = [raw for raw in intake.left_out if raw.file == place]
    if not raws:
        return []
    odd = _of_nobody(intake, raws)
    others = len(raws) - len(odd)
    said = []
    if others and not odd and not any(row.raw.file == place for row in intake.rows):
        own = listing(sorted(intake.context.own or ()))
        said.append(
            say("This file holds people of other organisations only; you take in for {own}.", own=own)
        )
    elif others:
        said.append(
            say_n(
                "{n} row of another organisation was left out.",
                "{n} rows of other organisations were left out.",
                others,
            )
        )
    return [*said, *_named(odd)]


def _of_nobody(intake: Intake, raws: Iterable[RawRow]) -> list[tuple[RawRow, str]]:
    """Return the rows of which nobody knows the organisation, with what they say of it."""
    context = intake.context
    known = Organisations.of(context.settings.organisations, context.organisations)
    names = set(known.names.values())
    said = [(raw, {**raw.entries, **intake.mended.get(raw.id, {})}.get("organisation", "")) for raw in raws]
    return [(raw, text) for raw, text in said if known.match(text).name not in names]


def _named(odd: list[tuple[RawRow, str]]) -> list[str]:
    if not odd:
        return []
    rows = [
        say("{place}: “{organisation}”", place=where(raw.source), organisation=text)
        if text
        else say("{place}: no organisation", place=where(raw.source))
        for raw, text in odd[:_NAMED]
    ]
    if more := len(odd) - len(rows):
        rows.append(say_n("{n} further row", "{n} further rows", more))
    told = say_n(
        "{n} row was left out, since its organisation is not known ({rows}).",
        "{n} rows were left out, since their organisation is not known ({rows}).",
        len(odd),
        rows="; ".join(rows),
    )
    todo = say("If it is yours, please correct the organisation in the file and read it again.")
    return [f"{told} {todo}"]
