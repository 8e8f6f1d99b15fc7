"""Links among tandems, of which each further tandem is worth less: a bonus with diminishing returns.

The score of a pair holds the whole bonus, as if it were the only tandem on its link. What further tandems on
a link lose is taken off the total of a matching.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mentorkit.errors import MentorkitError
from mentorkit.language import say

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Links:
    """Which link each pair is on, and what sharing one costs.

    Attributes
    ----------
    number : (n, m) int
        The link of each pair, numbered from 0; -1 for none.
    losses : tuple of int
        What the second, third … tandem on a link loses, not less than the one before; the last number holds
        for all further ones.
    """

    number: Ints
    losses: tuple[int, ...]

    def check(self, scores: Ints) -> None:
        """Do nothing if the losses do not fall and no score is smaller than what may be taken off it.

        Raises
        ------
        MentorkitError
            If not, or if the shapes differ.
        """
        if self.number.shape != scores.shape:
            raise MentorkitError(say("The table of links must have the shape of the scores."))
        if not self.losses or any(later < loss for loss, later in pairwise((0, *self.losses))):
            raise MentorkitError(say("What further tandems on a link lose must not fall."))
        if (scores < self.losses[-1])[self.number >= 0].any():
            raise MentorkitError(say("No tandem can lose more on its link than its score."))

    @property
    def most(self) -> int:
        """What a tandem loses at most."""
        return self.losses[-1]

    def counts(self, rows: ArrayLike, columns: ArrayLike) -> Ints:
        """Return how many of some pairs are on each link, (links,)."""
        on = self.number[np.asarray(rows), np.asarray(columns)]
        return np.bincount(on[on >= 0], minlength=int(self.number.max(initial=-1)) + 1)

    def lost(self, rows: ArrayLike, columns: ArrayLike) -> int:
        """Return what tandems lose together by sharing links."""
        further = np.maximum(self.counts(rows, columns) - 1, 0)
        sums = np.cumsum((0, *self.losses))
        listed = np.minimum(further, len(self.losses))
        return int((sums[listed] + (further - listed) * self.most).sum())

    def steps(self, rows: Ints, columns: Ints) -> Ints:
        """Return what the next tandems on each link lose beside some pairs, (links, losses).

        Those beyond lose the most.
        """
        there = self.counts(rows, columns)
        every = np.append((0, *self.losses), self.most)
        ahead = np.minimum(there[:, None] + np.arange(len(self.losses)), len(self.losses))
        return np.asarray(every[ahead])

    def among(self, pairs: Any) -> Links:  # noqa: ANN401 - what numpy takes as an index
        """Return the links of some of the people."""
        return replace(self, number=self.number[pairs])

    def joined_by(self, number: Ints) -> Links:
        """Return the links of everybody and of further mentors, (n, k)."""
        return replace(self, number=np.column_stack([self.number, number]))

    def times(self, factor: int) -> Links:
        """Return the links with all losses so many times as large."""
        return replace(self, losses=tuple(factor * loss for loss in self.losses))
