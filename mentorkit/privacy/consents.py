"""What people agree to: noting a word or its withdrawal, and where everybody of a run stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, get_args

from mentorkit.errors import RuleBroken, UsageError
from mentorkit.forms.schema import wordings
from mentorkit.language import LANGUAGES, later, say
from mentorkit.language.formats import date, din5007
from mentorkit.privacy.ledger import NOTE, Ledger, State, moment_of
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import Channel, ConsentEntry, Purpose
from mentorkit.privacy.replay import was_erased
from mentorkit.programme.records import Application, Person, Programme, Role, Run
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Reader, Store

if TYPE_CHECKING:
    import pandas as pd

READ, WRITE = "consent.read", "consent.write"
PURPOSES: dict[Purpose, str] = {
    "application": later("Taking part"),
    "sharing": later("Handing on contact data"),
    "publicity": later("Being named in public"),
}
STATES: dict[State, str] = {
    "given": later("agrees"),
    "older": later("agreed to an older text"),
    "withdrawn": later("does not agree"),
    "never": later("not asked yet"),
}
CHANNELS: dict[Channel, str] = {
    "link": later("by the personal link"),
    "paper": later("on paper"),
    "email": later("by e-mail"),
    "talk": later("in a talk"),
    "file": later("by a file"),
    "merge": later("taken over when two persons were put together or taken apart"),
}
#: How a word comes that a person writes down.
BY_HAND: tuple[Channel, ...] = ("paper", "email", "talk")
_VERSION = re.compile("[a-z]{2}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Standing:
    """Where a participant stands on a purpose; of who never said anything the last four are empty."""

    person_id: str
    name: str
    organisations: tuple[str, ...]
    roles: tuple[Role, ...]
    purpose: Purpose
    state: State
    since: dt.datetime | None = None
    channel: Channel | None = None
    wording: str = ""
    by: str = ""


@dataclass(frozen=True)
class Word:
    """What a person said once, when that was written down, and whether it is the word that holds."""

    entry: ConsentEntry
    noted: dt.datetime
    holds: bool


def note(  # noqa: PLR0913 - the last are named
    store: Store,
    actor: Actor,
    person_id: str,
    purpose: Purpose,
    given: bool,
    *,
    channel: Channel,
    wording: str | None = None,
    on: dt.date | None = None,
) -> ConsentEntry:
    """Write down what somebody said on a purpose: on paper, by e-mail or in a talk.

    Parameters
    ----------
    store, actor, person_id, purpose, given
        Where, who notes it, whose word it is, on what, and whether it is a yes.
    channel
        How it came.
    wording
        The version of the text that was read, as it stands on the form; the present one if left out.
    on
        The day on which it was said; left out, it was said just now.

    Raises
    ------
    NotAllowed
        If the actor may not note what this person agrees to.
    NotFound
        If there is no such person.
    RuleBroken
        If there is no text that could be agreed to, or the person was erased.
    UsageError
        If the channel, the version or the day is none, or another word holds: one cannot take back a yes of
        a later day, and of a yes and a no of one day the no holds (see :mod:`mentorkit.privacy.ledger`).
    """
    if channel not in BY_HAND or purpose not in get_args(Purpose):
        raise UsageError(say("Please say how this came: on paper, by e-mail or in a talk."))
    if wording is not None and not _VERSION.fullmatch(wording):
        raise UsageError(say("“{value}” is no version of a text; one looks like de-0a1b2c3d.", value=wording))
    with store.write(actor.name, NOTE) as writer:
        person = _hers(writer, actor, person_id, WRITE)
        if was_erased(writer, person_id):
            raise RuleBroken(say("This person was erased; there is nothing to be noted of her any more."))
        if on is not None and on > writer.at.astimezone().date():
            raise UsageError(say("This day is still to come. Please choose the day on which it was said."))
        at = moment_of(on, writer.at, given=given)
        _require_effect(writer, person, purpose, given, at)
        version, text_hash = _read_text(writer, person.programme_id, purpose, wording)
        if given and not version:
            raise RuleBroken(
                say("The programme has no text on this yet; without one nobody can agree to it.")
            )
        entry = ConsentEntry(
            id=writer.new_id(ConsentEntry), programme_id=person.programme_id, person_id=person.id,
            purpose=purpose, given=given, wording=version, text_hash=text_hash, channel=channel,
            at=at, by=actor.name,
        )  # fmt: skip
        return writer.save(entry)


def _require_effect(reader: Reader, person: Person, purpose: Purpose, given: bool, at: dt.datetime) -> None:
    """Refuse a word that somebody takes for the last one, while another holds."""
    settings = reader.get(Programme, person.programme_id).settings
    held = Ledger(reader, person.programme_id, settings).word(person.id, purpose)
    if held is None or held.at <= at or held.given is given:
        return
    day = held.at.astimezone().date()
    if held.given:
        raise UsageError(
            say(
                "On {day} this person agreed, and the later word holds. If she took it back after that, "
                "please choose a later day.",
                day=date(day),
            )
        )
    if day == at.astimezone().date():
        raise UsageError(
            say(
                "On {day} this person said no, too, and of two words of one day the no holds. If she agrees "
                "again, please leave the day empty: then it is noted as said just now.",
                day=date(day),
            )
        )


def _read_text(reader: Reader, programme_id: str, purpose: Purpose, version: str | None) -> tuple[str, str]:
    """Return the version and the hash of the text that was read; empty where it is not known."""
    settings = reader.get(Programme, programme_id).settings
    if version is None:
        text = wordings(settings).get(purpose)
        return (text.version, text.text_hash) if text else ("", "")
    known = (wordings(settings, language).get(purpose) for language in LANGUAGES)
    return version, next((text.text_hash for text in known if text and text.version == version), "")


def withdraw(  # noqa: PLR0913 - the last are named
    store: Store,
    actor: Actor,
    person_id: str,
    purpose: Purpose,
    *,
    channel: Channel,
    on: dt.date | None = None,
) -> ConsentEntry:
    """Write down that somebody took back what she agreed to, or never wants to agree.

    Raises
    ------
    NotAllowed, NotFound, UsageError
        As :func:`note`.
    """
    return note(store, actor, person_id, purpose, given=False, channel=channel, on=on)


def states(store: Store, actor: Actor, run_id: str) -> list[Standing]:
    """Return where the participants of a run that the actor may see stand, on each purpose.

    A purpose without a text is told only of who said something on it; who was erased is nobody to be asked.

    Raises
    ------
    NotAllowed
        If the actor may see of nobody what was agreed to.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        scopes = actor.scopes(READ, run.programme_id)
        if not scopes:
            raise actor.refusal(READ, run.programme_id)
        settings = reader.get(Programme, run.programme_id).settings
        ledger = Ledger(reader, run.programme_id, settings)
        applications = [
            a
            for a in reader.all(Application, run_id=run_id)
            if not a.erased and (None in scopes or a.organisation in scopes)
        ]
    people: dict[str, list[Application]] = {}
    for application in applications:
        people.setdefault(application.person_id, []).append(application)
    order = sorted(people.values(), key=lambda own: (din5007(own[0].last_name), din5007(own[0].name)))
    return [standing for own in order for standing in _standings(own, ledger, settings)]


