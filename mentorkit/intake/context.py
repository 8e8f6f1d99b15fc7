"""What an intake has to know of the workbench, and what it makes of a row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from mentorkit.intake.answers import Answers, table_key
from mentorkit.intake.changes import Difference, differences
from mentorkit.intake.headings import Column
from mentorkit.intake.sheets import Content
from mentorkit.programme.fields import ALWAYS
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    HeadingMeaning,
    Organisation,
    Role,
    Run,
    Source,
    TakenFile,
)
from mentorkit.programme.settings import ProgrammeSettings

#: Whom a table holds; ``both`` where a column tells it row by row, ``nothing`` where it is left alone.
SheetMeaning = Literal["mentee", "mentor", "both", "history", "nothing"]
Change = Literal["new", "changed", "unchanged", "kept"]


@dataclass(frozen=True)
class Context:
    """The run that takes in, and what is stored of it.

    Attributes
    ----------
    run, settings
        The run and its programme's settings.
    applications
        Those of the run that are stored, in the order they were made. Duplicates are looked for among all
        of them; everything else is about those that are ``visible``.
    organisations, earlier
        Organisations and earlier tandems of the programme.
    originals
        Of applications that were mended: what the file had said.
    own
        The organisations the actor answers for; None stands for all.
    meanings
        What headings stand for in this programme, as somebody said it.
    taken
        The files that were taken into the run.
    programme_version
        The version of the programme whose settings these are.
    decides
        Whether the actor may decide on applications.
    """

    run: Run
    settings: ProgrammeSettings
    applications: tuple[Application, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    earlier: tuple[EarlierTandem, ...] = ()
    originals: dict[str, dict[str, str]] = field(default_factory=dict)
    own: frozenset[str] | None = None
    meanings: tuple[HeadingMeaning, ...] = ()
    taken: tuple[TakenFile, ...] = ()
    programme_version: int = 0
    decides: bool = True

    def may_see(self, application: Application) -> bool:
        """Tell whether an application is of an organisation that the actor answers for."""
        return self.own is None or application.organisation in self.own

    @cached_property
    def visible(self) -> tuple[Application, ...]:
        """The stored applications that the actor may see."""
        return tuple(filter(self.may_see, self.applications))

    @cached_property
    def asked(self) -> frozenset[str]:
        """The fields the programme asks for, of either role."""
        questions = self.settings.questions
        always = ALWAYS if self.settings.organisations.kind != "none" else ALWAYS[:2]
        return frozenset((*questions.mentee, *questions.mentor, *always))

    @cached_property
    def _families(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for file in self.taken:
            found.setdefault(file.name, {})[file.family] = None
        return {name: tuple(families) for name, families in found.items()}

    def families(self, file: str) -> tuple[str, ...]:
        """Return the families of files a name stands in, each called as its first state was.

        A file and its later states, whatever they are called, are a family. They are several where files of
        several senders have one name.
        """
        return self._families.get(file, (file,))

    def families_of(self, source: Source) -> tuple[str, ...]:
        """Return the families that the file of a source can be of: the one that was noted, or by its name."""
        return (source.family,) if source.family else self.families(source.file)

    def meanings_for(self, organisation: str | None) -> dict[str, str]:
        """Return the fields by heading in the files of an organisation; its own meanings go first."""
        general = {m.heading: m.field for m in self.meanings if m.organisation is None}
        own = {m.heading: m.field for m in self.meanings if m.organisation == organisation}
        return {**general, **own}


@dataclass(frozen=True)
class RawRow:
    """A row as the file says it: ``id`` names it within the intake, ``file`` is the file's place in it.

    ``extra`` is what stood under headings that stand for no field, by heading.
    """

    id: str
    file: int
    source: Source
    role: Role
    entries: dict[str, str]
    extra: dict[str, str] = field(default_factory=dict)

    def of_family(self, name: str) -> RawRow:
        """Return the row as one of a family of files; empty for what its file's name tells."""
        if name == self.source.family:
            return self
        return replace(self, source=self.source.model_copy(update={"family": name}))


