"""The applications of a run as a workbook, which comes back through the file reader without loss."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentorkit.intake.changes import label_of, state_word
from mentorkit.intake.deciding import decisions
from mentorkit.intake.findings import Audience, sentences
from mentorkit.intake.identify import ID_HEADING
from mentorkit.intake.stored import OVERRULE, scope
from mentorkit.intake.vocabulary import ROLE
from mentorkit.intake.wishes import WISHES
from mentorkit.intake.workbook import sheet_name, xlsx
from mentorkit.language import say, speaking
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, Programme, Role, Run
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Store

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ROLES: tuple[Role, ...] = ("mentee", "mentor")
#: Width of a column, in characters, at least and at most.
_NARROW, _WIDE = 8, 40


@dataclass(frozen=True)
class _Column:
    """A column: its heading, and what stands in it for an application."""

    heading: str
    text: Callable[[Application], str]


def to_xlsx(store: Store, actor: Actor, run_id: str) -> bytes:
    """Return the applications of a run that the actor may see, with a sheet for each role.

    Entries stand as they were given, all as text, so that no program makes a formula or a date of them.
    Beside them stand an id, by which the file is known again, and, for readers, the status, why, and what
    was decided by whom for which reason. What readers write there is not read.

    Raises
    ------
    NotAllowed
        If the actor may see no applications of the run (``application.read``).
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        own = scope(actor, "application.read", run)
        settings = reader.get(Programme, run.programme_id).settings
        found = [a for a in reader.all(Application, run_id=run_id) if own is None or a.organisation in own]
        names = {user.id: user.display_name for user in reader.all(User)}
    audience = Audience(bool(actor.scopes(OVERRULE, run.programme_id)), tuple(found))

    def fill(book: Workbook) -> None:
        for role in ROLES:
            of_role = [application for application in found if application.role == role]
            _write(book, role, of_role, _columns(settings, role, of_role, audience, names))

    with speaking(settings.voice()):
        return xlsx(f"{settings.name} {run.name}", fill)


def file_name(run: Run) -> str:
    """Return a name for the export of a run."""
    bare = re.sub(r"[^\w]+", "-", f"{say('Applications')} {run.name}").strip("-")
    return f"{bare}.xlsx"


def _columns(
    settings: ProgrammeSettings,
    role: Role,
    applications: Sequence[Application],
    audience: Audience,
    names: Mapping[str, str],
) -> list[_Column]:
    used = {name for application in applications for name in application.entries}
    asked = {*settings.questions.of(role), "first_name", "last_name"}
    if settings.organisations.kind != "none":
        asked.add("organisation")
    if asked & set(WISHES) or used & set(WISHES):
        asked.update(WISHES)  # one column of wishes alone would be split
    headings = dict.fromkeys(heading for a in applications for heading in a.extra)
    return [
        _Column(ID_HEADING, lambda a: a.id),
        *(_Column(label_of(name), _entry(name)) for name in FIELDS if name in asked | used),
        *([_Column(label_of(ROLE), _role_said)] if ROLE in used else []),
        *(_Column(heading, _extra(heading)) for heading in headings),
        _Column(say("[Status]"), state_word),
        _Column(say("[Remarks]"), lambda a: "\n".join(sentences(a, audience))),
        _Column(say("[Decision]"), lambda a: "\n".join(decisions(a, names))),
    ]


def _entry(name: str) -> Callable[[Application], str]:
    return lambda application: application.entries.get(name, "")


def _extra(heading: str) -> Callable[[Application], str]:
    return lambda application: application.extra.get(heading, "")


def _role_said(application: Application) -> str:
    """Return what the column for the role said where that was unclear, and the role everywhere else."""
    return application.entries.get(ROLE) or _role_word(application.role)


def _role_word(role: Role) -> str:
    return "Mentee" if role == "mentee" else "Mentor"


def _write(
    book: Workbook, role: Role, applications: Iterable[Application], columns: Sequence[_Column]
) -> None:
    sheet = book.add_worksheet(sheet_name(role))
    head = book.add_format({"bold": True, "bg_color": "#E3F0F0", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"num_format": "@", "valign": "top"})
    widest = [len(column.heading) for column in columns]
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.heading, head)
    last = 0
    for last, application in enumerate(applications, 1):
        for place, column in enumerate(columns):
            if text := column.text(application):
                sheet.write_string(last, place, text, plain)
                widest[place] = max(widest[place], len(text))
    for place, width in enumerate(widest):
        sheet.set_column(place, place, min(max(width + 1, _NARROW), _WIDE), plain)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(columns) - 1)
