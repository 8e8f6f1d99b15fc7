"""Which pairs the rules of a programme rule out, each rule over all pairs at once, (n, m) bool."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mentorkit.intake.names import name_key, split_name
from mentorkit.language.formats import number
from mentorkit.matching.criteria import numbers
from mentorkit.matching.pool import Bools, Pool, plain
from mentorkit.programme.pair_rules import Distance
from mentorkit.programme.records import Application
from mentorkit.programme.rules import is_grade
from mentorkit.programme.settings import OrganisationSettings, ProgrammeSettings


def marked(pool: Pool, pairs: Iterable[tuple[int, int]]) -> Bools:
    """Return the pairs named as (row, column)."""
    found = np.zeros(pool.shape, dtype=bool)
    for pair in pairs:
        found[pair] = True
    return found


def same_person(pool: Pool) -> Bools:
    """Return the pairs of somebody with herself."""
    both = [
        (i, j)
        for i, mentee in enumerate(pool.mentees)
        if (j := pool.index.get(("mentor", mentee.person_id))) is not None
    ]
    return marked(pool, both)


def by_organisation(pool: Pool, settings: ProgrammeSettings) -> dict[str, Bools]:
    """Return the pairs that the pairing of a programme rules out, by code."""
    if settings.pairing == "any":
        return {}
    mentees, mentors = (np.array(keys, dtype=object) for keys in pool.organisation_keys())
    unknown = (mentees == "")[:, None] | (mentors == "")
    equal = mentees[:, None] == mentors
    if settings.pairing == "different":
        return {"no_organisation": unknown, "same_organisation": equal & ~unknown}
    if settings.pairing == "near":
        near = _near(*pool.organisation_keys(), settings.organisations)
        return {"no_organisation": unknown, "not_near": ~equal & ~near & ~unknown}
    return {"no_organisation": unknown, "other_organisation": ~equal & ~unknown}


def _near(mentees: Sequence[str], mentors: Sequence[str], known: OrganisationSettings) -> Bools:
    """Return which pairs are from neighbours, whichever of the two names the other."""
    names = list(dict.fromkeys((*mentees, *mentors)))
    place = {name: k for k, name in enumerate(names)}
    table = np.zeros((len(names), len(names)), dtype=bool)
    for name, near in known.neighbours.items():
        for other in near:
            if plain(name) in place and plain(other) in place:
                at = place[plain(name)], place[plain(other)]
                table[at] = table[at[::-1]] = True
    left, right = (np.array([place[name] for name in side], dtype=np.int64) for side in (mentees, mentors))
    return np.asarray(table[left[:, None], right])


def too_far(pool: Pool, distance: Distance) -> Bools:
    """Return the pairs that a distance rules out; none of which a number is unknown."""
    mentees, mentors = (np.array(numbers(side), dtype=float) for side in pool.columns(distance.field))
    lead = mentors - mentees[:, None]
    found = np.zeros(pool.shape, dtype=bool)  # comparisons with NaN are false
    if distance.least is not None:
        found |= lead < distance.least
    if distance.most is not None:
        found |= lead > distance.most
    if is_grade(distance.field):
        found &= ~_of_different_series(pool)
    return found


def _of_different_series(pool: Pool) -> Bools:
    left, right = (
        np.array([a.answers.get("pay_scale", "") for a in side], dtype=object)
        for side in (pool.mentees, pool.mentors)
    )
    return np.asarray((left[:, None] != right) & (left != "")[:, None] & (right != ""), dtype=bool)


def figure(field: str, person: Application) -> str:
    """Return a number that a distance is measured by as people read it; a pay grade as it was written."""
    written, answer = person.entries.get(field), person.answers[field]
    if is_grade(field) and written:
        return written
    return str(answer) if field == "birth_year" else number(answer)


def kept_apart(pool: Pool) -> Bools:
    """Return the pairs of whom one named the other in confidence; it does not tell which of them."""
    return marked(
        pool,
        (
            (i, j)
            for one in pool.apart
            for mentee, mentor in (one, one[::-1])
            if (i := pool.index.get(("mentee", mentee))) is not None
            and (j := pool.index.get(("mentor", mentor))) is not None
        ),
    )


def earlier(pool: Pool) -> Bools:
    """Return the pairs that were a tandem in an earlier run, however their names are written."""
    mentors: dict[tuple[str, str], list[int]] = {}
    for j, mentor in enumerate(pool.mentors):
        mentors.setdefault(name_key(mentor.first_name, mentor.last_name), []).append(j)
    partners: dict[tuple[str, str], set[int]] = {}
    for tandem in pool.earlier:
        one, other = (name_key(*split_name(name)) for name in (tandem.mentee, tandem.mentor))
        partners.setdefault(one, set()).update(mentors.get(other, ()))
    return marked(
        pool,
        [
            (i, j)
            for i, a in enumerate(pool.mentees)
            for j in partners.get(name_key(a.first_name, a.last_name), ())
        ],
    )
