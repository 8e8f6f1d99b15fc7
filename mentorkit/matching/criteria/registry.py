"""The register of criteria, and the scores of all pairs by those that a programme names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentorkit.errors import UsageError
from mentorkit.language import later, say
from mentorkit.matching.pool import Floats, Ints, Pool, plain
from mentorkit.programme.settings import Criterion

#: What counts for a pair of which a criterion knows nothing.
NEUTRAL = 0.5


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
    return weigh(values_of(pool, criteria), criteria)


def values_of(pool: Pool, criteria: Sequence[Criterion]) -> dict[str, Floats]:
    """Return what each criterion says of all pairs, (n, m) from 0 to 1, NaN for unknown.

    The weights do not count. Raises what :func:`evaluate` does.
    """
    found: dict[str, Floats] = {}
    for wanted in criteria:
        if wanted.name in found:
            raise UsageError(say("The criterion “{name}” is named twice.", name=wanted.name))
        found[wanted.name] = _values(measure(wanted.name), pool, wanted.options)
    return found


def weigh(values: Mapping[str, Floats], criteria: Sequence[Criterion]) -> Scores:
    """Make whole points of the values of criteria, by the weights, and sum them."""
    points, unknown = {}, {}
    for used in criteria:
        unknown[used.name] = np.isnan(values[used.name])
        known = np.where(unknown[used.name], NEUTRAL, values[used.name])
        points[used.name] = np.rint(used.weight * known).astype(np.int64)
    total = np.zeros(next(iter(values.values())).shape if values else (0, 0), dtype=np.int64)
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
    left, right = ([None if missing(v) else plain(v) for v in side] for side in (mentees, mentors))
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


def missing(value: object) -> bool:
    """Tell whether an answer is not there."""
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN
