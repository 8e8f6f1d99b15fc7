"""Makes files of applications as people send them: other headings, orders, dialects, encodings, titles."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import xlsxwriter

from mentorkit.intake.context import Context
from mentorkit.intake.headings import meanings
from mentorkit.intake.sheets import Sheet, read_files
from mentorkit.intake.vocabulary import NAME, VOCABULARY
from mentorkit.programme.records import Run
from mentorkit.programme.settings import ProgrammeSettings

FIRST = [
    "Anne", "Ömer", "Jürgen", "Zoë", "Hans-Peter", "Lidia", "Ines", "François", "Gül", "Wencke", "Per",
    "Aïda",
    "Ruth", "Utz", "Ilka", "Bo",
]  # fmt: skip
LAST = [
    "Müller", "von der Mude", "Barth-Hövel", "Ó Hethur", "Weller-auch Schlauchin", "zu Gutknecht", "Groß",
    "Çelik",
    "Lößnitz", "Krähe", "Seip", "Ziegert-Grein Groth", "Ahl", "Österreich", "Nguyen", "Plath",
]  # fmt: skip
SAYINGS: dict[str, list[str]] = {
    "gender": ["w", "Frau", "weiblich", "m", "Herr"],
    "pay_grade": ["A 9 g.D.", "A11", "Bes.Gr. A 10", "EG9 TVöD", "E 9a", "Entgeltgruppe 8 TVöD", "S 12", ""],
    "qualification": ["A II", "A I", "Bachelor", "Diplom-Verwaltungswirtin (FH)", "Verwaltungslehrgang II"],
    "permanent": ["unbefristet", "befristet bis 31.12.2014", "befristet"],
    "supervision": ["ja", "x", "J", "Nein", "n"],
    "topics": ["Netzwerke, Führungsrolle", "Auftreten; Projektarbeit", "Recht und Verträge / Lehre",
    "Haushalt"],
    "department": ["Jugend", "Bauen & Planen"],
    "places": ["1", "2", "", "max. 2", "2 (evtl. 3)"],
    "birth_year": ["1964", "1990"],
    "phone": ["030 23125106", "+49 40 66969485"],
    "expectations": ["Kontakte", "=1+1", "<b>alles</b>", "Sicher reden; auch vor vielen", 'sagt „ja" dazu'],
    "may_call": ["ja", "-", "x"],
    "share_contact": ["ja", "n", "✓"],
    "received": ["2008-09-13", "4.8.08", "31.09.2008", "9.10.2008", "13. September 2008"],
    "position": ["Bürgermeisterin", "Kreisrat"],
    "field": ["Technik und Konstruktion", "Violine"],
    "age": ["27", "44"],
    "earlier_runs": ["2016, 2017", ""],
    "semester": ["3", "11"],
    "hours": ["2-3", "ca. 4", "max. 5", "1,5", "nach Absprache"],
    "languages": ["de, en", "de"],
    "workplace": ["Oper", "freischaffend"],
    "region": ["Halle", "Wien"],
    "experience_years": ["1", "12"],
    "main_income": ["ja", "Nein"],
    "voluntary": ["x", "-"],
}  # fmt: skip


@dataclass
class Table:
    """One sheet to be: its role, its columns by field, and its people."""

    role: str
    fields: list[str]
    people: list[dict[str, str]]
    headings: dict[str, str] = field(default_factory=dict)


def people(rng: random.Random, settings: ProgrammeSettings, role: str, count: int) -> list[dict[str, str]]:
    """Invent people of different names who answer a programme's questions."""
    found = []
    for first, last in rng.sample([(f, n) for f in FIRST for n in LAST], count):
        person = {"first_name": first, "last_name": last}
        if settings.organisations.kind == "known":
            person["organisation"] = rng.choice([*settings.organisations.names, "Nirgendwo"])
        elif settings.organisations.kind == "open":
            person["organisation"] = rng.choice(["Drahtwerk Volme", "IT-Haus Hagen", "Federn Altena"])
        for name in settings.questions.of(role):
            if name == "email":
                person[name] = rng.choice([f"p{len(found)}{role}@example.org"] * 5 + ["", "p(at)example.org"])
            elif not name.startswith("wish_"):
                person[name] = rng.choice(SAYINGS[name])
        found.append(person)
    return found


