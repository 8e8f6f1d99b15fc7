"""HTML tables of pandas (``DataFrame.to_html``, ``Styler``) → tree, by an allow-list.

Text, spans over columns and rows, and the colours and weight of a Styler get through; every other element
inside a cell is somebody's text and is shown as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from mentorkit.reports import nodes as n

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_NUMBER = re.compile(r"[-+−]?\d[\d.,\u202f\xa0 ]*\s?(%|€)?|–")
_EMPTY = {"", "nan", "none", "nat", "<na>", "–"}
_BOUNDARY = 100  # no honest cell spans more


def parse(html: str) -> list[n.Table]:
    """Read the tables of an HTML text.

    Parameters
    ----------
    html
        The text of an output of type ``text/html``.

    Returns
    -------
    list of Table
        Every outer table with its caption and repeated head; empty where there is none.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [_table(raw) for raw in reader.tables if any(raw.head + raw.body)]


def text_of(html: str) -> str:
    """Return the text of an HTML that holds no table; scripts and styles are dropped."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return re.sub(r"\s*\n\s*", "\n", "".join(reader.parts)).strip()


@dataclass
class _RawCell:
    columns: int
    rows: int
    style: dict[str, str]
    text: str = ""


@dataclass
class _Raw:
    head: list[list[_RawCell]] = field(default_factory=list)
    body: list[list[_RawCell]] = field(default_factory=list)
    caption: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Raw] = []
        self.rules: dict[str, dict[str, str]] = {}
        self.table: _Raw | None = None
        self.row: list[_RawCell] | None = None
        self.cell: _RawCell | None = None
        self.section = ""
        self.reading: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        if self.cell is not None:  # markup in a cell is text that nobody escaped
            self.cell.text += "\n" if tag == "br" else self.get_starttag_text() or ""
        elif self.reading == "caption" and self.table is not None:
            self.table.caption += self.get_starttag_text() or ""
        elif tag == "style":
            self.reading = "style"
        elif tag == "table":
            self.table = _Raw()
            self.tables.append(self.table)
            self.section = ""
        elif self.table is None:
            return
        elif tag in ("thead", "tbody", "tfoot"):
            self.section = tag
        elif tag == "caption":
            self.reading = "caption"
        elif tag == "tr":
            self.row = []
            (self.table.head if self.section == "thead" else self.table.body).append(self.row)
        elif tag in ("td", "th") and self.row is not None:
            style = {**self.rules.get(values.get("id", ""), {}), **_style(values.get("style", ""))}
            self.cell = _RawCell(_count(values.get("colspan")), _count(values.get("rowspan")), style)
            self.row.append(self.cell)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def set_cdata_mode(self, *_: object, **__: object) -> None:
        """Read on: a ``<script>`` in a cell is text and must not swallow the cells behind it."""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.cell = None
        elif self.cell is not None:
            self.cell.text += f"</{tag}>"
        elif tag in ("style", "caption"):
            self.reading = ""
        elif tag == "table":
            self.table = self.row = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.text += data
        elif self.reading == "caption" and self.table is not None:
            self.table.caption += data
        elif self.reading == "style":
            for names, body in re.findall(r"([^{}]+)\{([^{}]*)\}", data):
                for name in names.split(","):
                    self.rules.setdefault(name.strip().lstrip("#"), {}).update(_style(body))

    def unknown_decl(self, data: str) -> None:
        if self.cell is not None:
            self.cell.text += f"<![{data}]>"

    def handle_comment(self, data: str) -> None:
        if self.cell is not None:
            self.cell.text += f"<!--{data}-->"

    def handle_decl(self, decl: str) -> None:
        if self.cell is not None:
            self.cell.text += f"<!{decl}>"

    def handle_pi(self, data: str) -> None:
        if self.cell is not None:
            self.cell.text += f"<?{data}>"


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        if tag in ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def _style(css: str) -> dict[str, str]:
    kept = {}
    for declaration in css.split(";"):
        name, _, value = (part.strip().lower() for part in declaration.partition(":"))
        if name in ("color", "background-color") and _HEX.fullmatch(value):
            kept["ink" if name == "color" else "fill"] = value
        elif (name, value) == ("font-weight", "bold"):
            kept["strong"] = "yes"
    return kept


def _count(value: str | None) -> int:
    return min(max(int(value), 1), _BOUNDARY) if value and value.isascii() and value.isdigit() else 1


def _table(raw: _Raw) -> n.Table:
    head, body = raw.head, raw.body
    if not head:
        head, body = body[:1], body[1:]
    if (
        len(head) == 2
        and len(head[0]) == len(head[1])
        and not any(c.text.strip() for c in [head[0][0], *head[1][1:]])
    ):
        # pandas writes the name of the index into a row of its own
        head = [[head[1][0], *head[0][1:]]]
    width = max(_width(head), _width(body))
    grids = [_grid(rows, width) for rows in (head, body)]
    numeric = _numeric(grids[1], width)
    top, rest = (_aligned(grid, numeric) for grid in grids)
    return n.Table(width, top, rest, " ".join(raw.caption.split()))


def _width(rows: list[list[_RawCell]]) -> int:
    widths = [0] * len(rows)
    for y, row in enumerate(rows):
        for cell in row:
            for below in range(y, min(y + cell.rows, len(rows))):
                widths[below] += cell.columns
    return max(widths, default=0)


def _grid(rows: list[list[_RawCell]], width: int) -> list[list[n.Cell]]:
    """Lay cells into a grid: spans that would overlap or leave it are cut, gaps are filled."""
    taken: set[tuple[int, int]] = set()
    done: list[list[n.Cell]] = []
    for y, row in enumerate(rows):
        cells, waiting, x = [], list(row), 0
        while x < width:
            if (y, x) in taken:
                x += 1
                continue
            cell = _cell(waiting.pop(0)) if waiting else n.Cell([""])
            free = next((i for i in range(1, width - x) if (y, x + i) in taken), width - x)
            cell = replace(cell, columns=min(cell.columns, free), rows=min(cell.rows, len(rows) - y))
            taken |= {(y + i, x + j) for i in range(cell.rows) for j in range(cell.columns)}
            cells.append(cell)
            x += cell.columns
        done.append(cells)
    return done


def _cell(raw: _RawCell) -> n.Cell:
    inside: list[n.Inline] = []
    for line in raw.text.strip("\n").split("\n"):
        inside += [n.Break(), line] if inside else [line]
    style: dict[str, Any] = {**raw.style, "strong": "strong" in raw.style}
    return n.Cell(inside, raw.columns, raw.rows, **style)


def _numeric(body: list[list[n.Cell]], width: int) -> list[bool]:
    """Say which columns hold nothing but numbers."""
    columns: list[list[str]] = [[] for _ in range(width)]
    for _, x, cell in n.placed(body):
        text = n.words(cell.inside).strip()
        if cell.columns == 1 and text.lower() not in _EMPTY:
            columns[x].append(text)
    return [bool(texts) and all(_NUMBER.fullmatch(text) for text in texts) for texts in columns]


def _aligned(rows: list[list[n.Cell]], numeric: list[bool]) -> list[list[n.Cell]]:
    cells = (replace(cell, right=cell.columns == 1 and numeric[x]) for _, x, cell in n.placed(rows))
    return [[next(cells) for _ in row] for row in rows]
