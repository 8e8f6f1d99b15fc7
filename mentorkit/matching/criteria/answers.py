"""Criteria on what two people answered: topics, languages, field, place, experience, age, hours, times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import numpy as np

from mentorkit.errors import UsageError
from mentorkit.intake.availability import FLEXIBLE, TIMES, WAYS, times_in_words
from mentorkit.language import later, say, say_n, voice
from mentorkit.language.formats import listing, number
from mentorkit.matching.criteria.levels import Levels, by_answer, numbers, same
from mentorkit.matching.criteria.registry import Option, criterion, measure
from mentorkit.matching.pool import Floats, Pool, plain
from mentorkit.programme.fields import FIELDS

#: What somebody names, as it is compared.
Terms = tuple[str, ...]
#: Year of birth and age, each None where it is not told.
Age = tuple[float | None, float | None]
#: What topics weigh in whole numbers, so that sums are exact in any order.
_GRAIN = 1000


def _texts(answer: object) -> dict[str, str]:
    """Return the entries of a list as people wrote them, by the form in which they are compared."""
    return {form: entry.strip() for entry in _entries(answer) if (form := plain(entry))}


def _entries(answer: object) -> tuple[str, ...]:
    if isinstance(answer, str):
        return (answer,)
    return tuple(map(str, answer)) if isinstance(answer, list | tuple) else ()


def _terms(answers: Iterable[object]) -> list[Terms | None]:
    """Return what each answer names, in an order of its own; None where it names nothing."""
    compared = cache(plain)  # thousands of people name the same few things

    @cache
    def terms(entries: tuple[str, ...]) -> Terms | None:
        return tuple(sorted({compared(entry) for entry in entries} - {""})) or None

    return [terms(_entries(answer)) for answer in answers]


def _memberships(lists: Sequence[Terms], vocabulary: Sequence[str]) -> Floats:
    column = {term: k for k, term in enumerate(vocabulary)}
    found = np.zeros((len(lists), len(vocabulary)))
    for row, terms in zip(found, lists, strict=True):
        row[[column[term] for term in terms if term in column]] = 1
    return found


def _shared(pool: Pool, i: int, j: int, field: str) -> list[str]:
    mentees, mentors = pool.columns(field)
    hers, theirs = _texts(mentees.iloc[i]), _texts(mentors.iloc[j])
    return [hers[term] for term in hers if term in theirs]


def _topics_because(pool: Pool, i: int, j: int) -> str:
    shared = _shared(pool, i, j, "topics")
    return say("Both name {topics}.", topics=listing(shared)) if shared else say("They share no topic.")


@criterion("topics", later("Shared topics"), _topics_because)
def topics(pool: Pool) -> Levels:
    """Return which share of the mentee's topics the mentor brings; rare topics count more.

    A topic weighs ``1 + ln((1 + M) / (1 + k))`` if k of the M mentors who name topics bring it; the value is
    the weight of the shared topics by that of all topics of the mentee. NaN where one of the two names none.
    The weight is the smoothed inverse document frequency [1]_, mentors being the documents.

    References
    ----------
    .. [1] K. Spärck Jones: A statistical interpretation of term specificity and its application in
       retrieval. Journal of Documentation 28 (1972) 11-21.
    """
    wanted, brought = (_terms(side) for side in pool.columns("topics"))
    naming = sum(terms is not None for terms in brought)
    mentors_by_topic = Counter(term for terms in brought for term in terms or ())

    def shares(asked: list[Terms], offered: list[Terms]) -> Floats:
        vocabulary = sorted({term for terms in asked for term in terms})
        rarity = [np.log((1 + naming) / (1 + mentors_by_topic[term])) for term in vocabulary]
        weights = np.rint(_GRAIN * (1 + np.array(rarity, dtype=float)))
        weighted = _memberships(asked, vocabulary) * weights
        shared: Floats = weighted @ _memberships(offered, vocabulary).T
        shared /= weighted.sum(axis=1)[:, None]
        return shared

    return by_answer(wanted, brought, shares)


def _languages_because(pool: Pool, i: int, j: int) -> str:
    from babel import Locale

    shared, names = _shared(pool, i, j, "languages"), Locale(voice().language).languages
    if shared:
        return say("Both speak {languages}.", languages=listing(names.get(code, code) for code in shared))
    return say("They share no language.")


@criterion("languages", later("Common language"), _languages_because)
def languages(pool: Pool) -> Levels:
    """Return 1 where the two share a language, else 0; NaN where one of them names none."""

    def common(left: list[Terms], right: list[Terms]) -> Floats:
        return np.array([[float(not set(a).isdisjoint(b)) for b in right] for a in left])

    mentees, mentors = (_terms(side) for side in pool.columns("languages"))
    return by_answer(mentees, mentors, common)


def _experience_because(
    pool: Pool, i: int, j: int, *, field: str = "experience_years", best: float = 3, **_: float
) -> str:
    mentees, mentors = pool.columns(field)
    return say(
        "{field}: {name} {lower}, {partner} {higher}; a distance of {best} is best.",
        field=FIELDS[field].label,
        name=pool.mentees[i].name,
        lower=number(float(mentees.iloc[i])),
        partner=pool.mentors[j].name,
        higher=number(float(mentors.iloc[j])),
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
) -> Levels:
    """Return how near the mentor's lead is to the best one.

    The value is 1 at the distance ``best`` (mentor less mentee, in the units of the field) and falls evenly
    to 0 at ``tolerance`` above or below. NaN where a number is missing.
    """
    near = _nearness("experience", best, tolerance)
    mentees, mentors = (numbers(side) for side in pool.columns(field))
    return by_answer(mentees, mentors, lambda low, high: near(np.array(high) - np.array(low)[:, None]))


def _nearness(name: str, best: float, tolerance: float) -> Callable[[Floats], Floats]:
    """Return what gives 1 where a distance is the best one, falling evenly to 0 at ``tolerance`` from it."""
    if tolerance <= 0:
        raise UsageError(
            say("The tolerance of the criterion “{name}” must be greater than 0.", name=measure(name).label)
        )
    return lambda distance: np.asarray(np.maximum(0.0, 1 - np.abs(distance - best) / tolerance))


def _ages(pool: Pool) -> tuple[list[Age], list[Age]]:
    """Return year of birth and age of all mentees and all mentors."""
    born, aged = ([numbers(side) for side in pool.columns(name)] for name in ("birth_year", "age"))
    mentees, mentors = (list(zip(*side, strict=True)) for side in zip(born, aged, strict=True))
    return mentees, mentors


def _older(mentee: Age, mentor: Age) -> float:
    """Return by how many years a mentor is older than a mentee, NaN where that is unknown."""
    if mentee[0] is not None and mentor[0] is not None:
        return mentee[0] - mentor[0]
    return mentor[1] - mentee[1] if mentee[1] is not None and mentor[1] is not None else np.nan


def _age_because(pool: Pool, i: int, j: int, *, best: float = 15, **_: float) -> str:
    mentees, mentors = _ages(pool)
    return say(
        "Years by which {partner} is older than {name}: {years}; {best} is best.",
        name=pool.mentees[i].name,
        partner=pool.mentors[j].name,
        years=number(_older(mentees[i], mentors[j])),
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
def age(pool: Pool, *, best: float = 15, tolerance: float = 15) -> Levels:
    """Return how near the mentor's lead in years of age is to the best one, as for :func:`experience`.

    By the years of birth, or by the ages of both. NaN where one of the two told neither.
    """
    near = _nearness("age", best, tolerance)

    def compare(young: list[Age], old: list[Age]) -> Floats:
        return near(np.array([[_older(a, b) for b in old] for a in young]))

    mentees, mentors = _ages(pool)
    return by_answer(mentees, mentors, compare)


def _same_because(answer: str, both: str, differ: str) -> Callable[[Pool, int, int], str]:
    """Say that both gave the same answer, or which two; the sentences name ``hers`` and ``theirs``."""

    def because(pool: Pool, i: int, j: int) -> str:
        mentees, mentors = pool.columns(answer)
        hers, theirs = mentees.iloc[i], mentors.iloc[j]
        return say(both if plain(hers) == plain(theirs) else differ, hers=hers, theirs=theirs)

    return because


@criterion(
    "region",
    later("Same town"),
    _same_because(
        "region",
        later("Both are at home in {hers}."),
        later("They are at home in different towns: {hers} and {theirs}."),
    ),
)
def region(pool: Pool) -> Levels:
    """Return 1 where both are at home in the same town, else 0; NaN where a town is missing."""
    return same(*pool.columns("region"))


@criterion(
    "field",
    later("Same field of work"),
    _same_because(
        "field",
        later("Both work in the field {hers}."),
        later("The fields differ: {hers} and {theirs}."),
    ),
)
def field(pool: Pool) -> Levels:
    """Return 1 where both work in the same field, else 0; NaN where a field is missing."""
    return same(*pool.columns("field"))


def _hours_because(pool: Pool, i: int, j: int) -> str:
    asked, offered = _hours_of(pool, i, j)
    return say_n(
        "{name} asks for {asked} hour a month, {partner} offers {offered}.",
        "{name} asks for {asked} hours a month, {partner} offers {offered}.",
        1 if asked == 1 else 2,
        name=pool.mentees[i].name,
        asked=number(asked),
        partner=pool.mentors[j].name,
        offered=number(offered),
    )


def _hours_of(pool: Pool, i: int, j: int) -> tuple[float, float]:
    mentees, mentors = pool.columns("hours")
    return float(mentees.iloc[i]), float(mentors.iloc[j])


def _hours_suffice(pool: Pool, i: int, j: int) -> bool:
    asked, offered = _hours_of(pool, i, j)
    return offered >= asked


@criterion("hours", later("Hours per month"), _hours_because, speaks=_hours_suffice)
def hours(pool: Pool) -> Levels:
    """Return which share of the hours the mentee asks for the mentor offers, at most 1; NaN where unknown."""

    def share(asked: list[float], offered: list[float]) -> Floats:
        return np.asarray(np.minimum(1.0, np.maximum(np.array(offered), 0) / np.array(asked)[:, None]))

    mentees, mentors = (numbers(side) for side in pool.columns("hours"))
    return by_answer([asked if asked and asked > 0 else None for asked in mentees], mentors, share)


def _slots(answer: object) -> frozenset[str]:
    """Return what somebody who told when and how to meet can do; *flexible* is all that she left open."""
    told = set(_texts(answer))
    times = TIMES if FLEXIBLE in told and told.isdisjoint(TIMES) else told & set(TIMES)
    ways = WAYS if FLEXIBLE in told and told.isdisjoint(WAYS) else told & WAYS.keys()
    return frozenset((*times, *ways))


def _availability_because(pool: Pool, i: int, j: int) -> str:
    mentees, mentors = pool.columns("availability")
    shared = _slots(mentees.iloc[i]) & _slots(mentors.iloc[j])
    if not shared:
        return say("They name no time and no way to meet in common.")
    all_ = shared == {*TIMES, *WAYS}
    return say("Both can meet: {times}.", times=times_in_words({FLEXIBLE} if all_ else shared))


def _overlaps(left: Sequence[Terms], right: Sequence[Terms], vocabulary: Sequence[str]) -> Floats:
    """Return what sets share by the size of the smaller one; NaN where one of them is empty."""
    one, other = (_memberships(side, vocabulary) for side in (left, right))
    smaller = np.minimum(one.sum(axis=1)[:, None], other.sum(axis=1))
    return np.asarray(np.where(smaller > 0, one @ other.T / np.maximum(smaller, 1), np.nan))


@criterion("availability", later("Common times to meet"), _availability_because)
def availability(pool: Pool) -> Levels:
    """Return how far the two can meet: half by their times, half by online and in person.

    Each half is the overlap of two sets: what they share by the size of the smaller one
    (Szymkiewicz-Simpson), so who names much is not worse off. Who is flexible can do all. What one of the
    two does not tell is left out; NaN where nothing is left.
    """

    def compare(left: list[Terms], right: list[Terms]) -> Floats:
        hers, theirs = ([tuple(_slots(terms)) for terms in side] for side in (left, right))
        parts = np.array([_overlaps(hers, theirs, names) for names in (TIMES, tuple(WAYS))])
        known = (~np.isnan(parts)).sum(axis=0)
        return np.asarray(np.where(known > 0, np.nansum(parts, axis=0) / np.maximum(known, 1), np.nan))

    mentees, mentors = (_terms(side) for side in pool.columns("availability"))
    return by_answer(mentees, mentors, compare)
