"""Other weights than those of the programme: whether they can be, and what they make of its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from mentorkit.errors import UsageError
from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.matching.criteria import measure
from mentorkit.programme.records import GoalName, Weighing
from mentorkit.programme.settings import ProgrammeSettings

#: Points of a perfect tandem, and the heaviest weight.
ALL = 1000


def of_thousand(weights: Sequence[float]) -> list[int]:
    """Return whole weights in the same proportions that sum to 1,000; those that do already stay.

    >>> of_thousand([600, 300, 300]), of_thousand([0, 0])
    ([500, 250, 250], [0, 0])
    """
    total = sum(weights)
    if not total:
        return [0 for _ in weights]
    ends = [round(part * ALL / total) for part in accumulate(weights, initial=0)]
    return [end - start for start, end in pairwise(ends)]


def settings_under(settings: ProgrammeSettings, weighing: Weighing) -> ProgrammeSettings:
    """Return the settings with the weights and the lowest score of a weighing.

    A weight of a criterion that the programme does not have any more does not count, nor does a criterion
    that it has got since.
    """
    given = weighing.weights
    weights = of_thousand([given.get(c.name, 0) if given else c.weight for c in settings.criteria])
    lowest = settings.lowest_score if weighing.lowest_score is None else weighing.lowest_score
    return settings.model_copy(
        update={
            "criteria": tuple(
                criterion.model_copy(update={"weight": weight})
                for criterion, weight in zip(settings.criteria, weights, strict=True)
            ),
            "lowest_score": lowest,
        }
    )


def weighing_of(
    settings: ProgrammeSettings,
    goal: GoalName = "total",
    weights: Mapping[str, object] | None = None,
    lowest_score: object = None,
) -> Weighing:
    """Return a weighing, if it is one that these settings can have.

    Parameters
    ----------
    settings
        Those of the programme.
    goal
        What comes first after the number of tandems.
    weights
        By criterion, whole numbers from 0 to 1,000 as such or as text; those of the settings where none is
        given.
    lowest_score
        As a weight; None as the settings say.

    Raises
    ------
    UsageError
        If a criterion is none of the programme's, a number is none or out of range, or nothing counts.
    """
    own = {criterion.name: criterion.weight for criterion in settings.criteria}
    found = {}
    for name, weight in (weights or {}).items():
        if name not in own:
            known = ", ".join(own)
            raise UsageError(
                say("The programme has no criterion “{name}”. It has these: {known}.", name=name, known=known)
            )
        found[name] = points_of(weight, say("Weight of “{criterion}”", criterion=measure(name).label))
    if not any((own | found).values()):
        raise UsageError(say("At least one criterion must count, or no tandem is better than another."))
    lowest = None if lowest_score is None else points_of(lowest_score, say("Lowest score"))
    return Weighing(goal=goal, weights=own | found if found else {}, lowest_score=lowest)


def points_of(value: object, what: str) -> int:
    """Return a weight or a lowest score that was entered, ``what`` being its name.

    Raises
    ------
    UsageError
        If it is no whole number from 0 to 1,000.
    """
    text = str(value).strip().replace("\N{MINUS SIGN}", "-")
    if not text:
        raise UsageError(say("{what}: nothing is entered. 0 makes it count for nothing.", what=what))
    # bool is a whole number to Python, and no text of people
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or int(text[:9]) > ALL:
        raise UsageError(
            say(
                "{what}: please enter a whole number from 0 to {most}, not “{value}”.",
                what=what, most=number(ALL), value=text[:40],
            )
        )  # fmt: skip
    return int(text)
