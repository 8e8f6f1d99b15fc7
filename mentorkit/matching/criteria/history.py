"""Criteria on what lies before a tandem: wishes, earlier runs, links between organisations."""

from __future__ import annotations

from math import ceil

import numpy as np

from mentorkit.language import later, say
from mentorkit.matching.criteria.levels import Levels, by_answer, same
from mentorkit.matching.criteria.registry import Option, criterion
from mentorkit.matching.pool import Floats, Ints, Pool, plain

#: The criterion of which further tandems of the same two organisations can be worth less.
NEW_LINK = "new_link"
#: More tandems than two organisations ever have.
_MOST_STEPS = 100


def _new_link_because(pool: Pool, i: int, j: int, **_: float) -> str:
    names = {"organisation": pool.mentees[i].organisation, "other": pool.mentors[j].organisation}
    if plain(names["organisation"]) == plain(names["other"]):
        return say("Both come from {organisation}.", **names)
    if (plain(names["organisation"]), plain(names["other"])) in _linked(pool):
        return say("{organisation} and {other} have had a tandem before.", **names)
    return say("{organisation} and {other} have never had a tandem before.", **names)


def _same_organisation_because(pool: Pool, i: int, j: int) -> str:
    names = {"organisation": pool.mentees[i].organisation, "other": pool.mentors[j].organisation}
    if plain(names["organisation"]) == plain(names["other"]):
        return say("Both come from {organisation}.", **names)
    return say("They come from {organisation} and {other}.", **names)


@criterion("same_organisation", later("Same organisation"), _same_organisation_because)
def same_organisation(pool: Pool) -> Levels:
    """Return 1 where both come from the same organisation, else 0; NaN where an organisation is missing.

    With the pairing ``near``, its weight says by how much the own organisation goes before a neighbour.
    """
    left, right = ([a.organisation for a in side] for side in (pool.mentees, pool.mentors))
    return same(left, right)


@criterion(
    NEW_LINK,
    later("New link between organisations"),
    _new_link_because,
    options=(
        Option(
            "fall",
            later("Less for each further tandem of the two, as a part of 1"),
            0,
            0,
            1,
        ),
    ),
)
def new_link(pool: Pool, *, fall: float = 0) -> Levels:
    """Return 1 for organisations that no earlier tandem linked, either way round; else 0.

    An organisation with itself is no new link. NaN where an organisation is missing. What further tandems on
    a link are worth less (``fall``, for each) depends on the others, so no pair shows it: it is taken off the
    total, by :func:`further_tandems` on :func:`new_links`.
    """
    linked = _linked(pool)

    def new(left: list[str], right: list[str]) -> Floats:
        return np.array([[float(a != b and (a, b) not in linked) for b in right] for a in left])

    mentees, mentors = ([key or None for key in side] for side in pool.organisation_keys())
    return by_answer(mentees, mentors, new)


def new_links(pool: Pool) -> Ints:
    """Return on which new link each pair would be, (n, m), -1 for none.

    A link has a number of its own, whoever is added to the people at the end.
    """
    linked, (mentees, mentors) = _linked(pool), pool.organisation_keys()
    order = {key: k for k, key in enumerate(dict.fromkeys((*mentees, *mentors)))}

    def number(a: str, b: str) -> int:
        if not a or not b or a == b or (a, b) in linked:
            return -1
        low, high = sorted((order[a], order[b]))
        return high * (high - 1) // 2 + low

    numbers = {(a, b): number(a, b) for a in set(mentees) for b in set(mentors)}
    found = [[numbers[a, b] for b in mentors] for a in mentees]
    return np.array(found, dtype=np.int64).reshape(pool.shape)


def further_tandems(weight: int, fall: float) -> tuple[int, ...]:
    """Return what the second, third … tandem on a new link is worth less, the last for all further ones.

    Examples
    --------
    >>> further_tandems(200, 0.4), further_tandems(200, 1), further_tandems(200, 0)
    ((80, 160, 200), (200,), ())
    """
    steps = min(ceil(1 / fall), _MOST_STEPS) if fall > 0 else 0
    losses = tuple(round(min(further * fall, 1) * weight) for further in range(1, steps + 1))
    return losses if any(losses) else ()


def _linked(pool: Pool) -> set[tuple[str, str]]:
    """Return the pairs of organisations that had a tandem before, either way round."""
    pairs = {
        (plain(tandem.mentee_organisation or ""), plain(tandem.mentor_organisation or ""))
        for tandem in pool.earlier
    }
    return pairs | {pair[::-1] for pair in pairs}


def _wish_because(pool: Pool, i: int, j: int, **_: float) -> str:
    return _rank_told(pool.ranks[i, j], pool.mentees[i].name, pool.mentors[j].name)


def _rank_told(rank: int, name: str, partner: str) -> str:
    """Say which wish of somebody the partner is, by her rank; 0 is none."""
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
    return _by_rank(pool.ranks, fall)


def _by_rank(ranks: Ints, fall: float) -> Floats:
    """Return what ranks among the wishes of those in the rows are worth; NaN for who has none."""
    value = np.where(ranks > 0, np.clip(1 - fall * (ranks - 1), 0, 1), 0.0)
    value[~(ranks > 0).any(axis=1)] = np.nan
    return value


def _mentor_wish_because(pool: Pool, i: int, j: int, **_: float) -> str:
    return _rank_told(pool.mentor_ranks[i, j], pool.mentors[j].name, pool.mentees[i].name)


@criterion(
    "mentor_wish",
    later("Wish of {mentor:pl.nom}"),
    _mentor_wish_because,
    unknown=later("there is no wish for anybody who takes part"),
    options=(Option("fall", later("Less for each further wish, as a part of 1"), 0.2, 0, 1),),
)
def mentor_wish(pool: Pool, *, fall: float = 0.2) -> Floats:
    """Return how far a mentee is the mentor's wish, as :func:`wish` does the other way round.

    A mentor without a wish for somebody who takes part, or of which it is sure who is meant, leaves it open
    (NaN). The goal ``wishes`` speaks of the mentees' wishes alone.
    """
    return _by_rank(pool.mentor_ranks.T, fall).T


def _first_timers_because(pool: Pool, i: int, j: int) -> str:
    mentees, mentors = pool.veterans
    names = {"name": pool.mentees[i].name, "partner": pool.mentors[j].name}
    if mentees[i] and mentors[j]:
        return say("{name} and {partner} have both taken part before.", **names)
    if mentors[j]:
        return say("{name} takes part for the first time, {partner} has done so before.", **names)
    if mentees[i]:
        return say("{name} has taken part before, {partner} does so for the first time.", **names)
    return say("{name} and {partner} both take part for the first time.", **names)


@criterion(
    "first_timers",
    later("First-timers beside veterans"),
    _first_timers_because,
    unknown=later("nothing is known of earlier runs"),
)
def first_timers(pool: Pool) -> Levels:
    """Return 1 where one of the two took part in an earlier run and the other did not, else 0.

    A veteran is who stands in the history of the programme or names earlier runs. NaN for all where nothing
    is known of earlier runs.
    """
    mentees, mentors = (side.tolist() for side in pool.veterans)
    known = bool(pool.earlier) or any(mentees) or any(mentors)

    def mixed(left: list[bool], right: list[bool]) -> Floats:
        return np.array([[float(a != b) if known else np.nan for b in right] for a in left])

    return by_answer(mentees, mentors, mixed)
