"""Time reading 5,000 rows of 30 cells through the precheck: ``python benchmarks/bench_reading.py``.

Wall time of ``read_files``, the start of the child process included; the aim is under one second for each
form, so that nobody who sends an honest list waits for what keeps hostile files out.
"""

from __future__ import annotations

import argparse
import csv
import io
import statistics
import time
import zipfile
from xml.sax.saxutils import escape

import xlsxwriter

from mentorkit.intake.sheets import read_files


def rows(count: int, columns: int) -> list[list[str]]:
    head = [f"Question {n}" for n in range(columns)]
    return [head, *([f"answer {row} to {n}" for n in range(columns)] for row in range(count))]


def as_xlsx(table: list[list[str]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(table):
            sheet.write_row(place, 0, row)
    return made.getvalue()


def as_ods(table: list[list[str]]) -> bytes:
    kinds = ("office", "table", "text")
    names = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"' for k in kinds)
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = ("".join(cell.format(escape(text)) for text in row) for row in table)
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>'
            f'<table:table table:name="A">{body}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest/>')
    return made.getvalue()


def as_csv(table: list[list[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows(table)
    return made.getvalue().encode()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=5_000)
    options.add_argument("--columns", type=int, default=30)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    table = rows(given.rows, given.columns)
    for ending, content in (("xlsx", as_xlsx(table)), ("ods", as_ods(table)), ("csv", as_csv(table))):
        took = []
        for _ in range(given.rounds):
            start = time.perf_counter()
            (found,) = read_files([(f"list.{ending}", content)])
            took.append(time.perf_counter() - start)
            assert [list(row) for row in found.sheets[0].rows] == table
        times = ", ".join(f"{one:.2f}" for one in took)
        print(f"{ending:5} {statistics.median(took):6.2f} s   {len(content) / 1e6:5.1f} MB   ({times})")


if __name__ == "__main__":
    main()
