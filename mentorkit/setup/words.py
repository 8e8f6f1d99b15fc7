"""The words for what can be set in a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mentorkit.language import LANGUAGES, Voice, later, say, speaking, voice
from mentorkit.language.formats import date, listing, number
from mentorkit.language.nouns import STYLES, Style
from mentorkit.programme.pay import SCALES, pay_scale
from mentorkit.programme.rules import Late, Rule, Test, proposed
from mentorkit.programme.settings import Answer, Asked, CalendarEntry, Goal, Judged

PAIRINGS = {
    "different": later("from different organisations"),
    "same": later("from the same organisation"),
    "near": later("from the same organisation or a neighbouring one"),
    "any": later("any"),
}
KINDS = {
    "known": later("only those listed here"),
    "open": later("as they come with the applications"),
    "none": later("no organisations"),
}
LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}
_LATE: Mapping[Late, str] = {
    "review": later("a person decides"),
    "ineligible": later("they are not admitted"),
    "none": later("they count like the others"),
}
_TESTS: Mapping[Test, str] = {
    "is": later("is"),
    "is_one_of": later("is one of"),
    "yes": later("is yes"),
    "at_least": later("is at least"),
    "at_most": later("is at most"),
}
_DATES = {
    "call": later("Call for applications"),
    "closing": later("Closing date for applications"),
    "matching": later("Matching"),
    "kickoff": later("Kick-off"),
    "interim": later("Interim review"),
    "trial-end": later("End of the trial period"),
    "end": later("End of the tandems"),
    "evaluation": later("Evaluation of the run"),
}
_ANSWERS: Mapping[Answer, str] = {
    "scale": later("agreement from 1 to 5"),
    "yes_no": later("yes or no"),
    "number": later("a number"),
    "share": later("a share in percent"),
    "text": later("in words"),
}
_TARGETS: Mapping[Answer, str] = {
    "scale": later("at least {n} % agree (4 or 5 of 5)"),
    "yes_no": later("at least {n} % say yes"),
    "number": later("on average at least {n}"),
    "share": later("at least {n} %"),
}
_ASKED: Mapping[Asked, str] = {
    "mentee": later("{mentee:pl.nom}"),
    "mentor": later("{mentor:pl.nom}"),
    "organisation": later("Organisations"),
    "coordination": later("Coordination"),
}


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


def date_kinds() -> dict[str, str]:
    """Return the kinds of dates that the programme's logic knows, by their keys."""
    return {key: say(text) for key, text in _DATES.items()}


def answer_kinds() -> dict[Answer, str]:
    """Return how a goal can be measured."""
    return {key: say(text) for key, text in _ANSWERS.items()}


def asked_names() -> dict[Asked, str]:
    """Return who can be asked about a goal."""
    return {key: say(text) for key, text in _ASKED.items()}


def late_names() -> dict[Late, str]:
    """Return what can become of applications after the closing date."""
    return {key: say(text) for key, text in _LATE.items()}


def test_names() -> dict[Test, str]:
    """Return how rules can compare."""
    return {key: say(text) for key, text in _TESTS.items()}


def scale_names() -> dict[str, str]:
    """Return the pay scales by which grades can be read."""
    return {name: pay_scale(name).label for name in SCALES}


def rule_sentence(rule: Rule) -> str:
    """Say what a rule asks, and where breaking it is only looked at."""
    return rule.sentence if rule.hard else say("{rule} (else a person decides)", rule=rule.sentence)


def rule_in_full(rule: Rule) -> str:
    """Say what a rule compares, and its own sentences."""
    compared = proposed(rule) if rule.hard else say("{rule} (else a person decides)", rule=proposed(rule))
    own = " / ".join(rule.sentences[code] for code in LANGUAGES if rule.sentences.get(code))
    return f"{compared}: {own}" if own else compared


def judged_name(judged: Judged) -> str:
    """Return what a criterion that a person judges is called, in the language in force if it says."""
    return judged.labels.get(voice().language) or next(iter(judged.labels.values()), judged.key)


def entry_sentence(entry: CalendarEntry) -> str:
    """Say what is when."""
    when = date(entry.day) + (f" – {date(entry.until)}" if entry.until else "")
    kind = date_kinds().get(entry.key, "")
    mark = f" ({kind})" if kind and kind != entry.title else ""
    return f"{when}: {entry.title}{mark}"


def target_sentence(goal: Goal) -> str:
    """Say how much of a goal is to be reached; empty without a target."""
    if goal.target is None or goal.answer not in _TARGETS:
        return ""
    return say(_TARGETS[goal.answer], n=number(goal.target))


def goal_sentence(goal: Goal) -> str:
    """Say what is to be reached, how it is seen and who is asked."""
    target = target_sentence(goal) or answer_kinds()[goal.answer]
    asked = listing(asked_names()[who] for who in goal.asked_of)
    return say("{title}: {question} ({target}, asked: {asked})", title=goal.title, question=goal.question,
               target=target, asked=asked)  # fmt: skip


def names_of(people: Sequence[str], most: int = 8) -> str:
    """Return names as a sentence lists them, a long list cut short."""
    if len(people) <= most:
        return listing(people)
    return say("{names} and {n} more", names=", ".join(people[:most]), n=len(people) - most)
