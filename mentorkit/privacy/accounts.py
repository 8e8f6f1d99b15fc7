"""Users and their roles.

The operation may do everything with them. A programme's lead may give and take some roles in her own
programme (``permissions.ENTRUSTED``), add users by it and hand them links; whoever has any other role besides
is out of her reach (:mod:`mentorkit.privacy.reach`), or a link would let her in as somebody with more rights.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple, TypedDict, get_args

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StoreError, UsageError
from mentorkit.language import Language, say
from mentorkit.language.formats import din5007, listing
from mentorkit.privacy.log_in import LogIns, digest, end_sessions, hashed, save_password
from mentorkit.privacy.own_key import forget_former
from mentorkit.privacy.permissions import ROLES, Actor, RoleName, sole_actor
from mentorkit.privacy.reach import led, outgrows, reaches, require_apart, require_giving, require_reach
from mentorkit.privacy.records import LoginLink, User
from mentorkit.programme.records import Grant, Organisation, Programme
from mentorkit.store import Reader, Store, Writer

LINK_VALID = dt.timedelta(days=7)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


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


class LetIn(NamedTuple):
    """How a person who was given a role comes in."""

    #: Of a link that logs in once; empty if the user has a log-in, or the actor may not hand her one.
    token: str
    #: Whether the log-in she had has ended.
    ended: bool


class Accounts(LogIns):
    """The users of a workbench. Every method is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)

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

    def list(self, actor: Actor, programme_id: str | None = None) -> UserRows:
        """Return the users with their roles, by their names.

        Parameters
        ----------
        programme_id
            Only those with a role in this programme or in all, and only these roles; everybody without it.

        Raises
        ------
        NotAllowed
            If the actor may not read users.
        """
        actor.require("user.read", programme_id)
        with self._store.read() as reader:
            grants = reader.all(Grant)
            users = sorted(reader.all(User), key=lambda user: din5007(user.display_name))
        if programme_id is not None:
            grants = [grant for grant in grants if grant.programme_id in (None, programme_id)]
            known = {grant.user_id for grant in grants}
            users = [user for user in users if user.id in known]
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
        return Actor(user.id, grants, user.display_name, witness=self._store.denied)

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
        check_name(name, display_name)
        kept = None if password is None else hashed(password, name)
        with self._store.write(actor.name, "user.add") as writer:
            old = writer.find(User, name)
            if old and not old.disabled:
                raise RuleBroken(say("There is already a user “{name}”.", name=name))
            first = not writer.all(User)
            user = begin_user(writer, name, display_name, kept, language)
            if first:
                writer.save(Grant(id=writer.new_id(Grant), user_id=name, role="operator"))
        return user

    def let_in(  # noqa: PLR0913, PLR0917 - who lets in whom, as what, and where
        self,
        actor: Actor,
        name: str,
        display_name: str,
        role: str,
        programme_id: str,
        organisation: str | None = None,
    ) -> LetIn:
        """Give a person a role in a programme, with a log-in if she has none, or not any more.

        Returns
        -------
        LetIn
            The token of a link, valid for seven days, for a new user; and for a known one whose log-in ended
            as in :meth:`grant`, if the actor may hand her a link.

        Raises
        ------
        NotAllowed
            If the actor may not give this role there, or the user was removed and had other roles.
        RuleBroken
            If the user would both evaluate and coordinate a programme, or evaluate by her own giving.
        UsageError
            If the name is not fit.
        UsageError, NotFound
            As :meth:`check_role`.
        """
        require_giving(actor, role, programme_id)
        self.check_role(role, programme_id, organisation)
        with self._store.write(actor.name, "user.let_in") as writer:
            old = writer.find(User, name)
            new = old is None or old.disabled
            if new:
                check_name(name, display_name)
                require_reach(writer, actor, name)
                begin_user(writer, name, display_name)
            ended = give_role(writer, actor, name, role, programme_id, organisation)
            linked = new or (ended and reaches(actor, writer.all(Grant, user_id=name)))
            return LetIn(_new_link(writer, name, LINK_VALID) if linked else "", ended)

    def grant(
        self,
        actor: Actor,
        name: str,
        role: str,
        programme_id: str | None = None,
        organisation: str | None = None,
    ) -> bool:
        """Give a user a role, in one programme or in all; what she has already is left as it is.

        If one of her links was made by somebody who may not give this role, such as a lead, her log-in ends:
        links, sessions and password. She then needs a new link.

        Returns
        -------
        bool
            Whether the log-in ended.

        Raises
        ------
        NotFound
            If there is no such user.
        NotAllowed
            If the actor may not give this role there.
        RuleBroken
            As :meth:`let_in`.
        UsageError, NotFound
            As :meth:`check_role`.
        """
        require_giving(actor, role, programme_id)
        self.check_role(role, programme_id, organisation)
        with self._store.write(actor.name, "user.grant") as writer:
            _user(writer, name)
            return give_role(writer, actor, name, role, programme_id, organisation)

    def revoke(
        self,
        actor: Actor,
        name: str,
        role: str,
        programme_id: str | None = None,
        organisation: str | None = None,
    ) -> bool:
        """Take a role from a user; with the last one her log-in goes too. Return whether it went.

        Her sessions end, as open pages keep the roles with which they were opened.

        Raises
        ------
        NotFound
            If there is no user of this name with this role.
        RuleBroken
            If nobody would be left who can add users, or who leads a programme.
        NotAllowed
            If the actor may not take this role there.
        """
        require_giving(actor, role, programme_id)
        wanted = {"user_id": name, "role": role, "programme_id": programme_id, "organisation": organisation}
        with self._store.write(actor.name, "user.revoke") as writer:
            grants = writer.all(Grant, user_id=name)
            found = [g for g in grants if g.model_dump(exclude={"id", "version"}) == wanted]
            if not found:  # whether there is such a user is told to nobody by this
                raise NotFound(say("“{name}” has not got this role any more.", name=name))
            user, led_before = _user(writer, name), led(writer)
            for grant in found:
                writer.delete(grant)
            last = len(found) == len(grants)
            if last and not user.disabled:
                writer.save(user.with_(disabled=True))
            _refuse_gap(writer, user, led_before)
            end_sessions(writer, name)
        self._take_keys()
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
            If nobody would be left who can add users, or who leads a programme.
        NotFound
            If there is no such user.
        NotAllowed
            If the actor may not change users.
        """
        actor.require("user.change")
        with self._store.write(actor.name, "user.remove") as writer:
            user, led_before = _user(writer, name), led(writer)
            removed = user if user.disabled else writer.save(user.with_(disabled=True))
            _refuse_gap(writer, user, led_before)
            end_sessions(writer, name)
        self._take_keys()
        return removed

    def _take_keys(self) -> None:
        """Remove the keys of whoever is an evaluator no longer; reading asks for the role in any case."""
        with suppress(StoreError):
            forget_former(self._store)

    def set_password(self, actor: Actor, name: str, password: str, keep: str = "") -> User:
        """Set a user's password, one's own or, as operator, anybody's; ends the user's sessions and links.

        Parameters
        ----------
        keep
            Token of the session that goes on: the one in which somebody changes her own.

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
        kept = hashed(password, name)
        with self._store.write(actor.name, "user.password") as writer:
            return save_password(writer, _user(writer, name), kept, keep)

    def new_link(self, actor: Actor, name: str, valid: dt.timedelta = LINK_VALID) -> str:
        """Return the token of a link by which a user chooses her password, or logs in once.

        Raises
        ------
        NotFound
            If there is no such user.
        NotAllowed
            If the actor may not change users, or has not given all the roles this one has.
        """
        with self._store.write(actor.name, "user.link") as writer:
            require_reach(writer, actor, name, known=True)
            _user(writer, name)
            return _new_link(writer, name, valid)


