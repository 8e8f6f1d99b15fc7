"""Files that come again, corrected: which earlier one each seems to replace, stored or read with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from mentorkit.intake.context import Context, FileReport, RawRow
from mentorkit.intake.editions import Edition
from mentorkit.intake.identify import ID_HEADING, Side, found_again, plainly_same
from mentorkit.intake.organisations import Organisations

#: What a file can be a newer state of: a family that is stored, or the place of a file read with it.
Earlier = str | int
#: So many are named who stand in both files.
_NAMED = 3


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
    agree
        Whether all who stand in both say the same there, so that it does not matter which is newer.
    unsure
        Whether they seem to be states of one file, but nothing tells for sure which is the newer one.
    """

    file: str
    likely: bool
    names: tuple[str, ...]
    place: int | None = None
    agree: bool = False
    unsure: bool = False


def behind(files: Sequence[FileReport]) -> dict[int, int]:
    """Return the file read with it of which somebody said that each is an older state, by their places."""
    return {
        place: other
        for place, report in enumerate(files)
        if report.answers.older
        for other, file in enumerate(files)
        if other != place and file.content and file.file == report.answers.replaces
    }


def in_order(files: Sequence[FileReport], context: Context) -> list[int]:
    """Return the places of files that are read together, older states first as far as it can be told.

    That is by what somebody said, by what was taken in before, then by the names (*Liste*, *Liste 2*,
    *Liste neu*), then as given.
    """
    taken = {file.digest for file in context.taken}
    places = [place for place, report in enumerate(files) if report.content]
    order = sorted(places, key=lambda i: (files[i].digest not in taken, *Edition.of(files[i].file).order, i))
    for older, newer in behind(files).items():
        if order.index(older) > order.index(newer):
            order.remove(older)
            order.insert(order.index(newer), older)
    return order


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
    people are the same and the names are alike; but never against the names, nor, of files read together,
    where they differ and nothing tells which is the newer one. Of files of one name the later one counts
    until it is said.
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
            is_open = newer.likely and not _follows(files, place, newer, taken)
            likely = newer.likely and (not is_open or newer.file == files[place].file)
            found[place] = replace(newer, likely=likely, unsure=is_open)
        for side in rows[place]:
            index.add(side, (place,))
    return found


def _follows(files: Sequence[FileReport], place: int, newer: Newer, taken: Set[str]) -> bool:
    """Tell whether a file is newer than the other one for sure or, where that is stored, not surely older."""
    report, earlier = files[place], Edition.of(newer.file)
    if newer.place is None:
        return not Edition.of(report.file).is_before(earlier)
    other = files[newer.place]
    known = other.digest in taken or newer.agree
    return known or behind(files).get(newer.place) == place or earlier.is_before(Edition.of(report.file))


def _under_its_name(
    place: int, namesakes: Sequence[int], raws: Sequence[RawRow], context: Context, known: Organisations
) -> Newer | None:
    """Return the last file of the same name read before, if rows of it are found again as in the store."""
    for other in reversed(namesakes):
        own, earlier = ([raw for raw in raws if raw.file == one] for one in (place, other))
        if again := found_again(own, earlier, context, known):
            sides = [Side.of_raw(raw, context) for raw in own if raw.id in again]
            said = {raw.id: raw.entries for raw in (*own, *earlier)}
            agree = all(said[new] == said[old] for new, old in again.items())
            return Newer(own[0].source.file, likely=True, names=_some(sides), place=other, agree=agree)
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
        title = Edition.of(files[place].file).title
        file = max(
            people,
            key=lambda one: (
                len(people[one]),
                isinstance(one, int),
                len(alike[one]),
                Edition.of(names[one]).title == title,
            ),
        )
        own = max(len(people.get(family, ())) for family in sides[0].families)
        if isinstance(file, str) and own == len(people[file]):  # it comes again under its own name
            return None
        most, related = 2 * len(people[file]) > len(sides), Edition.of(names[file]).title == title
        if not (most or related):
            return None
        likely = 2 * len(alike[file]) > len(sides) or (most and related)
        here = file if isinstance(file, int) else None
        agree = len(alike[file]) == len(people[file])
        return Newer(names[file], likely, _some(list(people[file].values())), here, agree)

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
