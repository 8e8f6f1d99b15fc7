"""Who is who: the same person twice, and the person behind an application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mentorkit.intake.names import name_key, nearly_equal
from mentorkit.intake.text import plain
from mentorkit.programme.records import Application, Person

_EVIDENCE = ("email", "phone", "birth_year")


def email_key(email: object) -> str:
    """Return an address as it is compared."""
    return plain(str(email or "").strip())


def same_person(one: Application, other: Application) -> bool:
    """Tell whether two applications are by one person.

    Same name, and e-mail, telephone or year of birth agree, or none of them can be compared; or same
    e-mail and nearly the same name.
    """
    names = name_key(one.first_name, one.last_name), name_key(other.first_name, other.last_name)
    pairs = [(_evidence(one, kind), _evidence(other, kind)) for kind in _EVIDENCE]
    compared = [a == b for a, b in pairs if a and b]
    if names[0] == names[1]:
        return any(compared) or not compared
    address = pairs[0]
    return bool(address[0]) and address[0] == address[1] and nearly_equal(*names)


def _evidence(application: Application, kind: str) -> str:
    return email_key(application.answers.get(kind))


class Acquaintances:
    """Applications seen so far, found again by name or e-mail without comparing all with all."""

    def __init__(self, applications: Iterable[Application] = ()) -> None:
        self._by_key: dict[tuple[object, ...], list[Application]] = defaultdict(list)
        for application in applications:
            self.add(application)

    def add(self, application: Application) -> None:
        """Remember an application."""
        for key in _keys(application):
            self._by_key[key].append(application)

    def same(self, application: Application) -> Application | None:
        """Return the first application of the same person in the same role, if there is one."""
        for key in _keys(application):
            for other in self._by_key[key]:
                if other.id != application.id and same_person(application, other):
                    return other
        return None


def _keys(application: Application) -> list[tuple[object, ...]]:
    keys: list[tuple[object, ...]] = []
    name = name_key(application.first_name, application.last_name)
    if all(name):
        keys.append((application.role, name))
    if address := _evidence(application, "email"):
        keys.append((application.role, address))
    return keys


class Register:
    """The people of a programme: same name and same e-mail is the same person in every run."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people: dict[tuple[tuple[str, str], str], Person] = {}
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        """Remember a person."""
        if person.email:
            key = name_key(person.first_name, person.last_name), email_key(person.email)
            self._people.setdefault(key, person)

    def find(self, application: Application) -> Person | None:
        """Return the person who applies, if known."""
        name = name_key(application.first_name, application.last_name)
        return self._people.get((name, _evidence(application, "email")))
