"""Files that come again under another name, corrected: which earlier one each seems to replace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from mentorkit.intake.context import Context, FileReport, RawRow
from mentorkit.intake.identify import ID_HEADING, Side, plainly_same
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.text import words
from mentorkit.intake.vocabulary import EDITION

#: So many are named who stand in both files.
_NAMED = 3


@dataclass(frozen=True)
class Newer:
    """The file that another one seems to replace.

    Attributes
    ----------
    file
        The name under which it was taken in first.
    likely
        Whether it does so as long as nobody says otherwise.
    names
        Some who stand in both.
    """

    file: str
    likely: bool
    names: tuple[str, ...]


def newer_states(
    files: Sequence[FileReport], raws: Sequence[RawRow], context: Context, known: Organisations
) -> dict[int, Newer]:
    """Return which file taken in before each file seems to replace, by its place, where that is a question.

    It is one if most people of the file, or one of them where the names are alike, applied by an earlier one
    in the same role for the same organisation. It is likely if most rows say word for word what that one
    said, or if most people are the same and the names are alike.
    """
    taken = {file.family for file in context.taken}
    stored: dict[tuple[object, ...], list[Side]] = defaultdict(list)
    for application in context.visible if taken else ():
        for entries in filter(None, (application.entries, context.originals.get(application.id))):
            side = Side.of_stored(application, entries, context)
            if not taken.isdisjoint(side.families):
                stored[side.role, side.name].append(side)
    rows: dict[int, list[Side]] = defaultdict(list)
    for raw in raws if stored else ():
        if ID_HEADING not in raw.extra:
            rows[raw.file].append(Side.of_raw(raw, context))
    found = {place: _replaced(files[place], sides, stored, known) for place, sides in rows.items()}
    return {place: newer for place, newer in found.items() if newer}


def _replaced(
    report: FileReport,
    sides: Sequence[Side],
    stored: dict[tuple[object, ...], list[Side]],
    known: Organisations,
) -> Newer | None:
    people: dict[str, dict[int, Side]] = defaultdict(dict)
    alike: dict[str, set[int]] = defaultdict(set)
    for i, side in enumerate(sides):
        for other in stored.get((side.role, side.name), ()):
            together = known.agree(
                side.entries.get("organisation", ""), other.entries.get("organisation", "")
            )
            if together and plainly_same(side, other):
                for family in other.families:
                    people[family][i] = side
                    if side.entries == other.entries:
                        alike[family].add(i)
    if not people:
        return None
    title = _title(report.file)
    file = max(people, key=lambda name: (len(people[name]), len(alike[name]), _title(name) == title))
    own = max(len(people.get(family, ())) for family in sides[0].families)
    if own == len(people[file]):  # it comes again under its own name
        return None
    most = 2 * len(people[file]) > len(sides)
    related = _title(file) == title
    if not (most or related):
        return None
    names = tuple(
        f"{side.entries.get('first_name', '')} {side.entries.get('last_name', '')}".strip()
        for side in list(people[file].values())[:_NAMED]
    )
    return Newer(file, 2 * len(alike[file]) > len(sides) or (most and related), names)


def _title(name: str) -> list[str]:
    """Return the words of a file's name without what tells its editions apart."""
    return [word for word in words(PurePath(name).stem) if not word.isdecimal() and word not in EDITION]
