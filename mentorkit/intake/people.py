"""Who is who: the same person twice, and the person behind an application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mentorkit.intake.names import misspelt, name_key, nearly_equal
from mentorkit.intake.text import plain
from mentorkit.language.formats import din5007
from mentorkit.programme.records import Application, Person

_EVIDENCE = ("email", "phone", "birth_year")


def by_last_name(person: Application | Person) -> tuple[object, ...]:
    """Return the sorting key of a list of people: German order by last name, then by first name."""
    return *din5007(person.last_name), *din5007(person.first_name), person.id


def last_name_first(first_name: str, last_name: str) -> str:
    """Return a name as lists have it: ``Hof, Anna``."""
    return ", ".join(filter(None, (last_name, first_name)))


def email_key(email: object) -> str:
    """Return an address as it is compared."""
    return plain(str(email or "").strip())


@dataclass(frozen=True)
class _Traits:
    """What of an application tells who it is by, as it is compared."""

    application: Application
    name: tuple[str, str]
    said: dict[str, str]

    @classmethod
    def of(cls, application: Application) -> _Traits:
        name = name_key(application.first_name, application.last_name)
        return cls(application, name, {kind: _evidence(application, kind) for kind in _EVIDENCE})


def same_person(one: Application, other: Application) -> bool:
    """Tell whether two applications may be by one person; somebody has to decide it.

    Same name in either order, and e-mail, telephone or year of birth agree, or none of them can be compared;
    or nearly the same name, and the e-mail agrees, or year of birth or telephone do where the name is
    misspelt only.
    """
    return _alike(_Traits.of(one), _Traits.of(other))


def _alike(one: _Traits, other: _Traits) -> bool:
    said = {kind: a == b for kind, a in one.said.items() if (b := other.said[kind]) and a}
    if one.name in (other.name, other.name[::-1]):
        slip = _slip(one.said["email"], other.said["email"])
        return any(said.values()) or not said or (said.get("birth_year", True) and slip)
    if said.get("email"):
        return nearly_equal(one.name, other.name)
    agree = said.get("birth_year") or (said.get("phone") and "birth_year" not in said)
    return bool(agree) and misspelt(one.name, other.name)


def _one_address(one: _Traits, other: _Traits) -> bool:
    return bool(one.said["email"]) and one.said["email"] == other.said["email"]


def _evidence(application: Application, kind: str) -> str:
    return email_key(application.answers.get(kind))


def _slip(one: str, other: str) -> bool:
    """Tell whether two addresses are one but for a typing error."""
    from rapidfuzz.distance import OSA

    return min(len(one), len(other)) >= _LONG and OSA.distance(one, other, score_cutoff=1) <= 1


#: Addresses shorter than this differ by one letter as those of two people do.
_LONG = 16


class Acquaintances:
    """Applications seen so far, found again by name, e-mail and year of birth without comparing all with all.

    Who withdrew is not looked for: that person may apply again.
    """

    def __init__(self, applications: Iterable[Application] = ()) -> None:
        self._by_key: dict[tuple[object, ...], list[_Traits]] = defaultdict(list)
        for application in applications:
            self.add(application)

    def add(self, application: Application) -> None:
        """Remember an application."""
        if application.withdrawn is None:
            traits = _Traits.of(application)
            for key in _keys(traits):
                self._by_key[key].append(traits)

    def same(self, application: Application, *, doubted: bool = False) -> Application | None:
        """Return the first application that may be of the same person in the same role, if there is one.

        Where one was ``doubted`` before, the same e-mail is enough, whatever the name is by now.
        """
        traits = _Traits.of(application)
        for key in _keys(traits):
            for other in self._by_key.get(key, ()):
                is_same = _alike(traits, other) or (doubted and _one_address(traits, other))
                if is_same and other.application.id != application.id:
                    return other.application
        return None


def _keys(traits: _Traits) -> list[tuple[object, ...]]:
    """Return what applications that may be of one person have in common, the surest first."""
    keys: list[tuple[object, ...]] = []
    role, name = traits.application.role, traits.name
    if all(name):
        keys.append((role, tuple(sorted(name))))
    if address := traits.said["email"]:
        keys.append((role, address))
    for kind in ("birth_year", "phone"):
        if said := traits.said[kind]:
            keys += [(role, kind, said, part) for part in name if part]
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
