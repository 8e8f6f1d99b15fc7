"""Whom people mean who name others in confidence, and which pairs that keeps apart.

A text is read as a wish is, but where it is not sure, caution goes the other way: while nobody has said
who is meant, everybody who may be meant is kept apart, and somebody has to look. Whoever bears a last name
that the text says may be meant, unless the text is somebody's whole name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mentorkit.intake.names import looks_like_a_name, name_key, without_titles
from mentorkit.intake.text import letters, plain, without_brackets, words
from mentorkit.intake.wishes import Mentors
from mentorkit.programme.records import Application, NamedConflict

#: From which likeness of names, of 100, somebody may be meant.
_LIKE = 80
#: No last name has more words.
_WORDS = 8
#: More namesakes than anybody has.
_ALL = 1000
_NOBODY = re.compile(
    r"[-–—−./ ]*|(?:kein(?:e|er|en|e/r)?|keine angaben?|k\. ?a\.?|niemand|nein(?:,? danke)?|no|none|nobody"
    r"|unbekannt|trifft nicht zu)[.!]?"
)
#: What stands between several names; *von und zu* does not.
_BETWEEN = re.compile(r"\s*(?:[;|/\n+&]|(?<!\bvon)\s(?:und|and|sowie|oder|or|u\.)\s(?!zu\b))\s*")
#: What people are beside their names, and words around those.
_FUNCTION = re.compile(
    r"fr|frau|hr|herrn?|mr|mrs|ms|dr|prof|chef(?:in)?|\w*leit(?:er|erin|ung)|kolleg(?:e|en|in)|boss|\w*direktor(?:in)?"
    r"|\w*vorgesetzte[rn]?|\w*fuehrungskraft|\w*meister(?:in)?|mein(?:e[mnr]?)?|unser(?:e[mnr]?)?|de[rmn]|die"
)
#: No last name by themselves.
_PARTICLES = frozenset(words("von van vom der den dem de zu zur zum und auf di da del la le ten ter af av"))


@dataclass(frozen=True)
class Meaning:
    """Whom somebody named.

    Attributes
    ----------
    people
        Ids of the persons who are kept apart from her.
    sure
        Whether nobody has to look at it.
    others
        Ids of persons whom the text fits as well, and who are not kept apart.
    certain
        Ids of those of ``people`` of whom it is sure.
    """

    people: frozenset[str] = frozenset()
    sure: bool = True
    others: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()


def says_nobody(text: str) -> bool:
    """Tell whether a text names nobody: *nein*, *keine*, *–*.

    Examples
    --------
    >>> says_nobody("Keine/r"), says_nobody("Keinath")
    (True, False)
    """
    return _NOBODY.fullmatch(" ".join(plain(text).split())) is not None


class People:
    """The applicants of a run, as somebody can name them in confidence."""

    def __init__(self, applications: Iterable[Application]) -> None:
        self._by_id = {a.id: a for a in applications}
        self._own: dict[str, list[Application]] = {}
        for a in self._by_id.values():
            self._own.setdefault(a.person_id, []).append(a)
        self._among: dict[tuple[frozenset[str], frozenset[str]], _Names] = {}

    def meaning(self, conflict: NamedConflict) -> Meaning:
        """Return who is meant: by what somebody decided, as long as they are there, else by the text.

        Whoever fits the text and did not when it was decided makes it a question again.
        """
        read = self.read(conflict)
        if not conflict.decided_by or not all(key in self._by_id for key in conflict.meant):
            return read
        meant = self._persons(conflict.meant) - {self._by_id[conflict.application_id].person_id}
        new = read.people - meant - self._persons(conflict.seen)
        return Meaning(meant | new, not new, (read.people | read.others) - meant - new, meant)

    def read(self, conflict: NamedConflict) -> Meaning:
        """Return who is meant by the text, name by name.

        A line manager is looked for in the organisation of who names her; elsewhere it is not sure that she
        is one.
        """
        by = self._by_id[conflict.application_id]
        if says_nobody(conflict.text):
            return Meaning()
        parts = [part for part in _BETWEEN.split(conflict.text) if not says_nobody(part)]
        found = [self._one(conflict.kind, part, by) for part in parts]
        people = frozenset[str]().union(*(one.people for one in found)) - {by.person_id}
        others = frozenset[str]().union(*(one.others for one in found)) - {by.person_id} - people
        certain = people & frozenset[str]().union(*(one.certain for one in found))
        return Meaning(people, all(one.sure for one in found), others, certain)

    def _one(self, kind: str, text: str, by: Application) -> Meaning:
        everywhere = self._names(by).meaning(text)
        own = frozenset(a.organisation for a in self._own[by.person_id] if a.organisation)
        if kind != "line_manager" or not own:
            return everywhere
        here = self._names(by, own).meaning(text)
        if not here.sure or not here.people - {by.person_id}:
            people = here.people | everywhere.people
            return Meaning(people, everywhere.sure and not people - {by.person_id}, certain=here.certain)
        names = {name for key in here.people for name in self._called(key)}
        namesakes = {key for key in everywhere.people - here.people if self._called(key) & names}
        people = here.people | everywhere.people - namesakes
        return Meaning(people, people == here.people, frozenset(namesakes), here.people)

    def _called(self, person_id: str) -> set[tuple[str, str]]:
        """Return the names of a person, as they are compared."""
        return {name_key(a.first_name, a.last_name) for a in self._own[person_id]}

    def applications(self, people: Iterable[str]) -> tuple[Application, ...]:
        """Return one application of each of some persons, one that stands if there is any."""
        return tuple(min(self._own[key], key=_withdrawn) for key in self._own if key in set(people))

    def _persons(self, applications: Iterable[str]) -> frozenset[str]:
        return frozenset(self._by_id[key].person_id for key in applications if key in self._by_id)

    def _names(self, by: Application, organisations: frozenset[str] = frozenset()) -> _Names:
        """Return those who could be in a tandem with somebody, by the names of all their applications."""
        roles = frozenset(a.role for a in self._own[by.person_id])
        if (roles, organisations) not in self._among:
            self._among[roles, organisations] = _Names(
                [
                    a
                    for own in self._own.values()
                    if any(a.withdrawn is None and roles - {a.role} for a in own)
                    and (not organisations or any(a.organisation in organisations for a in own))
                    for a in own
                ]
            )
        return self._among[roles, organisations]


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
        for other in people.meaning(conflict).people - {one}
    )


def _withdrawn(application: Application) -> bool:
    return application.withdrawn is not None


class _Names:
    """Some applicants by their names."""

    def __init__(self, applications: Sequence[Application]) -> None:
        self._names = Mentors(applications)
        self._first: dict[str, set[str]] = {}
        self._last: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        for a in applications:
            first, last = words(without_titles(a.first_name)[0]), words(a.last_name)
            for name in {letters(a.last_name), *last} - _PARTICLES:
                self._last.setdefault(name, set()).add(a.person_id)
            for name in first:
                self._first.setdefault(name, set()).add(a.person_id)
            self._words.setdefault(a.person_id, set()).update(first, last)

    def meaning(self, text: str) -> Meaning:
        """Return who is or may be meant by one name, or by several between commas."""
        exact, several = set[str](), False
        for said in _readings(text):
            found = self._exactly(said)
            several = several or len(found) > 1
            exact |= found
        perhaps = set(self._namesakes(text, exact))
        if not exact:
            bare = " ".join(
                word for word in _bare(text).split() if not _FUNCTION.fullmatch(plain(word).strip(".,:"))
            )
            perhaps |= set(self._nearly(text, bare))
            return Meaning(frozenset(perhaps), not perhaps and looks_like_a_name(bare))
        more = [said for said in _readings(text)[1:] if not self._exactly(said)]
        perhaps |= {key for said in more for key in self._nearly(said, _bare(said))}
        certain = frozenset(() if several else exact)
        return Meaning(frozenset(exact | perhaps), not several and perhaps <= exact, certain=certain)

    def _exactly(self, said: str) -> set[str]:
        """Return who has just this name; several of one name."""
        found = self._names.resolve(said)
        same = self._names.guesses(said, _ALL, 100)
        return {
            a.person_id for a in (*same, *([found.mentor] if found.mentor and found.confidence == 1 else []))
        }

    def _nearly(self, said: str, bare: str) -> Iterator[str]:
        """Yield whose name a text may be with slips; of one word, whose last name or first name."""
        from rapidfuzz.distance import OSA

        if found := self._names.resolve(said).mentor:
            yield found.person_id
        yield from (a.person_id for a in self._names.guesses(said, 5, _LIKE))
        if len(one := words(bare)) == 1:
            yield from self._first.get(one[0], ())
            for last, people in self._last.items():
                if len(last) > 3 and OSA.distance(one[0], last, score_cutoff=1) <= 1:
                    yield from people

    def _namesakes(self, text: str, exact: set[str]) -> Iterator[str]:
        """Yield who bears a last name that the text says beside the names of those who are meant."""
        said = words(without_titles(text)[0] if exact else text)
        named = set[str]().union(*(self._words[key] for key in exact))
        said = [word for word in said if word not in named]
        for start in range(len(said)):
            for end in range(start + 1, min(start + _WORDS, len(said)) + 1):
                yield from self._last.get("".join(said[start:end]), ())


def _bare(text: str) -> str:
    """Return a text without brackets, titles and what is added to a name."""
    return without_titles(without_brackets(text))[0]


def _readings(text: str) -> list[str]:
    """Return what may be a name in a text: all of it, what stands between commas, and each two of those."""
    said = without_brackets(text).strip(" .,:")
    parts = [part.strip() for part in said.split(",") if part.strip()]
    pairs = [", ".join(two) for two in zip(parts[::2], parts[1::2], strict=False)]
    single = [part for part in parts if len(words(part)) > 1] if len(parts) > 1 else []
    return list(dict.fromkeys([said, *single, *(pairs if len(parts) > 2 else [])]))
