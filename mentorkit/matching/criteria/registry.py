"""The register of criteria, and the scores of all pairs by those that a programme names."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np

from mentorkit.errors import UsageError
from mentorkit.language import later, say
from mentorkit.matching.criteria.levels import BLOCK, Levels, levels_of
from mentorkit.matching.pool import Floats, Ints, Pool
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

    ``values(pool, **options)`` gives an (n, m) array in 0..1, NaN for unknown, as such or as :class:`Levels`;
    ``because(pool, i, j, **options)`` says for one pair what its value rests on.
    """

    name: str
    message: str
    values: Callable[..., Floats | Levels]
    because: Callable[..., str] | None = None
    unknown: str = later("an answer is missing")
    options: tuple[Option, ...] = ()
    #: Tells of a pair, as ``because`` does, whether what that says speaks for it; None: it always does.
    speaks: Callable[..., bool] | None = None

    @property
    def label(self) -> str:
        """What people read, in the language in force."""
        return say(self.message)


MEASURES: dict[str, Measure] = {}


def criterion(  # noqa: PLR0913, PLR0917 - what is known of a criterion
    name: str,
    label: str = "",
    because: Callable[..., str] | None = None,
    unknown: str = Measure.unknown,
    options: tuple[Option, ...] = (),
    speaks: Callable[..., bool] | None = None,
) -> Callable[[Callable[..., Floats | Levels]], Callable[..., Floats | Levels]]:
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
    speaks
        Tells of one pair, called as ``because`` is, whether that speaks for it; without one it always does.
    """

    def register(values: Callable[..., Floats | Levels]) -> Callable[..., Floats | Levels]:
        MEASURES[name] = Measure(name, label or name, values, because, unknown, options, speaks)
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
    points : dict of Levels
        Contribution of each criterion, whole numbers from 0 to its weight.
    unknown : dict of Levels
        Pairs of which the criterion knows nothing.
    total : (n, m) int
        Sum of the points, 0 to 1,000.
    values : mapping of Levels
        What each criterion says, from 0 to 1, whatever it weighs: other weights need no more.
    """

    criteria: tuple[Criterion, ...]
    points: dict[str, Levels]
    unknown: dict[str, Levels]
    total: Ints
    values: Mapping[str, Levels]

    def contributions(self, i: int, j: int) -> dict[str, int]:
        """Return the points of one pair by criterion; they sum to its score."""
        return {name: int(points.at(i, j)) for name, points in self.points.items()}


def evaluate(pool: Pool, criteria: Sequence[Criterion]) -> Scores:
    """Score all pairs by the criteria of a programme.

    Raises
    ------
    UsageError
        If a criterion is unknown or named twice, an option does not fit, or a criterion gives anything but
        numbers from 0 to 1.
    """
    return weigh(values_of(pool, criteria), criteria, pool.shape)


def values_of(pool: Pool, criteria: Sequence[Criterion]) -> dict[str, Levels]:
    """Return what each criterion says of all pairs, from 0 to 1, NaN for unknown.

    The weights do not count. Raises what :func:`evaluate` does.
    """
    found: dict[str, Levels] = {}
    for wanted in criteria:
        if wanted.name in found:
            raise UsageError(say("The criterion “{name}” is named twice.", name=wanted.name))
        found[wanted.name] = _values(measure(wanted.name), pool, wanted.options)
    return found


def weigh(values: Mapping[str, Levels], criteria: Sequence[Criterion], shape: tuple[int, int]) -> Scores:
    """Make whole points of the values of criteria, by the weights, and sum them."""
    points = {c.name: values[c.name].map(partial(_points, weight=c.weight), np.int16) for c in criteria}
    unknown = {c.name: values[c.name].map(np.isnan, np.bool_) for c in criteria}
    return Scores(tuple(criteria), points, unknown, _sum(list(points.values()), shape), values)


def _points(values: Floats, weight: int) -> Floats:
    points = weight * values
    points[np.isnan(values)] = weight * NEUTRAL
    return np.rint(points, out=points)


def _sum(parts: Sequence[Levels], shape: tuple[int, int]) -> Ints:
    """Sum the points of all criteria, a few rows at a time, so that they stay in the processor's cache."""
    total = np.zeros(shape, dtype=np.int64)
    parts = [part.by_mentor() for part in parts]
    for start in range(0, shape[0] if parts else 0, BLOCK):
        blocks = [part.block(start, start + BLOCK) for part in parts]
        total[start : start + BLOCK] = reduce(operator.iadd, blocks)
    return total


def _values(known: Measure, pool: Pool, options: Mapping[str, Any]) -> Levels:
    try:
        inspect.signature(known.values).bind(pool, **options)
    except TypeError as error:
        raise UsageError(
            say("The options of the criterion “{name}” do not fit: {why}.", name=known.name, why=error)
        ) from error
    values = levels_of(known.values(pool, **options))
    table = values.table
    least, most = (extreme.reduce(table, axis=None, initial=0) for extreme in (np.fmin, np.fmax))  # not NaN
    if values.shape != pool.shape or least < 0 or most > 1:
        raise UsageError(
            say(
                "The criterion “{name}” must give a number from 0 to 1, or NaN, for each pair.",
                name=known.name,
            )
        )
    return values
