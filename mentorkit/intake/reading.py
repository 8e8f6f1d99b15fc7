"""Reads files of applications. Nothing is stored here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from mentorkit.intake.context import Context, FileReport, RawRow, Row, SheetReport
from mentorkit.intake.headings import meanings
from mentorkit.intake.intake import Intake, ResolvedWish
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.sheets import Content, FileLike, Sheet, read_files
from mentorkit.intake.tables import Table, entries_of, find_tables, role_by_fields, role_in, roles_of_row
from mentorkit.intake.vocabulary import ROLE
from mentorkit.language import say, say_n
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import EarlierTandem, Role, Source

__all__ = ["Context", "Intake", "ResolvedWish", "Row", "read"]

#: So many rows that are no people are named in a file's message.
_NAMED = 3


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
    reading = _Reading(context)
    contents = read_files(files)
    for done, content in enumerate(contents, 1):
        if content in contents[: done - 1] and not content.refused:
            message = say("“{file}” was given twice; it is read once.", file=content.file)
            reading.reports.append(FileReport(content.file, "read", message))
        else:
            reading.take(content)
        if progress:
            progress(done, len(contents))
    return Intake(context, tuple(reading.reports), tuple(reading.raws), tuple(reading.earlier))


@dataclass
class _Reading:
    """What has been read so far."""

    context: Context
    reports: list[FileReport] = field(default_factory=list)
    raws: list[RawRow] = field(default_factory=list)
    earlier: list[EarlierTandem] = field(default_factory=list)

    def take(self, content: Content) -> None:
        """Read one file."""
        if content.refused:
            self.reports.append(FileReport(content.file, "refused", content.refused))
            return
        tables = [(sheet, find_tables(sheet, self.context.asked)) for sheet in content.sheets]
        if not any(found for _, found in tables):
            refused = say(
                "“{file}” contains no table of applications: no row looks like headings (name, e-mail …).",
                file=content.file,
            )
            self.reports.append(FileReport(content.file, "refused", refused))
            return
        titles = [text for _, found in tables for table in found for text in table.title]
        sheets = []
        for sheet, found in tables:
            sheets += [self._take_table(content.file, sheet, table, titles) for table in found]
            if not found:
                sheets.append(SheetReport(sheet.name, None))
        self._report(content.file, sheets)

    def _report(self, file: str, sheets: list[SheetReport]) -> None:
        unclear = [s for s in sheets if s.meaning is None and s.heading_row]
        if unclear and all(s.meaning is None for s in sheets):
            refused = say(
                "“{file}” does not tell whether {mentee:pl.nom} or {mentor:pl.nom} apply."
                " Please say so in the file's or the sheet's name, or in a column “Rolle”.",
                file=file,
            )
            self.reports.append(FileReport(file, "refused", refused, tuple(sheets)))
            return
        said = filter(None, (*_remarks(sheets), self._lacking(sheets)))
        self.reports.append(FileReport(file, "read", " ".join(said) or None, tuple(sheets)))

    def _take_table(self, file: str, sheet: Sheet, table: Table, titles: list[str]) -> SheetReport:
        if table.kind == "history":
            self._take_history(file, sheet, table)
            return _sheet_report(sheet, table, "history")
        role = self._role(file, sheet, table)
        if role is None and ROLE not in table.fields:
            return _sheet_report(sheet, table, None)
        sender = self._sender(file, sheet, table, titles)
        if sender:
            self._settle_department(table)
        for row, cells in table.rows:
            entries = entries_of(table, cells)
            if sender and not entries.get("organisation"):
                entries["organisation"] = sender
            source = Source(file=file, sheet=sheet.name, row=row)
            roles = roles_of_row(table, cells) if ROLE in table.fields else ()
            if not roles and ROLE in table.fields:
                entries[ROLE] = table.values(cells).get(ROLE, "–")  # judged as doubtful
            for own_role in roles or (role or "mentee",):
                self.raws.append(
                    RawRow(f"new-{len(self.raws) + 1}", len(self.reports), source, own_role, entries)
                )
        return _sheet_report(sheet, table, role or "both")

    def _settle_department(self, table: Table) -> None:
        """Read a column such as *Dienststelle* as departments if none of its values is an organisation."""
        known = Organisations.of(self.context.settings.organisations, self.context.organisations)
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

    def _role(self, file: str, sheet: Sheet, table: Table) -> Role | None:
        for text in (sheet.name, *reversed(table.title), PurePath(file).stem):
            if role := role_in(text):
                return role
        questions = self.context.settings.questions
        return role_by_fields(table.fields, questions.mentee, questions.mentor)

    def _sender(self, file: str, sheet: Sheet, table: Table, titles: list[str]) -> str | None:
        """Return the organisation that sent a table, where title, sheet, file or the actor tell it."""
        settings = self.context.settings.organisations
        if settings.kind == "none":
            return None
        known = Organisations.of(settings, self.context.organisations)
        named = _after_label(table.title)
        if named and (settings.kind == "open" or known.match(named).name):
            return named
        texts = (*table.title, sheet.name or "", PurePath(file).stem)
        if sender := known.sender(*texts) or known.sender(" ".join(titles)):
            return sender
        own = self.context.own
        return next(iter(own)) if own and len(own) == 1 else None

    def _take_history(self, file: str, sheet: Sheet, table: Table) -> None:
        year = next(
            (m[0] for t in (sheet.name or "", *table.title) if (m := re.search(r"(?:19|20)\d\d", t))), ""
        )
        for row, cells in table.rows:
            values = table.values(cells)
            year = values.get("year", year)
            self.earlier.append(
                EarlierTandem(
                    id="",
                    programme_id=self.context.run.programme_id,
                    year=year,
                    mentee=values["mentee"],
                    mentee_organisation=values.get("mentee_organisation"),
                    mentor=values["mentor"],
                    mentor_organisation=values.get("mentor_organisation"),
                    source=Source(file=file, sheet=sheet.name, row=row),
                )
            )


def _after_label(title: Sequence[str]) -> str | None:
    """Return what a title line such as ``Unternehmen: Drahtwerk Volme`` names."""
    for text in title:
        label = (
            r"(?:Unternehmen|Firma|Organisation|Betrieb|Arbeitgeber|Verwaltung|Kreisverband|Company|Employer)"
        )
        if match := re.match(rf"\s*{label}\s*:\s*(\S.*)", text, re.IGNORECASE):
            return match[1].strip()
    return None


def _sheet_report(sheet: Sheet, table: Table, meaning: object) -> SheetReport:
    return SheetReport(
        sheet.name,
        meaning,  # type: ignore[arg-type] # a role, "both", "history" or None
        table.heading_row,
        table.columns,
        len(table.rows),
        tuple(table.remarks),
    )


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
        if sheet.meaning is None and sheet.heading_row:
            said.append(
                say(
                    "The sheet “{sheet}” does not tell whether {mentee:pl.nom} or {mentor:pl.nom} apply;"
                    " it was skipped.",
                    sheet=sheet.sheet or "",
                )
            )
        elif sheet.heading_row and not sheet.rows:
            said.append(say("There is nobody in the table of row {row}.", row=sheet.heading_row))
    rows = [(row, text) for sheet in sheets for row, text in sheet.remarks]
    for row, text in rows[:_NAMED]:
        said.append(say("Row {row} is no person: “{text}”.", row=row, text=text))
    if len(rows) > _NAMED:
        said.append(say("There are {n} more such rows.", n=len(rows) - _NAMED))
    return said
