"""Reading files: choosing or pasting, seeing what was understood, looking at the rows, taking them in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake.news import changes_nothing, new_history, to_take
from mentorkit.intake.questions import hindering
from mentorkit.language import say, say_n
from mentorkit_widgets.base import actions, button, card, markup, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.files import FilePicker
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.intake.files import MAPPING, changed_rows, changes, files, remarks
from mentorkit_widgets.intake.mapping import MappingView, Remembered
from mentorkit_widgets.intake.mapping_model import MappingModel
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.paste import PasteModel, PasteView
from mentorkit_widgets.intake.rows import ApplicationList
from mentorkit_widgets.intake.unknown import UnknownModel, UnknownOrganisations

if TYPE_CHECKING:
    from mentorkit.intake.intake import Intake

#: By this the questions are reached by a link.
QUESTIONS = "mk-questions"
ACCEPTED = ".csv,.txt,.xlsx,.ods"


class ReadPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Upload, what was understood and what is asked about it, the rows with one opened, confirmation."""

    def __init__(self, model: IntakeModel, hindrances: w.Widget) -> None:
        self.model = model
        self.upload_card = self._upload()
        # filled as soon as something is read
        self.asking = w.VBox(layout=w.Layout(grid_gap="0.6rem"))
        title = markup('<h3 id="{id}" tabindex="-1">{title}</h3>', id=QUESTIONS, title=say("Please answer"))
        self.asking_title = LaidOut(title)
        self.confirm_card = self._confirm()
        self.mapping = MappingModel(*model.hands, model.intake, self._answered)
        self.unknown = UnknownModel(model.run, model, model.judge_again, lambda: model.intake)
        self.rows = w.VBox()
        self.details = w.VBox()
        self.remembered = Remembered(self.mapping)
        parts = [
            self.confirm_card, self.details, self.upload_card, self.remembered, hindrances, self.rows,
        ]  # fmt: skip
        super().__init__(parts, layout=w.Layout(grid_gap="1rem"))
        model.observe(self.show, ["intake", "stored"])
        self.show()

    def _upload(self) -> w.Widget:
        model = self.model
        self.upload = FilePicker(say("Choose files"), say("or drop them here"), ACCEPTED)
        self.upload.on_choose(model.read)
        self.samples = button(say("Read the sample files"), lambda: model.read(model.samples))
        self.pasting = Disclosure(say("Or paste cells from a spreadsheet program"), lambda: self.paste)
        hint = paragraph(
            say(
                "Several at once are fine: CSV, Excel (.xlsx), OpenDocument (.ods). Reading changes nothing."
            ),
            "mk-muted",
        )
        self.upload_about = LaidOut(markup("<h2>{title}</h2>", title=say("Read files")) + hint)
        return card(self.upload_about, self.upload, actions(self.samples), self.pasting)

    @cached_property
    def paste(self) -> PasteView:
        """The box for pasted cells; made when it is unfolded."""
        return PasteView(PasteModel(*self.model.hands, self._take_pasted, waiting=lambda: self.model.intake))

    def _asked(self) -> Markup:
        """Say that something is to be answered first, and lead there."""
        n = len(self.mapping.questions) + (len(self.unknown.unknown) if self.unknown.may_answer else 0)
        shown(self.asking_title, n > 0)
        # what is to be done first is the button that stands out
        self.confirm.add_class("mk-button" if n else "mk-primary")
        self.confirm.remove_class("mk-primary" if n else "mk-button")
        told = say_n(
            "{n} question about the files is open; please answer it first.",
            "{n} questions about the files are open; please answer them first.",
            n,
        )
        if self._is_hindered:
            told += " " + say("Then the applications can be taken in.")
        way = markup('<a href="#{id}">{word}</a>', id=QUESTIONS, word=say("To the questions"))
        return markup('<p class="mk-blocker">{told} {way}</p>', told=told, way=way) if n else Markup()

    def _answered(self, intake: Intake) -> None:
        self.model.edit(intake, say("answers about the files"))

    def _take_pasted(self, intake: Intake) -> None:
        self.model.take_read(intake)
        self.pasting.opened = False

    def _confirm(self) -> w.Widget:
        model = self.model
        self.files = LaidOut()
        self.changes = LaidOut()
        self.more = Disclosure(say("What these files change"), lambda: self.changes)
        self.remarks = LaidOut()
        self.no_people = Disclosure("", lambda: self.remarks)
        self.confirm = button("", model.confirm, primary=True)
        self.discard = button(say("Discard what was read"), model.discard)
        self.undo = button("", model.undo)
        doing = actions(self.confirm, self.discard, self.undo)
        doing.layout = w.Layout(border_top="1px solid var(--mk-line)", padding="0.9rem 0 0")
        self.read_title = LaidOut(markup("<h2>{title}</h2>", title=say("What was understood")))
        return card(self.read_title, self.files, self.asking, self.no_people, self.more, doing)

    @cached_property
    def organisations(self) -> UnknownOrganisations:
        """What organisations mean that nobody knows."""
        return UnknownOrganisations(self.unknown)

    @cached_property
    def list(self) -> ApplicationList:
        """The applications that were read."""
        return ApplicationList(self.model, "read")

    def _fill(self) -> None:
        """Put in what is asked about the files as a whole, and the applications that were read."""
        view = MappingView(self.mapping)
        self.asking.children = (self.asking_title, view, self.organisations)
        here = markup('<div id="{id}" tabindex="-1"></div>', id=MAPPING)
        self.details.children = (LaidOut(here), view.mapping)
        heading = markup("<h2>{title}</h2>", title=say("Look at the applications"))
        self.rows.children = (LaidOut(heading), self.list)

    def show(self, *_: object) -> None:
        """Show what can be done now: reading, or confirming what was read."""
        model = self.model
        waiting = model.intake is not None
        self._show_read()  # before the parts that show it come into sight
        self.upload.quiet = waiting
        self.upload.label = say("Add further files") if waiting else say("Choose files")
        shown(self.upload_about, not waiting)
        (self.upload_card.remove_class if waiting else self.upload_card.add_class)("mk-card")
        shown(self.confirm_card, waiting or bool(model.undoable_change))
        shown(self.samples, bool(model.samples) and not model.stored and not waiting)
        shown(self.discard, waiting)
        shown(self.confirm, waiting and not self.changes_nothing)
        shown(self.read_title, waiting)
        change = model.undoable_change
        self.undo.description = self.undo.tooltip = say("Take back: {what}", what=change)
        shown(self.undo, bool(change))
        if waiting and not self.rows.children:
            self._fill()
        for part in (self.rows, self.asking, self.details):
            shown(part, waiting)
        self.confirm.disabled = bool(model.blockers) or self._is_hindered

    def _show_read(self) -> None:
        """Show what was understood of the files."""
        intake = self.model.intake
        if self.mapping.intake is not intake:
            self.mapping.intake = intake
            self.mapping.say("")  # what was said is about the files before
        rows = changed_rows(intake) if intake is not None else []
        self.changes.value = changes(rows) if rows else Markup()
        shown(self.more, bool(rows))
        n, self.remarks.value = remarks(intake) if intake is not None else (0, Markup())
        self.no_people.button.title = say_n(
            "{n} row is not about a person", "{n} rows are not about a person", n
        )
        shown(self.no_people, n > 0)
        if intake is None:
            told = say("What was read is discarded; you can bring it back.")
            self.files.value = paragraph(told) if self.model.undoable_change else Markup()
            return
        self.unknown.reload()
        self._show_confirm(intake)
        told = Markup()
        if self.changes_nothing and intake.context.own is None:
            told = paragraph(say("These files change nothing: all that they say is stored already."))
        elif self.changes_nothing and (intake.applications or not intake.left_out):
            told = paragraph(say("These files change nothing."))
        self.files.value = self._asked() + files(intake, self.mapping.questions) + told

    @property
    def _is_hindered(self) -> bool:
        """Whether something about the files must be answered before they are taken in."""
        return self.model.intake is not None and bool(hindering(self.model.intake))

    @property
    def changes_nothing(self) -> bool:
        """Whether taking in what was read would leave all as it is."""
        intake = self.model.intake
        return intake is not None and changes_nothing(intake)

    def _show_confirm(self, intake: Intake) -> None:
        """Say on the buttons what taking in adds and changes, or that there is nothing but to close."""
        new, changed = to_take(intake)
        if not new and not changed and (history := len(new_history(intake))):
            told = say_n(
                "Take in {n} tandem of an earlier run", "Take in {n} tandems of earlier runs", history
            )
        elif new and changed:
            told = say("Take in {n} new and changed applications", n=new + changed)
        elif changed:
            told = say_n("Take in {n} change", "Take in {n} changes", changed)
        else:
            told = say_n("Take in {n} application", "Take in {n} applications", new)
        self.confirm.description = self.confirm.tooltip = told
        nothing = self.changes_nothing
        self.discard.description = self.discard.tooltip = (
            say("Close") if nothing else say("Discard what was read")
        )
