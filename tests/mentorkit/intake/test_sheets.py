"""Files of every sort: the readable are read, the silly and the hostile refused in a sentence."""

import datetime as dt
import io
import random
import zipfile
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import as_ods, as_xlsx, sheets_of

from mentorkit.intake import sheets, spreadsheet
from mentorkit.intake.sheets import read_files
from mentorkit.language import Voice, speaking

PROGRAMMES = Path(str(resources.files("mentorkit.examples"))) / "programmes"
LUENEN = (PROGRAMMES / "kreis_unna/bewerbungen_luenen.xlsx").read_bytes()
ROWS = (("Name", "Vorname", "E-Mail"), ("Müller", "Zoë", "zoe@example.org"))
WORKBOOK = "xl/workbook.xml"


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


def rewritten(change, data=LUENEN):
    """The parts of a workbook, changed and packed again."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return packed.getvalue()


def in_first_sheet(text):
    return rewritten(
        lambda name, part: (
            part.replace(b"</sheetData>", text + b"</sheetData>") if "sheet1.xml" in name else part
        )
    )


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_read_in_every_encoding_and_dialect(encoding, separator):
    text = "\r\n".join(separator.join(row) for row in ROWS)
    (sheet,) = sheets_of(("liste.csv", text.encode(encoding)))
    assert sheet.rows == ROWS
    assert sheet.name is None


def test_separators_and_line_breaks_in_quotes_belong_to_the_cell():
    (sheet,) = sheets_of(("a.csv", b'Name;Erwartungen\nHof;"Sicher reden; auch ""vor\nvielen"""\n'))
    assert sheet.rows[1] == ("Hof", 'Sicher reden; auch "vor\nvielen"')


def test_an_unclosed_quotation_mark_swallows_no_row():
    (sheet,) = sheets_of(("a.csv", b'Name;E-Mail\n"Hof;a@example.org\nAhl;b@example.org\n'))
    assert sheet.rows[1:] == (("Hof", "a@example.org"), ("Ahl", "b@example.org"))


def test_an_unclosed_quotation_mark_leaves_cells_of_several_lines_whole():
    text = 'Name;E-Mail;Themen\n"Hof;a@example.org;A\nAhl;b@example.org;"Recht;\nHaushalt"\nAu;"";"B"\n'
    (sheet,) = sheets_of(("a.csv", text.encode()))
    assert sheet.rows[1:] == (
        ("Hof", "a@example.org", "A"),
        ("Ahl", "b@example.org", "Recht;\nHaushalt"),
        ("Au", "", "B"),
    )


def test_line_breaks_within_a_cell_are_one_sort():
    (sheet,) = sheets_of(("a.csv", b'Name;Themen\r\nHof;"a\r\nb"\r\n'))
    assert sheet.rows[1] == ("Hof", "a\nb")


def test_a_nickname_in_quotes_shifts_no_other_cell():
    text = 'Name;E-Mail;Themen\n"Pit" Au;pit@example.org;A\nHof;a@example.org;"Recht; Haushalt"\n'
    (sheet,) = sheets_of(("a.csv", text.encode()))
    assert sheet.rows[1][1:] == ("pit@example.org", "A")
    assert sheet.rows[2] == ("Hof", "a@example.org", "Recht; Haushalt")


def test_a_line_that_tells_excel_the_separator_is_no_row():
    assert sheets_of(("a.csv", b"sep=|\nName|E-Mail\n"))[0].rows == (("Name", "E-Mail"),)


def test_cells_become_the_text_that_is_typed_for_them():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    book.active.append(
        [
            dt.date(2020, 11, 20),
            dt.datetime.fromisoformat("2020-11-20 14:03"),
            True,
            2.0,
            1.5,
            None,
            " x\xa0y ",
        ]
    )
    data = io.BytesIO()
    book.save(data)
    assert sheets_of(("a.xlsx", data.getvalue()))[0].rows == (
        ("2020-11-20", "2020-11-20 14:03", "ja", "2", "1,5", "", "x y"),
    )


