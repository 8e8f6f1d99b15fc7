"""A programme at one look: what is set in each of its parts, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mentorkit.language import LANGUAGES, later, say, say_n
from mentorkit.language.formats import date, listing, number
from mentorkit.programme.settings import CalendarEntry, ProgrammeSettings
from mentorkit.setup import words
from mentorkit.setup.change import Change, OrganisationEdit
from mentorkit.setup.describe import months

PARTS = {
    "general": later("General"),
    "texts": later("Logo and texts"),
    "organisations": later("Organisations"),
    "questions": later("Questions"),
    "rules": later("Rules"),
    "criteria": later("Criteria"),
    "calendar": later("Calendar"),
    "goals": later("Goals"),
}
#: Which settings belong to which part; organisations and calendar have entries of their own besides.
_SETTINGS = {
    "general": ("name", "language", "languages", "gender_style", "women_only", "pairing", "one_by_one",
                "places", "retention_months"),
    "texts": ("logo", "texts"),
    "organisations": ("organisations", "quotas"),
    "questions": ("questions",),
    "rules": ("rules", "pay_scale", "late"),
    "criteria": ("criteria", "lowest_score", "limits", "distances", "acquisition"),
    "calendar": (),
    "goals": ("goals",),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of a programme: what is set there, and what is missing, in sentences."""

    key: str
    title: str
    facts: tuple[str, ...]
    missing: tuple[str, ...] = ()


def part_of(setting: str) -> str:
    """Return the part that a setting or what is wrong with it belongs to; a dot ends the name."""
    place = setting.partition(".")[0]
    return next((part for part, names in _SETTINGS.items() if place in (part, *names)), "general")


def changed_parts(
    settings: Mapping[str, Any],
    organisations: Sequence[OrganisationEdit],
    calendar: Sequence[CalendarEntry],
    base: Change,
    run_id: str,
) -> set[str]:
    """Return the parts in which something differs from what is stored."""
    stored = base.settings.model_dump()
    found = {part for part, names in _SETTINGS.items() if any(settings[n] != stored[n] for n in names)}
    if tuple(organisations) != base.organisations:
        found.add("organisations")
    if tuple(calendar) != tuple(base.calendars[run_id]):
        found.add("calendar")
    return found


def summary(
    settings: ProgrammeSettings,
    organisations: Sequence[OrganisationEdit],
    calendar: Sequence[CalendarEntry],
) -> tuple[Part, ...]:
    """Return all parts of a programme as they are set."""
    return (
        _general(settings),
        _texts(settings),
        _organisations(settings, organisations),
        _part("questions", _questions(settings)),
        _part("rules", _rules(settings)),
        _part("criteria", _criteria(settings)),
        _calendar(calendar),
        _goals(settings),
    )


def _part(key: str, facts: Sequence[str], missing: Sequence[str] = ()) -> Part:
    return Part(key, say(PARTS[key]), tuple(facts), tuple(missing))


def _general(settings: ProgrammeSettings) -> Part:
    forms = listing(words.LANGUAGE_NAMES[language] for language in settings.form_languages)
    return _part("general", [
        settings.name,
        say("Forms: {languages}", languages=forms),
        say("The two of a tandem come {pairing}.", pairing=say(words.PAIRINGS[settings.pairing])),
        say("Personal data are kept for {months} after the end of a run.",
            months=months(settings.retention_months)),
    ])  # fmt: skip


def _texts(settings: ProgrammeSettings) -> Part:
    facts = [say("There is a logo.") if settings.logo else say("There is no logo.")]
    own = settings.text(settings.language)
    missing = []
    if own.description:
        facts.append(own.description)
    else:
        missing.append(say("A description is missing; it stands in reports."))
    if own.contact:
        facts.append(own.contact)
    else:
        missing.append(say("The contact line is missing; it stands on letters, forms and reports."))
    without = [code for code in LANGUAGES if code in settings.form_languages]
    without = [code for code in without if not settings.text(code).consent]
    if without:
        names = listing(words.LANGUAGE_NAMES[code] for code in without)
        missing.append(say("The wording of the consent is missing: {languages}.", languages=names))
    return _part("texts", facts, missing)


def _organisations(settings: ProgrammeSettings, organisations: Sequence[OrganisationEdit]) -> Part:
    kind = settings.organisations.kind
    if kind == "none":
        return _part("organisations", [say("The programme has no organisations.")])
    n, without = len(organisations), [edit.name for edit in organisations if not edit.contacts]
    facts = [say_n("{n} organisation", "{n} organisations", n)]
    facts.append(say("Who takes part: {kind}", kind=say(words.KINDS[kind])))
    limits = {"mentee": settings.quotas.mentees, "mentor": settings.quotas.mentors}
    facts += [
        say("At most {n} of each organisation: {role}", n=number(limit), role=words.role_name(role))
        for role, limit in limits.items()
        if limit is not None
    ]
    missing = [say("Without a contact person: {names}.", names=words.names_of(without))] if without else []
    if settings.pairing == "near" and not any(edit.neighbours for edit in organisations):
        missing.append(say("It is not said yet which organisations are neighbours."))
    return _part("organisations", facts, missing)


def _questions(settings: ProgrammeSettings) -> list[str]:
    return [
        say_n("{n} question to {mentee:pl.dat}", "{n} questions to {mentee:pl.dat}",
              len(settings.questions.mentee)),
        say_n("{n} question to {mentor:pl.dat}", "{n} questions to {mentor:pl.dat}",
              len(settings.questions.mentor)),
    ]  # fmt: skip


def _rules(settings: ProgrammeSettings) -> list[str]:
    told = [f"{words.role_name(rule.role)}: {words.rule_sentence(rule)}" for rule in settings.rules]
    return told or [say("No rule: everybody is admitted.")]


def _criteria(settings: ProgrammeSettings) -> list[str]:
    from mentorkit.matching.criteria import MEASURES

    found = sorted(settings.criteria, key=lambda criterion: -criterion.weight)
    told = [f"{MEASURES[c.name].label if c.name in MEASURES else c.name}: {number(c.weight)}" for c in found]
    judged = listing(map(words.judged_name, settings.acquisition))
    told += [limit.sentence for limit in settings.limits]
    told += [distance.sentence for distance in settings.distances]
    return [*told, *([say("A person judges: {criteria}", criteria=judged)] if judged else [])]


def _calendar(calendar: Sequence[CalendarEntry]) -> Part:
    if not calendar:
        return _part("calendar", [], [say("The calendar of this run is still empty.")])
    first, last = min(entry.day for entry in calendar), max(entry.last_day for entry in calendar)
    facts = [
        say_n("{n} date in the calendar", "{n} dates in the calendar", len(calendar)),
        say("from {first} to {last}", first=date(first), last=date(last)),
    ]
    keys, kinds = {entry.key for entry in calendar}, words.date_kinds()
    missing = [
        say("There is no date of the kind “{kind}”.", kind=kinds[key]) for key in ("closing", "end")
        if key not in keys
    ]  # fmt: skip
    return _part("calendar", facts, missing)


def _goals(settings: ProgrammeSettings) -> Part:
    if not settings.goals:
        return _part("goals", [], [say("No goal is set yet, so the evaluation has nothing to measure.")])
    return _part("goals", [goal.title for goal in settings.goals])
