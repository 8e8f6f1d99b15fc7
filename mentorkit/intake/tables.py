"""Finds the tables in a sheet: between title rows, sums and remarks, whatever the order of columns."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from mentorkit.intake.answers import TableAnswer, TableMeaning
from mentorkit.intake.guess import guess_columns
from mentorkit.intake.headings import Column, columns, known, normal
from mentorkit.intake.history import history_columns, people_of
from mentorkit.intake.names import looks_like_a_name
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.sheets import Sheet, letters_of
from mentorkit.intake.text import plain
from mentorkit.intake.vocabulary import GROUP, NAME, NUMBERING, REMARK, SUM
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Role

Rows = Sequence[tuple[str, ...]]
#: So many filled rows are searched for the headings.
SEARCHED = 30
#: So many rows are looked at for columns without any cell.
_LOOKED_AT = 200
_PERSON = frozenset({NAME, "first_name", "last_name", "email"})
#: A sum or a remark says hardly more; numbers do not count.
_FEW = 3
_NUMBER = re.compile(r"[\d.,%\s]+")
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_SIGNATURE = 400
_REMARK = re.compile(rf"(?:{'|'.join((*SUM, *REMARK))})\b")
_SUM = re.compile(rf"\b(?:{'|'.join(SUM)})\b")
_SIGNED = re.compile(r"(?:erstellt|bearbeitet|geprueft|gez)\b")
_GROUP = re.compile(rf"(?:{'|'.join(GROUP)})\b")
#: Kinds of fields of which several columns make one list.
_JOINED = {"list": "; ", "availability": "; ", "text": " "}


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
    #: Where it begins beside another table; 0 elsewhere.
    first_column: int = 0
    #: Whom it holds by what somebody said, and the run of its earlier tandems.
    meaning: TableMeaning | None = None
    year: str = ""
    #: By what it is known again in another file; see :func:`signed`.
    signature: str = ""

    @property
    def fields(self) -> frozenset[str]:
        """The meanings of its columns."""
        return frozenset(column.field for column in self.columns if column.field)

    @cached_property
    def others(self) -> tuple[tuple[str, int], ...]:
        """The columns that stand for no field as (heading, place); those that count the rows left out."""
        found: dict[str, int] = {}
        named = {column.place: column.heading for column in self.columns if not column.field}
        known_places = {column.place for column in self.columns}
        for place in range(self.first_column, self.width):
            if place in known_places and (place not in named or normal(named[place]) in NUMBERING):
                continue
            label = named.get(place) or letters_of(place)
            found[label if label not in found else f"{label} ({letters_of(place)})"] = place
        return tuple(found.items())

    @cached_property
    def width(self) -> int:
        """The place behind its last heading."""
        return max((column.place + 1 for column in self.columns), default=0)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places of the columns by meaning."""
        found: dict[str, list[int]] = {}
        for column in self.columns:
            if column.field:
                found.setdefault(column.field, []).append(column.place)
        return found

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the filled cells of a row by meaning; several of one meaning make one text."""
        found: dict[str, str] = {}
        for column in self.columns:
            if not column.field or column.place >= len(cells) or not cells[column.place]:
                continue
            before, cell = found.get(column.field), cells[column.place]
            if before is None:
                found[column.field] = cell
            elif mark := _JOINED.get(FIELDS[column.field].kind if column.field in FIELDS else "text"):
                found[column.field] = f"{before}{mark}{cell}"
        return found


def find_tables(  # noqa: PLR0913 - all but the first two may be left out
    sheet: Sheet,
    asked: Collection[str],
    told: Mapping[str, str] | None = None,
    answers: Mapping[tuple[int, int], TableAnswer] | None = None,
    start: int | None = None,
    *,
    organisations: Organisations | None = None,
) -> list[Table]:
    """Return the tables of a sheet, in their order; none if no row looks like headings.

    Parameters
    ----------
    sheet
        The sheet.
    asked
        The fields that the programme asks for.
    told
        What headings mean by what somebody said, as for :func:`~mentorkit.intake.headings.columns`.
    answers
        What somebody said of tables, by the row of their headings and their first column.
    start
        The row of the headings by what somebody said, from 1; 0 for a sheet without headings.
    organisations
        Those that can be meant, by which columns without headings are known.
    """
    finding = _Finding(asked, told or {}, answers or {}, organisations)
    if start == 0:
        return [finding.bare(sheet.rows)] if sheet.rows else []
    at = finding.heading_row(sheet.rows) if start is None else start - 1
    if at is None or at >= len(sheet.rows):
        return []
    found = []
    for first, rows in finding.side_by_side(sheet.rows, at) or [(0, sheet.rows)]:
        found += finding.tables(rows, at, first)
    return found


def signed(tables: list[Table], name: str) -> list[Table]:
    """Give the tables of a sheet what they are known by in later files: a name and their headings.

    Of tables that agree in both, the further ones are counted. One without headings is not known again.
    """
    seen: Counter[str] = Counter()
    for table in tables:
        if headings := [column.heading for column in table.columns if column.heading]:
            called = row_signature(headings)
            seen[called] += 1
            nth = f" {seen[called]}" if seen[called] > 1 else ""
            table.signature = f"{normal(_A_YEAR.sub(' ', name))}{nth}{called}"
    return tables


def row_signature(headings: Iterable[str]) -> str:
    """Return what a row of headings is known by in later files; no single heading reads like it.

    Examples
    --------
    >>> row_signature(["Wer?", "", "E-Mail"])
    ': wer | e mail'
    """
    return f": {' | '.join(filter(None, map(normal, headings)))}"[:_LONGEST_SIGNATURE]


@dataclass(frozen=True)
class _Finding:
    """Looks for tables with what is known of their headings."""

    asked: Collection[str]
    told: Mapping[str, str]
    answers: Mapping[tuple[int, int], TableAnswer]
    organisations: Organisations | None = None

    def tables(self, rows: Rows, start: int, first_column: int) -> list[Table]:
        """Return the tables from a heading row on."""
        at, heads = self.joined_headings(rows, start)
        tables = [self.table(heads, at, first_column, _texts(rows[:start]))]
        for i in range(at + 1, len(rows)):
            cells = rows[i]
            if self._is_further_heading(cells):
                title = tuple(text for _, text in tables[-1].remarks[-3:])
                further = self.table(cells, i, first_column, title)
                if further.fields != tables[-1].fields or title:
                    tables.append(further)
            elif any(cells):
                _add(tables[-1], i + 1, cells, follows=_follows(tables[-1], i))
        return tables

    def table(self, heads: Sequence[str], i: int, first_column: int, title: tuple[str, ...]) -> Table:
        """Return the empty table under a heading row."""
        answer = self.answers.get((i + 1, first_column), TableAnswer())
        found = history_columns(heads, answer.columns if answer.meaning == "history" else None)
        if found and answer.meaning in (None, "history"):
            found = history_columns(heads, answer.columns)
            named = answer.meaning, answer.year
            return Table("history", i + 1, found or (), title, [], [], first_column, *named)
        meaning = columns(heads, self.asked, self.told, answer.columns)
        return Table("applications", i + 1, meaning, title, [], [], first_column, answer.meaning)

    def bare(self, rows: Rows) -> Table:
        """Return the table that a sheet without headings is; a person says what its columns mean."""
        answer = self.answers.get((0, 0), TableAnswer())
        given = {**guess_columns(rows, self.organisations), **answer.columns}
        table = self.table((), -1, 0, ())
        if table.kind == "applications":
            everything = {place: given.get(place, "") for place in range(max(map(len, rows)))}
            understood = columns((), self.asked, self.told, everything)
            table.columns = tuple(replace(c, sure=c.place in answer.columns) for c in understood)
        for row, cells in enumerate(rows, 1):
            if any(cells):
                _add(table, row, cells, follows=True)
        return table

    def heading_row(self, rows: Rows) -> int | None:
        """Return the place of the row that looks most like headings."""
        filled = [i for i, cells in enumerate(rows) if sum(map(bool, cells)) >= 2][:SEARCHED]
        weights = {i: self.weight(rows[i]) for i in filled}
        for upper, lower in itertools.pairwise(filled):
            if lower == upper + 1 and not weights[lower] and not weights[upper]:
                weights[upper] = max(map(self.weight, _joined(rows[upper], rows[lower])))
        best = max(weights.values(), default=0.0)
        # a second table further down may have more columns
        return next((i for i in filled if best and weights[i] >= 0.6 * best), None)

    def joined_headings(self, rows: Rows, start: int) -> tuple[int, Sequence[str]]:
        """Return the headings that begin in a row, and the row they end in: some stand in two rows."""
        found: list[tuple[float, int, Sequence[str]]] = [(self.weight(rows[start]), start, rows[start])]
        if start + 1 < len(rows) and not any("@" in cell for cell in rows[start + 1]):
            found += [(self.weight(h), start + 1, h) for h in _joined(rows[start], rows[start + 1])]
        if start and sum(map(bool, rows[start - 1])) >= 2:
            found += [(self.weight(h), start, h) for h in _joined(rows[start - 1], rows[start])]
        _, at, heads = max(found, key=lambda one: one[0])
        return at, heads

    def weight(self, cells: Sequence[str]) -> float:
        """Return how much a row looks like headings; 0 if not at all."""
        if history := history_columns(cells):
            named = sum(column.field is not None for column in history)
            return named if named > 2 else 1.0  # two words for people may be a title too
        found = [column for column in columns(cells, self.asked, self.told) if column.field]
        if len(found) < 2 or not _PERSON & {column.field for column in found}:
            return 0.0
        return sum(1.0 if column.sure else 0.7 for column in found)

    def _is_further_heading(self, cells: Sequence[str]) -> bool:
        filled = [cell for cell in cells if cell]
        if len(filled) < 3 or any("@" in cell for cell in filled):
            return False
        misses = 0
        for cell in filled:
            misses += not known(cell)
            if misses > 0.4 * len(filled):  # most rows are people, and this is soon clear
                return False
        return len(filled) - misses >= 3 and self.weight(cells) > 0

    def side_by_side(self, rows: Rows, at: int) -> list[tuple[int, Rows]]:
        """Return tables that stand beside each other, as first column and rows; none if there is only one.

        They are two only if each has headings of its own, and either their titles name different roles or
        their columns are the same: the columns behind a gap may also be about somebody else.
        """
        parts = [(begin, _between(rows, begin, end)) for begin, end in _blocks(rows, at)]
        parts = [(begin, part) for begin, part in parts if self.weight(part[at]) > 0]
        if len(parts) < 2:
            return []
        roles = {role_in(text) for _, part in parts for text in _texts(part[:at])[-1:]}
        fields = {self.table(part[at], at, 0, ()).fields for _, part in parts}
        return parts if roles == {"mentee", "mentor"} or (len(fields) == 1 and len(*fields) >= 3) else []


def _texts(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(" ".join(filter(None, cells)) for cells in rows if any(cells))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[list[str]]:
    """Return the ways in which two rows can be the headings of one table.

    The lower one where it says something by itself, or both together; a cell above stands for those right of
    it too.
    """
    width = max(len(upper), len(lower))
    above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    kept, together = [], []
    over = ""
    for top, bottom in zip(above, below, strict=True):
        over = top or (over if bottom else "")
        both = f"{over} {bottom}".strip() if bottom and over != bottom else over
        together.append(both)
        kept.append(bottom if known(bottom) else both)
    return [kept, together]


def _blocks(rows: Rows, at: int) -> list[tuple[int, int]]:
    """Return the spans of columns between columns without any cell, from the headings on."""
    looked_at = rows[at : at + _LOOKED_AT]
    width = max(map(len, looked_at))
    filled = [any(place < len(cells) and cells[place] for cells in looked_at) for place in range(width)]
    edges = [i for i in range(width + 1) if (i < width and filled[i]) != (i > 0 and filled[i - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _between(rows: Rows, begin: int, end: int) -> Rows:
    return [("",) * begin + tuple(cells[begin:end]) if any(cells[begin:end]) else () for cells in rows]


def _follows(table: Table, i: int) -> bool:
    last = table.rows[-1][0] if table.rows else table.heading_row
    return last == i


def _add(table: Table, row: int, cells: tuple[str, ...], *, follows: bool) -> None:
    values = table.values(cells)
    is_tandem = table.kind == "history" and len(people_of(values)) == 2
    if is_tandem or (table.kind == "applications" and _is_person(cells, values, follows)):
        table.rows.append((row, cells))
    elif table.kind == "history" or not all(_NUMBER.fullmatch(cell) for cell in cells if cell):
        table.remarks.append((row, " ".join(filter(None, cells))[:80]))


def _is_person(cells: Sequence[str], values: dict[str, str], follows: bool) -> bool:
    if re.search(r"@|\(at\)", values.get("email", "")):
        return True
    filled = [cell for cell in cells if cell]
    says = [text for text in values.values() if not _NUMBER.fullmatch(text)]
    names = [values[name] for name in (NAME, "last_name", "first_name") if name in values]
    if _is_remark(filled, says) or any(name.endswith(":") for name in names) or not says:
        return False
    if len(values) == 1:
        whole = NAME in values or "," in names[0] if names else False
        return follows and whole and looks_like_a_name(names[0]) and not _GROUP.match(plain(names[0]))
    return len(says) >= _FEW or any(re.search(r"[^\W\d]", name) for name in names)


def is_remark(text: str) -> bool:
    """Tell whether a text is a sum or a remark, rather than the heading of a group."""
    said = plain(text)
    return bool(_REMARK.match(said) or _SUM.search(said) or _SIGNED.match(said))


def _is_remark(filled: Sequence[str], says: Sequence[str]) -> bool:
    """Tell whether the few words of a row make it a sum or a remark."""
    if len(says) <= _FEW and any(_REMARK.match(plain(cell)) for cell in filled[:2]):
        return True
    if len(says) == 1 and len(filled) > 1 and _SUM.search(plain(says[0])):
        return True
    return 1 < len(filled) <= _FEW + 1 and _SIGNED.match(plain(filled[0])) is not None


# -- roles ----------------------------------------------------------------------------------------


#: The word for mentors, not for mentoring.
MENTOR = re.compile(r"mentor(?!ing|schaft|prog)")


def role_in(text: str | None) -> Role | None:
    """Return the role a title, a sheet's or a file's name speaks of; None if of both or none."""
    said = plain(text or "")
    mentee = "mentee" in said
    mentor = MENTOR.search(said) is not None
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
