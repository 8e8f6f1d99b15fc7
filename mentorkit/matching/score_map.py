"""All pairs of a matching as a map: mentees by mentors, grouped by organisation, the chosen ones marked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mentorkit.matching.matching import reading_order
from mentorkit.matching.pool import Bools, Ints
from mentorkit.programme.records import Application, Role

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

#: More people of a role are not shown: those with the best scores are.
MOST = 400


@dataclass(frozen=True, eq=False)
class ScoreMap:
    """Scores of all pairs, or of those with the best scores, in reading order.

    Attributes
    ----------
    mentees, mentors : tuple of Application
        Rows and columns: by organisation, then by name.
    scores : (r, c) int
    allowed, chosen, locked : (r, c) bool
    left_out : dict of int
        How many people of each role are not shown.
    """

    mentees: tuple[Application, ...]
    mentors: tuple[Application, ...]
    scores: Ints
    allowed: Bools
    chosen: Bools
    locked: Bools
    left_out: dict[Role, int]


def score_map(
    matching: Matching, *, formed: Collection[tuple[str, str]] | None = None, most: int = MOST
) -> ScoreMap:
    """Lay out all pairs.

    Parameters
    ----------
    matching
        Where the scores come from.
    formed
        The approved tandems as ids of mentee and mentor; None while it is the matching that chooses.
    most
        How many people of a role are shown. Of more, those stay whose best allowed pair scores highest.
    """
    pool, rules = matching.pool, matching.rules
    chosen, locked = np.zeros(pool.shape, dtype=bool), np.zeros(pool.shape, dtype=bool)
    for pair in matching.indices if formed is None else _places(matching, formed):
        chosen[pair] = True
    for pair in rules.locked:
        locked[pair] = True
    worth = np.where(rules.allowed, matching.scores.total, -1)
    rows = _shown(pool.mentees, worth.max(axis=1, initial=-1), most)
    columns = _shown(pool.mentors, worth.max(axis=0, initial=-1), most)
    cut = np.ix_(rows, columns)
    return ScoreMap(
        tuple(pool.mentees[i] for i in rows),
        tuple(pool.mentors[j] for j in columns),
        matching.scores.total[cut],
        rules.allowed[cut],
        chosen[cut],
        locked[cut],
        {"mentee": len(pool.mentees) - len(rows), "mentor": len(pool.mentors) - len(columns)},
    )


def _places(matching: Matching, formed: Collection[tuple[str, str]]) -> list[tuple[int, int]]:
    """Return rows and columns of approved tandems, of those whose two people still take part."""
    index = matching.pool.index
    found = ((index.get(("mentee", a)), index.get(("mentor", b))) for a, b in formed)
    return [(i, j) for i, j in found if i is not None and j is not None]


def _shown(people: tuple[Application, ...], best: Ints, most: int) -> list[int]:
    places = sorted(range(len(people)), key=lambda k: (-int(best[k]), reading_order(people[k])))[:most]
    return sorted(places, key=lambda k: reading_order(people[k]))
