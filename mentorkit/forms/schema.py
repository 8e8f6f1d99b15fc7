"""What a form asks, and what is wrong with what was typed: the fields and parsers of the file reader."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mentorkit.intake import findings
from mentorkit.intake.judge import PARSERS, judge
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.values import items, not_said
from mentorkit.language import Language, later, say, speaking, voice
from mentorkit.language.formats import number
from mentorkit.privacy.records import Purpose
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.fields import Kind as Meaning
from mentorkit.programme.records import Role, Run
from mentorkit.programme.settings import ProgrammeSettings

#: How a field is filled in: a line, several lines, one of some options, or several short texts.
Kind = Literal["text", "lines", "email", "phone", "number", "date", "choice", "list"]

_KINDS: dict[Meaning, Kind] = {
    "email": "email", "phone": "phone", "date": "date", "number": "number", "year": "number",
    "places": "number", "list": "list", "gender": "choice", "yes_no": "choice", "employment": "choice",
    "qualification": "choice",
}  # fmt: skip
_LONG = ("expectations",)
#: What can be answered: the entry in a German and an English programme, and what people read.
_CHOICES: dict[Meaning, tuple[tuple[str, str, str], ...]] = {
    "yes_no": (("ja", "yes", later("Yes")), ("nein", "no", later("No"))),
    "gender": (
        ("weiblich", "female", later("Female")),
        ("männlich", "male", later("Male")),
        ("divers", "diverse", later("Diverse")),
    ),
    "employment": (
        ("unbefristet", "permanent", later("Permanent contract")),
        ("befristet", "fixed-term", later("Fixed-term contract")),
    ),
    "qualification": (
        ("A II", "A II", later("Second administrative course (A II)")),
        ("Studium", "Studium", later("University degree")),
        ("keines davon", "keines davon", later("None of them")),
    ),
}
#: What is said where a parser is not sure, by what the field means.
_DOUBTS: dict[Meaning, str] = {
    "email": later("{label}: “{value}” is not an e-mail address. Please write it as in name@example.org."),
    "phone": later("{label}: “{value}” is no telephone number. Please write it as in 02303 123456."),
    "date": later("{label}: there is no date “{value}”. Please write it as in 30.09.2008."),
    "year": later("{label}: “{value}” is no year. Please write four figures, as in 1981."),
    "number": later("{label}: “{value}” is not a number. Please write figures only."),
    "hours": later("{label}: “{value}” is not a number. Please write figures only."),
    "availability": later("{label}: please write days and times of day instead of “{value}”, or “flexible”."),
    "places": later("{label}: please write one number from 1 to 10 instead of “{value}”."),
}
#: A doubt that is no mistake of who fills in the form: a person decides.
_FOR_A_PERSON = "grade_unclear"
_LONGEST, _LONGEST_LINES = 200, 2000
#: Signs that no keyboard sends, but for the ends of lines.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class FormField:
    """A field of a form, in words of one language; ``options`` are pairs of what is kept and what is read."""

    name: str
    label: str
    kind: Kind
    help: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    longest: int = _LONGEST


@dataclass(frozen=True)
class Wording:
    """What applicants agree to, and which wording that is: its language and the beginning of its hash."""

    text: str
    language: Language
    version: str

    @property
    def text_hash(self) -> str:
        """The SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def remark(self) -> str:
        """What is said beside it where another language is in force; empty where it is the same."""
        return "" if self.language == voice().language else say(_ONLY_IN[self.language])


_ONLY_IN: dict[Language, str] = {
    "de": later("This wording is available in German only."),
    "en": later("This wording is available in English only."),
}


def form_fields(
    settings: ProgrammeSettings,
    role: Role,
    language: Language | None = None,
    *,
    organisation: str | None = None,
    received: bool | None = None,
) -> tuple[FormField, ...]:
    """Return what applicants for a role are asked.

    Parameters
    ----------
    settings
        Of the programme.
    role
        Whether a mentee or a mentor applies.
    language
        In which the form is; the programme's where it is left out.
    organisation
        The one that all who fill in this form come from; it is not asked then.
    received
        Whether the day of receipt is asked: of who enters what came in, never of applicants. Where it is
        left out, as the programme says.
    """
    asked = {*ALWAYS, *settings.questions.of(role)}
    if organisation is not None or settings.organisations.kind == "none":
        asked.discard("organisation")
    if received is not None:
        asked = asked - {"received"} | ({"received"} if received else set())
    if received is False:  # applicants say it where they read what they agree to
        asked = asked - {"share_contact"}
    ruled = {rule.field for rule in settings.rules if rule.role == role}
    required = {*ALWAYS, *settings.questions.required, *ruled}
    with speaking(settings.voice(language)):
        return tuple(_field(settings, name, name in required) for name in FIELDS if name in asked)


