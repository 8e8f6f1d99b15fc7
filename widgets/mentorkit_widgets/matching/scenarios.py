"""Scenarios side by side: what comes of each, who differs, and which one is the proposal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import number
from mentorkit.matching import scenarios, side_by_side
from mentorkit.matching.side_by_side import Outcome, partners_changed
from mentorkit.programme.records import Scenario, Weighing
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Cell, Table, cell, column
from mentorkit_widgets.matching.model import MatchingModel
from mentorkit_widgets.matching.rows import Row
from mentorkit_widgets.matching.weights import changes_markup

if TYPE_CHECKING:
    from mentorkit.privacy.permissions import Actor
    from mentorkit.store import Store

Deed = Literal["propose", "undo", "rename", "delete"]


@dataclass(frozen=True)
class Asked:
    """A deed that waits for a yes; no scenario where the programme's own weights are to count again."""

    deed: Deed
    outcome: Outcome
    #: Version of the run that was shown with the question.
    version: int

    @property
    def scenario(self) -> Scenario | None:
        """The scenario it is about."""
        return self.outcome.scenario


class ScenariosModel(t.HasTraits):
    """The matchings of a run side by side, reckoned when they are looked at."""

    outcomes: t.List[Outcome] = t.List()
    #: Which row is looked at, as :func:`key_of` names it.
    chosen = t.Unicode()
    asked = t.Instance(Asked, allow_none=True)

    def __init__(self, board: MatchingModel) -> None:
        super().__init__()
        self.board = board
        self._stale = True
        board.observe(self._forget, "state")
        board.observe(self.look, "show")

    def look(self, *_: object) -> None:
        """Compare anew, if somebody looks and something changed."""
        board = self.board
        if not self._stale or board.show != "scenarios" or board.state.standing is None:
            return
        self._stale = False
        with board.attempting(say("Comparing the scenarios …")):
            self.outcomes = side_by_side.compare(*self._hands, progress=self._tell)
            if all(key_of(one) != self.chosen for one in self.outcomes):
                self.chosen = ""

    def outcome(self, key: str) -> Outcome | None:
        """Return a row by its key."""
        return next((one for one in self.outcomes if key_of(one) == key), None)

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """What can be done with the row that is looked at."""
        chosen, board = self.outcome(self.chosen), self.board
        may_propose = board.state.formed is None and board.may_approve
        found: dict[Deed, bool] = {"propose": False, "undo": False, "rename": False, "delete": False}
        if chosen is not None and chosen.kind in {"now", "own"}:
            found["undo"] = may_propose and board.state.proposal is not None
        elif chosen is not None and chosen.scenario is not None:
            found["propose"] = may_propose and not chosen.proposal
            found["rename"] = board.may_decide
            found["delete"] = board.may_decide and not chosen.proposal
        return tuple(deed for deed, possible in found.items() if possible)

    def ask(self, deed: Deed) -> None:
        """Ask before something is done with the row that is looked at."""
        chosen = self.outcome(self.chosen)
        self.asked = None
        if chosen is not None and deed in self.deeds:
            self.asked = Asked(deed, chosen, self.board.state.version)

    def try_on(self) -> None:
        """Show the tandems of the row that is looked at, to this user alone."""
        chosen, board = self.outcome(self.chosen), self.board
        if chosen is None or not self.may_try:
            return
        used = chosen.matching.rules.settings
        weights = {criterion.name: criterion.weight for criterion in used.criteria}
        goal = chosen.matching.goal
        board.show_under(Weighing(goal=goal, weights=weights, lowest_score=used.lowest_score))
        board.show = "tandems"

    @property
    def may_try(self) -> bool:
        """Whether the tandems of the row that is looked at can be shown."""
        chosen = self.outcome(self.chosen)
        return chosen is not None and chosen.kind != "free" and self.board.state.formed is None

    def agree(self, name: str = "", comment: str = "") -> None:
        """Do what was asked; name and comment are for a scenario that is renamed."""
        asked, board = self.asked, self.board
        if asked is None:
            return
        store, actor, run_id = self._hands
        deeds: dict[Deed, Callable[[Scenario], str]] = {
            "rename": lambda scenario: _renamed(scenarios.rename(store, actor, scenario, name, comment)),
            "delete": lambda scenario: _deleted(store, actor, scenario),
        }
        done = ""
        with board.attempting(say("The matching is being solved again …")):
            if asked.deed in deeds and asked.scenario is not None:
                done = deeds[asked.deed](asked.scenario)
            else:
                scenarios.make_proposal(store, actor, run_id, asked.scenario, asked.version)
                board.tried = None
                done = _proposed(asked.scenario)
        told, refused = board.message, board.refused and not done
        if not (refused and asked.deed == "rename"):
            self.asked = None
        board.refresh()
        if refused:
            board.refuse(told)
        else:
            board.saved(store.clock())
            board.say(done)

    def _forget(self, *_: object) -> None:
        self._stale = True
        self.look()

    def _tell(self, done: int, every: int) -> None:
        self.board.progress = done / every

    @property
    def _hands(self) -> tuple[Store, Actor, str]:
        run = self.board.run
        return run.bench.store, run.bench.actor, run.id


