"""Personal links: each lets one applicant fill in a form once, without a log-in.

The token is known to whoever has the link alone; the store keeps its SHA-256. A link shows nothing of the
store but the programme's name, texts and logo, and what was typed about the applicant when it was made.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mentorkit.errors import MentorkitError, NotFound, RuleBroken, UsageError
from mentorkit.forms.schema import FormField, Wording, check, consent, entries_of, form_fields, further
from mentorkit.intake.names import are_titles, split_name, without_titles
from mentorkit.intake.service import entered
from mentorkit.intake.stored import TAKE_IN, scope
from mentorkit.intake.values import email as understood_email
from mentorkit.language import Language, later, say, speaking
from mentorkit.language.formats import date, number
from mentorkit.privacy.ledger import put_down
from mentorkit.privacy.log_in import digest
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import Purpose
from mentorkit.programme.records import FormLink, Grant, Logo, Programme, Role, Run, Source
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Reader, Store

GIVE, GIVE_IN_CONFIDENCE = "form.give", "confidence.give"
_LAST_SECOND = dt.time(23, 59, 59)
#: For how many days from today a link is proposed once the closing date is over, and the most there can be.
DAYS, MOST_DAYS = 14, 180
#: So many characters a name has at most, as in the form itself.
_LONGEST_NAME = 200
#: Who acts when a link is used; no user has a name with a capital.
APPLICANT = "Link"
State = Literal["open", "used", "expired", "unknown"]
#: What is said about a link that does not open a form: heading and what to do.
REFUSALS: dict[State, tuple[str, str]] = {
    "used": (
        later("This link was used already"),
        later("An application was sent with it; a link works only once. If something has changed, please "
              "tell whoever sent you the link."),
    ),
    "expired": (
        later("This link is not valid any more"),
        later("Its time is over, or it was taken back. Please ask whoever sent you the link for a new one."),
    ),
    "unknown": (
        later("There is no such link"),
        later("Please open the link again exactly as it stands in the message, or ask whoever sent it for a "
              "new one."),
    ),
}  # fmt: skip


class LinkRefused(MentorkitError):
    """A link opens no form any more; ``state`` says why, and for what form it was."""

    def __init__(self, state: State, *, in_confidence: bool = False) -> None:
        super().__init__(say(REFUSALS[state][0]))
        self.state = state
        self.in_confidence = in_confidence


@dataclass(frozen=True)
class Invitation:
    """What the page behind an open link needs to know."""

    settings: ProgrammeSettings
    run: Run
    role: Role
    organisation: str | None
    logo: bytes | None = None
    #: What is known of the applicant, text by field; she can change it.
    known: Mapping[str, str] = field(default_factory=dict)

    def fields(self, language: Language) -> tuple[FormField, ...]:
        """Return what is asked; the day of receipt is the day it is sent."""
        return form_fields(self.settings, self.role, language, organisation=self.organisation, received=False)

    def wording(self, language: Language) -> Wording:
        """Return what is agreed to."""
        return consent(self.settings, language)

    def further(self, language: Language) -> dict[Purpose, Wording]:
        """Return what may be agreed to besides."""
        return further(self.settings, language)


def state_of(link: FormLink | None, at: dt.datetime) -> State:
    """Return whether a link opens its form at a moment, and why not."""
    if link is None:
        return "unknown"
    if link.used_at is not None:
        return "used"
    return "open" if at < link.expires_at else "expired"


def proposed_end(run: Run, today: dt.date) -> dt.date:
    """Return until when a link is good: the closing date if it lies ahead, or else two weeks."""
    if run.closing and today <= run.closing:
        return min(run.closing, today + dt.timedelta(days=MOST_DAYS))
    return today + dt.timedelta(days=DAYS)


def check_end(until: dt.date, today: dt.date) -> None:
    """Do nothing if a link can hold until a day.

    Raises
    ------
    UsageError
        If the day is over, or too far ahead.
    """
    last = today + dt.timedelta(days=MOST_DAYS)
    if not today <= until <= last:
        raise UsageError(say("Please choose a day from today to {last}.", last=date(last)))


def end_of(day: dt.date) -> dt.datetime:
    """Return the last moment of a day."""
    return dt.datetime.combine(day, _LAST_SECOND).astimezone()


def give(  # noqa: PLR0913 - the last four are named
    store: Store,
    actor: Actor,
    run_id: str,
    role: Role,
    *,
    name: str,
    email: str = "",
    organisation: str | None = None,
    until: dt.date | None = None,
) -> str:
    """Make a link for one applicant and return its token, which is nowhere else.

    Parameters
    ----------
    store, actor, run_id, role
        Where, who, which run, and as what somebody is to apply.
    name, email
        Of the applicant: the form begins with them, and one knows later whose link it was.
    organisation
        The one the applicant comes from; None lets her name it.
    until
        The last day on which the link is valid; :func:`proposed_end` where it is left out.

    Raises
    ------
    NotAllowed
        If the actor may not send forms to applicants of this organisation, or of all where there is none.
    NotFound
        If there is no such run or organisation.
    UsageError
        If the name is missing or too long, the address is none, or the last day is over or too far ahead.
    """
    name = " ".join(name.split())
    if not name:
        raise UsageError(say("Please say whom the link is for."))
    if len(name) > _LONGEST_NAME:
        most = number(_LONGEST_NAME)
        raise UsageError(say("The name is too long: please use {most} characters at most.", most=most))
    if understood_email(email).doubt:
        raise UsageError(say("“{value}” is not an e-mail address.", value=email))
    token = secrets.token_urlsafe(32)
    with store.write(actor.name, GIVE) as writer:
        run = writer.get(Run, run_id)
        actor.require(GIVE, run.programme_id, organisation)
        _check_organisation(writer.get(Programme, run.programme_id).settings, organisation)
        today = writer.at.astimezone().date()
        until = until or proposed_end(run, today)
        check_end(until, today)
        link = FormLink(
            id=digest(token), run_id=run_id, role=role, organisation=organisation, name=name,
            email=understood_email(email).value or "",
            expires_at=end_of(until),
        )  # fmt: skip
        writer.save(link)
    return token


def _check_organisation(settings: ProgrammeSettings, organisation: str | None) -> None:
    kind = settings.organisations.kind
    known = kind == "open" or (kind == "known" and organisation in settings.organisations.names)
    if organisation is not None and not known:
        raise NotFound(say("The programme does not know the organisation “{name}”.", name=organisation))


def links(store: Store, actor: Actor, run_id: str) -> list[FormLink]:
    """Return the links of a run that the actor may give, the newest first.

    Raises
    ------
    NotAllowed
        If the actor may give none.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        own = scope(actor, GIVE, reader.get(Run, run_id))
        found = reader.all(FormLink, run_id=run_id, purpose="application")
    mine = [link for link in found if own is None or link.organisation in own]
    return sorted(mine, key=lambda link: (link.expires_at, link.id), reverse=True)