@dataclass(frozen=True)
class Row:
    """A row as judged, and what taking it in changes.

    ``change`` is ``kept`` where the file says otherwise now, but a person mended or overruled the
    application since. ``stored`` is the application as it stands, of a row that was taken in before;
    ``as_said`` is what the file alone makes of the row, where a person decided on it. ``lapsed`` says which
    decisions do not hold, since somebody else changed meanwhile what they were taken on.
    """

    raw: RawRow
    application: Application
    change: Change
    notes: tuple[str, ...] = ()
    stored: Application | None = None
    as_said: Application | None = None
    lapsed: tuple[str, ...] = ()

    @property
    def said(self) -> Application:
        """What the row is without what a person decided on it."""
        return self.as_said or self.application

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What taking the row in changes at the application that is stored."""
        return differences(self.stored, self.application) if self.stored else ()


@dataclass(frozen=True)
class SheetReport:
    """How a sheet was understood: its role or ``history`` (None: no table), headings and remarks."""

    sheet: str | None
    meaning: SheetMeaning | None
    heading_row: int | None = None
    columns: tuple[Column, ...] = ()
    rows: int = 0
    #: Rows that were taken for no people, as (row, text).
    remarks: tuple[tuple[int, str], ...] = ()
    #: The sheet's place in the file, and the table's first column, both from 0.
    place: int = 0
    first_column: int = 0
    #: The organisation that the sheet comes from, where it tells.
    sender: str | None = None
    #: Whether the role is said, rather than concluded from the columns.
    sure: bool = True
    #: How many earlier tandems of it tell no run.
    undated: int = 0
    #: By what the table is known again in later files; empty where it has no headings.
    signature: str = ""

    @property
    def key(self) -> str:
        """The name of the table within its file."""
        return table_key(self.place, self.heading_row or 0, self.first_column)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON."""
        columns = [{"heading": c.heading, "field": c.field, "sure": c.sure} for c in self.columns]
        remarks = [{"row": row, "text": text} for row, text in self.remarks]
        return {
            "sheet": self.sheet,
            "meaning": self.meaning,
            "heading_row": self.heading_row,
            "columns": columns,
            "rows": self.rows,
            "remarks": remarks,
        }


@dataclass(frozen=True)
class FileReport:
    """A file of an intake: read, or refused with the reason.

    ``content`` is kept so that the file can be read anew with the ``answers`` to what was unclear in it;
    ``lacking`` says which columns were not found.
    """

    file: str
    status: Literal["read", "refused"]
    message: str | None = None
    sheets: tuple[SheetReport, ...] = ()
    content: Content | None = None
    answers: Answers = field(default_factory=Answers)
    lacking: str | None = None

    @cached_property
    def digest(self) -> str:
        """The hash of what is in the file's cells; a file that was only saved anew has the same."""
        sheets = [[sheet.name, sheet.rows] for sheet in self.content.sheets] if self.content else []
        return hashlib.sha256(json.dumps(sheets).encode()).hexdigest()

    def to_draft(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        content = self.content.packed if self.content else None
        answers = self.answers.model_dump(mode="json")
        return {
            "file": self.file,
            "status": self.status,
            "message": self.message,
            "sheets": [_sheet_draft(sheet) for sheet in self.sheets],
            "content": content,
            "answers": answers,
            "lacking": self.lacking,
        }

    @classmethod
    def from_draft(cls, draft: Mapping[str, Any]) -> FileReport:
        """Return the report that :meth:`to_draft` wrote."""
        packed = draft.get("content")
        return cls(
            draft["file"],
            draft["status"],
            draft["message"],
            tuple(_sheet_of_draft(sheet) for sheet in draft["sheets"]),
            Content.unpacked(draft["file"], packed) if packed else None,
            Answers.model_validate(draft.get("answers", {})),
            draft.get("lacking"),
        )


def _sheet_draft(sheet: SheetReport) -> dict[str, Any]:
    columns = [[c.place, c.heading, c.field, c.sure] for c in sheet.columns]
    return {**vars(sheet), "columns": columns, "remarks": [list(remark) for remark in sheet.remarks]}


def _sheet_of_draft(sheet: Mapping[str, Any]) -> SheetReport:
    columns = tuple(Column(*column) for column in sheet["columns"])
    remarks = tuple((row, text) for row, text in sheet["remarks"])
    return SheetReport(**{**sheet, "columns": columns, "remarks": remarks})
