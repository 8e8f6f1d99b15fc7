"""The state of matching one by one: who is decided on, and what is being written down about two people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import traitlets as t

from mentorkit.drafts import clear_draft, load_draft, save_draft
from mentorkit.errors import RuleBroken, StaleRecord
from mentorkit.language import say
from mentorkit.matching import one_by_one
from mentorkit.matching.one_by_one import PARTS
from mentorkit.programme.records import Settlement
from mentorkit_widgets.matching.rows import key_of
from mentorkit_widgets.matching.state import State

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.one_by_one import Candidate
    from mentorkit.privacy.permissions import Actor
    from mentorkit.programme.records import Application, Tandem
    from mentorkit.run import Run
    from mentorkit.store import Store
    from mentorkit_widgets.matching.model import MatchingModel


#: The name of the user's own draft.
_APP = "settling"


def somebody_sits_there(run: Run) -> bool:
    """Tell whether a mentee was chosen here when the page was last open: then nothing else is shown first."""
    return load_draft(run.bench.store, run.bench.actor, run.id, _APP) is not None


class SettlingModel(t.HasTraits):
    """One mentee after the other: her mentor, what the two settle, and their tandem.

    What is typed is kept as the user's own draft at once, and saved for all when she turns to other people;
    what a colleague wrote meanwhile stands beside it until it is decided which of the two counts.
    """

    #: The mentee who is decided on, as the tables name her; empty while nobody is.
    chosen = t.Unicode()
    #: With whom she could be, by id; empty while nobody is chosen.
    mentor_id = t.Unicode()
    #: The run as it stands, whatever weights the user tries elsewhere.
    state = t.Instance(State, ())
    #: How often something was read or chosen: then it is drawn anew.
    drawn = t.Int()
    #: How often other texts came into the fields than those that were typed.
    loaded = t.Int()
    #: How often what was typed came into safety.
    safe = t.Int()
    #: Whether a colleague wrote about the two while the user did.
    overtaken = t.Bool()

    def __init__(self, board: MatchingModel) -> None:
        super().__init__()
        self.board = board
        self.run = board.run
        self.settlements: dict[tuple[str, str], Settlement] = {}
        #: Tandems that are made or approved, by the id of the mentee.
        self.tandems: dict[str, Tandem] = {}
        self.typed: dict[str, str] = {}
        self.seen: Settlement | None = None
        #: Whom a mentee could have, as it was reckoned last: of which matching and whom.
        self._reckoned: tuple[Matching, str, list[Candidate]] | None = None
        board.observe(self._follow, "state")
        self._follow()
        self._resume()

    # -- what is there ------------------------------------------------------------------------------

    @property
    def _hands(self) -> tuple[Store, Actor, str]:
        return self.run.bench.store, self.run.bench.actor, self.run.id

    def _follow(self, *_: object) -> None:
        """Take over what is stored; what is being written stays."""
        from mentorkit.matching.service import formed_tandems

        self.settlements = {(s.mentee_id, s.mentor_id): s for s in one_by_one.settlements(*self._hands)}
        self.tandems = {two.record.mentee_id: two.record for two in formed_tandems(*self._hands)}
        self.state = replace(self.board.state, matching=self.board.state.standing)
        if self.chosen and all(key_of("mentee", a.person_id) != self.chosen for a in self.mentees):
            self.chosen = self.mentor_id = ""
            self._load()  # what was typed stays the user's own draft, in case she comes back
        if self.settlements.get(self.pair) != self.seen:
            if self.dirty:
                self.overtaken = True
            else:
                self._load()
        self.drawn += 1

    @property
    def matching(self) -> Matching | None:
        """What is proposed; None once tandems are approved or where there is nothing."""
        return self.state.solved

    @property
    def mentees(self) -> list[Application]:
        """The mentees who take part or are in a tandem, in reading order."""
        from mentorkit.matching.matching import reading_order

        state = self.state
        people = {a.person_id: a for a in (state.matching.pool.mentees if state.matching else ())}
        for a in state.applications:
            if a.role == "mentee" and a.person_id in self.tandems:
                people.setdefault(a.person_id, a)
        return sorted(people.values(), key=reading_order)

    @property
    def mentee_id(self) -> str:
        """The id of the mentee who is decided on."""
        return self.chosen.partition(":")[2]

    @property
    def pair(self) -> tuple[str, str]:
        """The ids of the two who are talked about; the second is empty while no mentor is chosen."""
        return self.mentee_id, self.mentor_id

    @property
    def tandem(self) -> Tandem | None:
        """The tandem of the mentee, where it is made or approved."""
        return self.tandems.get(self.mentee_id)

    @property
    def theirs(self) -> Settlement | None:
        """What is stored of the two; where the user was overtaken, by a colleague."""
        return self.settlements.get(self.pair)

    @property
    def candidates(self) -> list[Candidate]:
        """The mentors whom the mentee could have now; none once her tandem is made or approved."""
        matching, last = self.matching, self._reckoned
        if not self.chosen or self.tandem is not None or matching is None:
            return []
        if last is None or last[0] is not matching or last[1] != self.chosen:
            last = matching, self.chosen, one_by_one.candidates(matching, self.mentee_id)
            self._reckoned = last
        return last[2]

    @property
    def may_write(self) -> bool:
        """Whether the role of the user allows to write down what two people settle."""
        return self._may(one_by_one.WRITE)

    @property
    def may_make(self) -> bool:
        """Whether tandems can be made, and taken back, one by one now."""
        return self.state.formed is None and self._may("matching.approve")

    def _may(self, action: str) -> bool:
        return self.run.bench.actor.may(action, self.run.record.programme_id)

    @property
    def open(self) -> list[Application]:
        """The mentees whose tandems are neither made nor approved."""
        return [a for a in self.mentees if a.person_id not in self.tandems]

    def draft_of(self, mentee_id: str) -> Settlement | None:
        """Return what was written down last of a mentee."""
        own = [s for (mentee, _), s in self.settlements.items() if mentee == mentee_id]
        return max(own, key=lambda s: s.at, default=None)

    # -- who is talked about ------------------------------------------------------------------------

    def pick(self, key: str) -> None:
        """Turn to a mentee, and to the mentor of her tandem or of whom was written last."""
        if key == self.chosen:
            return
        self.board.say("")  # it may be of the mentee before
        if not self.keep():
            self.drawn += 1  # the table shows who is still talked about
            return
        self.chosen = key
        two = self.tandem or self.draft_of(self.mentee_id)
        self._turn_to(two.mentor_id if two else "")

    def talk(self, mentor_id: str) -> None:
        """Turn to a mentor whom the mentee could have; with the empty id to nobody."""
        if mentor_id != self.mentor_id and self.keep():
            self._turn_to(mentor_id)

    def _turn_to(self, mentor_id: str) -> None:
        self.mentor_id = mentor_id
        self._load()
        self._remember()  # who reads along, and what is typed from now on, is found again, heard or not
        self.drawn += 1

    def has_tandem(self, mentee_id: str, mentor_id: str) -> bool:
        """Tell whether the tandem of two is made or approved; what is only proposed is not told here."""
        tandem = self.tandems.get(mentee_id)
        return tandem is not None and tandem.mentor_id == mentor_id

    def put_beside(self, mentee_id: str, mentor_id: str) -> None:
        """Look at two people side by side."""
        self.board.put_beside(mentee_id, mentor_id)

    def next_open(self) -> str:
        """Return who is up next, as the tables name her: the first after her without a tandem."""
        keys = [key_of("mentee", a.person_id) for a in self.open]
        order = [key_of("mentee", a.person_id) for a in self.mentees]
        start = order.index(self.chosen) + 1 if self.chosen in order else 0
        return next(
            (key for key in [*order[start:], *order[:start]] if key in keys and key != self.chosen), ""
        )

    # -- what is written ----------------------------------------------------------------------------

    def _load(self) -> None:
        self.seen = self.settlements.get(self.pair)
        self.typed = dict(self.seen.parts) if self.seen else dict.fromkeys(PARTS, "")
        self.overtaken = False
        self.loaded += 1

    def enter(self, name: str, text: str) -> None:
        """Take over what was typed in a part, and keep it for this user."""
        self.typed = {**self.typed, name: text}
        self._remember()

    def _remember(self) -> None:
        if not self.chosen:
            self._forget()
            return
        seen = self.seen.model_dump(mode="json") if self.seen else None
        content = {"pair": self.pair, "parts": self.typed, "seen": seen}
        with self.board.attempting():
            save_draft(*self._hands, _APP, content)
            self.safe += 1

    def _resume(self) -> None:
        """Go on where the user was when the page was closed or the program died."""
        draft = load_draft(*self._hands, _APP)
        mentee_id, mentor_id = draft["pair"] if draft else ("", "")
        if draft is None or all(a.person_id != mentee_id for a in self.mentees):
            return
        self.chosen, self.mentor_id = key_of("mentee", mentee_id), mentor_id
        seen = draft.get("seen")
        self.seen = Settlement.model_validate(seen) if seen else None
        self.typed = {**dict.fromkeys(PARTS, ""), **draft["parts"]}
        if self.dirty:
            self.overtaken = self.theirs != self.seen
            self.loaded += 1
        else:
            self._load()
        self.drawn += 1

    def _forget(self) -> None:
        """Give up the user's own draft: what it said is saved, or not to count."""
        with self.board.attempting():
            clear_draft(*self._hands, _APP)
            self.safe += 1

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        stored = self.seen.parts if self.seen else {}
        return any(text.strip() != stored.get(name, "") for name, text in self.typed.items())

    @property
    def missing(self) -> list[str]:
        """The parts that nothing stands in."""
        return [name for name in PARTS if not self.typed.get(name, "").strip()]

    def keep(self) -> bool:
        """Save what was typed, if anything was; tell whether one can turn to something else."""
        return not self.dirty or self.save()

    def save(self) -> bool:
        """Save what was typed, whole or not; tell whether it is stored."""
        if self.overtaken:
            self.board.refuse(say("Somebody else has written about the two, too. Please choose what counts."))
            return False
        return self._do(say("This is being saved …"), self._save)

    def _save(self) -> str:
        try:
            self.seen = one_by_one.write_down(*self._hands, *self.pair, self.typed, seen=self.seen)
        except StaleRecord:
            self.overtaken = True
            raise
        self.typed = dict(self.seen.parts) if self.seen else dict.fromkeys(PARTS, "")
        self._remember()
        missing = self.missing
        return say("Saved as a draft.") if missing else say("Saved; everything is written down.")

    def settle_for(self, *, mine: bool) -> None:
        """Decide which of two texts counts: the colleague's, or one's own in the parts where one wrote."""
        if mine:
            base, theirs = (s.parts if s else {} for s in (self.seen, self.theirs))
            own = {name: text for name, text in self.typed.items() if text.strip() != base.get(name, "")}
            self.typed = {**dict.fromkeys(PARTS, ""), **theirs, **own}
            self.seen, self.overtaken = self.theirs, False
            self.loaded += 1
            self.save()
        else:
            self._load()
            self._remember()
        self.drawn += 1

    # -- the tandem ---------------------------------------------------------------------------------

    def make(self) -> bool:
        """Make the tandem of the two; tell whether it is made. Without all three parts it is not."""
        if self.missing or not self.keep() or self.seen is None:
            return False
        return self._do(say("The tandem is being made …"), self._make)

    def _make(self) -> str:
        assert self.seen is not None  # noqa: S101 - it was asked before
        store, actor, _ = self._hands
        try:
            one_by_one.make(store, actor, self.seen)
        except RuleBroken as error:
            if not self.board.discreet:
                raise
            self.board.withheld = str(error)
            raise RuleBroken(
                say(
                    "The tandem cannot be made like this: a rule or another tandem stands in the way."
                    " The whole matching tells more."
                )
            ) from error
        self.board.withheld = ""
        told = say(
            "{name} and {partner} are a tandem now; everything else is matched around them.", **self.names
        )
        return told

    def take_back(self) -> None:
        """Dissolve the tandem of the mentee; what was settled stays."""
        if self.tandem is not None:
            self._do(say("The tandem is being taken back …"), self._take_back)

    def _take_back(self) -> str:
        store, actor, _ = self._hands
        if self.tandem is not None:
            one_by_one.take_back(store, actor, self.tandem)
        return say("The tandem is taken back. What the two settled is kept.")

    @property
    def names(self) -> dict[str, str]:
        """The names of the two who are talked about, as sentences call them."""
        known = self.state.names
        mentee, mentor = (known.get(key, "") for key in zip(("mentee", "mentor"), self.pair, strict=True))
        return {"name": mentee, "partner": mentor}

    def _do(self, doing: str, deed: Callable[[], str]) -> bool:
        """Do something, read everything again, and say what was done or why not.

        What it changes for others is not named: the mentee reads along.
        """
        board, done = self.board, ""
        with board.attempting(doing):
            done = deed()
        refusal = board.message
        board.refresh()
        if not done:
            board.refuse(refusal)
            return False
        board.saved(self.run.bench.store.clock())
        board.say(done)
        return True
