"""Rows that stand over others and tell of those below: an organisation as *KV Harz*, a run as *2014*."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mentorkit.intake.history import run_in
from mentorkit.intake.organisations import Organisations, company_key
from mentorkit.intake.sheets import letters_of
from mentorkit.intake.tables import Table, is_remark
from mentorkit.intake.text import words

#: A count or a mark behind the name: *KV Harz (3):*.
_BEHIND = " \n0123456789(),:;–-"
_NUMBER = re.compile(r"[\d.,%\s]+").fullmatch
T = TypeVar("T")
#: A row that tells a run says hardly more.
_FEW = 3


@dataclass(frozen=True)
class Group:
    """An organisation as a row names it that stands over others, and the cell it stands in."""

    organisation: str
    cell: str


def take_groups(table: Table, rows: Sequence[Sequence[str]], known: Organisations) -> dict[int, Group]:
    """Take the rows that name an organisation out of a table, and return what the rows below them say.

    Any other row that is no person ends a group, unless it is a sum or a remark: rather no organisation than
    a wrong one.

    Parameters
    ----------
    table
        The table; rows of groups are neither people nor remarks in it afterwards.
    rows
        All cells of its sheet.
    known
        The organisations that can be meant.

    Returns
    -------
    dict
        The group of each row that stands in one, by the row's number.
    """
    alone = {row: text for row, cells in table.rows if (text := _only(cells))}
    others = {**alone, **dict(table.remarks)}
    named = {
        row: text for row, said in others.items() if not is_remark(said) and (text := _named(said, known))
    }
    if not named:
        return {}
    table.rows = [one for one in table.rows if one[0] not in named]
    table.remarks = [one for one in table.remarks if one[0] not in named]
    groups: dict[int, Group | None] = {row: None for row, text in table.remarks if not is_remark(text)}
    groups |= {row: Group(text, _cell(rows[row - 1], row, table)) for row, text in named.items()}
    return {row: group for row, group in _below(table, groups).items() if group}


def take_runs(table: Table) -> dict[int, str]:
    """Take the rows that name a run out of a table of earlier tandems, and return the runs of those below."""
    runs = {
        row: run
        for row, text in table.remarks
        if len(words(text)) <= _FEW and not is_remark(text) and (run := run_in(text))
    }
    table.remarks = [(row, text) for row, text in table.remarks if row not in runs and not _NUMBER(text)]
    return _below(table, runs)


def _below(table: Table, groups: Mapping[int, T]) -> dict[int, T]:
    """Return what holds for each row of a table, by the rows from which on something holds."""
    begins = sorted(groups)
    found = {row: bisect_right(begins, row) for row, _ in table.rows}
    return {row: groups[begins[place - 1]] for row, place in found.items() if place}


def _only(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell and not _NUMBER(cell)]
    return filled[0] if len(filled) == 1 else ""


def _named(text: str, known: Organisations) -> str:
    """Return a text that names an organisation and says nothing else, as it would stand in a cell."""
    for said in (text, text.rstrip(_BEHIND)):
        is_known = known.settings.kind == "known" or company_key(said) in known.names
        if is_known and known.match(said).name:
            return said
    return ""


def _cell(cells: Sequence[str], row: int, table: Table) -> str:
    place = next(i for i, cell in enumerate(cells) if cell and i >= table.first_column)
    return f"{letters_of(place)}{row}"
