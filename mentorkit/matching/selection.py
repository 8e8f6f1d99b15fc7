"""Who holds a place, who waits and who is out, and why.

An organisation with a quota gives its places by a ranking (:mod:`mentorkit.matching.places`) or lets the
matching choose. Then those in the best matching hold a place. Places left within the quota go to those who
could have the best tandem: in the order of the highest score with anybody allowed, then of a hash of who
they are, which favours nobody. The others wait in the same order. Who is in a locked tandem always holds
a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from mentorkit.errors import RuleBroken
from mentorkit.intake.findings import Audience, message, standing, where
from mentorkit.language import say, say_n
from mentorkit.language.formats import din5007
from mentorkit.matching.criteria import Scores, evaluate
from mentorkit.matching.matching import best_under, reading_order
from mentorkit.matching.places import NO_DAYS, Days, Key, Queue, key_of, queues
from mentorkit.matching.pool import pool_of
from mentorkit.matching.rules import Rules, rules_of
from mentorkit.matching.solve import Goal
from mentorkit.programme.records import (
    GRAVITY,
    Application,
    EarlierTandem,
    Orders,
    PairDecision,
    Role,
    Wish,
)
from mentorkit.programme.settings import ProgrammeSettings, Quotas

Standing = Literal["selected", "waiting", "out"]
_ROLES: tuple[Role, ...] = ("mentee", "mentor")


@dataclass(frozen=True)
class Place:
    """Where one application stands in a selection; ``code`` and ``reason`` say why it holds no place.

    ``number`` is the place on the waiting list, 0 for who is on none; ``undecided`` tells that a person has
    to look at the application first.
    """

    application_id: str
    person_id: str
    person: str
    role: Role
    organisation: str | None
    code: str = ""
    reason: str = ""
    number: int = 0
    undecided: bool = False
    standing: Standing = "out"

    @property
    def word(self) -> str:
        """Where the application stands, as it is said everywhere."""
        return place_word(self.standing, self.number, undecided=self.undecided)

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the contract's JSON."""
        entry = {name: getattr(self, name) for name in ("person_id", "person", "role", "organisation")}
        if self.number:
            entry["number"] = self.number
        return {**entry, "code": self.code, "reason": self.reason} if self.code else entry


def place_word(standing: Standing | None, number: int = 0, *, undecided: bool = False) -> str:
    """Return the one word for where somebody stands in a selection; None while the matching decides."""
    if undecided:
        return say("Not decided yet")
    if standing == "selected":
        return say("Has a place")
    if standing == "waiting":
        return say("Waits, number {number}", number=number) if number else say("Waits")
    return say("Takes no part") if standing == "out" else say("The matching decides")


@dataclass(frozen=True)
class Vacancy:
    """Places of an organisation that are free although people wait for them."""

    role: Role
    organisation: str
    places: int
    #: Everybody who waits for them, in order.
    waiting: tuple[Place, ...]

    @property
    def next(self) -> tuple[Place, ...]:
        """Who would move up, in order; as many as there are places, or fewer."""
        return self.waiting[: self.places]

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the JSON of a selection."""
        waiting = [place.to_json() for place in self.next]
        return {
            "role": self.role, "organisation": self.organisation, "places": self.places, "next": waiting
        }  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """Who holds a place, who waits (in order, by role and organisation) and who is out."""

    selected: tuple[Place, ...]
    waiting: tuple[Place, ...]
    out: tuple[Place, ...]
    #: Whether the selection is binding for the matching.
    fixed: bool = False
    #: By what the places are given.
    orders: Orders = Orders()  # noqa: RUF009 - frozen

    @property
    def places(self) -> dict[str, Standing]:
        """Where each application stands, by its id."""
        return {key: place.standing for key, place in self.stands.items()}

    @property
    def stands(self) -> dict[str, Place]:
        """The place of each application, by its id."""
        return {place.application_id: place for place in (*self.selected, *self.waiting, *self.out)}

    def vacancies(self, quotas: Quotas) -> list[Vacancy]:
        """Return the places that are free although people wait for them, as after a withdrawal."""
        held = Counter(key_of(place.role, place.organisation) for place in self.selected)
        lists: dict[Key, list[Place]] = {}
        for place in self.waiting:
            lists.setdefault(key_of(place.role, place.organisation), []).append(place)
        found = []
        for key, waiting in lists.items():
            role, organisation = waiting[0].role, waiting[0].organisation or ""
            limit = quotas.of(role, organisation)
            free = len(waiting) if limit is None else limit - held[key]
            if free > 0:
                found.append(Vacancy(role, organisation, free, tuple(waiting)))
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the selection as the contract's JSON."""
        return {
            "fixed": self.fixed,
            "orders": self.orders.model_dump(),
            **{
                name: [place.to_json() for place in getattr(self, name)]
                for name in ("selected", "waiting", "out")
            },
        }


