"""Everything that is set in a programme, in words, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentorkit.language import LANGUAGES, say, say_n
from mentorkit.language.formats import number
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.privacy_settings import ACTIVITIES, PrivacySettings
from mentorkit.programme.retention import KINDS_KEPT
from mentorkit.programme.settings import Criterion, Limits, ProgrammeSettings
from mentorkit.setup import words
from mentorkit.setup.change import Change, OrganisationEdit


@dataclass(frozen=True)
class Difference:
    """One setting in two versions, in words."""

    label: str
    before: str
    after: str


def described(change: Change) -> dict[str, str]:
    """Return everything that is set in a programme as it is to be, in words, by its label."""
    settings = change.settings
    return {
        **_general(settings),
        **_texts(settings),
        **_privacy(settings.privacy),
        **_organisations(settings, change.organisations),
        **_choosing(settings),
        say("Goals"): "; ".join(map(words.goal_sentence, settings.goals)),
        **{
            say("Calendar {run}", run=change.run_names[run_id]): "; ".join(
                map(words.entry_sentence, calendar)
            )
            for run_id, calendar in change.calendars.items()
        },
    }


def _general(settings: ProgrammeSettings) -> dict[str, str]:
    return {
        say("Name of the programme"): settings.name,
        # the picture itself is looked at in the app
        say("Logo"): say("a picture ({mark})", mark=settings.logo[:6]) if settings.logo else "",
        say("Language of the programme"): words.LANGUAGE_NAMES[settings.language],
        say("Languages of the forms"): "; ".join(words.LANGUAGE_NAMES[x] for x in settings.form_languages),
        say("Gender in writing"): words.style_names()[settings.gender_style],
        say("Only women become {mentee:pl.nom}"): say("yes") if settings.women_only else say("no"),
        say("The two of a tandem come"): say(words.PAIRINGS[settings.pairing]),
        say("Tandems are made one by one, too"): say("yes") if settings.one_by_one else say("no"),
        say("Places of {mentor:pl.nom} who say nothing"): number(settings.places),
        say("Personal data are kept after the end of a run"): months(settings.retention_months),
        **{
            say(KINDS_KEPT[kind]): months(n)
            for kind in KINDS_KEPT
            if (n := getattr(settings.retention, kind))
        },
    }


def months(n: int) -> str:
    """Return a number of months in words."""
    return say_n("{n} month", "{n} months", n)


def _texts(settings: ProgrammeSettings) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        text, name = settings.texts.get(language), words.LANGUAGE_NAMES[language]
        if text is not None:
            found |= {
                say("Description ({language})", language=name): text.description,
                say("Contact line ({language})", language=name): text.contact,
                say("Note ({language})", language=name): text.note,
                say("Consent ({language})", language=name): text.consent,
                say("Consent to handing on contact data ({language})", language=name): text.sharing,
                say("Consent to being named in public ({language})", language=name): text.publicity,
            }
    return found


def _privacy(said: PrivacySettings) -> dict[str, str]:
    found = {
        say("Responsible for personal data"): said.controller,
        say("To be asked about the protection of data"): said.contact,
        say("Requests about personal data are answered within"): months(said.answer_months),
    }
    for language in LANGUAGES:
        name = words.LANGUAGE_NAMES[language]
        found[say("Further security measures ({language})", language=name)] = said.measures.get(language, "")
        for activity, title in ACTIVITIES.items():
            what = {"activity": say(title), "language": name}
            basis = say("Legal basis: {activity} ({language})", **what)
            found[basis] = said.basis.get(activity, {}).get(language, "")
            recipients = say("Further recipients: {activity} ({language})", **what)
            found[recipients] = said.recipients.get(activity, {}).get(language, "")
    for name, own in said.own.items():
        told = [text for text in (own.controller, own.contact) if text]
        told += [
            f"{say(ACTIVITIES[activity])}: {text}"
            for activity, texts in own.basis.items()
            for text in texts.values()
        ]
        found[say("Protection of data at {organisation}", organisation=name)] = "; ".join(told)
    return found


def _organisations(settings: ProgrammeSettings, organisations: Iterable[OrganisationEdit]) -> dict[str, str]:
    edits = list(organisations)
    return {
        say("Organisations"): say(words.KINDS[settings.organisations.kind]),
        say("Names of the organisations"): "; ".join(
            edit.name + (f" ({', '.join(edit.aliases)})" if edit.aliases else "") for edit in edits
        ),
        say("Contact persons"): "; ".join(
            f"{edit.name}: {', '.join(filter(None, (c.name, c.function, c.email, c.phone)))}"
            for edit in edits
            for c in edit.contacts
        ),
        say("Most {mentee:pl.nom} of an organisation"): limit(settings.quotas.mentees),
        say("Most {mentor:pl.nom} of an organisation"): limit(settings.quotas.mentors),
        say("Neighbours"): "; ".join(
            f"{edit.name}: {', '.join(edit.neighbours)}" for edit in edits if edit.neighbours
        ),
        say("Organisations with a quota of their own"): "; ".join(
            f"{edit.name}: {own_limits(edit.limits)}" for edit in edits if edit.limits != Limits()
        ),
    }


def limit(quota: int | None) -> str:
    """Return a quota in words."""
    return say("no limit") if quota is None else number(quota)


def own_limits(limits: Limits) -> str:
    """Say how many persons an organisation may send, as far as that differs from the others."""
    parts = {say("{mentee:pl.nom}"): limits.mentees, say("{mentor:pl.nom}"): limits.mentors}
    return ", ".join(f"{role} {number(n)}" for role, n in parts.items() if n is not None)


def _choosing(settings: ProgrammeSettings) -> dict[str, str]:
    def fields(names: Sequence[str]) -> str:
        return "; ".join(FIELDS[name].label if name in FIELDS else name for name in names)

    return {
        say("Rules"): "; ".join(
            f"{words.role_name(r.role)}: {words.rule_in_full(r)}" for r in settings.rules
        ),
        say("Applications after the closing date"): words.late_names()[settings.late],
        say("Pay grades are read by"): words.scale_names()[settings.pay_scale],
        say("Criteria"): "; ".join(map(_criterion, settings.criteria)),
        say("Limits over all tandems"): "; ".join(limit.sentence for limit in settings.limits),
        say("Distances in a tandem"): "; ".join(distance.sentence for distance in settings.distances),
        say("What a person judges"): "; ".join(map(words.judged_name, settings.acquisition)),
        say("Lowest score"): number(settings.lowest_score),
        say("Asked of {mentee:pl.nom}"): fields(settings.questions.mentee),
        say("Asked of {mentor:pl.nom}"): fields(settings.questions.mentor),
        say("Required answers"): fields(settings.questions.required),
    }


def _criterion(criterion: Criterion) -> str:
    from mentorkit.matching.criteria import MEASURES

    known = MEASURES.get(criterion.name)
    if known is None:
        return f"{criterion.name} {criterion.weight}"
    labels = {option.name: option.label for option in known.options}
    set_ = [f"{labels.get(name, name)}: {option_value(value)}" for name, value in criterion.options.items()]
    return f"{known.label} {criterion.weight}" + (f" ({', '.join(set_)})" if set_ else "")


def option_value(value: object) -> str:
    """Return what is set for an option of a criterion as people read it."""
    if isinstance(value, str):
        return FIELDS[value].label if value in FIELDS else value
    return number(value) if isinstance(value, int | float) else str(value)


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
