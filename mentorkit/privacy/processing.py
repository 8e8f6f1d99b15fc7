"""The record of processing activities of a programme, made from its configuration and the permissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from mentorkit.language import Language, later, say, speaking
from mentorkit.language.formats import listing
from mentorkit.privacy.permissions import PERMISSIONS, ROLES, Actor
from mentorkit.privacy.veil import used_fields
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.privacy_settings import ACTIVITIES, Activity, PrivacySettings, in_words
from mentorkit.programme.records import Programme
from mentorkit.programme.retention import KINDS_KEPT, KindKept, Retention, months_kept
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.setup import service as setup
from mentorkit.setup.describe import months
from mentorkit.setup.logo import logo_of
from mentorkit.setup.plan import stale
from mentorkit.store import Store

READ, CHANGE = "processing.read", "processing.change"
_PURPOSES: dict[Activity, str] = {
    "applications": later("To take in applications, to check them by the rules of the programme and to give "
                          "its places."),
    "matching": later("To find out who fits whom, by the criteria of the programme; people decide."),
    "tandems": later("To accompany tandems, and to hand on contact data where both have agreed."),
    "network": later("To see which people and organisations tandems link, over several runs."),
    "confidential": later("To learn, in confidence, how tandems are doing, and to help where something is "
                          "wrong."),
    "forms": later("To let people apply by forms of their own, without a log-in."),
    "access": later("To let only those see and change data who may, and to be able to tell who did what."),
    "reports": later("To inform, to evaluate the programme, and to let it be analysed without names."),
    "backups": later("To have the data again after a failure."),
}  # fmt: skip
_PEOPLE = later("{mentee:pl.nom} and {mentor:pl.nom} who apply")
_OTHERS: dict[Activity, str] = {
    "network": later("{mentee:pl.nom} and {mentor:pl.nom} of this run and of earlier ones"),
    "access": later("People with a log-in"),
    "backups": later("Everybody named in this record"),
}
#: What is processed besides what the questions of the programme tell.
_DATA: dict[Activity, tuple[str, ...]] = {
    "applications": (later("Findings of the check, decisions with their reasons, places"),),
    "matching": (later("Scores of pairs, wishes, decisions on pairs, comments"),
                 later("Whom somebody named in confidence as not to be put together with")),
    "tandems": (later("Who is in a tandem with whom, what both settled"),
                later("What each person agreed to, when and how"), later("Name"), later("E-mail"),
                later("Telephone"), later("Organisation")),
    "network": (later("Name"), later("Organisation"), later("Tandems by run")),
    "confidential": (later("What somebody writes in confidence, sealed before it is stored"),),
    "forms": (later("Name"), later("E-mail"), later("The hash of the link, until when it holds")),
    "access": (later("Log-in, name shown, roles, when sessions began and ended"),
               later("Who did what to which record, and when; what it said before and after")),
    "reports": (later("What stands in the reports and letters; in extracts pseudonyms instead of names"),),
    "backups": (later("Everything that the workbench holds"),),
}  # fmt: skip
#: What lets a role see the data.
_SEEN_BY: dict[Activity, tuple[str, ...]] = {
    "applications": ("application.read", "selection.read"),
    "matching": ("matching.read", "conflict.read"),
    "tandems": ("tandem.read", "settlement.read", "consent.read", "contact.release"),
    "network": ("network.read",),
    "confidential": ("confidence.read",),
    "forms": ("form.give",),
    "access": ("user.read", "audit.read"),
    "reports": ("report.make", "report.organisation", "letter.make", "extract.make"),
    "backups": ("workbench.backup",),
}
#: Of which kinds of data the months say how long they are kept.
_KINDS: dict[Activity, tuple[KindKept, ...]] = {
    "applications": ("took_part", "not_chosen", "asked"),
    "matching": ("took_part", "not_chosen", "confidential"),
    "tandems": ("took_part", "confidential"),
    "network": ("took_part", "history"),
    "confidential": ("confidential",),
    "forms": ("unfinished",),
    "access": ("log_ins", "past"),
}
#: What else there is to say of how long.
_KEPT: dict[Activity, str] = {
    "forms": later("A link holds until its last day and works once."),
    "access": later("The trail of who did what is kept without contents; what it says of people can be "
                    "forgotten."),
    "reports": later("Reports are made anew each time; files that were handed out lie with those who have "
                     "them."),
    "backups": later("As long as those keep them who operate the workbench."),
}  # fmt: skip
#: What the product does for security by itself.
_MEASURES = (
    later("Each role sees and does only what the permission table allows; whatever is not in it is denied."),
    later("Coordinators of an organisation see only its own people."),
    later("Passwords are stored as Argon2id hashes; sessions end, and their end is noted."),
    later("Each change leaves an entry in a chained audit trail that nobody can change unnoticed."),
    later("Confidential texts are sealed; those alone can open them who hold a key."),
    later("What people agree to stands in a ledger that is only added to, and is read again before contact "
          "data are handed on."),
    later("What is deleted is overwritten; backups can be encrypted and are checked by being restored."),
    later("Extracts for analysis hold pseudonyms under a key that is forgotten."),
)  # fmt: skip


@dataclass(frozen=True)
class ActivityRecord:
    """One activity, in words; ``basis`` and ``recipients`` are empty where nothing is said yet.

    ``own`` tells the legal basis of organisations for which another holds, by name.
    """

    activity: Activity
    title: str
    purpose: str
    people: str
    data: tuple[str, ...]
    roles: tuple[str, ...]
    recipients: str
    basis: str
    own: tuple[tuple[str, str], ...]
    kept: str


@dataclass(frozen=True)
class ProcessingRecord:
    """The record of processing activities of a programme on a day, in words of one language.

    ``responsible`` are organisations with a controller or contact of their own: name, controller, contact.
    ``missing`` are sentences on what the programme has not said yet.
    """

    programme: str
    language: Language
    day: dt.date
    controller: str
    contact: str
    responsible: tuple[tuple[str, str, str], ...]
    activities: tuple[ActivityRecord, ...]
    measures: tuple[str, ...]
    missing: tuple[str, ...]
    settings: ProgrammeSettings
    logo: bytes | None = None


def record_of_processing(
    store: Store, actor: Actor, programme_id: str, language: Language | None = None
) -> ProcessingRecord:
    """Return the record of processing activities of a programme, as it is configured now.

    Parameters
    ----------
    store, actor, programme_id
        Where, who, and of which programme.
    language
        In which it is told; the programme's where it is left out.

    Raises
    ------
    NotAllowed
        If the actor may not look at it (``processing.read``).
    NotFound
        If there is no such programme.
    """
    actor.require(READ, programme_id)
    with store.read() as reader:
        programme = reader.get(Programme, programme_id)
    settings, said = programme.settings, programme.settings.privacy
    language = language or settings.language
    with speaking(settings.voice(language)):
        return ProcessingRecord(
            programme=programme.name,
            language=language,
            day=store.clock().astimezone().date(),
            controller=said.controller.strip(),
            contact=said.contact.strip(),
            responsible=tuple(
                (name, own.controller.strip(), own.contact.strip())
                for name, own in said.own.items()
                if own.controller.strip() or own.contact.strip()
            ),
            activities=tuple(_activity(settings, activity, language) for activity in ACTIVITIES),
            measures=(*map(say, _MEASURES), *filter(None, [in_words(said.measures, language)])),
            missing=tuple(_missing(said, language)),
            settings=settings,
            logo=logo_of(store, actor, programme_id),
        )


def _activity(settings: ProgrammeSettings, activity: Activity, language: Language) -> ActivityRecord:
    said = settings.privacy
    bases = {name: in_words(own.basis.get(activity, {}), language) for name, own in said.own.items()}
    return ActivityRecord(
        activity=activity,
        title=say(ACTIVITIES[activity]),
        purpose=say(_PURPOSES[activity]),
        people=say(_OTHERS.get(activity, _PEOPLE)),
        data=(*_asked(settings, activity), *map(say, _DATA[activity])),
        roles=tuple(_roles(activity)),
        recipients=in_words(said.recipients.get(activity, {}), language),
        basis=in_words(said.basis.get(activity, {}), language),
        own=tuple((name, basis) for name, basis in bases.items() if basis),
        kept="\n".join(_kept(settings, activity)),
    )


def _kept(settings: ProgrammeSettings, activity: Activity) -> Iterator[str]:
    """Yield how long the data of an activity are kept, by kind where that differs."""
    said = {kind: _until(kind, months_kept(settings, kind)) for kind in _KINDS.get(activity, ())}
    if len({*said.values()}) == 1:
        yield next(iter(said.values()))
    else:
        yield from (f"{say(KINDS_KEPT[kind])}: {until}" for kind, until in said.items())
    if activity in _KEPT:
        yield say(_KEPT[activity])


def _until(kind: KindKept, n: int) -> str:
    if kind == "log_ins":
        return say("{months} after a session ended", months=months(n))
    if kind == "history":
        return say("{months} after the last history sheet was taken in", months=months(n))
    return say("{months} after the end of a run", months=months(n))


def _asked(settings: ProgrammeSettings, activity: Activity) -> list[str]:
    """Return the labels of what people are asked and an activity rests on."""
    asked = [*ALWAYS, *settings.questions.mentee, *settings.questions.mentor]
    if activity == "matching":
        asked = [name for name in asked if name in used_fields(settings)]
    elif activity != "applications":
        return []
    if settings.organisations.kind == "none":
        asked = [name for name in asked if name != "organisation"]
    return [FIELDS[name].label for name in dict.fromkeys(asked)]


def _roles(activity: Activity) -> Iterator[str]:
    """Say which roles see the data of an activity, by the permission table."""
    rules = [PERMISSIONS[action] for action in _SEEN_BY[activity]]
    for role, name in ROLES.items():
        scopes = {rule[role] for rule in rules if role in rule}
        if scopes == {"own"}:
            yield say("{role} (its own people only)", role=say(name))
        elif scopes:
            yield say(name)


def _missing(said: PrivacySettings, language: Language) -> Iterator[str]:
    """Say what the programme has not said yet."""
    if not said.controller.strip():
        yield say("It is not said yet who is responsible for the data.")
    if not said.contact.strip():
        yield say("It is not said yet who is to be asked about the protection of data.")
    without = [
        say(title) for key, title in ACTIVITIES.items() if not in_words(said.basis.get(key, {}), language)
    ]
    if without:
        yield say("The legal basis is not said yet of: {activities}.", activities=listing(without))


def save_settings(  # noqa: PLR0913, PLR0917 - all that is said at once
    store: Store,
    actor: Actor,
    programme_id: str,
    privacy: PrivacySettings,
    version: int,
    retention: tuple[int, Retention] | None = None,
) -> Programme:
    """Save what a programme says about the protection of data, and nothing else of it.

    Parameters
    ----------
    store, actor, programme_id, privacy, version
        Where, who, of which programme, what it says, and the version of the programme that was looked at.
    retention
        For how many months data are kept, and of which kinds this differs; as before where it is left out.

    Raises
    ------
    NotAllowed
        If the actor may not change it (``processing.change``).
    NotFound
        If there is no such programme.
    StaleRecord
        If somebody changed the programme in the meantime; carries both versions.
    """
    actor.require(CHANGE, programme_id)
    with store.write(actor.name, setup.CHANGE, setup.mark(programme_id, version + 1)) as writer:
        programme = writer.get(Programme, programme_id)
        if programme.version != version:
            raise stale(programme.with_(version=version), programme)
        changes: dict[str, object] = {"privacy": privacy}
        if retention is not None:
            changes |= {"retention_months": retention[0], "retention": retention[1]}
        settings = ProgrammeSettings.model_validate({**dict(programme.settings), **changes})
        return writer.save(programme.with_(settings=settings))
