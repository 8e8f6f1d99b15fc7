"""Finds the tables in a sheet: between title rows, sums and remarks, whatever the order of columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mentorkit.intake.headings import Column, columns, history_columns, known, normal
from mentorkit.intake.names import looks_like_a_name, split_name
from mentorkit.intake.sheets import Sheet
from mentorkit.intake.text import plain
from mentorkit.intake.vocabulary import NAME, ROLE
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Role

#: So many filled rows are searched for the headings.
SEARCHED = 30
_PERSON = frozenset({NAME, "first_name", "last_name", "email"})
_NO_PERSON = re.compile(
    r"(?:summe|zwischensumme|gesamt|insgesamt|total|anzahl|zusammen|sum|mittelwert|durchschnitt|beispiel|bsp|example"
    r"|stand|hinweis|anmerkung|legende|gez|quelle)\b"
)
#: A sum or a remark fills hardly more cells.
_FEW = 3
_NUMBER = re.compile(r"[\d.,%\s]+")


@dataclass
class Table:
    """A table of a sheet: its headings (row from 1), the people under it, and what else stands there."""

    kind: Literal["applications", "history"]
    heading_row: int
    columns: tuple[Column, ...]
    title: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    #: Rows that are no people, as (row, text).
    remarks: list[tuple[int, str]] = field(default_factory=list)

    @property
    def fields(self) -> frozenset[str]:
        """The meanings of its columns."""
        return frozenset(column.field for column in self.columns if column.field)

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the filled cells of a row by meaning."""
        return {
            c.field: cells[c.place]
            for c in self.columns
            if c.field and c.place < len(cells) and cells[c.place]
        }


def find_tables(sheet: Sheet, asked: Collection[str]) -> list[Table]:
    """Return the tables of a sheet, in their order; none if no row looks like headings.

    Parameters
    ----------
    sheet
        The sheet.
    asked
        The fields that the programme asks for.
    """
    start = _heading_row(sheet.rows, asked)
    if start is None:
        return []
    tables = [_table(sheet.rows, start, asked, _texts(sheet.rows[:start]))]
    for i in range(start + 1, len(sheet.rows)):
        cells = sheet.rows[i]
        if _is_further_heading(cells, asked):
            title = tuple(text for _, text in tables[-1].remarks[-3:])
            further = _table(sheet.rows, i, asked, title)
            if further.fields != tables[-1].fields or title:
                tables.append(further)
            continue
        if any(cells):
            _add(tables[-1], i + 1, cells, follows=_follows(tables[-1], i))
    return tables