def select(  # noqa: PLR0913 - all but two by keyword
    applications: Iterable[Application],
    settings: ProgrammeSettings,
    *,
    decisions: Iterable[PairDecision] = (),
    wishes: Iterable[Wish] = (),
    earlier: Iterable[EarlierTandem] = (),
    apart: Iterable[tuple[str, str]] = (),
    goal: Goal = "total",
    fixed: bool = False,
    orders: Orders = Orders(),  # noqa: B008 - frozen
    received: Days = NO_DAYS,
    last: Collection[str] = (),
) -> Selection:
    """Choose who takes part, within the quotas; see the module for the order.

    Parameters
    ----------
    applications
        In the order they were made, which a ranking may go by.
    settings, decisions, wishes, earlier, apart, goal
        As of :func:`mentorkit.matching.matching.match`.
    fixed
        Whether the selection was fixed before: then the places are those the applications hold.
    orders
        By what the places of each organisation are given.
    received, last
        As of :func:`mentorkit.matching.places.rank`.

    Raises
    ------
    RuleBroken
        If nothing is fixed and locked tandems contradict a rule or each other.
    UsageError
        If a criterion or an option of one is unknown.
    """
    applications = list(applications)
    pool = pool_of(applications, wishes=wishes, earlier=earlier, apart=apart)
    scores = evaluate(pool, settings.criteria)
    rules = rules_of(pool, settings, scores.total, decisions, fixed=False)
    if not fixed and (conflicts := rules.conflicts()):
        raise RuleBroken(" ".join(conflicts))
    part = {a.id for a in (*pool.mentees, *pool.mentors)}
    taking_part = [a for a in applications if a.id in part]
    lists = queues(taking_part, settings.quotas, orders, _locked(rules), received, last)
    ranking = [queue for queue in lists if queue.order != "matching"]
    if fixed:
        chosen = {a.id for a in (*pool.mentees, *pool.mentors) if a.place == "selected"}
    else:
        chosen = _chosen(rules, scores, goal, lists)
    ranked = _in_order(rules, ranking)
    # who came late stands behind all others, also where the list goes by the best tandem
    waiting = sorted((a for a in ranked if a.id not in chosen), key=lambda a: a.id in last)
    held = Counter(key_of(a.role, a.organisation) for a in ranked if a.id in chosen)
    out = [a for a in applications if a.id not in part]
    audience = Audience(applications=tuple(applications))  # the selection is the lead's
    return Selection(
        tuple(
            replace(_place(a), standing="selected")
            for a in sorted((a for a in ranked if a.id in chosen), key=_by_role)
        ),
        tuple(_waiting(waiting, settings.quotas, held)),
        tuple(_out(a, audience) for a in sorted(out, key=_by_role)),
        fixed,
        orders,
    )


def _locked(rules: Rules) -> set[tuple[Role, str]]:
    """Return role and person id of who is in a locked tandem."""
    mentees, mentors = rules.pool.mentees, rules.pool.mentors
    return {
        person
        for i, j in rules.locked
        for person in (("mentee", mentees[i].person_id), ("mentor", mentors[j].person_id))
    }


def _chosen(rules: Rules, scores: Scores, goal: Goal, lists: Sequence[Queue]) -> set[str]:
    """Return the ids of the applications with a place: by their ranking, then by the best matching."""
    pool, ranking = rules.pool, [queue for queue in lists if queue.order != "matching"]
    # where nobody has to be left out, the matching need not be known
    asked = any(queue.waiting for queue in lists if queue.order == "matching")
    waiting = {a.id for queue in ranking for a in queue.waiting}
    barred = [np.array([a.id in waiting for a in side], dtype=bool) for side in (pool.mentees, pool.mentors)]
    within = replace(rules, allowed=rules.allowed & ~(barred[0][:, None] | barred[1]))
    matched = best_under(within, scores, goal).indices if asked and all(pool.shape) else []
    certain = {a.id for queue in ranking for a in queue.selected}
    certain |= {pool.mentees[i].id for i, _ in matched} | {pool.mentors[j].id for _, j in matched}
    return {application_id for role in _ROLES for application_id in _filled(rules, role, certain)}


