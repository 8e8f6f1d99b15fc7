"""Criteria on what lies before a tandem: wishes, earlier runs, links between organisations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mentorkit.language import later, say
from mentorkit.matching.criteria.registry import Option, criterion, same
from mentorkit.matching.pool import Floats, Pool, plain


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
def first_timers(pool: Pool) -> Floats:
    """Return 1 where one of the two took part in an earlier run and the other did not, else 0.

    A veteran is who stands in the history of the programme or names earlier runs. NaN for all where nothing
    is known of earlier runs.
    """
    mentees, mentors = pool.veterans
    if not pool.earlier and not mentees.any() and not mentors.any():
        return np.full(pool.shape, np.nan)
    return np.asarray(mentees[:, None] != mentors, dtype=float)
