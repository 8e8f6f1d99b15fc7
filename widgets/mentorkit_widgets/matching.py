"""Matching: the best tandems under the rules, decisions on pairs, approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w
import traitlets as t

from mentorkit.language import say, say_n
from mentorkit.language.formats import number
from mentorkit.workbench import Run
from mentorkit_widgets import matching_rows as rows
from mentorkit_widgets.base import View, button, markup, paragraph, shown
from mentorkit_widgets.choice import Choice
from mentorkit_widgets.matching_model import MatchingModel, State
from mentorkit_widgets.matching_sentences import proof_details, proof_sentence
from mentorkit_widgets.page import Page, address, open_run_app
from mentorkit_widgets.table import Table
from mentorkit_widgets.tandem_detail import TandemDetail

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching


class MatchingView(View):
    """Summary and approval, then the tandems with who is left over and the decisions; details beside."""

    model: MatchingModel

    def __init__(self, model: MatchingModel, show: str = "all") -> None:
        self._shown_first = show
        super().__init__(
            model,
            title=say("Matching"),
            lead=say("Look at the best tandems under the rules, lock or rule out pairs, then approve."),
        )
        self.layout.width = "100%"
        self._message.add_class("mk-notice")

    def build(self) -> tuple[w.Widget, ...]:
        """Make all parts, linked to the model."""
        self._make_controls()
        self._make_tables()
        self.detail = TandemDetail(self.model)
        self.work = w.VBox([self.lists, self.detail])
        self.work.add_class("mk-opened")
        model = self.model
        model.observe(self._show, "state")
        model.observe(self._show_chosen, "chosen")
        self.sight.observe(self._show_lists, "value")
        self._show()
        self._show_chosen()
        last = (self.goal, self.sight, self.work)
        return (self.summary, self.proof, self.main, self.confirm, self.hindrances, *last)

    # -- what is shown ------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        model = self.model
        self.summary, self.proof = w.HTML(), w.HTML()
        self.goal = Choice(
            say("Goal"),
            {"total": say("Highest total"), "fair": say("No tandem left behind")},
            model.goal,
        )
        t.link((self.goal, "value"), (model, "goal"))
        self.sight = Choice(say("Show"), _sights(0, 0))
        if self._shown_first in _sights(0, 0):
            self.sight.value = self._shown_first
        self.approve = button(say("Approve the tandems …"), lambda: self._ask(True), primary=True)
        self.withdraw = button(say("Take the approval back …"), lambda: self._ask(True))
        self.main = _row(self.approve, self.withdraw)
        self.question = w.HTML()
        self.yes = button(say("Yes"), self._confirmed, primary=True)
        self.no = button(say("No, go back"), lambda: self._ask(False))
        self.confirm = w.VBox([self.question, _row(self.yes, self.no)])
        self.confirm.add_class("mk-card")
        self._ask(False)

    def _make_tables(self) -> None:
        model = self.model
        self.reason = w.Text(
            description=say("Reason for the next decision"),
            placeholder=say("optional"),
            continuous_update=False,
            style={"description_width": "initial"},
            layout=w.Layout(width="100%", max_width="44rem"),
        )
        t.link((self.reason, "value"), (model, "reason"))
        self.tandems = Table(
            say("Tandems"), rows.tandem_columns(brief=False), filtered=True, selectable=True,
            empty=say("The rules allow no tandem."),
        )  # fmt: skip
        self.left = Table(
            say("Without a tandem"), rows.left_columns(with_reason=True), selectable=True,
            empty=say("Everybody has a tandem."),
        )  # fmt: skip
        self.decisions = Table(
            say("Your decisions"), rows.decision_columns(),
            empty=say("Nothing is decided yet. Lock what must be, rule out what must not be."),
        )  # fmt: skip
        self.tandems.on_action(self._act_on_tandem)
        self.decisions.on_action(self._undo_decision)
        self.tandems.observe(lambda change: self._choose(change["new"]), "selected")
        self.left.observe(lambda change: self._choose(change["new"]), "selected")
        self.lists = w.VBox([self.reason, self.tandems, self.left, self.decisions])

    def _show(self, *_: object) -> None:
        model, state = self.model, self.model.state
        approved, solved = state.approved is not None, state.solved
        shown(self.approve, bool(solved and solved.indices) and model.may_approve)
        shown(self.withdraw, approved and model.may_approve)
        shown(self.goal, state.matching is not None)
        shown(self.reason, model.may_decide and solved is not None)
        shown(self.work, approved or state.matching is not None)
        self._ask(False)
        self._show_summary(state)
        shown(self.proof, bool(self.proof.value))
        self._fill_tables(state)
        self._show_lists()

    def _show_lists(self, *_: object) -> None:
        state, sight = self.model.state, self.sight.value
        there = state.approved is not None or state.solved is not None
        shown(self.sight, there)
        shown(self.tandems, there and sight != "left")
        shown(self.left, there and sight != "tandems")
        shown(self.decisions, state.approved is None and sight == "all")

    def _show_summary(self, state: State) -> None:
        run_id = self.model.run.id
        self.proof.value = ""
        if state.approved is not None:
            count = len(state.approved)
            self.summary.value = markup(
                '<h2>{heading}</h2><p><a href="{href}">{link}</a></p>',
                heading=say_n("{n} tandem is approved", "{n} tandems are approved", count),
                href=address("network", run_id),
                link=say("See them as a network"),
            )
        elif state.matching is None:
            self.summary.value = markup(
                '<p class="mk-empty">{text} <a href="{href}">{link}</a></p>',
                text=say("Matching begins when applications are taken in and cleared up."),
                href=address("intake", run_id),
                link=say("Go to the intake"),
            )
        elif state.solved is None:
            self.summary.value = paragraph(
                say("The locked tandems contradict the rules. Please take one back.")
            )
        else:
            self.summary.value = _figures(state.solved.objective, len(self.model.left_over()))
            self.proof.value = _proof(state.solved)

    def _fill_tables(self, state: State) -> None:
        model = self.model
        self.tandems.selectable = self.left.selectable = state.approved is None
        self._fill_lists()
        people = model.run.application_records if state.decisions else []
        self.decisions.rows = rows.decision_rows(state.decisions, people, may_decide=model.may_decide)

    def _fill_lists(self) -> None:
        """Fill the tables of tandems and of those left over; briefly while the details stand beside them."""
        model, state, brief = self.model, self.model.state, bool(self.model.chosen)
        self.left.columns = rows.left_columns(with_reason=state.approved is None and not brief)
        self.left.rows = model.left_over()
        self.tandems.columns = rows.tandem_columns(brief=brief, reasons=state.approved is None)
        if state.approved is not None:
            self.tandems.rows = rows.approved_rows(state.approved)
        elif state.solved is not None:
            self.tandems.rows = rows.tandem_rows(state.solved, may_decide=model.may_decide, brief=brief)
        else:
            self.tandems.rows = []
        sights = _sights(len(self.tandems.rows), len(self.left.rows))
        self.sight.options = [list(pair) for pair in sights.items()]

    # -- one person ---------------------------------------------------------------------------------

    def _choose(self, key: str) -> None:
        if key != self.model.chosen and (key or not (self.tandems.selected or self.left.selected)):
            self.model.choose(key)

    def _show_chosen(self, *_: object) -> None:
        chosen = self.model.chosen
        shown(self.detail, bool(chosen))
        (self.work.add_class if chosen else self.work.remove_class)("mk-split")
        for table in (self.tandems, self.left):
            table.select(chosen if any(row["id"] == chosen for row in table.rows) else "")
        self._fill_lists()

    # -- what is done -------------------------------------------------------------------------------

    def _act_on_tandem(self, key: str, name: str) -> None:
        solved, i = self.model.state.solved, self.model.index(key)
        if solved is not None and i is not None:
            mentor = solved.pool.mentors[int(solved.solution.mate[i])]
            self.model.act(solved.pool.mentees[i].person_id, mentor.person_id, name)

    def _undo_decision(self, decision_id: str, _name: str) -> None:
        for decision in self.model.state.decisions:
            if decision.id == decision_id:
                self.model.undo(decision)

    def _ask(self, asking: bool) -> None:
        shown(self.confirm, asking)
        if not asking:
            return
        if self.model.state.approved is None:
            self.question.value = paragraph(
                say_n(
                    "Form {n} tandem as shown? You can take the approval back as long as it has not begun.",
                    "Form {n} tandems as shown? You can take the approval back as long as none has begun.",
                    len(self.tandems.rows),
                )
            )
            self.yes.description = say("Yes, form the tandems")
        else:
            self.question.value = paragraph(say("Take the approval back? The tandems are dissolved."))
            self.yes.description = say("Yes, take it back")

    def _confirmed(self) -> None:
        self._ask(False)
        if self.model.state.approved is None:
            self.model.approve()
        else:
            self.model.withdraw()


def _sights(tandems: int, left: int) -> dict[str, str]:
    """Return which lists can be shown, with how many rows."""
    return {
        "all": say("All"),
        "tandems": say("Tandems ({n})", n=tandems),
        "left": say("Without a tandem ({n})", n=left),
    }


def _row(*parts: w.Widget) -> w.Box:
    row = w.Box(parts)
    row.add_class("mk-actions")
    return row


def _figures(objective: dict[str, int | None], left: int) -> str:
    tandems = objective["tandems"] or 0
    figures = [
        (tandems, say_n("tandem", "tandems", tandems)),
        (objective["total"] or 0, say("points in all")),
        (objective["worst"] or 0, say("points in the lowest tandem")),
        (left, say("without a tandem")),
    ]
    items = [
        markup(
            '<div class="mk-figure"><strong>{n}</strong> <span>{word}</span></div>', n=number(n), word=word
        )
        for n, word in figures
    ]
    return markup('<div class="mk-figures">{items}</div>', items=markup("").join(items))


def _proof(matching: Matching) -> str:
    details = [paragraph(sentence) for sentence in proof_details(matching)]
    return markup(
        '<details class="mk-proof"><summary>{sentence}</summary>{details}</details>',
        sentence=proof_sentence(matching), details=markup("").join(details),
    )  # fmt: skip


def matching_app() -> w.Widget:
    """Return the app in which tandems are found, decided on and approved."""

    def build(page: Page, run: Run) -> w.Widget:
        return MatchingView(MatchingModel(run), page.query.get("show", "all"))

    return open_run_app(build)
