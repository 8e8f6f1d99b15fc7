"""Where people stand within the box of their organisation, and where the boxes stand.

Lengths are pixels of the drawing, y grows downwards. People fill a box in centred rows below its name, the
partners of a tandem side by side where both belong to it. Boxes stand around an empty middle when tandems
cross between them, in rows when none does or when they are many; the whole is about four to three.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from mentorkit.network.lettering import label, width, wrap

CELL_WIDTH = 94.0
NAMES_UP_TO = 400
"""People whose names still fit under their symbols; a larger picture shows them on pointing only."""
NAME_SIZE = 12.0
NAME_LINE = 13.0
#: Base line of the first line of a name below the middle of its sign.
NAME_BELOW = 23.0
_PAD = 8.0
#: So many boxes may stand around an empty middle; that of more would be too large.
_AROUND = 16
_ASPECT = 1.4

Position = tuple[float, float]
Size = tuple[float, float]


class Frame(NamedTuple):
    """The box of an organisation."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def size(self) -> Size:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top

    @property
    def middle(self) -> Position:
        """The place in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class Cell(NamedTuple):
    """The room for one person: the sign with its name below."""

    width: float
    above: float
    below: float

    @property
    def height(self) -> float:
        """From row to row."""
        return self.above + self.below + (6 if self.width == CELL_WIDTH else 4)


def name_lines(name: str) -> list[str]:
    """Break a person's name into the lines that stand below the sign."""
    return wrap(label(name), CELL_WIDTH - 6, NAME_SIZE, most=3)


def cell(names: Sequence[str], *, named: bool) -> Cell:
    """Return the room that each of these people needs."""
    if not named:
        return Cell(20, 8, 8)
    lines = max((len(name_lines(name)) for name in names), default=1)
    return Cell(CELL_WIDTH, 12, NAME_BELOW + NAME_LINE * (max(lines, 1) - 1) + 4)


def heading(name: str, wide: float, size: float) -> list[str]:
    """Break the name of an organisation into the lines that stand in its box of that width."""
    words = max((width(word, size, bold=True) for word in label(name).split()), default=0.0)
    # a box is as wide as a long word, unless that is endless
    return wrap(label(name), max(wide, 8 * size, min(words + 1, 14 * size)), size, most=3, bold=True)


def enclose(places: Sequence[Position], room: Cell, name: str, size: float) -> Frame:
    """Return the box around people, with room for its name in letters of that size."""
    left = min(x for x, _ in places) - room.width / 2
    right = max(x for x, _ in places) + room.width / 2
    lines = heading(name, right - left, size)
    wide = max([right - left, *(width(line, size, bold=True) for line in lines)])
    x = (left + right) / 2
    top = min(y for _, y in places) - room.above - 1.25 * size * len(lines) - _PAD
    bottom = max(y for _, y in places) + room.below
    return Frame(x - wide / 2 - _PAD, top - _PAD, x + wide / 2 + _PAD, bottom + _PAD)


def pack(blocks: Sequence[Sequence[str]], room: Cell) -> list[Position]:
    """Lay blocks of people in centred rows of about the same length; return where each begins."""
    count = sum(map(len, blocks))
    columns = max(*map(len, blocks), round(math.sqrt(1.8 * count * room.height / room.width)), 1)
    high = math.ceil(count / columns)
    while (rows := _fill(blocks, columns, high)) is None:
        high += 1
    places = [(0.0, 0.0)] * len(blocks)
    for r, row in enumerate(rows):
        x = (1 - sum(len(blocks[b]) for b in row)) * room.width / 2
        for b in row:
            places[b] = x, r * room.height
            x += len(blocks[b]) * room.width
    return places


def _fill(blocks: Sequence[Sequence[str]], columns: int, high: int) -> list[list[int]] | None:
    """Fill rows of so many columns, each block where fewest are; None if one does not fit."""
    rows: list[list[int]] = [[] for _ in range(high)]
    used = [0] * high
    for b, block in enumerate(blocks):
        row = min(range(high), key=used.__getitem__)
        if used[row] + len(block) > columns:
            return None
        rows[row].append(b)
        used[row] += len(block)
    return rows


def arrange(sizes: Sequence[Size], order: Sequence[int], *, linked: bool, gap: float) -> list[Position]:
    """Place boxes so that the whole is about four to three; return their middles.

    Parameters
    ----------
    sizes
        Width and height of each box.
    order
        The boxes as they follow each other, around the middle or in rows.
    linked
        Whether tandems cross between boxes.
    gap
        Pixels between two boxes at least.
    """
    around = linked and 2 < len(order) <= _AROUND
    tries = []
    for count in range(2 if around else 1, min(len(order), 4 + 2 * math.isqrt(len(order))) + 1):
        rows = _rim(order, count) if around else _rows(sizes, order, count)
        if rows:
            tries.append(_stack(sizes, rows, gap, spread=around))
    return min(tries, key=lambda tried: max(tried[1][0] / _ASPECT, tried[1][1]))[0]


def _rim(order: Sequence[int], count: int) -> list[list[int]]:
    """Lead an order around so many rows: the top one, down at the right, the bottom one, up at the left."""
    side = count - 2
    rest = len(order) - 2 * side
    if rest < 2:
        return []
    top, after = order[: (rest + 1) // 2], order[(rest + 1) // 2 :]
    bottom, left = after[side : len(after) - side][::-1], after[len(after) - side :][::-1]
    return [[*top], *([a, b] for a, b in zip(left, after[:side], strict=True)), [*bottom]]


def _rows(sizes: Sequence[Size], order: Sequence[int], count: int) -> list[list[int]]:
    """Cut an order into so many rows of about the same width."""
    all_ = sum(sizes[i][0] for i in order)
    rows: list[list[int]] = [[] for _ in range(count)]
    used = 0.0
    for i in order:
        rows[min(count - 1, int((used + sizes[i][0] / 2) / all_ * count))].append(i)
        used += sizes[i][0]
    return [row for row in rows if row]


def _stack(
    sizes: Sequence[Size], rows: Sequence[Sequence[int]], gap: float, *, spread: bool
) -> tuple[list[Position], Size]:
    """Lay rows below each other, spread to the full width or in its middle; return also how large it gets."""
    widths = [sum(sizes[i][0] for i in row) + gap * (len(row) - 1) for row in rows]
    wide = max(widths)
    places = [(0.0, 0.0)] * len(sizes)
    top = 0.0
    for row, used in zip(rows, widths, strict=True):
        high = max(sizes[i][1] for i in row)
        between = gap + (wide - used) / (len(row) - 1) if spread and len(row) > 1 else gap
        x = 0.0 if between > gap else (wide - used) / 2
        for i in row:
            places[i] = x + sizes[i][0] / 2, top + (high if spread else sizes[i][1]) / 2
            x += sizes[i][0] + between
        top += high + gap
    return places, (wide, top - gap)