def _field(settings: ProgrammeSettings, name: str, required: bool) -> FormField:
    field = FIELDS[name]
    kind = "lines" if name in _LONG else _KINDS.get(field.kind, "text")
    options = tuple((_entry(settings, c), say(c[2])) for c in _CHOICES.get(field.kind, ()))
    if name == "organisation" and settings.organisations.kind == "known":
        kind, options = "choice", tuple((name, name) for name in settings.organisations.names)
    longest = _LONGEST_LINES if kind in ("lines", "list") else _LONGEST
    # the options say it already
    return FormField(name, field.label, kind, "" if options else field.help, required, options, longest)


def _entry(settings: ProgrammeSettings, choice: tuple[str, str, str]) -> str:
    return choice[0] if settings.language == "de" else choice[1]


def consent(settings: ProgrammeSettings, language: Language | None = None) -> Wording:
    """Return what applicants agree to: the programme's text in a language, or else in its own.

    Where the programme has none it is a general sentence.
    """
    chosen = language or settings.language
    if own := _own_text(settings, "consent", chosen):
        return own
    with speaking(settings.voice(chosen)):
        general = say(
            "I agree that what I have written is kept and used to choose the {participant:pl.acc},"
            " to put the tandems together and to evaluate the programme. I can take this back at any time."
        )
    return _wording(general, chosen)


def further(settings: ProgrammeSettings, language: Language | None = None) -> dict[Purpose, Wording]:
    """Return what applicants may agree to besides, as they like.

    Whether contact data may be handed on is always asked, by a general sentence where the programme has no
    text; whether somebody may be named in public only where it has one.
    """
    chosen = language or settings.language
    with speaking(settings.voice(chosen)):
        general = say(
            "My name, e-mail address, telephone number and organisation may be given to the person with whom"
            " I am in a tandem and to other {participant:pl.dat} of the programme. This is voluntary; I can"
            " take it back at any time."
        )
    found: dict[Purpose, Wording] = {
        "sharing": _own_text(settings, "sharing", chosen) or _wording(general, chosen)
    }
    if public := _own_text(settings, "publicity", chosen):
        found["publicity"] = public
    return found


def wordings(settings: ProgrammeSettings, language: Language | None = None) -> dict[Purpose, Wording]:
    """Return everything that applicants are asked to agree to, by purpose."""
    return {"application": consent(settings, language), **further(settings, language)}


def _own_text(settings: ProgrammeSettings, purpose: str, chosen: Language) -> Wording | None:
    for known in (chosen, settings.language):
        if text := getattr(settings.text(known), purpose):
            return _wording(text, known)
    return None


def _wording(text: str, language: Language) -> Wording:
    text = " ".join(text.split())
    return Wording(text, language, f"{language}-{hashlib.sha256(text.encode()).hexdigest()[:8]}")


def entries_of(fields: tuple[FormField, ...], typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed as the entries of an application; what is no field of the form is left out."""
    found = {}
    for field in fields:
        text = _CONTROL.sub("", typed.get(field.name, "").replace("\r\n", "\n")).strip()
        if field.kind == "list":
            text = "; ".join(items(text).value)
        elif field.kind != "lines":
            text = " ".join(text.split())
        if text:
            found[field.name] = text
    return found


def check(
    fields: tuple[FormField, ...],
    entries: Mapping[str, str],
    role: Role,
    settings: ProgrammeSettings,
    run: Run,
) -> dict[str, str]:
    """Return what is wrong with entries, a sentence by field in the language in force; empty if nothing is.

    Whether a rule of the programme says no is not told: that is judged when the application has arrived.
    """
    wrong = {f.name: why for f in fields if (why := _wrong(f, entries.get(f.name, "")))}
    heard = filter(None, [entries.get("organisation")])
    known = Organisations.of(settings.organisations, (), heard)
    asked = {field.name for field in fields}
    for finding in judge(dict(entries), role, settings, run, known).findings:
        grave = findings.status_of(finding.code) == "error"
        if grave and finding.field in asked and finding.field not in wrong:
            wrong[finding.field] = findings.message(finding)
    return {field.name: wrong[field.name] for field in fields if field.name in wrong}


def _wrong(field: FormField, entry: str) -> str:
    """Return what is wrong with one entry by itself; empty if nothing is."""
    label = field.label
    if not entry or not_said(entry):
        return say("{label}: please fill this in.", label=label) if field.required else ""
    if len(entry) > field.longest:
        most = number(field.longest)
        return say("{label}: please use {most} characters at most.", label=label, most=most)
    if field.options and entry not in dict(field.options):
        return say("{label}: please choose one of the answers.", label=label)
    meaning = FIELDS[field.name].kind
    doubt = PARSERS[meaning](entry).doubt
    if doubt is None or doubt == _FOR_A_PERSON:
        return ""
    sentence = _DOUBTS.get(meaning, later("{label}: “{value}” was not understood. Please write it anew."))
    return say(sentence, label=label, value=entry)
