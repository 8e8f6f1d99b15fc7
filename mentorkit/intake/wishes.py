"""Which mentor a mentee means: names with titles, in any order, with typing errors.

A wrong mentor is worse than none: whoever shares only a first or a last name with a mentor stays open, and so
does a name that could be two people, or a man where a woman is asked for (*Daniel*, *Daniela*).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mentorkit.intake.names import without_titles
from mentorkit.intake.text import letters
from mentorkit.programme.records import Application

_ENDINGS = ("a", "e", "s", "n", "i", "o", "ne", "te")


@dataclass(frozen=True)
class Resolution:
    """The mentor a wish means (None if open) and how near the texts are, 0 to 1."""

    mentor: Application | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class _Candidate:
    mentor: Application
    first: str
    last: str


class Mentors:
    """The mentors of a run, eligible or not, as wishes can name them."""

    def __init__(self, mentors: Iterable[Application]) -> None:
        people: dict[tuple[str, str], list[Application]] = {}
        for mentor in mentors:
            key = (letters(without_titles(mentor.first_name)[0]), letters(mentor.last_name))
            if all(key):
                people.setdefault(key, []).append(mentor)
        self._candidates = [
            _Candidate(applications[0], *key)
            for key, applications in people.items()
            if len({a.person_id for a in applications}) == 1
        ]
        self._namesakes = {key for key, found in people.items() if len({a.person_id for a in found}) > 1}

    def resolve(self, text: str) -> Resolution:
        """Return the mentor a wish means."""
        readings = list(_readings(text))
        if not readings or any(reading in self._namesakes for reading in readings):
            return Resolution()
        ranked = sorted(
            ((min(_distance(r, c) for r in readings), i) for i, c in enumerate(self._candidates)),
        )
        if not ranked or ranked[0][0] > 2:
            return Resolution()
        distance, best = ranked[0]
        candidate = self._candidates[best]
        length = len(candidate.first) + len(candidate.last)
        alone = len(ranked) == 1 or ranked[1][0] > distance + (distance > 0)
        if not alone or (distance == 2 and length < 12):
            return Resolution()
        return Resolution(candidate.mentor, round(1 - distance / length, 3))


def _readings(text: str) -> Iterable[tuple[str, str]]:
    """Return the ways to read a text as first and last name, as compared."""
    text = re.sub(r"\(.*?\)", " ", text)
    before, _, after = text.partition(",")
    if letters(after):
        yield from _split(f"{without_titles(after.strip())[0]} {without_titles(before.strip())[0]}".split())
    yield from _split(without_titles(before.strip())[0].split())


def _split(said: Sequence[str]) -> Iterable[tuple[str, str]]:
    for i in range(1, len(said)):
        head, tail = letters("".join(said[:i])), letters("".join(said[i:]))
        if head and tail:
            yield head, tail
            yield tail, head


def _distance(reading: tuple[str, str], candidate: _Candidate) -> int:
    """Return the number of typing errors between a reading and a mentor; 9 for somebody else."""
    from rapidfuzz.distance import OSA

    first = OSA.distance(reading[0], candidate.first, score_cutoff=2)
    last = OSA.distance(reading[1], candidate.last, score_cutoff=2)
    total = first + last
    if total > 2 or (first and _other_person(reading[0], candidate.first)):
        return 9
    slips = _slip(reading[0], candidate.first, first) and _slip(reading[1], candidate.last, last)
    return total if slips else 9


def _slip(said: str, name: str, distance: int) -> bool:
    """Tell whether one text is the other with typing errors, rather than another name."""
    if distance == 0:
        return True
    shorter = min(len(said), len(name))
    if distance >= shorter // 2 or (distance == 2 and shorter < 8):
        return False
    return len(said) != len(name) or said[0] == name[0] or sorted(said) == sorted(name)


def _other_person(said: str, name: str) -> bool:
    """Tell whether first names differ as a man's and a woman's do: Daniel, Daniela; Christian, Christina."""
    short, long = sorted((said, name), key=len)
    if len(short) == len(long):
        return short[:-2] == long[:-2] and {short[-2:], long[-2:]} == {"an", "na"}
    return long.startswith(short) and long[len(short) :] in _ENDINGS and long[-1] != short[-1]
