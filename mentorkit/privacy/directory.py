"""Roles that a directory gives: groups of JupyterHub, or of what it asks who people are.

A group is called ``mentorkit:PROGRAMME:ROLE`` or ``mentorkit:PROGRAMME:organisation:ORGANISATION``, with
``*`` for all programmes. Groups of other names mean nothing here. What was given in the workbench itself
stays as it is; what came of a group goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from mentorkit.errors import NotAllowed, StoreError, UsageError
from mentorkit.language import say
from mentorkit.privacy.accounts import Accounts, begin_user, check_name, give_role
from mentorkit.privacy.log_in import end_sessions
from mentorkit.privacy.own_key import forget_former
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Grant
from mentorkit.store import Reader, Store

PREFIX = "mentorkit:"
#: Who gives these roles, in the trail: no user is called so, since names have small letters only.
DIRECTORY = "JupyterHub"


class GroupRole(NamedTuple):
    """The role that a group stands for."""

    role: str
    programme_id: str | None
    organisation: str | None


def role_of(group: str) -> GroupRole:
    """Return what a group of this product stands for.

    Raises
    ------
    UsageError
        If its name says none.
    """
    programme, _, rest = group.removeprefix(PREFIX).partition(":")
    role, _, organisation = rest.partition(":")
    if not group.startswith(PREFIX) or not programme or not role:
        raise UsageError(
            say(
                "The group “{group}” names no role. Such groups are called “{pattern}”.",
                group=group,
                pattern=f"{PREFIX}PROGRAMME:ROLE",
            )
        )
    return GroupRole(role, None if programme == "*" else programme, organisation or None)


def take_roles(store: Store, name: str, groups: Iterable[str]) -> User:
    """Bring the roles of who was let in by a directory to what the groups say, and return the user.

    Whoever has no log-in gets one by the first group that gives a role. When a role is taken, sessions end.

    Raises
    ------
    NotAllowed
        If there is no such user and no group gives a role, or the user was removed here.
    UsageError, NotFound
        If a group or the name is not fit.
    RuleBroken
        If somebody would both evaluate and coordinate a programme.
    """
    wanted = {role_of(group) for group in groups if group.startswith(PREFIX)}
    for told in wanted:
        Accounts(store).check_role(*told)
    with store.read() as reader:
        user = reader.find(User, name)
        if (user is None and not wanted) or (user is not None and user.disabled):
            raise NotAllowed(say("“{name}” has no log-in on this workbench.", name=name))
        held = reader.all(Grant, user_id=name)
        if user is not None and wanted <= set(map(_of, held)) and not _outlived(reader, held, wanted):
            return user
    with store.write(DIRECTORY, "user.directory") as writer:
        if writer.find(User, name) is None:
            check_name(name, name)
            begin_user(writer, name, name)
        gone = _outlived(writer, writer.all(Grant, user_id=name), wanted)
        for grant in gone:
            writer.delete(grant)
        for told in sorted(wanted, key=str):
            give_role(writer, Actor(DIRECTORY, ()), name, *told)
        if gone:  # open pages keep the roles with which they were opened
            end_sessions(writer, name)
        user = writer.get(User, name)
    if gone:
        with suppress(StoreError):
            forget_former(store)
    return user


def _of(grant: Grant) -> GroupRole:
    return GroupRole(grant.role, grant.programme_id, grant.organisation)


def _outlived(reader: Reader, held: Iterable[Grant], wanted: set[GroupRole]) -> list[Grant]:
    """Return the roles that a group gave and no group gives any more."""
    return [
        grant
        for grant in held
        if _of(grant) not in wanted and reader.trail(kind="grant", subject=grant.id)[0]["actor"] == DIRECTORY
    ]
