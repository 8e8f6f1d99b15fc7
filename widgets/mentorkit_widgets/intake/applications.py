"""Applications in words and signs, as the apps show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mentorkit.intake import findings
from mentorkit.language import later, say
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, Status
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit_widgets.components.icons import LOOKS
from mentorkit_widgets.components.table import Cell, chip, column

Show = Literal["all", "open", "ineligible", "ok"]

_WORDS: dict[Status, str] = {
    "ok": later("in order"),
    "review": later("to be looked at"),
    "ineligible": later("refused"),
    "error": later("to be mended"),
}
#: What taking in a row that was read does to what is stored.
_CHANGES: dict[str, str] = {
    "new": later("new"),
    "changed": later("changed by the file"),
    "unchanged": later("already there"),
    "kept": later("kept as it was decided here"),
}


@dataclass(frozen=True)
class Difference:
    """A field in which two versions of an application differ."""

    label: str
    mine: str
    theirs: str


def status_word(application: Application) -> str:
    """Return the status in words."""
    return say("admitted") if application.overruled else say(_WORDS[application.status])


def status_chip(application: Application) -> Cell:
    """Return the status as the cell of a table."""
    if application.overruled:
        return chip(status_word(application), "check", "accent")
    return chip(status_word(application), *LOOKS[application.status])


def role_word(application: Application) -> str:
    """Return the role in words."""
    return say("{mentee:sg.nom}") if application.role == "mentee" else say("{mentor:sg.nom}")


def is_open(application: Application) -> bool:
    """Tell whether a person has to look at an application."""
    return application.status in ("review", "error") and application.overruled is None


def can_be_overruled(application: Application) -> bool:
    """Tell whether a coordinator may admit an application with a reason: what is wrong is no mere gap."""
    return application.status in ("review", "ineligible") and application.overruled is None


def fits(application: Application, show: str) -> bool:
    """Tell whether a filter lets an application through."""
    if show == "open":
        return is_open(application)
    if show == "ineligible":
        return application.status == "ineligible" and application.overruled is None
    return show == "all" or application.takes_part


def table_columns(settings: ProgrammeSettings, *, with_change: bool, narrow: bool) -> list[Cell]:
    """Return the columns of a table of applications; fewer where it is narrow."""
    change = [column("change", say("Taken in as"))]
    organisation = [column("organisation", say("Organisation"))]
    return [
        column("name", say("Name")),
        *([] if narrow else [column("role", say("Role"))]),
        *(organisation if settings.organisations.kind != "none" else []),
        column("status", say("Result"), "chip"),
        *(change if with_change and not narrow else []),
        *([] if narrow else [column("findings", say("What was found"), "list", sortable=False)]),
        *([] if narrow else [column("source", say("Where from"))]),
    ]


def table_row(application: Application, change: str = "") -> Cell:
    """Return an application as the row of a table."""
    return {
        "id": application.id,
        "name": application.name or say("(no name)"),
        "role": role_word(application),
        "organisation": application.organisation or "",
        "status": status_chip(application),
        "change": say(_CHANGES[change]) if change else "",
        "findings": sentences(application),
        "source": findings.where(application.source) if application.source else "",
    }


def sentences(application: Application) -> list[str]:
    """Return what was found, a sentence each."""
    return [findings.message(finding) for finding in application.findings]


def differences(mine: object, theirs: object) -> tuple[Difference, ...]:
    """Return the fields in which two versions of an application differ, in words."""
    if not isinstance(mine, Application) or not isinstance(theirs, Application):
        return ()
    labels = {name: FIELDS[name].label for name in {**theirs.entries, **mine.entries} if name in FIELDS}
    pairs = [
        (label, mine.entries.get(name, ""), theirs.entries.get(name, "")) for name, label in labels.items()
    ]
    pairs.append((say("Result"), status_word(mine), status_word(theirs)))
    return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])
