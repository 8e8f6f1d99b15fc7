"""Which mentor a mentee means: names with titles, in any order, with typing errors.

A wrong mentor is worse than none: whoever shares only a first or a last name with a mentor stays open, and so
does a name that could be two people, or a man where a woman is asked for (*Daniel*, *Daniela*).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mentorkit.intake.names import other_person, without_titles
from mentorkit.intake.text import bare, letters
from mentorkit.programme.records import Application


@dataclass(frozen=True)
class Resolution:
    """The mentor a wish means (None if open) and how near the texts are, 0 to 1."""

    mentor: Application | None = None
    confidence: float = 0.0


#: First and last name, as compared.
_Name = tuple[str, str]


@dataclass(frozen=True)
class _Candidate:
    mentor: Application
    #: With umlauts transcribed, and with umlauts without their dots.
    names: tuple[_Name, _Name]


class Mentors:
    """The mentors of a run, eligible or not, as wishes can name them."""

    def __init__(self, mentors: Iterable[Application]) -> None:
        people: dict[_Name, list[Application]] = {}
        for mentor in mentors:
            key = (letters(without_titles(mentor.first_name)[0]), letters(mentor.last_name))
            if all(key):
                people.setdefault(key, []).append(mentor)
        for found in people.values():
            found.sort(key=lambda mentor: mentor.withdrawn is not None)  # of two, who is still there is meant
        alone = {key: found for key, found in people.items() if len({a.person_id for a in found}) == 1}
        self._candidates = [
            _Candidate(found[0], (key, (bare(found[0].first_name), bare(found[0].last_name))))
            for key, found in alone.items()
        ]
        self._joined = tuple(["".join(c.names[i]) for c in self._candidates] for i in (0, 1))
        self._namesakes = people.keys() - alone.keys()
        self._by_name = {" ".join(sorted(key)): found[0] for key, found in people.items()}

    def resolve(self, text: str) -> Resolution:
        """Return the mentor a wish means."""
        readings = list(_readings(text))
        if not readings or any(reading[0] in self._namesakes for reading in readings):
            return Resolution()
        ranked = sorted(
            (min(_distance(reading, self._candidates[i]) for reading in readings), i)
            for i in self._near(readings)
        )
        if not ranked or ranked[0][0] > 2:
            return Resolution()
        distance, best = ranked[0]
        candidate = self._candidates[best]
        length = len("".join(candidate.names[0]))
        alone = len(ranked) == 1 or ranked[1][0] > distance + (distance > 0)
        if not alone or (distance == 2 and length < 12):
            return Resolution()
        return Resolution(candidate.mentor, round(1 - distance / length, 3))

    def _near(self, readings: Iterable[tuple[_Name, _Name]]) -> set[int]:
        """Return the places of the mentors who differ from a reading by two letters at most, all in all."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        return {
            place
            for reading in readings
            for said, joined in zip(reading, self._joined, strict=True)
            for _, _, place in process.extract(
                "".join(said), joined, scorer=OSA.distance, score_cutoff=2, limit=None
            )
        }

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
        from rapidfuzz import fuzz, process

        found: dict[str, float] = {}
        for said in {" ".join(sorted(reading[0])) for reading in _readings(text)}:
            for name, score, _ in process.extract(
                said, self._by_name.keys(), scorer=fuzz.ratio, limit=most, score_cutoff=least
            ):
                found[name] = max(score, found.get(name, 0.0))
        ranked = sorted(found, key=lambda name: (-found[name], name))
        return [self._by_name[name] for name in ranked[:most]]


def _readings(text: str) -> Iterable[tuple[_Name, _Name]]:
    """Return the ways to read a text as first and last name, as candidates hold them."""
    text = re.sub(r"\(.*?\)", " ", text)
    before, _, after = text.partition(",")
    if letters(after):
        yield from _split(f"{without_titles(after.strip())[0]} {without_titles(before.strip())[0]}".split())
    yield from _split(without_titles(before.strip())[0].split())


def _split(said: Sequence[str]) -> Iterable[tuple[_Name, _Name]]:
    for i in range(1, max(len(said), 2)):
        head, tail = "".join(said[:i]), "".join(said[i:])
        if letters(head):
            yield (letters(head), letters(tail)), (bare(head), bare(tail))
            yield (letters(tail), letters(head)), (bare(tail), bare(head))


def _distance(reading: tuple[_Name, _Name], candidate: _Candidate) -> int:
    """Return the number of typing errors between a reading and a mentor; 9 for somebody else."""
    return min(_errors(said, name) for said, name in zip(reading, candidate.names, strict=True))


def _errors(said: _Name, name: _Name) -> int:
    from rapidfuzz.distance import OSA

    if "".join(said) == "".join(name):
        return 0  # at most the space is missing or out of place
    first, last = (OSA.distance(a, b, score_cutoff=2) for a, b in zip(said, name, strict=True))
    if first + last > 2 or (first and (other_person(said[0], name[0]) or _same_but_for_h(said[0], name[0]))):
        return 9
    return first + last if _slip(said[0], name[0], first) and _slip(said[1], name[1], last) else 9


def _same_but_for_h(said: str, name: str) -> bool:
    """Tell whether first names are two ways to write one, as two people may: Katherina, Katerina."""
    return said.replace("th", "t") == name.replace("th", "t")


def _slip(said: str, name: str, distance: int) -> bool:
    """Tell whether one text is the other with typing errors, rather than another name."""
    if distance == 0:
        return True
    short, long = sorted((said, name), key=len)
    if distance == 2:
        return len(short) >= 8 and said[0] == name[0]
    if sorted(said) == sorted(name) or any(
        long[i] == long[i - 1] and long[:i] + long[i + 1 :] == short for i in range(1, len(long))
    ):
        return True  # letters changed places, or one was doubled
    if len(short) == 4 and long.startswith(short) and long[4:] in ("e", "s", "r", "n"):
        return False  # Hess and Hesse
    return len(short) >= 4 and (said[0] == name[0] or (len(short) >= 5 and len(short) < len(long)))
