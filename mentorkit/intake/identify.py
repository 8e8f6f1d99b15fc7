"""Which stored application each row of a file became when the file, or an earlier one, was taken in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mentorkit.intake.context import Context, RawRow
from mentorkit.intake.names import name_key, nearly_equal
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import email_key
from mentorkit.intake.text import letters
from mentorkit.programme.records import Application, Source

#: The heading of the column by which an export is known again; what stands in it is an application's id.
ID_HEADING = "[ID]"
#: The family that states of one file have while they are compared with each other.
_ONE = "*"
#: Telephone numbers are compared by so many digits at their end.
_DIGITS = 7

Key = tuple[object, ...]
Entries = Mapping[str, str]


def is_own(heading: str) -> bool:
    """Tell whether a heading is one that an export adds to what was said: ``[ID]``, ``[Status]``, …."""
    return heading.startswith("[") and heading.endswith("]")


def as_exported(raw: RawRow) -> RawRow:
    """Return a row of an export without what the export, or its file's name, added to what was said."""
    cells = raw.source.cells
    said = {name: text for name, text in raw.entries.items() if name != "organisation" or name in cells}
    extra = {heading: text for heading, text in raw.extra.items() if not is_own(heading)}
    return replace(raw, entries=said, extra=extra)


def identify(raws: Sequence[RawRow], context: Context, known: Organisations) -> dict[str, Application]:
    """Return the stored application of each row that was taken in before, of those the actor may see.

    An export tells it by an id, which counts if the person agrees. Else it is the same row of the same sheet
    with the same person of the same organisation; else, where rows have moved, the same person in the same
    sheet, in order, or in the same file. The organisation counts because files of several senders often
    have the same name.
    """
    search = _Search(known)
    for application in context.visible:
        if application.erased:
            continue  # who comes again is somebody new
        for entries in filter(None, (application.entries, context.originals.get(application.id))):
            search.add(Side.of_stored(application, entries, context))
    stored = {application.id: application for application in context.visible}
    return {raw_id: stored[key] for raw_id, key in search.run(raws, context).items()}


def found_again(
    raws: Sequence[RawRow], earlier: Sequence[RawRow], context: Context, known: Organisations
) -> dict[str, str]:
    """Return the row of an earlier state of a file that each row of a later one is, by the rows' ids."""
    search = _Search(known)
    for raw in earlier:
        search.add(replace(Side.of_raw(raw.of_family(_ONE), context), id=raw.id))
    return search.run([raw.of_family(_ONE) for raw in raws], context)


@dataclass(frozen=True)
class Side:
    """A row of a file, or an application at the row it came from.

    ``families`` are those the file can belong to; see :meth:`Context.families_of`. ``id`` names what a row
    can be found to be.
    """

    families: tuple[str, ...]
    sheet: str | None
    row: int
    role: str
    entries: Entries
    id: str = ""
    claimed: str = ""
    name: tuple[str, str] = ("", "")
    address: str = ""

    def __post_init__(self) -> None:
        entries = self.entries
        name = name_key(entries.get("first_name", ""), entries.get("last_name", ""))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "address", email_key(entries.get("email")))

    @classmethod
    def of_raw(cls, raw: RawRow, context: Context) -> Side:
        """Return a row of a file."""
        claimed, source = raw.extra.get(ID_HEADING, "").strip(), raw.source
        families = context.families_of(source)
        return cls(families, source.sheet, source.row, raw.role, raw.entries, claimed=claimed)

    @classmethod
    def of_stored(cls, stored: Application, entries: Entries, context: Context) -> Side:
        """Return an application with what it says, or what its file had said."""
        source = stored.source or Source()
        families = context.families_of(source)
        return cls(families, source.sheet, source.row, stored.role, entries, stored.id)

    @property
    def sheet_keys(self) -> tuple[Key, ...]:
        """The sheet and the role, in each family."""
        return tuple((family, self.sheet, self.role) for family in self.families)


@dataclass(frozen=True)
class _Way:
    """One way to find an application again: what must agree at once, and how the persons are compared."""

    keys: Callable[[Side], Iterable[Key]]
    alike: Callable[[Side, Side], bool]


