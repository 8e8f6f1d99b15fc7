"""What participants typed runs in no file that leaves: XLSX, CSV, HTML, SVG, graphs, letters, PDF."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import shutil
import subprocess
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NoReturn

import jinja2
import nbformat.v4 as v4
import pandas as pd
import pytest
import xlsxwriter
from hostile_texts import FORMULAS, SCRIPTS, visible
from openpyxl import load_workbook
from pypdf import PdfReader

from mentorkit import reports
from mentorkit.forms.template import xlsx_template
from mentorkit.intake.export import to_xlsx
from mentorkit.intake.overview import draw, overview
from mentorkit.matching.service import tandems
from mentorkit.network import organisation_graph, person_graph
from mentorkit.network.export import write
from mentorkit.privacy.permissions import sole_actor
from mentorkit.privacy.records import User
from mentorkit.programme import records as r
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.settings import load_preset
from mentorkit.reports.letters import letters
from mentorkit.store import Store

TEXTS = [*FORMULAS, *SCRIPTS]
ME, RUN = sole_actor("me"), "next/2021"
AT = dt.datetime(2021, 1, 4, 12, tzinfo=dt.UTC)


def test_there_are_as_many_payloads_as_promised() -> None:
    assert len(set(SCRIPTS)) == 50
    assert len(set(FORMULAS)) == 200


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A workbench with a payload in every text that anybody can type, and a tandem for each two of them."""
    made = Store.create()
    made.clock = lambda: AT
    preset = load_preset("cross-company")
    own = preset.text("de").model_copy(update={"contact": SCRIPTS[0], "note": FORMULAS[0]})
    settings = preset.model_copy(update={"name": FORMULAS[20], "texts": {**preset.texts, "de": own}})
    with made.write("me", "test") as writer:
        writer.save(User(id="me", display_name=SCRIPTS[2]))
        writer.save(r.Programme(id="next", name=FORMULAS[20], preset="cross-company", settings=settings))
        writer.save(r.Run(id=RUN, programme_id="next", name="2021", approved_at=AT))
        for number, text in enumerate(TEXTS):
            for record in _about(number, text):
                writer.save(record)
        for number in range(0, len(TEXTS), 2):
            pair = {"mentee_id": f"P{number}", "mentor_id": f"P{number + 1}", "run_id": RUN}
            writer.save(r.Tandem(id=f"T{number}", score=500, contributions={"topics": 500}, **pair))
    with made.write("me", "selection.fix") as writer:
        writer.save(writer.get(r.Run, RUN).with_(selection_fixed=True))
    yield made
    made.close()


def _about(number: int, text: str) -> list[r.Record]:
    role = "mentor" if number % 2 else "mentee"
    words = dict.fromkeys(FIELDS, text)
    who = {"first_name": text, "last_name": f"{text}{number}"}
    decided = r.Overruling(by="me", at=AT, reason=text)
    answers = {"email": "a@example.org", "topics": [text], "places": 1, "received": "2021-01-03"}
    application = r.Application(
        id=f"A{number}", run_id=RUN, person_id=f"P{number}", role=role, organisation=text, entries=words,
        answers=answers, notes=(text,), extra={text: text},
        source=r.Source(file=f"{text}.xlsx", family=text, sheet=text, row=1), overruled=decided,
        findings=(r.Finding(code="invalid_email", field="email", value=text),), status="review",
        place="selected" if number % 3 else "waiting", **who,
    )  # fmt: skip
    return [r.Person(id=f"P{number}", programme_id="next", **who), application]


# -- what would be live ----------------------------------------------------------------------------


def live_in_workbook(content: bytes) -> list[str]:
    """Return what a spreadsheet program would work out, or follow, in a workbook."""
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [f"{cell.coordinate}: {cell.value}" for cell in cells if cell.data_type == "f" or cell.hyperlink]
    for sheet in book:
        rules = (rule.formula1 for rule in sheet.data_validations.dataValidation if rule.formula1)
        found += [rule for rule in rules if not re.fullmatch(r'"[^"]*"|[\d.]+', rule)]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found += [
            name for name in archive.namelist() if re.search("vba|external|connections|custom", name, re.I)
        ]
    return found


