"""Confidential texts: reading them with an opened key, and taking in sheets from paper or files."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.forms.confidential import SHEETS, wrong_in
from mentorkit.forms.schema import FormField, entries_of
from mentorkit.language import later, say, say_n
from mentorkit.language.formats import date
from mentorkit.privacy import confidence
from mentorkit.privacy.confidence import SheetRow, TextRow
from mentorkit.privacy.records import Confidence
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.files import Chosen, FilePicker
from mentorkit_widgets.components.form import Field
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.privacy.key_ring import Keys
from mentorkit_widgets.privacy.model import Part, PrivacyModel
from mentorkit_widgets.privacy.sheet import Sheet, Typed, missing

_CHANNELS = {
    "link": later("by the personal link"),
    "sheet": later("by a file"),
    "typed": later("typed in from paper"),
}


class Texts(Part):
    """The texts of a run, and the one that is open."""

    #: Id of the text that is read; empty while none is.
    opened = t.Unicode()

    def __init__(self, model: PrivacyModel, ring: Keys) -> None:
        self.ring = ring
        #: What the open text says, by field; gone as soon as it is closed.
        self.content: dict[str, str] = {}
        super().__init__(model)
        ring.observe(self._close_with_key, "key")

    def load(self) -> None:
        """Read which texts there are."""
        model = self.model
        self.rows = {row.id: row for row in confidence.texts(model.store, model.actor, model.run.id)}
        self.people = confidence.participants(model.store, model.actor, model.run.id)

    def open(self, text_id: str) -> None:
        """Read a text; that leaves an entry in the trail."""
        model = self.model
        if self.ring.key is None:
            model.refuse(say("Please open your key first."))
            return
        with model.attempting():
            self.content = confidence.read(model.store, model.actor, self.ring.key, text_id)
            self.opened = ""
            self.opened = text_id

    def close(self) -> None:
        """Close the text that is read."""
        self.content = {}
        self.opened = ""

    def _close_with_key(self, *_: object) -> None:
        if self.ring.key is None:
            self.close()

    def take_in(self, kind: Confidence, typed: Typed) -> dict[str, str]:
        """Seal what was typed off a sheet; return what is wrong, a sentence by field."""
        entries = entries_of(SHEETS[kind].fields(), typed)
        wrong = missing(typed, "person") | wrong_in(kind, entries)
        if wrong:
            return wrong
        model = self.model
        with model.attempting():
            confidence.take_in(model.store, model.actor, model.run.id, typed["person"], kind, entries)
            model.changed(say("The sheet is sealed. Please destroy the paper or lock it away."))
            return {}
        return {"person": model.message}

    def take_file(self, name: str, content: bytes) -> None:
        """Seal the sheets of a file that was filled in; what cannot be taken is told, row by row."""
        model = self.model
        with model.attempting(say("The file is being read …")):
            rows = confidence.read_sheet(model.store, model.actor, model.run.id, (name, content))
            told = [self._take_row(row) for row in rows]
            sealed = say_n("{n} sheet is sealed.", "{n} sheets are sealed.", told.count(""))
            model.changed(" ".join([sealed, *filter(None, told)]))

    def _take_row(self, row: SheetRow) -> str:
        """Seal a row; return why it cannot be, without what stands in it."""
        if row.person_id is None:
            return say(
                "Of “{name}” nobody is known here, or several: please type her sheet in.", name=row.name
            )
        if row.wrong:
            return " ".join((say("The sheet of {name} is not complete.", name=row.name), *row.wrong.values()))
        if row.again:
            return say("The sheet of {name} was taken in already, and is not sealed twice.", name=row.name)
        model = self.model
        confidence.take_in(
            model.store, model.actor, model.run.id, row.person_id, row.kind, row.fields, channel="sheet"
        )
        return ""


class TextsPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table of texts, the one that is read, and the ways in which sheets come in by hand."""

    def __init__(self, model: PrivacyModel, ring: Keys) -> None:
        self.model, self.texts = model, Texts(model, ring)
        self.table = Table(
            say("Confidential texts, the latest first"),
            _columns(),
            filtered=True,
            empty=say("Nothing was confided yet."),
        )
        self.table.on_action(lambda text_id, _: self.texts.open(text_id))
        self.reader = TextReader(self.texts)
        self.entry: dict[Confidence, Sheet] = {
            kind: Sheet(say("Seal it"), lambda typed, kind=kind: self._take_in(kind, typed), self._leave)  # type: ignore[misc]
            for kind in SHEETS
        }
        begin = [
            button(say("Type in: {sheet} …", sheet=say(sheet.title)), lambda kind=kind: self._begin(kind))  # type: ignore[misc]
            for kind, sheet in SHEETS.items()
        ]
        self.picker = FilePicker(say("Choose a filled-in file"), say("or drop it here"), ".xlsx,.ods")
        self.picker.on_choose(self._take_files)
        self.texts.observe(self._show, "read")
        ring.observe(self._show, "key")
        self._show()
        super().__init__(
            [
                section(
                    say("Confidential texts"),
                    self.reader,
                    self.table,
                    hint=say("Each reading leaves an entry in the audit trail, without what was read."),
                ),
                section(
                    say("Sheets that came on paper or as a file"),
                    actions(*begin),
                    *self.entry.values(),
                    self.picker,
                    hint=say("Only you take them in, so that nobody of the coordination reads them."),
                ),
            ],
            layout=w.Layout(grid_gap="1rem"),
        )

    def _show(self, *_: object) -> None:
        closed = "" if self.texts.ring.key else say("Please open your key first.")
        self.table.rows = [_row(row, closed) for row in self.texts.rows.values()]

    def _begin(self, kind: Confidence) -> None:
        self._leave()
        people = {one.person_id: one.name for one in self.texts.people}
        person = Field(
            "person", say("Whose sheet it is"), "choice", required=True, options=people, width="half"
        )
        fields = [person, *map(_field, SHEETS[kind].fields())]
        self.entry[kind].begin(say(SHEETS[kind].title), fields, say("Nothing of it is kept as a draft."))

    def _take_in(self, kind: Confidence, typed: Typed) -> dict[str, str]:
        wrong = self.texts.take_in(kind, typed)
        if not wrong:
            self._leave()
        return wrong

    def _take_files(self, files: list[Chosen]) -> None:
        for name, content in files:
            self.texts.take_file(name, content)

    def _leave(self) -> None:
        for sheet in self.entry.values():
            sheet.end()


