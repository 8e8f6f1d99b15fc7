"""Which mentor a mentee means: names with titles, in any order, with typing errors.

A wrong mentor is worse than none: whoever shares only a first or a last name with a mentor stays open, and so
does a name that could be two people, a man where a woman is asked for (*Daniel*, *Daniela*), and a name that
many people have and is nearly the mentor's (*Karin*, *Katrin*; *Bauer*, *Brauer*).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mentorkit.intake.judge import codes
from mentorkit.intake.names import name_key, other_person, without_titles
from mentorkit.intake.people import email_key
from mentorkit.intake.text import bare, letters, without_brackets
from mentorkit.intake.vocabulary import COMMON_FIRST_NAMES, COMMON_LAST_NAMES
from mentorkit.programme.records import Application

#: The fields that wishes stand in, by rank.
WISHES = ("wish_1", "wish_2", "wish_3")


@dataclass(frozen=True)
class Resolution:
    """The mentor a wish means (None if open) and how near the texts are, 0 to 1."""

    mentor: Application | None = None
    confidence: float = 0.0


#: First and last name, as compared.
_Name = tuple[str, str]
#: A name as read, with umlauts transcribed, and with umlauts without their dots.
_Reading = tuple[_Name, _Name]
_VOWELS = frozenset("aeiouyj")
#: What so many wishes were found to mean is remembered.
_MEMORY = 50_000
#: How alike last names of a guess are, of 100.
_LIKE = 60
#: What is longer, in characters, is no name.
_LONGEST = 120


@dataclass(frozen=True)
class _Mentor:
    """What counts of a mentor's application where wishes are read."""

    id: str
    person_id: str
    first_name: str
    last_name: str
    stands: bool


@dataclass(frozen=True)
class _Candidate:
    id: str
    names: _Reading


class Mentors:
    """The mentors of a run, eligible or not, as wishes can name them."""

    def __init__(self, mentors: Iterable[Application]) -> None:
        self._here = {mentor.id: mentor for mentor in mentors}
        self._names = _names_of(
            tuple(
                _Mentor(a.id, a.person_id, a.first_name, a.last_name, a.withdrawn is None)
                for a in self._here.values()
            )
        )

    def resolve(self, text: str) -> Resolution:
        """Return the mentor a wish means."""
        mentor_id, confidence = self._names.meant(text)
        return Resolution(self._here[mentor_id] if mentor_id else None, confidence)

    def guesses(self, text: str, most: int = 3, least: float = 60) -> list[Application]:
        """Return the mentors whose names are likest to a wish, the likest first.

        Parameters
        ----------
        text
            The wish.
        most
            At most so many.
        least
            How alike a name must be, of 100.
        """
        return [self._here[mentor_id] for mentor_id in self._names.likest(text, most, least)]


def mentors_of(applications: list[Application]) -> Mentors:
    """Return the mentors whom wishes can mean; of somebody who applied twice, one counts.

    Who may be somebody else of the same name, with another address, counts too: it is not sure then who of
    the two is meant.
    """
    mentors = [a for a in applications if a.role == "mentor"]
    known = {a.id: a for a in mentors if a.admitted or "duplicate" not in codes(a.findings)}
    addresses: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for mentor in known.values():
        addresses[_name_of(mentor)].add(_address_of(mentor))
    return Mentors(
        a
        for a in mentors
        if a.id in known
        or (_name_of(a) in addresses and _address_of(a) not in addresses[_name_of(a)] and not a.gave_up_place)
    )


def _name_of(application: Application) -> tuple[str, str]:
    return name_key(application.first_name, application.last_name)


def _address_of(application: Application) -> str:
    return email_key(application.answers.get("email"))


class _Names:
    """The names of mentors, and what wishes were found to mean among them."""

    def __init__(self, mentors: Iterable[_Mentor]) -> None:
        people: dict[_Name, list[_Mentor]] = {}
        standing: dict[str, _Mentor] = {}
        for mentor in mentors:
            key = (letters(without_titles(mentor.first_name)[0]), letters(mentor.last_name))
            if all(key):
                people.setdefault(key, []).append(mentor)
            if mentor.stands:
                standing.setdefault(mentor.person_id, mentor)
        for found in people.values():
            found.sort(key=lambda mentor: not mentor.stands)  # of two, who is still there is meant
        # of one mentor under two names the application that stands
        meant = {key: standing.get(found[0].person_id, found[0]).id for key, found in people.items()}
        alone = {key: found[0] for key, found in people.items() if len({a.person_id for a in found}) == 1}
        self._candidates = [
            _Candidate(meant[key], (key, (bare(named.first_name), bare(named.last_name))))
            for key, named in alone.items()
        ]
        self._near = _Near(candidate.names for candidate in self._candidates)
        self._namesakes = people.keys() - alone.keys()
        #: For each name the applications that may be meant, one of each person.
        self._named = {key: [meant[key]] for key in alone} | {
            key: list({a.person_id: a.id for a in reversed(people[key])}.values())[::-1]
            for key in self._namesakes
        }
        #: First and last names that are no typing errors of others.
        self._known = (
            COMMON_FIRST_NAMES | {first for first, _ in people},
            COMMON_LAST_NAMES | {last for _, last in people},
        )
        self.meant = lru_cache(maxsize=_MEMORY)(self._meant)
        self.likest = lru_cache(maxsize=_MEMORY)(self._likest)

    def _meant(self, text: str) -> tuple[str | None, float]:
        """Return the application a wish means, and how near the texts are."""
        readings = list(_readings(text))
        if not readings or any(reading[0] in self._namesakes for reading in readings):
            return None, 0.0
        ranked = sorted(
            (min(self._errors(reading, self._candidates[i]) for reading in readings), i)
            for i in self._near.of(readings)
        )
        if not ranked or ranked[0][0] > 2:
            return None, 0.0
        distance, best = ranked[0]
        candidate = self._candidates[best]
        length = len("".join(candidate.names[0]))
        others = [away for away, i in ranked if self._candidates[i].id != candidate.id]
        if (others and others[0] <= distance + (distance > 0)) or (distance == 2 and length < 12):
            return None, 0.0
        return candidate.id, round(1 - distance / length, 3)

    def _errors(self, reading: _Reading, candidate: _Candidate) -> int:
        """Return the number of typing errors between a reading and a mentor; 9 for somebody else."""
        known = [part in names for part, names in zip(reading[0], self._known, strict=True)]
        return min(_errors(said, name, known) for said, name in zip(reading, candidate.names, strict=True))

    def _likest(self, text: str, most: int, least: float) -> list[str]:
        from rapidfuzz import fuzz, process

        found: dict[_Name, float] = {}
        names = {name: " ".join(name) for name in self._named}
        for said in {reading[0] for reading in _readings(text)}:
            for _, score, name in process.extract(
                " ".join(said), names, scorer=fuzz.ratio, limit=None, score_cutoff=least
            ):
                if _may_be_one(said[1], name[1]):
                    found[name] = max(score, found.get(name, 0.0))
        ranked = sorted(found, key=lambda name: (-found[name], name))
        return list(dict.fromkeys(i for name in ranked for i in self._named[name]))[:most]


