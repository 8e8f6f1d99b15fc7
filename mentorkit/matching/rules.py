"""Rules on pairs: which tandems are allowed, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import number
from mentorkit.matching.arrays import problem_of
from mentorkit.matching.blocks import (
    by_organisation,
    earlier,
    figure,
    kept_apart,
    marked,
    same_person,
    too_far,
)
from mentorkit.matching.made import Made, is_made
from mentorkit.matching.pool import Bools, Ints, Pool, plain
from mentorkit.matching.problem import Conflict, Problem
from mentorkit.matching.solve import solve
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.pair_rules import Distance
from mentorkit.programme.records import Application, PairDecision, Role
from mentorkit.programme.settings import ProgrammeSettings

#: Why a pair is blocked, by code. Only :data:`SOFT` ones give way to a lock.
RULES: dict[str, str] = {
    "same_person": later("{name} cannot be in a tandem alone."),
    "no_organisation": later("It is not known to which organisations {name} and {partner} both belong."),
    "same_organisation": later("{name} and {partner} belong to the same organisation, {organisation}."),
    "other_organisation": later(
        "{name} and {partner} belong to different organisations, {organisation} and {other}."
    ),
    "not_near": later(
        "{name} and {partner} belong to organisations that are no neighbours, {organisation} and {other}."
    ),
    "distance": later("{field}: {name} {lower}, {partner} {higher}; the distance must be {bounds}."),
    "earlier_pair": later("{name} and {partner} have been a tandem in an earlier run."),
    "not_selected": later("The selection is fixed, and {name} or {partner} holds no place in it."),
    # the same words whether it was decided or named in confidence: nobody is to learn who named whom
    "forbidden": later("The tandem of {name} and {partner} is ruled out."),
    "low_score": later(
        "The score of {name} and {partner}, {score}, lies below the lowest one of the programme, {lowest}."
    ),
}
SOFT = frozenset({"low_score"})


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a programme over all pairs.

    Attributes
    ----------
    pool, settings, scores, decisions, fixed
        What :func:`rules_of` was given.
    blocks : dict of (n, m) bool
        For each code of :data:`RULES` that blocks any pair, the pairs it blocks.
    locked : tuple of (int, int)
        Locked pairs of people who take part.
    allowed : (n, m) bool

    Limits over all tandems block no pair; they are part of :attr:`arrays`.
    """

    pool: Pool
    settings: ProgrammeSettings
    scores: Ints
    decisions: tuple[PairDecision, ...]
    fixed: bool
    blocks: dict[str, Bools]
    locked: tuple[tuple[int, int], ...]
    allowed: Bools

    def codes(self, i: int, j: int) -> list[str]:
        """Return the codes that block a pair; none for an allowed one."""
        return [code for code, blocked in self.blocks.items() if blocked[i, j]]

    def firm_codes(self, i: int, j: int) -> list[str]:
        """Return the codes that a lock of a pair would break: it overrides some, and replaces a decision."""
        apart = self._apart[i, j]
        return [code for code in self.codes(i, j) if code not in SOFT and (apart or code != "forbidden")]

    def all_codes(self) -> NDArray[np.object_]:
        """Return the codes of each pair joined by ``;``, "" for an allowed one, (n, m)."""
        found = np.full(self.pool.shape, "", dtype=object)
        for code, blocked in self.blocks.items():
            found[blocked] += np.where(found[blocked] == "", code, f";{code}").astype(object)
        return found

    def sentence(self, code: str, i: int, j: int) -> str:
        """Say in words why a code blocks a pair, in the language in force."""
        mentee, mentor = self.pool.mentees[i], self.pool.mentors[j]
        if code == "distance":
            return " ".join(self._distance_sentences(i, j))
        return say(
            RULES[code],
            name=mentee.name,
            partner=mentor.name,
            organisation=mentee.organisation,
            other=mentor.organisation,
            score=number(int(self.scores[i, j])),
            lowest=number(self.settings.lowest_score),
        )

    def because(self, i: int, j: int) -> str:
        """Say in words why a pair is not allowed; empty for an allowed one."""
        return " ".join(self.sentence(code, i, j) for code in self.codes(i, j))

    def _distance_sentences(self, i: int, j: int) -> Iterator[str]:
        for distance, blocked in self._too_far:
            if blocked[i, j]:
                mentee, mentor = self.pool.mentees[i], self.pool.mentors[j]
                yield say(
                    RULES["distance"],
                    name=mentee.name,
                    partner=mentor.name,
                    field=FIELDS[distance.field].label,
                    lower=figure(distance.field, mentee),
                    higher=figure(distance.field, mentor),
                    bounds=distance.bounds,
                )

    def conflicts(self) -> list[str]:
        """Say which locked pairs contradict rules, limits or each other; an empty list if all hold together.

        Locks that contradict neither rules nor each other are a matching under all rules; only limits over
        all tandems can leave none beside them.
        """
        found = [*_absent(self), *_against_rules(self), *_too_many_tandems(self), *_too_many_persons(self)]
        return found or ([self.limit_sentence(self._broken)] if self._broken else [])

    @cached_property
    def _apart(self) -> Bools:
        return kept_apart(self.pool)

    @cached_property
    def _too_far(self) -> list[tuple[Distance, Bools]]:
        return [(distance, too_far(self.pool, distance)) for distance in self.settings.distances]

    @cached_property
    def arrays(self) -> tuple[Problem, tuple[str, ...]]:
        """What there is to solve, and the organisations as it numbers them, "" for none."""
        return problem_of(self)

    @cached_property
    def _broken(self) -> Conflict | None:
        """The limit that the locked tandems, which contradict nothing else, leave no matching to keep."""
        if not self.settings.limits or not self.locked:
            return None
        return solve(self.arrays[0].counting()).conflict

    def limit_sentence(self, conflict: Conflict | None) -> str:
        """Say which limit over all tandems leaves no matching; empty where none does."""
        if conflict is None or conflict.code != "limit":
            return ""
        limits = [limit.sentence for limit in self.settings.limits]
        if 0 <= conflict.limit < len(limits):
            limit = limits[conflict.limit]
            return say(
                "The locked tandems leave no matching that keeps this limit of the programme: {limit}.",
                limit=limit,
            )
        return say(
            "The locked tandems leave no matching that keeps all limits of the programme: {limits}.",
            limits="; ".join(limits),
        )


