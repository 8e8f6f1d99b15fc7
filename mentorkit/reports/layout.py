"""Fitting tables to A4: font size, widths of columns, portrait or landscape, parts where nothing else helps.

Widths are estimated from the metrics of the text font; the typesetter itself gives equal widths to crowded
columns and lets long words run into the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mentorkit.reports import nodes as n

_PORTRAIT, _LANDSCAPE = 470.0, 717.0  # points between the margins
_INSET = 9.0  # points beside the text of a cell, both sides together
_READABLE = 15  # characters that a column of prose should have before a smaller form is taken
_LONG = 24  # longer words without a letter's chance of hyphenation get places to break
_CROWDED = 9  # columns from which the large size is not tried
_PAGEFUL = 600  # characters from which a cell may be broken between pages
_HEADFUL = 200  # characters from which a head is not repeated
_HEAD = 1.2  # the head is set in a wider font
_BOLD = 1.1  # how much wider bold words are
_SIZES = ((9.5, False), (8.5, False), (7.5, False), (8.5, True), (7.5, True), (6.5, True))

_Column = list[tuple[float, float]]  # longest word and whole line of every cell, in font sizes


@dataclass(frozen=True)
class Fitted:
    """A table ready for paper: ``size`` in points, ``widths`` as shares or 0 for as wide as the text."""

    table: n.Table
    size: float
    landscape: bool
    widths: list[float]
    breakable: bool
    """Whether rows may go on over the page: only where one is very long."""
    repeated: bool
    """Whether the head comes again on every page: unless it would fill it."""

    @classmethod
    def of(cls, table: n.Table, size: float, landscape: bool) -> Fitted:
        """Give a table its widths at a size."""
        widths = _widths(_columns(table), size, _LANDSCAPE if landscape else _PORTRAIT)
        return cls(
            table, size, landscape, widths, _longest(table.body) > _PAGEFUL, _longest(table.head) < _HEADFUL
        )


def fit(table: n.Table) -> list[Fitted]:
    """Choose the largest form in which no column runs into another or off the page.

    Returns
    -------
    list of Fitted
        One table, or several parts with the first column repeated.
    """
    table = _breakable(table)
    texts = _columns(table)
    for size, landscape in _SIZES[1:] if table.columns >= _CROWDED else _SIZES:
        room = _LANDSCAPE if landscape else _PORTRAIT
        if sum(_needed(column, size) for column in texts) <= room:
            return [Fitted.of(table, size, landscape)]
    size, _ = _SIZES[-1]
    parts = _split(table, [_needed(column, size) for column in texts], _LANDSCAPE)
    return [Fitted.of(part, size, landscape=True) for part in parts]


def _longest(rows: list[list[n.Cell]]) -> int:
    return max((len(n.words(cell.inside)) for row in rows for cell in row), default=0)


def _columns(table: n.Table) -> list[_Column]:
    """Return for every column the widths of its words and lines; cells over several columns are left out."""
    columns: list[_Column] = [[(0.0, 0.0)] for _ in range(table.columns)]
    for rows, factor in ((table.head, _HEAD), (table.body, 1.0)):
        for _, x, cell in n.placed(rows):
            if cell.columns == 1:
                text = n.words(cell.inside)
                wider = factor * _BOLD if cell.strong else factor
                columns[x].append((_word(text) * wider, _length(text) * wider))
    return columns


def _length(text: str) -> float:
    """Width of a text in units of the font size."""
    narrow = sum(text.count(c) for c in "ijltf.,:;!|'()[] ")
    wide = sum(c.isupper() or c in "mw@%—" or ord(c) > 0x2E7F for c in text)
    return 0.52 * len(text) - 0.2 * narrow + 0.2 * wide


def _word(text: str) -> float:
    return max((_length(word) for word in re.split(r"[\s\u200b]|(?<=-)", text)), default=0.0)


def _needed(column: _Column, size: float) -> float:
    word = max(w for w, _ in column)
    line = max(length for _, length in column)
    prose = min(line, 0.5 * _READABLE + line / 40, 25.0)  # long texts in narrow columns make endless rows
    return max(word, prose) * size + _INSET


def _widths(columns: list[_Column], size: float, room: float) -> list[float]:
    """Share the room: what a column needs at least, the rest by how much more it has to say."""
    least = [_needed(column, size) for column in columns]
    wish = [max(length for _, length in column) * size + _INSET for column in columns]
    if sum(wish) <= room * 0.66:
        return [0.0] * len(columns)
    more = [max(min(most, room) - few, 0.0) for most, few in zip(wish, least, strict=True)]
    spare = max(room - sum(least), 0.0) / (sum(more) or 1.0)
    return [round(few + extra * spare, 2) for few, extra in zip(least, more, strict=True)]


def _split(table: n.Table, needed: list[float], room: float) -> list[n.Table]:
    """Cut a table into parts that fit, each with the first column; spans are dissolved."""
    parts, current, used = [], [0], needed[0]
    for x in range(1, table.columns):
        if used + needed[x] > room and len(current) > 1:
            parts.append(current)
            current, used = [0], needed[0]
        current.append(x)
        used += needed[x]
    head, body = (_unspanned(rows, table.columns) for rows in (table.head, table.body))
    return [_pick(replace(table, head=head, body=body), columns) for columns in [*parts, current]]


def _unspanned(rows: list[list[n.Cell]], width: int) -> list[list[n.Cell]]:
    """Give every place its own cell: what spans columns is repeated, what spans rows stands in the first."""
    grid = [[n.Cell([""]) for _ in range(width)] for _ in rows]
    for y, x, cell in n.placed(rows):
        grid[y][x : x + cell.columns] = [replace(cell, columns=1, rows=1)] * cell.columns
    return grid


def _pick(table: n.Table, columns: list[int]) -> n.Table:
    return replace(
        table,
        columns=len(columns),
        head=[[row[x] for x in columns] for row in table.head],
        body=[[row[x] for x in columns] for row in table.body],
    )


def _breakable(table: n.Table) -> n.Table:
    def cell(old: n.Cell) -> n.Cell:
        return replace(old, inside=breakable(old.inside, _LONG))

    return replace(
        table,
        head=[[cell(c) for c in row] for row in table.head],
        body=[[cell(c) for c in row] for row in table.body],
    )


def breakable(inlines: list[n.Inline], limit: int) -> list[n.Inline]:
    """Give words longer than ``limit`` characters places to break, with nothing to be seen there."""
    done: list[n.Inline] = []
    for x in inlines:
        if isinstance(x, str):
            done.append(soften(x, limit))
        elif isinstance(x, n.Code):
            done.append(n.Code(soften(x.text, limit)))
        elif isinstance(x, n.Break):
            done.append(x)
        else:
            done.append(replace(x, inside=breakable(x.inside, limit)))
    return done


def soften(text: str, limit: int) -> str:
    """Put a zero-width space after signs in long words, and after every ``limit`` characters otherwise."""

    def word(match: re.Match[str]) -> str:
        parts = re.split(r"(?<=[^\w\s])", match[0])
        return "\u200b".join(piece for part in parts for piece in re.findall(f".{{1,{limit}}}", part))

    return re.sub(rf"\S{{{limit + 1},}}", word, text)