def test_a_value_merged_downwards_stands_in_each_of_its_rows():
    book = openpyxl.Workbook()
    for row in (["Firma", "Name"], ["Drahtwerk", "Hof"], [None, "Ahl"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    data = io.BytesIO()
    book.save(data)
    assert sheets_of(("a.xlsx", data.getvalue()))[0].rows[2] == ("Drahtwerk", "Ahl")


def with_formula():
    book = openpyxl.Workbook()
    book.active.append(["Name", "E-Mail"])
    book.active.append(["Hof", '=CONCATENATE("anna","@example.org")'])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_formula_that_was_never_calculated_is_told():
    (content,) = read_files([("formeln.xlsx", with_formula())])
    assert content.sheets[0].rows == (("Name", "E-Mail"), ("Hof",))
    assert "B2" in content.warning
    assert "formeln.xlsx" in content.warning


def test_a_formula_with_a_result_is_a_value():
    data = rewritten(
        lambda name, part: part.replace(b"<v />", b"<v>1</v>").replace(b"<v></v>", b"<v>1</v>"),
        with_formula(),
    )
    (content,) = read_files([("formeln.xlsx", data)])
    assert content.sheets[0].rows[1] == ("Hof", "1")
    assert content.warning is None


def test_an_ods_formula_without_a_result_is_told():
    data = rewritten(
        lambda name, part: part.replace(
            b'<table:table-cell office:value-type="string"><text:p>zoe@example.org</text:p>'
            b"</table:table-cell>",
            b'<table:table-cell table:formula="of:=1"/>',
        ),
        as_ods([("Mentees", [list(row) for row in ROWS])]),
    )
    assert "without a result" in read_files([("formeln.ods", data)])[0].warning


def test_rows_are_numbered_as_the_spreadsheet_program_does():
    data = as_xlsx([("A", [[], [], ["Name", "E-Mail"]])])
    assert sheets_of(("a.xlsx", data))[0].rows[2] == ("Name", "E-Mail")


def encrypted_part(data):
    """Set the flag that says a part is encrypted."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[changed.index(mark) + offset] |= 1
    return bytes(changed)


SILLY = {
    "leer.csv": (b"", "is empty"),
    "luft.csv": (b" \r\n\r\n ", "is empty"),
    "bild.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture"),
    "foto.csv": (b"\xff\xd8\xff\xe0" + bytes(100), "is a picture"),
    "brief.xlsx": (b"%PDF-1.7\n", "is a PDF"),
    "halb.xlsx": (LUENEN[: len(LUENEN) // 2], "damaged or incomplete"),
    "alt.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old XLS format"),
    "geheim.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password",
    ),
    "teils_geheim.xlsx": (encrypted_part(LUENEN), "password"),
    "rauschen.csv": (bytes(random.Random(1).randbytes(4000)), "no table"),
    "brief.docx": (rewritten(lambda name, part: None if name == WORKBOOK else part), "no spreadsheet"),
    "fern.xlsx": (in_first_sheet(b'<row r="9"><c r="XFD1048576"><v>1</v></c></row>'), "XFD1048576"),
    "weit.xlsx": (in_first_sheet(b'<row r="9"><c r="BDWGN9"><v>1</v></c></row>'), "BDWGN9"),
    "breit.csv": (b"a;" * 10_000 + b"\n", "10000 columns"),
    "million.csv": (b"a;" * 1_000_000 + b"\n", "1000000 columns"),
    "dtd.xlsx": (
        rewritten(lambda name, part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part if name == WORKBOOK else part),
        "declarations",
    ),
    "bombe.xlsx": (in_first_sheet(b" " * (40 << 20)), "too large"),
}  # fmt: skip


@pytest.mark.parametrize("name", SILLY)
def test_a_silly_file_is_refused_by_name_and_in_a_sentence(name):
    data, reason = SILLY[name]
    (content,) = read_files([(name, data)])
    assert name in content.refused
    assert reason in content.refused


def test_places_that_hold_no_file_are_refused_by_name(tmp_path):
    for place, reason in (
        (tmp_path / "fehlt.csv", "no file"),
        (tmp_path, "is a folder"),
        ("a\0b.csv", "cannot be read"),
    ):
        assert reason in read_files([place])[0].refused


def test_a_file_without_the_right_to_read_it_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "fremd.csv"
    path.write_text("a;b")

    def forbidden(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)  # the rights of the tests' user may reach everywhere
    assert "may not be read" in read_files([path])[0].refused


def test_a_file_over_the_limit_is_not_even_opened(tmp_path, monkeypatch):
    path = tmp_path / "riesig.csv"
    path.write_text("a;b\n" * 100)
    monkeypatch.setattr(sheets, "LARGEST", 100)
    assert "too large" in read_files([path])[0].refused


def test_a_silly_file_does_not_keep_the_others_from_being_read():
    files = [(name, data) for name, (data, _) in SILLY.items()]
    contents = read_files([("gut.xlsx", LUENEN), *files, ("auch_gut.xlsx", LUENEN)])
    assert [content.file for content in contents if not content.refused] == ["gut.xlsx", "auch_gut.xlsx"]


def test_a_file_that_kills_the_child_is_refused_and_the_rest_is_read(monkeypatch, tmp_path):
    script = tmp_path / "child.py"
    source = Path(spreadsheet.__file__).read_text("utf-8")
    script.write_text(
        source.replace(
            "    uncalculated = _check(data)\n",
            "    if b'KILL' in data: __import__('os').abort()\n    uncalculated = _check(data)\n",
        )
    )
    monkeypatch.setattr(spreadsheet, "__file__", str(script))
    contents = read_files([("a.xlsx", LUENEN), ("b.xlsx", LUENEN + b"KILL"), ("c.xlsx", LUENEN)])
    assert [bool(content.refused) for content in contents] == [False, True, False]


def test_the_child_limits_its_memory_and_time(monkeypatch):
    import resource

    asked = {}
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: asked.update({kind: limits}))
    spreadsheet._limit()
    assert asked[resource.RLIMIT_AS] == (1 << 30, 1 << 30)
    assert asked[resource.RLIMIT_CPU] == (10, 10)


def test_a_hundred_sheets_are_read():
    data = as_xlsx([(f"Blatt {i}", [["Name", "E-Mail"], ["Hof", "a@example.org"]]) for i in range(100)])
    assert len(sheets_of(("viele.xlsx", data))) == 100


@given(data=st.binary(max_size=400))
def test_random_bytes_are_read_or_refused_and_nothing_else(data):
    (content,) = read_files([("x.csv", data.removeprefix(b"PK"))])
    assert content.sheets or "x.csv" in content.refused


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_mutated_workbooks_are_read_or_refused_and_nothing_else(seed):
    rng = random.Random(seed)
    mutants = []
    for i in range(25):
        data = bytearray(LUENEN)
        for _ in range(rng.choice([1, 10, 100])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        mutants.append((f"{i}.xlsx", bytes(data)))
    assert len(read_files(mutants)) == 25


def test_a_cell_that_no_spreadsheet_keeps_is_refused_by_its_name():
    table = f"Vorname;Nachname\nEva;Eins\nUdo;{'x' * 32_768}\n"
    (content,) = sheets.read_files([("lang.csv", table.encode())])
    assert "B3" in content.refused
    (content,) = sheets.read_files([("lang.csv", table.replace("xx", "x", 1).encode())])
    assert content.refused is None
