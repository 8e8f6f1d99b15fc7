"""Files that come again, corrected: which earlier one each seems to replace, stored or read with it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import PurePath

from mentorkit.intake.context import Context, FileReport, RawRow
from mentorkit.intake.identify import ID_HEADING, Side, found_again, plainly_same
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.text import words
from mentorkit.intake.vocabulary import EDITION

#: What a file can be a newer state of: a family that is stored, or the place of a file read with it.
Earlier = str | int
#: So many are named who stand in both files.
_NAMED = 3


_PARTS = re.compile(r"\d+|\D+").findall


@dataclass(frozen=True)
class Newer:
    """The file that another one seems to replace.

    Attributes
    ----------
    file
        The name under which it was taken in first, or is read.
    likely
        Whether it does so as long as nobody says otherwise.
    names
        Some who stand in both.
    place
        Its place among the files that are read together; None where it is stored.
    """

    file: str
    likely: bool
    names: tuple[str, ...]
    place: int | None = None


def in_order(files: Sequence[FileReport], context: Context) -> list[int]:
    """Return the places of files that are read together, older states first as far as it can be told.

    That is by what was taken in before, then by the names (*Liste*, *Liste 2*, *Liste neu*), then as given.
    """
    taken = {file.digest for file in context.taken}
    places = [place for place, report in enumerate(files) if report.content]
    return sorted(places, key=lambda i: (files[i].digest not in taken, *_edition(files[i].file), i))


def superseded(files: Sequence[FileReport], context: Context) -> dict[int, str]:
    """Return what each file was followed by that was taken in before and is not the last of its family.

    That is the name of the last state, by the file's place.
    """
    families: dict[str, dict[str, str]] = defaultdict(dict)
    for file in context.taken:
        families[file.family].setdefault(file.digest, file.name)
    found = {}
    for place, report in enumerate(files if families else ()):
        within = [list(states) for states in families.values() if report.content and report.digest in states]
        if within and all(states[-1] != report.digest for states in within):
            last = within[-1][-1]
            found[place] = next(file.name for file in context.taken if file.digest == last)
    return found


def newer_states(
    files: Sequence[FileReport], raws: Sequence[RawRow], context: Context, known: Organisations
) -> dict[int, Newer]:
    """Return which earlier file each file seems to replace, by its place, where that is a question.

    Earlier is what was taken in before, and what goes before it :func:`in_order`. It is a question if most
    people of the file, or one of them where the names are alike, applied by an earlier one in the same role
    for the same organisation. It is likely if most rows say word for word what that one said, or if most
    people are the same and the names are alike.
    """
    order, taken = in_order(files, context), {file.digest for file in context.taken}
    rows: dict[int, list[Side]] = defaultdict(list)
    if taken or len(order) > 1:
        for raw in raws:
            if ID_HEADING not in raw.extra:
                rows[raw.file].append(Side.of_raw(raw, context))
    index = _Index(known)
    if any(files[place].digest not in taken for place in order):
        index.add_stored(context)
    found = {}
    for i, place in enumerate(order):
        only_here = files[place].digest in taken  # it is known what it is in the store
        namesakes = [other for other in order[:i] if files[other].file == files[place].file]
        newer = _under_its_name(place, namesakes, raws, context, known)
        newer = newer or index.replaced(files, place, rows[place], only_here=only_here)
        if newer:
            found[place] = newer
        for side in rows[place]:
            index.add(side, (place,))
    return found


def _under_its_name(
    place: int, namesakes: Sequence[int], raws: Sequence[RawRow], context: Context, known: Organisations
) -> Newer | None:
    """Return the last file of the same name read before, if rows of it are found again as in the store."""
    for other in reversed(namesakes):
        own, earlier = ([raw for raw in raws if raw.file == one] for one in (place, other))
        if again := found_again(own, earlier, context, known):
            sides = [Side.of_raw(raw, context) for raw in own if raw.id in again]
            return Newer(own[0].source.file, likely=True, names=_some(sides), place=other)
    return None


def rows_of_earlier_states(
    raws: Sequence[RawRow],
    order: Sequence[int],
    replaces: Mapping[int, int],
    context: Context,
    known: Organisations,
) -> dict[str, str]:
    """Return which rows stand in a later state of their file that is read with it, and as which row there.

    Parameters
    ----------
    raws
        The rows.
    order
        The places of the files, older states first.
    replaces
        The file that each newer state replaces, by their places.
    context, known
        What is stored, and the organisations that can be meant.
    """
    found: dict[str, str] = {}
    first: dict[int, int] = {}
    for place in order if replaces else ():
        old = replaces.get(place)
        first[place] = place if old is None else first[old]
        if old is None:
            continue
        states = {other for other in first if first[other] == first[place]} - {place}
        earlier = [raw for raw in raws if raw.file in states and raw.id not in found]
        own = [raw for raw in raws if raw.file == place]
        found |= {old_id: new_id for new_id, old_id in found_again(own, earlier, context, known).items()}
    return found


@dataclass(frozen=True)
class _Index:
    """People of earlier files by role and name, with the files they stand in."""

    known: Organisations
    people: dict[tuple[object, ...], list[tuple[Side, Sequence[Earlier]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, side: Side, files: Sequence[Earlier]) -> None:
        self.people[side.role, side.name].append((side, files))

    def add_stored(self, context: Context) -> None:
        taken = {file.family for file in context.taken}
        for application in context.visible if taken else ():
            for entries in filter(None, (application.entries, context.originals.get(application.id))):
                side = Side.of_stored(application, entries, context)
                if not taken.isdisjoint(side.families):
                    self.add(side, side.families)

    def replaced(
        self, files: Sequence[FileReport], place: int, sides: Sequence[Side], *, only_here: bool
    ) -> Newer | None:
        """Return which earlier file the one of some rows seems to replace; ``only_here``: of those read."""
        people, alike = self._shared(sides)
        if only_here:
            people = {file: shared for file, shared in people.items() if isinstance(file, int)}
        if not people:
            return None
        names = {file: files[file].file if isinstance(file, int) else file for file in people}
        title = _title(files[place].file)
        file = max(
            people,
            key=lambda one: (
                len(people[one]),
                isinstance(one, int),
                len(alike[one]),
                _title(names[one]) == title,
            ),
        )
        own = max(len(people.get(family, ())) for family in sides[0].families)
        if isinstance(file, str) and own == len(people[file]):  # it comes again under its own name
            return None
        most, related = 2 * len(people[file]) > len(sides), _title(names[file]) == title
        if not (most or related):
            return None
        likely = 2 * len(alike[file]) > len(sides) or (most and related)
        here = file if isinstance(file, int) else None
        return Newer(names[file], likely, _some(list(people[file].values())), here)

    def _shared(
        self, sides: Sequence[Side]
    ) -> tuple[dict[Earlier, dict[int, Side]], dict[Earlier, set[int]]]:
        """Return which rows are by people of each earlier file, and which of them say what it said."""
        people: dict[Earlier, dict[int, Side]] = defaultdict(dict)
        alike: dict[Earlier, set[int]] = defaultdict(set)
        for i, side in enumerate(sides):
            for other, files in self.people.get((side.role, side.name), ()):
                together = self.known.agree(
                    side.entries.get("organisation", ""), other.entries.get("organisation", "")
                )
                if together and plainly_same(side, other):
                    for file in files:
                        people[file][i] = side
                        if side.entries == other.entries:
                            alike[file].add(i)
        return people, alike


def _some(sides: Sequence[Side]) -> tuple[str, ...]:
    return tuple(
        f"{side.entries.get('first_name', '')} {side.entries.get('last_name', '')}".strip()
        for side in sides[:_NAMED]
    )


def _title(name: str) -> list[str]:
    """Return the words of a file's name without what tells its editions apart."""
    return [part for part in _parts(name) if not _is_mark(part)]


def _edition(name: str) -> tuple[int, list[float]]:
    """Return by what the editions of a file are put in order; a word such as *neu* goes behind a number."""
    marks = [float(part) if part.isdecimal() else inf for part in _parts(name) if _is_mark(part)]
    return len(marks), marks


def _is_mark(part: str) -> bool:
    return part.isdecimal() or part in EDITION


def _parts(name: str) -> list[str]:
    """Return the words and the numbers of a file's name: *neu2* is two."""
    return [part for word in words(PurePath(name).stem) for part in _PARTS(word)]
