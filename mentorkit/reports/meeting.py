"""The proposal as the meeting decides on it: each tandem with its reasons, a box to tick, room for a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mentorkit.language import say, say_n
from mentorkit.language.formats import number
from mentorkit.matching.explain import reason_for
from mentorkit.matching.fairness import question_label

if TYPE_CHECKING:
    import pandas as pd

    from mentorkit.matching.fairness import Fairness
    from mentorkit.matching.matching import Matching

#: So many reasons stand in the table; all of them stand further below.
_REASONS = 2


def proposal(matching: Matching) -> pd.DataFrame:
    """Return one row per proposed tandem: number, both, score, why, and boxes for the meeting's decision."""
    import pandas as pd

    rows = [
        {
            say("No."): place,
            say("{mentee:sg.nom}"): _placed(names["mentee"], names["mentee_organisation"]),
            say("{mentor:sg.nom}"): _placed(names["mentor"], names["mentor_organisation"]),
            say("Score"): int(matching.scores.total[i, j]),
            say("Because"): " ".join(reasons(matching, i, j)) or "–",
            say("Decision, note"): f"☐\u00a0{say('yes')} ☐\u00a0{say('no')}",
        }
        for place, (i, j) in enumerate(matching.indices, 1)
        for names in (matching.names(i, j),)
    ]
    return pd.DataFrame(rows)


def reasons(matching: Matching, i: int, j: int) -> list[str]:
    """Say what speaks most for a pair, best first, and that it is locked; nothing that is not known."""
    found = []
    for used in matching.scores.criteria:
        points = int(matching.scores.points[used.name].at(i, j))
        if points and (reason := reason_for(matching, used.name, used.options, i, j)):
            found.append((points, reason))
    found.sort(key=lambda one: -one[0])
    stands = [say("Locked.")] if (i, j) in matching.rules.locked else []
    if matching.is_made(i, j):
        stands = [say("This tandem is made already.")]
    return [*stands, *(because for _, because in found[:_REASONS])]


def wish_sentence(matching: Matching) -> str:
    """Say how many wishes the proposal fulfils; empty where nobody wishes for anybody who takes part."""
    counted = matching.wishes
    if not counted["mentees"]:
        return ""
    return say_n(
        "{n} {mentee:sg.nom} wishes for somebody who takes part: {fulfilled} fulfilled, {first} of them the "
        "first wish.",
        "{n} {mentee:pl.nom} wish for somebody who takes part: {fulfilled} fulfilled, {first} of them the "
        "first wish.",
        counted["mentees"],
        fulfilled=counted["fulfilled"],
        first=counted["first"],
    )


def groups(found: Fairness) -> pd.DataFrame:
    """Return one row per group: who, how many, how many with a tandem, scores, fulfilled wishes."""
    import pandas as pd

    rows = [
        {
            say("Group"): f"{question_label(g.question)}: {g.name}",
            say("Role"): say("{mentee:pl.nom}") if g.role == "mentee" else say("{mentor:pl.nom}"),
            say("People"): g.people,
            say("With a tandem"): f"{g.placed} ({number(100 * g.share, 0)} %)",
            say("Mean score"): None if g.mean is None else round(g.mean),
            say("Lowest"): g.lowest,
            say("Wishes fulfilled"): "–"
            if g.wishes is None
            else say("{n} of {all}", n=g.fulfilled, all=g.wishes),
        }
        for g in found.groups
    ]
    frame = pd.DataFrame(rows)
    if not rows:
        return frame
    if all(g.wishes is None for g in found.groups):
        frame = frame.drop(columns=say("Wishes fulfilled"))
    return frame.astype({say("Mean score"): "Int64", say("Lowest"): "Int64"})


def _placed(name: str | None, organisation: str | None) -> str:
    return f"{name} ({organisation})" if organisation else str(name)
