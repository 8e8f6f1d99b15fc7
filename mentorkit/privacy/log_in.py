"""Logging in: one-time links, passwords and sessions.

Tokens of links and sessions are known to their owner alone; the store keeps their SHA-256. Passwords are
kept as argon2id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mentorkit.errors import StaleRecord, UsageError
from mentorkit.language import Language, say
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import LoginLink, Session, User
from mentorkit.programme.records import Grant
from mentorkit.store import Reader, Store, Writer

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MINIMUM = 12
#: Shorter than this since it was last written, a session's last use is not written again.
RESOLUTION = dt.timedelta(minutes=1)
IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
_ANY = TypeVar("_ANY", LoginLink, Session)


class Invitation(NamedTuple):
    """What a one-time link that still holds is for."""

    user: User
    #: Who made it, as people call her; empty where nobody with a log-in did.
    by: str
    grants: tuple[Grant, ...]


class LogIns:
    """How the users of a workbench come in. Every method is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def link_user(self, token: str) -> User | None:
        """Return whom a link logs in, without using it up; None if it is unknown."""
        with self._store.read() as reader:
            link = reader.find(LoginLink, digest(token))
            return reader.find(User, link.user_id) if link else None

    def invitation(self, token: str) -> Invitation | None:
        """Return who invites whom to what by a link, without using it up; None if it holds no more."""
        with self._store.read() as reader:
            link = reader.find(LoginLink, digest(token))
            user = _invited(reader, link, self._store.clock())
            if link is None or user is None:
                return None
            maker = reader.find(User, reader.trail(kind="login_link", subject=link.id)[0]["actor"])
            grants = tuple(reader.all(Grant, user_id=user.id))
            return Invitation(user, maker.display_name if maker else "", grants)

    def redeem(self, token: str, password: str | None = None) -> User | None:
        """Use up a link; return its user, or None if it is unknown, used or too old.

        Parameters
        ----------
        password
            What the user logs in with from now on; what she had open elsewhere ends, and so do other links.

        Raises
        ------
        UsageError
            If the password is not fit; the link still holds then.
        """
        link = self._find(LoginLink, token)
        if link is None:
            return None
        kept = None if password is None else hashed(password, link.user_id)
        try:
            with self._store.write(link.user_id, "user.redeem") as writer:
                link = writer.get(LoginLink, link.id)
                user = _invited(writer, link, writer.at)
                if user is None:
                    return None
                writer.save(link.with_(used_at=writer.at))
                return user if kept is None else save_password(writer, user, kept)
        except StaleRecord:  # somebody else was quicker
            return None

    def check_password(self, name: str, password: str) -> User | None:
        """Return the user if the password is hers; takes as long for names that do not exist."""
        from argon2.exceptions import Argon2Error, InvalidHashError

        with self._store.read() as reader:
            user = reader.find(User, name)
        known = user is not None and not user.disabled and user.password_hash is not None
        nobodys = _nobodys_hash()
        kept = user.password_hash if user is not None and known else nobodys
        try:
            _hasher().verify(str(kept), password)
        except (Argon2Error, InvalidHashError):
            return None
        return user if known else None

    def start_session(self, name: str) -> str:
        """Log a user in and return the token of the session."""
        token = secrets.token_urlsafe(32)
        with self._store.write(name, "session.start") as writer:
            moment = writer.at
            writer.save(Session(id=digest(token), user_id=name, started_at=moment, seen_at=moment))
        return token

    def user_of(
        self,
        token: str,
        idle: dt.timedelta = IDLE,
        longest: dt.timedelta = LONGEST,
        *,
        touch: bool = True,
    ) -> User | None:
        """Return whose session this is, or None if it has ended.

        Parameters
        ----------
        idle, longest
            How long a session lives without use, and at all.
        touch
            Whether this counts as use.
        """
        session = self._find(Session, token)
        moment = self._store.clock()
        if session is None or session.ended_at:
            return None
        if not _lives(session, moment, idle, longest):
            return None
        with self._store.read() as reader:
            user = reader.get(User, session.user_id)
        if user.disabled:
            return None
        if touch and moment - session.seen_at >= RESOLUTION:
            self._note_use(session, moment)
        return user

    def end_session(self, token: str) -> None:
        """Log out. A session that has ended already stays as it is."""
        session = self._find(Session, token)
        if session is None or session.ended_at:
            return
        with self._store.write(session.user_id, "session.end") as writer:
            session = writer.get(Session, session.id)
            if not session.ended_at:
                writer.save(session.with_(ended_at=writer.at))

    # -- one's own log-in -----------------------------------------------------------------------

    def sessions(self, actor: Actor, name: str) -> list[Session]:
        """Return where a user is logged in, the latest used first; anybody may ask of herself.

        Raises
        ------
        NotAllowed
            If they are somebody else's and the actor may not change users.
        """
        if actor.name != name:
            actor.require("user.change")
        moment = self._store.clock()
        with self._store.read() as reader:
            found = reader.all(Session, user_id=name, ended_at=None)
        return sorted(
            (session for session in found if _lives(session, moment)), key=lambda s: s.seen_at, reverse=True
        )

    def end_sessions(self, actor: Actor, name: str, session_id: str | None = None) -> int:
        """Log a user out everywhere, or end one of her log-ins; return how many ended.

        Raises
        ------
        NotAllowed
            If they are somebody else's and the actor may not change users.
        """
        if actor.name != name:
            actor.require("user.change")
        with self._store.write(actor.name, "session.end") as writer:
            found = writer.all(Session, user_id=name, ended_at=None)
            chosen = [session for session in found if session_id in (None, session.id)]
            for session in chosen:
                writer.save(session.with_(ended_at=writer.at))
        return sum(_lives(session, self._store.clock()) for session in chosen)

    def set_language(self, actor: Actor, language: Language) -> User:
        """Keep in which language the actor reads.

        Raises
        ------
        NotFound
            If the actor is no user of the workbench.
        """
        with self._store.write(actor.name, "user.language") as writer:
            user = writer.get(User, actor.name)
            return user if user.language == language else writer.save(user.with_(language=language))

    # -- inside ---------------------------------------------------------------------------------

    def _find(self, kind: type[_ANY], token: str) -> _ANY | None:
        with self._store.read() as reader:
            return reader.find(kind, digest(token))

    def _note_use(self, session: Session, moment: dt.datetime) -> None:
        try:
            with self._store.write(session.user_id, "session.use") as writer:
                writer.save(session.with_(seen_at=moment))
        except StaleRecord:  # another page of the same user noted it
            return


