"""Matchings of one run side by side: in scenarios, as it stands, without the decisions, for other goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mentorkit.language import later, say
from mentorkit.matching.basis import Basis, read
from mentorkit.matching.matching import Matching, reading_order, reweighed
from mentorkit.matching.solve import GOALS
from mentorkit.matching.weighing import settings_under
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import GoalName, Scenario, Weighing
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Store

if TYPE_CHECKING:
    import pandas as pd

#: ``now``: as it stands; ``free``: as it stands, but without the decisions on pairs; ``own``: by the weights
#: of the programme, where they do not stand; ``goal``: another goal.
Kind = Literal["now", "free", "own", "scenario", "goal"]
Progress = Callable[[int, int], None]
COLUMNS = (
    "name", "kind", "proposal", "goal", "tandems", "worst", "total", "own_total", "wishes", "first_wishes",
    "organisations", "changed", "only_here", "reason",
)  # fmt: skip
GOAL_NAMES: dict[GoalName, str] = {
    "total": later("Highest total"),
    "fair": later("No tandem left behind"),
    "wishes": later("Wishes first"),
}


class Partners(NamedTuple):
    """A mentee with another partner in two matchings; names, None for nobody."""

    mentee: str
    before: str | None
    now: str | None


def partners_changed(before: Matching, now: Matching) -> list[Partners]:
    """Return who has another partner in one of two matchings of the same people, in German order of names."""
    pool, was, is_ = before.pool, before.solution.mate, now.solution.mate
    name = [*(mentor.name for mentor in pool.mentors), None]  # -1 stands for nobody
    rows = sorted((was != is_).nonzero()[0], key=lambda i: reading_order(pool.mentees[i])[1:])
    return [Partners(pool.mentees[i].name, name[was[i]], name[is_[i]]) for i in rows]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the matching of a run would be in one way of making it.

    Attributes
    ----------
    kind, name
        What it is, and how people call it.
    matching : Matching
    scenario : Scenario or None
        Where it is one.
    proposal : bool
        Whether the matching of the run rests on it.
    own_total : int
        The total by the programme's own weights, so that totals can be compared.
    """

    kind: Kind
    name: str
    matching: Matching
    scenario: Scenario | None
    proposal: bool
    own_total: int

    @property
    def pairs(self) -> set[tuple[int, int]]:
        """The tandems as rows and columns; all outcomes of a comparison number people alike."""
        return set(self.matching.indices)

    @property
    def organisations(self) -> int:
        """How many pairs of organisations the tandems join."""
        pool = self.matching.pool
        mentees, mentors = pool.organisation_keys()
        joined = {frozenset((mentees[i], mentors[j])) for i, j in self.pairs if mentees[i] and mentors[j]}
        return sum(len(two) == 2 for two in joined)


def compare(store: Store, actor: Actor, run_id: str, progress: Progress | None = None) -> list[Outcome]:
    """Return what the matching is as it stands, without the decisions, in each scenario, for each other goal.

    Nothing is changed. The goals are those under the weights in force; ``wishes`` only where there are any.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    progress
        Called with the matchings done and their number.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    NothingToMatch
        If no mentee or no mentor takes part.
    """
    with store.read() as reader:
        data = read(reader, actor, "matching.read", run_id)
        kept = reader.all(Scenario, run_id=run_id)
    return outcomes(data, kept, progress)


def outcomes(data: Basis, kept: Iterable[Scenario], progress: Progress | None = None) -> list[Outcome]:
    """Return the outcomes for what a matching rests on, as :func:`compare` does."""
    own = replace(data, weighing=Weighing()).match()
    force = data.weighing
    goals = [goal for goal in GOALS if goal != force.goal and (goal != "wishes" or own.pool.ranks.any())]
    ways: list[tuple[Kind, str, Weighing]] = [
        ("now", say("As it stands now"), force),
        ("free", say("Without the decisions on pairs"), force),
        ("own", say("By the weights of the programme"), Weighing()),
        *(("scenario", scenario.name, scenario) for scenario in kept),
        *(
            ("goal", say("Goal: {goal}", goal=say(GOAL_NAMES[goal])), force.model_copy(update={"goal": goal}))
            for goal in goals
        ),
    ]
    if not _differs(data.programme, force):
        ways = [way for way in ways if way[0] != "own"]
    found = []
    for done, (kind, name, weighing) in enumerate(ways):
        if progress:
            progress(done, len(ways))
        matching = (
            replace(data, decisions=[]).match()
            if kind == "free"
            else (reweighed(own, weighing) if _differs(data.programme, weighing) else own)
        )
        total = own.problem.total(matching.solution.mate)
        scenario = weighing if isinstance(weighing, Scenario) and kind == "scenario" else None
        proposed = scenario is not None and scenario.id == data.run.proposal_id
        found.append(Outcome(kind, name, matching, scenario, proposed, total))
    if progress:
        progress(len(ways), len(ways))
    return found


def _differs(settings: ProgrammeSettings, weighing: Weighing) -> bool:
    """Tell whether a weighing says anything else than the programme does."""
    same = settings_under(settings, weighing) == settings_under(settings, Weighing())
    return not same or weighing.goal != "total"


def frame(found: Sequence[Outcome]) -> pd.DataFrame:
    """Return one row per outcome, columns :data:`COLUMNS`.

    ``own_total`` is the total by the programme's own weights, ``wishes`` and ``first_wishes`` the mentees
    with one of their wishes and with their first, ``organisations`` the pairs of organisations joined,
    ``changed`` the number of mentees with another partner than in the first row, ``only_here`` the tandems
    that no other row has, as names.
    """
    import pandas as pd

    return pd.DataFrame([_row(one, found) for one in found], columns=list(COLUMNS)).astype({"worst": "Int64"})


def _row(one: Outcome, every: Sequence[Outcome]) -> dict[str, Any]:
    matching, pool = one.matching, one.matching.pool
    elsewhere = set().union(*(other.pairs for other in every if other is not one))
    figures, wishes = matching.objective, matching.wishes
    return {
        "name": one.name,
        "kind": one.kind,
        "proposal": one.proposal,
        "goal": matching.goal,
        "tandems": figures["tandems"],
        "worst": figures["worst"],
        "total": figures["total"],
        "own_total": one.own_total,
        "wishes": wishes["fulfilled"],
        "first_wishes": wishes["first"],
        "organisations": one.organisations,
        "changed": len(partners_changed(every[0].matching, matching)),
        "only_here": [
            f"{pool.mentees[i].name} – {pool.mentors[j].name}"
            for i, j in matching.indices
            if (i, j) not in elsewhere
        ],
        "reason": matching.reason,
    }
