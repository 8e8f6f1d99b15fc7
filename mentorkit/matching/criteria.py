"""Criteria: what makes a good tandem, as numbers from 0 to 1 over all pairs at once.

A programme's settings name criteria with weights in points of 1,000. Each criterion's points are rounded to
whole numbers before they are summed, so the contributions of a pair are exactly its score. What is not
known counts half: it neither helps nor harms.

A criterion of one's own takes a few lines:

>>> from mentorkit.matching.criteria import criterion, same
>>> @criterion("region", "Same town")
... def region(pool):
...     return same(*pool.columns("region"))
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentorkit.errors import UsageError
from mentorkit.language import later, say, voice
from mentorkit.language.formats import listing, number
from mentorkit.matching.pool import Floats, Ints, Pool, plain
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.settings import Criterion

#: What counts for a pair of which a criterion knows nothing.
NEUTRAL = 0.5
#: What topics weigh in whole numbers, so that sums are exact in any order.
_GRAIN = 1000


@dataclass(frozen=True)
class Option:
    """What can be set of a criterion: a number from ``least`` to ``most``, or (without them) a field."""

    name: str
    message: str
    default: float | str
    least: float | None = None
    most: float | None = None

    @property
    def label(self) -> str:
        """What people read, in the language in force."""
        return say(self.message)


@dataclass(frozen=True)
class Measure:
    """A criterion as the registry holds it.

    ``values(pool, **options)`` gives an (n, m) array in 0..1, NaN for unknown; ``because(pool, i, j,
    **options)`` says for one pair what its value rests on.
    """

    name: str
    message: str
    values: Callable[..., Floats]
    because: Callable[..., str] | None = None
    unknown: str = later("an answer is missing")
    options: tuple[Option, ...] = ()

    @property
    def label(self) -> str:
        """What people read, in the language in force."""
        return say(self.message)


MEASURES: dict[str, Measure] = {}


def criterion(
    name: str,
    label: str = "",
    because: Callable[..., str] | None = None,
    unknown: str = Measure.unknown,
    options: tuple[Option, ...] = (),
) -> Callable[[Callable[..., Floats]], Callable[..., Floats]]:
    """Register a criterion under the name that settings use.

    Parameters
    ----------
    name
        The name in the settings; a known one is replaced.
    label
        What people read; the name without one.
    because
        Says for one pair what its value rests on, ``because(pool, i, j, **options)``.
    unknown
        Says why nothing is known of a pair.
    options
        What can be set of it in a programme; the function takes each by its name.
    """

    def register(values: Callable[..., Floats]) -> Callable[..., Floats]:
        MEASURES[name] = Measure(name, label or name, values, because, unknown, options)
        return values

    return register


def measure(name: str) -> Measure:
    """Return a criterion by its name.

    Raises
    ------
    UsageError
        If there is none; the message names the known ones.
    """
    if name not in MEASURES:
        names = ", ".join(sorted(MEASURES))
        raise UsageError(
            say("There is no criterion “{name}”. Known criteria: {known}.", name=name, known=names)
        )
    return MEASURES[name]


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of all pairs.

    Attributes
    ----------
    criteria : tuple of Criterion
        Name, weight and options of each.
    points : dict of (n, m) int
        Contribution of each criterion, 0 to its weight.
    unknown : dict of (n, m) bool
        Pairs of which the criterion knows nothing.
    total : (n, m) int
        Sum of the points, 0 to 1,000.
    """

    criteria: tuple[Criterion, ...]
    points: dict[str, Ints]
    unknown: dict[str, Any]
    total: Ints

    def contributions(self, i: int, j: int) -> dict[str, int]:
        """Return the points of one pair by criterion; they sum to its score."""
        return {name: int(points[i, j]) for name, points in self.points.items()}


def evaluate(pool: Pool, criteria: Sequence[Criterion]) -> Scores:
    """Score all pairs by the criteria of a programme.

    Raises
    ------
    UsageError
        If a criterion is unknown or named twice, an option does not fit, or a criterion gives anything but
        numbers from 0 to 1.
    """
    points: dict[str, Ints] = {}
    unknown = {}
    for wanted in criteria:
        if wanted.name in points:
            raise UsageError(say("The criterion “{name}” is named twice.", name=wanted.name))
        values = _values(measure(wanted.name), pool, wanted.options)
        unknown[wanted.name] = np.isnan(values)
        known = np.where(unknown[wanted.name], NEUTRAL, values)
        points[wanted.name] = np.rint(wanted.weight * known).astype(np.int64)
    total = np.zeros(pool.shape, dtype=np.int64)
    for part in points.values():
        total += part
    return Scores(tuple(criteria), points, unknown, total)


