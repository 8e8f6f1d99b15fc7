"""Criteria on what two people answered: topics, languages, field, place, experience, age, hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from mentorkit.errors import UsageError
from mentorkit.language import later, say, voice
from mentorkit.language.formats import listing, number
from mentorkit.matching.criteria.registry import Option, criterion, measure, missing, numbers, same
from mentorkit.matching.pool import Floats, Pool, plain
from mentorkit.programme.fields import FIELDS

#: What topics weigh in whole numbers, so that sums are exact in any order.
_GRAIN = 1000


def _texts(answer: object) -> dict[str, str]:
    """Return the entries of a list as people wrote them, by the form in which they are compared."""
    if missing(answer) or not isinstance(answer, str | list | tuple):
        return {}
    entries = [answer] if isinstance(answer, str) else answer
    return {plain(entry): str(entry).strip() for entry in entries if plain(entry)}


def _memberships(lists: Iterable[dict[str, str]], vocabulary: Sequence[str]) -> Floats:
    rows = [[term in terms for term in vocabulary] for terms in lists]
    return np.array(rows, dtype=float).reshape(len(rows), len(vocabulary))


def _shared(pool: Pool, i: int, j: int, field: str) -> list[str]:
    mentees, mentors = pool.columns(field)
    hers, theirs = _texts(mentees.iloc[i]), _texts(mentors.iloc[j])
    return [hers[term] for term in hers if term in theirs]


def _topics_because(pool: Pool, i: int, j: int) -> str:
    shared = _shared(pool, i, j, "topics")
    return say("Both name {topics}.", topics=listing(shared)) if shared else say("They share no topic.")


@criterion("topics", later("Shared topics"), _topics_because)
def topics(pool: Pool) -> Floats:
    """Return which share of the mentee's topics the mentor brings; rare topics count more.

    A topic weighs ``1 + ln((1 + M) / (1 + k))`` if k of the M mentors who name topics bring it; the value is
    the weight of the shared topics by that of all topics of the mentee. NaN where one of the two names none.
    The weight is the smoothed inverse document frequency [1]_, mentors being the documents.

    References
    ----------
    .. [1] K. Spärck Jones: A statistical interpretation of term specificity and its application in
       retrieval. Journal of Documentation 28 (1972) 11-21.
    """
    wanted, brought = ([_texts(answer) for answer in side] for side in pool.columns("topics"))
    naming = sum(bool(terms) for terms in brought)
    mentors_by_topic = Counter(term for terms in brought for term in terms)
    vocabulary = sorted({term for terms in wanted for term in terms})
    rarity = [np.log((1 + naming) / (1 + mentors_by_topic[term])) for term in vocabulary]
    weights = np.rint(_GRAIN * (1 + np.array(rarity, dtype=float)))
    asked = _memberships(wanted, vocabulary) * weights
    shared = asked @ _memberships(brought, vocabulary).T
    all_ = asked.sum(axis=1)[:, None]
    known = (all_ > 0) & np.array([bool(terms) for terms in brought], dtype=bool)
    return np.where(known, shared / np.where(all_ > 0, all_, 1), np.nan)


def _languages_because(pool: Pool, i: int, j: int) -> str:
    from babel import Locale

    shared, names = _shared(pool, i, j, "languages"), Locale(voice().language).languages
    if shared:
        return say("Both speak {languages}.", languages=listing(names.get(code, code) for code in shared))
    return say("They share no language.")


@criterion("languages", later("Common language"), _languages_because)
def languages(pool: Pool) -> Floats:
    """Return 1 where the two share a language, else 0; NaN where one of them names none."""
    left, right = ([_texts(answer) for answer in side] for side in pool.columns("languages"))
    vocabulary = sorted({term for terms in (*left, *right) for term in terms})
    common: Floats = (_memberships(left, vocabulary) @ _memberships(right, vocabulary).T > 0).astype(float)
    common[np.array([not terms for terms in left], dtype=bool)] = np.nan
    common[:, np.array([not terms for terms in right], dtype=bool)] = np.nan
    return common


def _experience_because(
    pool: Pool, i: int, j: int, *, field: str = "experience_years", best: float = 3, **_: float
) -> str:
    mentees, mentors = (numbers(side) for side in pool.columns(field))
    return say(
        "{field}: {name} {lower}, {partner} {higher}; a distance of {best} is best.",
        field=FIELDS[field].label,
        name=pool.mentees[i].name,
        lower=number(float(mentees[i])),
        partner=pool.mentors[j].name,
        higher=number(float(mentors[j])),
        best=number(best),
    )


@criterion(
    "experience",
    later("Distance in experience"),
    _experience_because,
    options=(
        Option("field", later("What is compared"), "experience_years"),
        Option("best", later("Best distance"), 3, 0, 40),
        Option("tolerance", later("No points beyond this deviation"), 4, 1, 40),
    ),
)
def experience(
    pool: Pool, *, field: str = "experience_years", best: float = 3, tolerance: float = 4
) -> Floats:
    """Return how near the mentor's lead is to the best one.

    The value is 1 at the distance ``best`` (mentor less mentee, in the units of the field) and falls evenly
    to 0 at ``tolerance`` above or below. NaN where a number is missing.
    """
    mentees, mentors = (numbers(side) for side in pool.columns(field))
    return _near("experience", mentors - mentees[:, None], best, tolerance)


def _near(name: str, distance: Floats, best: float, tolerance: float) -> Floats:
    """Return 1 where a distance is the best one, falling evenly to 0 at ``tolerance`` above or below."""
    if tolerance <= 0:
        raise UsageError(
            say("The tolerance of the criterion “{name}” must be greater than 0.", name=measure(name).label)
        )
    return np.asarray(np.maximum(0.0, 1 - np.abs(distance - best) / tolerance))


def _older(pool: Pool, rows: Sequence[int], columns: Sequence[int]) -> Floats:
    """Return by how many years these mentors are older than these mentees, NaN where that is unknown."""
    born, aged = ([numbers(side) for side in pool.columns(name)] for name in ("birth_year", "age"))
    by_birth = born[0][rows][:, None] - born[1][columns]
    return np.where(np.isnan(by_birth), aged[1][columns] - aged[0][rows][:, None], by_birth)


def _age_because(pool: Pool, i: int, j: int, *, best: float = 15, **_: float) -> str:
    return say(
        "Years by which {partner} is older than {name}: {years}; {best} is best.",
        name=pool.mentees[i].name,
        partner=pool.mentors[j].name,
        years=number(float(_older(pool, [i], [j])[0, 0])),
        best=number(best),
    )


@criterion(
    "age",
    later("Distance in age"),
    _age_because,
    options=(
        Option("best", later("Best distance"), 15, -40, 60),
        Option("tolerance", later("No points beyond this deviation"), 15, 1, 60),
    ),
)
def age(pool: Pool, *, best: float = 15, tolerance: float = 15) -> Floats:
    """Return how near the mentor's lead in years of age is to the best one, as for :func:`experience`.

    By the years of birth, or by the ages of both. NaN where one of the two told neither.
    """
    n, m = pool.shape
    return _near("age", _older(pool, range(n), range(m)), best, tolerance)


def _region_because(pool: Pool, i: int, j: int) -> str:
    mentees, mentors = pool.columns("region")
    hers, theirs = mentees.iloc[i], mentors.iloc[j]
    if plain(hers) == plain(theirs):
        return say("Both are at home in {town}.", town=hers)
    return say("They are at home in different towns: {town} and {other}.", town=hers, other=theirs)


@criterion("region", later("Same town"), _region_because)
def region(pool: Pool) -> Floats:
    """Return 1 where both are at home in the same town, else 0; NaN where a town is missing."""
    return same(*pool.columns("region"))


def _field_because(pool: Pool, i: int, j: int) -> str:
    mentees, mentors = pool.columns("field")
    hers, theirs = mentees.iloc[i], mentors.iloc[j]
    if plain(hers) == plain(theirs):
        return say("Both work in the field {field}.", field=hers)
    return say("The fields differ: {field} and {other}.", field=hers, other=theirs)


@criterion("field", later("Same field of work"), _field_because)
def field(pool: Pool) -> Floats:
    """Return 1 where both work in the same field, else 0; NaN where a field is missing."""
    return same(*pool.columns("field"))


def _hours_because(pool: Pool, i: int, j: int) -> str:
    mentees, mentors = (numbers(side) for side in pool.columns("hours"))
    return say(
        "{name} asks for {asked} hours a month, {partner} offers {offered}.",
        name=pool.mentees[i].name,
        asked=number(float(mentees[i])),
        partner=pool.mentors[j].name,
        offered=number(float(mentors[j])),
    )


@criterion("hours", later("Hours per month"), _hours_because)
def hours(pool: Pool) -> Floats:
    """Return which share of the hours the mentee asks for the mentor offers, at most 1; NaN where unknown."""
    mentees, mentors = (numbers(side) for side in pool.columns("hours"))
    asked = np.where(mentees > 0, mentees, np.nan)[:, None]
    return np.asarray(np.minimum(1.0, np.maximum(mentors, 0) / asked))
