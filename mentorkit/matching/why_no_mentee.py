"""Why a mentor has no tandem: the fewest rules that together keep her out, and what would help.

She is in when every mentor who has a tandem keeps one, with whomever, and she has one. Then the mentees who
have a tandem keep one as well: two matchings that cover some people on either side have one that covers
both [1]_, as far as no quota and no limit over all tandems speaks against it.

References
----------
.. [1] Mendelsohn, Dulmage: Some generalizations of the problem of distinct representatives, 1958.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mentorkit.language import later, say
from mentorkit.language.formats import number
from mentorkit.matching.blocks import kept_apart
from mentorkit.matching.made import Made
from mentorkit.matching.problem import Bools, Ints, Problem
from mentorkit.matching.solve import solve
from mentorkit.matching.why_not import KEEPING_OUT, fewest_keeping_out

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

#: What else keeps a mentor out, by code.
_MORE: dict[str, str] = {
    "taken": later("{mentee:pl.nom} are in one tandem each."),
    "even": later("No rule: with a tandem of hers, the result would be as good."),
    "points": later("No rule: without a tandem of hers, all have more points together."),
}
#: Codes that say that there are too few mentees who could be hers.
_FEW = {"taken", "same_organisation", "other_organisation", "not_near"}
#: So many mentees are priced where each price is a matching of its own, and so many topics named.
_PRICED, _TOPICS = 10, 2


class Help(NamedTuple):
    """One thing that would help: ``tandem``, ``forbidden``, ``lock``, ``low_score`` or ``newcomer``."""

    kind: str
    sentence: str


@dataclass(frozen=True, eq=False)
class WhyNoMentee:
    """Why a mentor of a matching has no tandem.

    Attributes
    ----------
    matching : Matching
        One with status ``optimal``.
    mentor : int
        Her column.
    """

    matching: Matching
    mentor: int

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        problem, blocks = self.matching.problem, self.matching.rules.blocks
        return (
            *(code for code in KEEPING_OUT if code in blocks),
            "taken",
            *(["mentee_quota"] if problem.mentee_quota is not None else []),
            *(["mentor_quota"] if problem.mentor_quota is not None else []),
            *(["locks"] if problem.locked else []),
        )

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The fewest rules that together keep her out, by code.

        ``even``, ``points`` or ``limits`` where none does.
        """
        if self._is_in(set(self._kinds)):
            least = self._priced[0][0] if self._priced else (1, 0)
            if least[0] > 0 and self.matching.problem.limits:
                return ("limits",)
            return ("even",) if least == (0, 0) else ("points",)
        return fewest_keeping_out(self._kinds, self._is_in)

    @property
    def rules(self) -> tuple[str, ...]:
        """The same in words, in the language in force."""
        lowest = number(self.matching.rules.settings.lowest_score)
        return tuple(say({**KEEPING_OUT, **_MORE}[code], lowest=lowest) for code in self.codes)

    def _is_in(self, kinds: set[str], freed: tuple[int, int] | None = None, lowest: int = -1) -> bool:
        """Tell whether she could be in if only these rules held; a pair is freed, or the lowest score set."""
        problem, blocks = self.matching.problem, self.matching.rules.blocks
        blocked: Bools = np.zeros(problem.allowed.shape, dtype=bool)
        for code in {"same_person", *kinds} & blocks.keys():
            low = code == "low_score" and lowest >= 0
            blocked |= blocks[code] & (problem.scores < lowest) if low else blocks[code]
        locked = problem.locked if "locks" in kinds else ()
        if freed is not None:
            blocked[freed] = False
            locked = tuple(pair for pair in locked if pair != freed)
        turned = _turned(replace(problem, allowed=~blocked, locked=locked), self._rows, kinds)
        return solve(turned.counting()).tandems == len(turned.allowed)

    @cached_property
    def _rows(self) -> Ints:
        """The mentors who have a tandem, and she."""
        mate = self.matching.solution.mate
        return np.unique(np.append(mate[mate >= 0], self.mentor))

    # -- what would help ----------------------------------------------------------------------------

    @cached_property
    def repairs(self) -> list[Help]:
        """The single changes that would help."""
        return [*self._tandem(), *self._decisions(), *self._lowest(), *self._newcomer()]

    @cached_property
    def _priced(self) -> list[tuple[tuple[int, int], int]]:
        """What a tandem with her costs, the cheapest first, and the row of the mentee."""
        matching = self.matching
        rows = np.flatnonzero(matching.rules.allowed[:, self.mentor]).tolist()
        rows.sort(key=lambda i: -int(matching.scores.total[i, self.mentor]))
        if matching.problem.mixed:
            rows = rows[:_PRICED]
        found = zip(matching.prices_of([(i, self.mentor) for i in rows]), rows, strict=True)
        return sorted((price, i) for price, i in found if price is not None)

    def _tandem(self) -> Iterator[Help]:
        from mentorkit.matching.explain import price_sentence  # which tells of this

        if self._priced:
            price, i = self._priced[0]
            mentee = self.matching.pool.mentees[i]
            cost = price_sentence(*price, goal=self.matching.goal)
            yield Help("tandem", say("Lock the tandem with {name}. {cost}", name=mentee.name, cost=cost))

    def _decisions(self) -> Iterator[Help]:
        rules, pool = self.matching.rules, self.matching.pool
        names = {"lock": later("Undo the lock of {pair}"), "forbid": later("Allow {pair} again")}
        apart = kept_apart(pool)
        for decision in rules.decisions:
            i = pool.index.get(("mentee", decision.mentee_id))
            j = pool.index.get(("mentor", decision.mentor_id))
            if self.codes in {("even",), ("points",)} or i is None or j is None or isinstance(decision, Made):
                continue
            open_again = decision.kind == "lock" or (rules.codes(i, j) == ["forbidden"] and not apart[i, j])
            if open_again and self._is_in(set(self._kinds), (i, j)):
                pair = f"{pool.mentees[i].name} – {pool.mentors[j].name}"
                kind = "lock" if decision.kind == "lock" else "forbidden"
                yield Help(kind, say(names[decision.kind], pair=pair) + ".")

    def _lowest(self) -> Iterator[Help]:
        if "low_score" not in self.codes:
            return
        blocked = self.matching.rules.blocks["low_score"]
        steps = np.unique(self.matching.problem.scores[blocked])[::-1].tolist()
        lowest = next((step for step in steps if self._is_in(set(self._kinds), lowest=step)), None)
        if lowest is not None:
            yield Help("low_score", say("A lowest score of {score}", score=number(lowest)) + ".")

    def _newcomer(self) -> Iterator[Help]:
        """Say which mentee to look for, where there are too few, or none from where she has to be."""
        if "mentor_quota" in self.codes or not _FEW & set(self.codes):
            return
        mentor = self.matching.pool.mentors[self.mentor]
        pairing, organisation = self.matching.rules.settings.pairing, mentor.organisation
        where = ""
        if organisation and pairing == "different":
            where = say("from outside {organisations}", organisations=organisation)
        elif organisation and pairing != "any":
            where = say("from {organisations}", organisations=organisation)
        topics = list(mentor.answers.get("topics") or ())[:_TOPICS]
        about = [say("with “{value}”", value=topic) for topic in topics] or [""]
        for one in about:
            yield Help(
                "newcomer", " ".join(filter(None, (say("One more {mentee:sg.nom}"), where, one))) + "."
            )


def _turned(problem: Problem, mentors: Ints, kinds: set[str]) -> Problem:
    """Return the problem with its sides changed, of these mentors; those locked have a tandem already."""
    i, j = problem.locked_pairs
    rows = np.setdiff1d(mentors, j)
    places = np.full(len(problem.allowed), 1 if "taken" in kinds else len(problem.places))
    places[i] = 0

    def left(quota: Ints | None, groups: Ints) -> Ints | None:
        if quota is None:
            return None
        rest: Ints = np.maximum(quota - np.bincount(groups, minlength=len(quota)), 0)
        return rest

    return Problem(
        scores=np.zeros((len(rows), len(places)), dtype=np.int64),
        allowed=problem.allowed[:, rows].T & (problem.places[rows] > 0)[:, None],
        places=places,
        mentee_group=problem.mentor_group[rows],
        mentor_group=problem.mentee_group,
        mentee_quota=left(
            problem.mentor_quota if "mentor_quota" in kinds else None, problem.mentor_group[np.unique(j)]
        ),
        mentor_quota=left(problem.mentee_quota if "mentee_quota" in kinds else None, problem.mentee_group[i]),
    )
