"""Why a mentee has no tandem: the fewest rules that together keep her out, and the changes that would help.

She is in when everybody who has a tandem keeps one, with whomever. A set of rules keeps her out when that is
impossible under these alone, whatever becomes of the others (an irreducible inconsistent subsystem [1]_).

References
----------
.. [1] Chinneck: Feasibility and Infeasibility in Optimization, 2008, chapter 6 (deletion filter).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import number
from mentorkit.matching.blocks import kept_apart
from mentorkit.matching.brief import ELSEWHERE, Profile, newcomers, origins_of
from mentorkit.matching.made import Made
from mentorkit.matching.problem import Bools, Ints, Problem
from mentorkit.matching.solve import solve
from mentorkit.matching.what_if import WhatIf
from mentorkit.programme.records import Role

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

#: What a rule that keeps somebody out is called, by code; those of pairs as in :data:`.rules.RULES`.
KEEPING_OUT: dict[str, str] = {
    "no_organisation": later("Both people's organisations must be known."),
    "same_organisation": later("A tandem joins two organisations."),
    "other_organisation": later("A tandem stays within one organisation."),
    "not_near": later("A tandem stays within an organisation and its neighbours."),
    "distance": later("The two must have the distance that the programme asks for."),
    "earlier_pair": later("Two people are not a tandem again."),
    "not_selected": later("The selection is fixed: only who holds a place in it can be in a tandem."),
    "forbidden": later("Tandems are ruled out."),
    "low_score": later("The lowest score of the programme is {lowest}."),
    "places": later("{mentor:pl.nom} have only so many places."),
    "mentee_quota": later("Organisations may send only so many {mentee:pl.acc}."),
    "mentor_quota": later("Organisations may send only so many {mentor:pl.acc}."),
    "limits": later("Limits of the programme hold over all tandems."),
    "locks": later("Some tandems stand already, made or locked."),
}
#: So many of the mentors with whom one place more would help are named, and so many of what she asks for.
_NAMED, _ASKED = 3, 3


class Repair(NamedTuple):
    """One change that would bring a mentee in while everybody else keeps a tandem.

    Attributes
    ----------
    kind
        ``place``, ``mentee_quota``, ``mentor_quota``, ``forbidden``, ``lock``, ``limit``, ``low_score`` or
        ``newcomer``.
    sentence
        What to do, in the language in force.
    points
        What the total would gain under the goal ``total``; tandems gain one.
    """

    kind: str
    sentence: str
    points: int


@dataclass(frozen=True, eq=False)
class WhyNot:
    """Why a mentee of a matching has no tandem.

    Attributes
    ----------
    matching : Matching
        One with status ``optimal``.
    mentee : int
        Her row.
    """

    matching: Matching
    mentee: int

    @cached_property
    def _rows(self) -> Ints:
        """Those who have a tandem, and she."""
        return np.sort(np.append(np.flatnonzero(self.matching.solution.mate >= 0), self.mentee))

    @cached_property
    def problem(self) -> Problem:
        """The matching with nobody else who has no tandem."""
        everybody = np.arange(len(self.matching.problem.places))
        return self.matching.problem.among(self._rows, everybody)

    # -- the rules ----------------------------------------------------------------------------------

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The fewest rules that together keep her out, by code; the first of several such sets."""
        problem, blocks = self.problem, self.matching.rules.blocks
        kinds = [
            *(code for code in KEEPING_OUT if code in blocks),
            "places",
            *(["mentee_quota"] if problem.mentee_quota is not None else []),
            *(["mentor_quota"] if problem.mentor_quota is not None else []),
            *(["limits"] if problem.limits else []),
            *(["locks"] if problem.locked else []),
        ]
        return fewest_keeping_out(kinds, self._is_in)

    @property
    def rules(self) -> tuple[str, ...]:
        """The same in words, in the language in force."""
        lowest = number(self.matching.rules.settings.lowest_score)
        limits = " ".join(f"{limit.sentence}." for limit in self.matching.rules.settings.limits)
        return tuple(
            limits if code == "limits" and limits else say(KEEPING_OUT[code], lowest=lowest)
            for code in self.codes
        )

    def _is_in(self, kinds: set[str]) -> bool:
        """Tell whether she could be in if only these rules held."""
        problem, blocks = self.problem, self.matching.rules.blocks
        blocked: Bools = np.zeros(problem.allowed.shape, dtype=bool)
        for code in {"same_person", *kinds} & blocks.keys():
            blocked |= blocks[code][self._rows]
        return self._all_have_one(
            replace(
                problem,
                allowed=~blocked,
                places=problem.places if "places" in kinds else np.full_like(problem.places, len(self._rows)),
                mentee_quota=problem.mentee_quota if "mentee_quota" in kinds else None,
                mentor_quota=problem.mentor_quota if "mentor_quota" in kinds else None,
                limits=problem.limits if "limits" in kinds else (),
                locked=problem.locked if "locks" in kinds else (),
            )
        )

    def _all_have_one(self, problem: Problem) -> bool:
        return self._points(problem, counting=True) is not None

    def _points(self, problem: Problem, *, counting: bool = False) -> int | None:
        """Return what the total gains where all have a tandem; None where they have not."""
        found = solve(replace(problem, ties=None).counting() if counting else problem)
        return found.total - self._before if found.tandems == len(self._rows) else None

    @property
    def _before(self) -> int:
        return self._what_if.best.total

    # -- what would help ----------------------------------------------------------------------------

    @cached_property
    def _what_if(self) -> WhatIf:
        return WhatIf(self.problem, solve(self.problem))

    @cached_property
    def repairs(self) -> list[Repair]:
        """The single changes that would help; of each kind those first that gain most."""
        return [*self._places(), *self._quotas(), *self._decisions(), *self._settings(), *self._newcomers()]

    def _places(self) -> Iterator[Repair]:
        people = self.matching.pool.mentors
        gains = ((self._what_if.one_more_place(j), j) for j in range(len(people)))
        helpful = sorted(((gain.points, j) for gain, j in gains if gain.tandems > 0), reverse=True)
        for points, j in helpful[:_NAMED]:
            what = say("One more place with {name}", name=people[j].name)
            yield _repair("place", what, points)

    def _quotas(self) -> Iterator[Repair]:
        roles: dict[Role, str] = {
            "mentee": later("One more {mentee:sg.nom} from {organisation}"),
            "mentor": later("One more {mentor:sg.nom} from {organisation}"),
        }
        for role, sentence in roles.items():
            for g, organisation in enumerate(self.matching.organisations):
                gain = self._what_if.one_more_of(role, g) if organisation else None
                if gain and gain.tandems > 0:
                    yield _repair(f"{role}_quota", say(sentence, organisation=organisation), gain.points)

    def _decisions(self) -> Iterator[Repair]:
        rules, problem = self.matching.rules, self.problem
        names = {"lock": later("Undo the lock of {pair}"), "forbid": later("Allow {pair} again")}
        row = {int(i): k for k, i in enumerate(self._rows)}
        apart = kept_apart(self.matching.pool)
        for decision in rules.decisions:
            i = self.matching.pool.index.get(("mentee", decision.mentee_id))
            j = self.matching.pool.index.get(("mentor", decision.mentor_id))
            if i not in row or j is None:
                continue
            pair = (row[i], j)
            if isinstance(decision, Made):
                continue
            if decision.kind == "lock":
                changed = replace(problem, locked=tuple(set(problem.locked) - {pair}))
            elif rules.codes(i, j) == ["forbidden"] and not apart[i, j]:
                changed = replace(problem, allowed=_with(problem.allowed, pair))
            else:
                continue
            if (points := self._points(changed)) is not None:
                both = f"{self.matching.pool.mentees[i].name} – {self.matching.pool.mentors[j].name}"
                yield _repair(
                    "lock" if decision.kind == "lock" else "forbidden",
                    say(names[decision.kind], pair=both),
                    points,
                )

    def _settings(self) -> Iterator[Repair]:
        problem, rules = self.problem, self.matching.rules
        for k, limit in enumerate(rules.settings.limits):
            rest = tuple(one for n, one in enumerate(problem.limits) if n != k)
            if (points := self._points(replace(problem, limits=rest))) is not None:
                what = say("Without the limit of the programme: {limit}", limit=limit.sentence)
                yield _repair("limit", what, points)
        if (lowest := self._lowest_score_that_helps()) is not None:
            what = say("A lowest score of {score}", score=number(lowest))
            if (points := self._points(self._with_lowest(lowest))) is not None:
                yield _repair("low_score", what, points)

    def _with_lowest(self, lowest: int) -> Problem:
        blocks = self.matching.rules.blocks
        others = [blocked[self._rows] for code, blocked in blocks.items() if code != "low_score"]
        free = ~np.any([np.zeros_like(self.problem.allowed), *others], axis=0)
        allowed = self.problem.allowed | (free & (self.problem.scores >= lowest))
        return replace(self.problem, allowed=allowed)

    def _lowest_score_that_helps(self) -> int | None:
        """Return the highest lowest score under which she would be in; None where none helps."""
        if "low_score" not in self.matching.rules.blocks:
            return None
        blocked = self.matching.rules.blocks["low_score"][self._rows]
        steps = np.unique(self.problem.scores[blocked]).tolist()
        low, high, found = 0, len(steps) - 1, None
        while low <= high:
            middle = (low + high) // 2
            if self._all_have_one(self._with_lowest(steps[middle])):
                found, low = steps[middle], middle + 1
            else:
                high = middle - 1
        return found

    def _newcomers(self) -> Iterator[Repair]:
        """Say which mentor to look for: of what the mentee asks for, from where she would do."""
        person = self.matching.pool.mentees[self.mentee]
        asked = [("topics", topic) for topic in person.answers.get("topics") or ()]
        asked += [("field", person.answers["field"])] if person.answers.get("field") else []
        origins = origins_of(self.matching)
        for profile in [Profile(*one) for one in asked[:_ASKED]] or [Profile("", "")]:
            scores, allowed, links = newcomers(self.matching, profile, origins)
            gains = self._what_if.newcomers(scores[self._rows], allowed[self._rows], links[self._rows])
            from_ = [k for k, gain in enumerate(gains) if gain.tandems > 0]
            if from_:
                where = _where(origins, from_)
                about = say("with “{value}”", value=profile.value) if profile.value else ""
                what = " ".join(filter(None, (say("One more {mentor:sg.nom}"), where, about)))
                yield _repair("newcomer", what, max(gains[k].points for k in from_))


