"""What the app of the matching says: what a decision changed, what is proved, what an alternative costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import number

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

_MEANINGS = {
    "total": later(
        "Proved to be the best: under these rules no other matching has more tandems, and none with as many "
        "has a higher total."
    ),
    "fair": later(
        "Proved to be the best: under these rules no other matching has more tandems, none with as many has "
        "a better lowest score, and among those none has a higher total."
    ),
}


def price_words(tandems: int, total: int) -> str:
    """Say what forcing a pair costs: tandems, then points of the total."""
    points = say_n("{n} point", "{n} points", abs(total))
    if tandems and total > 0:
        return say_n(
            "costs {n} tandem and {points}", "costs {n} tandems and {points}", tandems, points=points
        )
    if tandems and total < 0:
        return say_n(
            "costs {n} tandem, gains {points}", "costs {n} tandems, gains {points}", tandems, points=points
        )
    if tandems:
        return say_n("costs {n} tandem", "costs {n} tandems", tandems)
    return say("costs {points}", points=points) if total else say("equally good")


def what_changed(before: Matching | None, after: Matching | None) -> list[str]:
    """Say how the matching changed with a decision: how many tandems, and what became of the optimum."""
    if before is None or after is None or {before.status, after.status} != {"optimal"}:
        return []
    mentees = {mentee for mentee, _ in _pairs(before) ^ _pairs(after)}
    if not mentees:
        return [say("All tandems stay as they were.")]
    changed = say_n(
        "For {n} {mentee:sg.acc} something has changed.",
        "For {n} {mentee:pl.acc} something has changed.",
        len(mentees),
    )
    return [changed, *_balance(before.objective, after.objective, fair=after.goal == "fair")]


def _pairs(matching: Matching) -> set[tuple[str, str]]:
    people = matching.pool
    return {(people.mentees[i].person_id, people.mentors[j].person_id) for i, j in matching.indices}


def _balance(before: dict[str, int | None], after: dict[str, int | None], *, fair: bool) -> list[str]:
    found = []
    tandems, total = after["tandems"] or 0, after["total"] or 0
    if tandems != before["tandems"]:
        found.append(
            say_n(
                "There is now {n} tandem instead of {before}.",
                "There are now {n} tandems instead of {before}.",
                tandems,
                before=before["tandems"],
            )
        )
    if fair and after["worst"] != before["worst"]:
        lowest = {"worst": after["worst"] or 0, "before": before["worst"] or 0}
        found.append(say("The lowest score is now {worst} instead of {before}.", **lowest))
    difference = total - (before["total"] or 0)
    if difference:
        found.append(
            say_n("The total falls by {n} point.", "The total falls by {n} points.", -difference)
            if difference < 0
            else say_n("The total rises by {n} point.", "The total rises by {n} points.", difference)
        )
    return found or [say("The result is as good as before.")]


def proof_sentence(matching: Matching) -> str:
    """Say what is proved."""
    return say(_MEANINGS[matching.goal])


def proof_details(matching: Matching) -> list[str]:
    """Say how it is proved, with the numbers that anybody can check."""
    proof = matching.proof
    counted = say(
        "Each tandem counts {big} points beside its score, so that more tandems always weigh more. In this "
        "way this matching is worth {value} points.",
        big=number(proof["big"]), value=number(proof["value"]),
    )  # fmt: skip
    if proof["form"] == "network":
        bound = say(
            "Prices put on people and organisations show that no matching can be worth more than {bound} "
            "points. The two numbers are equal, so nothing better exists.",
            bound=number(proof["dual_value"]),
        )
    else:
        bound = say(
            "The solver {solver} has proved that no matching can be worth more than {bound} points, "
            "with a gap of {gap}.",
            solver=proof["solver"], bound=number(proof["bound"]), gap=proof["gap"],
        )  # fmt: skip
    fair = [say("Two more proofs of this kind hold the number of tandems and the lowest score.")]
    return [counted, bound, *(fair if matching.goal == "fair" else [])]