def end_sessions(writer: Writer, name: str, but: str = "") -> None:
    """Log a user out everywhere, but for the session of a token."""
    for session in writer.all(Session, user_id=name, ended_at=None):
        if not but or session.id != digest(but):
            writer.save(session.with_(ended_at=writer.at))


def save_password(writer: Writer, user: User, password_hash: str, keep: str = "") -> User:
    """Save a password; log-ins with the one before end, but for one, and no link made before holds."""
    end_sessions(writer, user.id, keep)
    for link in writer.all(LoginLink, user_id=user.id, used_at=None):
        writer.save(link.with_(used_at=writer.at))
    return writer.save(user.with_(password_hash=password_hash))


def _invited(reader: Reader, link: LoginLink | None, moment: dt.datetime) -> User | None:
    """Return whose link this is, as long as it holds."""
    if link is None or link.used_at or link.expires_at <= moment:
        return None
    user = reader.get(User, link.user_id)
    return None if user.disabled else user


def _lives(
    session: Session, moment: dt.datetime, idle: dt.timedelta = IDLE, longest: dt.timedelta = LONGEST
) -> bool:
    return moment - session.seen_at <= idle and moment - session.started_at <= longest


def digest(token: str) -> str:
    """Return under which id a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def hashed(password: str, name: str) -> str:
    """Return a password as it is kept.

    Raises
    ------
    UsageError
        If it is too short or easy to guess.
    """
    if len(password) < MINIMUM:
        raise UsageError(say("A password needs at least {n} characters.", n=MINIMUM))
    if len(set(password.casefold())) < 5 or (len(name) > 3 and name.casefold() in password.casefold()):
        raise UsageError(
            say(
                "This password is easy to guess: it repeats itself or has the user name in it. "
                "Please take another."
            )
        )
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe())
