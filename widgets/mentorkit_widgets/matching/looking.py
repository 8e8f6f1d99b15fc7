"""What is looked at in the app of the matching: the run as it stands, what is tried, one person, two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import traitlets as t

from mentorkit.errors import MentorkitError, NotAllowed, NothingToMatch
from mentorkit.language import say
from mentorkit.programme.records import Role, Scenario, Weighing
from mentorkit.run import Run
from mentorkit_widgets.base import Model
from mentorkit_widgets.matching import rows
from mentorkit_widgets.matching.others import what_others_did
from mentorkit_widgets.matching.pair_rows import alternative_rows
from mentorkit_widgets.matching.sentences import what_changed, what_is_tried
from mentorkit_widgets.matching.state import Asked, Show, State, goal_of

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.news import Change
    from mentorkit.matching.selection import Selection
    from mentorkit.matching.service import FormedTandem
    from mentorkit.privacy.permissions import Actor
    from mentorkit.store import Store


class Looking(Model):
    """The best matching of a run as its data stand now, or its approved tandems; and who is looked at."""

    goal: Any = t.Enum(["total", "fair", "wishes"], "total")
    state = t.Instance(State, ())
    show = t.Enum(get_args(Show), "tandems")
    #: Who is looked at, ``ROLE:ID``; empty when nobody is.
    chosen = t.Unicode()
    #: Rows of the mentors whom the chosen mentee could have; empty while they are being priced.
    alternatives: t.List[rows.Row] = t.List()
    #: What keeps the chosen person without a tandem, reckoned; None for anybody who has one.
    why_not: Any = t.Any()
    #: What would be if the chosen person had another partner; None while none is named.
    compared: Any = t.Any()
    #: The mentee and the mentor who are looked at side by side, by id; empty while nobody is.
    beside = t.Tuple(t.Unicode(), t.Unicode(), default_value=("", ""))
    #: What waits for a yes.
    asked = t.Instance(Asked, allow_none=True)
    #: Whether a participant reads along, who is not to see what concerns others.
    discreet = t.Bool()
    #: What this user tries out instead of what stands.
    tried = t.Instance(Weighing, allow_none=True)

    def __init__(self, run: Run, show: str = "") -> None:
        super().__init__()
        self.run = run
        self.has_quotas = run.programme.settings.quotas.limit_anybody
        self._selection: Selection | None = None
        #: With whom the chosen person is compared.
        self._other = ""
        #: Up to where the trail is known, and what colleagues did before the last reading.
        self._known: int | None = None
        self._others: list[Change] = []
        #: What is told once nobody reads along any more: what was refused, and what colleagues did.
        self.withheld = ""
        self._missed: list[Change] = []
        self._left = self.state
        self._following = False
        #: Numbers of the steps that were refused, so that they do not bar the way to older ones.
        self._over: set[int] = set()
        if show in get_args(Show):
            self.show = show
        self.refresh()

    # -- what is there ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read everything and solve again."""
        with self.attempting(say("Looking for the best matching …")):
            self._read()

    def look(self) -> None:
        """Notice what was done elsewhere since the run was read, show it and say who did it.

        It is called once a second, so it mostly asks one cheap thing. A question that stands, who is looked
        at and what was typed stay.
        """
        from mentorkit.matching.news import news

        if self.busy:
            return
        try:
            found = news(*self._hands, self._known)
        except MentorkitError:  # the store is busy for a moment: the next look comes
            return
        if not found.changes:
            self._known = found.read
            return
        before = self.state
        with self.attempting():
            self._read()
            self._keep_asking()
            if self.discreet:
                return
            told = what_others_did(found.changes, {**before.names, **self.state.names})
            self._report(*told, *what_changed(before.solved, self.state.solved))

    @t.observe("discreet")
    def _begin_or_end_discretion(self, _change: object) -> None:
        """Take back what was told last, which may be of others; afterwards tell what was not told."""
        if self.discreet:
            self._left = self.state
            self.say("")
            return
        names = {**self._left.names, **self.state.names}
        told = what_others_did(self._missed, names)
        told += what_changed(self._left.solved, self.state.solved) if told else []
        if self.withheld or told:
            self._tell(" ".join(filter(None, (self.withheld, *told))), refused=bool(self.withheld))
        self.withheld, self._missed = "", []

    def _keep_asking(self) -> None:
        """Let a question stand as long as it can be answered; on a pair, with what is decided by now."""
        asked = self.asked
        if asked is None:
            return
        if asked.about is not None:
            if asked.about.version != self.state.version:
                self.asked = None  # approved or fixed meanwhile, or no more
            return
        now = self.state.decided.get((asked.mentee_id, asked.mentor_id))
        gone = not {("mentee", asked.mentee_id), ("mentor", asked.mentor_id)} <= self.state.names.keys()
        if self.state.formed is not None or gone:
            self.asked = None  # there is nothing to decide any more
        elif now != asked.seen:
            self.asked = replace(asked, seen=now, overtaken=True)

    @t.observe("goal")
    def _solve_for_goal(self, _change: object) -> None:
        if self._following:
            return
        before = self.state.solved
        if self.asked is not None and self.asked.about is not None:
            self.asked = None  # it was asked about another proposal
        self.refresh()
        self._report(*what_changed(before, self.state.solved))

    def _read(self) -> None:
        from mentorkit.matching.news import news

        run, state, blockers, known = self.run, State(), [], self._known
        self._selection, self._others = None, []
        try:
            new = news(*self._hands, known)  # first: what is done from now on will be noticed
            known, self._others = new.read, [change for change in new.changes if change.by]
            state = self._state()
            self._follow(state.proposal)
            standing = run.match(run.record.approved_goal or self.goal)
            state = replace(state, standing=standing, matching=self._tried_on(standing, state))
        except (NotAllowed, NothingToMatch) as error:
            blockers = [] if state.formed is not None else [str(error)]
        if state.formed is None and state.matching is not None and state.solved is None:
            blockers = state.matching.rules.conflicts()
        if any(self.beside) and not state.has_pair(*self.beside):
            self.beside = ("", "")
        self.blockers, self.state, self._known = blockers, state, known
        self._missed += self._others if self.discreet else []
        self.choose(self.chosen)

    def _follow(self, proposal: Scenario | None) -> None:
        """Take over the goal of a scenario that is the proposal now, unless another goal is being tried."""
        if self.goal == goal_of(self.state.proposal):
            self._following = True
            self.goal = goal_of(proposal)
            self._following = False

    def _tried_on(self, standing: Matching, state: State) -> Matching:
        if self.tried is None or state.formed is not None:
            return standing
        from mentorkit.matching.matching import reweighed

        return reweighed(standing, self.tried.model_copy(update={"goal": self.goal}))

    @property
    def trying(self) -> bool:
        """Whether what is shown is not what stands, so that nothing can be approved or fixed."""
        proposal = self.state.proposal
        other_goal = proposal is not None and proposal.goal != self.goal
        return self.state.formed is None and (self.tried is not None or other_goal)

    def try_out(self, weighing: Weighing | None) -> None:
        """Show the matching under other weights, and say what changes; with None, the one that stands."""
        state = self.state
        if state.standing is None or state.formed is not None or weighing == self.tried:
            return
        self.tried = weighing
        shown = self._tried_on(state.standing, state)
        self.state = replace(state, matching=shown)
        self.choose(self.chosen)
        self._report(*what_is_tried(state.standing, shown))

    def show_under(self, weighing: Weighing) -> None:
        """Show the matching under other weights and for their goal; what stands if it is made like this."""
        standing = self.state.standing
        if standing is None or self.state.formed is not None:
            return
        from mentorkit.matching.weighing import settings_under

        stands = settings_under(standing.rules.settings, weighing) == standing.rules.settings
        if weighing.goal == self.goal:
            self.try_out(None if stands else weighing)
        else:
            self.tried = None if stands else weighing
            self.goal = weighing.goal  # which solves again

    def _state(self) -> State:
        from mentorkit.matching import service
        from mentorkit.matching.comments import comments
        from mentorkit.matching.steps import steps

        record, at = self.run.record, self.run.record.approved_at
        back, forth = steps(*self._hands, over=self._over)
        scenarios = tuple(self.run.scenarios)
        return State(
            comments=tuple(comments(*self._hands)),
            back=back,
            forth=forth,
            formed=None if at is None else tuple(service.formed_tandems(*self._hands)),
            approved_on=None if at is None else at.astimezone().date(),
            approved_by="" if at is None else self.run.approved_by,
            decisions=tuple(self.run.decisions),
            applications=tuple(self.run.application_records),
            fixed=record.selection_fixed,
            version=record.version,
            proposal=next((s for s in scenarios if s.id == record.proposal_id), None),
            scenarios=scenarios,
        )

    def has_tandem(self, mentee_id: str, mentor_id: str) -> bool:
        """Tell whether two are proposed to each other, by what is shown, or approved."""
        matching = self.state.matching
        if matching is None:
            return False
        i, j = (matching.pool.index.get(one) for one in (("mentee", mentee_id), ("mentor", mentor_id)))
        return i is not None and bool(matching.solution.mate[i] == j)

    def _report(self, *sentences: str) -> None:
        self.say(" ".join(sentences))

    def _done(self, before: State, done: str) -> None:
        """Say what was done, what colleagues did just before, and what changed by all that."""
        others = what_others_did(self._others, {**before.names, **self.state.names})
        self._report(done, *others, *what_changed(before.solved, self.state.solved))

    @property
    def may_decide(self) -> bool:
        """Whether the role of the user allows decisions on pairs, and they still matter."""
        return self.state.formed is None and self._may("matching.decide")

    @property
    def may_comment(self) -> bool:
        """Whether the role of the user allows to write comments on pairs."""
        return self._may("matching.decide")

    @property
    def may_approve(self) -> bool:
        """Whether the role of the user allows to approve, and to take the approval back."""
        return self._may("matching.approve")

    @property
    def may_fix(self) -> bool:
        """Whether the selection can be fixed or released now."""
        possible = self.has_quotas and self.state.solved is not None and not self.trying
        return possible and self._may("selection.fix")

    @property
    def may_confide(self) -> bool:
        """Whether the role of the user allows to read and enter what is said in confidence."""
        return self._may("conflict.read") and self._may("conflict.change")

    def _may(self, what: str) -> bool:
        return self.run.bench.actor.may(what, self.run.record.programme_id)

    @property
    def _hands(self) -> tuple[Store, Actor, str]:
        return self.run.bench.store, self.run.bench.actor, self.run.id

    @property
    def selection(self) -> Selection | None:
        """Who holds a place and who waits, where organisations have quotas and nothing is approved."""
        if self.trying:
            return None  # places are given by what stands
        if self._selection is None and self.has_quotas and self.state.solved is not None:
            with self.attempting():
                self._selection = self.run.select()
        return self._selection

    # -- one person ---------------------------------------------------------------------------------

    def index(self, key: str) -> int | None:
        """Return the row of a mentee or the column of a mentor in the proposal; None for nobody."""
        role, _, person_id = key.partition(":")
        solved = self.state.solved
        return None if solved is None else solved.pool.index.get((role, person_id))  # type: ignore[arg-type]

    def formed_of(self, key: str) -> FormedTandem | None:
        """Return the approved tandem of a mentee."""
        formed = self.state.formed or ()
        return next((two for two in formed if rows.key_of("mentee", two.record.mentee_id) == key), None)

    def _is_there(self, key: str) -> bool:
        left = self.state.formed is not None and any(one.key == key for one in self.state.left)
        return left or self.index(key) is not None or self.formed_of(key) is not None

    def choose(self, key: str) -> None:
        """Look at a person: what her tandem rests on and, for a mentee, what any other would cost."""
        key = key if key and self._is_there(key) else ""
        self.why_not = None
        if key != self.chosen:
            self.alternatives, self._other = [], ""
        self.chosen = key
        self.compare(self._other)
        role, _, person_id = key.partition(":")
        if role == "mentee" and self.state.solved is not None:
            with self.attempting(say("Reckoning what each alternative costs …")):
                self.alternatives = alternative_rows(self.state.solved, person_id, may_decide=self.may_decide)

    @property
    def left_out(self) -> bool:
        """Whether more than the fixed selection keeps the chosen person without a tandem."""
        from mentorkit.matching.explain import unmatched_code

        solved, place = self.state.solved, self.index(self.chosen)
        if solved is None or place is None:
            return False
        role: Role = "mentee" if self.chosen.startswith("mentee:") else "mentor"
        side = 0 if role == "mentee" else 1
        placed = any(pair[side] == place for pair in solved.indices)
        return not placed and unmatched_code(solved, role, place) != "not_selected"

    def reckon_help(self) -> None:
        """Find out what keeps the chosen person without a tandem, and what would help."""
        solved = self.state.solved
        if not self.left_out or solved is None:
            return
        role, _, person_id = self.chosen.partition(":")
        with self.attempting(say("Reckoning what would help …")):
            found = solved.why_not(person_id) if role == "mentee" else solved.why_no_mentee(person_id)
            self.why_not = found if found.codes and found.repairs is not None else None

    def compare(self, other_id: str) -> None:
        """Reckon what would be if the chosen person had another partner; with the empty id, nothing."""
        from mentorkit.matching.swap import swap

        role, _, person_id = self.chosen.partition(":")
        solved, self._other = self.state.solved, other_id
        pair = (person_id, other_id) if role == "mentee" else (other_id, person_id)
        people = set(zip(("mentee", "mentor"), pair, strict=True))
        if not other_id or solved is None or not people <= solved.pool.index.keys():
            self.compared = None
            return
        with self.attempting(say("Reckoning who would have to move …")):
            self.compared = swap(solved, *pair)

    def put_beside(self, mentee_id: str = "", mentor_id: str = "") -> None:
        """Look at a mentee and a mentor side by side; without them no longer."""
        there = self.state.has_pair(mentee_id, mentor_id)
        self.beside = (mentee_id, mentor_id) if there else ("", "")
