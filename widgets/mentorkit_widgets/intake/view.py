"""What one sees of the intake: files, what was understood of them, the rows, one row opened."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.fields import FIELDS
from mentorkit_widgets.base import View, actions, button, card, chip, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.files import FilePicker
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.intake.application_form import ApplicationForm
from mentorkit_widgets.intake.applications import fits, is_open, table_columns, table_row
from mentorkit_widgets.page import address

if TYPE_CHECKING:
    from mentorkit.intake.context import FileReport, SheetReport
    from mentorkit.intake.headings import Column
    from mentorkit.intake.intake import Intake
    from mentorkit_widgets.intake.app import IntakeModel

ACCEPTED = ".csv,.txt,.xlsx,.ods"


class IntakeView(View):
    """Upload, what was understood, rows with one of them opened, confirmation."""

    model: IntakeModel

    def __init__(self, model: IntakeModel) -> None:
        super().__init__(
            model,
            title=say("Intake"),
            lead=say("Read the application files, look at what is doubtful, and take the applications in."),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the controls."""
        model = self.model
        self.upload_card = self._upload()
        self.confirm_card = self._confirm()
        self.work = self._work()
        for names, show in (
            (["intake", "stored"], self._show_steps),
            (["place", "intake", "stored", "show", "role"], self._show_rows),
        ):
            model.observe(lambda _, show=show: show(), names)
            show()
        return (self.next_step, self.confirm_card, self.upload_card, self.hindrances, self.work)

    # -- the parts ------------------------------------------------------------------------------

    def _upload(self) -> w.Widget:
        model = self.model
        self.upload = FilePicker(say("Choose files"), say("or drop them here"), ACCEPTED)
        self.upload.on_choose(model.read)
        self.samples = button(say("Read the sample files"), lambda: model.read(model.samples))
        hint = paragraph(
            say(
                "Several at once are fine: CSV, Excel (.xlsx), OpenDocument (.ods). Reading changes nothing."
            ),
            "mk-muted",
        )
        self.upload_about = w.HTML(_heading(say("Read files")) + hint)
        return card(self.upload_about, self.upload, actions(self.samples))

    def _confirm(self) -> w.Widget:
        model = self.model
        self.files = w.HTML()
        self.confirm = button("", model.confirm, primary=True)
        self.discard = button(say("Discard what was read"), model.discard)
        self.undo = button(say("Take back the last change"), model.undo)
        doing = actions(self.confirm, self.discard, self.undo)
        return card(w.HTML(_heading(say("What was understood"))), self.files, doing)

    def _work(self) -> w.Widget:
        model = self.model
        places = {"read": say("just read"), "stored": say("taken in")}
        self.place = Choice(say("Applications"), places, model.place)
        self.show_rows = Choice(say("Result"), self._show_options(), model.show)
        self.role = Choice(
            say("Role"),
            {"all": say("all"), "mentee": say("{mentee:pl.nom}"), "mentor": say("{mentor:pl.nom}")},
        )
        for choice, name in ((self.place, "place"), (self.show_rows, "show"), (self.role, "role")):
            choice.observe(lambda change, name=name: setattr(model, name, change["new"]), "value")
            model.observe(lambda change, choice=choice: setattr(choice, "value", change["new"]), name)
        self.table = Table(say("Applications"), [], filtered=True, selectable=True)
        self.table.observe(self._take_selected, "selected")
        model.observe(self._show_selected, "selected")
        self.form = ApplicationForm(model)
        self.next_step = w.HTML()
        split = w.HBox([self.table, self.form])
        split.add_class("mk-opened")
        split.add_class("mk-instead")
        self.split = split
        parts = [self.place, self.show_rows, self.role, split]
        return w.VBox(parts, layout=w.Layout(grid_gap="0.6rem"))

    # -- following the model --------------------------------------------------------------------

    def _show_steps(self) -> None:
        """Show what can be done now: reading, or confirming what was read."""
        model = self.model
        shown(self.upload_card, model.may_take_in)
        waiting = model.intake is not None
        self.upload.quiet = waiting
        self.upload.label = say("Add further files") if waiting else say("Choose files")
        shown(self.upload_about, not waiting)
        (self.upload_card.remove_class if waiting else self.upload_card.add_class)("mk-card")
        shown(self.confirm_card, model.intake is not None or model.can_undo)
        shown(self.samples, bool(model.samples) and not model.stored and model.intake is None)
        shown(self.discard, model.intake is not None)
        shown(self.confirm, model.intake is not None)
        shown(self.undo, model.can_undo)
        self.confirm.disabled = bool(model.blockers)
        if model.intake is None:
            self.files.value = ""
        else:
            n = len(model.intake.applications)
            self.confirm.description = say_n("Take in {n} application", "Take in {n} applications", n)
            self.files.value = _files(model.intake)
        shown(self.work, model.intake is not None or bool(model.stored))
        shown(self.place, model.intake is not None and bool(model.stored))
        self.next_step.value = _next_step(model)
        shown(self.next_step, bool(self.next_step.value))

    def _show_rows(self) -> None:
        self._following = True  # a row that leaves the list stays open in the form
        self.show_rows.options = [list(pair) for pair in self._show_options().items()]
        self.table.empty = say("No application fits these filters.")
        changes = self.model.changes
        self._show_columns()
        self.table.rows = [table_row(a, changes.get(a.id, "")) for a in self.model.rows]
        self._following = False
        self._show_selected()

    def _show_columns(self) -> None:
        """Show fewer columns while an application is open beside the table."""
        model = self.model
        self.table.columns = table_columns(
            model.settings, with_change=bool(model.changes), narrow=bool(model.selected)
        )

    def _show_options(self) -> dict[str, str]:
        """Return the filters by status, each with the number of applications that it lets through."""
        words = {
            "all": say("all"),
            "open": say("to look at"),
            "ineligible": say("refused"),
            "ok": say("in order or admitted"),
        }
        applications = self.model.applications
        counts = {show: sum(fits(a, show) for a in applications) for show in words}
        return {show: say("{word} ({n})", word=word, n=counts[show]) for show, word in words.items()}

    def _take_selected(self, change: dict[str, str]) -> None:
        if not self._following:
            self.model.selected = change["new"]

    def _show_selected(self, *_: object) -> None:
        chosen = self.model.selected
        self._following = True
        self.table.selected = chosen if any(row["id"] == chosen for row in self.table.rows) else ""
        self._following = False
        (self.split.add_class if chosen else self.split.remove_class)("mk-split")
        self._show_columns()


