"""Whom people mean who name others in confidence, and which pairs that keeps apart.

A text is read as a wish is, but where it is not sure, caution goes the other way: while nobody has said
who is meant, everybody who may be meant is kept apart, and somebody has to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mentorkit.intake.names import looks_like_a_name, without_titles
from mentorkit.intake.text import letters, plain, without_brackets, words
from mentorkit.intake.values import is_nothing
from mentorkit.intake.wishes import Mentors
from mentorkit.programme.records import Application, NamedConflict

#: From which likeness of names, of 100, somebody may be meant.
_LIKE = 80
_NOBODY = re.compile(
    r"(?:nein(?:,? danke)?|no|none|nobody|n|niemand\w*|kein\w*|nicht bekannt|unbekannt|entfaellt"
    r"|(?:ist )?(?:mir )?egal|alle ok)"
    r"(?: (?:angaben?|person\w*|einschraenkung\w*|konflikt\w*|ausschluss|ausschluesse|wuensche|bekannt"
    r"|restrictions?))?[.!]?"
)
#: What stands between several names; *von und zu* does not.
_BETWEEN = re.compile(r"\s*(?:[;|/\n+&]|(?<!\bvon)\s(?:und|and|sowie|oder|or|u\.)\s(?!zu\b))\s*")


@dataclass(frozen=True)
class Meaning:
    """Who is kept apart by what somebody named: ids of persons, and whether nobody has to look at it."""

    people: frozenset[str] = frozenset()
    sure: bool = True


def says_nobody(text: str) -> bool:
    """Tell whether a text names nobody: *nein*, *keine*, *–*."""
    return is_nothing(text) or _NOBODY.fullmatch(" ".join(plain(text).split())) is not None


class People:
    """The applicants of a run, as somebody can name them in confidence."""

    def __init__(self, applications: Iterable[Application]) -> None:
        self._by_id = {a.id: a for a in applications}
        self._own: dict[str, list[Application]] = {}
        for a in self._by_id.values():
            self._own.setdefault(a.person_id, []).append(a)
        self._among: dict[tuple[frozenset[str], str | None], _Names] = {}

    def meaning(self, conflict: NamedConflict) -> Meaning:
        """Return who is meant: by what somebody decided, as long as they are there, else by the text.

        A line manager is looked for in the organisation of who names her; elsewhere it is not sure that she
        is one.
        """
        by = self._by_id[conflict.application_id]
        if conflict.decided_by and all(key in self._by_id for key in conflict.meant):
            return Meaning(frozenset(self._by_id[key].person_id for key in conflict.meant) - {by.person_id})
        if conflict.kind == "line_manager" and by.organisation:
            found = self._names(by, by.organisation).meaning(conflict.text)
            if found.people - {by.person_id}:
                return _without(found, by)
            found = self._names(by).meaning(conflict.text)
            return _without(Meaning(found.people, found.sure and not found.people), by)
        return _without(self._names(by).meaning(conflict.text), by)

    def partners(self, by: Application) -> list[Application]:
        """Return who could be in a tandem with somebody, in either role, one application of each."""
        roles = {a.role for a in self._own[by.person_id]}
        found = (a for a in self._by_id.values() if a.withdrawn is None and roles - {a.role})
        return list({a.person_id: a for a in found if a.person_id != by.person_id}.values())

    def _names(self, by: Application, organisation: str | None = None) -> _Names:
        roles = frozenset(a.role for a in self._own[by.person_id])
        if (roles, organisation) not in self._among:
            self._among[roles, organisation] = _Names(
                [
                    a
                    for a in self._by_id.values()
                    if a.withdrawn is None and roles - {a.role} and organisation in (None, a.organisation)
                ]
            )
        return self._among[roles, organisation]


def apart(
    conflicts: Sequence[NamedConflict], applications: Sequence[Application]
) -> frozenset[tuple[str, str]]:
    """Return the ids of two persons each of whom one named the other, in order."""
    if not conflicts:
        return frozenset()
    people = People(applications)
    by = {a.id: a.person_id for a in applications}
    return frozenset(
        (min(one, other), max(one, other))
        for conflict in conflicts
        for one in (by[conflict.application_id],)
        for other in people.meaning(conflict).people
    )


def _without(found: Meaning, by: Application) -> Meaning:
    return Meaning(found.people - {by.person_id}, found.sure)


class _Names:
    """Some applicants by their names."""

    def __init__(self, applications: Sequence[Application]) -> None:
        self._names = Mentors(applications)
        self._last: dict[str, list[Application]] = {}
        for a in applications:
            self._last.setdefault(letters(a.last_name), []).append(a)

    def meaning(self, text: str) -> Meaning:
        """Return who is or may be meant by a text with one or several names."""
        if says_nobody(text):
            return Meaning()
        parts = [self._part(part) for part in _BETWEEN.split(text) if part and not says_nobody(part)]
        people = frozenset[str]().union(*(part.people for part in parts))
        return Meaning(people, all(part.sure for part in parts))

    def _part(self, text: str) -> Meaning:
        """Return who is meant by one name, or by several between commas, whichever way one reads it."""
        exact, perhaps, known = set[str](), set[str](), False
        for said in _readings(text):
            found = self._names.resolve(said)
            if found.mentor and found.confidence == 1:
                exact.add(found.mentor.person_id)
                continue
            perhaps |= {a.person_id for a in ([found.mentor] if found.mentor else [])}
            perhaps |= {a.person_id for a in self._names.guesses(said, 5, _LIKE)}
            perhaps |= {a.person_id for a in self._namesakes(said)}
            known = known or looks_like_a_name(without_titles(said)[0])
        return Meaning(frozenset(exact | perhaps), perhaps <= exact and (bool(exact) or known))

    def _namesakes(self, said: str) -> Iterator[Application]:
        """Yield who has a last name that the text says, unless it is a whole name with another first name."""
        from rapidfuzz.distance import OSA

        bare = without_titles(said)[0]
        parts, whole = words(bare), looks_like_a_name(bare)
        if len(parts) == 1:
            for last, people in self._last.items():
                if OSA.distance(parts[0], last, score_cutoff=1) <= 1 and len(last) > 3:
                    yield from people
        for start in range(len(parts)):
            for end in range(start + 1, len(parts) + 1):
                others = parts[:start] + parts[end:]
                for a in self._last.get("".join(parts[start:end]), ()):
                    first = letters(a.first_name)
                    if not whole or not others or any(first[:1] == other[:1] for other in others):
                        yield a


def _readings(text: str) -> list[str]:
    """Return what may be a name in a text: all of it, what stands between commas, and each two of those."""
    said = without_brackets(text).strip(" .,:")
    parts = [part.strip() for part in said.split(",") if part.strip()]
    pairs = [", ".join(two) for two in zip(parts[::2], parts[1::2], strict=False)]
    single = [part for part in parts if len(words(part)) > 1] if len(parts) > 1 else []
    return list(dict.fromkeys([said, *single, *(pairs if len(parts) > 2 else [])]))
