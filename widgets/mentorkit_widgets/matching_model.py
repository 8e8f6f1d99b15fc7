"""The state of the app of the matching: what is proposed, decided and approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import traitlets as t

from mentorkit.errors import NotAllowed, NothingToMatch
from mentorkit.language import say, say_n
from mentorkit.programme.records import PairDecision
from mentorkit.workbench import Run
from mentorkit_widgets import matching_rows as rows
from mentorkit_widgets.base import Model
from mentorkit_widgets.matching_sentences import what_changed

if TYPE_CHECKING:
    import pandas as pd

    from mentorkit.matching.matching import Matching
    from mentorkit.privacy.permissions import Actor
    from mentorkit.store import Store


@dataclass(frozen=True, eq=False)
class State:
    """A run as it stands: before approval its best matching, after it its tandems."""

    #: None while there is nothing to match, and after approval.
    matching: Matching | None = None
    #: The approved tandems; None before approval.
    approved: pd.DataFrame | None = None
    #: Decisions on pairs, oldest first.
    decisions: tuple[PairDecision, ...] = ()
    #: Version of the run when it was read: what is done next rests on this state and no other.
    version: int = 0

    @property
    def solved(self) -> Matching | None:
        """The best matching, unless the locked tandems contradict the rules."""
        return self.matching if self.matching is not None and self.matching.status == "optimal" else None


class MatchingModel(Model):
    """The best matching of a run as its data stand now; or, once approved, its tandems."""

    goal: Any = t.Enum(["total", "fair"], "total")
    state = t.Instance(State, ())
    #: Who is looked at, ``ROLE:ID``; empty when nobody is.
    chosen = t.Unicode()
    #: Rows of the mentors whom the chosen mentee could have; empty while they are being priced.
    alternatives: t.List[rows.Row] = t.List()
    #: Why the next decision is made, as the coordinator says.
    reason = t.Unicode()

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.refresh()

    # -- what is there ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read everything and solve again."""
        with self.attempting(say("Looking for the best matching …")):
            self._read()

    @t.observe("goal")
    def _solve_for_goal(self, _change: object) -> None:
        before = self.state.solved
        self.refresh()
        self._tell(*what_changed(before, self.state.solved))

    def _read(self) -> None:
        run, state, blockers = self.run, State(), []
        try:
            record, decisions = run.record, tuple(run.decisions)
            if record.approved_at is not None:
                state = State(None, run.tandems, decisions, record.version)
            else:
                state = State(run.match(self.goal), None, decisions, record.version)
        except (NotAllowed, NothingToMatch) as error:
            blockers = [str(error)]
        if state.matching is not None and state.solved is None:
            blockers = state.matching.rules.conflicts()
        self.blockers, self.state = blockers, state
        self.choose(self.chosen if self.index(self.chosen) is not None else "")

    def _tell(self, *sentences: str) -> None:
        told = " ".join(sentences)
        self.say(told)

    @property
    def may_decide(self) -> bool:
        """Whether the role of the user allows decisions on pairs, and they still matter."""
        return self.state.approved is None and self._may("matching.decide")

    @property
    def may_approve(self) -> bool:
        """Whether the role of the user allows to approve, and to take the approval back."""
        return self._may("matching.approve")

    def _may(self, what: str) -> bool:
        return self.run.bench.actor.may(what, self.run.record.programme_id)

    @property
    def _hands(self) -> tuple[Store, Actor, str]:
        return self.run.bench.store, self.run.bench.actor, self.run.id

    def left_over(self) -> list[rows.Row]:
        """Return who is without a tandem."""
        state = self.state
        if state.approved is not None:
            return rows.left_after_approval(self.run.application_records, state.approved)
        return [] if state.solved is None else rows.left_rows(state.solved)

    # -- one person ---------------------------------------------------------------------------------

    def index(self, key: str) -> int | None:
        """Return the row of a mentee or the column of a mentor in the matching; None for nobody."""
        role, _, person_id = key.partition(":")
        solved = self.state.solved
        return None if solved is None else solved.pool.index.get((role, person_id))  # type: ignore[arg-type]

    def choose(self, key: str) -> None:
        """Look at a person: what her tandem rests on and, for a mentee, what any other would cost."""
        index = self.index(key)
        if key != self.chosen or index is None:
            self.alternatives = []
        self.chosen = key if index is not None else ""
        role, _, person_id = self.chosen.partition(":")
        if role == "mentee" and self.state.solved is not None:
            with self.attempting(say("Reckoning what each alternative costs …")):
                self.alternatives = rows.alternative_rows(
                    self.state.solved, person_id, may_decide=self.may_decide
                )

    # -- decisions ----------------------------------------------------------------------------------

    def decide(self, mentee_id: str, mentor_id: str, kind: Literal["lock", "forbid"]) -> None:
        """Lock or rule out a pair, solve again, and say what changed."""
        from mentorkit.matching import service

        before = self.state.solved
        seen = self._decision_on(mentee_id, mentor_id)
        with self.attempting(say("The rest is being solved again …")):
            try:
                service.decide(*self._hands, mentee_id, mentor_id, kind, self.reason, seen=seen)
                self.reason = ""
            finally:
                self._read()
            done = say("The tandem is locked.") if kind == "lock" else say("The tandem is ruled out.")
            self._tell(done, *what_changed(before, self.state.solved))

    def undo(self, decision: PairDecision) -> None:
        """Take a decision back, solve again, and say what changed."""
        from mentorkit.matching import service

        before = self.state.solved
        store, actor, _ = self._hands
        with self.attempting(say("The rest is being solved again …")):
            try:
                service.undo(store, actor, decision.id, decision.version)
            finally:
                self._read()
            done = say("The decision is taken back.")
            self._tell(done, *what_changed(before, self.state.solved))

    def act(self, mentee_id: str, mentor_id: str, name: str) -> None:
        """Do what a button of a pair says: ``lock``, ``forbid``, or ``undo`` the decision on it."""
        decision = self._decision_on(mentee_id, mentor_id)
        if name != "undo":
            self.decide(mentee_id, mentor_id, "lock" if name == "lock" else "forbid")
        elif decision is not None:
            self.undo(decision)

    def _decision_on(self, mentee_id: str, mentor_id: str) -> PairDecision | None:
        """Return the decision on a pair as it is shown."""
        pair = mentee_id, mentor_id
        return next((d for d in self.state.decisions if (d.mentee_id, d.mentor_id) == pair), None)

    def approve(self) -> None:
        """Form the tandems of the matching that is shown."""
        from mentorkit.matching import service

        with self.attempting(say("The tandems are being formed …")):
            if self.state.solved is None:
                raise NothingToMatch(say("There are no tandems to form."))
            try:
                formed = service.approve(*self._hands, self.state.solved, self.state.version)
            finally:
                self._read()
            self.say(
                say_n("Approved: {n} tandem is formed.", "Approved: {n} tandems are formed.", len(formed))
            )

    def withdraw(self) -> None:
        """Take the approval back."""
        from mentorkit.matching import service

        with self.attempting(say("The approval is being taken back …")):
            try:
                service.withdraw_approval(*self._hands, self.state.version)
            finally:
                self._read()
            self.say(say("The approval is taken back; you can decide on pairs again."))