def _may_be_one(said: str, name: str) -> bool:
    """Tell whether last names are alike at all: who has the first name alone is not asked about."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import OSA

    return fuzz.ratio(said, name) >= _LIKE or OSA.distance(said, name) <= 1


@lru_cache(maxsize=64)
def _names_of(mentors: tuple[_Mentor, ...]) -> _Names:
    """Return the names of mentors; while they stay the same, no wish is read twice."""
    return _Names(mentors)


def _readings(text: str) -> Iterable[_Reading]:
    """Return the ways to read a text as first and last name, as candidates hold them; none of a long one."""
    text = without_brackets(text)
    if len(text) > _LONGEST:
        return
    before, _, after = text.partition(",")
    if letters(after):
        yield from _split(f"{without_titles(after.strip())[0]} {without_titles(before.strip())[0]}".split())
    yield from _split(without_titles(before.strip())[0].split())


def _split(said: Sequence[str]) -> Iterable[_Reading]:
    for i in range(1, max(len(said), 2)):
        head, tail = "".join(said[:i]), "".join(said[i:])
        if letters(head):
            yield (letters(head), letters(tail)), (bare(head), bare(tail))
            yield (letters(tail), letters(head)), (bare(tail), bare(head))


def _errors(said: _Name, name: _Name, known: Sequence[bool]) -> int:
    """Return the number of slips between names; 9 where one is another's, or known as a name of its own."""
    if "".join(said) == "".join(name):
        return 0  # at most the space is missing or out of place
    if said[0] != name[0] and other_person(said[0], name[0]):
        return 9
    parts = [(a, b, other) for a, b, other in zip(said, name, known, strict=True) if a != b]
    return len(parts) if all(not other and _slip(a, b) for a, b, other in parts) else 9


def _slip(said: str, name: str) -> bool:
    """Tell whether a text is a name with one letter lost, doubled, swapped with the next, or mistaken.

    A letter that was added, or a vowel for another, makes another name: Brauer and Bauer, Rolf and Ralf.
    """
    from rapidfuzz.distance import OSA

    short, long = sorted((said, name), key=len)
    if OSA.distance(said, name, score_cutoff=1) > 1 or said.replace("th", "t") == name.replace("th", "t"):
        return False  # Katherina and Katerina are two ways to write a name, as two people may
    if sorted(said) == sorted(name) or any(
        long[i] == long[i - 1] and long[:i] + long[i + 1 :] == short for i in range(1, len(long))
    ):
        return True
    if len(said) == len(name):
        mistaken = {letter for pair in zip(said, name, strict=True) if pair[0] != pair[1] for letter in pair}
        return len(said) >= 5 and said[0] == name[0] and not mistaken <= _VOWELS
    if len(said) > len(name) or (name.startswith(said) and name[-1] in "esrn"):
        return False  # Hess and Hesse
    return len(said) >= 4 and (said[0] == name[0] or len(said) >= 5)


class _Near:
    """Finds the names that may be a name with a slip in each part, or with its space out of place."""

    def __init__(self, candidates: Iterable[_Reading]) -> None:
        self._whole: defaultdict[str, set[int]] = defaultdict(set)
        self._parts: tuple[defaultdict[str, set[int]], ...] = (defaultdict(set), defaultdict(set))
        for place, names in enumerate(candidates):
            for name in names:
                self._whole["".join(name)].add(place)
                for found, part in zip(self._parts, name, strict=True):
                    for short in _shortened(part):
                        found[short].add(place)

    def of(self, readings: Iterable[_Reading]) -> set[int]:
        """Return the places of the candidates that are near a reading."""
        near: set[int] = set()
        for said in {said for reading in readings for said in reading}:
            near |= self._whole.get("".join(said), set())
            first, last = (
                set().union(*(found.get(short, ()) for short in _shortened(part)))
                for found, part in zip(self._parts, said, strict=True)
            )
            near |= first & last
        return near


def _shortened(part: str) -> set[str]:
    """Return a text, and all that it is without one letter; texts a slip apart share one of these."""
    return {part, *(part[:i] + part[i + 1 :] for i in range(len(part)))}