def live_in_csv(text: str) -> list[str]:
    """Return cells that a spreadsheet program may take for formulas, by whatever sign it parts cells."""
    rows = [row for sign in ",;\t|" for row in csv.reader(io.StringIO(text), delimiter=sign)]
    begins = re.compile('[\\s"\u200b-\u200f\u2060\ufeff]*[=+@\uff1d\uff0b\uff0d\uff20-]')
    return [
        cell for row in rows for cell in row if begins.match(cell) and not re.fullmatch(r"-?[\d.]+", cell)
    ]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "form", "base", "link"):
            self.live.append(tag)
        for name, value in attrs:
            bad = re.match(r"\s*(javascript|vbscript|data:text)", value or "", re.I)
            if name.startswith("on") or name == "srcdoc" or bad:
                self.live.append(f"{tag} {name}={value}")


def live_in_page(text: str) -> list[str]:
    """Return what a browser would run in a page or picture."""
    page = _Page()
    page.feed(text)
    return page.live


# -- what leaves -----------------------------------------------------------------------------------


def test_no_cell_of_a_workbook_is_a_formula(store: Store) -> None:
    content = to_xlsx(store, ME, RUN)
    assert live_in_workbook(content) == []
    values = (
        str(cell) for sheet in load_workbook(io.BytesIO(content)) for row in sheet.values for cell in row
    )
    told = visible(" ".join(values).replace("_x000D_", ""))
    assert all(visible(text) in told for text in TEXTS)  # as text they stand there


@pytest.mark.parametrize("text", FORMULAS[::7])
def test_no_form_to_send_out_holds_a_formula_whatever_organisations_are_called(text: str) -> None:
    preset = load_preset("cross-administration")
    names = (text.strip() or "x", "Kamen")
    known = preset.organisations.model_copy(update={"names": names, "aliases": {}})
    settings = preset.model_copy(update={"name": text, "organisations": known})
    run = r.Run(id="x/1", programme_id="x", name=text)
    assert live_in_workbook(xlsx_template(settings, run)) == []
    assert live_in_workbook(xlsx_template(settings, run, organisation=names[0])) == []


def test_an_answer_with_quotes_would_end_the_list_it_is_offered_in() -> None:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "=20+22")
        sheet.data_validation(1, 0, 1, 0, {"validate": "list", "source": ['x"&HYPERLINK("http://a")&"']})
    assert len(live_in_workbook(written.getvalue())) == 2


@pytest.fixture(scope="module")
def graphs(store: Store) -> dict[str, object]:
    formed = tandems(store, ME, RUN)
    return {"people": person_graph(formed), "organisations": organisation_graph(formed, TEXTS)}


@pytest.mark.parametrize("kind", ["people", "organisations"])
def test_no_file_of_the_network_runs_anything(graphs: dict[str, object], kind: str, tmp_path: Path) -> None:
    for ending in ("csv", "graphml", "gexf", "svg"):
        write(graphs[kind], tmp_path / f"net.{ending}")
        text = (tmp_path / f"net.{ending}").read_text("utf-8")
        if ending == "csv":
            assert live_in_csv(text) == []
        else:
            assert live_in_page(text) == []
            assert not re.search("<!DOCTYPE|<!ENTITY|<\\?xml-stylesheet", text)
            assert ET.fromstring(text) is not None


def test_what_is_searched_for_would_be_found() -> None:
    plain = io.StringIO()
    csv.writer(plain).writerows([[text] for text in FORMULAS])
    assert len(live_in_csv(plain.getvalue())) > 150
    page = jinja2.Environment().from_string("<p>{{ text }}</p>")
    assert all(live_in_page(page.render(text=text)) for text in SCRIPTS if "<" in text[:40])


def test_the_picture_of_an_intake_holds_no_script(store: Store) -> None:
    assert live_in_page(draw(overview(store, ME, RUN))) == []


def test_letters_have_headers_of_one_line_and_names_that_are_no_path(store: Store) -> None:
    found = letters(store, ME, RUN)
    assert len(found.letters) > 100
    for letter in found.letters:
        assert "\n" not in letter.subject + letter.email
        assert "\r" not in letter.subject + letter.email
        assert not re.search(r"(^|/)\.\.(/|$)|^/|[\\:\x00-\x1f]", letter.file)
        address, _, query = letter.mailto.partition("?")
        assert set(urllib.parse.parse_qs(query)) <= {"subject", "body"}
        assert not re.search("%0[ad]", address, re.I)
        assert "\n" not in urllib.parse.parse_qs(query)["subject"][0]


def test_a_letter_sets_what_was_typed_as_text(store: Store) -> None:
    found = letters(store, ME, RUN)
    for letter in found.letters[:: len(found.letters) // 4]:
        pdf = PdfReader(io.BytesIO(found.pdf(letter)))
        assert not {"/OpenAction", "/AA"} & pdf.trailer["/Root"].keys()
        assert "/JavaScript" not in str(pdf.trailer["/Root"])


def test_a_report_shows_all_of_it_as_text() -> None:
    table = pd.DataFrame({"Text": TEXTS, "Text again": [f"<b>{text}" for text in TEXTS]})
    cells = [
        v4.new_markdown_cell("# Report"),
        v4.new_code_cell("", outputs=[
            v4.new_output("display_data", data={"text/html": table.to_html()}),
            v4.new_output("stream", name="stdout", text="\n".join(TEXTS)),
        ]),
    ]  # fmt: skip
    about = {"title": SCRIPTS[1], "programme": FORMULAS[3], "organisation": SCRIPTS[4], "about": TEXTS[:3]}
    notebook = v4.new_notebook(cells=cells, metadata={"mentorkit": about})
    page = reports.to_html(notebook)
    assert live_in_page(page) == []
    pdf = PdfReader(io.BytesIO(reports.to_pdf(notebook)))
    told = visible("".join(one.extract_text() for one in pdf.pages))
    assert all(visible(text)[:12] in told for text in SCRIPTS)
    assert all("/A" not in (note.get_object() or {}) for one in pdf.pages for note in one.get("/Annots", []))


@pytest.mark.libreoffice
def test_libreoffice_works_nothing_out(
    store: Store, graphs: dict[str, object], tmp_path: Path, do_without: Callable[[str], NoReturn]
) -> None:
    office = shutil.which("soffice")
    if office is None:
        do_without("no LibreOffice here: soffice is not on the PATH")
    (tmp_path / "export.xlsx").write_bytes(to_xlsx(store, ME, RUN))
    write(graphs["people"], tmp_path / "net.csv")
    with (tmp_path / "careless.csv").open("w", newline="", encoding="utf-8") as careless:
        csv.writer(careless).writerows([[text] for text in FORMULAS])

    def saved_as(ending: str, *options: str, files: list[str]) -> None:
        profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
        command = [office, profile, "--headless", *options, "--convert-to", ending, "--outdir", tmp_path]
        given = [tmp_path / file for file in files]
        subprocess.run([*command, *given], check=True, capture_output=True, timeout=180)

    saved_as("csv:Text - txt - csv (StarCalc):44,34,76", files=["export.xlsx"])
    parted_by = "--infilter=CSV:44/59/9/124,34,76,1,,0,false,true,false,false,false,0,true"
    saved_as("xlsx", parted_by, files=["net.csv", "careless.csv"])
    with (tmp_path / "export.csv").open(encoding="utf-8", newline="") as saved:
        cells = [cell for row in csv.reader(saved) for cell in row]
    assert not [cell for cell in cells if re.fullmatch("-?42|#NAME\\?|Err:\\d+", cell)]
    assert live_in_workbook((tmp_path / "net.xlsx").read_bytes()) == []
    assert live_in_workbook((tmp_path / "careless.xlsx").read_bytes()) != []