def _values(known: Measure, pool: Pool, options: Mapping[str, Any]) -> Floats:
    try:
        inspect.signature(known.values).bind(pool, **options)
    except TypeError as error:
        raise UsageError(
            say("The options of the criterion “{name}” do not fit: {why}.", name=known.name, why=error)
        ) from error
    values = np.asarray(known.values(pool, **options), dtype=float)
    if values.shape != pool.shape or ((values < 0) | (values > 1)).any():
        raise UsageError(
            say(
                "The criterion “{name}” must give a number from 0 to 1, or NaN, for each pair.",
                name=known.name,
            )
        )
    return values


def same(mentees: Iterable[object], mentors: Iterable[object]) -> Floats:
    """Return 1 where two texts are the same but for case and space, else 0, NaN where one is missing."""
    left, right = ([None if _missing(v) else plain(v) for v in side] for side in (mentees, mentors))
    codes = {text: k for k, text in enumerate(dict.fromkeys((*left, *right)))}
    a, b = (np.array([codes[v] for v in side], dtype=np.int64) for side in (left, right))
    equal: Floats = (a[:, None] == b).astype(float)
    equal[np.array([v is None for v in left], dtype=bool)] = np.nan
    equal[:, np.array([v is None for v in right], dtype=bool)] = np.nan
    return equal


def numbers(answers: Iterable[object]) -> Floats:
    """Return answers as numbers, NaN where there is none."""
    found = [float(v) if isinstance(v, int | float) and not isinstance(v, bool) else np.nan for v in answers]
    return np.array(found, dtype=float)


def _missing(value: object) -> bool:
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN


def _texts(answer: object) -> dict[str, str]:
    """Return the entries of a list as people wrote them, by the form in which they are compared."""
    if _missing(answer) or not isinstance(answer, str | list | tuple):
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
    if tolerance <= 0:
        raise UsageError(say("The tolerance of the criterion “experience” must be greater than 0."))
    mentees, mentors = (numbers(side) for side in pool.columns(field))
    distance = mentors - mentees[:, None]
    return np.asarray(np.maximum(0.0, 1 - np.abs(distance - best) / tolerance))


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


def _new_link_because(pool: Pool, i: int, j: int) -> str:
    names = {"organisation": pool.mentees[i].organisation, "other": pool.mentors[j].organisation}
    if plain(names["organisation"]) == plain(names["other"]):
        return say("Both come from {organisation}.", **names)
    if _links(pool, [plain(names["organisation"])], [plain(names["other"])]).any():
        return say("{organisation} and {other} have had a tandem before.", **names)
    return say("{organisation} and {other} have never had a tandem before.", **names)


@criterion("new_link", later("New link between organisations"), _new_link_because)
def new_link(pool: Pool) -> Floats:
    """Return 1 for organisations that no earlier tandem linked, either way round; else 0.

    An organisation with itself is no new link. NaN where an organisation is missing.
    """
    mentees, mentors = pool.organisation_keys()
    new = 1.0 - _links(pool, mentees, mentors)
    new[same(mentees, mentors) == 1] = 0
    new[np.array([not key for key in mentees], dtype=bool)] = np.nan
    new[:, np.array([not key for key in mentors], dtype=bool)] = np.nan
    return new


def _links(pool: Pool, mentees: Sequence[str], mentors: Sequence[str]) -> Floats:
    """Return 1 for each pair of organisations that had a tandem before, else 0."""
    linked = set()
    for tandem in pool.earlier:
        pair = plain(tandem.mentee_organisation or ""), plain(tandem.mentor_organisation or "")
        linked |= {pair, pair[::-1]}
    found = [[float((left, right) in linked) for right in mentors] for left in mentees]
    return np.array(found).reshape(len(mentees), len(mentors))


def _wish_because(pool: Pool, i: int, j: int, **_: float) -> str:
    rank, name, partner = int(pool.ranks[i, j]), pool.mentees[i].name, pool.mentors[j].name
    if rank:
        return say("{partner} is wish number {rank} of {name}.", partner=partner, name=name, rank=rank)
    return say("{partner} is not among the wishes of {name}.", partner=partner, name=name)


@criterion(
    "wish",
    later("Wish"),
    _wish_because,
    unknown=later("there is no wish for anybody who takes part"),
    options=(Option("fall", later("Less for each further wish, as a part of 1"), 0.2, 0, 1),),
)
def wish(pool: Pool, *, fall: float = 0.2) -> Floats:
    """Return how far a mentor is the mentee's wish: 1 for the first, ``fall`` less for each further rank.

    Other mentors have 0; a mentee without a wish for somebody who takes part leaves it open (NaN).
    """
    value = np.where(pool.ranks > 0, np.clip(1 - fall * (pool.ranks - 1), 0, 1), 0.0)
    value[~(pool.ranks > 0).any(axis=1)] = np.nan
    return value


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
