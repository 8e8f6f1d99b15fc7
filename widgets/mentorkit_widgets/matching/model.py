"""What is done in the app of the matching: pairs decided on, the selection fixed, tandems approved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from mentorkit.errors import MentorkitError, NotFound, NothingToMatch, RuleBroken, StaleRecord
from mentorkit.language import later, say, say_n
from mentorkit_widgets.matching.looking import Looking
from mentorkit_widgets.matching.sentences import meanwhile
from mentorkit_widgets.matching.state import Asked, Deed, State

if TYPE_CHECKING:
    from mentorkit.matching.steps import Step
    from mentorkit.programme.records import PairDecision


class MatchingModel(Looking):
    """The best matching of a run, and what its coordinators do about it."""

    def _state(self) -> State:
        from mentorkit.matching.deciders import deciders

        state = super()._state()
        return replace(state, deciders=deciders(*self._hands)) if state.decisions else state

    def act(self, mentee_id: str, mentor_id: str, name: str) -> None:
        """Do what a button of a pair says: ask before ``lock`` and ``forbid``, or ``undo`` the decision."""
        decision = self.state.decided.get((mentee_id, mentor_id))
        if name != "undo":
            self.asked = Asked("lock" if name == "lock" else "forbid", mentee_id, mentor_id, decision)
        elif decision is not None:
            self.undo(decision)

    def ask(self, deed: Deed) -> None:
        """Ask before something is done that is about all."""
        self.asked = Asked(deed, about=self.state)

    def agree(self, reason: str = "") -> None:
        """Do what was asked.

        Parameters
        ----------
        reason
            Why, for a decision on a pair.
        """
        asked = self.asked
        if asked is None:
            return
        if asked.deed in {"lock", "forbid"}:
            self._decide(asked, reason)
            return
        self.asked = None
        {
            "approve": self._approve, "withdraw": self._withdraw, "fix": self._fix, "release": self._release
        }[asked.deed](asked.about or self.state)  # fmt: skip

    @contextmanager
    def _changing(self, doing: str) -> Iterator[None]:
        """Change the run and read it again; where somebody else was quicker, say what was and what is."""
        before = self.state
        with self.attempting(doing):
            try:
                yield
                self.saved(self.run.bench.store.clock())
            except StaleRecord as error:
                self._read()
                raise MentorkitError(" ".join([str(error), *meanwhile(before, self.state)])) from error
            except MentorkitError:
                self._read()
                raise

    def _decide(self, asked: Asked, reason: str) -> None:
        from mentorkit.matching import service

        before, pair = self.state, (asked.mentee_id, asked.mentor_id)
        kind: Literal["lock", "forbid"] = "lock" if asked.deed == "lock" else "forbid"
        with self._changing(say("The rest is being solved again …")):
            service.decide(*self._hands, *pair, kind, reason.strip(), seen=asked.seen)
            self.asked = None
            self._read()
            done = say("The tandem is locked.") if kind == "lock" else say("The tandem is ruled out.")
            self._done(before, done)
        self._keep_asking()

    def undo(self, decision: PairDecision) -> None:
        """Take a decision back, solve again, and say what changed."""
        from mentorkit.matching import service

        before = self.state
        store, actor, _ = self._hands
        with self._changing(say("The rest is being solved again …")):
            service.undo(store, actor, decision.id, decision.version)
            self._read()
            done = say("The decision is taken back.")
            self._done(before, done)

    def comment(self, pair: tuple[str, str], text: str) -> bool:
        """Write a comment on a pair; tell whether it is stored."""
        from mentorkit.matching.comments import comment

        with self._changing(say("The comment is being saved …")):
            comment(*self._hands, *pair, text)
            self._read()
            self.say(say("The comment is saved."))
            return True
        return False

    def delete_comment(self, comment_id: str) -> None:
        """Delete a comment; it can be undone."""
        from mentorkit.matching.comments import delete_comment

        store, actor, _ = self._hands
        found = next((one.record for one in self.state.comments if one.record.id == comment_id), None)
        if found is None:
            return
        with self._changing(say("The comment is being deleted …")):
            delete_comment(store, actor, found.id, found.version)
            self._read()
            self.say(say("The comment is deleted."))

    def step(self, step: Step) -> None:
        """Undo a decision of one's own or restore it, solve again, and say what changed."""
        from mentorkit.matching.steps import BACK, go

        before = self.state
        with self._changing(say("The rest is being solved again …")):
            try:
                go(*self._hands, step)
            except (RuleBroken, NotFound) as error:
                self._over.add(step.number)
                raise RuleBroken(f"{error} {say('This step is passed over from now on.')}") from error
            self._read()
            words = later("Undone: {what}.") if step.way == BACK else later("Restored: {what}.")
            self._done(before, say(words, what=step.what))
        self._keep_asking()

    def _approve(self, seen: State) -> None:
        from mentorkit.matching import service

        with self._changing(say("The tandems are being formed …")):
            if seen.solved is None:
                raise NothingToMatch(say("There are no tandems to form."))
            if self.trying:
                raise RuleBroken(say("You are trying something out. Please go back to the proposal first."))
            formed = service.approve(*self._hands, seen.solved, seen.version)
            self._read()
            self.show = "tandems"
            self.say(
                say_n("Approved: {n} tandem is formed.", "Approved: {n} tandems are formed.", len(formed))
            )

    def _withdraw(self, seen: State) -> None:
        from mentorkit.matching import service

        with self._changing(say("The approval is being taken back …")):
            service.withdraw_approval(*self._hands, seen.version)
            self._read()
            self.say(say("The approval is taken back; you can decide on pairs again."))

    def _fix(self, seen: State) -> None:
        from mentorkit.matching import choosing

        with self._changing(say("The selection is being fixed …")):
            choosing.fix_selection(*self._hands, seen.version)
            self._read()
            self.say(say("The selection is fixed: only who holds a place can be in a tandem now."))

    def _release(self, seen: State) -> None:
        from mentorkit.matching import choosing

        with self._changing(say("The selection is being reopened …")):
            choosing.release_selection(*self._hands, seen.version)
            self._read()
            self.say(say("The selection is open again: the matching chooses within the quotas again."))
