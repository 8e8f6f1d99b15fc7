"""Matching: the best tandems under the rules, decisions on pairs, approval."""

from __future__ import annotations

from functools import cached_property, partial

import ipywidgets as w
import traitlets as t

from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.matching.side_by_side import GOAL_NAMES
from mentorkit.run import Run
from mentorkit_widgets.base import View, actions, button, card, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.matching import rows
from mentorkit_widgets.matching.confidential import (
    Confidential,
    ConfidentialModel,
    open_sentence,
    title,
    to_look_at,
)
from mentorkit_widgets.matching.groups import Groups
from mentorkit_widgets.matching.model import MatchingModel
from mentorkit_widgets.matching.one_by_one import OneByOne, before_the_yes, works_one_by_one
from mentorkit_widgets.matching.pair_map import PairMap
from mentorkit_widgets.matching.paper import MeetingPaper
from mentorkit_widgets.matching.scenarios import ScenariosModel, ScenariosView
from mentorkit_widgets.matching.settling import SettlingModel, somebody_sits_there
from mentorkit_widgets.matching.sheet import PairSheet
from mentorkit_widgets.matching.stepping import Steps
from mentorkit_widgets.matching.summary import proof, question_words, summary, undecided, ways_on
from mentorkit_widgets.matching.tandem_detail import PairQuestion, TandemDetail
from mentorkit_widgets.matching.weights import WeightsModel, WeightsPanel, resting
from mentorkit_widgets.page import Page, open_run_app


