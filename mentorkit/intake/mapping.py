"""What the columns of files mean: answering what is asked, and changing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake import history
from mentorkit.intake.answers import Answers, TableAnswer, TableMeaning
from mentorkit.intake.context import SheetReport
from mentorkit.intake.doubled import doubled
from mentorkit.intake.headings import normal
from mentorkit.intake.intake import Intake
from mentorkit.intake.questions import cells_in, may_hold_people, questions
from mentorkit.intake.reading import read_again
from mentorkit.intake.vocabulary import NAME, ROLE
from mentorkit.language import say
from mentorkit.programme.fields import FIELDS

__all__ = [
    "answered", "cells_in", "changed", "check_holds", "check_meaning", "columns_called", "questions",
    "refused", "with_headings",
]  # fmt: skip


def answered(intake: Intake, answers: Mapping[str, str]) -> Intake:
    """Return the intake read anew with answers to its questions.

    Parameters
    ----------
    intake
        The intake.
    answers
        By the question's key: a field, ``name``, ``role`` or empty for a column; ``mentee``, ``mentor``,
        ``history`` or ``nothing`` for a table; the number of a row, 0 for none, for the headings; a run or a
        year; ``yes``, ``no`` or ``older`` for whether a file replaces another, or is replaced by it.

    Raises
    ------
    NotFound
        If there is no such question, field or row.
    RuleBroken
        If several columns of a table would mean what one alone can mean; see :func:`refused`.
    """
    by_file: dict[int, Answers] = {}
    # that a table holds no people makes what was said of its columns lapse
    columns_first = sorted(answers.items(), key=lambda one: not one[0].startswith(("heading:", "column:")))
    for key, answer in columns_first:
        kind, _, rest = key.partition(":")
        if kind == "heading":
            if not (found := columns_called(intake, rest)):
                raise NotFound(say("No file has the heading “{heading}”.", heading=rest))
            for place, sheet, column in found:
                now = by_file.get(place, intake.files[place].answers)
                by_file[place] = _with_columns(now, sheet, {column: answer})
        else:
            place, where = _split(rest, intake)
            now = by_file.get(place, intake.files[place].answers)
            by_file[place] = _with_answer(now, intake, kind, (place, where), answer)
    _check_once(refused(intake, answers).values())
    return read_again(intake, by_file)


def refused(intake: Intake, answers: Mapping[str, str]) -> dict[str, str]:
    """Return why answers do not go together, by the question's key: columns of a table would mean the same.

    Parameters
    ----------
    intake, answers
        As for :func:`answered`.
    """
    asked: dict[tuple[int, str], dict[int, str]] = {}
    for key in answers:
        kind, _, rest = key.partition(":")
        if kind == "heading":
            for place, sheet, column in columns_called(intake, rest):
                asked.setdefault((place, sheet.key), {})[column] = key
        elif kind == "column":
            place, where = _split(rest, intake)
            table, _, at = where.rpartition("/")
            asked.setdefault((place, table), {})[int(at)] = key
    found: dict[str, str] = {}
    for (place, table), keys in asked.items():
        if answers.get(f"role:{place}/{table}") in ("history", "nothing"):  # the columns lapse
            continue
        columns = _sheet(intake, place, table).columns
        wrong = doubled(columns, {column: answers[key] for column, key in keys.items()})
        found |= {keys[column]: why for column, why in wrong.items() if column in keys}
    return found


def _check_once(wrong: Iterable[str]) -> None:
    if why := " ".join(dict.fromkeys(wrong)):
        raise RuleBroken(why)


def _with_answer(now: Answers, intake: Intake, kind: str, at: tuple[int, str], answer: str) -> Answers:
    """Return what was said of a file with the answer to a question about one of its tables, or all of it."""
    place, where = at
    if kind == "replaces":
        return _with_replaced(now, intake, place, answer)
    if kind == "headings":
        return _with_headings(now, where, answer)
    if kind == "role":
        return _with_meaning(now, _sheet(intake, place, where), answer)
    if kind == "year":
        table = _sheet(intake, place, where).key
        return now.with_table(table, now.table(table).model_copy(update={"year": answer.strip()}))
    table, _, column = where.rpartition("/")
    return _with_columns(now, _sheet(intake, place, table), {int(column): answer})


def changed(
    intake: Intake,
    file: int,
    table: str,
    columns: Mapping[int, str] | None = None,
    meaning: str | None = None,
) -> Intake:
    """Return the intake read anew with another mapping of one table.

    Parameters
    ----------
    intake, file, table
        The intake, the file's place in it, and the table's :attr:`~SheetReport.key`.
    columns
        The meaning of columns by place, as for :func:`answered`; others stay.
    meaning
        Whom the table holds, where that changes.

    Raises
    ------
    NotFound
        If there is no such table or field.
    RuleBroken
        If several columns would mean what one alone can mean.
    """
    sheet = _sheet(intake, file, table)
    now = intake.files[file].answers
    if meaning is not None:
        now = _with_meaning(now, sheet, meaning)
    now = _with_columns(now, sheet, columns or {})
    if ((meaning or sheet.meaning) == "history") == (sheet.meaning == "history"):
        _check_once(doubled(sheet.columns, columns or {}).values())
    return read_again(intake, {file: now})


def with_headings(intake: Intake, file: int, sheet: int, row: int) -> Intake:
    """Return the intake read anew with the headings of a sheet in another row; 0 for none.

    Raises
    ------
    NotFound
        If the sheet has no such row.
    """
    now = _with_headings(intake.files[file].answers, str(sheet), str(row))
    return read_again(intake, {file: now})


def columns_called(intake: Intake, heading: str) -> list[tuple[int, SheetReport, int]]:
    """Return the columns of applications under a heading, by its normal form: file, table, place in it."""
    return [
        (place, sheet, column.place)
        for place, report in enumerate(intake.files)
        if report.content and heading
        for sheet in filter(may_hold_people, report.sheets)
        for column in sheet.columns
        if normal(column.heading) == heading
    ]


def _split(rest: str, intake: Intake) -> tuple[int, str]:
    file, _, where = rest.partition("/")
    if not file.isdecimal() or int(file) >= len(intake.files):
        raise NotFound(say("There is no such table any more. Please look at the files again."))
    return int(file), where


def _sheet(intake: Intake, file: int, key: str) -> SheetReport:
    sheets = intake.files[file].sheets if 0 <= file < len(intake.files) else ()
    for sheet in sheets:
        if sheet.heading_row is not None and sheet.key == key:
            return sheet
    raise NotFound(say("There is no such table any more. Please look at the files again."))


def _with_headings(now: Answers, sheet: str, row: str) -> Answers:
    if not (sheet.isdecimal() and row.isdecimal()):
        raise NotFound(say("There is no such row. Please choose one of the sheet."))
    return now.model_copy(update={"headings": {**now.headings, int(sheet): int(row)}})


def _with_replaced(now: Answers, intake: Intake, place: int, answer: str) -> Answers:
    newer = intake.newer.get(place)
    if newer is None or answer not in ("yes", "no", "older"):
        raise NotFound(say("There is no such question any more. Please look at the files again."))
    said = {"replaces": newer.file if answer != "no" else "", "older": answer == "older"}
    return now.model_copy(update=said)


def _with_meaning(now: Answers, sheet: SheetReport, meaning: str) -> Answers:
    check_holds(meaning)
    before = now.table(sheet.key)
    # what columns of applications mean says nothing of earlier tandems
    was, is_ = (one == "history" for one in (before.meaning or sheet.meaning, meaning))
    kept = before if was == is_ else TableAnswer()
    return now.with_table(sheet.key, kept.meaning_it(meaning))


def _with_columns(now: Answers, sheet: SheetReport, columns: Mapping[int, str]) -> Answers:
    before = now.table(sheet.key)
    is_history = (before.meaning or sheet.meaning) == "history"
    for field in columns.values():
        check_meaning(field, is_history=is_history)
    return now.with_table(sheet.key, before.model_copy(update={"columns": {**before.columns, **columns}}))


def check_holds(meaning: str) -> None:
    """Do nothing if a table can be said to hold this.

    Raises
    ------
    NotFound
        If it cannot.
    """
    if meaning not in get_args(TableMeaning):
        raise NotFound(say("A table holds {mentee:pl.nom}, {mentor:pl.nom}, earlier tandems or nothing."))


def check_meaning(field: str, *, is_history: bool = False) -> None:
    """Do nothing if a column can mean this; empty is a column to be left alone.

    Raises
    ------
    NotFound
        If it cannot.
    """
    can_mean = history.MEANINGS if is_history else (*FIELDS, NAME, ROLE)
    if field and field not in can_mean:
        raise NotFound(
            say("There is no field “{field}”. Known fields: {known}.", field=field, known=", ".join(can_mean))
        )
