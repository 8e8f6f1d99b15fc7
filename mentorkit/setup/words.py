"""Settings in words: what a programme is, and what a change alters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mentorkit.language import Voice, later, say, speaking
from mentorkit.language.formats import date, listing, number
from mentorkit.language.nouns import STYLES, Style
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.settings import CalendarEntry, ProgrammeSettings, Rule
from mentorkit.setup.change import OrganisationEdit

PAIRINGS = {
    "different": later("from different organisations"),
    "same": later("from the same organisation"),
    "any": later("any"),
}
KINDS = {
    "known": later("only those listed here"),
    "open": later("as they come with the applications"),
    "none": later("no organisations"),
}
LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}
_GENDERS = {"f": later("female"), "m": later("male"), "d": later("diverse")}
_RULES = {
    "is": later("{field} must be “{value}”"),
    "yes": later("{field} must be answered with yes"),
    "at_least": later("{field} must be at least {value}"),
}


@dataclass(frozen=True)
class Difference:
    """One setting in two versions, in words."""

    label: str
    before: str
    after: str


def style_names() -> dict[Style, str]:
    """Return how each gender style writes, by its name."""
    names: dict[Style, str] = {}
    for style in STYLES:
        with speaking(Voice("de", style)):
            names[style] = say("{participant:pl.nom}")
    return names


def role_name(role: str) -> str:
    """Return a role in the plural."""
    return say("{mentee:pl.nom}") if role == "mentee" else say("{mentor:pl.nom}")


def value_name(rule_field: str, value: object) -> str:
    """Return the value of a rule as people read it."""
    if rule_field == "gender" and str(value) in _GENDERS:
        return say(_GENDERS[str(value)])
    return number(value) if isinstance(value, int | float) and rule_field != "birth_year" else str(value)


def gender_names() -> dict[str, str]:
    """Return the genders a rule can ask for, by what an answer holds."""
    return {key: say(text) for key, text in _GENDERS.items()}


def rule_sentence(rule: Rule) -> str:
    """Say what a rule asks."""
    field = FIELDS[rule.field].label if rule.field in FIELDS else rule.field
    return say(_RULES[rule.test], field=field, value=value_name(rule.field, rule.value))


def entry_sentence(entry: CalendarEntry) -> str:
    """Say what is when."""
    when = date(entry.day) + (f" – {date(entry.until)}" if entry.until else "")
    mark = f" ({say('closing date')})" if entry.key == "closing" else ""
    return f"{when}: {entry.title}{mark}"


def described(
    settings: ProgrammeSettings,
    organisations: Sequence[OrganisationEdit],
    calendars: Mapping[str, tuple[CalendarEntry, ...]],
) -> dict[str, str]:
    """Return every setting in words, by its label."""
    from mentorkit.matching.criteria import MEASURES

    def answer(yes: bool) -> str:
        return say("yes") if yes else say("no")

    def limit(quota: int | None) -> str:
        return say("no limit") if quota is None else number(quota)

    def fields(names: Sequence[str]) -> str:
        return ", ".join(FIELDS[name].label if name in FIELDS else name for name in names)

    found = {
        say("Name of the programme"): settings.name,
        say("Language of the programme"): LANGUAGE_NAMES[settings.language],
        say("Gender in writing"): style_names()[settings.gender_style],
        say("{mentee:pl.nom} are women only"): answer(settings.women_only),
        say("The two of a tandem come"): say(PAIRINGS[settings.pairing]),
        say("Organisations"): say(KINDS[settings.organisations.kind]),
        say("Names of the organisations"): "; ".join(
            edit.name + (f" ({', '.join(edit.aliases)})" if edit.aliases else "") for edit in organisations
        ),
        say("Most {mentee:pl.nom} of an organisation"): limit(settings.quotas.mentees),
        say("Most {mentor:pl.nom} of an organisation"): limit(settings.quotas.mentors),
        say("Places of {mentor:pl.nom} who say nothing"): number(settings.places),
        say("Rules"): "; ".join(f"{role_name(r.role)}: {rule_sentence(r)}" for r in settings.rules),
        say("Criteria"): ", ".join(
            f"{MEASURES[c.name].label if c.name in MEASURES else c.name} {c.weight}"
            for c in settings.criteria
        ),
        say("Lowest score"): number(settings.lowest_score),
        say("Asked of {mentee:pl.nom}"): fields(settings.questions.mentee),
        say("Asked of {mentor:pl.nom}"): fields(settings.questions.mentor),
        say("Required answers"): fields(settings.questions.required),
    }
    for run_id, calendar in calendars.items():
        found[say("Calendar {run}", run=run_id.partition("/")[2])] = "; ".join(map(entry_sentence, calendar))
    return found


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return what differs between two descriptions."""
    labels = dict.fromkeys((*before, *after))
    return tuple(
        Difference(label, *_unlike(before.get(label, ""), after.get(label, "")))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    )


def _unlike(before: str, after: str) -> tuple[str, str]:
    """Return two texts; of two lists only what is not in both."""
    old, new = before.split("; "), after.split("; ")
    if set(old) != set(new):
        before = "; ".join(item for item in old if item not in new)
        after = "; ".join(item for item in new if item not in old)
    return before or "–", after or "–"


def names_of(people: Sequence[str], most: int = 8) -> str:
    """Return names as a sentence lists them, a long list cut short."""
    if len(people) <= most:
        return listing(people)
    return say("{names} and {n} more", names=", ".join(people[:most]), n=len(people) - most)
