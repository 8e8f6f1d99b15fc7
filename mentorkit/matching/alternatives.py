"""What would change in a matching, as tables: a tandem less, a place more, the next best, others as good."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentorkit.matching.brief import missing_profiles
from mentorkit.matching.robustness import Progress, stability, weight_ranges
from mentorkit.matching.what_if import WhatIf
from mentorkit.programme.records import Role

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.problem import Ints

_GAIN = ("gain_tandems", "gain_total")
_LOSS = ("loss_tandems", "loss_total")
_PAIR = tuple(f"{role}{part}" for role in ("mentee", "mentor") for part in ("_id", "", "_organisation"))
_CHANGED = (
    "mentee_id", "mentee", "mentor_id", "mentor", "score", "then_mentor_id", "then_mentor", "then_score",
)  # fmt: skip


class Alternatives:
    """Questions to a matching, measured under the goal ``total`` and all rules.

    Parameters
    ----------
    matching : Matching
        One with status ``optimal``.
    """

    def __init__(self, matching: Matching) -> None:
        self.matching = matching

    @cached_property
    def arrays(self) -> WhatIf:
        """The same questions by rows and columns."""
        return WhatIf(self.matching.problem, self.matching.best_total)

    def without(self) -> pd.DataFrame:
        """Return one row per tandem that is not locked: what is lost if it were forbidden.

        Columns: ids and names as in :attr:`Matching.tandems`, ``loss_tandems`` and ``loss_total`` (missing
        where no matching is left without it); the tandems are those of the goal ``total``.
        """
        best, locked = self.matching.best_total.mate, {i for i, _ in self.matching.problem.locked}
        rows = [i for i in np.flatnonzero(best >= 0).tolist() if i not in locked]
        losses = self.arrays.without(rows)
        return _frame(
            [
                {
                    **self.matching.names(i, int(best[i])),
                    **dict(zip(_LOSS, loss or (None, None), strict=True)),
                }
                for i, loss in zip(rows, losses, strict=True)
            ],
            _PAIR + _LOSS,
        )

    def one_more_place(self) -> pd.DataFrame:
        """Return one row per mentor: what is gained if she takes one mentee more, most first.

        Columns: ``mentor_id``, ``mentor``, ``mentor_organisation``, ``places``, ``gain_tandems`` and
        ``gain_total``.
        """
        rows = [
            {
                "mentor_id": mentor.person_id,
                "mentor": mentor.name,
                "mentor_organisation": mentor.organisation,
                "places": mentor.places,
                **dict(zip(_GAIN, self.arrays.one_more_place(j), strict=True)),
            }
            for j, mentor in enumerate(self.matching.pool.mentors)
        ]
        return _most_first(rows, ("mentor_id", "mentor", "mentor_organisation", "places"))

    def one_more_of_each(self) -> pd.DataFrame:
        """Return one row per quota: what is gained if the organisation sends one person more, most first.

        Columns: ``organisation``, ``role``, ``quota``, ``gain_tandems`` and ``gain_total``; no row without
        quotas.
        """
        problem = self.matching.problem
        roles: dict[Role, Ints | None] = {"mentee": problem.mentee_quota, "mentor": problem.mentor_quota}
        rows = [
            {
                "organisation": name,
                "role": role,
                "quota": quota,
                **dict(zip(_GAIN, self.arrays.one_more_of(role, g), strict=True)),
            }
            for role, quotas in roles.items()
            if quotas is not None
            for g, name in enumerate(self.matching.organisations)
            if name and (quota := self.matching.rules.settings.quotas.of(role, name)) is not None
        ]
        return _most_first(rows, ("organisation", "role", "quota"))

    def second_best(self) -> pd.DataFrame | None:
        """Return who changes in the best matching that differs, as :meth:`different` does; None without."""
        mate = self.arrays.second_best()
        return None if mate is None else self._changed(mate)

    def different(self, count: int = 3, lose: int | None = None) -> list[pd.DataFrame]:
        """Return matchings unlike the best and nearly as good, each as the mentees for whom it changes.

        Parameters
        ----------
        count
            At most so many.
        lose : int, optional
            By how many points the total may fall; 2 % of it without.

        Returns
        -------
        list of DataFrame
            Columns ``mentee_id, mentee, mentor_id, mentor, score`` (missing without a tandem) and the same
            three of the other matching with ``then_`` before; ``attrs`` holds its ``tandems``, ``worst``
            and ``total``.
        """
        return [self._changed(mate) for mate in self.arrays.different(count, lose)]

    def stability(
        self, samples: int = 100, spread: float = 0.3, seed: int = 0, progress: Progress | None = None
    ) -> pd.DataFrame:
        """Return how often each tandem stays under other weights; see :func:`.robustness.stability`."""
        return stability(self.matching, samples, spread, seed, progress)

    def weight_ranges(self) -> pd.DataFrame:
        """Return for which weights the matching stays the best; see :func:`.robustness.weight_ranges`."""
        return weight_ranges(self.matching)

    def missing_profiles(self, progress: Progress | None = None) -> pd.DataFrame:
        """Return which further mentor would help most; see :func:`.brief.missing_profiles`."""
        return missing_profiles(self.matching, progress)

    def _changed(self, mate: Ints) -> pd.DataFrame:
        best = self.matching.best_total.mate
        rows = [
            {
                "mentee_id": self.matching.pool.mentees[i].person_id,
                "mentee": self.matching.pool.mentees[i].name,
                **self._partner(i, int(best[i]), ""),
                **self._partner(i, int(mate[i]), "then_"),
            }
            for i in np.flatnonzero(mate != best).tolist()
        ]
        found = _frame(rows, _CHANGED).astype({"score": "Int64", "then_score": "Int64"})
        tandems = np.flatnonzero(mate >= 0)
        scores = self.matching.scores.total[tandems, mate[tandems]].tolist()
        total = self.matching.problem.total(mate)
        found.attrs = {"tandems": len(scores), "worst": min(scores, default=None), "total": total}
        return found

    def _partner(self, i: int, j: int, prefix: str) -> dict[str, Any]:
        if j < 0:
            return {f"{prefix}mentor_id": None, f"{prefix}mentor": None, f"{prefix}score": None}
        mentor = self.matching.pool.mentors[j]
        score = int(self.matching.scores.total[i, j])
        return {
            f"{prefix}mentor_id": mentor.person_id,
            f"{prefix}mentor": mentor.name,
            f"{prefix}score": score,
        }


def _most_first(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    ordered = sorted(rows, key=lambda row: tuple(-row[name] for name in _GAIN))
    return _frame(ordered, columns + _GAIN)


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Return rows as a table that has its columns even without any."""
    return pd.DataFrame(rows, columns=list(columns))