def take_back(store: Store, actor: Actor, link_id: str) -> FormLink:
    """End an open link: it opens no form any more.

    Raises
    ------
    NotAllowed, NotFound
        If the actor may not give such a link, or there is none.
    RuleBroken
        If it was used, or is not valid any more.
    """
    with store.write(actor.name, "form.take_back") as writer:
        link = writer.get(FormLink, link_id)
        right = GIVE if link.purpose == "application" else GIVE_IN_CONFIDENCE
        actor.require(right, writer.get(Run, link.run_id).programme_id, link.organisation)
        if state_of(link, writer.at) != "open":
            raise RuleBroken(say("This link is not open any more."))
        return writer.save(link.with_(expires_at=writer.at))


def look(store: Store, token: str) -> Invitation:
    """Return what the page behind a link shows; looking does not use it up.

    Raises
    ------
    LinkRefused
        If the link is unknown, used or too old; each takes one look-up by the hash of the token.
    """
    with store.read() as reader:
        link = application_link(reader, token)
        state = state_of(link, store.clock())
        if link is None or state != "open":
            raise LinkRefused(state)
        return _invitation(reader, link)


def sent(store: Store, token: str) -> Invitation | None:
    """Return what a link was for by which an application was sent; None if none was."""
    with store.read() as reader:
        link = application_link(reader, token)
        return _invitation(reader, link) if link and link.application_id else None


def purpose_of(store: Store, token: str) -> str:
    """Return which form a link opens; that of an application where there is no such link."""
    with store.read() as reader:
        link = reader.find(FormLink, digest(token))
    return link.purpose if link else "application"


def application_link(reader: Reader, token: str) -> FormLink | None:
    """Return the link of a form of application; what leads to another form is none."""
    link = reader.find(FormLink, digest(token))
    return link if link and link.purpose == "application" else None


def _invitation(reader: Reader, link: FormLink) -> Invitation:
    run = reader.get(Run, link.run_id)
    settings = reader.get(Programme, run.programme_id).settings
    logo = reader.find(Logo, settings.logo) if settings.logo else None
    content = logo.content if logo else None
    return Invitation(settings, run, link.role, link.organisation, content, _known(link))


