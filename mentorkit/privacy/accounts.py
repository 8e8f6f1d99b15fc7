"""Users, their roles and their log-ins.

Tokens of links and sessions are known to their owner alone; the store keeps their SHA-256. Passwords are
kept as argon2id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from functools import cache
from typing import TYPE_CHECKING, TypedDict, TypeVar, get_args

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord, UsageError
from mentorkit.language import Language, say
from mentorkit.language.formats import din5007
from mentorkit.privacy.permissions import ROLES, Actor, RoleName, sole_actor
from mentorkit.programme.records import Grant, LoginLink, Organisation, Programme, Session, User
from mentorkit.store import Reader, Store, Writer

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MINIMUM = 12
#: Shorter than this since it was last written, a session's last use is not written again.
RESOLUTION = dt.timedelta(minutes=1)
IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_ANY = TypeVar("_ANY", LoginLink, Session)


class RoleRow(TypedDict):
    """One role of a user, as it is listed."""

    role: str
    programme_id: str | None
    organisation: str | None


class UserRow(TypedDict):
    """One user, as it is listed."""

    name: str
    display_name: str
    disabled: bool
    roles: list[RoleRow]


UserRows = list[UserRow]


class Accounts:
    """The users of a workbench. Every method is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- who there is ---------------------------------------------------------------------------

    def any(self) -> bool:
        """Tell whether the workbench has users."""
        with self._store.read() as reader:
            return bool(reader.all(User))

    def knows(self, name: str) -> bool:
        """Tell whether there is a user of this name who was not removed."""
        with self._store.read() as reader:
            user = reader.find(User, name)
        return user is not None and not user.disabled

    def list(self, actor: Actor) -> UserRows:
        """Return all users with their roles, by their names.

        Raises
        ------
        NotAllowed
            If the actor may not read users.
        """
        actor.require("user.read")
        with self._store.read() as reader:
            grants = reader.all(Grant)
            users = sorted(reader.all(User), key=lambda user: din5007(user.display_name))
        return [
            UserRow(
                name=user.id,
                display_name=user.display_name,
                disabled=user.disabled,
                roles=[
                    RoleRow(role=g.role, programme_id=g.programme_id, organisation=g.organisation)
                    for g in grants
                    if g.user_id == user.id
                ],
            )
            for user in users
        ]

    def actor_of(self, name: str | None) -> Actor:
        """Return a user with the roles granted to her; on a workbench without users, the sole actor.

        Raises
        ------
        NotAllowed
            If the workbench has users and this is none of them, or a disabled one.
        """
        with self._store.read() as reader:
            user = reader.find(User, name) if name else None
            grants = tuple(reader.all(Grant, user_id=user.id)) if user else ()
            if user is None and not reader.all(User):
                return sole_actor(name)
        if user is None or user.disabled:
            raise NotAllowed(say("“{name}” has no log-in on this workbench.", name=name or "?"))
        return Actor(user.id, grants, display_name=user.display_name)

    # -- changing users -------------------------------------------------------------------------

    def add(
        self,
        actor: Actor,
        name: str,
        display_name: str,
        password: str | None = None,
        language: Language | None = None,
    ) -> User:
        """Add a user. The first one becomes operator too, or nobody could add the next.

        One who was removed can log in again, with what is given now: neither the old password nor the old
        roles and links come back.

        Raises
        ------
        UsageError
            If the name or the password is not fit.
        RuleBroken
            If the name is taken.
        NotAllowed
            If the actor may not change users.
        """
        actor.require("user.change")
        _check_name(name, display_name)
        hashed = None if password is None else _hashed(password, name)
        with self._store.write(actor.name, "user.add") as writer:
            old = writer.find(User, name)
            if old and not old.disabled:
                raise RuleBroken(say("There is already a user “{name}”.", name=name))
            first = not writer.all(User)
            for grant in writer.all(Grant, user_id=name):
                writer.delete(grant)
            for link in writer.all(LoginLink, user_id=name):
                writer.delete(link)
            user = writer.save(
                User(
                    id=name,
                    version=old.version if old else 0,
                    display_name=display_name.strip(),
                    password_hash=hashed,
                    language=language,
                )
            )
            if first:
                writer.save(Grant(id=writer.new_id(Grant), user_id=name, role="operator"))
        return user

    def grant(
        self,
        actor: Actor,
        name: str,
        role: str,
        programme_id: str | None = None,
        organisation: str | None = None,
    ) -> Grant:
        """Give a user a role, in one programme or in all; what she has already is left as it is.

        Raises
        ------
        NotFound
            If there is no such user.
        NotAllowed
            If the actor may not change users.
        UsageError, NotFound
            As :meth:`check_role`.
        """
        actor.require("user.change")
        self.check_role(role, programme_id, organisation)
        wanted = {"user_id": name, "role": role, "programme_id": programme_id, "organisation": organisation}
        with self._store.write(actor.name, "user.grant") as writer:
            _user(writer, name)
            for grant in writer.all(Grant, user_id=name):
                if grant.model_dump(exclude={"id", "version"}) == wanted:
                    return grant
            return writer.save(Grant(id=writer.new_id(Grant), **wanted))

    def revoke(
        self,
        actor: Actor,
        name: str,
        role: str,
        programme_id: str | None = None,
        organisation: str | None = None,
    ) -> bool:
        """Take a role from a user; with the last one her log-in goes too. Return whether it went.

        Raises
        ------
        NotFound
            If there is no such user, or she has not got this role.
        RuleBroken
            If nobody would be left who can add users.
        NotAllowed
            If the actor may not change users.
        """
        actor.require("user.change")
        wanted = {"user_id": name, "role": role, "programme_id": programme_id, "organisation": organisation}
        with self._store.write(actor.name, "user.revoke") as writer:
            user = _user(writer, name)
            grants = writer.all(Grant, user_id=name)
            found = [g for g in grants if g.model_dump(exclude={"id", "version"}) == wanted]
            if not found:
                raise NotFound(say("“{name}” has not got this role any more.", name=name))
            for grant in found:
                writer.delete(grant)
            if not _operators(writer):
                raise RuleBroken(
                    say(
                        "“{name}” is the last one who can add users. Make somebody else operator first.",
                        name=name,
                    )
                )
            last = len(found) == len(grants)
            if last:
                self._end_sessions(writer, name)
                if not user.disabled:
                    writer.save(user.with_(disabled=True))
        return last

    def check_role(self, role: str, programme_id: str | None = None, organisation: str | None = None) -> None:
        """Do nothing if a role can be granted like this.

        Raises
        ------
        UsageError
            If there is no such role, or it needs an organisation and has none, or the other way round.
        NotFound
            If there is no such programme, or none that knows the organisation.
        """
        _check_role(role, organisation)
        with self._store.read() as reader:
            programmes = [p for p in reader.all(Programme) if programme_id in (None, p.id)]
            known = {found.name for p in programmes for found in reader.all(Organisation, programme_id=p.id)}
        if programme_id and not programmes:
            raise NotFound(say("There is no programme “{name}”.", name=programme_id))
        # where companies come as they come, one may get its coordinator before its first application
        if (
            organisation
            and organisation not in known
            and all(p.settings.organisations.kind != "open" for p in programmes)
        ):
            listed = ", ".join(sorted(known, key=din5007)) or "–"
            raise NotFound(
                say("There is no organisation “{name}”. There are: {known}.", name=organisation, known=listed)
            )

    def remove(self, actor: Actor, name: str) -> User:
        """Take a user's log-in away at once; what she did stays on record.

        Raises
        ------
        RuleBroken
            If nobody would be left who can add users.
        NotFound
            If there is no such user.
        NotAllowed
            If the actor may not change users.
        """
        actor.require("user.change")
        with self._store.write(actor.name, "user.remove") as writer:
            user = _user(writer, name)
            if _operators(writer) == {name}:
                raise RuleBroken(
                    say(
                        "“{name}” is the last one who can add users. Make somebody else operator first.",
                        name=name,
                    )
                )
            self._end_sessions(writer, name)
            return user if user.disabled else writer.save(user.with_(disabled=True))

    def set_password(self, actor: Actor, name: str, password: str) -> User:
        """Set a user's password, one's own or, as operator, anybody's; ends the user's sessions.

        Raises
        ------
        UsageError
            If the password is too weak.
        NotFound
            If there is no such user.
        NotAllowed
            If it is somebody else's and the actor may not change users.
        """
        if actor.name != name:
            actor.require("user.change")
        hashed = _hashed(password, name)
        with self._store.write(actor.name, "user.password") as writer:
            user = _user(writer, name)
            self._end_sessions(writer, name)
            return writer.save(user.with_(password_hash=hashed))

    # -- log-in ---------------------------------------------------------------------------------

    def new_link(self, actor: Actor, name: str, valid: dt.timedelta = dt.timedelta(days=7)) -> str:
        """Return the token of a link that logs a user in once.

        Raises
        ------
        NotFound
            If there is no such user.
        NotAllowed
            If the actor may not change users.
        """
        actor.require("user.change")
        token = secrets.token_urlsafe(32)
        with self._store.write(actor.name, "user.link") as writer:
            _user(writer, name)
            writer.save(LoginLink(id=_digest(token), user_id=name, expires_at=writer.at + valid))
        return token

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
        hashed = user.password_hash if user is not None and known else nobodys
        try:
            _hasher().verify(str(hashed), password)
        except (Argon2Error, InvalidHashError):
            return None
        return user if known else None

    def start_session(self, name: str) -> str:
        """Log a user in and return the token of the session."""
        token = secrets.token_urlsafe(32)
        with self._store.write(name, "session.start") as writer:
            moment = writer.at
            writer.save(Session(id=_digest(token), user_id=name, started_at=moment, seen_at=moment))
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
            return reader.find(kind, _digest(token))

    def _note_use(self, session: Session, moment: dt.datetime) -> None:
        try:
            with self._store.write(session.user_id, "session.use") as writer:
                writer.save(session.with_(seen_at=moment))
        except StaleRecord:  # another page of the same user noted it
            return

    @staticmethod
    def _end_sessions(writer: Writer, name: str) -> None:
        for session in writer.all(Session, user_id=name, ended_at=None):
            writer.save(session.with_(ended_at=writer.at))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _user(reader: Reader, name: str) -> User:
    if (user := reader.find(User, name)) is None:
        raise NotFound(say("There is no user “{name}”.", name=name))
    return user


def _operators(reader: Reader) -> set[str]:
    active = {user.id for user in reader.all(User, disabled=False)}
    everywhere = reader.all(Grant, role="operator", programme_id=None)
    return {grant.user_id for grant in everywhere} & active


def _check_name(name: str, display_name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            say(
                "A user name has small letters, digits and . _ - @ only, at most 64 of them: “{name}”.",
                name=name,
            )
        )
    if not display_name.strip():
        raise UsageError(say("Please give the name that people see."))


def _check_role(role: str, organisation: str | None) -> None:
    if role not in get_args(RoleName):
        raise UsageError(
            say("There is no role “{role}”. There are: {known}.", role=role, known=", ".join(ROLES))
        )
    if (role == "organisation") != bool(organisation):
        raise UsageError(say("The role “organisation” needs an organisation, the other roles have none."))


def _hashed(password: str, name: str) -> str:
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