def begin_user(
    writer: Writer,
    name: str,
    display_name: str,
    password_hash: str | None = None,
    language: Language | None = None,
) -> User:
    """Save a user anew; one who was removed comes back without anything she had."""
    old = writer.find(User, name)
    for kind in (Grant, LoginLink):
        for left in writer.all(kind, user_id=name):
            writer.delete(left)
    return writer.save(
        User(
            id=name,
            version=old.version if old else 0,
            display_name=display_name.strip(),
            password_hash=password_hash,
            language=language,
        )
    )


def give_role(  # noqa: PLR0913, PLR0917 - who gives whom what, and where
    writer: Writer,
    actor: Actor,
    name: str,
    role: str,
    programme_id: str | None,
    organisation: str | None,
) -> bool:
    """Save a role that the user has not got; tell whether this ended her log-in."""
    wanted = {"user_id": name, "role": role, "programme_id": programme_id, "organisation": organisation}
    if any(g.model_dump(exclude={"id", "version"}) == wanted for g in writer.all(Grant, user_id=name)):
        return False
    require_apart(writer, actor, name, role, programme_id)
    writer.save(Grant(id=writer.new_id(Grant), **wanted))
    ended = outgrows(writer, name, role, programme_id)
    if ended:
        _end_log_in(writer, name)
    return ended


