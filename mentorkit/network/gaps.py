"""What the network lacks: organisations never linked or without a tandem, and what closing the gaps costs.

The way to weigh new links in a matching is its criterion
:func:`~mentorkit.matching.criteria.history.new_link`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentorkit.language import later, say
from mentorkit.language.formats import number
from mentorkit.matching.criteria import measure
from mentorkit.matching.criteria.history import NEW_LINK
from mentorkit.matching.explain import price_sentence
from mentorkit.matching.pool import Bools, Ints, plain
from mentorkit.matching.problem import Limit
from mentorkit.matching.solve import solve
from mentorkit.matching.why_not import KEEPING_OUT
from mentorkit.network.structure import by_name

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

Progress = Callable[[int, int], None]

_ENDS = ("mentor_organisation", "mentee_organisation")
_PAIR = ("mentee_id", "mentee", "mentee_organisation", "mentor_id", "mentor", "mentor_organisation")
_CLOSING = (
    "organisation", "other", *_PAIR, "score", "price_tandems", "price_total", "matched", "why_not",
    "sentence",
)  # fmt: skip


def gaps(tandems: pd.DataFrame, organisations: Iterable[str]) -> pd.DataFrame:
    """Return the pairs of organisations that no tandem ever linked, either way round.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`mentorkit.network.graph.TANDEM_COLUMNS`. Leave out the proposed
        ones to see what the matching still has to close.
    organisations
        Those that take part; no other is named. Names are compared without case and superfluous space.

    Returns
    -------
    pandas.DataFrame
        One row per pair, ``organisation`` and ``other``, both in German order.
    """
    links = {frozenset(map(plain, pair)) for pair in _pairs_of(tandems)}
    names = _names(organisations)
    missing = [pair for pair in combinations(names, 2) if frozenset(pair) not in links]
    rows = [(names[a], names[b]) for a, b in missing]
    return pd.DataFrame(rows, columns=["organisation", "other"])


def uncovered(tandems: pd.DataFrame, organisations: Iterable[str]) -> list[str]:
    """Return the organisations that take part and have no tandem at all, in German order."""
    covered = {plain(name) for pair in _pairs_of(tandems) for name in pair}
    return [name for key, name in _names(organisations).items() if key not in covered]


def _names(organisations: Iterable[str]) -> dict[str, str]:
    """Return names in German order by how they are compared."""
    return {plain(name): name for name in by_name(organisations)}


def _pairs_of(tandems: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the organisations of each tandem, "" for none."""
    sides = (tandems[end].fillna("").astype(str) for end in _ENDS)
    return set(zip(*sides, strict=True))


def closing(matching: Matching, missing: pd.DataFrame, progress: Progress | None = None) -> pd.DataFrame:
    """Tell for pairs of organisations never linked the cheapest tandem that would link them.

    Prices are those of :attr:`Matching.pairs <mentorkit.matching.matching.Matching.pairs>`, each for its gap
    alone: several together can cost more or less than their sum.

    Parameters
    ----------
    matching
        The matching that is to close gaps.
    missing
        The gaps, as :func:`gaps` returns them.
    progress
        Called now and then with the steps done and their number.

    Returns
    -------
    pandas.DataFrame
        One row per gap: ``organisation`` and ``other``; ids, names and organisations of the pair and its
        ``score``; ``price_tandems`` and ``price_total`` under the goal ``total``; ``matched``, whether the
        matching has this tandem, which goes before cheaper ones; ``why_not``, the reason where no tandem
        can link the two (all of the pair is missing then, else it is empty); ``sentence``.

    Notes
    -----
    All pairs have their prices at once, and the best of each gap is found by sorting. With limits over all
    tandems, or links that they share, where each price takes a solution, a gap that the matching leaves open
    takes one in all: the best matching with at least one tandem in it.
    """
    pairs = list(missing[["organisation", "other"]].itertuples(index=False, name=None))
    blocks = _Blocks(matching, matching.pool.organisation_keys(), pairs)
    best = blocks.cheapest(progress) if matching.status == "optimal" else {}
    made = set(matching.indices)
    rows = []
    for k, (organisation, other) in enumerate(pairs):
        row: dict[str, Any] = {"organisation": organisation, "other": other, "matched": False, "why_not": ""}
        if k in best:
            pair, price = best[k]
            row |= matching.names(*pair)
            row |= {"score": int(matching.scores.total[pair]), "matched": pair in made}
            row |= dict(zip(("price_tandems", "price_total"), price, strict=True))
        else:
            row["why_not"] = blocks.why_not(k)
        rows.append({**row, "sentence": _sentence(matching, row)})
    whole = dict.fromkeys(["score", "price_tandems", "price_total"], "Int64")
    return pd.DataFrame(rows, columns=list(_CLOSING)).astype({**whole, "matched": bool})


def takes_solutions(matching: Matching) -> bool:
    """Tell whether :func:`closing` has to solve again for each gap that the matching leaves open."""
    return bool(matching.problem.limits) or matching.problem.links is not None


