"""What is said of new links between organisations that several tandems share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mentorkit.language import say, say_n
from mentorkit.language.formats import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mentorkit.matching.matching import Matching
    from mentorkit.programme.records import Tandem


def taken_off_sentence(matching: Matching) -> str:
    """Say what is taken off the sum of the scores and what remains; empty where nothing is."""
    return _taken_off(matching.solution.taken_off, matching.solution.total)


def taken_off_formed_sentence(matching: Matching, formed: Iterable[Tandem]) -> str:
    """Say the same of approved tandems, by the links as they are now."""
    links, index, formed = matching.problem.links, matching.pool.index, list(formed)
    pairs = [(index.get(("mentee", two.mentee_id)), index.get(("mentor", two.mentor_id))) for two in formed]
    there = [(i, j) for i, j in pairs if i is not None and j is not None]
    lost = links.lost(*zip(*there, strict=True)) if links is not None and there else 0
    return _taken_off(lost, sum(two.score for two in formed) - lost)


def _taken_off(points: int, total: int) -> str:
    if not points:
        return ""
    return say_n(
        "Since several tandems make the same new links between organisations, {n} point is taken off the sum "
        "of the scores; {total} remain.",
        "Since several tandems make the same new links between organisations, {n} points are taken off the "
        "sum of the scores; {total} remain.",
        points,
        n=number(points),
        total=number(total),
    )


def deduction_in_price(before: Matching, after: Matching) -> str:
    """Say how much of a price is what new links that several tandems share take off; empty where nothing."""
    more = after.solution.taken_off - before.solution.taken_off
    if more < 0:
        return say_n(
            "In that, {n} point is counted that is no longer taken off, since fewer tandems make the same "
            "new link.",
            "In that, {n} points are counted that are no longer taken off, since fewer tandems make the same "
            "new link.",
            -more,
        )
    if not more:
        return ""
    return say_n(
        "Of that, {n} point is taken off because several tandems make the same new link.",
        "Of that, {n} points are taken off because several tandems make the same new link.",
        more,
    )


def shared_link_sentence(matching: Matching, i: int, j: int) -> str:
    """Say with how many tandems one shares its new link, and what that costs; empty where it shares none."""
    links = matching.problem.links
    if links is None or links.number[i, j] < 0 or (i, j) not in matching.indices:
        return ""
    sharing = [pair for pair in matching.indices if links.number[pair] == links.number[i, j]]
    rows, columns = zip(*sharing, strict=True)
    if not (lost := links.lost(rows, columns)):
        return ""
    return say(
        "{organisation} and {other} make this new link with {n} tandems; for that, {points} are taken off "
        "the sum of the scores.",
        organisation=matching.pool.mentees[i].organisation,
        other=matching.pool.mentors[j].organisation,
        n=len(sharing),
        points=say_n("{n} point", "{n} points", lost),
    )