def _end_log_in(writer: Writer, name: str) -> None:
    """Void every way in that a user has."""
    end_sessions(writer, name)
    for link in writer.all(LoginLink, user_id=name):
        writer.delete(link)
    user = _user(writer, name)
    if user.password_hash:
        writer.save(user.with_(password_hash=None))


def _new_link(writer: Writer, name: str, valid: dt.timedelta) -> str:
    token = secrets.token_urlsafe(32)
    writer.save(LoginLink(id=digest(token), user_id=name, expires_at=writer.at + valid))
    return token


def _user(reader: Reader, name: str) -> User:
    if (user := reader.find(User, name)) is None:
        raise NotFound(say("There is no user “{name}”.", name=name))
    return user


def _operators(reader: Reader) -> set[str]:
    active = {user.id for user in reader.all(User, disabled=False)}
    everywhere = reader.all(Grant, role="operator", programme_id=None)
    return {grant.user_id for grant in everywhere} & active


def _refuse_gap(reader: Reader, user: User, led_before: Mapping[str, str]) -> None:
    """Do nothing if there is somebody left who can add users, and who leads each programme led before."""
    if not _operators(reader):
        raise RuleBroken(
            say(
                "“{name}” is the last one who can add users. Make somebody else operator first.",
                name=user.display_name,
            )
        )
    if lost := led_before.keys() - led(reader).keys():
        raise RuleBroken(
            say(
                "“{name}” is the last one who leads “{programmes}”. "
                "Make somebody else programme lead there first.",
                name=user.display_name,
                programmes=listing(led_before[key] for key in sorted(lost)),
            )
        )


def check_name(name: str, display_name: str) -> None:
    """Do nothing if these are fit as names of a user.

    Raises
    ------
    UsageError
        If not.
    """
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


def display_names(store: Store, actor: Actor, programme_id: str) -> dict[str, str]:
    """Return what people call the users who have or had a role in a programme or in all, by their log-ins.

    Whoever sees a decision sees who took it; nothing else of a user is told, and nothing of other users.

    Raises
    ------
    NotAllowed
        If the actor has no role in the programme.
    StoreError
        If the store cannot be read.
    """
    actor.require("programme.read", programme_id)
    with store.read() as reader:
        held = [grant.model_dump() for grant in reader.all(Grant)]
        held += [entry["before"] for entry in reader.trail(kind="grant") if entry["before"]]
        here = {role["user_id"] for role in held if role["programme_id"] in (None, programme_id)}
        return {user.id: user.display_name for user in reader.all(User) if user.id in here}
