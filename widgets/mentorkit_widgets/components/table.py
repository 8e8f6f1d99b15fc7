"""A table that people work in: sorted by its heads, filtered by a word, with named actions on every row.

The browser only sends messages, and each is checked here: an action that a row does not offer, or that is
disabled, does nothing, however the message was made. Texts reach the page as text nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import anywidget
import traitlets as t

from mentorkit.language import say, voice
from mentorkit_widgets.components.assets import script, style
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.icons import chip_cell as chip

__all__ = ["Cell", "Icon", "Kind", "Table", "Tone", "action", "bar", "cell", "chip", "column"]

Kind = Literal["text", "number", "chip", "list", "bar"]
Cell = dict[str, Any]


def column(key: str, label: str, kind: Kind = "text", *, sortable: bool = True) -> Cell:
    """Describe a column: the key of its cells in the rows, its head, and how its cells look.

    The first column names the row. Cells are text, whole numbers, lists of text (``list``), or what
    ``chip``, :func:`bar` and :func:`cell` make; None is an empty cell.
    """
    head = label[:1].upper() + label[1:]  # an English noun stands here without a sentence
    return {"key": key, "label": head, "kind": kind, "sortable": sortable}


def cell(text: str, sort: float | str | None = None, *, note: str = "", href: str = "") -> Cell:
    """Return a cell that reads as one thing and sorts as another: a number or date as people write it.

    The note stands below in a quieter line, such as the organisation below a name; ``href`` is where a link
    leads to, within the server.
    """
    made = {"text": text, "sort": text if sort is None else sort, "note": note}
    return {**made, "href": href} if href else made


def bar(text: str, value: float, most: float) -> Cell:
    """Return a number drawn as a bar from 0 to ``most``, with its text."""
    return {"text": text, "sort": value, "share": max(0.0, min(1.0, value / most)) if most > 0 else 0.0}


def action(name: str, label: str, title: str, *, icon: Icon = "", disabled: str = "") -> Cell:
    """Describe a button of a row.

    Parameters
    ----------
    name
        What callbacks get.
    label
        The short word on the button.
    title
        The whole sentence with the person's name, as screen readers say it; best begins with or contains
        the label.
    disabled
        Why it cannot be pressed, in a sentence; empty when it can.
    """
    return {"name": name, "label": label, "title": title, "icon": icon, "disabled": disabled}


class Table(anywidget.AnyWidget):
    """A real ``<table>`` with caption, sticky sortable head, filter, selection and actions per row.

    Of many rows it shows a page and offers more, where rows are cards fewer; printed are all of them.

    Parameters
    ----------
    caption
        What the table shows.
    columns
        As :func:`column` makes them.
    rows
        One mapping per row: ``id`` (text, unique), a cell per column key, and, where one can do something,
        ``actions``: a list as :func:`action` makes it. Assign a new list to show other rows.
    empty
        What stands there when there are no rows, and what comes next.
    filtered
        Whether there is a box that filters the rows by a word.
    selectable
        Whether the first cell of a row is a button that selects it; see :attr:`selected`.
    """

    _esm = script("table")
    _css = style("table")

    caption = t.Unicode().tag(sync=True)
    columns = t.List(t.Dict()).tag(sync=True)
    rows = t.List(t.Dict()).tag(sync=True)
    empty = t.Unicode().tag(sync=True)
    filtered = t.Bool(False).tag(sync=True)
    selectable = t.Bool(False).tag(sync=True)
    #: Id of the selected row; empty when none is.
    selected = t.Unicode().tag(sync=True)
    _words = t.Dict().tag(sync=True)

    def __init__(  # noqa: PLR0913 - every part of a table has a name
        self,
        caption: str,
        columns: Sequence[Cell],
        rows: Iterable[Mapping[str, Any]] = (),
        *,
        empty: str = "",
        filtered: bool = False,
        selectable: bool = False,
    ) -> None:
        self._callbacks: list[Callable[[str, str], object]] = []
        super().__init__(
            caption=caption,
            columns=list(columns),
            rows=[dict(row) for row in rows],
            empty=empty or say("Nothing here."),
            filtered=filtered,
            selectable=selectable,
            _words=_words(),
        )
        self.on_msg(self._received)

    def on_action(self, callback: Callable[[str, str], object]) -> None:
        """Call ``callback(row_id, action_name)`` whenever a button of a row is pressed."""
        self._callbacks.append(callback)

    def offers(self, row_id: str, name: str) -> bool:
        """Tell whether a row has this action and it can be pressed."""
        row = self._row(row_id) or {}
        return any(a["name"] == name and not a["disabled"] for a in row.get("actions", ()))

    def act(self, row_id: str, name: str) -> None:
        """Press a button of a row, as the browser does.

        Raises
        ------
        ValueError
            If there is no such row, or it does not offer this action now.
        """
        if not self.offers(row_id, name):
            raise ValueError(f"row {row_id!r} does not offer {name!r}")
        for callback in self._callbacks:
            callback(row_id, name)

    def select(self, row_id: str) -> None:
        """Select a row; the empty text selects none.

        Raises
        ------
        ValueError
            If there is no such row, or rows cannot be selected.
        """
        if row_id and not (self.selectable and self._row(row_id)):
            raise ValueError(f"there is no row {row_id!r} to select")
        self.selected = row_id

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _row(self, row_id: str) -> dict[str, Any] | None:
        return next((row for row in self.rows if row["id"] == row_id), None)

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        message: dict[str, Any] = content if isinstance(content, dict) else {}
        row, name = message.get("row"), message.get("action")
        if not isinstance(row, str):
            return
        if message.get("event") == "action" and isinstance(name, str) and self.offers(row, name):
            self.act(row, name)
        elif message.get("event") == "select" and self.selectable and (not row or self._row(row)):
            self.select(row)

    @t.validate("caption")
    def _begin_with_a_capital(self, proposal: dict[str, Any]) -> str:
        """Write a caption that is a noun of the programme alone, such as “mentees”, as captions are."""
        caption: str = proposal["value"]
        return caption[:1].upper() + caption[1:]

    @t.validate("rows")
    def _check_rows(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        ids = [row.get("id") for row in proposal["value"]]
        if len(set(ids)) != len(ids) or not all(isinstance(i, str) and i for i in ids):
            raise t.TraitError("every row of a table needs an id of its own, a text")
        return proposal["value"]  # type: ignore[no-any-return]

    @t.observe("rows")
    def _forget_selection(self, _change: object) -> None:
        if self.selected and self._row(self.selected) is None:
            self.selected = ""


def _words() -> dict[str, str]:
    """Return the words that the browser needs, in the language in force."""
    return {
        "language": voice().language,
        "filter": say("Filter"),
        "shown": say("{shown} of {all} rows", shown="{shown}", all="{all}"),
        "none": say("No row contains this word."),
        "more": say("Show {n} more", n="{n}"),
        "part": say("{shown} of {all} shown", shown="{shown}", all="{all}"),
        "actions": say("Actions"),
    }
