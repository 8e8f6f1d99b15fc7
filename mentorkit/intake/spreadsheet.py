"""Reads XLSX and ODS files; run as a script, in a process of its own with limits.

A hostile file can exhaust or abort the parser, so the product never parses one itself. This script knows
the standard library and calamine, no other part of the product. Standard input holds, for each file,
its length (8 bytes) and its bytes; standard output one JSON line per file, in that order:
``{"sheets": [{"name": …, "rows": [[text, …], …]}], "uncalculated": cell}`` or
``{"refused": reason, "detail": …}``.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import re
import sys
import zipfile
from typing import Any

MEMORY = 1 << 30
SECONDS = 10
#: Bytes of all parts of a file together when unpacked.
UNPACKED = 256 << 20
PARTS = 2000
#: Packed to unpacked size from which a large part counts as a bomb.
RATIO = 200
#: Cells of the rectangle that a sheet spans.
AREA = 5_000_000
ROWS, COLUMNS = 1 << 20, 1 << 14

_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Za-z]{0,9})(\d{0,30})"[^>]*>')
#: A cell with a formula and without its result; an empty text is a result.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ODS_FORMULA = re.compile(rb"<table:table-cell\b([^>]*\btable:formula=[^>]*)>")
_REPEATED = re.compile(rb'number-(rows|columns)-repeated="(\d+)"')
_REFERENCE = re.compile(rb'\br="([A-Za-z]{1,3}\d{1,7})"')
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class RefusedFileError(Exception):
    """A file is not read; the first argument is the reason, the second what it is about."""


def sheets_of(data: bytes) -> dict[str, Any]:
    """Return the sheets of a workbook, rows as text, and a cell with a formula that was never calculated.

    Raises
    ------
    RefusedFileError
        If it is no workbook, or damaged, locked by a password or out of all bounds.
    """
    uncalculated = _check(data)
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for about in book.sheets_metadata:
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        _fill_merged(rows, sheet.merged_cell_ranges or [])
        sheets.append({"name": about.name, "rows": rows})
    return {"sheets": sheets, "uncalculated": uncalculated}


def _check(data: bytes) -> str | None:
    """Return a cell with a formula without a result (``?`` where it has no name), if there is one."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise RefusedFileError("damaged") from error
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise RefusedFileError("too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedFileError("password")
    if len(names) != len(parts):
        raise RefusedFileError("damaged")
    if not names & {"xl/workbook.xml", "content.xml"}:
        raise RefusedFileError("word" if "word/document.xml" in names else "no_workbook")
    found = [_check_part(archive, part) for part in parts]
    return next(filter(None, found), None)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str | None:
    name = part.filename.lower()
    if part.file_size > 1 << 20 and part.file_size > RATIO * max(part.compress_size, 1):
        raise RefusedFileError("too_large")
    if not name.endswith((".xml", ".rels")):
        return None
    uncalculated = None
    is_sheet = name.startswith("xl/worksheets/")
    tail, size, rows, columns = b"", 0, 0, 0
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 18):
            size += len(chunk)
            if size > part.file_size:
                raise RefusedFileError("damaged")
            block = tail + chunk
            if _DECLARATION.search(block) or b"\0" in block:  # in UTF-16 a declaration would not be found
                raise RefusedFileError("unsafe")
            if name.endswith("manifest.xml") and b"encryption-data" in block:
                raise RefusedFileError("password")
            if is_sheet:
                rows, columns = _span(block, rows, columns)
            if name == "content.xml":
                _check_repeated(block)
            uncalculated = uncalculated or _uncalculated(block, name, is_sheet=is_sheet)
            tail = block[-512:]
    return uncalculated


def _uncalculated(block: bytes, name: str, *, is_sheet: bool) -> str | None:
    if is_sheet and (b"<f" in block or b":f" in block):
        for match in _FORMULA.finditer(block):
            if b't="str"' not in match[1] and (cell := _REFERENCE.search(match[1])):
                return cell[1].decode()
    if name == "content.xml":
        for match in _ODS_FORMULA.finditer(block):
            if b"office:value-type=" not in match[1]:
                return "?"
    return None


def _check_repeated(block: bytes) -> None:
    """Refuse rows or columns that are said to stand there more often than any program has them."""
    for match in _REPEATED.finditer(block):
        if int(match[2][:30]) > (ROWS if match[1] == b"rows" else COLUMNS):
            raise RefusedFileError("too_large")


def _span(block: bytes, rows: int, columns: int) -> tuple[int, int]:
    for match in _CELL.finditer(block):
        if match[0].endswith(b"/>"):  # formatted, but empty
            continue
        row, column = int(match[2] or 0), 0
        for letter in match[1].upper():
            column = column * 26 + letter - 64
        rows, columns = max(rows, row), max(columns, column)
        if rows > ROWS or columns > COLUMNS or rows * columns > AREA:
            raise RefusedFileError("far_cell", (match[1] + match[2]).decode()[:16])
    return rows, columns


def _fill_merged(rows: list[list[str]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Write the value of cells merged downwards into each of their rows."""
    if sum(min(bottom, len(rows)) - top for (top, _), (bottom, _) in ranges) > AREA:
        raise RefusedFileError("too_large")
    for (top, left), (bottom, _) in ranges:
        for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
            if left < len(rows[row]) and left < len(rows[top]):
                rows[row][left] = rows[top][left]


def _text(cell: object) -> str:
    """Return a cell as a German reader would type it; dates in ISO form, which is never ambiguous."""
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    if isinstance(cell, dt.datetime) and cell.time() != dt.time():
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, dt.date):
        return cell.strftime("%Y-%m-%d")
    return "" if cell is None else str(cell)


def _answer(data: bytes) -> dict[str, Any]:
    try:
        return sheets_of(data)
    except RefusedFileError as refusal:
        return {"refused": refusal.args[0], "detail": "".join(refusal.args[1:])}
    except MemoryError:
        return {"refused": "too_large"}
    except BaseException as error:
        return {"refused": "password" if type(error).__name__ == "PasswordError" else "damaged"}


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def main() -> None:
    """Answer for each file on standard input."""
    _limit()
    source = sys.stdin.buffer
    while header := source.read(8):
        answer = _answer(source.read(int.from_bytes(header, "big")))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
