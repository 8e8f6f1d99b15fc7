"""What happened to an application, and undoing the last of it, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import later, say
from mentorkit.language.formats import date, written
from mentorkit.programme.records import Application
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.intake.model import IntakeModel

if TYPE_CHECKING:
    from mentorkit.intake.trail import Deed


class History(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Who changed an application when, field by field; read from the store when it is unfolded."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        self._shown: tuple[str, int] = "", 0
        self.list = LaidOut()
        self.hint = LaidOut(
            paragraph(say("Undone, it is as if it had not happened, with the place held before."), "mk-muted")
        )
        self.undo = button("", lambda: self._step("undo"))
        self.redo = button("", lambda: self._step("redo"))
        self._asked: Literal["undo", "redo"] | None = None
        self.question = Question(yes=self._agree, no=self._drop)
        steps = w.VBox([actions(self.undo, self.redo), self.question], layout=w.Layout(grid_gap="0.6rem"))
        body = w.VBox([self.list, self.hint, steps])
        self.more = Disclosure(say("What happened so far"), lambda: body)
        super().__init__([self.more])
        self.more.observe(lambda _: self._read(), "opened")

    def show(self, application: Application) -> None:
        """Follow the application that is looked at; another one begins folded."""
        shown(self, self.model.may_see_changes)
        if self._shown[0] != application.id:
            self.more.opened = False
        if self._shown != (application.id, application.version):
            self._drop()
            self._shown = application.id, application.version
            self._read()

    def _step(self, way: Literal["undo", "redo"]) -> None:
        """Undo or restore; who would lose a place by that is told first, and asked about."""
        self._asked = way
        if told := self.model.foresee_step(way):
            self.question.ask(say("Places change by this. Go on?"), told, say("Yes, go on"))
        else:
            self._agree()

    def _agree(self) -> None:
        way = self._asked
        self._drop()
        if way is not None:
            (self.model.undo_change if way == "undo" else self.model.redo_change)()

    def _drop(self) -> None:
        self._asked = None
        self.question.answered()

    def _read(self) -> None:
        if not self.more.opened:
            return
        self.list.value = markup(
            "<ol reversed>{items}</ol>", items=Markup().join(map(_deed, self.model.deeds()))
        )
        undoable = self.model.undoable()
        shown(self.hint, undoable is not None and undoable.cost_place)
        for each, deed, words in (
            (self.undo, undoable, later("Undo: {what}")),
            (self.redo, self.model.redoable(), later("Restore: {what}")),
        ):
            shown(each, deed is not None)
            if deed is not None:
                each.description = each.tooltip = say(words, what=deed.what)


def _deed(deed: Deed) -> Markup:
    """Tell one change: what, when, by whom, why, and each field before and after."""
    at = deed.at.astimezone()
    when = say("{day}, {time}, {who}", day=date(at.date()), time=at.strftime("%H:%M"), who=deed.by)
    changes = Markup().join(
        markup(
            "<li>{label}: <del>{before}</del> → <ins>{after}</ins></li>",
            label=c.label, before=written(c.before or "–"), after=written(c.after or "–"),
        )
        for c in deed.changes
    )  # fmt: skip
    return markup(
        "<li><strong>{what}</strong><br><span class='mk-muted'>{when}</span>{reason}{changes}</li>",
        what=deed.what,
        when=when,
        reason=paragraph(deed.reason) if deed.reason else "",
        changes=markup("<ul>{changes}</ul>", changes=changes) if changes else "",
    )
