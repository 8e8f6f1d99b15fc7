"""Who holds a place, who waits and who is out, and why.

Those in the best matching hold a place. Places left within an organisation's quota go to those who could
have the best tandem: in the order of the highest score with anybody allowed, then of a hash of who
they are, which favours nobody. The others wait in the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentorkit.errors import RuleBroken
from mentorkit.language import say, say_n
from mentorkit.language.formats import din5007
from mentorkit.matching.criteria import evaluate
from mentorkit.matching.matching import best_under, reading_order
from mentorkit.matching.pool import plain, pool_of
from mentorkit.matching.rules import Rules, rules_of
from mentorkit.matching.solve import Goal
from mentorkit.programme.records import GRAVITY, Application, EarlierTandem, PairDecision, Role, Wish
from mentorkit.programme.settings import ProgrammeSettings

_ROLES: tuple[Role, ...] = ("mentee", "mentor")


@dataclass(frozen=True)
class Place:
    """One application in a selection; ``code`` and ``reason`` say why it holds no place."""

    application_id: str
    person_id: str
    person: str
    role: Role
    organisation: str | None
    code: str = ""
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the contract's JSON."""
        entry = {name: getattr(self, name) for name in ("person_id", "person", "role", "organisation")}
        return {**entry, "code": self.code, "reason": self.reason} if self.code else entry


@dataclass(frozen=True)
class Selection:
    """Who holds a place, who waits (in order, by role and organisation) and who is out."""

    selected: tuple[Place, ...]
    waiting: tuple[Place, ...]
    out: tuple[Place, ...]
    #: Whether the selection is binding for the matching.
    fixed: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the selection as the contract's JSON."""
        return {
            "fixed": self.fixed,
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
    goal: Goal = "total",
    fixed: bool = False,
) -> Selection:
    """Choose who takes part, within the quotas; see the module for the order.

    Parameters
    ----------
    applications, settings, decisions, wishes, earlier, goal
        As of :func:`mentorkit.matching.matching.match`.
    fixed
        Whether the selection was fixed before: then the places are those the applications hold.

    Raises
    ------
    RuleBroken
        If locked tandems contradict a rule or each other.
    UsageError
        If a criterion or an option of one is unknown.
    """
    applications = list(applications)
    pool = pool_of(applications, wishes=wishes, earlier=earlier)
    scores = evaluate(pool, settings.criteria)
    rules = rules_of(pool, settings, scores.total, decisions, fixed=False)
    if conflicts := rules.conflicts():
        raise RuleBroken(" ".join(conflicts))
    if fixed:
        chosen = {(a.role, a.person_id) for a in (*pool.mentees, *pool.mentors) if a.place == "selected"}
    else:
        matched = best_under(rules, scores, goal).indices if all(pool.shape) else []
        chosen = {*_filled(rules, "mentee", [i for i, _ in matched])}
        chosen |= {*_filled(rules, "mentor", [j for _, j in matched])}
    ranked = [a for role in _ROLES for a in _ranked(rules, role)]
    selected = [a for a in ranked if (a.role, a.person_id) in chosen]
    waiting = [a for a in ranked if (a.role, a.person_id) not in chosen]
    ids = {a.id for a in ranked}
    out = [a for a in applications if a.id not in ids]
    return Selection(
        tuple(_place(a) for a in sorted(selected, key=_by_role)),
        tuple(_waiting(waiting, settings, fixed=fixed)),
        tuple(_out(a) for a in sorted(out, key=_by_role)),
        fixed,
    )


def _by_role(application: Application) -> tuple[str, tuple[tuple[str, str], ...]]:
    return application.role, reading_order(application)


def _ranked(rules: Rules, role: Role) -> list[Application]:
    """Return the people of a role, those first who could have the best tandem; ties by content hash."""
    scores = np.where(rules.allowed, rules.scores, -1)
    best = scores.max(axis=1 if role == "mentee" else 0, initial=-1)
    people = rules.pool.people(role)
    return [people[k] for k in np.argsort(-best, kind="stable")]


def _filled(rules: Rules, role: Role, matched: Iterable[int]) -> Iterator[tuple[Role, str]]:
    """Give those of a role who hold a place: the matched, then others while their quota has room."""
    people, quotas = rules.pool.people(role), rules.settings.quotas
    placed = {people[k].person_id: people[k] for k in matched}
    taken = Counter(plain(a.organisation or "") for a in placed.values())
    yield from ((role, person_id) for person_id in placed)
    for person in _ranked(rules, role):
        key, limit = plain(person.organisation or ""), quotas.of(role, person.organisation)
        if person.person_id in placed or (limit is not None and key and taken[key] >= limit):
            continue
        taken[key] += 1
        yield role, person.person_id


def _place(application: Application, code: str = "", reason: str = "") -> Place:
    a = application
    return Place(a.id, a.person_id, a.name, a.role, a.organisation, code, reason)


def _waiting(ranked: Sequence[Application], settings: ProgrammeSettings, *, fixed: bool) -> Iterator[Place]:
    """Give the waiting list: by role and organisation, within them in the order given."""
    number: Counter[tuple[str, str]] = Counter()
    for a in sorted(ranked, key=lambda a: (a.role, din5007(a.organisation or ""))):
        if fixed and a.place != "waiting":
            reason = say("The selection was fixed before this application could take part in it.")
            yield _place(a, "not_selected", reason)
            continue
        number[a.role, plain(a.organisation or "")] += 1
        places = settings.quotas.of(a.role, a.organisation) or 0
        reason = _waits(a, places, number[a.role, plain(a.organisation or "")])
        yield _place(a, "quota", reason)


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


def _out(application: Application) -> Place:
    """Say why an application takes no part: its gravest finding, or that another one counts."""
    if application.takes_part:
        reason = say("{name} has another application for the same role, which counts.", name=application.name)
        return _place(application, "duplicate", reason)
    from mentorkit.intake.findings import message, status_of

    if not application.findings:
        return _place(application, application.status, say("The application is not in order yet."))
    finding = max(application.findings, key=lambda finding: GRAVITY.index(status_of(finding.code)))
    return _place(application, finding.code, message(finding, application.source))
