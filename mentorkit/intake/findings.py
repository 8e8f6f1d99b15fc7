"""What is wrong or doubtful about an application, in sentences that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mentorkit.intake.people import Acquaintances
from mentorkit.language import later, say, voice
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import GRAVITY, Application, Finding, Source, Status


@dataclass(frozen=True)
class Audience:
    """Who reads what was found.

    Attributes
    ----------
    decides
        Whether she may decide on applications; who may not is never asked to.
    applications
        Those she may see. Of any other a sentence tells neither where it stands nor who it is of.
    """

    decides: bool = True
    applications: tuple[Application, ...] = ()

    @cached_property
    def _known(self) -> Acquaintances:
        return Acquaintances(self.applications)

    def double(self, application: Application) -> Application | None:
        """Return the application that one was found to double, if the reader may see it."""
        return self._known.same(application, doubted=True)


#: Who decides and, of other organisations, knows nobody.
ANYBODY = Audience()
_ASK_FOR_IT = later("Please ask for it and fill it in.")
_ELSE = later("Please correct it where it is wrong; otherwise the lead of the programme decides.")


@dataclass(frozen=True)
class Code:
    """A known code: the status it leads to, what it says, and what is asked of who decides.

    ``ask_others`` is asked of everybody else, if that is not the same.
    """

    status: Status
    sentence: str
    ask: str = ""
    ask_others: str = ""


CODES: dict[str, Code] = {
    "missing_name": Code("error", later("The name is missing or incomplete."), later("Please fill it in.")),
    "invalid_name": Code(
        "error",
        later("{label}: “{value}” is not a name."),
        later("Please correct it, or say under “How the columns were understood” what the column means."),
    ),
    "missing_email": Code("error", later("The e-mail address is missing."), _ASK_FOR_IT),
    "invalid_email": Code(
        "error",
        later("“{value}” is not an e-mail address."),
        later("Please ask for the right one and correct it."),
    ),
    "invalid_date": Code(
        "error",
        later("{label}: there is no date “{value}”."),
        later("Please correct it, as in 30.09.2008."),
    ),
    "unknown_organisation": Code(
        "error",
        later("“{value}” is none of the organisations of this programme.{guess}"),
        later("Please correct it."),
    ),
    "missing_organisation": Code(
        "error",
        later("No organisation is named, neither in the row nor in the title or the file's name."),
        later("Please fill it in."),
    ),
    "missing_grade": Code("error", later("The pay grade is missing."), _ASK_FOR_IT),
    "duplicate": Code(
        "review",
        later("{name} has applied already ({place})."),
        later("Please take one of the two out, or keep both with a reason."),
        later("Please take one of the two out; otherwise the lead of the programme decides."),
    ),
    "role_unclear": Code(
        "review",
        later("The column for the role says “{value}”, neither {mentee:sg.nom} nor {mentor:sg.nom}."),
        later("Please correct it in the file, or decide."),
        later("Please correct it in the file; otherwise the lead of the programme decides."),
    ),
    "late": Code(
        "review",
        later("Received on {value}, after the closing date {limit}."),
        later("Please decide whether it still counts."),
        _ELSE,
    ),
    "ambiguous_capacity": Code(
        "review",
        later("Places: “{value}” can be read in several ways; {understood} was understood."),
        later("Please decide."),
        _ELSE,
    ),
    "grade_unclear": Code(
        "review",
        later(
            "The pay grade “{value}” does not say clearly where it stands on one of these scales: {scales}."
        ),
        later("Please decide, or correct it."),
        _ELSE,
    ),
    "hours_unclear": Code(
        "review",
        later("Hours per month: “{value}” is not a number."),
        later("Please ask and enter one."),
    ),
    "answer_missing": Code(
        "review",
        later("{label}: there is no answer, but a rule of the programme asks for one."),
        later("Please ask."),
    ),
    "answer_unclear": Code(
        "review",
        later("{label}: “{value}” was not understood, but a rule of the programme asks."),
        later("Please correct it."),
    ),
}
#: What is said of a pay grade by what is unclear about it, where that is known.
_GRADES: dict[str, Code] = {
    "other_scale": Code(
        "review",
        later("“{value}” is a pay grade of another scale, which is not compared with {scales}."),
        later("Please decide."),
        _ELSE,
    ),
    "no_step": Code(
        "review",
        later("There is no pay grade “{value}” on these scales: {scales}."),
        later("Please ask for the right one and correct it."),
    ),
    "no_grade": Code(
        "review",
        later("“{value}” is no pay grade that is known here."),
        later("Please ask for the right one and correct it."),
    ),
}
#: What is longer is shortened where a sentence quotes it.
_LONGEST_SHOWN = 300
#: What is said of an answer that breaks a rule; the rule as it stood then is quoted.
_BROKEN = later("{label} “{value}” does not keep the rule: {rule}.")
#: The same where an older version left no more than the test and its limit.
_RULE_SENTENCES = {
    "is": later("{label} “{value}”: the rule asks for {limit}."),
    "yes": later("{label} “{value}”: the rule asks for a yes."),
    "at_least": later("{label} {value}: the rule asks for {limit} at least."),
}
_TOO_LATE = later(
    "Received on {value}; the rule: who applies after the closing date {limit} is not admitted."
)


def status_of(code: str) -> Status:
    """Return the status a code leads to by itself; unknown codes are of rules and make ineligible."""
    if code in CODES:
        return CODES[code].status
    return "error" if code.startswith("missing_") else "ineligible"


def standing(finding: Finding) -> Status:
    """Return the status a finding leads to: what its rule said when it was judged, else that of its code."""
    own = finding.detail.get("status")
    return next((status for status in GRAVITY if status == own), status_of(finding.code))


def gravest(findings: tuple[Finding, ...]) -> Status:
    """Return the status of an application with these findings."""
    return max(map(standing, findings), key=GRAVITY.index, default="ok")


def rule_of(finding: Finding) -> str:
    """Return the rule behind a finding, as it stood when it was judged, in the language in force.

    Empty where no rule of the programme made the finding, or an older version kept none.
    """
    return str(finding.detail.get(f"rule_{voice().language}", ""))


def requirement(finding: Finding) -> str:
    """Return what a finding asks for in the language in force, without the answer that was given."""
    if rule := rule_of(finding).rstrip(". "):
        return f"{rule}."
    if finding.code in CODES:
        return _told(finding)
    field = FIELDS.get(finding.field or "")
    return say(
        "{label}: what the programme asks for is not met.", label=field.label if field else finding.code
    )


def sentences(application: Application, audience: Audience = ANYBODY) -> list[str]:
    """Return what was found about an application, a sentence each, in the language in force.

    Nothing is asked any more where somebody has decided, see :func:`is_settled`.
    """
    return [message(finding, of=application, audience=audience) for finding in application.findings]


def is_settled(application: Application) -> bool:
    """Tell whether nobody has to act on what was found: a person decided, or the applicant has withdrawn."""
    return application.overruled is not None or application.withdrawn is not None


def message(
    finding: Finding,
    *,
    of: Application | None = None,
    audience: Audience = ANYBODY,
) -> str:
    """Return the sentence of a finding in the language in force.

    Parameters
    ----------
    finding
        The finding.
    of
        The application it is about; without it, a duplicate in another organisation cannot be named, and
        it is not known whether somebody has decided already.
    audience
        Who reads it.
    """
    double = audience.double(of) if of and is_elsewhere(finding) else None
    if double is not None and of is not None:
        finding = finding.model_copy(update={"detail": doubling(of, double)})
    sentence = _told(finding)
    if (ask := _ask(finding, audience)) and not (of and is_settled(of)):
        sentence = f"{sentence} {say(ask)}"
    rule = rule_of(finding).rstrip(". ")
    if rule and finding.code in CODES:  # why it is asked at all
        sentence = say("{sentence} The rule: {rule}.", sentence=sentence, rule=rule)
    return sentence


def doubling(application: Application, double: Application) -> dict[str, str | int | float]:
    """Return what tells which application another one doubles: where it stands, and whose it is."""
    detail: dict[str, str | int | float] = {"name": application.name}
    source = double.source or Source(kind="form")
    detail |= {"file": source.file, "sheet": source.sheet or "", "row": source.row, "kind": source.kind}
    if double.organisation and double.organisation != application.organisation:
        detail["organisation"] = double.organisation
    if double.name != application.name:
        detail["other"] = double.name
    return detail


def _told(finding: Finding) -> str:
    """Return what was found, without what is asked."""
    field = FIELDS.get(finding.field or "")
    values: dict[str, Any] = {
        "value": _shown(finding.value),
        "label": field.label if field else finding.field or "",
        "limit": "",
        "understood": "",
        "name": "",
        "scales": "A, E",
        "rule": rule_of(finding).rstrip(". "),
        **{key: _shown(value) for key, value in finding.detail.items()},
    }
    values["place"] = _place_of(finding)
    guess = finding.detail.get("guess")
    values["guess"] = " " + say("Perhaps {guess} is meant.", guess=guess) if guess else ""
    return say(_sentence(finding), **values)


def _ask(finding: Finding, audience: Audience) -> str:
    """Return what is asked of the reader, a sentence to be translated; empty where nothing is."""
    if standing(finding) == "ineligible":
        return ""
    if code := _code(finding):
        if audience.decides:
            return code.ask
        return _SETTLED if is_elsewhere(finding) else code.ask_others or code.ask
    if finding.code.startswith("missing_"):
        return _ASK_FOR_IT
    if not rule_of(finding):
        return ""
    return later("Please decide.") if audience.decides else _ELSE


def _code(finding: Finding) -> Code | None:
    """Return what is known of a finding's code; None where a rule of the programme made it."""
    return _GRADES.get(str(finding.detail.get("doubt"))) or CODES.get(finding.code)


