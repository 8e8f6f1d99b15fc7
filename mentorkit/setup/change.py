"""A change of a programme before it is saved, and what hinders it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mentorkit.intake.text import words
from mentorkit.language import say
from mentorkit.programme.fields import ALWAYS, FIELDS, Kind
from mentorkit.programme.pair_rules import VETERAN
from mentorkit.programme.records import Contact, Role
from mentorkit.programme.rules import Test
from mentorkit.programme.settings import CalendarEntry, Judged, Limits, ProgrammeSettings
from mentorkit.setup.words import date_kinds

_NUMBER: tuple[Test, ...] = ("at_least", "at_most")
_WORD: tuple[Test, ...] = ("is", "is_one_of")
#: The tests that make sense of a field, by its kind.
TESTS: dict[Kind, tuple[Test, ...]] = {
    "yes_no": ("yes",),
    "qualification": ("yes",),
    "employment": ("yes",),
    "grade": _NUMBER,
    "number": _NUMBER,
    "hours": _NUMBER,
    "places": _NUMBER,
    "year": _NUMBER,
    "gender": _WORD,
    "text": _WORD,
    "list": ("is_one_of",),
}
#: Codes that scripts know, by role, field and test.
_CODES = {
    ("mentee", "gender", "is"): "not_female",
    ("mentee", "pay_grade", "at_least"): "grade_too_low",
    ("mentor", "pay_grade", "at_least"): "grade_too_low",
    ("mentee", "qualification", "yes"): "qualification_missing",
    ("mentee", "permanent", "yes"): "fixed_term",
    ("mentor", "supervision", "yes"): "no_supervision",
    ("mentor", "experience_years", "at_least"): "too_little_experience",
    ("mentor", "main_income", "yes"): "not_main_income",
    ("mentor", "voluntary", "yes"): "not_voluntary",
}


#: Answers whose target is a percentage.
PERCENT = ("scale", "yes_no", "share")


@dataclass(frozen=True)
class OrganisationEdit:
    """An organisation as it is to be; without an id it is new."""

    name: str
    aliases: tuple[str, ...] = ()
    id: str | None = None
    contacts: tuple[Contact, ...] = ()
    #: How many persons it may send, where that differs from the others.
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    #: Names of its neighbours; what is said of one organisation holds for the other.
    neighbours: tuple[str, ...] = ()

    def renamed(self, name: str) -> OrganisationEdit:
        """Return it under another name; the old one stays as a spelling that files may use."""
        if name == self.name:
            return self
        aliases = tuple(a for a in self.aliases if a != name)
        return replace(self, name=name, aliases=(*aliases, self.name))


@dataclass(frozen=True)
class Change:
    """What a programme is to be: settings, organisations, and the calendars of its runs.

    Attributes
    ----------
    programme_id, version
        Which programme, and the version that the actor saw.
    settings
        The settings; the names of known organisations follow from ``organisations``.
    organisations
        All organisations there are to be, those that stay with their ids.
    calendars
        The new calendar by the id of the run, of those that change.
    seen
        Ids of the organisations there were when the actor looked; those that came since stay.
    run_names
        What the runs of the programme are called, by their ids.
    """

    programme_id: str
    version: int
    settings: ProgrammeSettings
    organisations: tuple[OrganisationEdit, ...]
    calendars: Mapping[str, tuple[CalendarEntry, ...]]
    seen: tuple[str, ...] = ()
    run_names: Mapping[str, str] = field(default_factory=dict)


def code_of(role: Role, field: str, test: Test, value: object = None) -> str:
    """Return the code of the findings of a rule, a known one where it fits."""
    known = _CODES.get((role, field, test))
    if known == "not_female" and value != "f":
        known = None
    return known or f"{field}_{test}"


def possible_tests(field: str) -> tuple[Test, ...]:
    """Return the tests that a rule on a field can make; none where it can have no rule."""
    return TESTS.get(FIELDS[field].kind, ()) if field in FIELDS and field not in ALWAYS else ()


def judged_key(label: str, others: Sequence[Judged]) -> str:
    """Return a key for a criterion that a person judges: its name, so put in again it has its opinions."""
    stem = "-".join(words(label)) or "judged"
    used = {judged.key for judged in others}
    return next(key for n in range(len(used) + 1) if (key := f"{stem}-{n + 1}" if n else stem) not in used)


def judged_twice(criteria: Sequence[Judged]) -> str:
    """Say which name two criteria that a person judges would have; empty where none."""
    names = Counter(
        f"{code} {text.casefold()}" for judged in criteria for code, text in judged.labels.items()
    )
    for judged in criteria:
        for code, text in judged.labels.items():
            if names[f"{code} {text.casefold()}"] > 1:
                return say("“{name}” would stand there twice. Please choose another name.", name=text)
    return ""


def problems(
    settings: Mapping[str, Any],
    organisations: Sequence[OrganisationEdit],
    calendar: Sequence[CalendarEntry] = (),
) -> dict[str, str]:
    """Return what hinders a change, in sentences by the setting they belong to.

    Parameters
    ----------
    settings
        Values by the names of :class:`ProgrammeSettings`; they may be out of range still.
    organisations, calendar
        What is to be besides.
    """
    found = {
        "name": "" if str(settings["name"]).strip() else say("Please give the programme a name."),
        "pairing": _pairing(settings),
        "criteria": _criteria(settings["criteria"]),
        "rules": _rules(settings["rules"], settings["questions"]),
        "limits": _limits(settings, organisations),
        "distances": _distances(settings),
        "questions": _questions(settings["questions"]),
        "organisations": _organisations(settings, organisations),
        "calendar": _calendar(calendar),
        "goals": _goals(settings["goals"]),
        "acquisition": judged_twice([Judged.model_validate(given) for given in settings["acquisition"]]),
    }
    return {where: sentence for where, sentence in found.items() if sentence}


def _pairing(settings: Mapping[str, Any]) -> str:
    if settings["organisations"]["kind"] != "none":
        return ""
    if settings["pairing"] != "any":
        return say("Without organisations, only “any” can be said about pairs.")
    if any(limit is not None for role, limit in settings["quotas"].items() if role != "own"):
        return say("Without organisations there are no quotas; please empty them.")
    return ""


def _criteria(criteria: Sequence[Mapping[str, Any]]) -> str:
    from mentorkit.matching.criteria import MEASURES

    if not criteria:
        return say("Please choose at least one criterion.")
    names = [criterion["name"] for criterion in criteria]
    if any(name not in MEASURES for name in names) or len(set(names)) < len(names):
        return say("Each criterion must be a known one, and stand only once.")
    total = sum(criterion["weight"] for criterion in criteria)
    if total != 1000:
        return say("The weights sum to {total}; they must sum to 1,000.", total=total)
    return ""


def _rules(rules: Sequence[Mapping[str, Any]], questions: Mapping[str, Sequence[str]]) -> str:
    for given in rules:
        if given["test"] not in possible_tests(given["field"]):
            return say("A rule cannot test the field “{field}” like this.", field=given["field"])
        if given["field"] not in questions[given["role"]]:
            return say(
                "A rule tests “{field}”, which is not asked. Please ask it, or take the rule out.",
                field=FIELDS[given["field"]].label,
            )
    most = Counter((given["role"], given["field"], given["test"], given.get("hard", True)) for given in rules)
    if any(n > 1 for n in most.values()):
        return say("Two rules test the same thing. Please take one out.")
    return ""


def _limits(settings: Mapping[str, Any], organisations: Sequence[OrganisationEdit]) -> str:
    limits, questions = settings["limits"], settings["questions"]
    names = {_plain(edit.name) for edit in organisations}
    for given in limits:
        name = given["field"]
        if name == "organisation" and settings["organisations"]["kind"] == "none":
            return say("Without organisations no limit can count them. Please take it out.")
        if name == "organisation" and (gone := [v for v in given["values"] if _plain(v) not in names]):
            return say("A limit counts “{name}”, which does not take part. Please take it out.", name=gone[0])
        if name not in (VETERAN, *ALWAYS, *questions[given["role"]]):
            return say(
                "A limit counts “{field}”, which is not asked. Please ask it, or take the limit out.",
                field=FIELDS[name].label,
            )
    bounds = ("most", "least_percent", "most_percent")
    told = Counter(
        (given["role"], given["field"], *sorted(given["values"]), *(given[name] is None for name in bounds))
        for given in limits
    )
    return (
        say("Two limits say the same thing. Please take one out.")
        if max(told.values(), default=0) > 1
        else ""
    )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _distances(settings: Mapping[str, Any]) -> str:
    fields = [given["field"] for given in settings["distances"]]
    for name in fields:
        if any(name not in settings["questions"][role] for role in ("mentee", "mentor")):
            return say(
                "A distance is measured by “{field}”, which not both are asked. Please ask both, or take it"
                " out.",
                field=FIELDS[name].label,
            )
    return (
        say("Two distances say the same thing. Please take one out.")
        if len(set(fields)) < len(fields)
        else ""
    )


def _questions(questions: Mapping[str, Sequence[str]]) -> str:
    asked = {*questions["mentee"], *questions["mentor"]}
    if unknown := [name for name in (*asked, *questions["required"]) if name not in FIELDS]:
        return say("There is no field “{field}”.", field=unknown[0])
    for name in questions["required"]:
        if name not in asked:
            return say("“{field}” is required but not asked.", field=FIELDS[name].label)
    return ""


def _organisations(settings: Mapping[str, Any], organisations: Sequence[OrganisationEdit]) -> str:
    if any(not edit.name.strip() for edit in organisations):
        return say("Please give every organisation a name.")
    spellings = Counter(text for edit in organisations for text in {edit.name, *edit.aliases})
    if twice := [text for text, n in spellings.items() if n > 1]:
        return say("“{name}” would mean two organisations. Please keep one of them.", name=twice[0])
    for edit in organisations:
        for contact in edit.contacts:
            if not contact.name.strip():
                return say("Please name every contact person of {organisation}.", organisation=edit.name)
    if settings["organisations"]["kind"] == "known" and not organisations:
        return say("Please add the organisations, or let them come with the applications.")
    return ""


def _calendar(calendar: Sequence[CalendarEntry]) -> str:
    for entry in calendar:
        if not entry.title.strip():
            return say("Please say what each date is.")
        if entry.last_day < entry.day:
            return say("“{title}” ends before it begins.", title=entry.title)
    found = Counter(entry.key for entry in calendar)
    if twice := [kind for key, kind in date_kinds().items() if found[key] > 1]:
        return say("There can be only one date of the kind “{kind}”.", kind=twice[0])
    return ""


def _goals(goals: Sequence[Mapping[str, Any]]) -> str:
    for goal in goals:
        if not goal["title"].strip() or not goal["question"].strip():
            return say("Please say of every goal what is to be reached and how it is seen.")
        if not goal["asked_of"]:
            return say("Please say who is asked about “{title}”.", title=goal["title"])
        if goal["target"] is not None and goal["answer"] == "text":
            return say("“{title}” is answered in words, so it can have no target.", title=goal["title"])
        if goal["answer"] in PERCENT and (goal["target"] or 0) > 100:
            return say("The target of “{title}” is a percentage, 100 at most.", title=goal["title"])
    return ""
