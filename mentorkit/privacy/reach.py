"""Whose roles an actor may give and take, and whose log-in she may hand out.

Whoever makes a log-in link can use it, so it is made for those alone who have no other roles than its maker
may give. As soon as this no longer holds, what came of the link is void.
"""

from __future__ import annotations

from collections.abc import Iterable

from mentorkit.errors import RuleBroken
from mentorkit.language import say
from mentorkit.privacy.permissions import COORDINATING, ENTRUSTED, Actor
from mentorkit.privacy.records import LoginLink, User
from mentorkit.programme.records import Grant, Programme
from mentorkit.store import Reader


def may_give(actor: Actor, role: str, programme_id: str | None) -> bool:
    """Tell whether the actor may give and take a role in a programme, or (None) in all."""
    return actor.may("user.change") or (role in ENTRUSTED and actor.may("user.entrust", programme_id))


def require_giving(actor: Actor, role: str, programme_id: str | None) -> None:
    """Do nothing if the actor may give this role there.

    Raises
    ------
    NotAllowed
        If not.
    """
    if not may_give(actor, role, programme_id):
        actor.require("user.entrust" if role in ENTRUSTED else "user.change", programme_id)


def require_apart(reader: Reader, actor: Actor, name: str, role: str, programme_id: str | None) -> None:
    """Do nothing if a user with this role would not both evaluate and coordinate; a programme of None is all.

    Raises
    ------
    RuleBroken
        If she would, or somebody gives the evaluation to herself.
    """
    if role == "evaluator" and actor.name == name:
        raise RuleBroken(
            say(
                "Nobody gives the role “Evaluation” to herself or himself. Please ask somebody else to do so."
            )
        )
    apart = COORDINATING if role == "evaluator" else ("evaluator",) if role in COORDINATING else ()
    for grant in reader.all(Grant, user_id=name):
        overlaps = None in {grant.programme_id, programme_id} or grant.programme_id == programme_id
        if grant.role in apart and overlaps:
            raise RuleBroken(
                say(
                    "Whoever evaluates cannot coordinate, lead or operate the same programme: what is "
                    "confided stays with the evaluation. “{name}” would do both.",
                    name=name,
                )
            )


def reaches(actor: Actor, grants: Iterable[Grant]) -> bool:
    """Tell whether the actor may give every one of these roles; the operation reaches everybody."""
    return actor.may("user.change") or all(may_give(actor, g.role, g.programme_id) for g in grants)


def require_reach(reader: Reader, actor: Actor, name: str, *, known: bool = False) -> None:
    """Do nothing if the actor may give every role that a user has.

    Parameters
    ----------
    known
        Whether she must have a role: one without may be given anything yet. That nobody has this name is
        not told then.

    Raises
    ------
    NotAllowed
        If not.
    """
    grants = reader.all(Grant, user_id=name)
    if not reaches(actor, grants) or (known and not grants and not actor.may("user.change")):
        why = say("Only the operation may deal with the log-in of “{name}”. Please ask there.", name=name)
        raise actor.refusal("user.change", sentence=why)


def led(reader: Reader) -> dict[str, str]:
    """Return the programmes that somebody with a log-in leads: names by id."""
    active = {user.id for user in reader.all(User, disabled=False)}
    places = {grant.programme_id for grant in reader.all(Grant, role="lead") if grant.user_id in active}
    return {p.id: p.name for p in reader.all(Programme) if None in places or p.id in places}


def outgrows(reader: Reader, name: str, role: str, programme_id: str | None) -> bool:
    """Tell whether somebody who made a log-in link of the user may not give her this role.

    Every link counts, used or not: a session or a password may have come of it. Who made it is the first to
    stand in the audit trail; a name that is no user's is the operation's, since it reads the store itself.
    """
    links = reader.all(LoginLink, user_id=name)
    makers = {reader.trail(kind="login_link", subject=link.id)[0]["actor"] for link in links}
    return not all(
        may_give(Actor(maker, tuple(reader.all(Grant, user_id=maker))), role, programme_id)
        for maker in makers
        if reader.find(User, maker)
    )