_ANOTHER_NAME = later("{name} may be {other}, who has applied already ({place}).")
#: What is told of a duplicate in an organisation that the reader has nothing to do with.
_ELSEWHERE = later("These details are in the programme already.")
_SETTLED = later("The lead of the programme settles this.")


def is_elsewhere(finding: Finding) -> bool:
    """Tell whether a finding says no more than that an application doubles one of another organisation."""
    return finding.code == "duplicate" and "file" not in finding.detail


def where(source: Source) -> str:
    """Return a row's place in words, or how an application came that stands in no file."""
    if source.kind == "form":
        return say("Entered in the app")
    if source.kind == "link":
        return say("Filled in by personal link")
    if source.kind == "erased":
        return say("Erased")
    if source.sheet is None:
        return say("{file}, row {row}", file=source.file, row=source.row)
    return say("{file}, sheet “{sheet}”, row {row}", file=source.file, sheet=source.sheet, row=source.row)


def _sentence(finding: Finding) -> str:
    if is_elsewhere(finding):
        return _ELSEWHERE
    if "other" in finding.detail:
        return _ANOTHER_NAME
    if finding.code == "late" and finding.detail.get("status") == "ineligible":
        return _TOO_LATE
    if code := _code(finding):
        return code.sentence
    if finding.code.startswith("missing_"):
        return later("{label} is missing.")
    return _BROKEN if rule_of(finding) else _RULE_SENTENCES[str(finding.detail.get("test", "yes"))]


def _place_of(finding: Finding) -> str:
    detail = finding.detail
    place = _FORMS.get(str(detail.get("kind")))
    if detail.get("file"):
        sheet = str(detail.get("sheet") or "") or None
        told = where(Source(file=str(detail["file"]), sheet=sheet, row=int(detail["row"])))
    else:
        told = say(place or later("in this run"))
    organisation = detail.get("organisation")
    return say("{place}; {organisation}", place=told, organisation=organisation) if organisation else told


#: Where an application stands that came by a form, within a sentence.
_FORMS = {"form": later("entered in the app"), "link": later("filled in by personal link")}


def _shown(value: object) -> str:
    """Write a value for readers: ISO dates as the language writes them."""
    from mentorkit.language.formats import written

    text = "" if value is None else str(value)
    if len(text) > _LONGEST_SHOWN:
        text = f"{text[:_LONGEST_SHOWN].rstrip()} …"
    return written(text)
