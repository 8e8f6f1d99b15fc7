"""The two sheets on which participants write in confidence: the diary sheet and the concern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mentorkit.errors import UnreadableFile
from mentorkit.forms.paper import STAMP, field_on_paper
from mentorkit.forms.schema import FormField, Kind, entries_of
from mentorkit.forms.template import write_table
from mentorkit.intake.sheets import FileLike, Sheet, read_files
from mentorkit.intake.workbook import xlsx
from mentorkit.language import LANGUAGES, Language, Voice, later, say, speaking
from mentorkit.language.formats import number
from mentorkit.privacy.records import Confidence
from mentorkit.programme.records import Run
from mentorkit.programme.settings import ProgrammeSettings

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_LONGEST, _LONGEST_LINES = 200, 4000
#: The column of an XLSX sheet that tells whose it is.
NAME = "name"
_Q = tuple[str, Kind, bool, str, str]


@dataclass(frozen=True)
class ConfidentialSheet:
    """A sheet: its title, what it is for, and its questions (name, kind, required, label, help)."""

    kind: Confidence
    title: str
    lead: str
    questions: tuple[_Q, ...]

    def fields(self) -> tuple[FormField, ...]:
        """Return what is asked, in the language in force."""
        return tuple(
            FormField(
                name, say(label), kind, say(help_) if help_ else "", required,
                tuple((answer, say(text)) for answer, text in _CHOICES.items()) if kind == "choice" else (),
                _LONGEST_LINES if kind == "lines" else _LONGEST,
            )
            for name, kind, required, label, help_ in self.questions
        )  # fmt: skip


#: Whether the evaluation may speak to somebody about a concern.
_CHOICES = {
    "no": later("No, with nobody"),
    "ask": later("Only after asking me"),
    "yes": later("Yes, with whom I name below"),
}
SHEETS: dict[Confidence, ConfidentialSheet] = {
    "diary": ConfidentialSheet(
        "diary", later("Diary sheet"),
        later("For one meeting, day or step of your tandem. A few sentences are enough."),
        (
            ("occasion", "text", True, later("Date and occasion"), later("Such as: 12 May, second meeting")),
            ("experienced", "lines", True, later("What I experienced"), ""),
            ("helped", "lines", False, later("What helped me"), ""),
            ("hard", "lines", False, later("What was hard"), ""),
            ("take_along", "lines", False, later("What I take along from it"), ""),
        ),
    ),
    "concern": ConfidentialSheet(
        "concern", later("Something is difficult"),
        later("For when something in your tandem or the programme does not go well. You decide what becomes"
              " of it."),
        (
            ("difficult", "lines", True, later("What is difficult"), ""),
            ("tried", "lines", False, later("What has been tried already"), ""),
            ("wish", "lines", False, later("What I wish for"), ""),
            ("may_talk", "choice", True, later("May the evaluation talk to others about this?"), ""),
            ("talk_to", "text", False, later("With whom"), later("Name or function, as you wish")),
        ),
    ),
}  # fmt: skip


def who_reads() -> tuple[str, str]:
    """Return who reads a sheet, and who does not, in the language in force."""
    return (
        say("Only the evaluation of the programme reads what you write here. It is sealed on arrival."),
        say(
            "After that nobody else can read it: not the coordination and lead of the programme, not your "
            "employer, not the other person of your tandem, and nobody from the files or a backup."
        ),
    )


def wrong_in(kind: Confidence, entries: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with a sheet, a sentence by field that quotes nothing; empty if all is well."""
    wrong = {}
    for field in SHEETS[kind].fields():
        entry = entries.get(field.name, "")
        if field.required and not entry:
            wrong[field.name] = say("{label}: please fill this in.", label=field.label)
        elif len(entry) > field.longest:
            most = number(field.longest)
            wrong[field.name] = say("{label}: please use {most} characters at most.", label=field.label,
                                    most=most)  # fmt: skip
        elif entry and field.options and entry not in dict(field.options):
            wrong[field.name] = say("{label}: please choose one of the answers.", label=field.label)
        elif field.name == "talk_to" and not entry and entries.get("may_talk") == "yes":
            wrong[field.name] = say("{label}: please say with whom, or choose another answer above.",
                                    label=field.label)  # fmt: skip
    return wrong


# -- on paper and as a table ------------------------------------------------------------------------------