class MatchingView(View):
    """How it stands and what comes next; below, the tandems, who is left over and the decisions.

    The tables, the details and the questions are made when they are first shown.
    """

    model: MatchingModel
    places_hindrances = True

    def __init__(self, model: MatchingModel) -> None:
        super().__init__(
            model,
            title=say("Matching"),
            lead=say("Look at the best tandems under the rules, lock or rule out pairs, then approve."),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make all parts, linked to the model."""
        model = self.model
        self.summary, self.undecided, self.proof = LaidOut(), LaidOut(), LaidOut()
        self.confided = ConfidentialModel(model) if model.may_confide else None
        self.resting = LaidOut()
        self.weights = Disclosure(say("Try other weights"), lambda: WeightsPanel(WeightsModel(model)))
        self.weights.add_class("mk-no-print")
        self.goal = Choice(
            say("Goal"),
            self._goals(),
            model.goal,
        )
        t.link((self.goal, "value"), (model, "goal"))
        self.approve = button(say("Approve the tandems …"), lambda: model.ask("approve"), primary=True)
        self.withdraw = button(say("Take the approval back …"), lambda: model.ask("withdraw"))
        self.ways = LaidOut()
        self.paper = MeetingPaper(model)
        self.main = actions(self.approve, self.ways, self.withdraw, self.paper, self.goal)
        self.steps = Steps(model)
        self.question = Question(yes=self._agree, no=lambda: setattr(model, "asked", None))
        self.question.add_class("mk-card")
        self.work = self._work()
        self.sheet = w.VBox()
        model.observe(self._show, "state")
        model.observe(self._show_chosen, ["chosen", "show"])
        model.observe(self._show_asked, "asked")
        model.observe(self._show_sheet, "beside")
        model.observe(self._show_discreetly, "discreet")
        self.keep_looking(model.look)
        self.about_all = w.VBox(
            [
                self.resting, self.summary, self.undecided, self.main, self.question, self.hindrances,
                self.weights, self.proof, self.steps,
            ],
            layout=w.Layout(grid_gap="1rem"),
        )  # fmt: skip
        self._show()
        self._show_discreetly()
        return self.about_all, self.work, self.sheet

    def _goals(self) -> dict[str, str]:
        """Return the goals there are a choice of; wishes only where somebody has one."""
        matching = self.model.state.matching
        wishes = self.model.goal == "wishes" or (matching is not None and matching.pool.ranks.any())
        return {goal: say(name) for goal, name in GOAL_NAMES.items() if goal != "wishes" or wishes}

    # -- the tables and what stands beside them -----------------------------------------------------

    def _work(self) -> Tabs:
        parts = [
            Tab("tandems", say("Tandems"), lambda: self.tandems),
            Tab("left", say("Without a tandem"), lambda: w.VBox([self.selection, self.left])),
            Tab("decisions", say("Decisions"), lambda: self.decisions),
            Tab("overview", say("Overview"), lambda: w.VBox([PairMap(self.model), Groups(self.model)])),
            Tab("scenarios", say("Scenarios"), lambda: ScenariosView(ScenariosModel(self.model))),
        ]
        if works_one_by_one(self.model):
            if somebody_sits_there(self.model.run):
                self.model.show = "one-by-one"
            parts.append(Tab("one-by-one", say("One by one"), self._one_by_one))
        if self.confided:
            parts.append(Tab("confidential", say("Confidential"), partial(Confidential, self.confided)))
        self.tabs = Tabs(say("What is shown"), parts, self.model.show)
        t.link((self.tabs, "value"), (self.model, "show"))
        self.side = card()
        shown(self.side, False)
        # the titles keep the whole width; what is opened stands beside the panels
        self.beside = w.VBox([w.VBox([self.tabs.panel(tab.key) for tab in parts]), self.side])
        self.beside.add_class("mk-opened")
        self.beside.add_class("mk-instead")
        self.tabs.children = [self.tabs.list, self.beside]
        return self.tabs

    def _one_by_one(self) -> OneByOne:
        """Make the part in which a mentee sits beside the screen: then it shows nothing else."""
        settling = SettlingModel(self.model)

        def tell(*_: object) -> None:
            self.model.discreet = self.model.show == "one-by-one" and bool(settling.chosen)

        settling.observe(tell, "chosen")
        self.model.observe(tell, "show")
        tell()
        return OneByOne(settling)

    @cached_property
    def tandems(self) -> Table:
        """The tandems, proposed or approved."""
        table = Table(
            say("Tandems"), rows.tandem_columns(brief=False, decided=False), filtered=True, selectable=True,
            empty=say("The rules allow no tandem."),
        )  # fmt: skip
        table.add_class("mkt-flat")  # both buttons of a row in one line
        table.on_action(self._act_on_tandem)
        table.observe(lambda change: self._choose(table, change["new"]), "selected")
        self._fill_tandems(table)
        self._mark(table)
        return table

    @cached_property
    def left(self) -> Table:
        """Who is without a tandem."""
        table = Table(
            say("Without a tandem"), rows.left_columns(brief=False, places=False), filtered=True,
            selectable=True, empty=say("Everybody has a tandem."),
        )  # fmt: skip
        table.observe(lambda change: self._choose(table, change["new"]), "selected")
        self._fill_left(table)
        self._mark(table)
        return table

    @cached_property
    def decisions(self) -> Table:
        """The decisions on pairs."""
        table = Table(
            say("Decisions on pairs"), rows.decision_columns(), filtered=True,
            empty=say("Nothing is decided yet. Lock what must be, rule out what must not be."),
        )  # fmt: skip
        table.on_action(self._undo_decision)
        self._fill_decisions(table)
        return table

    @cached_property
    def selection(self) -> w.VBox:
        """Whether the selection is fixed, and the button that changes it."""
        self.about_selection = LaidOut()
        self.fix = button(say("Fix the selection …"), lambda: self.model.ask("fix"))
        self.release = button(say("Reopen the selection …"), lambda: self.model.ask("release"))
        box = w.VBox([self.about_selection, actions(self.fix, self.release)])
        self._fill_selection(box)
        return box

    @cached_property
    def detail(self) -> TandemDetail:
        """The details of the person who is chosen."""
        return TandemDetail(self.model)

    @cached_property
    def pair_question(self) -> PairQuestion:
        """The question before a pair is locked or ruled out."""
        return PairQuestion(self.model, done=self._lead_back)

    def _lead_back(self) -> None:
        """Lead the focus to the person who is looked at: what asked was drawn anew with the decision."""
        if self.model.chosen:
            self.detail.heading.focus()

    def _made(self, name: str) -> bool:
        """Tell whether a part was shown already."""
        return name in self.__dict__

    # -- what is shown ------------------------------------------------------------------------------

    def _show(self, *_: object) -> None:
        model, state = self.model, self.model.state
        approved, solved = state.formed is not None, state.solved
        shown(self.approve, bool(solved and solved.indices) and model.may_approve and not model.trying)
        self.resting.value = resting(model)
        shown(self.weights, not approved and state.standing is not None)
        shown(self.withdraw, approved and model.may_approve)
        self.goal.options = [list(pair) for pair in self._goals().items()]
        shown(self.goal, not approved and state.matching is not None)
        self._show_sheet()
        self.summary.value = summary(model)
        self.ways.value = ways_on(model.run.id) if approved else ""
        shown(self.ways, approved)
        self.undecided.value = undecided(model) + to_look_at(self.confided)
        shown(self.undecided, bool(self.undecided.value))
        self.proof.value = proof(solved) if solved is not None else ""
        shown(self.proof, solved is not None)
        if state.matching is not None and not approved and solved is None and not model.discreet:
            model.show = "decisions"
        self._fill()
        self._show_asked()

    def _fill(self) -> None:
        model, state = self.model, self.model.state
        count = len(
            state.formed if state.formed is not None else state.solved.indices if state.solved else ()
        )
        self.tabs.rename("tandems", say("Tandems ({n})", n=number(count)))
        self.tabs.rename("left", say("Without a tandem ({n})", n=number(len(model.state.left))))
        self.tabs.rename("decisions", say("Decisions ({n})", n=number(len(state.decisions))))
        self.tabs.rename("scenarios", say("Scenarios ({n})", n=len(state.scenarios)))
        if self.confided:
            self.tabs.rename("confidential", title(self.confided))
        for name, fill in (
            ("tandems", self._fill_tandems),
            ("left", self._fill_left),
            ("decisions", self._fill_decisions),
            ("selection", self._fill_selection),
        ):
            if self._made(name):
                fill(self.__dict__[name])
        self._mark_chosen()

    def _fill_tandems(self, table: Table) -> None:
        model, state, brief = self.model, self.model.state, self._beside
        with table.hold_sync():
            table.columns = rows.tandem_columns(
                brief=brief, decided=bool(state.decisions or (state.solved and state.solved.decisions))
            )
            if state.formed is not None:
                table.rows = rows.formed_rows(state.formed, state.matching, state.decided, state.remarks)
            elif state.solved is not None:
                may = model.may_decide
                table.rows = rows.tandem_rows(state.solved, state.remarks, may_decide=may, brief=brief)
            else:
                table.rows = []

    def _fill_left(self, table: Table) -> None:
        selection = self.model.selection
        with table.hold_sync():
            table.columns = rows.left_columns(brief=self._beside, places=selection is not None)
            table.rows = rows.left_rows(self.model.state.left, selection)

    def _fill_decisions(self, table: Table) -> None:
        state, may = self.model.state, self.model.may_decide
        table.rows = rows.decision_rows(state.decisions, state.applications, state.deciders, may_decide=may)

    def _fill_selection(self, box: w.VBox) -> None:
        fixed, orders = self.model.state.fixed, self.model.run.record.orders
        ranked = any(order != "matching" for order in (orders.general, *orders.own.values()))
        shown(box, self.model.may_fix)
        self.about_selection.value = paragraph(
            say("The selection is fixed: only who holds a place can be in a tandem.")
            if fixed
            else say("Places are to be given by a ranking: please fix the selection before you approve.")
            if ranked
            else say("The selection is open: the matching chooses within the quotas of the organisations.")
        )
        shown(self.fix, not fixed)
        shown(self.release, fixed)

    @property
    def _beside(self) -> bool:
        """Whether something stands beside the tables; nothing while a participant reads along."""
        model, asked = self.model, self.model.asked
        person = bool(model.chosen) and model.show in {"tandems", "left"}
        return not model.discreet and (person or (asked is not None and bool(asked.mentee_id)))

    # -- one person ---------------------------------------------------------------------------------

    def _choose(self, table: Table, key: str) -> None:
        if not key and all(row["id"] != self.model.chosen for row in table.rows):
            return  # who is looked at has left this table, and stays looked at
        others = (self.__dict__[name].selected for name in ("tandems", "left") if self._made(name))
        if key != self.model.chosen and (key or not any(others)):
            self.model.choose(key)

    def _show_chosen(self, *_: object) -> None:
        self._open_side()
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        for name in ("tandems", "left"):
            if self._made(name):
                self._mark(self.__dict__[name])

    def _mark(self, table: Table) -> None:
        chosen = self.model.chosen
        table.select(chosen if any(row["id"] == chosen for row in table.rows) else "")

    def _open_side(self) -> None:
        if self._beside:
            # a part put in before another one would draw that one anew, and take the focus from it
            detail = [self.detail] if self._made("detail") or self.model.chosen else []
            wanted = [self.pair_question, *detail]
            if len(wanted) != len(self.side.children):
                self.side.children = wanted
        shown(self.side, self._beside)
        (self.beside.add_class if self._beside else self.beside.remove_class)("mk-split")
        for name, fill in (("tandems", self._fill_tandems), ("left", self._fill_left)):
            if self._made(name):
                fill(self.__dict__[name])

    def _show_sheet(self, *_: object) -> None:
        """Show two persons side by side instead of the tables, or the tables."""
        state, comparing = self.model.state, any(self.model.beside)
        if comparing and not self.sheet.children:
            self.sheet.children = [PairSheet(self.model)]
        shown(self.work, not comparing and (state.formed is not None or state.matching is not None))

    def _show_discreetly(self, *_: object) -> None:
        """Show nothing that concerns others while a participant reads along."""
        for each in (self.about_all, self.tabs.list):
            shown(each, not self.model.discreet)
        self._open_side()

    # -- what is done -------------------------------------------------------------------------------

    def _act_on_tandem(self, key: str, name: str) -> None:
        solved, i = self.model.state.solved, self.model.index(key)
        if solved is not None and i is not None:
            mentor = solved.pool.mentors[int(solved.solution.mate[i])]
            self.model.act(solved.pool.mentees[i].person_id, mentor.person_id, name)

    def _agree(self) -> None:
        """Do what was asked; the button that asked is gone then, so the focus goes to what came of it."""
        approved = self.model.state.formed is not None
        self.model.agree()
        if approved != (self.model.state.formed is not None):
            self.tabs.go(self.tabs.value)

    def _undo_decision(self, decision_id: str, _name: str) -> None:
        for decision in self.model.state.decisions:
            if decision.id == decision_id:
                self.model.undo(decision)

    def _show_asked(self, *_: object) -> None:
        asked = self.model.asked
        self._open_side()
        if asked is None or asked.mentee_id:
            self.question.answered()
            return
        seen = asked.about or self.model.state
        confided = open_sentence(self.confided)
        title, text, yes = question_words(asked.deed, seen, self.model.run.open_until, confided)
        told = before_the_yes(self.model, asked.deed, seen)
        self.question.ask(title, " ".join(filter(None, (text, told))), yes)


def matching_app() -> w.Widget:
    """Return the app in which tandems are found, decided on and approved."""

    def build(page: Page, run: Run) -> w.Widget:
        asked = page.query.get("show", "")
        view = MatchingView(MatchingModel(run, asked))
        view.weights.opened = asked == "weights"
        return view

    return open_run_app(build)
