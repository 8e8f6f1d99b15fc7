"""How groups fare in a matching: tandems, scores and fulfilled wishes by organisation, gender, field.

No row tells of fewer than :data:`SMALLEST` people, and none can be computed from the others: small groups are
put together, with the next larger one where they are still too few, and where that leaves a single group,
nothing is told of the whole question. This is recoding instead of blanking cells [1]_, so no complementary
cell is needed: all rows of a question sum to everybody.

References
----------
.. [1] L. Willenborg, T. de Waal: Elements of Statistical Disclosure Control. Springer 2001, chapter 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentorkit.intake.told import in_words
from mentorkit.language import later, say, say_n
from mentorkit.language.formats import din5007, listing, number
from mentorkit.matching.pool import plain
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, Role

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

#: Fewer people than this are never told of as a group.
SMALLEST = 5
#: By what people are grouped, where the programme asks for it.
QUESTIONS = ("organisation", "gender", "field", "department")
#: What a group has to lie below all others to be named: parts of 1, and points of the score.
CLEARLY, CLEARLY_POINTS = 0.2, 100
_TOGETHER = later("{names} and others together")


@dataclass(frozen=True)
class Group:
    """How a group of mentees or of mentors fares.

    Attributes
    ----------
    people, placed
        How many there are, and how many of them have a tandem.
    mean, lowest
        Of their scores, 0 to 1,000; a mentor with several tandems counts with their mean. None without any.
    wishes, fulfilled
        How many wish for somebody who takes part, and how many have one of those; None for mentors, and
        for a whole question where in one of its groups only few wish.
    """

    role: Role
    question: str
    name: str
    people: int
    placed: int
    mean: float | None
    lowest: int | None
    wishes: int | None
    fulfilled: int | None

    @property
    def share(self) -> float:
        """The part of the group that has a tandem."""
        return self.placed / self.people

    @property
    def wish_share(self) -> float | None:
        """The part of those who wish that has one of their wishes; None where nobody wishes."""
        return self.fulfilled / self.wishes if self.wishes and self.fulfilled is not None else None


@dataclass(frozen=True)
class Fairness:
    """All groups of a matching that are large enough, and what cannot be told without naming few people."""

    groups: tuple[Group, ...]
    #: Role and question of what is withheld, since at most one group would be large enough.
    withheld: tuple[tuple[Role, str], ...]

    def lower(self) -> list[str]:
        """Say which groups stand clearly lower than the others of their question, and how large they are."""
        return [sentence for group in self.groups for sentence in _lower(group, self._others(group))]

    def _others(self, group: Group) -> list[Group]:
        same = (group.role, group.question)
        return [g for g in self.groups if (g.role, g.question) == same and g is not group]


@dataclass(frozen=True)
class _Case:
    """One person: in which group, with what score if any, whether a wish was there and is fulfilled."""

    person: Application
    score: float | None
    wishes: bool
    fulfilled: bool


def fairness(
    matching: Matching, *, formed: Mapping[tuple[str, str], int] | None = None, smallest: int = SMALLEST
) -> Fairness:
    """Tell how groups fare.

    Parameters
    ----------
    matching
        Whose people are grouped.
    formed
        The scores of approved tandems by the ids of mentee and mentor; else the tandems of the matching.
    smallest
        How many people a group has at least.
    """
    settings = matching.rules.settings
    groups: list[Group] = []
    withheld: list[tuple[Role, str]] = []
    roles: tuple[Role, ...] = ("mentee", "mentor")
    for role in roles:
        cases = _cases(matching, role, _pairs(matching) if formed is None else formed)
        for question in QUESTIONS:
            without = settings.organisations.kind == "none"
            if without if question == "organisation" else question not in settings.questions.of(role):
                continue
            found = _grouped(cases, question, smallest, settings.pay_scale)
            if len(found) > 1:
                told = all(sum(case.wishes for case in members) >= smallest for _, members in found)
                groups += [_group(role, question, name, members, wishes=told) for name, members in found]
            elif len({plain(_name(case.person, question, settings.pay_scale)) for case in cases}) > 1:
                withheld.append((role, question))
    return Fairness(tuple(groups), tuple(withheld))


def _pairs(matching: Matching) -> dict[tuple[str, str], int]:
    people = matching.pool
    return {
        (people.mentees[i].person_id, people.mentors[j].person_id): int(matching.scores.total[i, j])
        for i, j in matching.indices
    }


def _cases(matching: Matching, role: Role, pairs: Mapping[tuple[str, str], int]) -> list[_Case]:
    pool, side = matching.pool, 0 if role == "mentee" else 1
    scores: dict[str, list[int]] = {}
    wished = set()
    for pair, score in pairs.items():
        scores.setdefault(pair[side], []).append(score)
        i, j = pool.index.get(("mentee", pair[0])), pool.index.get(("mentor", pair[1]))
        if i is not None and j is not None and pool.ranks[i, j]:
            wished.add(pair[0])
    cases = []
    for k, person in enumerate(pool.people(role)):
        had = scores.get(person.person_id)
        wishes = role == "mentee" and bool(pool.ranks[k].any())
        mean = sum(had) / len(had) if had else None
        cases.append(_Case(person, mean, wishes, wishes and person.person_id in wished))
    return cases


def _grouped(
    cases: list[_Case], question: str, smallest: int, pay_scale: str
) -> list[tuple[str, list[_Case]]]:
    """Return the groups by name in German order, those too small put together at the end."""
    members: dict[str, list[_Case]] = {}
    names: dict[str, str] = {}
    for case in cases:
        name = _name(case.person, question, pay_scale)
        names.setdefault(plain(name), name)
        members.setdefault(plain(name), []).append(case)
    small = sorted((k for k in members if len(members[k]) < smallest), key=lambda k: din5007(names[k]))
    large = sorted((k for k in members if k not in small), key=lambda k: (len(members[k]), din5007(names[k])))
    together = list(small)
    while together and large and sum(len(members[k]) for k in together) < smallest:
        together.append(large.pop(0))
    found = [(names[k], members[k]) for k in sorted(large, key=lambda k: din5007(names[k]))]
    rest = [case for k in together for case in members[k]]
    if len(rest) < smallest:
        return found if not rest else []
    told = [names[k] for k in together]
    return [*found, (listing(told) if len(told) < 4 else _many(told), rest)]


def _many(names: list[str]) -> str:
    return say(_TOGETHER, names=", ".join(names[:2]))


def _name(person: Application, question: str, pay_scale: str) -> str:
    answer = person.organisation if question == "organisation" else person.answers.get(question)
    return in_words(question, answer, person, pay_scale) if answer else say("not said")


def _group(role: Role, question: str, name: str, members: list[_Case], *, wishes: bool) -> Group:
    scores = [case.score for case in members if case.score is not None]
    return Group(
        role, question, name, len(members), len(scores),
        sum(scores) / len(scores) if scores else None,
        round(min(scores)) if scores else None,
        sum(case.wishes for case in members) if wishes else None,
        sum(case.fulfilled for case in members) if wishes else None,
    )  # fmt: skip


def question_label(question: str) -> str:
    """Return what people are grouped by, in the language in force."""
    return FIELDS[question].label


def _lower(group: Group, others: list[Group]) -> list[str]:
    """Say in what a group lies clearly below the others taken together."""
    told = {
        "group": f"{question_label(group.question)}: {group.name}",
        "n": group.people,
        "who": say("{mentee:pl.nom}") if group.role == "mentee" else say("{mentor:pl.nom}"),
    }
    found = []
    rest = _part((g.placed, g.people) for g in others)
    if rest - group.share >= CLEARLY:
        shares = {"share": number(100 * group.share, 0), "rest": number(100 * rest, 0)}
        found.append(
            say("{group} ({n} {who}): {share} % have a tandem, of the others {rest} %.", **told, **shares)
        )
    mean = _part(((g.mean or 0) * g.placed, g.placed) for g in others)
    if group.mean is not None and mean - group.mean >= CLEARLY_POINTS:
        means = {"mean": number(round(group.mean)), "rest": number(round(mean))}
        found.append(
            say("{group} ({n} {who}): the mean score is {mean}, that of the others {rest}.", **told, **means)
        )
    rest = _part((g.fulfilled or 0, g.wishes or 0) for g in others)
    if group.wish_share is not None and rest - group.wish_share >= CLEARLY:
        shares = {"share": number(100 * group.wish_share, 0), "rest": number(100 * rest, 0)}
        found.append(
            say(
                "{group} ({n} {who}): {share} % have a wish fulfilled, of the others who wish {rest} %.",
                **told,
                **shares,
            )
        )
    return found


def _part(counts: Iterable[tuple[float, int]]) -> float:
    """Return a sum by a sum; 0 for nothing by nothing."""
    pairs = list(counts)
    return sum(some for some, _ in pairs) / (sum(all_ for _, all_ in pairs) or 1)


def summary(found: Fairness) -> list[str]:
    """Say which groups stand lower, or that none does, and what is withheld."""
    told = found.lower()
    if found.groups and not told:
        told.append(say("No group stands clearly lower than the others."))
    for role in ("mentee", "mentor"):
        if labels := [question_label(question) for one, question in found.withheld if one == role]:
            people = say("{mentee:pl.nom}") if role == "mentee" else say("{mentor:pl.nom}")
            told.append(
                say_n(
                    "{people} by {questions}: not told, to protect groups of fewer than {n} person.",
                    "{people} by {questions}: not told, to protect groups of fewer than {n} people.",
                    SMALLEST,
                    people=people,
                    questions=listing(labels),
                )
            )
    return told
