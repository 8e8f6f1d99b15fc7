"""Reads files of applications. Nothing is stored here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import PurePath

from mentorkit.intake.answers import Answers, TableAnswer
from mentorkit.intake.context import Context, FileReport, RawRow, Row, SheetMeaning, SheetReport
from mentorkit.intake.groups import Group, take_groups, take_runs
from mentorkit.intake.headings import meanings
from mentorkit.intake.history import tandems_of
from mentorkit.intake.intake import Intake, ResolvedWish
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.rows import cells_of, entries_of, extra_of, roles_of_row
from mentorkit.intake.sheets import Content, FileLike, Sheet, read_files
from mentorkit.intake.tables import (
    SEARCHED,
    Table,
    find_tables,
    role_by_fields,
    role_in,
    row_signature,
    signed,
)
from mentorkit.intake.vocabulary import HEADINGS, ROLE
from mentorkit.language import say, say_n
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import EarlierTandem, Role, Source

__all__ = ["Context", "Intake", "ResolvedWish", "Row", "read", "read_again"]

#: So many rows that are no people are named in a file's message.
NAMED = 3


def read(
    files: Sequence[FileLike], context: Context, progress: Callable[[int, int], None] | None = None
) -> Intake:
    """Read application files and judge their rows. Changes nothing.

    Parameters
    ----------
    files
        Paths, or names with contents. What cannot be read is refused by name, the others are read.
    context
        The run and what is stored of it.
    progress
        Called with the number of files done and their total.
    """
    return read_contents(read_files(files), context, progress)


def read_contents(
    contents: Sequence[Content], context: Context, progress: Callable[[int, int], None] | None = None
) -> Intake:
    """Read what is in files, as :func:`read` does."""
    reading = _Reading(context)
    for done, content in enumerate(contents, 1):
        if content in contents[: done - 1] and not content.refused:
            message = say("“{file}” was given twice; it is read once.", file=content.file)
            reading.reports.append(FileReport(content.file, "read", message))
        else:
            reading.take(content)
        if progress:
            progress(done, len(contents))
    return reading.result()


def read_again(intake: Intake, answers: Mapping[int, Answers] | None = None) -> Intake:
    """Read the files of an intake anew, with what is known of their headings by now.

    What was decided on the rows is kept as far as they are still there. Files of which the cells are not kept
    stay as they were read.

    Parameters
    ----------
    intake
        The intake.
    answers
        Other answers to what was unclear, by the file's place.
    """
    reading = _Reading(intake.context)
    for place, report in enumerate(intake.files):
        if report.content:
            reading.take(report.content, (answers or {}).get(place, report.answers))
        else:
            reading.keep(intake, place)
    return reading.result().decided_as(intake)


@dataclass
class _Reading:
    """What has been read so far."""

    context: Context
    reports: list[FileReport] = field(default_factory=list)
    raws: list[RawRow] = field(default_factory=list)
    earlier: list[EarlierTandem] = field(default_factory=list)

    @cached_property
    def _known(self) -> Organisations:
        return Organisations.of(self.context.settings.organisations, self.context.organisations)

    def result(self) -> Intake:
        """Return the intake of what was read."""
        return Intake(self.context, tuple(self.reports), tuple(self.raws), tuple(self.earlier))

    def keep(self, intake: Intake, place: int) -> None:
        """Take over a file as it was read before."""
        report = intake.files[place]
        for raw in intake.raws:
            if raw.file == place:
                self.raws.append(replace(raw, id=f"new-{len(self.raws) + 1}", file=len(self.reports)))
        self.earlier += [t for t in intake.earlier if t.source and t.source.file == report.file]
        self.reports.append(report)

    def take(self, content: Content, answers: Answers | None = None) -> None:
        """Read one file."""
        if content.refused:
            self.reports.append(FileReport(content.file, "refused", content.refused))
            return
        answers = answers or Answers()
        tables = [
            (place, sheet, self._tables(content.file, place, sheet, answers))
            for place, sheet in enumerate(content.sheets)
        ]
        titles = [text for _, _, found in tables for table in found for text in table.title]
        sheets = []
        for place, sheet, found in tables:
            sheets += [self._take_table(content.file, place, sheet, table, titles) for table in found]
            if not found:
                sheets.append(SheetReport(sheet.name, None, place=place))
        report = self._report(content.file, sheets)
        said = " ".join(filter(None, (report.message, content.warning))) or None
        self.reports.append(replace(report, message=said, content=content, answers=answers))

    def _tables(self, file: str, place: int, sheet: Sheet, answers: Answers) -> list[Table]:
        """Return the tables of a sheet, by what is remembered of the files of the organisation it is from."""
        context = self.context
        own = next(iter(context.own)) if context.own and len(context.own) == 1 else None
        found = self._find(file, place, sheet, answers, own)
        if not any(meaning.organisation for meaning in context.meanings):
            return found
        title = found[0].title if found else tuple(filter(None, (" ".join(row) for row in sheet.rows[:5])))
        sender = self._sender(file, sheet, title, ())
        if sender is None or sender == own:
            return found
        return self._find(file, place, sheet, answers, sender)

    def _find(self, file: str, place: int, sheet: Sheet, answers: Answers, sender: str | None) -> list[Table]:
        """Return the tables of a sheet, by answers and by what is remembered of a sender's files."""
        told, given = self.context.meanings_for(sender), answers.of_sheet(place)
        # what is pasted has no ending, but a number that tells nothing of what is in it
        name = sheet.name or (PurePath(file).stem if PurePath(file).suffix else file.rstrip(" 0123456789"))
        start = answers.headings.get(place, _remembered_row(sheet, told))
        find = partial(find_tables, sheet, self.context.asked, told, organisations=self._known)
        found = signed(find(given, start), name)
        known = {
            (table.heading_row, table.first_column): meaning
            for table in found
            if table.meaning is None and (meaning := told.get(table.signature))
        }
        if known:
            held = {at: given.get(at, TableAnswer()).meaning_it(meaning) for at, meaning in known.items()}
            found = signed(find({**given, **held}, start), name)
        return found

    def _report(self, file: str, sheets: list[SheetReport]) -> FileReport:
        if not any(sheet.heading_row is not None for sheet in sheets):
            refused = say(
                "“{file}” contains no table of applications: no row looks like headings (name, e-mail …).",
                file=file,
            )
            return FileReport(file, "refused", refused, tuple(sheets))
        open_ = [s for s in sheets if s.heading_row is not None and s.meaning != "nothing"]
        if open_ and all(sheet.meaning is None for sheet in open_):
            refused = say(
                "“{file}” does not tell whether {mentee:pl.nom} or {mentor:pl.nom} apply."
                " Please say so in the file's or the sheet's name, or in a column “Rolle”.",
                file=file,
            )
            return FileReport(file, "refused", refused, tuple(sheets))
        read = [sheet for sheet in sheets if sheet.meaning != "nothing"]
        said, lacking = " ".join(_remarks(read)), self._lacking(read)
        return FileReport(file, "read", said or None, tuple(sheets), lacking=lacking)

    def _take_table(
        self, file: str, place: int, sheet: Sheet, table: Table, titles: Sequence[str]
    ) -> SheetReport:
        sender = self._sender(file, sheet, table.title, titles)
        report = partial(_sheet_report, sheet, place, table, sender)
        if table.meaning == "nothing":
            return report("nothing")
        if table.kind == "history":
            source = Source(file=file, sheet=sheet.name)
            # a file's name tells of its other sheets too
            titles = (sheet.name or file, *table.title)
            found = tandems_of(table, self.context.run.programme_id, source, titles, take_runs(table))
            self.earlier += found
            return replace(report("history"), undated=sum(not tandem.year for tandem in found))
        role, sure = self._role(file, sheet, table)
        if role is None and ROLE not in table.fields:
            return report(None)
        known = self._known
        groups = take_groups(table, sheet.rows, known) if known.settings.kind != "none" else {}
        if sender or groups:
            self._settle_department(table, known)
        self._take_rows(table, Source(file=file, sheet=sheet.name), role, sender, groups)
        return replace(report(role or "both"), sure=sure or role is None)

    def _take_rows(
        self,
        table: Table,
        source: Source,
        role: Role | None,
        sender: str | None,
        groups: Mapping[int, Group],
    ) -> None:
        for row, cells in table.rows:
            entries = entries_of(table, cells)
            named = cells_of(table, row, cells, entries)
            if not entries.get("organisation") and (group := groups.get(row)):
                entries["organisation"], named["organisation"] = group.organisation, group.cell
            elif sender and not entries.get("organisation"):
                entries["organisation"] = sender
            roles = roles_of_row(table, cells) if ROLE in table.fields else ()
            if not roles and ROLE in table.fields:
                entries[ROLE] = table.values(cells).get(ROLE, "–")  # judged as doubtful
            extra = extra_of(table, cells)
            own = source.model_copy(update={"row": row, "cells": named})
            for own_role in roles or (role or "mentee",):
                self.raws.append(
                    RawRow(f"new-{len(self.raws) + 1}", len(self.reports), own, own_role, entries, extra)
                )

    @staticmethod
    def _settle_department(table: Table, known: Organisations) -> None:
        """Read a column such as *Dienststelle* as departments if none of its values is an organisation."""
        said = [text for _, cells in table.rows if (text := table.values(cells).get("organisation"))]
        if known.settings.kind != "known" or any(known.match(text).name for text in said):
            return
        table.columns = tuple(
            replace(c, field="department")
            if c.field == "organisation"
            and "department" not in table.fields
            and (1.0, "department") in meanings(c.heading)
            else c
            for c in table.columns
        )

    def _lacking(self, sheets: Sequence[SheetReport]) -> str | None:
        """Say which columns are missing that a required field or a rule needs."""
        settings, lacking = self.context.settings, set()
        for sheet in sheets:
            roles = {"both": ("mentee", "mentor")}.get(sheet.meaning or "", (sheet.meaning,))
            needed = {*settings.questions.required, *(r.field for r in settings.rules if r.role in roles)}
            asked = {
                name for role in ("mentee", "mentor") if role in roles for name in settings.questions.of(role)
            }
            lacking |= needed & asked - {column.field for column in sheet.columns}
        if not lacking:
            return None
        fields = ", ".join(FIELDS[name].label for name in FIELDS if name in lacking)
        return say(
            "A column is missing for: {fields}. Please add it to the table, or enter this for each person.",
            fields=fields,
        )

    def _role(self, file: str, sheet: Sheet, table: Table) -> tuple[Role | None, bool]:
        """Return whom a table holds, and whether that is said, there or in each row, not concluded."""
        if table.meaning in ("mentee", "mentor"):
            return table.meaning, True
        for text in (sheet.name, *reversed(table.title), PurePath(file).stem):
            if role := role_in(text):
                return role, True
        questions = self.context.settings.questions
        concluded = role_by_fields(table.fields, questions.mentee, questions.mentor)
        return concluded, ROLE in table.fields

    def _sender(self, file: str, sheet: Sheet, title: Sequence[str], titles: Sequence[str]) -> str | None:
        """Return the organisation that sent a table, where title, sheet, file or the actor tell it."""
        settings = self.context.settings.organisations
        if settings.kind == "none":
            return None
        known = self._known
        named = _after_label(title)
        if named and (settings.kind == "open" or known.match(named).name):
            return named
        texts = (*title, sheet.name or "", PurePath(file).stem)
        if sender := known.sender(*texts) or known.sender(" ".join(titles)):
            return sender
        own = self.context.own
        return next(iter(own)) if own and len(own) == 1 else None