def frame(found: Sequence[Standing]) -> pd.DataFrame:
    """Return where participants stand as a frame, a row for each of them and each purpose."""
    import pandas as pd

    return pd.DataFrame([vars(standing) for standing in found], columns=[f.name for f in fields(Standing)])


def of_person(store: Store, actor: Actor, person_id: str) -> list[Standing]:
    """Return where one person stands on each purpose, with what the actor may see of her applications.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`history`.
    """
    with store.read() as reader:
        person = _hers(reader, actor, person_id, READ)
        settings = reader.get(Programme, person.programme_id).settings
        ledger = Ledger(reader, person.programme_id, settings)
        scopes = actor.scopes(READ, person.programme_id)
        own = [
            a
            for a in reader.all(Application, person_id=person_id)
            if None in scopes or a.organisation in scopes
        ]
    return list(_standings(own, ledger, settings)) if own else []


def _standings(own: list[Application], ledger: Ledger, settings: ProgrammeSettings) -> Iterable[Standing]:
    person_id, asked = own[0].person_id, wordings(settings)
    for purpose in get_args(Purpose):
        word = ledger.word(person_id, purpose)
        if word is None and purpose not in asked:
            continue
        yield Standing(
            person_id, own[0].name,
            organisations=tuple(dict.fromkeys(a.organisation for a in own if a.organisation)),
            roles=tuple(dict.fromkeys(a.role for a in own)),
            purpose=purpose, state=ledger.state(person_id, purpose),
            **({"since": word.at, "channel": word.channel, "wording": word.wording, "by": word.by}
               if word else {}),  # type: ignore[arg-type] # as the fields are
        )  # fmt: skip


def history(store: Store, actor: Actor, person_id: str) -> list[Word]:
    """Return everything that a person said on the purposes: what holds, then what was said last first.

    Raises
    ------
    NotAllowed
        If the actor may not see what this person agreed to.
    NotFound
        If there is no such person.
    """
    with store.read() as reader:
        person = _hers(reader, actor, person_id, READ)
        settings = reader.get(Programme, person.programme_id).settings
        ledger = Ledger(reader, person.programme_id, settings)
        entries = reader.all(ConsentEntry, person_id=person_id)
        own = {entry.id for entry in entries}
        words = [
            Word(entry, _noted(reader, entry), ledger.word(person_id, entry.purpose) == entry)
            for entry in entries[::-1]
            if entry.copied_from not in own  # such a one says nothing but that another holds no more
        ]
    words.sort(key=lambda word: word.entry.at, reverse=True)
    return sorted(words, key=lambda word: not word.holds)


def _noted(reader: Reader, entry: ConsentEntry) -> dt.datetime:
    """Return when a word was written down; of what an older version noted that is when it was said."""
    written = reader.trail(kind="consent_entry", subject=entry.id)
    return written[0]["at"] if written else entry.at


def _hers(reader: Reader, actor: Actor, person_id: str, action: str) -> Person:
    """Return a person of whom an actor may do something: one of her organisation's, or anybody."""
    person = reader.get(Person, person_id)
    scopes = actor.scopes(action, person.programme_id)
    if None not in scopes and not scopes & {
        a.organisation for a in reader.all(Application, person_id=person_id)
    } - {None}:
        raise actor.refusal(action, person.programme_id)
    return person
