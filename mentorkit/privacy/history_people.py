"""People of whom history sheets alone tell: whoever has the name and the organisation is one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mentorkit.intake.names import split_name
from mentorkit.intake.past import id_of_unknown
from mentorkit.programme.records import EarlierTandem, Person, Role
from mentorkit.store import Reader, Writer

ROLES: tuple[Role, ...] = ("mentee", "mentor")


@dataclass(frozen=True)
class Told:
    """Somebody of whom history sheets alone tell, and as what she stands in which tandems."""

    programme_id: str
    sides: tuple[tuple[EarlierTandem, Role], ...]

    @property
    def id(self) -> str:
        """By what she is named in commands: the first of her tandems, and her role in it."""
        return side_id(*self.sides[0])

    @property
    def name(self) -> str:
        """Her name, as it stands there first."""
        return _name(*self.sides[0])

    @property
    def organisations(self) -> tuple[str, ...]:
        """Her organisation, if one is told."""
        return tuple(filter(None, [getattr(self.sides[0][0], f"{self.sides[0][1]}_organisation")]))

    @property
    def years(self) -> tuple[str, ...]:
        """The runs that tell of her, each once."""
        return tuple(dict.fromkeys(tandem.year for tandem, _ in self.sides))

    def person(self, person_id: str = "") -> Person:
        """Return the person that she would be; nothing is stored of it."""
        first, last = split_name(self.name)
        return Person(
            id=person_id or self.id, programme_id=self.programme_id, first_name=first, last_name=last
        )

    def tied_to(self, person_id: str) -> list[EarlierTandem]:
        """Return her tandems as those of a person."""
        found: dict[str, EarlierTandem] = {}
        for tandem, role in self.sides:
            found[tandem.id] = found.get(tandem.id, tandem).with_(**{f"{role}_id": person_id})
        return list(found.values())


def side_id(tandem: EarlierTandem, role: Role) -> str:
    """Return what stands for one side of a tandem of an earlier run."""
    return f"{tandem.id}-{role}"


def side_of(reader: Reader, named: str) -> tuple[EarlierTandem, Role] | None:
    """Return the side of a tandem that :func:`side_id` stands for, if nobody is known to be that one."""
    tandem_id, _, role = named.rpartition("-")
    tandem = reader.find(EarlierTandem, tandem_id) if role in ROLES else None
    if tandem is None or getattr(tandem, f"{role}_id"):
        return None
    return tandem, "mentee" if role == "mentee" else "mentor"


def told_alone(reader: Reader, programme_id: str) -> list[Told]:
    """Return everybody of a programme of whom history sheets alone tell."""
    found: dict[str, list[tuple[EarlierTandem, Role]]] = {}
    for key, tandem, role in _unknown(reader, programme_id):
        found.setdefault(key, []).append((tandem, role))
    return [Told(programme_id, tuple(sides)) for sides in found.values()]


def _unknown(reader: Reader, programme_id: str) -> Iterator[tuple[str, EarlierTandem, Role]]:
    for tandem in reader.all(EarlierTandem, programme_id=programme_id):
        for role in ROLES:
            if not getattr(tandem, f"{role}_id"):
                yield _key(tandem, role), tandem, role


def _name(tandem: EarlierTandem, role: Role) -> str:
    return str(getattr(tandem, role))


def _key(tandem: EarlierTandem, role: Role) -> str:
    return id_of_unknown(_name(tandem, role), getattr(tandem, f"{role}_organisation"))


def find_told(reader: Reader, named: str) -> Told | None:
    """Return who is meant by an id of :class:`Told`; None where it is none of them."""
    side = side_of(reader, named)
    if side is None:
        return None
    hers = [(t, role) for key, t, role in _unknown(reader, side[0].programme_id) if key == _key(*side)]
    return Told(side[0].programme_id, tuple(hers))


def someone(reader: Reader, person_id: str) -> tuple[Person, Told | None]:
    """Return a person, stored or told by history sheets alone.

    Raises
    ------
    NotFound
        If there is no such person.
    """
    told = find_told(reader, person_id)
    if told is not None:
        return told.person(), told
    return reader.get(Person, person_id), None


def enter(writer: Writer, told: Told) -> tuple[Person, list[EarlierTandem]]:
    """Store somebody whom history sheets alone tell of as a person, to whom her tandems are tied."""
    entering = writer.besides("person.from_history")
    person = entering.save(told.person(entering.new_id(Person)))
    return person, [entering.save(tandem) for tandem in told.tied_to(person.id)]
