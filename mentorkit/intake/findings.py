"""What is wrong or doubtful about an application, in sentences that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mentorkit.language import later, say
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import GRAVITY, Finding, Source, Status


@dataclass(frozen=True)
class Code:
    """A known code: the status it leads to, and its sentence."""

    status: Status
    sentence: str


CODES: dict[str, Code] = {
    "missing_name": Code("error", later("The name is missing or incomplete. Please fill it in.")),
    "missing_email": Code("error", later("The e-mail address is missing. Please ask for it and fill it in.")),
    "invalid_email": Code(
        "error", later("“{value}” is no e-mail address. Please ask for the right one and correct it.")
    ),
    "invalid_date": Code(
        "error", later("{label}: there is no date “{value}”. Please correct it, as in 30.09.2008.")
    ),
    "unknown_organisation": Code(
        "error", later("“{value}” is none of the organisations of this programme.{guess} Please correct it.")
    ),
    "missing_organisation": Code(
        "error",
        later(
            "No organisation is named, neither in the row nor in the title or the file's name."
            " Please fill it in."
        ),
    ),
    "missing_grade": Code("error", later("The pay grade is missing. Please ask for it and fill it in.")),
    "duplicate": Code(
        "review",
        later(
            "{name} has applied already ({place})."
            " Please take one of the two out, or keep both with a reason."
        ),
    ),
    "role_unclear": Code(
        "review",
        later(
            "The column for the role says “{value}”, neither {mentee:sg.nom} nor {mentor:sg.nom}."
            " Please correct it in the file, or decide."
        ),
    ),
    "late": Code(
        "review",
        later("Received on {value}, after the closing date {limit}. Please decide whether it still counts."),
    ),
    "ambiguous_capacity": Code(
        "review",
        later("Places: “{value}” can be read in several ways; {understood} was understood. Please decide."),
    ),
    "grade_unclear": Code(
        "review",
        later(
            "The pay grade “{value}” is on no scale that a rule compares."
            " Please decide, or enter a grade A or E."
        ),
    ),
    "hours_unclear": Code(
        "review", later("Hours per month: “{value}” is no number. Please ask and enter one.")
    ),
    "answer_missing": Code(
        "review", later("{label}: there is no answer, but a rule of the programme asks for one. Please ask.")
    ),
    "answer_unclear": Code(
        "review",
        later("{label}: “{value}” was not understood, but a rule of the programme asks. Please correct it."),
    ),
    "grade_too_low": Code("ineligible", later("Pay grade {value}: the rule asks for {limit} at least.")),
    "qualification_missing": Code(
        "ineligible",
        later("Qualification “{value}”: the rule asks for the second administrative course or a degree."),
    ),
    "fixed_term": Code("ineligible", later("Contract “{value}”: the rule asks for a permanent one.")),
    "not_female": Code("ineligible", later("Gender “{value}”: {mentee:pl.nom} of this programme are women.")),
    "no_supervision": Code(
        "ineligible", later("Supervisory duties “{value}”: {mentor:pl.nom} of this programme must have them.")
    ),
    "too_little_experience": Code(
        "ineligible", later("Experience {value}: the rule asks for {limit} years at least.")
    ),
    "not_main_income": Code(
        "ineligible", later("Living by the profession “{value}”: the rule asks for a yes.")
    ),
    "not_voluntary": Code("ineligible", later("Honorary work “{value}”: the rule asks for a yes.")),
}
_RULE_SENTENCES = {
    "is": later("{label} “{value}”: the rule asks for {limit}."),
    "yes": later("{label} “{value}”: the rule asks for a yes."),
    "at_least": later("{label} {value}: the rule asks for {limit} at least."),
}


def status_of(code: str) -> Status:
    """Return the status a code leads to; codes of rules that are not known here make ineligible."""
    if code in CODES:
        return CODES[code].status
    return "error" if code.startswith("missing_") else "ineligible"


def gravest(findings: tuple[Finding, ...]) -> Status:
    """Return the status of an application with these findings."""
    return max((status_of(finding.code) for finding in findings), key=GRAVITY.index, default="ok")


def message(finding: Finding, source: Source | None = None) -> str:
    """Return the sentence of a finding in the language in force.

    Parameters
    ----------
    finding
        The finding.
    source
        Where the row stands, if the sentence is shown away from it.
    """
    field = FIELDS.get(finding.field or "")
    values: dict[str, Any] = {
        "value": _shown(finding.value),
        "label": field.label if field else finding.field or "",
        "limit": "",
        "understood": "",
        "name": "",
        **{key: _shown(value) for key, value in finding.detail.items()},
    }
    values["place"] = _place_of(finding)
    guess = finding.detail.get("guess")
    values["guess"] = " " + say("Perhaps {guess} is meant.", guess=guess) if guess else ""
    sentence = say(_sentence(finding), **values)
    return say("{place}: {sentence}", place=where(source), sentence=sentence) if source else sentence


def where(source: Source) -> str:
    """Return a row's place in words."""
    if source.sheet is None:
        return say("{file}, row {row}", file=source.file, row=source.row)
    return say("{file}, sheet “{sheet}”, row {row}", file=source.file, sheet=source.sheet, row=source.row)


def _sentence(finding: Finding) -> str:
    if "other" in finding.detail:
        return later(
            "{name} may be {other}, who has applied already ({place})."
            " Please take one of the two out, or keep both with a reason."
        )
    if finding.code in CODES:
        return CODES[finding.code].sentence
    if finding.code.startswith("missing_"):
        return later("{label} is missing. Please ask for it and fill it in.")
    return _RULE_SENTENCES[str(finding.detail.get("test", "yes"))]


def _place_of(finding: Finding) -> str:
    detail = finding.detail
    if "file" not in detail:
        return say("earlier")
    return where(
        Source(file=str(detail["file"]), sheet=str(detail.get("sheet") or "") or None, row=int(detail["row"]))
    )


def _shown(value: object) -> str:
    """Write a value for readers: ISO dates as the language writes them."""
    import datetime as dt

    from mentorkit.language import formats

    text = "" if value is None else str(value)
    try:
        return formats.date(dt.date.fromisoformat(text)) if len(text) == 10 else text
    except ValueError:
        return text