def rules_of(
    pool: Pool, settings: ProgrammeSettings, scores: Ints, decisions: Iterable[PairDecision], *, fixed: bool
) -> Rules:
    """Apply all rules to all pairs.

    Parameters
    ----------
    pool
    settings
        Their ``pairing``, ``distances``, ``quotas``, ``limits`` and ``lowest_score`` count.
    scores : (n, m) int
    decisions
        Locked and forbidden pairs.
    fixed
        Whether only people with a place in the fixed selection may be in a tandem.
    """
    decisions = tuple(decisions)
    locked, forbidden = (_pairs(pool, decisions, kind) for kind in ("lock", "forbid"))
    found = {
        "same_person": same_person(pool),
        **by_organisation(pool, settings),
        "distance": np.any([too_far(pool, distance) for distance in settings.distances], axis=0),
        "earlier_pair": earlier(pool),
        "not_selected": _not_selected(pool, fixed),
        "forbidden": marked(pool, forbidden) | kept_apart(pool),
    }
    return rescored(Rules(pool, settings, scores, decisions, fixed, found, tuple(locked), scores >= 0))


def rescored(rules: Rules, settings: ProgrammeSettings | None = None, scores: Ints | None = None) -> Rules:
    """Apply the lowest score to other scores; all other rules stay as they were applied.

    Parameters
    ----------
    rules
    settings
        The same but for criteria and lowest score; those of the rules without.
    scores : (n, m) int, optional
        Those of the rules without.
    """
    settings, scores = settings or rules.settings, rules.scores if scores is None else scores
    low = (scores < settings.lowest_score) & ~marked(rules.pool, rules.locked)
    found = {**rules.blocks, "low_score": low}
    blocks = {code: found[code] for code in RULES if code in found and found[code].any()}
    allowed = np.ones(rules.pool.shape, dtype=bool)
    for blocked in blocks.values():
        allowed &= ~blocked
    return replace(rules, settings=settings, scores=scores, blocks=blocks, allowed=allowed)


