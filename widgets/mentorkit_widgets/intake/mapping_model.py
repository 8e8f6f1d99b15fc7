"""What the columns of files mean, as the app asks for it and changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import traitlets as t

from mentorkit.intake import mapping
from mentorkit.intake.context import FileReport, SheetReport
from mentorkit.intake.intake import Intake
from mentorkit.intake.memory import forget, remember, remember_tables, remembered
from mentorkit.intake.questions import Question
from mentorkit.intake.tables import row_signature
from mentorkit.intake.vocabulary import HEADINGS
from mentorkit.language import say, say_n
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import HeadingMeaning
from mentorkit.store import Store
from mentorkit_widgets.base import Model

#: The key of the option by which a column is left alone.
ALONE = ""
Memory = Literal["organisation", "all", "no"]


class MappingModel(Model):
    """The mapping of the files of an intake.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    intake
        What was read.
    on_changed
        Called with the intake whenever it was read anew with another mapping.
    """

    intake = t.Any(None, allow_none=True)
    #: What is remembered of headings.
    remembered = t.Tuple()
    #: For whose later files an answer is remembered.
    memory: Any = t.Enum(("organisation", "all", "no"), "organisation")

    def __init__(
        self,
        store: Store,
        actor: Actor,
        run_id: str,
        intake: Intake | None = None,
        on_changed: Callable[[Intake], object] = lambda _: None,
    ) -> None:
        super().__init__()
        self._store, self._actor, self._run_id = store, actor, run_id
        self._on_changed = on_changed
        #: What was answered and not read yet, by the question.
        self.given: dict[str, str] = {}
        self.observe(self._begin, "intake")
        self.intake = intake
        self._recall()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the files do not tell by themselves."""
        return mapping.questions(self.intake) if self.intake is not None else ()

    @property
    def tables(self) -> tuple[tuple[int, FileReport, SheetReport], ...]:
        """The tables whose mapping can be changed, with the place of their file."""
        files = self.intake.files if self.intake is not None else ()
        return tuple(
            (place, report, sheet)
            for place, report in enumerate(files)
            if report.content
            for sheet in report.sheets
            if sheet.heading_row is not None
        )

    def memories(self) -> dict[Memory, str]:
        """Return for whose files answers can be remembered, as the actor may do so."""
        context = self.intake.context if self.intake is not None else None
        found: dict[Memory, str] = {}
        if any(sheet.sender for _, _, sheet in self.tables):
            found["organisation"] = say("for later files of the same organisation, too")
        if context is None or context.own is None:
            found["all"] = say("for all later files, whoever they are from")
        return {**found, "no": say("for these files only")}

    def _begin(self, change: Mapping[str, object]) -> None:
        self.given.clear()
        memories = self.memories()
        if change["old"] is None or self.memory not in memories:
            self.memory = next(iter(memories))

    def answer(self, key: str, text: str) -> None:
        """Note the answer to a question."""
        self.given[key] = text

    def _answers(self) -> dict[str, str]:
        """Return the answers: a role without one stays open, a column is meant as it was guessed."""
        given = {q: self.given.get(q.key, q.guess) for q in self.questions}
        return {q.key: text for q, text in given.items() if text or q.kind in ("heading", "column")}

    def refused_answers(self) -> dict[str, str]:
        """Return why answers do not go together, by the question's key."""
        return mapping.refused(self.intake, self._answers()) if self.intake is not None else {}

    def confirm(self) -> None:
        """Read the files anew with the answers, and remember what was said of headings."""
        asked, given = self.questions, self._answers()
        with self.attempting(say("The files are read again …")):
            before: Intake = self.intake
            after = mapping.answered(before, given)
            for question in asked:
                self._remember_answer(question, given.get(question.key, ""), before, after)
            self._take(after)

    def _remember_answer(self, question: Question, answer: str, before: Intake, after: Intake) -> None:
        """Remember an answer, if it is of a kind that later files can ask for too."""
        if question.kind == "heading":
            called = mapping.columns_called(after, question.key.partition(":")[2])
            self._remember([sheet for _, sheet, _ in called], {question.heading: answer}, self.memory)
        elif question.kind == "role" and answer:
            place, _, key = question.key.partition(":")[2].partition("/")
            self._remember_table(_sheet(before, int(place), key), answer, self.memory)
        elif question.kind == "headings" and answer:
            place, _, sheet = question.key.partition(":")[2].partition("/")
            self._remember_row(after, int(place), int(sheet), int(answer), self.memory)

    def change(
        self,
        file: int,
        table: str,
        columns: Mapping[int, str],
        meaning: str = "",
        memory: Memory = "no",
    ) -> None:
        """Read a file anew with other meanings of columns, or with another role.

        That holds for this table alone, unless ``memory`` says for whose later files it is remembered.
        """
        with self.attempting(say("The files are read again …")):
            before: Intake = self.intake
            after = mapping.changed(before, file, table, columns, meaning or None)
            sheet = _sheet(before, file, table)
            headings = {column.place: column.heading for column in sheet.columns}
            if (meaning or sheet.meaning) != "history":
                said = {headings[place]: field for place, field in columns.items() if headings.get(place)}
                self._remember([sheet], said, memory)
            if meaning:
                self._remember_table(sheet, meaning, memory)
            self._take(after)

    def set_headings(self, file: int, sheet: int, row: int, memory: Memory = "no") -> None:
        """Read a file anew with the headings of a sheet in another row; 0 for none. As :meth:`change`."""
        with self.attempting(say("The files are read again …")):
            after = mapping.with_headings(self.intake, file, sheet, row)
            self._remember_row(after, file, sheet, row, memory)
            self._take(after)

    def forget(self, meaning: HeadingMeaning) -> None:
        """Forget what a heading means; files read later ask again."""
        with self.attempting():
            forget(self._store, self._actor, self._run_id, meaning.id)
            self.say(
                say("“{heading}” is forgotten; files read from now on ask again.", heading=called(meaning))
            )
        self._recall()

    def may_forget(self, meaning: HeadingMeaning) -> bool:
        """Tell whether the actor may forget what a heading means."""
        programme_id = meaning.programme_id
        return self._actor.may("application.take_in", programme_id, meaning.organisation)

    def _take(self, intake: Intake) -> None:
        self.intake = intake
        self._recall()
        self._on_changed(intake)
        n = len(intake.rows)
        self.say(
            say_n(
                "Read again: {n} application is in the files.",
                "Read again: {n} applications are in the files.",
                n,
            )
        )

    def _remember_table(self, sheet: SheetReport, meaning: str, memory: Memory) -> None:
        """Remember whom a table holds, if it has headings by which it is known again."""
        if sheet.signature:
            self._remember([sheet], {sheet.signature: meaning}, memory, remember_tables)

    def _remember_row(self, intake: Intake, file: int, place: int, row: int, memory: Memory) -> None:
        """Remember that a row is the headings; that there are none is nothing to be known again by."""
        content = intake.files[file].content
        if row and content:
            known_by = row_signature(content.sheets[place].rows[row - 1])
            sheets = [sheet for sheet in intake.files[file].sheets if sheet.place == place]
            self._remember(sheets, {known_by: HEADINGS}, memory, remember_tables)

    def _remember(
        self,
        sheets: Iterable[SheetReport],
        said: Mapping[str, str],
        memory: Memory,
        keep: Callable[[Store, Actor, str, Mapping[str, str], str | None], object] = remember,
    ) -> None:
        """Remember what was said, for those who sent the sheets."""
        if memory == "no" or not said:
            return
        own: frozenset[str] | None = self.intake.context.own
        senders: set[str | None] = {None}
        if memory == "organisation":  # what nobody is known to have sent is no organisation's
            senders = {sheet.sender for sheet in sheets if sheet.heading_row is not None} - {None}
        if own is not None:
            senders &= own
        for sender in sorted(senders, key=str):
            keep(self._store, self._actor, self._run_id, said, sender)

    def _recall(self) -> None:
        with self.attempting():
            self.remembered = remembered(self._store, self._actor, self._run_id)


def called(meaning: HeadingMeaning) -> str:
    """Return of what something is remembered: a heading, a table by its name, or a row of headings."""
    name, _, headings = meaning.heading.partition(": ")
    return name or headings.replace(" |", ",")


def _sheet(intake: Intake, file: int, key: str) -> SheetReport:
    """Return a table, which is there."""
    return next(s for s in intake.files[file].sheets if s.heading_row is not None and s.key == key)
