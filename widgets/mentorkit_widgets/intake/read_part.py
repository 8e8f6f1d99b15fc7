"""Reading files: choosing them, seeing what was understood, looking at the rows, taking them in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.fields import FIELDS
from mentorkit_widgets.base import actions, button, card, chip, markup, paragraph, shown
from mentorkit_widgets.components.files import FilePicker
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.rows import ApplicationList

if TYPE_CHECKING:
    from mentorkit.intake.context import FileReport, SheetReport
    from mentorkit.intake.headings import Column
    from mentorkit.intake.intake import Intake

ACCEPTED = ".csv,.txt,.xlsx,.ods"


class ReadPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Upload, what was understood, the rows with one of them opened, confirmation."""

    def __init__(self, model: IntakeModel, hindrances: w.Widget) -> None:
        self.model = model
        self.upload_card = self._upload()
        self.confirm_card = self._confirm()
        self.list = ApplicationList(model, "read")
        self.rows = w.VBox([w.HTML(_heading(say("Look at the applications"))), self.list])
        parts = [self.confirm_card, self.upload_card, hindrances, self.rows]
        super().__init__(parts, layout=w.Layout(grid_gap="1rem"))
        model.observe(self.show, ["intake", "stored"])
        self.show()

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

    def show(self, *_: object) -> None:
        """Show what can be done now: reading, or confirming what was read."""
        model = self.model
        waiting = model.intake is not None
        self.upload.quiet = waiting
        self.upload.label = say("Add further files") if waiting else say("Choose files")
        shown(self.upload_about, not waiting)
        (self.upload_card.remove_class if waiting else self.upload_card.add_class)("mk-card")
        shown(self.confirm_card, waiting or model.can_undo)
        shown(self.samples, bool(model.samples) and not model.stored and not waiting)
        shown(self.discard, waiting)
        shown(self.confirm, waiting)
        shown(self.undo, model.can_undo)
        shown(self.rows, waiting)
        self.confirm.disabled = bool(model.blockers)
        if model.intake is None:
            self.files.value = ""
            return
        n = len(model.intake.applications)
        self.confirm.description = say_n("Take in {n} application", "Take in {n} applications", n)
        self.files.value = _files(model.intake)


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
