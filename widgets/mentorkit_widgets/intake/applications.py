"""Applications in words and signs, as the apps show them, and which of them a filter lets through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from mentorkit.intake import findings
from mentorkit.intake.changes import state_word
from mentorkit.intake.deciding import decisions
from mentorkit.language import later, say
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, Finding
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit_widgets.components.icons import LOOKS, ChipKind
from mentorkit_widgets.components.table import Cell, cell, chip, column

Show = Literal["all", "open", "ineligible", "ok", "withdrawn"]

#: What taking in a row that was read does to what is stored.
_CHANGES: dict[str, str] = {
    "new": later("new"),
    "changed": later("changed by the file"),
    "unchanged": later("already there"),
    "kept": later("kept as it was decided here"),
}


#: What was found, short enough for a list of filters.
_FOUND: dict[str, str] = {
    "invalid_name": later("Name wrong"),
    "invalid_email": later("E-mail address wrong"),
    "invalid_date": later("Date wrong"),
    "unknown_organisation": later("Organisation unknown"),
    "duplicate": later("Applied twice"),
    "role_unclear": later("Role unclear"),
    "late": later("Received late"),
    "ambiguous_capacity": later("Places unclear"),
    "grade_unclear": later("Pay grade unclear"),
    "hours_unclear": later("Hours unclear"),
    "missing_name": later("Name missing"),
    "missing_email": later("E-mail missing"),
    "missing_organisation": later("Organisation missing"),
    "missing_grade": later("Pay grade missing"),
}


@dataclass(frozen=True)
class Difference:
    """A field in which two versions of an application differ."""

    label: str
    mine: str
    theirs: str


def status_chip(application: Application) -> Cell:
    """Return the status as the cell of a table."""
    if application.withdrawn:
        return chip(state_word(application), "undo", "neutral")
    if application.admitted:
        return chip(state_word(application), "check", "accent")
    return chip(state_word(application), *LOOKS[application.result])


def look(application: Application) -> ChipKind:
    """Return how the status looks beside its word."""
    return "ineligible" if application.withdrawn else application.result


def role_word(application: Application) -> str:
    """Return the role in words."""
    return say("{mentee:sg.nom}") if application.role == "mentee" else say("{mentor:sg.nom}")


def fits(application: Application, show: str) -> bool:
    """Tell whether a filter by status lets an application through."""
    if show == "withdrawn":
        return application.withdrawn is not None
    if show == "open":
        return application.open
    if show == "ineligible":
        return application.refused
    return show == "all" or application.takes_part


def options_of(application: Application) -> dict[str, set[str]]:
    """Return the options of each filter that let an application through."""
    return {
        "show": {show for show in get_args(Show) if fits(application, show)},
        "role": {"all", application.role},
        "organisation": {"", application.organisation or ""},
        "finding": {"", *map(kind_of, application.findings)},
    }


def says(application: Application, word: str) -> bool:
    """Tell whether the words looked for stand in an application, each in any entry."""
    said = (application.name, application.organisation or "", *application.entries.values())
    return not word or all(any(part in text.casefold() for text in said) for part in word.casefold().split())


def kinds_of_findings(applications: Iterable[Application]) -> dict[str, str]:
    """Return what was found, in words by :func:`kind_of`."""
    found = {kind_of(finding): finding for application in applications for finding in application.findings}
    return {kind: _kind(finding.code, finding.field) for kind, finding in found.items()}


def kind_of(finding: Finding) -> str:
    """Return by what findings are told apart: the code, with the field where one code stands for several."""
    several = finding.code in ("answer_missing", "answer_unclear") and finding.field
    return f"{finding.code}:{finding.field}" if several else finding.code


def kind_word(kind: str) -> str:
    """Return what a kind of finding is called, where there is none of it now."""
    code, _, name = kind.partition(":")
    return _kind(code, name)


def _kind(code: str, name: str | None) -> str:
    """Return what a code means in a few words."""
    if code in _FOUND:
        return say(_FOUND[code])
    label = FIELDS[name].label if name in FIELDS else code
    if code.startswith("missing_") or code == "answer_missing":
        return say("Missing: {field}", field=label)
    return (
        say("Unclear: {field}", field=label)
        if code == "answer_unclear"
        else say("Rule: {field}", field=label)
    )


def origin(application: Application) -> str:
    """Return where an application came from, in words."""
    source = application.source
    if source is None:
        return ""
    if source.kind == "form":
        return say("Entered in the app")
    return say("Filled in by personal link") if source.kind == "link" else findings.where(source)


def table_columns(settings: ProgrammeSettings, *, with_change: bool, narrow: bool) -> list[Cell]:
    """Return the columns of a table of applications; fewer where it is narrow."""
    if narrow:
        return [column("name", say("Name")), column("status", say("Result"), "chip")]
    return [
        column("name", say("Name")),
        column("role", say("Role")),
        *([column("organisation", say("Organisation"))] if settings.organisations.kind != "none" else []),
        column("status", say("Result"), "chip"),
        *([column("change", say("Taken in as"))] if with_change else []),
        column("findings", say("What was found"), "list", sortable=False),
        column("source", say("Where from")),
    ]


def table_row(
    application: Application,
    change: str = "",
    *,
    narrow: bool = False,
    audience: findings.Audience = findings.ANYBODY,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Cell:
    """Return an application as a row; where it is narrow, the organisation stands below the name.

    ``audience`` is who reads it, ``names`` are users' names as people see them, by those they log in with.
    """
    name = application.name or say("(no name)")
    return {
        "id": application.id,
        "name": cell(name, note=application.organisation or role_word(application)) if narrow else name,
        "role": role_word(application),
        "organisation": application.organisation or "",
        "status": status_chip(application),
        "change": say(_CHANGES[change]) if change else "",
        "findings": [*findings.sentences(application, audience), *decisions(application, names)],
        "source": origin(application),
    }


def differences(mine: object, theirs: object) -> tuple[Difference, ...]:
    """Return the fields in which two versions of an application differ, in words."""
    if not isinstance(mine, Application) or not isinstance(theirs, Application):
        return ()
    labels = {name: FIELDS[name].label for name in {**theirs.entries, **mine.entries} if name in FIELDS}
    pairs = [
        (label, mine.entries.get(name, ""), theirs.entries.get(name, "")) for name, label in labels.items()
    ]
    pairs.append((say("Result"), state_word(mine), state_word(theirs)))
    return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])