def fewest_keeping_out(kinds: Sequence[str], is_in: Callable[[set[str]], bool]) -> tuple[str, ...]:
    """Return the fewest rules under which somebody is not in, the first of several such sets.

    Parameters
    ----------
    kinds
        The rules that together keep her out, by code.
    is_in
        Tells whether she could be in if only some of them held.
    """
    needed = list(kinds)
    for kind in kinds:
        fewer = [one for one in needed if one != kind]
        if not is_in(set(fewer)):
            needed = fewer
    for size in range(1, len(needed)):
        for fewer_still in combinations(kinds, size):
            if not is_in(set(fewer_still)):
                return fewer_still
    return tuple(needed)


def _with(allowed: Bools, pair: tuple[int, int]) -> Bools:
    changed = allowed.copy()
    changed[pair] = True
    return changed


def _where(origins: list[str], from_: list[int]) -> str:
    """Say from which organisations somebody would do; nothing where any does."""
    if len(from_) == len(origins):
        return ""
    names = [origins[k] for k in from_]
    others = [name for k, name in enumerate(origins) if k not in from_]
    if ELSEWHERE in names:
        return say("from outside {organisations}", organisations=", ".join(others))
    return say("from {organisations}", organisations=", ".join(names))


def _repair(kind: str, what: str, points: int) -> Repair:
    """Return a change that would help; what people read tells the tandem that it gains, and the points."""
    if points >= 0:
        told = say_n(
            "{what}: one tandem and {n} point more.",
            "{what}: one tandem and {n} points more.",
            points,
            what=what,
        )
    else:
        told = say_n(
            "{what}: one tandem more, but {n} point less.",
            "{what}: one tandem more, but {n} points less.",
            -points,
            what=what,
        )
    return Repair(kind, told, points)
