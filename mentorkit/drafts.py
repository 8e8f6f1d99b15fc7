"""Drafts: what a user has begun in an app and not confirmed, kept so that a reload loses nothing.

A draft belongs to one user, one run and one app. With the app open twice, the last save counts.
"""

from __future__ import annotations

from typing import Any

from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Draft, Run
from mentorkit.store import Reader, Store


def load_draft(store: Store, actor: Actor, run_id: str, app: str) -> dict[str, Any] | None:
    """Return what the actor has begun in an app, or None.

    Raises
    ------
    NotFound
        If there is no such run.
    NotAllowed
        If the actor has no role in its programme.
    StoreError
        If the store cannot be read.
    """
    with store.read() as reader:
        _require(reader, actor, run_id)
        draft = _own(reader, actor, run_id, app)
    return None if draft is None else draft.content


def save_draft(store: Store, actor: Actor, run_id: str, app: str, content: dict[str, Any]) -> None:
    """Keep what the actor has begun in an app; it replaces what was kept before.

    Parameters
    ----------
    content
        Anything that JSON can hold.

    Raises
    ------
    NotFound, NotAllowed, StoreError
        As for :func:`load_draft`.
    """
    with store.write(actor.name, "draft.save") as writer:
        _require(writer, actor, run_id)
        draft = _own(writer, actor, run_id, app)
        if draft is None:
            draft = Draft(id=writer.new_id(Draft), user=actor.name, run_id=run_id, app=app, content=content)
        writer.save(draft.with_(content=content))


def clear_draft(store: Store, actor: Actor, run_id: str, app: str) -> None:
    """Throw away what the actor has begun in an app, if anything.

    Raises
    ------
    NotFound, NotAllowed, StoreError
        As for :func:`load_draft`.
    """
    with store.write(actor.name, "draft.clear") as writer:
        _require(writer, actor, run_id)
        draft = _own(writer, actor, run_id, app)
        if draft is not None:
            writer.delete(draft)


def _require(reader: Reader, actor: Actor, run_id: str) -> None:
    actor.require("programme.read", reader.get(Run, run_id).programme_id)


def _own(reader: Reader, actor: Actor, run_id: str, app: str) -> Draft | None:
    return next(iter(reader.all(Draft, user=actor.name, run_id=run_id, app=app)), None)
