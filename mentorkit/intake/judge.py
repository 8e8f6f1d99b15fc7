"""What a row says, understood and judged by the rules of the programme."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from mentorkit.intake import careers, grades, values
from mentorkit.intake.availability import availability
from mentorkit.intake.findings import gravest
from mentorkit.intake.grades import UNCLEAR_GRADE
from mentorkit.intake.names import is_no_name, without_titles
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.text import plain
from mentorkit.intake.values import UNCLEAR, Understood
from mentorkit.intake.vocabulary import ROLE
from mentorkit.language import say
from mentorkit.programme.fields import ALWAYS, FIELDS, Kind
from mentorkit.programme.pay import pay_scale
from mentorkit.programme.records import Finding, Role, Run, Status
from mentorkit.programme.rules import FIRST_SCALE, Rule, is_grade, quoted
from mentorkit.programme.settings import ProgrammeSettings

#: How each kind of field is understood; pay grades are by the oldest scale, unless a programme has another.
PARSERS: dict[Kind, Callable[[str], Understood]] = {
    "text": values.text,
    "person": values.text,
    "organisation": values.text,
    "email": values.email,
    "phone": values.phone,
    "gender": values.gender,
    "grade": partial(grades.understand, scale_name=FIRST_SCALE),
    "qualification": careers.qualification,
    "employment": careers.employment,
    "yes_no": values.yes_no,
    "list": values.items,
    "places": values.places,
    "hours": values.hours,
    "availability": availability,
    "date": values.date,
    "number": values.number,
    "year": values.year,
}
#: The fields that are understood one by one.
_READ = tuple(name for name in FIELDS if name not in ALWAYS and not name.startswith("wish_"))
_MISSING = {"pay_grade": "missing_grade"}
#: What the programme goes by whether it asks for it or not: deadline and order; how many a mentor takes.
_COUNTING: dict[Role, frozenset[str]] = {
    "mentee": frozenset({"received"}),
    "mentor": frozenset({"received", "places"}),
}


@dataclass(frozen=True)
class Judgement:
    """A row as understood; ``findings`` decide the status, ``notes`` are remarks beside it."""

    first_name: str
    last_name: str
    organisation: str | None
    answers: dict[str, Any]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def status(self) -> Status:
        """The gravest status of the findings."""
        return gravest(self.findings)


def judge(
    entries: dict[str, str], role: Role, settings: ProgrammeSettings, run: Run, known: Organisations
) -> Judgement:
    """Understand what one row says and judge it by required fields, rules and closing date.

    Parameters
    ----------
    entries
        Text by field, as it came.
    role
        Whether a mentee or a mentor applies.
    settings, run
        Rules and calendar.
    known
        The organisations that can be meant.
    """
    case = _Case(entries, role, settings)
    first, last = case.name()
    organisation = case.organisation(known)
    for name in _READ:
        if name in entries:
            case.read(name)
        elif name in case.required or name == "places":
            case.nothing(name)
    for rule in settings.rules:
        if rule.role == role:
            case.apply(rule)
    case.check_closing(run)
    if ROLE in entries:
        case.find("role_unclear", ROLE)
    return Judgement(first, last, organisation, case.answers, tuple(case.findings), tuple(case.notes))


class _Case:
    """One row on its way to a judgement."""

    def __init__(self, entries: dict[str, str], role: Role, settings: ProgrammeSettings) -> None:
        self.entries, self.role, self.settings = entries, role, settings
        self.asked = frozenset(settings.questions.of(role))
        self.ruled = frozenset(rule.field for rule in settings.rules if rule.role == role)
        self.required = frozenset(settings.questions.required) & self.asked
        self.answers: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self.notes: list[str] = []

    def find(self, code: str, field: str | None, **detail: str | int | float) -> None:
        value = self.entries.get(field or "") or None
        self.findings.append(Finding(code=code, field=field, value=value, detail=detail))

    def doubted(self, field: str) -> bool:
        return any(finding.field == field for finding in self.findings)

    def name(self) -> tuple[str, str]:
        first, title = without_titles(self.entries.get("first_name", ""))
        last, more = without_titles(self.entries.get("last_name", ""))
        if title or more:
            self.notes.append(say("Left out of the name: {title}", title=f"{title} {more}".strip()))
        if not first or not last:
            self.find("missing_name", "first_name" if last else "last_name")
        for name, said in (("first_name", first), ("last_name", last)):
            if is_no_name(said):
                self.find("invalid_name", name)
        return first, last

    def organisation(self, known: Organisations) -> str | None:
        said = self.entries.get("organisation", "")
        if known.settings.kind == "none":
            return said or None
        if not said or values.not_said(said):
            self.find("missing_organisation", "organisation")
            return None
        match = known.match(said)
        if match.name is None:
            self.find(
                "unknown_organisation", "organisation", **({"guess": match.guess} if match.guess else {})
            )
            return said
        if match.by_typo:
            self.notes.append(say("“{text}” was read as {name}.", text=said, name=match.name))
        return match.name

    def read(self, name: str) -> None:
        """Understand the entry of a field, and see whether it may be missing."""
        field, entry = FIELDS[name], self.entries.get(name, "")
        understood = _understand(field.kind, entry, self.settings.pay_scale)
        if understood.value is not None:
            value = understood.value
            self.answers[name] = list(value) if isinstance(value, list) else value
            if is_grade(name) and (series := grades.series_of(entry, self.settings.pay_scale)):
                self.answers["pay_scale"] = series
        elif understood.doubt is None:
            self.nothing(name)
        if understood.doubt:
            self._doubt(name, entry, understood)

    def nothing(self, name: str) -> None:
        """Take it that a field says nothing."""
        if name in self.required:
            self.find(_MISSING.get(name, f"missing_{name}"), name)
        usual = self.settings.places
        if name == "places" and (name in self.asked or (usual > 1 and self.role == "mentor")):
            self.answers[name] = usual

    def _doubt(self, name: str, entry: str, understood: Understood) -> None:
        code = str(understood.doubt)
        known = self.asked | _COUNTING[self.role] if code != UNCLEAR else self.required
        if name in known | self.ruled:
            detail = {} if understood.value is None else {"understood": understood.value}
            scale = _unclear(entry, self.settings.pay_scale) if code == UNCLEAR_GRADE else {}
            rule = next((r for r in self.settings.rules if (r.role, r.field) == (self.role, name)), None)
            self.find(code, name, **detail, **scale, **(quoted(rule) if rule else {}))
        else:
            note = say("{label}: “{value}” was not understood.", label=FIELDS[name].label, value=entry)
            self.notes.append(note)

    def apply(self, rule: Rule) -> None:
        """Judge by a rule; what is missing or doubtful is left to a person."""
        answer = self.answers.get(rule.field)
        if self.doubted(rule.field):
            return
        if answer is None:
            self.find("answer_missing", rule.field, **quoted(rule))
            return
        holds = _holds_for_grade(rule, self.entries[rule.field]) if rule.limits else _holds(rule, answer)
        if holds is None:
            unclear = _unclear(self.entries[rule.field], rule.scale, rule.limits)
            self.find(UNCLEAR_GRADE, rule.field, **unclear, **quoted(rule))
        elif not holds:
            status = {} if rule.hard else {"status": "review"}
            self.find(rule.code, rule.field, test=rule.test, **status, **quoted(rule))

    def check_closing(self, run: Run) -> None:
        received, closing, late = self.answers.get("received"), run.closing, self.settings.late
        if not received or not closing or late == "none" or received <= closing.isoformat():
            return
        detail = {"limit": closing.isoformat()} | ({"status": late} if late == "ineligible" else {})
        self.findings.append(Finding(code="late", field="received", value=received, detail=detail))


@lru_cache(maxsize=20_000)
def _understand(kind: Kind, entry: str, scale: str) -> Understood:
    """Understand an entry; what many rows say is understood once."""
    if not entry or values.not_said(entry):
        return Understood()
    return grades.understand(entry, scale) if kind == "grade" else PARSERS[kind](entry)


def _unclear(entry: str, scale: str, series: Iterable[str] = ()) -> dict[str, str]:
    """Return what is said of a pay grade that is not compared: why, and with which series of its scale."""
    names = series or [each.name for each in pay_scale(scale).series]
    return {"doubt": grades.why_unclear(entry, scale), "scales": ", ".join(names)}


def _holds(rule: Rule, answer: Any) -> bool:  # noqa: ANN401 - any answer
    if rule.test == "yes":
        return answer is True
    if rule.test in ("is", "is_one_of"):
        wanted = {_bare(value) for value in (rule.values or (rule.value,))}
        return not wanted.isdisjoint(map(_bare, answer if isinstance(answer, list) else [answer]))
    try:
        return _reaches(rule, float(answer), float(rule.value or 0))
    except (TypeError, ValueError):
        return False


def _holds_for_grade(rule: Rule, entry: str) -> bool | None:
    """Tell whether a pay grade keeps the limit of its own series; None where that is not clear."""
    found = grades.stands(entry, rule.scale)
    if found is None or found.grade.series not in rule.limits:
        return None
    series = pay_scale(rule.scale).find(found.grade.series)
    assert series is not None  # noqa: S101 - the grade stands in it
    return _reaches(rule, found.number, series.steps[rule.limits[series.name]])


def _reaches(rule: Rule, answer: float, limit: float) -> bool:
    return answer <= limit if rule.test == "at_most" else answer >= limit


def _bare(value: object) -> str:
    return " ".join(plain(str(value)).split())


def codes(findings: Iterable[Finding]) -> set[str]:
    """Return the codes of findings."""
    return {finding.code for finding in findings}