@dataclass(frozen=True, eq=False)
class _Blocks:
    """The pairs of people by the gap that they would close."""

    matching: Matching
    keys: tuple[list[str], list[str]]
    gaps: list[tuple[str, str]]

    @cached_property
    def number(self) -> Ints:
        """The gap that each pair of people would close, (n, m); -1 for none."""
        place = {key: k for k, key in enumerate(dict.fromkeys((*self.keys[0], *self.keys[1])))}
        table = np.full((len(place), len(place)), -1)
        for k, (a, b) in enumerate(self.gaps):
            at = place.get(plain(a)), place.get(plain(b))
            if None not in at:
                table[at] = table[at[::-1]] = k
        mentees, mentors = (np.array([place[key] for key in side]) for side in self.keys)
        return np.asarray(table[mentees[:, None], mentors])

    def cheapest(self, progress: Progress | None) -> dict[int, tuple[tuple[int, int], tuple[int, int]]]:
        """Return for each gap that can be closed the best pair, and what it costs."""
        if takes_solutions(self.matching):
            return dict(self._one_by_one(progress))
        priced = self.matching.all_prices(progress)
        rows, columns = np.nonzero(priced.possible & (self.number >= 0))
        pairs = rows, columns
        of = self.number[pairs]
        other = self.matching.solution.mate[rows] != columns
        cost = priced.price_tandems[pairs], priced.price_total[pairs]
        ties = self.matching.pool.ties[pairs]
        order = np.lexsort((ties, -self.matching.scores.total[pairs], cost[1], cost[0], other, of))
        found, first = np.unique(of[order], return_index=True)
        return {
            int(k): ((int(rows[at]), int(columns[at])), (int(cost[0][at]), int(cost[1][at])))
            for k, at in zip(found, order[first], strict=True)
        }

    def _one_by_one(
        self, progress: Progress | None
    ) -> Iterator[tuple[int, tuple[tuple[int, int], tuple[int, int]]]]:
        matching, problem = self.matching, self.matching.problem
        for k in range(len(self.gaps)):
            if progress:
                progress(k, len(self.gaps))
            inside = (self.number == k) & problem.allowed
            if not inside.any():
                continue
            matched = [pair for pair in matching.indices if inside[pair]]
            if matched:
                pair = max(matched, key=lambda pair: int(matching.scores.total[pair]))
                price = (0, 0) if matching.goal == "total" else matching.prices_of([pair])[0]
            else:
                found = solve(replace(problem, limits=(*problem.limits, _one_of(inside))))
                if found.status != "optimal":
                    continue
                there = [(i, int(j)) for i, j in enumerate(found.mate) if j >= 0 and inside[i, j]]
                pair = max(there, key=lambda pair: int(matching.scores.total[pair]))
                best = matching.best_total
                price = best.tandems - found.tandems, best.total - found.total
            yield k, (pair, price or (0, 0))

    def why_not(self, k: int) -> str:
        """Say why no tandem can close a gap."""
        if self.matching.status != "optimal":
            return self.matching.reason
        names = {"organisation": self.gaps[k][0], "other": self.gaps[k][1]}
        for name in self.gaps[k]:
            if plain(name) not in {*self.keys[0], *self.keys[1]}:
                return say("From {organisation} nobody takes part in the matching.", organisation=name)
        inside = self.number == k
        if not inside.any():
            only_mentees = plain(self.gaps[k][0]) in self.keys[0]
            one_side = (
                later("From {organisation} and {other} only {mentee:pl.nom} take part.")
                if only_mentees
                else later("From {organisation} and {other} only {mentor:pl.nom} take part.")
            )
            return say(one_side, **names)
        rules = self.matching.rules
        if rules.allowed[inside].any():
            return say("Locked tandems, quotas or limits leave no room for a tandem between the two.")
        lowest = number(rules.settings.lowest_score)
        codes = [code for code, blocked in rules.blocks.items() if blocked[inside].any()]
        return " ".join(_rule(code, lowest) for code in codes)


def _one_of(inside: Bools) -> Limit:
    """Return the limit that at least one of some pairs is a tandem."""
    return Limit(-inside.astype(np.int64), -1)


def _rule(code: str, lowest: str) -> str:
    if code == "same_person":
        return say("Nobody is in a tandem alone.")
    return say(KEEPING_OUT[code], lowest=lowest)


def _sentence(matching: Matching, row: dict[str, Any]) -> str:
    names = {"organisation": row["organisation"], "other": row["other"]}
    if row["why_not"]:
        return say("{organisation} – {other}: never linked. {why_not}", **names, why_not=row["why_not"])
    people = {"mentor": row["mentor"], "mentee": row["mentee"]}
    if row["matched"]:
        told = later("{organisation} – {other}: never linked so far; this matching links them: {pair}.")
        return say(told, **names, pair=_pair(people))
    return say(
        "{organisation} – {other}: never linked; cheapest: {pair}. {price}",
        **names,
        pair=_pair(people),
        price=price_sentence(row["price_tandems"], row["price_total"], goal=matching.goal),
    )


def _pair(people: dict[str, str]) -> str:
    return say("{name} with {partner}", name=people["mentee"], partner=people["mentor"])


def weight_sentence(matching: Matching) -> str:
    """Say what new links weigh in a matching, and how they can weigh more."""
    weight = next((c.weight for c in matching.scores.criteria if c.name == NEW_LINK), 0)
    label = say(measure(NEW_LINK).label)
    if weight:
        return say(
            "New links count in this matching: by the criterion “{label}” a tandem that makes one gets up to "
            "{points} points more.",
            label=label,
            points=number(weight),
        )
    return say(
        "New links do not count in this matching. If they should, give the criterion “{label}” a weight.",
        label=label,
    )