@dataclass
class _Search:
    known: Organisations
    found: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    buckets: dict[tuple[int, Key], list[Side]] = field(default_factory=lambda: defaultdict(list))
    agreed: dict[tuple[str, str], bool | None] = field(default_factory=dict)

    def add(self, side: Side) -> None:
        for place, way in enumerate(_WAYS):
            for key in way.keys(side):
                self.buckets[place, key].append(side)

    def run(self, raws: Sequence[RawRow], context: Context) -> dict[str, str]:
        """Return what each row is found to be, by the rows' ids."""
        sides = [Side.of_raw(raw, context) for raw in raws] if self.buckets else []
        for way in _WAYS if sides else ():
            for raw, side in zip(raws, sides, strict=True):
                if raw.id not in self.found:
                    self._look(raw.id, side, way)
        return self.found

    def _look(self, raw_id: str, side: Side, way: _Way) -> None:
        place = _WAYS.index(way)
        for key in way.keys(side):
            for other in self.buckets.get((place, key), ()):
                if other.id not in self.used and self._same(side, other, way):
                    self.found[raw_id] = other.id
                    self.used.add(other.id)
                    return

    def _same(self, side: Side, other: Side, way: _Way) -> bool:
        if not way.alike(side, other):
            return False
        together = self._together(side.entries.get("organisation", ""), other.entries.get("organisation", ""))
        if together is None:  # an organisation that was not understood may have been corrected
            return _same_name(side, other) and _same_address(side, other)
        return together

    def _together(self, one: str, other: str) -> bool | None:
        if (one, other) not in self.agreed:
            self.agreed[one, other] = self.known.agree(one, other)
        return self.agreed[one, other]


def _same_name(one: Side, other: Side) -> bool:
    return one.name == other.name and any(one.name)


def _same_address(one: Side, other: Side) -> bool:
    return one.address == other.address and bool(one.address)


def _stands_for(one: Side, other: Side) -> bool:
    """Tell whether a row in the place of another is by the same person: name or address may be corrected."""
    if _same_name(one, other) or _same_address(one, other) or one.entries == other.entries:
        return True
    return not (one.address and other.address) and nearly_equal(one.name, other.name)


def plainly_same(one: Side, other: Side) -> bool:
    """Tell whether a row in another place is by the same person: by the name, and the address if told."""
    comparable = one.address and other.address
    return _same_name(one, other) and (not comparable or one.address == other.address)


def _same_by_evidence(one: Side, other: Side) -> bool:
    """Tell whether a row that moved is by the same person although address or name was corrected."""
    said = [a == b for a, b in zip(_evidence(one), _evidence(other), strict=True) if a and b]
    if not all(said):
        return False
    if _same_name(one, other):
        return bool(said)
    return _same_address(one, other) and nearly_equal(one.name, other.name)


def _evidence(side: Side) -> tuple[str, str]:
    phone = "".join(c for c in side.entries.get("phone", "") if c.isdigit())
    return letters(side.entries.get("birth_year", ""))[-4:], phone[-_DIGITS:]


def _agrees_with_its_id(one: Side, other: Side) -> bool:
    return _same_name(one, other) or _same_address(one, other) or nearly_equal(one.name, other.name)


def _its_id(side: Side) -> Iterator[Key]:
    if own := side.id or side.claimed:
        yield (own, side.role)


def _its_row(side: Side) -> Iterator[Key]:
    for key in side.sheet_keys:
        yield (*key, side.row)


def _its_name(side: Side) -> Iterator[Key]:
    for key in side.sheet_keys:
        yield (*key, side.name)


def _its_name_or_address(side: Side) -> Iterator[Key]:
    yield from _its_name(side)
    for key in side.sheet_keys if side.address else ():
        yield (*key, side.address)


def _its_name_in_the_file(side: Side) -> Iterator[Key]:
    for family in side.families:
        yield (family, side.role, side.name)


#: The surest first; each is tried for all rows before the next.
_WAYS = (
    _Way(_its_id, _agrees_with_its_id),
    _Way(_its_row, _stands_for),
    _Way(_its_name, plainly_same),
    _Way(_its_name_or_address, _same_by_evidence),
    _Way(_its_name_in_the_file, plainly_same),
)