def _renamed(scenario: Scenario) -> str:
    return say("The scenario is called “{name}” now.", name=scenario.name)


def _deleted(store: Store, actor: Actor, scenario: Scenario) -> str:
    scenarios.delete(store, actor, scenario)
    return say("The scenario “{name}” is deleted.", name=scenario.name)


def _proposed(scenario: Scenario | None) -> str:
    if scenario is None:
        return say("The proposal rests on the weights of the programme again.")
    return say("The proposal rests on the scenario “{name}” now; everybody sees it.", name=scenario.name)


def key_of(outcome: Outcome) -> str:
    """Name a row."""
    if outcome.scenario is not None:
        return outcome.scenario.id
    return f"goal-{outcome.matching.goal}" if outcome.kind == "goal" else outcome.kind


class ScenariosView(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table, who differs in the row that is chosen, and the questions."""

    def __init__(self, model: ScenariosModel) -> None:
        self.model = model
        self.table = Table(say("Scenarios side by side"), [], selectable=True)
        self.table.observe(lambda change: setattr(model, "chosen", change["new"]), "selected")
        self.title, self.differs = LaidOut(), LaidOut()
        self.try_on = button(say("Show its tandems"), model.try_on)
        self.buttons = {
            "propose": button(say("Make it the proposal …"), lambda: model.ask("propose"), primary=True),
            "undo": button(say("Back to the weights of the programme …"), lambda: model.ask("undo")),
            "rename": button(say("Rename …"), lambda: model.ask("rename")),
            "delete": button(say("Delete …"), lambda: model.ask("delete")),
        }
        self.question = Question(yes=model.agree, no=self._drop)
        self.form = Form(
            [
                Field("name", say("Name of the scenario"), required=True, longest=scenarios.LONGEST_NAME),
                Field("comment", say("Comment"), "lines", longest=scenarios.LONGEST_COMMENT),
            ]
        )
        self.renaming = Question(yes=self._rename, no=self._drop, parts=[self.form])
        about = LaidOut(paragraph(_about()))
        super().__init__(
            [
                about,
                self.table,
                self.title,
                actions(self.try_on, *self.buttons.values()),
                self.question,
                self.renaming,
                self.differs,
            ],
            layout=w.Layout(grid_gap="0.6rem"),
        )
        model.observe(self._fill, "outcomes")
        model.observe(self._show_chosen, ["chosen", "outcomes"])
        model.observe(self._show_asked, "asked")
        model.look()
        self._fill()

    def _fill(self, *_: object) -> None:
        model = self.model
        with self.table.hold_sync():
            self.table.columns = _columns(model)
            self.table.rows = [_row(model, one) for one in model.outcomes]
        self.table.select(model.chosen if model.outcome(model.chosen) else "")

    def _show_chosen(self, *_: object) -> None:
        model = self.model
        chosen = model.outcome(model.chosen)
        self.title.value = "" if chosen is None else markup("<h3>{name}</h3>", name=chosen.name)
        self.differs.value = "" if chosen is None else _differences(model.outcomes, chosen)
        shown(self.try_on, self.model.may_try)
        for deed, pressed in self.buttons.items():
            shown(pressed, deed in model.deeds)

    def _show_asked(self, *_: object) -> None:
        asked = self.model.asked
        self.question.answered()
        self.renaming.answered()
        if asked is None:
            return
        if asked.deed == "rename" and asked.scenario is not None:
            scenario = asked.scenario
            self.form.fill({"name": scenario.name, "comment": scenario.comment})
            self.renaming.ask(say("Rename “{name}”", name=scenario.name), "", say("Save"))
        else:
            self.question.ask(*_question_words(asked, self.model.outcomes))

    def _rename(self) -> None:
        self.model.agree(str(self.form.values["name"]), str(self.form.values["comment"]))

    def _drop(self) -> None:
        self.model.asked = None


def _about() -> str:
    return say(
        "Choose a row to see who would have another partner. The decisions on pairs hold in all rows but"
        " one. Totals can be compared by the weights of the programme only."
    )


def _columns(model: ScenariosModel) -> list[Cell]:
    wishes = any(one.matching.pool.ranks.any() for one in model.outcomes[:1])
    crossing = model.board.run.programme.settings.organisations.kind != "none"
    numbers = {
        "tandems": say("Tandems"),
        "worst": say("Weakest tandem"),
        "total": say("Total"),
        "own": say("Total by the programme's weights"),
        **({"wishes": say("Wishes fulfilled")} if wishes else {}),
        **({"organisations": say("Organisations joined")} if crossing else {}),
        "changed": say("Other partners"),
    }
    return [
        column("name", say("Scenario"), sortable=False),
        *(column(key, label, "number", sortable=False) for key, label in numbers.items()),
    ]


def _row(model: ScenariosModel, one: Outcome) -> Row:
    figures, wishes = one.matching.objective, one.matching.wishes
    goal = say(side_by_side.GOAL_NAMES[one.matching.goal])
    note = [say("the proposal")] if one.proposal else []
    note += [goal] if one.kind != "goal" else []
    if one.scenario is not None and one.scenario.comment:
        note.append(one.scenario.comment)
    if one.matching.reason:
        note.append(one.matching.reason)
    changed = len(partners_changed(model.outcomes[0].matching, one.matching))
    first = say_n("{n} of them the first", "{n} of them the first", wishes["first"])
    return {
        "id": key_of(one),
        "name": cell(one.name, note=" · ".join(note)),
        "tandems": _figure(figures["tandems"]),
        "worst": _figure(figures["worst"]),
        "total": _figure(figures["total"]),
        "own": _figure(one.own_total),
        "wishes": cell(number(wishes["fulfilled"]), wishes["fulfilled"], note=first),
        "organisations": _figure(one.organisations),
        "changed": _figure(changed),
    }


def _figure(value: int | None) -> Cell:
    return cell("–", -1) if value is None else cell(number(value), value)


def _differences(every: list[Outcome], chosen: Outcome) -> Markup:
    """Say who would have another partner than now, and which tandems no other row has."""
    changes = partners_changed(every[0].matching, chosen.matching)
    if not changes:
        return paragraph(say("All tandems are as they stand now."))
    elsewhere = set().union(*(other.pairs for other in every if other is not chosen))
    pool = chosen.matching.pool
    alone = [
        f"{pool.mentees[i].name} – {pool.mentors[j].name}"
        for i, j in chosen.matching.indices
        if (i, j) not in elsewhere
    ]
    if not alone:
        return changes_markup(changes)
    items = Markup().join(markup("<li>{pair}</li>", pair=pair) for pair in alone)
    only = markup(
        "<details><summary>{title}</summary><ul>{items}</ul></details>",
        title=say_n("{n} tandem that no other row has", "{n} tandems that no other row has", len(alone)),
        items=items,
    )
    return changes_markup(changes) + only


def _question_words(asked: Asked, every: list[Outcome]) -> tuple[str, str, str]:
    """Return title, text and the yes of a question."""
    name = asked.outcome.name
    if asked.deed == "delete":
        return (
            say("Delete “{name}”?", name=name),
            say("Its weights and its comment are lost. The proposal stays as it is."),
            say("Yes, delete it"),
        )
    if asked.deed == "undo":
        return (
            say("Back to the weights of the programme?"),
            say("All who may see the matching see the tandems of the programme's weights then. The scenario"
                " stays."),
            say("Yes, back to the programme"),
        )  # fmt: skip
    n = len(partners_changed(every[0].matching, asked.outcome.matching))
    return (
        say("Make “{name}” the proposal?", name=name),
        say_n(
            "All who may see the matching see these tandems then; {n} {mentee:sg.nom} has another partner.",
            "All who may see the matching see these tandems then; {n} {mentee:pl.nom} have another partner.",
            n,
        ),
        say("Yes, make it the proposal"),
    )
