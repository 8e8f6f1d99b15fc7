"""A map of all pairs: one cell for each, the darker the higher its number, marked where it is chosen.

How to use it::

    grid = HeatMap(say("All pairs"))
    grid.show(rows, columns, numbers, states, legend={...})     # head(...) for each, (r, c) arrays
    grid.on_visit(lambda row, column: grid.tell(...))           # somebody stays on a cell
    grid.on_open(lambda row, column: ...)                       # Enter, a double click or the button below

Colour alone tells nothing: what is chosen bears a mark, what is not allowed is hatched, and who it is stands
beside the cell and in a line below. The map is one stop of the tab key; arrow keys go from cell to cell. It
scrolls in its frame, the names staying in sight, and draws only what is in sight. Keep a table of the same
facts beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from mentorkit.language import say
from mentorkit_widgets.components.assets import script, style

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What a cell is, as the states of :meth:`HeatMap.show` number it.
NOT_ALLOWED, ALLOWED, CHOSEN, LOCKED = range(4)


def head(name: str, group: str = "") -> dict[str, str]:
    """Describe a row or a column: its name, and the group that neighbours share."""
    return {"name": name, "group": group}


class HeatMap(anywidget.AnyWidget):
    """A map of all pairs of rows and columns; empty until :meth:`show`.

    Parameters
    ----------
    label
        What the map shows.
    button
        What the button below says that opens the cell.
    """

    _esm = script("heatmap")
    _css = style("heatmap")

    label = t.Unicode().tag(sync=True)
    #: What Python says of the cell that somebody stays on.
    told = t.Unicode().tag(sync=True)
    _rows = t.List(t.Dict()).tag(sync=True)
    _columns = t.List(t.Dict()).tag(sync=True)
    #: The numbers as 32-bit integers and the states as bytes, row by row.
    _numbers = t.Bytes().tag(sync=True)
    _states = t.Bytes().tag(sync=True)
    _words = t.Dict().tag(sync=True)

    def __init__(self, label: str, button: str) -> None:
        self._visits: list[Callable[[int, int], object]] = []
        self._opens: list[Callable[[int, int], object]] = []
        super().__init__(label=label, _words={**_words(), "open": button})
        self.on_msg(self._received)

    def show(
        self,
        rows: Sequence[dict[str, str]],
        columns: Sequence[dict[str, str]],
        numbers: NDArray[np.int64],
        states: NDArray[np.int64],
    ) -> None:
        """Show other pairs.

        Parameters
        ----------
        rows, columns
            As :func:`head` makes them; those of one group beside each other.
        numbers : (r, c) int
        states : (r, c) int
            :data:`NOT_ALLOWED`, :data:`ALLOWED`, :data:`CHOSEN` or :data:`LOCKED`.
        """
        with self.hold_sync():
            self._rows, self._columns, self.told = list(rows), list(columns), ""
            self._numbers = numbers.astype("<i4").tobytes()
            self._states = states.astype("u1").tobytes()

    def on_visit(self, callback: Callable[[int, int], object]) -> None:
        """Call ``callback(row, column)`` when somebody stays on a cell."""
        self._visits.append(callback)

    def on_open(self, callback: Callable[[int, int], object]) -> None:
        """Call ``callback(row, column)`` when a cell is opened."""
        self._opens.append(callback)

    def visit(self, row: int, column: int) -> None:
        """Stay on a cell, as the browser does."""
        self._call(self._visits, row, column)

    def open_cell(self, row: int, column: int) -> None:
        """Open a cell, as the browser does."""
        self._call(self._opens, row, column)

    def _call(self, callbacks: Sequence[Callable[[int, int], object]], row: int, column: int) -> None:
        if not (0 <= row < len(self._rows) and 0 <= column < len(self._columns)):
            raise ValueError(f"there is no cell {row}, {column}")
        for callback in callbacks:
            callback(row, column)

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        message: dict[str, Any] = content if isinstance(content, dict) else {}
        callbacks = {"visit": self._visits, "open": self._opens}.get(str(message.get("event")))
        row, column = message.get("row"), message.get("column")
        if callbacks is None or type(row) is not int or type(column) is not int:
            return
        if 0 <= row < len(self._rows) and 0 <= column < len(self._columns):
            self._call(callbacks, row, column)


def _words() -> dict[str, str]:
    """Return the words that the browser needs, in the language in force."""
    return {
        "map": say("map; go from cell to cell by the arrow keys, open one by Enter"),
        "hint": say("Point at a cell, or go there by the arrow keys, to read who it is."),
        "low": say("low"),
        "high": say("high"),
        "states": "\n".join((say("not allowed"), say("allowed"), say("chosen"), say("locked"))),
        "cell": say(
            "{row} and {column}: {number}, {state}",
            row="{row}",
            column="{column}",
            number="{number}",
            state="{state}",
        ),
    }
