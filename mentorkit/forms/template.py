"""A table to send out, as XLSX: it comes back through the file reader with every heading understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mentorkit.forms.schema import FormField, form_fields
from mentorkit.intake.workbook import sheet_name, xlsx
from mentorkit.language import say, speaking
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Role, Run
from mentorkit.programme.settings import ProgrammeSettings

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows to be filled in.
ROWS = 200
#: What the format allows in the title and the text of a hint, and in a list of answers.
_HINT_TITLE, _HINT, _LIST = 32, 255, 255


def xlsx_template(
    settings: ProgrammeSettings,
    run: Run,
    roles: Sequence[Role] = ("mentee", "mentor"),
    organisation: str | None = None,
) -> bytes:
    """Return a workbook with a sheet for each role, in the programme's language.

    Headings are protected, cells below them are not; lists of answers and hints come up in the cells. The
    same programme gives the same bytes.

    Parameters
    ----------
    settings, run
        What is asked, and which run it is for.
    roles
        The sheets.
    organisation
        The one it is for: it stands above the table and is not asked.
    """

    def fill(book: Workbook) -> None:
        for role in roles:
            fields = form_fields(settings, role, organisation=organisation)
            sheet = book.add_worksheet(sheet_name(role))
            title = _title(settings, run, role, organisation)
            for row, line in enumerate(title):
                sheet.write_string(row, 0, line)
            write_table(book, sheet, fields, len(title) + 1)

    with speaking(settings.voice()):
        return xlsx(f"{settings.name} {run.name}", fill)


def file_name(settings: ProgrammeSettings, run: Run, organisation: str | None, ending: str) -> str:
    """Return a name for a form to send out, of letters, digits and hyphens."""
    with speaking(settings.voice()):
        parts = (say("Application"), organisation or settings.name, run.name)
    bare = re.sub(r"[^\w]+", "-", " ".join(parts)).strip("-")
    return f"{bare}.{ending}"


def _title(settings: ProgrammeSettings, run: Run, role: Role, organisation: str | None) -> list[str]:
    """Return what stands above the table."""
    mentees, mentors = say("Applications of {mentee:pl.nom}"), say("Applications of {mentor:pl.nom}")
    lines = [mentees if role == "mentee" else mentors, f"{settings.name} {run.name}"]
    if organisation is not None:
        lines.append(say("Organisation: {name}", name=organisation))
    fill_in = say("One row for each person. The headings stay as they are; hints come up in the cells.")
    return [*lines, *filter(None, [settings.text(settings.language).contact]), fill_in]


def write_table(book: Workbook, sheet: Worksheet, fields: Sequence[FormField], top: int) -> None:
    """Write the headings of a table to be filled in, with open cells and hints below them."""
    edge: dict[str, object] = {"border": 1, "border_color": "#8A9694", "text_wrap": True, "valign": "top"}
    head = book.add_format({**edge, "bold": True, "bg_color": "#E3F0F0"})
    open_cell = book.add_format({**edge, "locked": False, "num_format": "@"})
    for column, field in enumerate(fields):
        sheet.write_string(top, column, field.label, head)
        wide = 34 if field.kind in ("lines", "list") else max(16, len(field.label) + 2)
        sheet.set_column(column, column, wide)
        _offer(sheet, field, (top + 1, column, top + ROWS, column))
    _open(sheet, open_cell, top, len(fields))
    sheet.freeze_panes(top + 1, 2)
    sheet.protect(options={"format_columns": True, "format_rows": True, "sort": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _open(sheet: Worksheet, open_cell: Format, top: int, columns: int) -> None:
    """Let the cells below the headings be written, as text: no program turns ``3-4`` into a date."""
    for row in range(top + 1, top + ROWS + 1):
        for column in range(columns):
            sheet.write_blank(row, column, None, open_cell)


def _offer(sheet: Worksheet, field: FormField, cells: tuple[int, int, int, int]) -> None:
    """Give the cells of a field its hint and, where there are answers to choose from, their list."""
    hint = " ".join(filter(None, (_required(field), _hint(field))))
    shown = {"input_title": field.label[:_HINT_TITLE], "input_message": hint[:_HINT]} if hint else {}
    answers = [entry for entry, _ in field.options]
    # an answer with a quotation mark would end the text that the list is, and begin a formula
    if answers and len(",".join(answers)) <= _LIST and not any(set(answer) & set(',"') for answer in answers):
        said = say("Please choose one of the answers in the list.")
        limits = {"validate": "list", "source": answers, "error_message": said}
        sheet.data_validation(*cells, {**limits, "ignore_blank": True, **shown})
    elif shown:
        sheet.data_validation(*cells, {"validate": "any", **shown})


def _required(field: FormField) -> str:
    return say("Required.") if field.required else ""


def _hint(field: FormField) -> str:
    if field.kind == "list":
        return say("Several are separated by semicolons.")
    return FIELDS[field.name].help if field.name in FIELDS else field.help