def _after_label(title: Sequence[str]) -> str | None:
    """Return what a title line such as ``Unternehmen: Drahtwerk Volme`` names."""
    for text in title:
        label = (
            r"(?:Unternehmen|Firma|Organisation|Betrieb|Arbeitgeber|Verwaltung|Kreisverband|Company|Employer)"
        )
        if match := re.match(rf"\s*{label}\s*:\s*(\S.*)", text, re.IGNORECASE):
            return match[1].strip()
    return None


def _sheet_report(
    sheet: Sheet, place: int, table: Table, sender: str | None, meaning: SheetMeaning | None
) -> SheetReport:
    return SheetReport(
        sheet.name,
        meaning,
        table.heading_row,
        table.columns,
        len(table.rows),
        tuple(table.remarks),
        place,
        table.first_column,
        sender,
        signature=table.signature,
    )


def _remembered_row(sheet: Sheet, told: Mapping[str, str]) -> int | None:
    """Return the row, from 1, that somebody said to be headings in another file; None if there is none."""
    if HEADINGS not in told.values():
        return None
    rows = enumerate(sheet.rows[:SEARCHED], 1)
    return next((i for i, cells in rows if told.get(row_signature(cells)) == HEADINGS), None)


def _remarks(sheets: Sequence[SheetReport]) -> list[str]:
    """Say what of a file was not taken."""
    said = []
    if without := sum(sheet.heading_row is None for sheet in sheets):
        said.append(
            say_n(
                "{n} sheet without a table was skipped.", "{n} sheets without a table were skipped.", without
            )
        )
    for sheet in sheets:
        if sheet.meaning is None and sheet.heading_row is not None:
            said.append(
                say(
                    "The sheet “{sheet}” does not tell whether {mentee:pl.nom} or {mentor:pl.nom} apply;"
                    " it was skipped.",
                    sheet=sheet.sheet or "",
                )
            )
        elif sheet.heading_row and not sheet.rows:
            said.append(say("There is nobody in the table of row {row}.", row=sheet.heading_row))
        if sheet.undated:
            said.append(
                say_n(
                    "Of {n} earlier tandem neither a column nor a title tells the run or the year."
                    " Please name it in a column “Jahr” or in the sheet's name.",
                    "Of {n} earlier tandems neither a column nor a title tells the run or the year."
                    " Please name it in a column “Jahr” or in the sheet's name.",
                    sheet.undated,
                )
            )
    rows = [(row, text) for sheet in sheets for row, text in sheet.remarks]
    for row, text in rows[:NAMED]:
        said.append(say("Row {row} is no person: “{text}”.", row=row, text=text))
    if len(rows) > NAMED:
        said.append(say("There are {n} more such rows.", n=len(rows) - NAMED))
    return said
