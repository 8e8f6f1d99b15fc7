"""Files as sheets of text: CSV is read here, workbooks by :mod:`mentorkit.intake.spreadsheet` in a child."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mentorkit.intake import spreadsheet
from mentorkit.intake.headings import known
from mentorkit.intake.text import LONGEST, clean
from mentorkit.language import later, say

FileLike = str | Path | tuple[str, bytes]

LARGEST = 20 << 20
WIDEST = 1000
#: So many characters tell what separates the cells of a text.
_LOOKED_AT = 50_000
#: Seconds a file may take before the child is given up; processor time is limited in the child itself.
#: Cells of a text, at most; each takes far more room than its letters.
MOST_CELLS = 2_000_000
PATIENCE = spreadsheet.SECONDS + 5

_REFUSALS = {
    "damaged": later("“{file}” is damaged or incomplete. Please ask for it again, or open and save it anew."),
    "password": later("“{file}” is locked by a password. Please save it without one."),
    "too_large": later("“{file}” is too large to be a list of applications. Please send only the table."),
    "unsafe": later("“{file}” contains declarations that no spreadsheet program writes; it is not read."),
    "no_workbook": later("“{file}” is no spreadsheet. Please save the table as XLSX, ODS or CSV."),
    "word": later(
        "“{file}” is a text document. Please copy its table into a spreadsheet and save it as XLSX."
    ),
    "far_cell": later(
        "A sheet of “{file}” reaches to the cell {detail}."
        " Please delete the far rows and columns and save again."
    ),
    "too_wide": later("A sheet of “{file}” has {detail} columns. Please send only the columns of the table."),
    "too_long": later("Cell {detail} of “{file}” is longer than any spreadsheet keeps. Please shorten it."),
    "empty": later("“{file}” is empty."),
    "picture": later("“{file}” is a picture. Please send the table itself as XLSX, ODS or CSV."),
    "pdf": later("“{file}” is a PDF. Please send the table itself as XLSX, ODS or CSV."),
    "old": later("“{file}” is in the old XLS format. Please open it and save it as XLSX."),
    "no_text": later("“{file}” is no table: it can be read neither as a spreadsheet nor as text."),
    "missing": later("There is no file “{file}”."),
    "folder": later("“{file}” is a folder. Please name the files in it."),
    "rights": later("“{file}” may not be read with your rights."),
    "unreadable": later("“{file}” cannot be read: {detail}."),
}
_MAGIC = (
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"RIFF", "picture"),
    (b"II*\x00", "picture"),
    (b"%PDF", "pdf"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Sheet:
    """A sheet of text; ``rows[0]`` is row 1 of the spreadsheet program. A CSV file has no sheet name."""

    name: str | None
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Content:
    """What is in a file: its sheets, or the sentence why it is refused, and what is odd about it."""

    file: str
    sheets: tuple[Sheet, ...] = ()
    refused: str | None = None
    warning: str | None = None

    @cached_property
    def packed(self) -> str:
        """The sheets as one short text."""
        rows = [[sheet.name, sheet.rows] for sheet in self.sheets]
        text = json.dumps([self.warning, rows], ensure_ascii=False)
        return base64.b64encode(zlib.compress(text.encode(), 1)).decode()

    @classmethod
    def unpacked(cls, file: str, packed: str) -> Content:
        """Return the content of a file that :attr:`packed` wrote."""
        warning, rows = json.loads(zlib.decompress(base64.b64decode(packed)))
        sheets = tuple(Sheet(name, tuple(map(tuple, cells))) for name, cells in rows)
        return cls(file, sheets, warning=warning)


def read_files(files: Sequence[FileLike]) -> list[Content]:
    """Return what is in each file; never raises for what a file is or contains."""
    contents: list[Content] = []
    books: dict[int, bytes] = {}
    for place, file in enumerate(files):
        name = _name(file)
        try:
            data = _bytes(file)
            if data.startswith(b"PK"):
                books[place] = data
                contents.append(Content(name))
            else:
                contents.append(Content(name, (Sheet(None, _table(_decoded(name, data))),)))
        except _RefusalError as refusal:
            contents.append(Content(name, refused=refusal.sentence(name)))
    for (place, _), answer in zip(books.items(), _ask_child(list(books.values())), strict=True):
        contents[place] = _opened(contents[place], answer)
    return [_bounded(content) for content in contents]


class _RefusalError(Exception):
    def sentence(self, file: str) -> str:
        return say(_REFUSALS[self.args[0]], file=file, detail="".join(map(str, self.args[1:])))


def _name(file: FileLike) -> str:
    given = file[0] if isinstance(file, tuple) else str(file)
    return clean(re.split(r"[/\\]", given.rstrip("/\\"))[-1]) or "?"


def _bytes(file: FileLike) -> bytes:
    if isinstance(file, tuple):
        data = bytes(file[1])
        if len(data) > LARGEST:
            raise _RefusalError("too_large")
        return data
    try:
        path = Path(file)
        if path.stat().st_size > LARGEST:
            raise _RefusalError("too_large")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _RefusalError("missing") from error
    except IsADirectoryError as error:
        raise _RefusalError("folder") from error
    except PermissionError as error:
        raise _RefusalError("rights") from error
    except (OSError, ValueError) as error:
        raise _RefusalError("unreadable", getattr(error, "strerror", None) or error) from error


def _opened(content: Content, answer: dict[str, Any]) -> Content:
    if reason := answer.get("refused"):
        refusal = _RefusalError(reason, answer.get("detail", ""))
        return replace(content, refused=refusal.sentence(content.file))
    sheets = (Sheet(sheet["name"], _trimmed(sheet["rows"])) for sheet in answer["sheets"])
    warning = None
    if cell := answer["uncalculated"]:
        warning = say(
            "“{file}” has formulas without a result (such as in {cell}); they are read as empty cells."
            " Please open the file in a spreadsheet program and save it again.",
            file=content.file,
            cell=cell,
        )
    return replace(content, sheets=tuple(sheets), warning=warning)


def _bounded(content: Content) -> Content:
    widest = max((len(row) for sheet in content.sheets for row in sheet.rows), default=0)
    long = next(filter(None, (too_long(sheet.rows) for sheet in content.sheets)), None)
    if content.refused or (0 < widest <= WIDEST and not long):
        return content
    refusal = _RefusalError("too_wide", widest) if widest > WIDEST else _RefusalError("empty")
    if long:
        refusal = _RefusalError("too_long", long)
    return Content(content.file, refused=refusal.sentence(content.file))


def too_long(rows: Sequence[Sequence[str]]) -> str | None:
    """Return the first cell that holds more than a spreadsheet can keep, as in ``B7``."""
    for place, row in enumerate(rows, 1):
        if row and max(map(len, row)) > LONGEST:
            return next(f"{letters_of(i)}{place}" for i, cell in enumerate(row) if len(cell) > LONGEST)
    return None


def _trimmed(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Clean all cells and leave out the empty ones at the right and the empty rows at the bottom."""
    trimmed = []
    for row in rows:
        cells = [clean(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        trimmed.append(tuple(cells))
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return tuple(trimmed)


# -- workbooks ------------------------------------------------------------------------------------


def _ask_child(books: list[bytes]) -> list[dict[str, Any]]:
    """Let a child read workbooks; when one of them ends it, a new child goes on with the rest."""
    answers: list[dict[str, Any]] = []
    while len(answers) < len(books):
        given = _run_child(books[len(answers) :])
        # one that ended a fresh child did so by itself; after others it gets another try
        answers += given or [{"refused": "too_large"}]
    return answers


def _run_child(books: list[bytes]) -> list[dict[str, Any]]:
    command = [sys.executable, "-P", str(Path(spreadsheet.__file__))]
    surroundings = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    surroundings |= {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    data = b"".join(len(book).to_bytes(8, "big") + book for book in books)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=surroundings,
            timeout=PATIENCE * len(books),
            check=False,
        )
        output = done.stdout
    except subprocess.TimeoutExpired as stopped:
        output = stopped.stdout or b""
    lines = output.splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


# -- text -----------------------------------------------------------------------------------------


def _decoded(name: str, data: bytes) -> str:
    if not data.strip():
        raise _RefusalError("empty")
    if data.startswith(_OLE):
        # an encrypted XLSX is kept in the container of the old format
        raise _RefusalError("password" if "EncryptedPackage".encode("utf-16-le") in data else "old")
    for magic, reason in _MAGIC:
        if data.startswith(magic):
            raise _RefusalError(reason)
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = sum(c < " " and c not in "\t\r\n\f\x1a" for c in text)
        if odd == 0 or (odd * 100 < len(text) and "\0" not in text):
            if sum(map(text.count, "\r\n")) + max(map(text.count, ";,\t|")) > MOST_CELLS:
                raise _RefusalError("too_large")
            return text.removeprefix("\ufeff")
    raise _RefusalError("no_text")


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig", "cp1252")
    if b"\0" in data[:2000]:
        even, odd = data[:2000:2].count(0), data[1:2000:2].count(0)
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return ("utf-8", "cp1252")


def _table(text: str) -> tuple[tuple[str, ...], ...]:
    first, _, rest = text.partition("\n")
    if hint := re.fullmatch(r'"?sep=(.)"?\s*', first):  # a line for Excel, which does not show it
        return _trimmed(rows_of(rest, hint[1]))
    begin = text[:_LOOKED_AT]
    separator = max(";,\t|", key=lambda mark: _likeness(rows_of(begin, mark)))
    return _trimmed(rows_of(text, separator))


def cells_of_text(text: str, separator: str | None = None) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a text, cleaned; without a separator the likeliest is taken."""
    return _trimmed(rows_of(text, separator)) if separator else _table(text)


def rows_of(text: str, separator: str) -> list[list[str]]:
    """Return the cells of a text, row by row.

    A quotation mark counts as one only where it opens a cell and another closes it; any other is a letter, so
    that one which is never closed swallows nothing.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    if '"' not in text:
        return [line.split(separator) for line in text.split("\n")]
    cell, end, behind = _cell(separator), 0, "\n"
    rows: list[list[str]] = []
    while behind and (match := cell.match(text, end)):
        if behind == "\n":
            rows.append([])
        quoted, bare, behind = match.groups()
        rows[-1].append(_unmarked(bare) if quoted is None else quoted.replace('""', '"'))
        end = match.end()
    return rows


def _unmarked(cell: str) -> str:
    """Return a cell without a quotation mark that was opened and never closed, or the other way round."""
    return cell.strip().strip('"') if cell.count('"') % 2 else cell


@cache
def _cell(separator: str) -> re.Pattern[str]:
    """Return what a cell looks like with the mark behind it."""
    mark = re.escape(separator)
    return re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"(?=[{mark}\n]|\Z)|([^{mark}\n]*+))([{mark}\n]|\Z)')


def _likeness(rows: list[list[str]]) -> tuple[int, int, int]:
    """Return how much rows look like a table: known headings, rows of the commonest width, that width."""
    heads = max((sum(map(known, row)) for row in rows[:40]), default=0)
    widths = Counter(len(row) for row in rows[:200] if len(row) > 1)
    return heads, *max(((count, width) for width, count in widths.items()), default=(0, 0))


@cache
def letters_of(place: int) -> str:
    """Return how a spreadsheet program names the column at a place.

    Examples
    --------
    >>> letters_of(0), letters_of(27)
    ('A', 'AB')
    """
    return (letters_of(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)