def _heading(text: str) -> Markup:
    return markup("<h2>{text}</h2>", text=text)


def _files(intake: Intake) -> Markup:
    """Return what was understood of each file; the meaning of its headings can be unfolded."""
    left_out = Counter(raw.file for raw in intake.left_out)
    files = Markup().join(_file(file, left_out[place]) for place, file in enumerate(intake.files))
    if not intake.history:
        return files
    told = say_n(
        "{n} tandem of an earlier run was read.", "{n} tandems of earlier runs were read.", intake.history
    )
    return files + paragraph(told)


def _file(file: FileReport, left_out: int) -> Markup:
    """Return a file in a line, with its name, what it holds, and what was not taken of it."""
    refused = file.status == "refused"
    said = [file.message] if file.message else []
    if left_out:
        said.append(
            say_n(
                "{n} row of another organisation was left out.",
                "{n} rows of other organisations were left out.",
                left_out,
            )
        )
    sheets = [sheet for sheet in file.sheets if sheet.heading_row]
    line = markup(
        "{chip} <strong>{name}</strong> {holds}",
        name=file.file,
        chip=chip("error", say("not readable")) if refused else chip("ok", say("read")),
        holds=listing(_holds(sheet) for sheet in sheets) if not refused else "",
    )
    more = Markup().join(_sheet(sheet) for sheet in sheets)
    unfold = markup("<details><summary>{line}</summary>{more}</details>", line=line, more=more)
    return markup(
        '<div class="mk-file">{line}{said}</div>',
        line=unfold if more else markup("<p>{line}</p>", line=line),
        said=Markup().join(paragraph(sentence) for sentence in said),
    )


def _sheet(sheet: SheetReport) -> Markup:
    """Return what a sheet holds, and how each of its headings was understood."""
    columns = Markup().join(
        markup(
            '<tr><th scope="row">{heading}</th><td>{field}</td></tr>',
            heading=column.heading,
            field=_meaning(column),
        )
        for column in sheet.columns
        if column.heading
    )
    holds = _holds(sheet)
    return markup(
        "<div class='mk-scroll'><table class='mk-table'><caption>{told}</caption><thead><tr>"
        "<th scope='col'>{heading}</th><th scope='col'>{field}</th></tr></thead>"
        "<tbody>{columns}</tbody></table></div>",
        told=say("Sheet “{sheet}”: {what}", sheet=sheet.sheet, what=holds) if sheet.sheet else holds,
        heading=say("Heading in the file"), field=say("understood as"), columns=columns,
    )  # fmt: skip


def _meaning(column: Column) -> str:
    if column.field is None or column.field not in FIELDS:
        return say("not needed") if column.field is None else say("understood")
    label = FIELDS[column.field].label
    return label if column.sure else say("{field} (probably)", field=label)


def _holds(sheet: SheetReport) -> str:
    kinds = {
        "mentee": say_n("{n} {mentee:sg.nom}", "{n} {mentee:pl.nom}", sheet.rows),
        "mentor": say_n("{n} {mentor:sg.nom}", "{n} {mentor:pl.nom}", sheet.rows),
        "both": say_n("{n} application", "{n} applications", sheet.rows),
        "history": say_n("{n} tandem of an earlier run", "{n} tandems of earlier runs", sheet.rows),
    }
    return kinds[sheet.meaning] if sheet.meaning else say("role not recognised")


def _next_step(model: IntakeModel) -> Markup:
    """Say how to go on once applications are taken in."""
    if model.intake is not None or not model.stored:
        return Markup()
    if any(is_open(application) for application in model.stored):
        return paragraph(say("Please look at the doubtful applications next: choose a name in the table."))
    href = address("matching", model.run.id)
    return markup(
        '<p><a class="mk-primary" href="{href}">{word}</a></p>', href=href, word=say("On to the matching")
    )