def _in_order(rules: Rules, ranking: Sequence[Queue]) -> list[Application]:
    """Return everybody who takes part, each queue in its order, the others by their best tandem."""
    ranked = [a for queue in ranking for a in queue.people]
    there = {a.id for a in ranked}
    return [*ranked, *(a for role in _ROLES for a in _ranked(rules, role) if a.id not in there)]


def _by_role(application: Application) -> tuple[str, tuple[tuple[str, str], ...]]:
    return application.role, reading_order(application)


def _ranked(rules: Rules, role: Role) -> list[Application]:
    """Return the people of a role, those first who could have the best tandem; ties by content hash."""
    scores = np.where(rules.allowed, rules.scores, -1)
    best = scores.max(axis=1 if role == "mentee" else 0, initial=-1)
    people = rules.pool.people(role)
    return [people[k] for k in np.argsort(-best, kind="stable")]


def _filled(rules: Rules, role: Role, certain: Collection[str]) -> Iterator[str]:
    """Give the applications of a role with a place: the certain, then others while their quota has room."""
    people, quotas = _ranked(rules, role), rules.settings.quotas
    taken = Counter(key_of(role, a.organisation) for a in people if a.id in certain)
    for a in people:
        key, limit = key_of(role, a.organisation), quotas.of(role, a.organisation)
        if a.id not in certain:
            if limit is not None and key[1] and taken[key] >= limit:
                continue
            taken[key] += 1
        yield a.id


def _place(application: Application, code: str = "", reason: str = "", number: int = 0) -> Place:
    a = application
    return Place(a.id, a.person_id, a.name, a.role, a.organisation, code, reason, number)


def _waiting(ranked: Sequence[Application], quotas: Quotas, held: Mapping[Key, int]) -> Iterator[Place]:
    """Give the waiting list: by role and organisation, within them in the order given."""
    count: Counter[Key] = Counter()
    for a in sorted(ranked, key=lambda a: (a.role, din5007(a.organisation or ""))):
        key, places = key_of(a.role, a.organisation), quotas.of(a.role, a.organisation)
        count[key] += 1
        free = places is None or count[key] <= places - held.get(key, 0)
        reason = _may_move_up(a, count[key]) if free else _waits(a, places or 0, count[key])
        yield replace(_place(a, "quota", reason, count[key]), standing="waiting")


def _may_move_up(application: Application, number: int) -> str:
    return say(
        "A place of {organisation} is free; number {number} on the list can move up.",
        organisation=application.organisation or "–",
        number=number,
    )


def _waits(application: Application, places: int, number: int) -> str:
    values = {"organisation": application.organisation, "number": number}
    if application.role == "mentee":
        return say_n(
            "The only place of {organisation} for {mentee:pl.acc} is taken; number {number} on the list.",
            "All {n} places of {organisation} for {mentee:pl.acc} are taken; number {number} on the list.",
            places,
            **values,
        )
    return say_n(
        "The only place of {organisation} for {mentor:pl.acc} is taken; number {number} on the list.",
        "All {n} places of {organisation} for {mentor:pl.acc} are taken; number {number} on the list.",
        places,
        **values,
    )


def _out(application: Application, audience: Audience) -> Place:
    """Say why an application takes no part: withdrawn, refused, the gravest finding, or another counts."""
    if application.withdrawn:
        reason = say("{name} does not take part any more.", name=application.name)
        return _place(application, "withdrawn", reason)
    if application.turned_down and (decision := application.overruled):
        reason = say("{name} was refused: {reason}", name=application.name, reason=decision.reason)
        return _place(application, "refused", reason)
    if application.takes_part:
        reason = say("{name} has another application for the same role, which counts.", name=application.name)
        return _place(application, "duplicate", reason)
    undecided = application.open
    if not application.findings:
        place = _place(application, application.status, say("The application is not in order yet."))
        return replace(place, undecided=undecided)
    gravest = max((standing(finding) for finding in application.findings), key=GRAVITY.index)
    found = [finding for finding in application.findings if standing(finding) == gravest]
    told = " ".join(message(finding, of=application, audience=audience) for finding in found)
    if source := application.source:
        told = say("{reason} ({origin})", reason=told, origin=where(source))
    return replace(_place(application, found[0].code, told), undecided=undecided)
