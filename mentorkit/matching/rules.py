"""Rules on pairs: which tandems are allowed, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mentorkit.intake.names import name_key, split_name
from mentorkit.language import later, say, say_n
from mentorkit.matching.pool import Bools, Ints, Pool, plain
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
    "earlier_pair": later("{name} and {partner} have been a tandem in an earlier run."),
    "not_selected": later("The selection is fixed, and {name} or {partner} holds no place in it."),
    "forbidden": later("A {coordinator:sg.nom} has ruled out the tandem of {name} and {partner}."),
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

    def all_codes(self) -> NDArray[np.object_]:
        """Return the codes of each pair joined by ``;``, "" for an allowed one, (n, m)."""
        found = np.full(self.pool.shape, "", dtype=object)
        for code, blocked in self.blocks.items():
            found[blocked] += np.where(found[blocked] == "", code, f";{code}").astype(object)
        return found

    def sentence(self, code: str, i: int, j: int) -> str:
        """Say in words why a code blocks a pair, in the language in force."""
        mentee, mentor = self.pool.mentees[i], self.pool.mentors[j]
        return say(
            RULES[code],
            name=mentee.name,
            partner=mentor.name,
            organisation=mentee.organisation,
            other=mentor.organisation,
            score=int(self.scores[i, j]),
            lowest=self.settings.lowest_score,
        )

    def because(self, i: int, j: int) -> str:
        """Say in words why a pair is not allowed; empty for an allowed one."""
        return " ".join(self.sentence(code, i, j) for code in self.codes(i, j))

    def conflicts(self) -> list[str]:
        """Say which locked pairs contradict a rule or each other; an empty list if all hold together.

        Locks that contradict neither can always be kept: together they are a matching under all rules.
        """
        return [*_absent(self), *_against_rules(self), *_too_many_tandems(self), *_too_many_persons(self)]


def rules_of(
    pool: Pool, settings: ProgrammeSettings, scores: Ints, decisions: Iterable[PairDecision], *, fixed: bool
) -> Rules:
    """Apply all rules to all pairs.

    Parameters
    ----------
    pool
    settings
        Their ``pairing``, ``quotas`` and ``lowest_score`` count.
    scores : (n, m) int
    decisions
        Locked and forbidden pairs.
    fixed
        Whether only people with a place in the fixed selection may be in a tandem.
    """
    decisions = tuple(decisions)
    locked, forbidden = (_pairs(pool, decisions, kind) for kind in ("lock", "forbid"))
    found = {
        "same_person": _same_person(pool),
        **_pairing(pool, settings.pairing),
        "earlier_pair": _earlier(pool),
        "not_selected": _not_selected(pool, fixed),
        "forbidden": _marked(pool, forbidden),
        "low_score": (scores < settings.lowest_score) & ~_marked(pool, locked),
    }
    blocks = {code: found[code] for code in RULES if code in found and found[code].any()}
    allowed = np.ones(pool.shape, dtype=bool)
    for blocked in blocks.values():
        allowed &= ~blocked
    return Rules(pool, settings, scores, decisions, fixed, blocks, tuple(locked), allowed)


def _pairs(pool: Pool, decisions: Iterable[PairDecision], kind: str) -> list[tuple[int, int]]:
    found = []
    for decision in decisions:
        i = pool.index.get(("mentee", decision.mentee_id))
        j = pool.index.get(("mentor", decision.mentor_id))
        if decision.kind == kind and i is not None and j is not None:
            found.append((i, j))
    return sorted(found)


def _marked(pool: Pool, pairs: Sequence[tuple[int, int]]) -> Bools:
    marked = np.zeros(pool.shape, dtype=bool)
    for pair in pairs:
        marked[pair] = True
    return marked


def _same_person(pool: Pool) -> Bools:
    both = [
        (i, j)
        for i, mentee in enumerate(pool.mentees)
        if (j := pool.index.get(("mentor", mentee.person_id))) is not None
    ]
    return _marked(pool, both)


def _pairing(pool: Pool, pairing: str) -> dict[str, Bools]:
    if pairing == "any":
        return {}
    mentees, mentors = (np.array(keys, dtype=object) for keys in pool.organisation_keys())
    unknown = (mentees == "")[:, None] | (mentors == "")
    equal = mentees[:, None] == mentors
    if pairing == "different":
        return {"no_organisation": unknown, "same_organisation": equal & ~unknown}
    return {"no_organisation": unknown, "other_organisation": ~equal & ~unknown}


def _earlier(pool: Pool) -> Bools:
    mentors: dict[tuple[str, str], list[int]] = {}
    for j, mentor in enumerate(pool.mentors):
        mentors.setdefault(name_key(mentor.first_name, mentor.last_name), []).append(j)
    partners: dict[tuple[str, str], set[int]] = {}
    for tandem in pool.earlier:
        one, other = (name_key(*split_name(name)) for name in (tandem.mentee, tandem.mentor))
        partners.setdefault(one, set()).update(mentors.get(other, ()))
    return _marked(
        pool,
        [
            (i, j)
            for i, a in enumerate(pool.mentees)
            for j in partners.get(name_key(a.first_name, a.last_name), ())
        ],
    )


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
        if d.kind == "lock" and not people <= rules.pool.index.keys():
            yield say("A locked tandem names somebody who does not take part. Please undo that lock.")


def _against_rules(rules: Rules) -> Iterator[str]:
    for pair in rules.locked:
        if why := rules.because(*pair):
            lock = _lock_name(rules.pool, *pair)
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
