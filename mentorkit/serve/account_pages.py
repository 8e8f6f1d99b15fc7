"""The pages on one's own log-in: what an invitation leads to, and *My log-in*."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from mentorkit.language import LANGUAGES, Voice, later, say, speaking
from mentorkit.language.formats import date
from mentorkit.privacy.log_in import MINIMUM, Invitation
from mentorkit.privacy.permissions import ROLES
from mentorkit.privacy.records import Session, User
from mentorkit.programme.records import Grant, Programme
from mentorkit.serve.pages import LANGUAGE_NAMES, Visit, page
from mentorkit.store import Store

#: What *My log-in* says after something was done there, by the word in its address.
DONE: dict[str, str] = {
    "password": later(
        "Your new password holds from now on. Everywhere else you were logged in, you are logged out."
    ),
    "language": later("Your language is kept."),
    "ended": later("The log-in has ended."),
}


def invitation_page(  # noqa: PLR0913 - what the form is filled with
    visit: Visit, found: Invitation, *, leaves: bool, xsrf: str, token: str, problem: str = ""
) -> str:
    """Return the page that asks for a password, with a problem of the attempt before.

    ``leaves`` tells whether somebody else is logged in here, who will be logged out.
    """
    first = found.user.password_hash is None
    with speaking(Voice(visit.language)):
        name, me = found.user.display_name, visit.actor.display_name if visit.actor else ""
        words = {
            "title": say("Welcome, {name}", name=name) if first else say("A new password"),
            "lead": _lead(found, first=first),
            "leaves": say("You are logged in as {me}. Going on logs {me} out here.", me=me) if leaves else "",
            "as": say("Your roles"),
            "name": say("Your user name"),
            "new": say("New password"),
            "again": say("New password once more"),
            "button": say("Set the password and go on"),
            "once": say("This link works once. From then on you log in with user name and password."),
            "problem": problem,
        }
        roles, rules = roles_of(visit.site.store, found.grants), password_rules()
    return page(
        "invitation", visit, said=words, roles=roles, rules=rules, user=found.user, xsrf=xsrf, token=token
    )  # fmt: skip


def _lead(found: Invitation, *, first: bool) -> str:
    if not first:
        return say("With this link you choose a new password; the one before ends with it.")
    if found.by:
        return say("{name} invites you to mentorkit. Please choose a password.", name=found.by)
    return say("You are invited to mentorkit. Please choose a password.")


def account_page(  # noqa: PLR0913 - what the page shows
    visit: Visit,
    user: User,
    sessions: Iterable[Session],
    here: str,
    *,
    xsrf: str,
    done: str = "",
    problem: str = "",
) -> str:
    """Return *My log-in*; ``here`` is the id of the session in which it is looked at."""
    with speaking(Voice(visit.language)):
        words = {
            "title": say("My log-in"),
            "lead": say("Who you are here, what you may do, and where you are logged in."),
            "name": say("Name"),
            "user": say("User name"),
            "roles": say("My roles"),
            "no_roles": say("You have a log-in, but no role in any programme yet."),
            "roles_help": say("Roles are given by the programme lead or the operation."),
            "password": say("Change my password"),
            "no_password": say(
                "You have no password yet. Whoever gives log-ins makes a link by which you choose one."
            ),
            "old": say("Present password"),
            "new": say("New password"),
            "again": say("New password once more"),
            "set": say("Change the password"),
            "language": say("My language"),
            "keep": say("Keep the language"),
            "sessions": say("Where I am logged in"),
            "since": say("Logged in since"),
            "used": say("Used last"),
            "here": say("this log-in"),
            "end": say("End"),
            "ends": say(
                "A log-in ends by itself when it was not used for half an hour, and after twelve hours."
            ),
            "everywhere": say("Log out everywhere"),
        }  # fmt: skip
        rows = [
            {"id": s.id, "since": _moment(s.started_at), "used": _moment(s.seen_at), "here": s.id == here,
             "end": say("End the log-in of {moment}", moment=_moment(s.started_at))}
            for s in sessions
        ]  # fmt: skip
        return page(
            "account", visit, said=words, user=user, sessions=rows, xsrf=xsrf, rules=password_rules(),
            roles=roles_of(visit.site.store, visit.actor.grants if visit.actor else ()),
            languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
            done=say(DONE[done]) if done in DONE else "", problem=problem,
        )  # fmt: skip


def password_rules() -> list[str]:
    """Return what a password must be like, in sentences."""
    return [
        say("At least {n} characters; several words in a row are easy to keep in mind.", n=MINIMUM),
        say("Neither your user name in it nor the same few characters again and again."),
    ]


def roles_of(store: Store, grants: Iterable[Grant]) -> list[str]:
    """Return roles in words, each with its programme and organisation."""
    with store.read() as reader:
        names = {programme.id: programme.name for programme in reader.all(Programme)}
    return [
        say(
            "{role}: {scope}",
            role=say(ROLES[grant.role]),
            scope=", ".join(
                part
                for part in (
                    grant.organisation,
                    names.get(grant.programme_id, "") if grant.programme_id else say("all programmes"),
                )
                if part
            ),
        )
        for role in ROLES
        for grant in grants
        if grant.role == role
    ]


def _moment(at: dt.datetime) -> str:
    local = at.astimezone()
    return say("{day}, {time}", day=date(local.date()), time=local.strftime("%H:%M"))
