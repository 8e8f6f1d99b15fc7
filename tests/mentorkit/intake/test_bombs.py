"""Files made to exhaust the reader, and files that were damaged: refused or read, and nobody is hurt."""

from __future__ import annotations

import io
import random
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from making import as_ods

from mentorkit.intake import sheets, spreadsheet
from mentorkit.intake.sheets import read_files

PROGRAMMES = Path(str(resources.files("mentorkit.examples"))) / "programmes"
LUENEN = (PROGRAMMES / "kreis_unna/bewerbungen_luenen.xlsx").read_bytes()
LIST = (PROGRAMMES / "landesverband/anmeldungen_mentees.csv").read_bytes()
ODS = as_ods([("Mentees", [["Name", "E-Mail"], *([f"Hof {i}", f"h{i}@example.org"] for i in range(30))])])
SHEET = "xl/worksheets/sheet1.xml"
GIBIBYTE = 1 << 30


def packed(parts: dict[str, bytes], data: bytes = LUENEN) -> bytes:
    """Return a workbook with some parts replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return made.getvalue()


def sheet_of(rows: bytes, behind: bytes = b"", before: bytes = b"") -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return packed({SHEET: before + b"<worksheet " + space + b"><sheetData>" + rows + b"</sheetData>" + behind
                   + b"</worksheet>"})  # fmt: skip


def ods_of(cells: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(ODS)) as archive:
        content = archive.read("content.xml")
    return packed({"content.xml": content.replace(b"<table:table-row", cells + b"<table:table-row", 1)}, ODS)


def noise(count: int) -> bytes:
    """Return text that packs badly, so that no ratio gives it away."""
    return random.Random(count).randbytes(count // 2).hex().encode()


def strings(*texts: bytes) -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b"<sst " + space + b">" + b"".join(b"<si><t>" + text + b"</t></si>" for text in texts) + b"</sst>"


def many_times_one_string() -> bytes:
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 40_000))
    given = sheet_of(cells)
    return packed({"xl/sharedStrings.xml": strings(noise(1 << 20))}, given)


def lying_about_its_size() -> bytes:
    """A part that says in the index to be small, and is not."""
    data = bytearray(packed({"xl/media/big.xml": b"<a>" + noise(200_000) + b"</a>"}))
    place = data.rindex(b"xl/media/big.xml") - 46
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(data)


def saying_it_is_endless() -> bytes:
    """A part of the size that says that the true one stands elsewhere, where it does not stand."""
    data = bytearray(LUENEN)
    place = data.rindex(SHEET.encode()) - 46
    data[place + 20 : place + 28] = b"\xff" * 8
    return bytes(data)


def all_in_one_place() -> bytes:
    """Many parts of different names that share the bytes of one: small packed, endless unpacked."""
    data = packed({"xl/media/kernel.bin": bytes(1 << 20)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        one, index, count = archive.getinfo("xl/media/kernel.bin"), archive.start_dir, len(archive.infolist())
    entry = b"".join(
        b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 33, one.CRC, one.compress_size,
                                    1 << 20, 8, 0, 0, 0, 0, 0, one.header_offset) + b"%08d" % n
        for n in range(1500)
    )  # fmt: skip
    directory = data[index : data.rindex(b"PK\x05\x06")] + entry
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count + 1500, count + 1500, len(directory), index, 0)
    return data[:index] + directory + end


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
LAUGHS = b'<!DOCTYPE x [<!ENTITY l0 "lol">' + LAUGHS + b"]>"
LETTER = packed({"word/document.xml": b"<a/>"}, ODS).replace(b"content.xml", b"content.xm_")
MERGED = b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 200_000 + b"</mergeCells>"
LOCKED = LUENEN.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")

BOMBS: dict[str, Callable[[], bytes]] = {
    "far cell.xlsx": lambda: sheet_of(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "many far cells.xlsx": lambda: sheet_of(b"".join(
        b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_000_000, 1000))),
    "repeated rows.ods": lambda: ods_of(
        b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
        b'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'),
    "endless rows.ods": lambda: ods_of(
        b'<table:table-row table:number-rows-repeated="4000000000"><table:table-cell '
        b'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'),
    "endless columns.ods": lambda: ods_of(
        b'<table:table-row><table:table-cell office:value-type="string" '
        b'table:number-columns-repeated="4000000000"><text:p>x</text:p></table:table-cell></table:table-row>'),
    "blanks.xlsx": lambda: sheet_of(b" " * (40 << 20)),
    "many times one string.xlsx": many_times_one_string,
    "laughs.xlsx": lambda: sheet_of(b'<row r="1"><c r="A1" t="str"><v>&l9;</v></c></row>', before=LAUGHS),
    "outside.xlsx": lambda: sheet_of(b"", before=b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
    "outside.ods": lambda: packed(
        {"content.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "http://a/">]><x>&a;</x>'}, ODS),
    "in other letters.xlsx": lambda: packed({SHEET: '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")}),
    "nested.xlsx": lambda: packed({"xl/media/inner.zip": packed({"a": bytes(60 << 20)})}),
    "deep.xlsx": lambda: sheet_of(b"<row>" * 3_000_000),
    "many parts.xlsx": lambda: packed({f"xl/worksheets/s{n}.xml": b"<a/>" for n in range(2500)}),
    "in one place.xlsx": all_in_one_place,
    "lying.xlsx": lying_about_its_size,
    "endless.xlsx": saying_it_is_endless,
    "half.xlsx": lambda: LUENEN[: len(LUENEN) * 2 // 3],
    "half.ods": lambda: ODS[: len(ODS) // 2],
    "giant cell.xlsx": lambda: sheet_of(
        b'<row r="1"><c r="A1" t="str"><v>' + noise(20 << 20) + b"</v></c></row>"),
    "merged.xlsx": lambda: sheet_of(
        b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 50_000)), MERGED),
    "never closed.xlsx": lambda: sheet_of(b"<c " * 3_000_000),
    "formulas.xlsx": lambda: sheet_of(b'<c r="A1"><f>' * 1_000_000),
    "locked.xlsx": lambda: LOCKED if LOCKED != LUENEN else packed({})[:40],
    "a letter.ods": lambda: LETTER,
    "long line.csv": lambda: b"a" * (100 << 20),
    "separators.csv": lambda: b";" * (sheets.LARGEST - 1),
    "quotes.csv": lambda: b'"' * (sheets.LARGEST - 1),
    "lines.csv": lambda: b"a;b\n" * (sheets.LARGEST // 4),
}  # fmt: skip
#: Read, since what is wrong with them means nothing to the reader.
READ = {"nested.xlsx"}

_MEASURED = """
import json, resource, sys
from pathlib import Path
from mentorkit.intake.sheets import read_files
name, place = sys.argv[1:]
content, = read_files([(name, Path(place).read_bytes())])
own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({"refused": content.refused, "kilobytes": max(own.ru_maxrss, child.ru_maxrss),
                  "seconds": own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime}))