def heading(rng: random.Random, name: str, asked: set[str]) -> str:
    """Choose a heading of the vocabulary that means this field in this programme, and write it somehow."""

    def means_it(phrase: str) -> bool:
        found = [meaning for score, meaning in meanings(phrase) if score == 1.0]
        wanted = [meaning for meaning in found if meaning in asked] or found[:1]
        return wanted == [name]

    phrase = rng.choice([phrase for phrase in VOCABULARY[name] if means_it(phrase)])
    written = rng.choice([phrase, phrase.upper(), f" {phrase} ", f"{phrase}:", phrase.replace(" ", "  ")])
    plain = written.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return rng.choice([written, plain])


def table(
    rng: random.Random, settings: ProgrammeSettings, role: str, everybody: list[dict[str, str]]
) -> Table:
    """Lay people out in columns of random headings and order."""
    fields = sorted(everybody[0])
    asked = {*settings.questions.mentee, *settings.questions.mentor, *fields}
    made = Table(role, rng.sample(fields, len(fields)), everybody)
    made.headings = {name: heading(rng, name, asked) for name in fields}
    way = rng.choice(["apart", "name", "comma", "whole"])
    if way == "name":
        made.headings["last_name"] = "Name"
    elif way in ("comma", "whole"):
        made.fields = [name for name in made.fields if name not in ("first_name", "last_name")]
        made.fields.insert(rng.randrange(len(made.fields) + 1), NAME)
        comma = rng.choice(["Nachname, Vorname", "Name, Vorname"])
        made.headings[NAME] = comma if way == "comma" else rng.choice(["Name", "Vor- und Nachname"])
        made.people = [
            {
                **p,
                NAME: f"{p['last_name']}, {p['first_name']}"
                if way == "comma"
                else f"{p['first_name']} {p['last_name']}",
            }
            for p in everybody
        ]
    return made


def cells(rng: random.Random, made: Table) -> list[list[str]]:
    """Write a table as rows, with titles above, holes within, and sums and remarks below."""
    word = {
        "mentee": "Mentees",
        "mentor": rng.choice(["Mentor*innen", "Mentorinnen und Mentoren", "MentorInnen"]),
    }
    rows: list[list[str]] = []
    if rng.random() < 0.6:
        rows.append([f"Anmeldungen {word[made.role]}"])
        rows += [[]] * rng.randrange(2)
        rows += [["Stand: 12.12.2020, bitte nur die weißen Felder ändern"]] * rng.randrange(2)
    numbered = rng.random() < 0.3
    rows.append((["Nr."] if numbered else []) + [made.headings[name] for name in made.fields])
    for number, person in enumerate(made.people, 1):
        if rng.random() < 0.1:
            rows.append([])
        rows.append(([str(number)] if numbered else []) + [person[name] for name in made.fields])
    if rng.random() < 0.5:
        rows += [[], ["", "Summe:", str(len(made.people))]]
    if rng.random() < 0.3:
        rows += [[], ["Bitte bis Freitag zurück an die Koordination."]]
    return rows


def as_csv(rng: random.Random, rows: list[list[str]]) -> bytes:
    """Write rows as text in some dialect and encoding that can hold them."""
    text = io.StringIO()
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    end = rng.choice(["\r\n", "\n"])
    csv.writer(text, delimiter=rng.choice(";,\t|"), quoting=quoting, lineterminator=end).writerows(rows)
    for encoding in rng.sample(["utf-8", "utf-8-sig", "utf-16", "cp1252"], 4):
        try:
            return text.getvalue().encode(encoding)
        except UnicodeEncodeError:
            continue
    raise AssertionError("UTF-8 holds every text")


def as_xlsx(sheets: list[tuple[str, list[list[str]]]]) -> bytes:
    """Write sheets as XLSX; what is a number becomes one."""
    data = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": True,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(data, options) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return data.getvalue()


def as_ods(sheets: list[tuple[str, list[list[str]]]]) -> bytes:
    """Write sheets as ODS, all cells as text."""
    names = " ".join(
        f'xmlns:{kind}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"'
        for kind in ("office", "table", "text")
    )
    body = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in sheets
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content {names} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest/>')
    return data.getvalue()


def _ods_row(row: list[str]) -> str:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    filled = (cell.format(escape(text)) if text else "<table:table-cell/>" for text in row or [""])
    return f"<table:table-row>{''.join(filled)}</table:table-row>"


def context_of(settings: ProgrammeSettings) -> Context:
    """Return what an intake into the first run of a programme knows while nothing is stored."""
    name, calendar = settings.run.name, settings.run.calendar
    return Context(
        Run(id=f"programme/{name}", programme_id="programme", name=name, calendar=calendar), settings
    )


def sheets_of(file: tuple[str, bytes]) -> tuple[Sheet, ...]:
    """Return the sheets of a file that can be read."""
    (content,) = read_files([file])
    assert content.refused is None
    return content.sheets
