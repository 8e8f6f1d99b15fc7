"""How much a matching hangs on the weights of the criteria, which are a matter of taste."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mentorkit.matching.criteria import measure
from mentorkit.matching.criteria.history import NEW_LINK
from mentorkit.matching.problem import Ints, Problem
from mentorkit.matching.solve import solve
from mentorkit.matching.weighing import ALL, of_thousand
from mentorkit.programme.records import Weighing

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.programme.settings import Criterion

Progress = Callable[[int, int], None]


def stability(
    matching: Matching,
    samples: int = 100,
    spread: float = 0.3,
    seed: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return how often each tandem stays under other weights that might as well have been chosen.

    Each weight is multiplied by ``exp(spread * z)`` with z from the standard normal distribution, and all are
    brought back to 1,000; the rules, the goal and the decisions stay.

    Parameters
    ----------
    matching : Matching
    samples
        How many sets of weights are tried.
    spread
        0.3 changes a weight by about a third.
    seed
        The same seed gives the same weights.
    progress
        Called with the samples done and their number.

    Returns
    -------
    DataFrame
        One row per tandem: ids, names and organisations, ``score`` and ``stays`` (share from 0 to 1).
    """
    from mentorkit.matching.matching import reweighed

    criteria = matching.scores.criteria
    stays = dict.fromkeys(matching.indices, 0)
    chance = np.random.default_rng(seed)
    for sample in range(samples):
        if progress:
            progress(sample, samples)
        weights = _shaken(criteria, chance.normal(0, spread, len(criteria)))
        for pair in reweighed(matching, Weighing(goal=matching.goal, weights=weights)).indices:
            if pair in stays:
                stays[pair] += 1
    if progress:
        progress(samples, samples)
    rows = [
        {**matching.names(*pair), "score": int(matching.scores.total[pair]), "stays": count / samples}
        for pair, count in stays.items()
    ]
    return pd.DataFrame(rows)


def _shaken(criteria: tuple[Criterion, ...], by: np.ndarray) -> dict[str, int]:
    """Return other weights of the criteria, which sum to 1,000 again."""
    weights = np.array([criterion.weight for criterion in criteria]) * np.exp(by)
    shaken = of_thousand(weights.tolist())
    return {criterion.name: weight for criterion, weight in zip(criteria, shaken, strict=True)}


def weight_ranges(matching: Matching) -> pd.DataFrame:
    """Return between which weights of each criterion the matching stays the best, the others unchanged.

    Exact for points that rise in proportion to the weight; the matching is the best one of the goal ``total``
    at both ends, and up to 0 or 1,000 where it stays the best however light or heavy the criterion is.

    Returns
    -------
    DataFrame
        One row per criterion with a weight: ``criterion``, ``label``, ``weight``, ``lowest`` and ``highest``
        (Fraction).

    Notes
    -----
    Along one weight the worth of each matching is a straight line, and the best one their upper envelope. The
    edge is found by Newton's method: solve at the far end, go to where the winner's line crosses ours, and
    again, until nothing beats the matching there [1]_.

    References
    ----------
    .. [1] M. J. Eisner, D. G. Severance: Mathematical techniques for efficient record segmentation in large
       shared databases. Journal of the ACM 23 (1976) 619-635.
    """
    rows = []
    for used in matching.scores.criteria:
        if not used.weight:
            continue
        part = matching.scores.points[used.name].full().astype(np.int64)
        line = _Line(matching.problem, part, matching.best_total.mate, shared=used.name == NEW_LINK)
        rows.append(
            {
                "criterion": used.name,
                "label": measure(used.name).label,
                "weight": used.weight,
                "lowest": used.weight * line.edge(Fraction(0)),
                "highest": used.weight * line.edge(Fraction(ALL, used.weight)),
            }
        )
    return pd.DataFrame(rows, columns=["criterion", "label", "weight", "lowest", "highest"])


class _Line:
    """The worth of matchings with as many tandems as can be, at ``rest + t * part``.

    ``shared`` tells whether what tandems lose by sharing links belongs to the part.
    """

    def __init__(self, problem: Problem, part: Ints, mate: Ints, *, shared: bool) -> None:
        self.problem, self.rest, self.part, self.mate = problem, problem.scores - part, part, mate
        self.shared = shared

    def edge(self, t: Fraction) -> Fraction:
        """Return the factor nearest to ``t``, from 1 on, at which the matching is still the best."""
        own = self._sums(self.mate)
        while True:
            other = self._sums(self._best(t))
            if other[0] + t * other[1] <= own[0] + t * own[1]:
                return t
            t = Fraction(own[0] - other[0], other[1] - own[1])

    def _sums(self, mate: Ints) -> tuple[int, int]:
        rows = np.flatnonzero(mate >= 0)
        part = int(self.part[rows, mate[rows]].sum()) - (self.problem.taken_off(mate) if self.shared else 0)
        return self.problem.total(mate) - part, part

    def _best(self, t: Fraction) -> Ints:
        scores = t.denominator * self.rest + t.numerator * self.part
        times = t.numerator if self.shared else t.denominator
        links = self.problem.links and self.problem.links.times(times)
        return solve(replace(self.problem, scores=scores, links=links)).mate
