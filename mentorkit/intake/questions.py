"""What files do not tell by themselves: what columns mean, whom a table holds, which file one replaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from mentorkit.intake.context import FileReport, SheetReport
from mentorkit.intake.doubled import may_be_several
from mentorkit.intake.guess import proposed_field
from mentorkit.intake.headings import SURE, Column, known, meanings, normal
from mentorkit.intake.identify import is_own
from mentorkit.intake.intake import Intake
from mentorkit.intake.sheets import letters_of
from mentorkit.intake.vocabulary import NUMBERING, SOMEBODY_ELSE

#: So many cells of a column are shown, and so many rows where the headings are asked for.
SHOWN, OFFERED = 3, 8
#: So many cells of a column are looked at for what they speak of.
LOOKED_AT = 100


#: In the order in which they are asked.
QuestionKind = Literal["replaces", "headings", "role", "year", "column", "heading"]


@dataclass(frozen=True)
class Question:
    """Something that a file does not tell by itself.

    Attributes
    ----------
    key
        Its name within the intake.
    kind
        ``heading``: what a heading means; ``column``: the same of a column without one; ``role``: whom a
        table holds; ``headings``: in which row of a sheet the headings stand; ``year``: which run the earlier
        tandems of a table are of; ``replaces``: whether a file is a newer state of another, stored or
        read with it.
    heading
        The heading as written, the column's letters, the sheet's name, or that of the earlier file.
    files
        The files it is asked for.
    guess
        The answer that is proposed: what holds until it is answered, or, of a column that is left alone, what
        its cells speak of; empty where there is nothing to propose.
    samples
        What stands in the column, or the first rows of the sheet.
    lasting
        Whether the answer can be remembered: later files have something by which it is known again.
    """

    key: str
    kind: QuestionKind
    heading: str
    files: tuple[str, ...]
    guess: str
    samples: tuple[str, ...]
    lasting: bool = False


def questions(intake: Intake) -> tuple[Question, ...]:
    """Return what the files of an intake do not tell by themselves, each once; empty if all is clear."""
    found: dict[str, Question] = {}
    for question in _all_questions(intake):
        before = found.get(question.key)
        if before is None:
            found[question.key] = question
            continue
        files = tuple(dict.fromkeys(before.files + question.files))
        samples = tuple(dict.fromkeys(before.samples + question.samples))[:SHOWN]
        guess = before.guess or question.guess
        found[question.key] = replace(before, files=files, samples=samples, guess=guess)
    order = get_args(QuestionKind)
    return tuple(sorted(found.values(), key=lambda question: order.index(question.kind)))


def hindering(intake: Intake) -> tuple[Question, ...]:
    """Return the questions to be answered before an intake is taken in: all but the run of earlier tandems.

    Otherwise a guess would be stored, or part of a file left out without a word. Tandems get their run when
    the same file is read again.
    """
    return tuple(question for question in questions(intake) if question.kind != "year")


def _all_questions(intake: Intake) -> Iterator[Question]:
    for place, report in enumerate(intake.files):
        if report.content is None:
            continue
        newer = None if intake.committed else intake.newer.get(place)
        if newer and (newer.unsure or newer.file != report.file) and not intake.is_said(place):
            guess = "" if newer.unsure else "yes" if newer.likely else "no"
            yield Question(f"replaces:{place}", "replaces", newer.file, (report.file,), guess, newer.names)
        no_table = all(sheet.heading_row is None for sheet in report.sheets)
        for sheet in report.sheets:
            if sheet.heading_row is not None:
                yield from _table_questions(intake, place, sheet)
            elif no_table and len(_rows(report, sheet)) > 1:
                rows = tuple(" | ".join(cells) for cells in _rows(report, sheet)[:OFFERED])
                key = f"headings:{place}/{sheet.place}"
                yield Question(key, "headings", sheet.sheet or "", (report.file,), "", rows, lasting=True)


def _table_questions(intake: Intake, place: int, sheet: SheetReport) -> Iterator[Question]:
    report = intake.files[place]
    answer = report.answers.table(sheet.key)
    if sheet.meaning == "nothing":
        return
    title, names, file = sheet.sheet or report.file, _names(report, sheet), (report.file,)
    if sheet.meaning is None or not sheet.sure:
        guess, lasting = sheet.meaning or "", bool(sheet.signature)
        yield Question(f"role:{place}/{sheet.key}", "role", title, file, guess, names, lasting)
    if sheet.undated:
        yield Question(f"year:{place}/{sheet.key}", "year", title, file, "", names)
    if not may_hold_people(sheet):
        return
    told = intake.context.meanings_for(sheet.sender)
    proposed: set[str] = set()
    for column in sheet.columns:
        if column.place in answer.columns or not _is_unclear(column, told):
            continue
        samples = cells_in(report, sheet, column.place)
        if samples:
            key = f"heading:{normal(column.heading)}"
            kind: QuestionKind = "heading" if normal(column.heading) else "column"
            if kind == "column":
                key = f"column:{place}/{sheet.key}/{column.place}"
            heading = column.heading or letters_of(column.place)
            field = column.field or _proposed(intake, report, sheet, column.place)
            field = "" if field in proposed else field
            proposed |= {field} if not may_be_several(field) else set()
            yield Question(key, kind, heading, file, field, samples, lasting=kind == "heading")


def may_hold_people(sheet: SheetReport) -> bool:
    """Tell whether a sheet has a table of applications, so that one is asked what its headings mean."""
    return sheet.heading_row is not None and sheet.meaning not in ("history", "nothing")


def _proposed(intake: Intake, report: FileReport, sheet: SheetReport, place: int) -> str:
    """Return the field that the cells of a column speak of, if it is asked for and no other column has it."""
    cells = cells_in(report, sheet, place, LOOKED_AT)
    open_ = intake.context.asked - {column.field for column in sheet.columns}
    field = proposed_field(cells, intake.organisations)
    return field if field in open_ and field else ""


def _is_unclear(column: Column, told: Mapping[str, str]) -> bool:
    whole = normal(column.heading)
    if whole in told or is_own(column.heading):
        return False
    if not column.sure:
        return True
    if column.field or known(column.heading) or any(mark in whole for mark in SOMEBODY_ELSE):
        return False
    best = meanings(column.heading)
    return not best or best[0][0] < SURE


def _rows(report: FileReport, sheet: SheetReport) -> Sequence[Sequence[str]]:
    return report.content.sheets[sheet.place].rows if report.content else ()


def cells_in(report: FileReport, sheet: SheetReport, place: int, most: int = SHOWN) -> tuple[str, ...]:
    """Return the first different cells of a column below its heading."""
    below = _rows(report, sheet)[sheet.heading_row or 0 :]
    found: dict[str, None] = {}
    for cells in below:
        if place < len(cells) and cells[place]:
            found[cells[place]] = None
        if len(found) == most:
            break
    return tuple(found)


def left_alone(report: FileReport) -> tuple[str, ...]:
    """Return the headings of a file's columns that stand for no field and hold something, each once."""
    return tuple(
        dict.fromkeys(
            " ".join(column.heading.split()) or letters_of(column.place)
            for sheet in filter(may_hold_people, report.sheets)
            for column in sheet.columns
            if column.field is None and not is_own(column.heading) and normal(column.heading) not in NUMBERING
            if cells_in(report, sheet, column.place, 1)
        )
    )


def _names(report: FileReport, sheet: SheetReport) -> tuple[str, ...]:
    """Return how the first rows begin; one that says a single thing is no person."""
    below = _rows(report, sheet)[sheet.heading_row or 0 :]
    filled = ([cell for cell in cells[sheet.first_column :] if cell] for cells in below)
    return tuple(" ".join(cells[:3]) for cells in filled if len(cells) > 1)[:SHOWN]
