"""Trying other weights of the criteria: the matching is solved again at once, for this user alone."""

from __future__ import annotations

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.errors import UsageError
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing, number
from mentorkit.matching.criteria import measure
from mentorkit.matching.scenarios import LONGEST_COMMENT, LONGEST_NAME
from mentorkit.matching.side_by_side import Partners, partners_changed
from mentorkit.matching.weighing import ALL, points_of, settings_under, weighing_of
from mentorkit.programme.records import Weighing
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.matching.model import MatchingModel
from mentorkit_widgets.matching.sentences import other_goal_sentence
from mentorkit_widgets.matching.state import goal_of

LOWEST = "lowest_score"
#: So many are named before the rest is unfolded.
_NAMED = 6


class WeightsModel(t.HasTraits):
    """What is entered as weights of the criteria and as lowest score, as text, and what is wrong with it."""

    #: By criterion and :data:`LOWEST`.
    entered = t.Dict()
    #: A sentence by criterion and :data:`LOWEST`; while there is one, nothing is tried.
    errors = t.Dict()

    def __init__(self, board: MatchingModel) -> None:
        super().__init__()
        self.board = board
        self.programme = board.run.programme.settings
        self._stood: ProgrammeSettings | None = None
        self._tried: Weighing | None = None
        board.observe(self._keep_up, "state")
        self._keep_up()

    def enter(self, name: str, text: str) -> None:
        """Take what was entered in a field; the matching is solved again if all fields are in order."""
        with self.hold_trait_notifications():
            self.entered = {**self.entered, name: text}
            weighing = self.weighing(name)
        if weighing is not None:
            self._try(weighing)

    def weighing(self, name: str = LOWEST) -> Weighing | None:
        """Return what is entered, None with :attr:`errors` where it cannot be; ``name`` was changed last."""
        found, errors = {}, {}
        for key, text in self.entered.items():
            try:
                found[key] = points_of(text, label_of(key))
            except UsageError as error:
                errors[key] = str(error)
        lowest = found.pop(LOWEST, None)
        if not errors:
            try:
                weighing = weighing_of(self.programme, self.board.goal, found, lowest)
            except UsageError as error:
                errors[name] = str(error)
        self.errors = errors
        return None if errors else weighing

    def to_programme(self) -> None:
        """Try the weights of the programme, which is what stands where no scenario is the proposal."""
        self.programme = self.board.run.programme.settings
        self._enter_all(self.programme)

    def to_proposal(self) -> None:
        """Go back to what stands, with its goal."""
        if self._stood is not None:
            self._enter_all(self._stood)
        self.board.goal = goal_of(self.board.state.proposal)

    def save(self, name: str, comment: str) -> bool:
        """Save what is entered as a scenario; tell whether it was saved."""
        weighing, board = self.weighing(), self.board
        if weighing is None:
            board.refuse(" ".join(self.errors.values()))
            return False
        with board.attempting():
            made = board.run.save_scenario(
                name, weighing.goal, weights=weighing.weights, lowest_score=weighing.lowest_score,
                comment=comment,
            )  # fmt: skip
            board.refresh()
            board.saved(board.run.bench.store.clock())
            board.say(say("The scenario “{name}” is saved. You find it under “Scenarios”.", name=made.name))
            return True
        return False

    @property
    def changes(self) -> list[Partners]:
        """Who gets whom instead, compared with what stands."""
        state = self.board.state
        if state.standing is None or state.matching is None or state.matching is state.standing:
            return []
        return partners_changed(state.standing, state.matching)

    def _try(self, weighing: Weighing) -> None:
        stands = self._stood is not None and _same(settings_under(self.programme, weighing), self._stood)
        self._tried = None if stands else weighing
        self.board.try_out(self._tried)

    def _enter_all(self, settings: ProgrammeSettings) -> None:
        with self.hold_trait_notifications():
            self.entered = entered_of(settings)
            weighing = self.weighing()
        if weighing is not None:
            self._try(weighing)

    def _keep_up(self, *_: object) -> None:
        """Show the weights of what is looked at, where somebody else or another part changed it."""
        board = self.board
        settings = board.state.standing.rules.settings if board.state.standing else self.programme
        same = self._stood is not None and _same(settings, self._stood) and board.tried == self._tried
        self._stood, self._tried = settings, board.tried
        if same:
            return
        self.programme = board.run.programme.settings
        shown_now = settings if board.tried is None else settings_under(settings, board.tried)
        with self.hold_trait_notifications():
            self.entered, self.errors = entered_of(shown_now), {}


def entered_of(settings: ProgrammeSettings) -> dict[str, str]:
    """Return weights and lowest score of settings as people would enter them."""
    return {**{c.name: str(c.weight) for c in settings.criteria}, LOWEST: str(settings.lowest_score)}


def _same(one: ProgrammeSettings, other: ProgrammeSettings) -> bool:
    return entered_of(one) == entered_of(other)


def label_of(key: str) -> str:
    """Return what a field of the panel is called."""
    return say("Lowest score") if key == LOWEST else measure(key).label


