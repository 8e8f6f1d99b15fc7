"""The neutral tree of a report: what stands between notebook and paper.

Inlines are plain strings or one of the small records here; nothing in the tree is markup of any kind, so
whatever is written from it has to be escaped in one place only.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

# Control characters, bidirectional overrides, private use, non-characters: no font has them, PDF/A no place
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\uf8ff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\U000f0000-\U0010ffff]|["
    + "".join(chr(plane * 0x10000 + 0xFFFE + i) for plane in range(1, 15) for i in (0, 1))
    + "]"
)


@dataclass(frozen=True)
class Span:
    """Text with a style."""

    style: Literal["em", "strong", "strike"]
    inside: list[Inline]


@dataclass(frozen=True)
class Code:
    """A few words of code; mathematics, too, as its source."""

    text: str


@dataclass(frozen=True)
class Break:
    """A forced end of line."""


@dataclass(frozen=True)
class Link:
    """A link to a web or mail address."""

    to: str
    inside: list[Inline]


@dataclass(frozen=True)
class Note:
    """A footnote at its place in the text."""

    inside: list[Inline]


Inline = str | Span | Code | Break | Link | Note


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    inside: list[Inline]


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 is the highest below the title."""

    level: int
    inside: list[Inline]


@dataclass(frozen=True)
class Listing:
    """A list of items; ``start`` is the first number, ``None`` for bullets."""

    items: list[list[Block]]
    start: int | None = None


@dataclass(frozen=True)
class Quote:
    """A quotation."""

    blocks: list[Block]


@dataclass(frozen=True)
class Verbatim:
    """Code or printed output, line by line."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A line across."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table; colours are ``#rrggbb`` or empty, ``right`` marks numbers."""

    inside: list[Inline]
    columns: int = 1
    rows: int = 1
    right: bool = False
    strong: bool = False
    fill: str = ""
    ink: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose rows fill the grid of its columns without gaps."""

    columns: int
    head: list[list[Cell]]
    body: list[list[Cell]]
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture with its alternative text."""

    format: Literal["svg", "png", "jpg"]
    data: bytes = field(repr=False)
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Failure:
    """An error that a cell ended with."""

    title: str
    text: str
    trace: str = ""


Block = Paragraph | Heading | Listing | Quote | Verbatim | Rule | Table | Picture | Failure


@dataclass(frozen=True)
class Document:
    """A report: what its head says, and its blocks."""

    title: str
    lang: str
    blocks: list[Block]
    programme: str = ""
    organisation: str = ""
    date: str = ""
    logo: Picture | None = None
    about: list[str] = field(default_factory=list)
    """What the programme says of itself, a paragraph each; stands at the end."""
    mark: str = ""
    """What stands on every page, such as that it is confidential."""
    stamp: int = 0
    """Seconds since 1970 that the file carries as its time."""


def placed(rows: list[list[Cell]]) -> Iterator[tuple[int, int, Cell]]:
    """Yield every cell with the row and the column it stands in, rows above reaching down."""
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            yield y, x, cell
            taken |= {(y + i, x + j) for i in range(cell.rows) for j in range(cell.columns)}


def clean(text: str) -> str:
    """Replace characters that no document may carry by U+FFFD; byte order marks, which nobody sees, go."""
    return _FORBIDDEN.sub("\ufffd", text.replace("\ufeff", ""))


def words(inlines: list[Inline]) -> str:
    """Return the bare text of inlines; footnotes are left out."""
    return "".join(
        x
        if isinstance(x, str)
        else x.text
        if isinstance(x, Code)
        else words(x.inside)
        if isinstance(x, Span | Link)
        else " "
        for x in inlines
        if not isinstance(x, Note)
    )


def plain(value: Any) -> Any:  # noqa: ANN401 - any part of the tree
    """Turn a part of the tree into what JSON can carry: every record a dict with its ``kind``."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [plain(x) for x in value]
    if dataclasses.is_dataclass(value):
        fields = {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"kind": type(value).__name__.lower(), **fields}
    return value
