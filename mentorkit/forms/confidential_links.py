"""Personal links to confidential sheets: what is sent through them is sealed as it arrives.

They are links like those of applicants (:mod:`mentorkit.forms.links`), but tell nothing of what is known of
a person, and lead to no page that shows what was sent.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from mentorkit.forms.confidential import SHEETS, who_reads, wrong_in
from mentorkit.forms.links import (
    APPLICANT,
    DAYS,
    GIVE_IN_CONFIDENCE,
    LinkRefused,
    check_end,
    end_of,
    state_of,
    take_back,
)
from mentorkit.forms.schema import entries_of
from mentorkit.language import Language, say, speaking
from mentorkit.language.formats import date
from mentorkit.privacy.confidence import participant, seal
from mentorkit.privacy.key_state import not_ready, ready_in
from mentorkit.privacy.log_in import digest
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import Confidence
from mentorkit.programme.records import FormLink, Logo, Person, Programme, Run
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Reader, Store

__all__ = ["SheetInvitation", "give", "letter", "links", "look", "redeem", "sent", "take_back"]


@dataclass(frozen=True)
class SheetInvitation:
    """What the page behind an open link needs to know; who it is for is not said."""

    settings: ProgrammeSettings
    run: Run
    kind: Confidence
    logo: bytes | None = None


def give(  # noqa: PLR0913, PLR0917 - the last may be left out
    store: Store,
    actor: Actor,
    run_id: str,
    person_id: str,
    kind: Confidence,
    until: dt.date | None = None,
) -> str:
    """Make a link by which a participant sends one sheet, and return its token, which is nowhere else.

    Raises
    ------
    NotAllowed
        If the actor may not send confidential forms.
    NotFound
        If there is no such run, or the person does not take part in it.
    UsageError
        If the last day is over or too far ahead.
    RuleBroken
        If nobody could read yet what comes in.
    """
    token = secrets.token_urlsafe(32)
    with store.write(actor.name, GIVE_IN_CONFIDENCE) as writer:
        run = writer.get(Run, run_id)
        actor.require(GIVE_IN_CONFIDENCE, run.programme_id)
        who = participant(writer, run_id, person_id)
        with store.keyring.read() as ring:
            if not ready_in(writer, ring, run.programme_id):
                raise not_ready()
        today = writer.at.astimezone().date()
        until = until or today + dt.timedelta(days=DAYS)
        check_end(until, today)
        writer.save(
            FormLink(
                id=digest(token), run_id=run_id, role=who.role, name=who.name, purpose=kind,
                email=writer.get(Person, person_id).email or "", person_id=person_id,
                expires_at=end_of(until),
            )
        )  # fmt: skip
    return token


def links(store: Store, actor: Actor, run_id: str) -> list[FormLink]:
    """Return the links to confidential sheets of a run, the newest first.

    Raises
    ------
    NotAllowed
        If the actor may not send confidential forms.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        actor.require(GIVE_IN_CONFIDENCE, reader.get(Run, run_id).programme_id)
        found = reader.all(FormLink, run_id=run_id)
    mine = [link for link in found if link.purpose != "application"]
    return sorted(mine, key=lambda link: (link.expires_at, link.id), reverse=True)


def look(store: Store, token: str) -> SheetInvitation:
    """Return what the page behind a link shows; looking does not use it up.

    Raises
    ------
    LinkRefused
        If the link is unknown, used or too old.
    """
    with store.read() as reader:
        link = _open(reader, token, store.clock())
        return _invitation(reader, link)


def sent(store: Store, token: str) -> SheetInvitation | None:
    """Return what a link was for by which a sheet was sent; None if none was."""
    with store.read() as reader:
        link = reader.find(FormLink, digest(token))
        return _invitation(reader, link) if link and link.used_at else None


def redeem(store: Store, token: str, typed: Mapping[str, str], language: Language) -> dict[str, str]:
    """Seal what was typed into the sheet of a link, which is used up by that.

    Link and text are stored by one transaction, so two who send at once make one entry.

    Returns
    -------
    dict
        What is wrong, a sentence by field; nothing is stored then. Empty if all is well.

    Raises
    ------
    LinkRefused
        If the link is unknown, used or too old.
    RuleBroken
        If nobody could read it any more.
    """
    with store.write(APPLICANT, "confidence.send") as writer:
        link = _open(writer, token, writer.at)
        asked = _invitation(writer, link)
        with speaking(asked.settings.voice(language)):
            entries = entries_of(SHEETS[asked.kind].fields(), typed)
            if wrong := wrong_in(asked.kind, entries):
                return wrong
            seal(store, writer, asked.run, str(link.person_id), asked.kind, entries, "link")
        writer.save(link.with_(used_at=writer.at))
    return {}


def _open(reader: Reader, token: str, at: dt.datetime) -> FormLink:
    link = reader.find(FormLink, digest(token))
    if link is None or link.purpose == "application":
        raise LinkRefused("unknown")
    if (state := state_of(link, at)) != "open":
        raise LinkRefused(state, in_confidence=True)
    return link


def _invitation(reader: Reader, link: FormLink) -> SheetInvitation:
    run = reader.get(Run, link.run_id)
    settings = reader.get(Programme, run.programme_id).settings
    logo = reader.find(Logo, settings.logo) if settings.logo else None
    kind: Confidence = "diary" if link.purpose == "diary" else "concern"
    return SheetInvitation(settings, run, kind, logo.content if logo else None)


def letter(settings: ProgrammeSettings, link: FormLink, run: Run) -> str:
    """Return the draft of a message that brings a link, in the programme's language.

    ``{address}`` stands where the whole address of the link is to stand.
    """
    programme = f"{settings.name} {run.name}"
    with speaking(settings.voice()):
        end = date(link.expires_at.astimezone().date())
        diary = say("here you can send a diary sheet on your tandem in “{programme}”:", programme=programme)
        concern = say("here you can write what is difficult in your tandem in “{programme}”:",
                      programme=programme)  # fmt: skip
        alone = say(
            "The link is meant for you alone, works once and is valid until {day}. You need no log-in.",
            day=end,
        )
        lines = [say("Dear {name},", name=link.name), diary if link.purpose == "diary" else concern,
                 "{address}", " ".join(who_reads()), alone]  # fmt: skip
    return "\n\n".join(lines)
