"""What the rules of a programme leave to solve, as bare arrays."""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from mentorkit.matching.criteria.history import NEW_LINK, further_tandems, new_links
from mentorkit.matching.links import Links
from mentorkit.matching.pool import Bools, Ints, Pool, plain
from mentorkit.matching.problem import Limit, Problem
from mentorkit.programme.pair_rules import VETERAN, TandemLimit, is_yes_no
from mentorkit.programme.records import Role

if TYPE_CHECKING:
    from mentorkit.matching.rules import Rules


def problem_of(rules: Rules) -> tuple[Problem, tuple[str, ...]]:
    """Return the matching as bare arrays, and the organisations in the order of their numbers."""
    pool, quotas = rules.pool, rules.settings.quotas
    mentees, mentors = pool.organisation_keys()
    names = dict(
        zip((*mentees, *mentors), (a.organisation or "" for a in (*pool.mentees, *pool.mentors)), strict=True)
    )
    numbers = {key: k for k, key in enumerate(sorted(names))}

    def quota(role: Role) -> Ints | None:
        found = {key: quotas.of(role, key) if key else None for key in numbers}
        if all(quota is None for quota in found.values()):
            return None
        nobody_left_out = sum(pool.shape)
        return np.array([nobody_left_out if q is None else q for q in found.values()], dtype=np.int64)

    problem = Problem(
        scores=rules.scores,
        allowed=rules.allowed,
        places=np.array([a.places for a in pool.mentors], dtype=np.int64),
        mentee_group=np.array([numbers[key] for key in mentees], dtype=np.int64),
        mentor_group=np.array([numbers[key] for key in mentors], dtype=np.int64),
        mentee_quota=quota("mentee"),
        mentor_quota=quota("mentor"),
        locked=rules.locked,
        wishes=pool.wish_points,
        limits=tuple(_limit(pool, limit) for limit in rules.settings.limits),
        ties=pool.ties,
        links=_links(rules),
    )
    return problem, tuple(names[key] for key in numbers)


def _links(rules: Rules) -> Links | None:
    """Return the new links of which further tandems are worth less; None where none are."""
    for used in rules.settings.criteria:
        if used.name == NEW_LINK and (losses := further_tandems(used.weight, used.options.get("fall", 0))):
            return Links(new_links(rules.pool), losses)
    return None


def _limit(pool: Pool, limit: TandemLimit) -> Limit:
    """Return a limit as the solver keeps it; a share compares each tandem that counts with all others."""
    people = counted(pool, limit)
    counts = np.broadcast_to(people[:, None] if limit.role == "mentee" else people, pool.shape).astype(
        np.int64
    )
    if limit.most is not None:
        return Limit(counts, limit.most)
    percent = limit.least_percent if limit.least_percent is not None else limit.most_percent or 0
    common = gcd(percent, 100)
    too_many = 100 // common * counts - percent // common
    return Limit(too_many if limit.least_percent is None else -too_many, 0)


def counted(pool: Pool, limit: TandemLimit) -> Bools:
    """Return which people of its role a limit counts, (n,) or (m,)."""
    if limit.field == VETERAN:
        veterans = pool.veterans[0 if limit.role == "mentee" else 1]
        return veterans & ("yes" in limit.values) | ~veterans & ("no" in limit.values)
    wanted: set[object] = (
        {value == "yes" for value in limit.values}
        if is_yes_no(limit.field)
        else set(map(plain, limit.values))
    )
    frame = pool.mentee_frame if limit.role == "mentee" else pool.mentor_frame
    return np.array([not wanted.isdisjoint(_told(answer)) for answer in frame[limit.field]], dtype=bool)


def _told(answer: object) -> Iterable[object]:
    if answer is None:
        return ()
    if isinstance(answer, bool):
        return (answer,)
    return map(plain, answer if isinstance(answer, list | tuple) else [answer])
