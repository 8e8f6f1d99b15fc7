"""The run of a matching as it stands, and what somebody is asked about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from mentorkit.programme.records import GoalName, PairDecision, Scenario
from mentorkit_widgets.matching import rows

if TYPE_CHECKING:
    import datetime as dt

    from mentorkit.matching.comments import Comment
    from mentorkit.matching.deciders import Decider
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.service import FormedTandem
    from mentorkit.matching.steps import Step
    from mentorkit.programme.records import Application

#: Which rows are looked at.
Show = Literal["tandems", "left", "decisions", "overview", "scenarios", "one-by-one", "confidential"]
#: What is asked before it is done; the first two are about a pair.
Deed = Literal["lock", "forbid", "approve", "withdraw", "fix", "release"]


@dataclass(frozen=True, eq=False)
class State:
    """A run as it stands: its best matching and, once approved, its tandems."""

    #: The best matching as the data stand now; None while there is nothing to match.
    matching: Matching | None = None
    #: The one that stands: differs while somebody tries weights, which nobody else sees.
    standing: Matching | None = None
    #: The scenario on which what stands rests.
    proposal: Scenario | None = None
    scenarios: tuple[Scenario, ...] = ()
    #: The approved tandems; None before approval.
    formed: tuple[FormedTandem, ...] | None = None
    approved_on: dt.date | None = None
    #: The name of who approved them.
    approved_by: str = ""
    #: Decisions on pairs, oldest first.
    decisions: tuple[PairDecision, ...] = ()
    #: Who decided, and when, by the id of the decision.
    deciders: Mapping[str, Decider] = field(default_factory=dict)
    applications: tuple[Application, ...] = ()
    #: What coordinators wrote about pairs, oldest first.
    comments: tuple[Comment, ...] = ()
    #: What the user can undo of her own decisions on pairs, and what restore.
    back: Step | None = None
    forth: Step | None = None
    #: Whether the selection is binding for the matching.
    fixed: bool = False
    #: Version of the run when it was read: what is done next rests on this state and no other.
    version: int = 0

    @property
    def solved(self) -> Matching | None:
        """What is proposed: the best matching, unless tandems are approved or the locks contradict rules."""
        matching = self.matching
        proposed = self.formed is None and matching is not None and matching.status == "optimal"
        return matching if proposed else None

    @property
    def undecided(self) -> list[Application]:
        """The applications that nobody has decided on yet, so that they take no part."""
        return [a for a in self.applications if a.open]

    @cached_property
    def decided(self) -> dict[tuple[str, str], PairDecision]:
        """The decision on a pair, by the ids of mentee and mentor."""
        return {(d.mentee_id, d.mentor_id): d for d in self.decisions}

    def has_pair(self, mentee_id: str, mentor_id: str) -> bool:
        """Tell whether a mentee and a mentor both take part."""
        known = {} if self.matching is None else self.matching.pool.index
        return ("mentee", mentee_id) in known and ("mentor", mentor_id) in known

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """The names of all who applied, by role and id."""
        return {(a.role, a.person_id): a.name for a in self.applications}

    @cached_property
    def remarks(self) -> dict[tuple[str, str], str]:
        """The last comment on a pair, in one line, by the ids of mentee and mentor."""
        from mentorkit_widgets.matching.commenting import remark

        return {(one.record.mentee_id, one.record.mentor_id): remark(one) for one in self.comments}

    @cached_property
    def left(self) -> list[rows.Left]:
        """Who is without a tandem, and why."""
        if self.formed is not None:
            return rows.left_after_approval(self.applications, self.formed, self.matching)
        return [] if self.solved is None else rows.left_over(self.solved)


def goal_of(proposal: Scenario | None) -> GoalName:
    """Return the goal of the scenario that is the proposal; ``total`` without one."""
    return proposal.goal if proposal is not None else "total"


@dataclass(frozen=True)
class Asked:
    """A deed that waits for a yes."""

    deed: Deed
    mentee_id: str = ""
    mentor_id: str = ""
    #: The decision on the pair that the user has before her eyes.
    seen: PairDecision | None = None
    #: Whether somebody else decided while the question stood.
    overtaken: bool = False
    #: What she saw when she was asked about all: her yes is to that and nothing else.
    about: State | None = None
