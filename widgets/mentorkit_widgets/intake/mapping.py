"""What the columns of files mean: the questions first, then the whole mapping, to be changed."""

from __future__ import annotations

from typing import Any, cast

import ipywidgets as w

from mentorkit.intake import history, mapping
from mentorkit.intake.context import FileReport, SheetReport
from mentorkit.intake.doubled import doubled, label_of_meaning
from mentorkit.intake.headings import normal
from mentorkit.intake.questions import Question
from mentorkit.intake.sheets import letters_of
from mentorkit.intake.vocabulary import HEADINGS, NAME, ROLE
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.records import HeadingMeaning
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.intake.mapping_model import ALONE, MappingModel, Memory, called

_LONGEST_SAMPLE = 60


class MappingView(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Questions about the files that were read; ``mapping`` tells how their columns were understood."""

    def __init__(self, model: MappingModel) -> None:
        self.model = model
        self.asked = _Questions(model)
        self.tables = w.VBox()
        self.mapping = Disclosure(say("How the columns were understood"), lambda: self.tables, level=3)
        self._said = LaidOut()
        super().__init__([self.asked, self._said])
        model.observe(self._show, "intake")
        model.observe(self._tell, ["told", "message"])
        self._show()

    def _show(self, *_: object) -> None:
        before = {t.key for t in self.tables.children if t.more.opened}
        self.tables.children = tuple(_TableMapping(self.model, *one) for one in self.model.tables)
        for table in self.tables.children:
            table.more.opened = table.key in before  # it stays where one was at work
        shown(self.mapping, bool(self.model.tables))

    def _tell(self, *_: object) -> None:
        self._said.value = markup('<p role="status">{text}</p>', text=self.model.message)


class _Questions(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What is asked, with an answer that is proposed."""

    def __init__(self, model: MappingModel) -> None:
        self.model = model
        self.asked: dict[str, Question] = {}
        self.form = Form([], on_edit=self._edit)
        self.memory = Choice(
            say("For which files these answers hold"), {str(k): v for k, v in model.memories().items()}
        )
        self.memory.observe(lambda change: setattr(model, "memory", change["new"]), "value")
        self.confirm = button(say("Read again with these answers"), self._confirm, primary=True)
        self.hint = LaidOut()
        parts = [self.hint, self.form, self.memory, actions(self.confirm)]
        super().__init__(parts, layout=w.Layout(grid_gap="0.6rem"))
        model.observe(self.show, "intake")
        self.show()

    def show(self, *_: object) -> None:
        """Follow the model."""
        # a key may hold a whole heading, which is no name for a field
        self.asked = {f"q{i}": question for i, question in enumerate(self.model.questions)}
        self.form.fields = [_question_field(self.model, name, q) for name, q in self.asked.items()]
        if self.asked:
            self.form.fill({name: q.guess for name, q in self.asked.items()})
            memories = self.model.memories()
            self.memory.options = [[str(key), text] for key, text in memories.items()]
            self.memory.value = self.model.memory if self.model.memory in memories else next(iter(memories))
        lasting = any(question.lasting for question in self.asked.values())
        shown(self.memory, lasting)
        self.hint.value = _hint(lasting=lasting)
        shown(self, bool(self.asked))

    def _edit(self, name: str, value: Value) -> None:
        self.model.answer(self.asked[name].key, str(value))

    def _confirm(self) -> None:
        said = self.form.values
        wanting = {
            field.name: say("Please choose an answer.")
            for field in self.form.fields
            if field.required and not said[field.name]
        }
        names = {question.key: name for name, question in self.asked.items()}
        clashing = {names[key]: why for key, why in self.model.refused_answers().items()}
        if wrong := {**clashing, **wanting}:
            self.form.refuse(wrong)
        else:
            self.model.confirm()


def _hint(*, lasting: bool) -> str:
    hint = say("The files do not tell this by themselves.")
    if lasting:
        hint += " " + say("What you answer about headings and tables is remembered, so it is asked once.")
    return paragraph(hint, "mk-muted")


def _question_field(model: MappingModel, name: str, question: Question) -> Field:
    heading, samples = question.heading, _shortened(question.samples)
    if question.kind == "replaces":
        file = question.files[0]
        label = say("Does “{file}” replace “{earlier}”?", file=file, earlier=heading)
        if file == heading:
            label = say("Does “{file}” that you chose last replace the one of the same name?", file=file)
        both = say("These persons, among others, stand in both: {names}.", names=listing(samples))
        answers = {
            "yes": say("Yes, it is a newer state: those applications are updated"),
            "older": say("No, it is an older state: what the other one says holds"),
            "no": say("No: the applications in it are further ones"),
        }
        return Field(name, label, "radio", help=both, required=True, options=answers)
    if question.kind == "year":
        label = say("Which run, or which year, are the tandems of “{table}” of?", table=heading)
        return Field(name, label, help=say("For example: {samples}", samples=" · ".join(samples)))
    if question.kind == "headings":
        label = say(
            "In which row of the sheet “{sheet}” do the headings stand?", sheet=heading or question.files[0]
        )
        rows = {str(i): say("Row {row}: {text}", row=i, text=text) for i, text in enumerate(samples, 1)}
        return Field(
            name, label, "choice", required=True, options={**rows, "0": say("There are no headings")}
        )
    shown_cells = say("For example: {samples}", samples=" · ".join(samples)) if samples else ""
    if question.kind == "role":
        label = say("Whom does the table “{table}” hold?", table=heading)
        return Field(name, label, "choice", help=shown_cells, required=True, options=_meanings())
    label = say("What does the column “{heading}” mean?", heading=heading)
    told = say(
        "For example: {samples} (in {files})", samples=" · ".join(samples), files=listing(question.files)
    )
    return Field(name, label, "choice", help=told, options=_field_options(model, question.guess))


class _TableMapping(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Everything that is known of one table: whom it holds, and what each column means."""

    def __init__(self, model: MappingModel, place: int, report: FileReport, sheet: SheetReport) -> None:
        self.model, self.place, self.sheet = model, place, sheet
        self.key = place, sheet.place, sheet.first_column
        self.before: dict[str, str] = self._values()
        self.form = Form(self._fields(report), dict(self.before))
        memories = {str(key): text for key, text in model.memories().items()}
        # what is said against what was understood may be true of this table alone
        self.memory = Choice(say("For which files these answers hold"), memories, "no")
        shown(self.memory, len(memories) > 1)
        self.apply = button(say("Read again with this mapping"), self._apply)
        title = f"{report.file} – {sheet.sheet}" if sheet.sheet else report.file
        self.more = Disclosure(
            title,
            lambda: w.VBox([self.form, self.memory, actions(self.apply)]),
            note=say_n("{n} column", "{n} columns", len(sheet.columns)),
            level=4,
        )
        super().__init__([self.more])

    def _values(self) -> dict[str, str]:
        columns = {f"c{c.place}": c.field or ALONE for c in self.sheet.columns}
        answer = self.model.intake.files[self.place].answers.table(self.sheet.key)
        role = answer.meaning or self.sheet.meaning or ""
        return {"meaning": role, "headings": str(self.sheet.heading_row), **columns}

    def _fields(self, report: FileReport) -> list[Field]:
        is_history = self.sheet.meaning == "history"
        meanings = _meanings()
        if self.sheet.meaning == "both":
            meanings["both"] = say("both, row by row")
        rows = len(report.content.sheets[self.sheet.place].rows) if report.content else 0
        found = [
            Field("meaning", say("Whom the table holds"), "choice", required=True, options=meanings,
                  width="half"),
            Field("headings", say("Row of the headings"), "number", least=0, most=rows, width="half",
                  help=say("0 means that there are none.")),
        ]  # fmt: skip
        for column in self.sheet.columns:
            letters = letters_of(column.place)
            label = f"{letters}: {column.heading}" if column.heading else letters
            samples = _shortened(mapping.cells_in(report, self.sheet, column.place))
            options = _history_options() if is_history else _field_options(self.model, column.field or "")
            shown_cells = say("For example: {samples}", samples=" · ".join(samples)) if samples else ""
            found.append(
                Field(f"c{column.place}", label, "choice", help=shown_cells, options=options, width="half")
            )
        return found

    def _memory(self) -> Memory:
        return cast("Memory", self.memory.value)

    def _apply(self) -> None:
        now: dict[str, Any] = self.form.values
        changed = {name: value for name, value in now.items() if value != self.before[name]}
        if (row := changed.pop("headings", None)) is not None:
            last = next(field.most for field in self.form.fields if field.name == "headings")
            if not (row.isascii() and row.isdigit() and int(row) <= (last or 0)):
                self.form.refuse({"headings": say("Please give the number of a row, or 0.")})
                return
            self.model.set_headings(self.place, self.sheet.place, int(row), self._memory())
            return
        meaning = changed.pop("meaning", "")
        columns = {int(name[1:]): field for name, field in changed.items()}
        if meaning == "both" or not (meaning or columns):
            self.model.say(say("There is nothing to change: the mapping is as it was."))
            return
        if wrong := doubled(self.sheet.columns, columns):
            self.form.refuse({f"c{place}": why for place, why in wrong.items()})
        else:
            self.model.change(self.place, self.sheet.key, columns, meaning, self._memory())


class Remembered(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What is remembered of headings and tables, and can be forgotten."""

    def __init__(self, model: MappingModel) -> None:
        self.model = model
        self.form = Form([])
        self.forget = button(say("Forget what is ticked"), self._forget)
        self.more = Disclosure(
            say("What is remembered of headings and tables"),
            lambda: w.VBox([self.form, actions(self.forget)]),
            level=3,
        )
        self._said = LaidOut()
        super().__init__([self.more, self._said])
        model.observe(self._tell, ["told", "message", "intake"])
        model.observe(self.show, "remembered")
        self.show()

    def show(self, *_: object) -> None:
        """Follow the model."""
        known = [meaning for meaning in self.model.remembered if self.model.may_forget(meaning)]
        options = {meaning.id: _remembered(meaning) for meaning in known}
        self.form.fields = [Field("forget", say("Remembered"), "ticks", options=options)]
        self.form.fill({"forget": []})
        shown(self.more, bool(known))

    def _tell(self, *_: object) -> None:
        # while files are read it stands beside what is asked about them
        text = self.model.message if self.model.intake is None else ""
        self._said.value = markup('<p role="status">{text}</p>', text=text) if text else ""

    def _forget(self) -> None:
        ticked = self.form.values["forget"]
        for meaning in self.model.remembered:
            if meaning.id in ticked:
                self.model.forget(meaning)


def _remembered(meaning: HeadingMeaning) -> str:
    if ":" not in meaning.heading:
        return _remembered_heading(meaning)
    whose = meaning.organisation or say("everybody")
    if meaning.field == HEADINGS:
        return say("A row of headings: {headings} ({whose})", headings=called(meaning), whose=whose)
    name, _, headings = meaning.heading.partition(": ")
    if name == normal(say("Pasted cells")):
        name = say("Pasted cells")
    return say(
        "The table “{name}” with {headings} holds: {whom} ({whose})",
        name=name,
        headings=headings.replace(" |", ","),
        whom=_meanings()[meaning.field],
        whose=whose,
    )


def _remembered_heading(meaning: HeadingMeaning) -> str:
    means = label_of_meaning(meaning.field)
    if meaning.organisation:
        return say(
            "“{heading}” means: {field} ({organisation})",
            heading=meaning.heading,
            field=means,
            organisation=meaning.organisation,
        )
    return say("“{heading}” means: {field} (everybody)", heading=meaning.heading, field=means)


def _field_options(model: MappingModel, present: str) -> dict[str, str]:
    """Return what a column can mean: what the programme asks for, and what it means now."""
    asked = {*ALWAYS, *model.intake.context.asked, present}
    fields = [name for name in FIELDS if name in asked]
    return {
        ALONE: label_of_meaning(""),
        NAME: label_of_meaning(NAME),
        ROLE: label_of_meaning(ROLE),
        **{f: label_of_meaning(f) for f in fields},
    }


def _history_options() -> dict[str, str]:
    return {ALONE: say("left alone"), **{name: label_of_meaning(name) for name in history.MEANINGS}}


def _meanings() -> dict[str, str]:
    return {
        "mentee": say("{mentee:pl.nom}"),
        "mentor": say("{mentor:pl.nom}"),
        "history": say("tandems of earlier runs"),
        "nothing": say("nobody; it is left alone"),
    }


def _shortened(samples: tuple[str, ...]) -> list[str]:
    lines = (" ".join(text.split()) for text in samples)
    return [line if len(line) <= _LONGEST_SAMPLE else line[:_LONGEST_SAMPLE] + " …" for line in lines]
