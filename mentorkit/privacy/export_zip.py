"""What is held on a person as files that she can read herself: a cover in plain words, and tables.

The JSON beside them keeps names and codes as they are, for programs.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

from mentorkit.intake.text import harmless
from mentorkit.language import later, say, say_n, speaking, voice
from mentorkit.language.formats import date
from mentorkit.matching.criteria import MEASURES
from mentorkit.privacy.consents import CHANNELS, PURPOSES
from mentorkit.privacy.deeds import deed_word, kind_word
from mentorkit.privacy.requests import KINDS, STATES

if TYPE_CHECKING:
    from mentorkit.privacy.export import Export, Row

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
#: What programs need and people do not.
_LEFT_OUT = {"field", "text_hash"}
HEADINGS: dict[str, str] = {
    "id": later("Identifier"), "first_name": later("First name"), "last_name": later("Last name"),
    "email": later("E-mail"), "phone": later("Telephone"), "birth_year": later("Year of birth"),
    "pauses_until": later("Pauses until"), "run": later("Run"), "role": later("As what"),
    "organisation": later("Organisation"), "came_by": later("How it came"), "file": later("File"),
    "row": later("Row"), "status": later("Status"), "findings": later("What the check found"),
    "remarks": later("Remarks"), "decided": later("Decision"), "decided_by": later("Decided by"),
    "decided_at": later("Decided on"), "withdrawn_at": later("Withdrawn on"),
    "withdrawn_by": later("Withdrawal noted by"), "withdrawn_why": later("Why withdrawn"),
    "rank": later("Rank"), "place": later("Place"), "application": later("Application"),
    "label": later("Question"), "said": later("What was said"), "understood": later("What was understood"),
    "kind": later("Kind"), "partner": later("With whom"), "state": later("Status"),
    "score": later("Score"), "contributions": later("What the score is made of"),
    "one_by_one": later("Made one by one"), "year": later("Year"), "name": later("Name"),
    "reason": later("Reason"), "text": later("Text"), "by": later("By whom"), "at": later("When"),
    "expectations": later("Expectations"), "time": later("Time"), "content": later("Content"),
    "asked_at": later("Asked on"), "remark": later("Remark"), "opinions": later("Opinions"),
    "purpose": later("What for"), "expires_at": later("Valid until"), "used_at": later("Used on"),
    "given": later("Agreed"), "wording": later("Version of the text"), "channel": later("How it came"),
    "received": later("Received on"), "due": later("Answer by"), "closed": later("Closed on"),
    "app": later("Where"), "action": later("What was done"), "about": later("To what"),
}  # fmt: skip
_ROLES = {"mentee": later("{mentee:sg.nom}"), "mentor": later("{mentor:sg.nom}")}
_CONFIDED = {"diary": later("Diary sheet"), "concern": later("Something is difficult")}
#: What codes mean, by table and column; those of any table stand under the empty name.
_WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("", "role"): _ROLES,
    ("applications", "came_by"): {
        "file": later("by a file"), "form": later("typed in by the coordination"),
        "link": later("by the personal link"),
    },
    ("named_in_confidence", "kind"): {
        "line_manager": later("Line manager"), "not_with": later("No tandem with (confidential)"),
    },
    ("tandems", "state"): {
        "proposed": later("proposed"), "active": later("running"), "concluded": later("ended"),
        "dissolved": later("dissolved early"),
    },
    ("decisions", "kind"): {"lock": later("to be a tandem"), "forbid": later("to be no tandem")},
    ("prospects", "state"): {
        "to_approach": later("to be asked"), "asked": later("has been asked"),
        "agreed": later("has agreed"), "declined": later("has said no"),
    },
    ("links", "purpose"): {"application": later("Application"), **_CONFIDED},
    ("consents", "purpose"): dict[str, str](PURPOSES.items()),
    ("consents", "channel"): dict[str, str](CHANNELS.items()),
    ("requests", "kind"): dict[str, str](KINDS.items()),
    ("requests", "state"): STATES,
    ("confidential_texts", "kind"): _CONFIDED,
    ("confidential_texts", "channel"): {
        "link": later("by the personal link"), "sheet": later("by a file"),
        "typed": later("typed in from paper"),
    },
    ("drafts", "app"): {
        "intake": later("Intake"), "matching": later("Matching"), "programme": later("Programme"),
    },
}  # fmt: skip


def to_zip(export: Export) -> bytes:
    """Return it as a ZIP file: the cover, a CSV file for each table that has rows, and the JSON."""
    written = io.BytesIO()
    with speaking(export.settings.voice()), zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as book:
        files = file_names(export)
        book.writestr(zipfile.ZipInfo(say("00 Please read first.txt"), _ZIP_DAY), _cover(export, files))
        for table, name in files.items():
            book.writestr(zipfile.ZipInfo(name, _ZIP_DAY), _csv(table, export.tables[table]))
        book.writestr(zipfile.ZipInfo("data.json", _ZIP_DAY), export.to_json())
    return written.getvalue()


def file_names(export: Export) -> dict[str, str]:
    """Return what the files are called of those tables that have rows."""
    held = [table for table, rows in export.tables.items() if rows]
    return {table: f"{n:02} {export.titles[table]}.csv" for n, table in enumerate(held, 1)}


def _cover(export: Export, files: dict[str, str]) -> bytes:
    """Say what this is, what stands in each file, who is to be asked, and what was agreed to."""
    said, person = export.settings.privacy, export.tables["person"][0]
    name = " ".join(filter(None, (person["first_name"], person["last_name"])))
    asked = [line for line in (said.controller.strip(), said.contact.strip()) if line]
    who = "\n".join(asked) or say("Please ask whoever sent you this.")
    listed = [
        f"  {file}: {say_n('{n} entry', '{n} entries', len(export.tables[table]))}"
        for table, file in files.items()
    ]
    parts = [
        say("What is held on you in the programme “{programme}”", programme=export.programme),
        say("{name}, put together on {day}", name=name, day=date(export.at.astimezone().date())),
        say(
            "Everything that the programme holds on you stands in these files. Of other people nothing "
            "stands here: where they are mentioned, it says “{another}”. What others said of you in "
            "confidence is theirs and is not here.",
            another=say("another person"),
        ),
        "\n".join((say("What stands in which file:"), *listed)),
        say(
            "The files that end with .csv open in any spreadsheet. The file data.json holds the same for "
            "programs; you need not open it."
        ),
        "\n".join((say("Whom to ask, and who corrects or erases something:"), who)),
        *_agreed(export.tables["consents"]),
    ]
    return b"\xef\xbb\xbf" + "\r\n\r\n".join(parts).replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _agreed(rows: list[Row]) -> list[str]:
    """Return each word of consent with the text that was read, as far as it is known."""
    told = [say("What you agreed to, or did not:")] if rows else []
    for row in rows:
        word = say("yes") if row["given"] else say("no")
        head = say(
            "{day}, {purpose}: {word}", day=_cell(row["at"]), purpose=say(PURPOSES[row["purpose"]]), word=word
        )
        text = row["text"] or say("The text that was read then is not kept here.")
        told.append(f"{head}\n{text}" if row["given"] else head)
    return told


def _csv(table: str, rows: list[Row]) -> bytes:
    text = io.StringIO()
    columns = [c for c in dict.fromkeys(column for row in rows for column in row) if c not in _LEFT_OUT]
    # what the spreadsheets of the language take a file apart by
    writer = csv.writer(text, delimiter=";" if voice().language == "de" else ",")
    writer.writerow([say(HEADINGS[column]) if column in HEADINGS else column for column in columns])
    writer.writerows([harmless(_in_words(table, column, row)) for column in columns] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _in_words(table: str, column: str, row: Row) -> str:
    """Return what stands in a column, with words for codes."""
    value = row.get(column)
    if (table, column) == ("trail", "action"):
        return deed_word(str(value), str(row["about"]))
    if (table, column) == ("trail", "about"):
        return kind_word(str(value))
    if column == "contributions" and isinstance(value, dict):
        value = {MEASURES[name].label if name in MEASURES else name: points for name, points in value.items()}
    known = _WORDS.get((table, column)) or _WORDS.get(("", column), {})
    return say(known[value]) if isinstance(value, str) and value in known else _cell(value)


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, dt.datetime):
        local = value.astimezone()
        # a day alone was noted as its first moment
        return date(local.date()) + (f" {local:%H:%M}" if local.time() != dt.time() else "")
    if isinstance(value, dt.date):
        return date(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {said}" for name, said in value.items())
    return "; ".join(map(_cell, value)) if isinstance(value, list | tuple) else str(value)