def _texts(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(" ".join(filter(None, cells)) for cells in rows if any(cells))


def _table(rows: Sequence[tuple[str, ...]], i: int, asked: Collection[str], title: tuple[str, ...]) -> Table:
    if history := history_columns(rows[i]):
        return Table("history", i + 1, history, title)
    return Table("applications", i + 1, columns(rows[i], asked), title)


def _heading_row(rows: Sequence[tuple[str, ...]], asked: Collection[str]) -> int | None:
    filled = [i for i, cells in enumerate(rows) if sum(map(bool, cells)) >= 2][:SEARCHED]
    weights = {i: _weight(rows[i], asked) for i in filled}
    best = max(weights.values(), default=0.0)
    # a second table further down may have more columns
    return next((i for i in filled if best and weights[i] >= 0.6 * best), None)


def _weight(cells: Sequence[str], asked: Collection[str]) -> float:
    """Return how much a row looks like headings; 0 if not at all."""
    if history := history_columns(cells):
        return float(sum(column.field is not None for column in history))
    found = [column for column in columns(cells, asked) if column.field]
    if len(found) < 2 or not _PERSON & {column.field for column in found}:
        return 0.0
    return sum(1.0 if column.sure else 0.7 for column in found)


def _is_further_heading(cells: Sequence[str], asked: Collection[str]) -> bool:
    filled = [cell for cell in cells if cell]
    hits = sum(known(cell) for cell in filled)
    return hits >= 3 and hits >= 0.6 * len(filled) and _weight(cells, asked) > 0


def _follows(table: Table, i: int) -> bool:
    last = table.rows[-1][0] if table.rows else table.heading_row
    return last == i


def _add(table: Table, row: int, cells: tuple[str, ...], *, follows: bool) -> None:
    values = table.values(cells)
    if table.kind == "history":
        is_person = "mentee" in values and "mentor" in values
    else:
        is_person = _is_person(cells, values, follows)
    if is_person:
        table.rows.append((row, cells))
    elif not all(_NUMBER.fullmatch(cell) for cell in cells if cell):  # running numbers say nothing
        table.remarks.append((row, " ".join(filter(None, cells))[:80]))


def _is_person(cells: Sequence[str], values: dict[str, str], follows: bool) -> bool:
    if re.search(r"@|\(at\)", values.get("email", "")):
        return True
    filled = [cell for cell in cells if cell]
    if len(values) <= _FEW and any(_NO_PERSON.match(plain(cell)) for cell in filled[:2]):
        return False
    names = [values[name] for name in (NAME, "last_name", "first_name") if name in values]
    if any(name.endswith(":") for name in names) or all(_NUMBER.fullmatch(cell) for cell in filled):
        return False
    if len(values) == 1:
        return follows and bool(names) and looks_like_a_name(names[0])
    return len(values) >= 3 or any(re.search(r"[^\W\d]", name) for name in names)


# -- roles ----------------------------------------------------------------------------------------


_MENTOR = re.compile(r"mentor(?!ing|schaft|prog)")


def role_in(text: str | None) -> Role | None:
    """Return the role a title, a sheet's or a file's name speaks of; None if of both or none."""
    said = plain(text or "")
    mentee = "mentee" in said
    mentor = _MENTOR.search(said) is not None
    if mentee == mentor:
        return None
    return "mentee" if mentee else "mentor"


def role_by_fields(found: Collection[str], mentee: Collection[str], mentor: Collection[str]) -> Role | None:
    """Return the role whose own questions the columns answer; None if undecided."""
    only_mentee = len(set(found) & set(mentee) - set(mentor))
    only_mentor = len(set(found) & set(mentor) - set(mentee))
    if only_mentee == only_mentor:
        return None
    return "mentee" if only_mentee > only_mentor else "mentor"


# -- entries --------------------------------------------------------------------------------------


def entries_of(table: Table, cells: Sequence[str]) -> dict[str, str]:
    """Return what a row says, text by field, as it came; a name in one cell is split."""
    values = table.values(cells)
    heading = {column.field: column.heading for column in table.columns if column.field}
    if NAME in values:
        first_comes_first = "," in heading[NAME] and normal(heading[NAME]).startswith(("vorname", "first"))
        first, last = split_name(values[NAME], first_comes_first=first_comes_first)
        values |= {"first_name": first, "last_name": last}
    if "permanent" in values:
        values["permanent"] = _with_heading(heading["permanent"], values["permanent"])
    if "wish_1" in values and not {"wish_2", "wish_3"} & table.fields:
        wishes = [wish.strip() for wish in re.split(r"[;/\n]", values["wish_1"]) if wish.strip()]
        values |= {f"wish_{rank}": wish for rank, wish in enumerate(wishes[:3], 1)}
    return {name: values[name] for name in FIELDS if values.get(name)}


def roles_of_row(table: Table, cells: Sequence[str]) -> tuple[Role, ...]:
    """Return the roles that a column for it names; a row without one is left to a person."""
    said = plain(table.values(cells).get(ROLE, ""))
    both = re.fullmatch(r"(?:in )?(?:beide[sn]?(?: rollen)?|both)", said)
    mentor = both or _MENTOR.search(said)
    mentee = both or "mentee" in said
    roles: dict[Role, bool] = {"mentee": bool(mentee), "mentor": bool(mentor)}
    return tuple(role for role, named in roles.items() if named)


def _with_heading(heading: str, cell: str) -> str:
    """Keep the heading with a yes or no under *fixed-term*, where it means the opposite."""
    if normal(heading).startswith("befrist") and "unbefristet" not in plain(heading + cell):
        return cell if "befristet" in plain(cell) else f"befristet: {cell}"
    return cell
