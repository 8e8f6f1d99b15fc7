"""Cells that were copied in a spreadsheet program and pasted, read like a file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from mentorkit.errors import UnreadableFile
from mentorkit.intake.answers import Answers
from mentorkit.intake.context import Context, FileReport
from mentorkit.intake.intake import Intake
from mentorkit.intake.reading import read_again, read_contents
from mentorkit.intake.sheets import LARGEST, Content, Sheet, cells_of_text, too_long
from mentorkit.language import say


def sheets_of(text: str) -> tuple[Sheet, ...]:
    """Return pasted cells as a sheet.

    Spreadsheet programs put tabs between cells and lines between rows; without any tab, what separates the
    cells is found out as in a CSV file.

    Raises
    ------
    UnreadableFile
        If there is nothing in them, or far too much.
    """
    if len(text) > LARGEST:
        raise UnreadableFile(say("That is too much to be pasted. Please give it as a file."))
    rows = cells_of_text(text, "\t" if "\t" in text else None)
    if not any(any(row) for row in rows):
        raise UnreadableFile(say("There is nothing to read yet. Please paste the cells of a table."))
    if cell := too_long(rows):
        raise UnreadableFile(
            say("Cell {cell} is longer than any spreadsheet keeps. Please shorten it.", cell=cell)
        )
    return (Sheet(None, rows),)


def read_pasted(text: str, context: Context, beside: Sequence[FileReport] = ()) -> Intake:
    """Read pasted cells and judge their rows. Changes nothing.

    They are called by a number: the same cells by the same, others by the next one. ``beside`` are the files
    that wait to be taken in. Where no row looks like headings,
    all rows are taken for people, and :func:`mentorkit.intake.mapping.questions` asks what the columns mean.

    Raises
    ------
    UnreadableFile
        If there is nothing in them, or far too much.
    """
    sheets = sheets_of(text)
    intake = read_contents([Content(_called(sheets, context, beside), sheets)], context)
    if any(sheet.heading_row for sheet in intake.files[0].sheets):
        return intake
    return read_again(intake, {0: Answers(headings={0: 0})})


def _called(sheets: tuple[Sheet, ...], context: Context, beside: Sequence[FileReport]) -> str:
    digest = FileReport("", "read", content=Content("", sheets)).digest
    names = {file.digest: file.name for file in context.taken} | {file.digest: file.file for file in beside}
    if digest in names:
        return names[digest]
    called = (say("Pasted cells {n}", n=n) for n in count(1))
    return next(name for name in called if name not in names.values())
