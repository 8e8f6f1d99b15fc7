"""What coordinators write down about a pair, such as what they heard on the telephone."""

from __future__ import annotations

from dataclasses import dataclass

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, PairComment, Run
from mentorkit.store import Store

#: How many characters a comment has at most.
LONGEST = 2000


@dataclass(frozen=True)
class Comment:
    """A comment with the name of who wrote it, as people call her."""

    record: PairComment
    who: str


def comments(store: Store, actor: Actor, run_id: str) -> list[Comment]:
    """Return the comments on pairs of a run, oldest first.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        actor.require("matching.read", reader.get(Run, run_id).programme_id)
        found = reader.all(PairComment, run_id=run_id)
        names = {user.id: user.display_name for user in reader.all(User)} if found else {}
    return [Comment(record, names.get(record.by, record.by)) for record in found]


def comment(  # noqa: PLR0913, PLR0917 - a comment is who, where, about whom and what
    store: Store, actor: Actor, run_id: str, mentee_id: str, mentor_id: str, text: str
) -> PairComment:
    """Write a comment on a pair. It stays when the matching changes, and after the approval.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    NotFound
        If one of the two has not applied in this role.
    RuleBroken
        If there is no text, or it is too long.
    """
    with store.write(actor.name, "matching.comment") as writer:
        actor.require("matching.decide", writer.get(Run, run_id).programme_id)
        there = {(a.role, a.person_id) for a in writer.all(Application, run_id=run_id)}
        if not {("mentee", mentee_id), ("mentor", mentor_id)} <= there:
            raise NotFound(say("One of the two has not applied in this run; there is nothing to comment on."))
        return writer.save(
            PairComment(
                id=writer.new_id(PairComment),
                run_id=run_id,
                mentee_id=mentee_id,
                mentor_id=mentor_id,
                text=_checked(text),
                by=actor.name,
                at=writer.at,
            )
        )


def delete_comment(store: Store, actor: Actor, comment_id: str, version: int) -> None:
    """Delete a comment.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    NotFound
        If the comment is not there any more.
    StaleRecord
        If it was changed since.
    """
    with store.write(actor.name, "matching.uncomment") as writer:
        found = writer.get(PairComment, comment_id)
        actor.require("matching.decide", writer.get(Run, found.run_id).programme_id)
        writer.delete(found.with_(version=version))


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise RuleBroken(say("Please write something first."))
    if len(text) > LONGEST:
        raise RuleBroken(say("A comment has at most {n} characters.", n=LONGEST))
    return text