"""


def measured(name: str, data: bytes, folder: Path) -> dict[str, object]:
    """Return what reading a file took in a process of its own, which must live."""
    import json

    (folder / "given").write_bytes(data)
    command = [sys.executable, "-c", _MEASURED, name, str(folder / "given")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_there_are_as_many_bombs_as_promised() -> None:
    assert len(BOMBS) >= 14


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_its_limits_and_the_reader_lives(name: str, tmp_path: Path) -> None:
    found = measured(name, BOMBS[name](), tmp_path)
    assert name in READ or name in str(found["refused"])
    assert found["kilobytes"] * 1024 < GIBIBYTE
    assert found["seconds"] < 2 * spreadsheet.SECONDS  # of all processes, the start of two Pythons included
    assert {path.name for path in tmp_path.iterdir()} == {"given"}


def test_a_name_that_leads_out_of_the_archive_is_no_place_to_write_to(tmp_path: Path) -> None:
    data = packed({"../../evil.xml": b"<a/>", "/tmp/evil.xml": b"<a/>"})
    (content,) = read_files([("leading out.xlsx", data)])
    assert content.sheets
    assert not (tmp_path.parent / "evil.xml").exists()
    assert not Path("/tmp/evil.xml").exists()


def mutants(data: bytes, seed: int, count: int) -> list[bytes]:
    """Return copies of a file with bytes changed, left out, doubled or cut off; the same each time."""
    rng, made = random.Random(seed), []
    for number in range(count):
        copy = bytearray(data)
        for _ in range(rng.choice([1, 5, 40])):
            place = rng.randrange(len(copy))
            if number % 4 == 0:
                copy[place] = rng.randrange(256)
            elif number % 4 == 1:
                copy[place] ^= 1 << rng.randrange(8)
            elif number % 4 == 2:
                del copy[place : place + rng.randrange(1, 20)]
            else:
                copy[place:place] = copy[place : place + rng.randrange(1, 200)]
        made.append(bytes(copy[: rng.randrange(len(copy))]) if number % 10 == 9 else bytes(copy))
    return made


@pytest.mark.parametrize(("ending", "data"), [("xlsx", LUENEN), ("ods", ODS), ("csv", LIST)])
def test_a_hundred_damaged_files_are_read_or_refused_and_nothing_else(ending: str, data: bytes) -> None:
    files = [(f"{n}.{ending}", mutant) for n, mutant in enumerate(mutants(data, 2014, 100))]
    contents = read_files([*files, (f"whole.{ending}", data)])
    assert all(content.sheets or content.file in str(content.refused) for content in contents)
    assert contents[-1].sheets
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert took.ru_maxrss * 1024 < GIBIBYTE


@pytest.mark.parametrize(
    ("name", "defence"),
    [
        ("far cell.xlsx", "if rows > ROWS or columns > COLUMNS or rows * columns > AREA:"),
        ("laughs.xlsx", 'if _DECLARATION.search(block) or b"\\0" in block:'),
        ("many parts.xlsx", "if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:"),
        (
            "blanks.xlsx",
            "if part.file_size > 1 << 20 and part.file_size > RATIO * max(part.compress_size, 1):",
        ),
    ],
)
def test_without_the_precheck_it_would_come_to_the_parser(
    name: str, defence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = Path(spreadsheet.__file__).read_text("utf-8")
    assert source.count(defence) == 1
    script = tmp_path / "child.py"
    # the parser is reached, and is not let loose on it
    script.write_text(source.replace(defence, "if False:").replace(
        "    import python_calamine as calamine\n", "    raise RefusedFileError('reached')\n"
    ))  # fmt: skip
    monkeypatch.setattr(spreadsheet, "__file__", str(script))
    assert sheets._run_child([BOMBS[name]()]) == [{"refused": "reached", "detail": ""}]
    script.write_text(source)
    assert sheets._run_child([BOMBS[name]()])[0]["refused"] != "reached"