def paper_sheet(  # noqa: PLR0913 - the last three are named
    settings: ProgrammeSettings,
    run: Run,
    kind: Confidence,
    *,
    send_to: str = "",
    language: Language | None = None,
    logo: bytes | None = None,
) -> bytes:
    """Return a sheet on A4, to be filled in by hand and sent to the evaluation in a closed envelope.

    Parameters
    ----------
    send_to
        The evaluation's address in one or more lines; room to write it in where it is left out.
    """
    from mentorkit.reports.pdf import page_of_pages, typeset

    sheet, language = SHEETS[kind], language or settings.language
    with speaking(settings.voice(language)):
        data = {
            "lang": language, "title": say(sheet.title), "programme": f"{settings.name} {run.name}",
            "due": say("Please send the sheet in a closed envelope, “personal and confidential”, to the "
                       "evaluation:"),
            "send_to": [send_to] * bool(send_to), "logo": logo is not None,
            "lead": [*who_reads(), say(sheet.lead)],
            "fields": [_on_paper(field) for field in (_name_field(), *sheet.fields())],
            "words": {"page": page_of_pages(), "logo": say("Logo: {programme}", programme=settings.name),
                      "answers": say("Your words"), "mark": "*", "required": say("must be filled in")},
        }  # fmt: skip
    template = files("mentorkit.forms").joinpath("paper.typ")
    return typeset(template, data, {"logo.png": logo} if logo is not None else {}, STAMP)


def _on_paper(field: FormField) -> dict[str, Any]:
    """Return a field as the template draws it: all of a sheet stands on one page."""
    drawn = field_on_paper(field)
    return drawn | {"size": "more"} if drawn["size"] == "much" else drawn


def xlsx_sheet(
    settings: ProgrammeSettings, run: Run, kind: Confidence, language: Language | None = None
) -> bytes:
    """Return a workbook to be filled in, a row for each entry, which :func:`read_rows` reads again."""
    sheet = SHEETS[kind]

    def fill(book: Workbook) -> None:
        page = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", "-", say(sheet.title))[:31])
        told = [say(sheet.title), f"{settings.name} {run.name}", *who_reads(), say(sheet.lead),
                say("Please send the file to the evaluation alone.")]  # fmt: skip
        for row, line in enumerate(told):
            page.write_string(row, 0, line)
        fields = tuple(_in_words(field) for field in (_name_field(), *sheet.fields()))
        write_table(book, page, fields, len(told) + 1)

    with speaking(settings.voice(language or settings.language)):
        return xlsx(f"{settings.name} {run.name}", fill)


def _name_field() -> FormField:
    return FormField(NAME, say("Your name"), "text", required=True)


def _in_words(field: FormField) -> FormField:
    """Return a field whose answers are those that people read, as a table shows them."""
    options = tuple((text, text) for _, text in field.options)
    return FormField(field.name, field.label, field.kind, field.help, field.required, options, field.longest)


@dataclass(frozen=True)
class FilledRow:
    """A row of a sheet that came as a file: which sheet, who it says it is from, and what it says."""

    kind: Confidence
    name: str
    fields: dict[str, str]


def read_rows(file: FileLike) -> list[FilledRow]:
    """Return the rows of a sheet that was filled in as a file, in whichever language.

    Raises
    ------
    UnreadableFile
        If it is none of the sheets, or cannot be read at all; nothing of its content is quoted.
    """
    content = read_files([file])[0]
    if content.refused:
        raise UnreadableFile(content.refused)
    found = [row for sheet in content.sheets for row in _rows(sheet)]
    if not found:
        raise UnreadableFile(
            say("“{file}” is no diary sheet and no sheet on a difficulty, or nothing is filled in.",
                file=content.file)
        )  # fmt: skip
    return found


def _rows(sheet: Sheet) -> list[FilledRow]:
    for language in LANGUAGES:
        with speaking(Voice(language)):
            for kind, known in SHEETS.items():
                fields = (_name_field(), *known.fields())
                if found := _table(sheet, kind, fields):
                    return found
    return []


def _table(sheet: Sheet, kind: Confidence, fields: tuple[FormField, ...]) -> list[FilledRow]:
    labels = {field.label: field for field in fields}
    top = next((i for i, row in enumerate(sheet.rows) if labels.keys() <= set(row)), None)
    if top is None:
        return []
    places = {sheet.rows[top].index(label): field for label, field in labels.items()}
    found = []
    for row in sheet.rows[top + 1 :]:
        said = {
            f.name: _kept(f, row[place]) for place, f in places.items() if place < len(row) and row[place]
        }
        name = said.pop(NAME, "")
        if said:
            found.append(FilledRow(kind, name, entries_of(fields[1:], said)))
    return found


def _kept(field: FormField, cell: str) -> str:
    """Return what is kept of a cell: an answer by its code."""
    return next((answer for answer, text in field.options if text == cell), cell)