def _known(link: FormLink) -> dict[str, str]:
    """Return what was typed about the applicant by field; a single word may be either name."""
    first, last = split_name(link.name)
    if not first:
        last = ""
    elif are_titles(first):
        first = ""
    found = {"first_name": without_titles(first)[0], "last_name": last, "email": link.email}
    return {name: text for name, text in found.items() if text}


def redeem(  # noqa: PLR0913 - the last three are named
    store: Store,
    token: str,
    typed: Mapping[str, str],
    *,
    agreed: str,
    language: Language,
    besides: Mapping[Purpose, str] | None = None,
) -> dict[str, str]:
    """Take in what was typed into the form of a link, which is used up by that.

    Link and application are stored by one transaction, so two who send at once make one application.

    Parameters
    ----------
    store, token
        Where, and which link.
    typed
        Text by field.
    agreed
        The version of the wording that was agreed to; empty where it was not.
    language
        In which the form was read.
    besides
        The versions of the further wordings that were agreed to, by purpose.

    Returns
    -------
    dict
        What is wrong, a sentence by field (``consent``, ``consent-sharing`` are some); nothing is stored
        then. Empty if all is well.

    Raises
    ------
    LinkRefused
        If the link is unknown, used or too old.
    """
    with store.write(APPLICANT, TAKE_IN) as writer:
        link = application_link(writer, token)
        state = state_of(link, writer.at)
        if link is None or state != "open":
            raise LinkRefused(state)
        asked = _invitation(writer, link)
        fields = asked.fields(language)
        entries = entries_of(fields, typed)
        if link.organisation:
            entries["organisation"] = link.organisation
        with speaking(asked.settings.voice(language)):
            wrong = check(fields, entries, link.role, asked.settings, asked.run)
            wrong |= _not_agreed(asked.wording(language), agreed)
            chosen = {p: version for p, version in (besides or {}).items() if version}
            wrong |= _changed(asked.further(language), chosen)
        if wrong:
            return wrong
        with speaking(asked.settings.voice()):
            entries["received"] = date(writer.at.astimezone().date())
            application = entered(
                writer, _in_the_name_of(link, asked), link.run_id, link.role, entries,
                source=Source(kind="link"),
            )  # fmt: skip
        ticked = {p: w for p, w in asked.further(language).items() if p in chosen}
        put_down(
            writer, asked.run.programme_id, application.person_id,
            {"application": asked.wording(language), **ticked}, channel="link", by=APPLICANT,
        )  # fmt: skip
        writer.save(link.with_(used_at=writer.at, application_id=application.id))
    return {}


_CHANGED = later("The wording was changed just now. Please read it and agree again.")


def _not_agreed(wording: Wording, agreed: str) -> dict[str, str]:
    if not agreed:
        return {"consent": say("Please agree; without that the application cannot be taken in.")}
    if agreed != wording.version:
        return {"consent": say(_CHANGED)}
    return {}


def _changed(now: Mapping[Purpose, Wording], chosen: Mapping[Purpose, str]) -> dict[str, str]:
    """Return a sentence by field for what is agreed to besides and says something else by now."""
    gone = [p for p, version in chosen.items() if p not in now or now[p].version != version]
    return {f"consent-{purpose}": say(_CHANGED) for purpose in gone}


def _in_the_name_of(link: FormLink, asked: Invitation) -> Actor:
    """Return who takes in the application: the link carries the right of whoever gave it, no more."""
    role = "organisation" if link.organisation else "lead"
    grant = Grant(
        id="link", user_id=APPLICANT, role=role, programme_id=asked.run.programme_id,
        organisation=link.organisation,
    )  # fmt: skip
    return Actor(APPLICANT, (grant,))


def letter(settings: ProgrammeSettings, link: FormLink, run: Run) -> str:
    """Return the draft of a message that brings a link, in the programme's language.

    ``{address}`` stands where the whole address of the link is to stand.
    """
    programme = f"{settings.name} {run.name}"
    with speaking(settings.voice()):
        end = date(link.expires_at.astimezone().date())
        mentee = say("you can apply as {mentee:sg.nom} for “{programme}” here:", programme=programme)
        mentor = say("you can apply as {mentor:sg.nom} for “{programme}” here:", programme=programme)
        alone = say(
            "The link is meant for you alone, works once and is valid until {day}. You need no log-in.",
            day=end,
        )
        lines = [
            say("Dear {name},", name=link.name),
            mentee if link.role == "mentee" else mentor,
            "{address}",
        ]
    return "\n\n".join(line for line in (*lines, alone, settings.text(settings.language).contact) if line)
