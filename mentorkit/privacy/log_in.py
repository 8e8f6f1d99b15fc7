"""Logging in: one-time links, passwords and sessions.

Tokens of links and sessions are known to their owner alone; the store keeps their SHA-256. Passwords are
kept as argon2id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from mentorkit.errors import StaleRecord, UsageError
from mentorkit.language import say
from mentorkit.privacy.records import LoginLink, Session, User
from mentorkit.store import Store, Writer

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MINIMUM = 12
#: Shorter than this since it was last written, a session's last use is not written again.
RESOLUTION = dt.timedelta(minutes=1)
IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
_ANY = TypeVar("_ANY", LoginLink, Session)


class LogIns:
    """How the users of a workbench come in. Every method is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def link_user(self, token: str) -> User | None:
        """Return whom a link logs in, without using it up; None if it is unknown."""
        with self._store.read() as reader:
            link = reader.find(LoginLink, digest(token))
            return reader.find(User, link.user_id) if link else None

    def redeem(self, token: str) -> User | None:
        """Use up a link; return its user, or None if it is unknown, used or too old."""
        link = self._find(LoginLink, token)
        if link is None:
            return None
        try:
            with self._store.write(link.user_id, "user.redeem") as writer:
                link = writer.get(LoginLink, link.id)
                user = writer.get(User, link.user_id)
                if link.used_at or link.expires_at <= writer.at or user.disabled:
                    return None
                writer.save(link.with_(used_at=writer.at))
        except StaleRecord:  # somebody else was quicker
            return None
        return user

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
        if moment - session.seen_at > idle or moment - session.started_at > longest:
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


def end_sessions(writer: Writer, name: str) -> None:
    """Log a user out everywhere."""
    for session in writer.all(Session, user_id=name, ended_at=None):
        writer.save(session.with_(ended_at=writer.at))


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
