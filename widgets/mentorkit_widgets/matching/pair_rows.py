"""The rows of the details of a tandem: what its score rests on, and what every alternative costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.matching.made import Made
from mentorkit_widgets.components.table import Cell, bar, cell, chip, column
from mentorkit_widgets.matching import rows
from mentorkit_widgets.matching.sentences import price_words

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.service import FormedTandem
    from mentorkit.matching.swap import Swap
    from mentorkit.programme.settings import Criterion

#: Criteria that tell what a mentor wishes for: nothing for a mentee who reads along.
CONFIDED = frozenset({"mentor_wish"})


def point_columns() -> list[Cell]:
    """Return the columns of the points of a pair."""
    return [
        column("criterion", say("Criterion"), sortable=False),
        column("points", say("Points"), "bar", sortable=False),
        column("because", say("Because"), sortable=False),
    ]


def point_rows(matching: Matching, i: int, j: int, *, discreet: bool = False) -> list[rows.Row]:
    """Return one row per criterion: its points for a pair and what they rest on; discreetly not all."""
    from mentorkit.matching.explain import because_of

    scores = matching.scores
    return [
        _point_row(used, int(scores.points[used.name].at(i, j)), because_of(matching, used, i, j))
        for used in scores.criteria
        if not (discreet and used.name in CONFIDED)
    ]


def formed_point_rows(
    two: FormedTandem, criteria: Iterable[Criterion], matching: Matching | None
) -> list[rows.Row]:
    """Return one row per criterion of an approved tandem: its points, and what they rest on if still so."""
    from mentorkit.matching.explain import because_of

    place, points = rows.still_so(matching, two), two.record.contributions
    return [
        _point_row(
            used,
            points[used.name],
            because_of(matching, used, *place) if matching is not None and place else "",
        )
        for used in criteria
        if used.name in points
    ]


def _point_row(used: Criterion, points: int, because: str) -> rows.Row:
    from mentorkit.matching.criteria import measure

    text = say("{points} of {weight}", points=number(points), weight=number(used.weight))
    return {
        "id": used.name,
        "criterion": measure(used.name).label,
        "points": bar(text, points, used.weight),
        "because": because,
    }


def compared_columns(found: Swap) -> list[Cell]:
    """Return the columns of a pair beside the present tandem of its mentee, where she has one."""
    people, (i, j) = found.matching.pool, found.pair
    present = int(found.matching.solution.mate[i])
    columns = [column("criterion", say("Criterion"), sortable=False)]
    if present not in {-1, j}:
        columns.append(column("now", people.mentors[present].name, "bar", sortable=False))
    return [*columns, column("then", people.mentors[j].name, "bar", sortable=False)]


def compared_rows(found: Swap) -> list[rows.Row]:
    """Return one row per criterion: its points with the present partner, and with the other one."""
    i, j = found.pair
    present = int(found.matching.solution.mate[i])
    then = point_rows(found.matching, i, j)
    now = then if present < 0 else point_rows(found.matching, i, present)
    return [
        {
            "id": after["id"],
            "criterion": after["criterion"],
            "now": before["points"],  # what it rests on stands with the present tandem
            "then": {**after["points"], "note": after["because"]},
        }
        for before, after in zip(now, then, strict=True)
    ]


def alternative_columns() -> list[Cell]:
    """Return the columns of the mentors that a mentee could have."""
    return [
        column("mentor", say("{mentor:sg.nom}")),
        column("score", say("Score"), "bar"),
        column("price", say("Price"), "chip"),
    ]


def alternative_rows(matching: Matching, mentee_id: str, *, may_decide: bool) -> list[rows.Row]:
    """Return one row per mentor for a mentee: the present one, then the cheapest, then those ruled out."""
    i = matching.row("mentee", mentee_id)
    decided = {
        (d.mentee_id, d.mentor_id): "made" if isinstance(d, Made) else d.kind for d in matching.decisions
    }
    found = []
    for other in matching.alternatives(mentee_id).to_dict("records"):
        j = matching.row("mentor", other["mentor_id"])
        mentor = matching.pool.mentors[j]
        kind = decided.get((mentee_id, mentor.person_id))
        possible = not matching.rules.firm_codes(i, j)
        stuck = _stuck(matching, i, j, other)
        buttons = rows.pair_actions(matching.pool.mentees[i], mentor, kind, stuck=stuck)
        found.append(
            {
                "id": mentor.person_id,
                "mentor": rows.person_cell(mentor),
                "score": rows.score_cell(other["score"]),
                "price": _price(other, kind),
                "actions": buttons if may_decide and kind != "made" and (possible or kind) else [],
            }
        )
    # the frame is sorted by score, best first
    return sorted(found, key=lambda row: row["price"]["sort"])


def _stuck(matching: Matching, i: int, j: int, other: Mapping[Any, Any]) -> str:
    """Say which locks keep an allowed pair from being locked; empty where none does."""
    import pandas as pd

    people, locked = matching.pool, matching.rules.locked
    hers = {pair: people.mentors[pair[1]].name for pair in locked if pair[0] == i}
    theirs = {pair: people.mentees[pair[0]].name for pair in locked if pair[1] == j}
    full = theirs if len(theirs) >= people.mentors[j].places else {}
    if in_the_way := hers or full:
        pair, partner = next(iter(in_the_way.items()))
        if matching.is_made(*pair):
            return say("The tandem with {partner} is made already.", partner=partner)
        return say("Please unlock the tandem with {partner} first.", partner=partner)
    impossible = other["allowed"] and not other["matched"] and pd.isna(other["price_tandems"])
    return say("impossible beside the locked tandems") if impossible else ""


def _price(other: Mapping[Any, Any], kind: str | None) -> Cell:
    """Say what a pair costs, or why that is no question; sorted by the price."""
    import pandas as pd

    if kind in {"made", "lock"}:
        stands = (
            chip(say("made"), "check", "good") if kind == "made" else chip(say("locked"), "lock", "accent")
        )
        return {**stands, "sort": -1}
    if other["matched"]:
        return {**chip(say("proposed"), "check", "good"), "sort": -1}
    if kind == "forbid" or "forbidden" in other["blocked_by"].split(";"):  # one and the same for all to see
        return {**chip(say("ruled out"), "forbid", "careful"), "sort": 10**12 + 1}
    if not other["allowed"]:
        return {**chip(say("not allowed"), "forbid", note=other["because"]), "sort": 10**12 + 2}
    if pd.isna(other["price_tandems"]):
        return cell(say("impossible beside the locked tandems"), 10**12)
    tandems, total = int(other["price_tandems"]), int(other["price_total"])
    return cell(price_words(tandems, total), tandems * 10**7 + max(total, 0))