def _pairs(pool: Pool, decisions: Iterable[PairDecision], kind: str) -> list[tuple[int, int]]:
    found = []
    for decision in decisions:
        i = pool.index.get(("mentee", decision.mentee_id))
        j = pool.index.get(("mentor", decision.mentor_id))
        if decision.kind == kind and i is not None and j is not None:
            found.append((i, j))
    return sorted(found)


def _not_selected(pool: Pool, fixed: bool) -> Bools:
    if not fixed:
        return np.zeros(pool.shape, dtype=bool)
    mentees, mentors = (
        np.array([a.place != "selected" for a in side], dtype=bool) for side in (pool.mentees, pool.mentors)
    )
    blocked: Bools = mentees[:, None] | mentors
    return blocked


def _absent(rules: Rules) -> Iterator[str]:
    for d in rules.decisions:
        people = {("mentee", d.mentee_id), ("mentor", d.mentor_id)}
        if d.kind != "lock" or people <= rules.pool.index.keys():
            continue
        if isinstance(d, Made):
            yield say("A tandem that is made names somebody who does not take part any more. Please take it"
                      " back.")  # fmt: skip
        else:
            yield say("A locked tandem names somebody who does not take part. Please undo that lock.")


def _against_rules(rules: Rules) -> Iterator[str]:
    for pair in rules.locked:
        if why := rules.because(*pair):
            lock = _lock_name(rules.pool, *pair)
            ids = rules.pool.mentees[pair[0]].person_id, rules.pool.mentors[pair[1]].person_id
            if is_made(rules.decisions, *ids):
                yield say("The tandem {lock} breaks a rule: {why}", lock=lock, why=why)
                continue
            yield say("The locked tandem {lock} breaks a rule: {why}", lock=lock, why=why)


def _lock_name(pool: Pool, i: int, j: int) -> str:
    return f"{pool.mentees[i].name} – {pool.mentors[j].name}"


def _too_many_tandems(rules: Rules) -> Iterator[str]:
    """Say who is locked more often than she has places."""
    for side, people in enumerate((rules.pool.mentees, rules.pool.mentors)):
        for k, person in enumerate(people):
            locks = [pair for pair in rules.locked if pair[side] == k]
            if len(locks) > person.places:
                yield say_n(
                    "{name} has one place, but several tandems are locked: {locks}.",
                    "{name} has {n} places, but more tandems are locked: {locks}.",
                    person.places,
                    name=person.name,
                    locks="; ".join(_lock_name(rules.pool, *pair) for pair in locks),
                )


def _too_many_persons(rules: Rules) -> Iterator[str]:
    """Say which organisation's quota the locked people exceed."""
    roles: tuple[Role, ...] = ("mentee", "mentor")
    for side, role in enumerate(roles):
        people = rules.pool.people(role)
        members: dict[str, list[Application]] = {}
        for k in sorted({pair[side] for pair in rules.locked}):
            members.setdefault(plain(people[k].organisation or ""), []).append(people[k])
        for key, own in members.items():
            quota = rules.settings.quotas.of(role, own[0].organisation)
            if key and quota is not None and len(own) > quota:
                yield say(
                    "{organisation} may send {quota}, but tandems of more people are locked: {names}.",
                    organisation=own[0].organisation,
                    quota=quota,
                    names=", ".join(person.name for person in own),
                )