def _field(asked: FormField) -> Field:
    """Return a question of a sheet as a field of a form."""
    kind: Any = {"text": "text", "lines": "lines", "choice": "choice"}[asked.kind]
    return Field(
        asked.name, asked.label, kind, asked.help, asked.required, dict(asked.options), longest=asked.longest
    )


def _columns() -> list[dict[str, Any]]:
    return [
        column("name", say("Who")),
        column("kind", say("What")),
        column("at", say("When")),
        column("how", say("How it came")),
    ]


def _row(row: TextRow, closed: str) -> dict[str, Any]:
    at, what = row.at.astimezone(), say(SHEETS[row.kind].title)
    title = say("Read: {what}, {name}", what=what, name=row.name)
    gone = say("The key of this text is gone; nobody can read it any more.") if row.lost else ""
    return {
        "id": row.id,
        "name": row.name,
        "kind": chip(what, "lock", "careful" if row.kind == "concern" else "accent"),
        "at": cell(date(at.date()), at.isoformat()),
        "how": say(_CHANNELS[row.channel]),
        "actions": [action("read", say("Read"), title, disabled=gone or closed)],
    }


class TextReader(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The text that is read, field by field; hidden while none is."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.heading, self.content = Heading(on_close=texts.close), LaidOut()
        super().__init__([self.heading, self.content, actions(button(say("Close the text"), texts.close))])
        self.add_class("mk-card")
        self.add_class("mk-no-print")  # what was confided leaves on no paper by the way
        texts.observe(self._show, "opened")
        self._show()

    def _show(self, *_: object) -> None:
        row = self.texts.rows.get(self.texts.opened)
        shown(self, row is not None)
        if row is None:
            self.content.value = self.heading.text = ""
            return
        sheet, said = SHEETS[row.kind], self.texts.content
        parts = [
            markup("<h3>{label}</h3>", label=field.label) + _lines(dict(field.options).get(text, text))
            for field in sheet.fields()
            if (text := said.get(field.name, ""))
        ]
        self.content.value = Markup().join(parts)
        self.heading.text = say("{what}, {name}", what=say(sheet.title), name=row.name)


def _lines(text: str) -> Markup:
    """Return what somebody wrote, line by line, as text."""
    return Markup().join(paragraph(line) for line in text.splitlines() if line.strip())
