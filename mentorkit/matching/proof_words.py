"""What is proved of a matching, and how, in sentences with the numbers that anybody can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mentorkit.language import later, say
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
    "wishes": later(
        "Proved to be the best: under these rules no other matching has more tandems, none with as many "
        "fulfils more wishes, and among those none has a higher total."
    ),
}


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
    if matching.goal == "wishes":
        weight = say(
            "A wish of the last rank counts {unit} points and each better rank as many more, so that wishes "
            "always weigh more than scores.",
            unit=number(proof["wish_unit"]),
        )
        return [weight, counted, bound]
    fair = [say("Two more proofs of this kind hold the number of tandems and the lowest score.")]
    return [counted, bound, *(fair if matching.goal == "fair" else [])]