class WeightsPanel(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A number with a slider for each weight, what the weights add up to, and what changes."""

    def __init__(self, model: WeightsModel) -> None:
        self.model = model
        self.form = Form([], on_edit=lambda name, text: model.enter(name, str(text)))
        self.lowest = Form([], on_edit=lambda name, text: model.enter(name, str(text)))
        self.about, self.changes = LaidOut(), LaidOut()
        self.programme = button(say("Back to the weights of the programme"), model.to_programme)
        self.proposal = button(say("Back to the proposal"), model.to_proposal)
        self.keep = button(say("Save as a scenario …"), self._ask)
        self.name = Form(
            [
                Field("name", say("Name of the scenario"), required=True, longest=LONGEST_NAME),
                Field(
                    "comment",
                    say("Comment"),
                    "lines",
                    longest=LONGEST_COMMENT,
                    help=say("Why these weights; it stands in the report."),
                ),
            ]
        )
        self.question = Question(yes=self._save, no=self._forget, parts=[self.name])
        super().__init__(
            [
                LaidOut(paragraph(_hint())),
                self.form, self.about, self.lowest, self.changes,
                actions(self.programme, self.proposal, self.keep), self.question,
            ],
            layout=w.Layout(grid_gap="0.6rem"),
        )  # fmt: skip
        model.observe(self._show_entered, ["entered", "errors"])
        model.board.observe(self._show_changes, "state")
        self._show_entered()
        self._show_changes()

    def _show_entered(self, *_: object) -> None:
        entered, errors = self.model.entered, self.model.errors
        for form, names in ((self.form, [key for key in entered if key != LOWEST]), (self.lowest, [LOWEST])):
            if list(form.values) != names:
                form.fields = [_dial(key) for key in names]
            own = {key: entered[key] for key in names}
            if form.values != own:
                form.fill(own)
            form.errors = {key: why for key, why in errors.items() if key in own}
        self.about.value = "" if errors else _about(entered)

    def _show_changes(self, *_: object) -> None:
        board = self.model.board
        shown(self.proposal, board.trying and board.state.proposal is not None)
        shown(self.programme, self.model.entered != entered_of(self.model.programme))
        shown(self.keep, board.may_decide)
        self.changes.value = changes_markup(self.model.changes)

    def _ask(self) -> None:
        self.question.ask(
            say("Save as a scenario"),
            say(
                "Goal, weights and lowest score are kept under this name, and all who may see the matching"
                " can compare it. The proposal stays as it is."
            ),
            say("Save"),
        )  # fmt: skip

    def _save(self) -> None:
        if self.model.save(str(self.name.values["name"]), str(self.name.values["comment"])):
            self._forget()

    def _forget(self) -> None:
        self.question.answered()
        self.name.fill({"name": "", "comment": ""})


def _dial(key: str) -> Field:
    """Return the field of a weight, or of the lowest score, which is none."""
    lowest = say("Pairs below it are not proposed, unless they are locked.") if key == LOWEST else ""
    ends = {"least": 0, "most": ALL, "step": 10, "longest": 40, "unit": say("points")}
    return Field(key, label_of(key), "dial", width="half", help=lowest, **ends)  # type: ignore[arg-type]


def _hint() -> str:
    return say(
        "Only the proportions count, and 0 switches a criterion off. What you try here nobody else sees; the"
        " decisions on pairs hold all the same."
    )


def _about(entered: dict[str, str]) -> Markup:
    """Say what the weights add up to, and what does not count."""
    weights = {key: int(text) for key, text in entered.items() if key != LOWEST}
    total, off = sum(weights.values()), [label_of(key) for key, weight in weights.items() if not weight]
    told = [say("Sum: {total}.", total=number(total))]
    if total != ALL:
        told.append(say("They are brought to {all} in proportion.", all=number(ALL)))
    if off:
        told.append(say("Does not count: {criteria}.", criteria=listing(off)))
    return paragraph(" ".join(told))


def changes_markup(changes: list[Partners]) -> Markup:
    """Say who gets whom instead; those beyond the first are unfolded."""
    if not changes:
        return Markup()
    items = [markup("<li>{text}</li>", text=partners_words(change)) for change in changes]
    first, rest = items[:_NAMED], items[_NAMED:]
    told = markup(
        "<h3>{title}</h3><ul>{items}</ul>",
        title=say_n("Something changes for {n} {mentee:sg.acc}", "Something changes for {n} {mentee:pl.acc}",
                    len(changes)),
        items=Markup().join(first),
    )  # fmt: skip
    if not rest:
        return told
    return told + markup(
        "<details><summary>{title}</summary><ul>{items}</ul></details>",
        title=say_n("{n} more", "{n} more", len(rest)), items=Markup().join(rest),
    )  # fmt: skip


def partners_words(change: Partners) -> str:
    """Say whom a mentee gets instead of whom."""
    if change.now is None:
        return say("{name}: nobody instead of {before}", name=change.mentee, before=change.before)
    if change.before is None:
        return say("{name}: {now}, before nobody", name=change.mentee, now=change.now)
    return say("{name}: {now} instead of {before}", name=change.mentee, now=change.now, before=change.before)


def resting(model: MatchingModel) -> Markup:
    """Say on which scenario the proposal stands, and whether something else is being looked at."""
    state = model.state
    if state.standing is None:
        return Markup()
    if state.formed is not None:
        name = state.proposal.name if state.proposal else ""
        return paragraph(say("Approved under the scenario “{name}”.", name=name)) if name else Markup()
    stands = (
        say("The proposal rests on the scenario “{name}”.", name=state.proposal.name)
        if state.proposal
        else say("The proposal rests on the weights of the programme.")
    )
    if not model.trying:
        goal = other_goal_sentence(state)
        return paragraph(f"{stands} {goal}", "mk-blocker") if goal else paragraph(stands)
    return markup(
        '<p class="mk-blocker"><strong>{trying}</strong> {stands}</p>',
        trying=say("You are trying something out, which nobody else sees."), stands=stands,
    )  # fmt: skip
