"""Who decided on the pairs of a run, and when, from the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Run
from mentorkit.store import Store


class Decider(NamedTuple):
    """Who made a decision what it is now, as people call her, and when."""

    who: str
    at: dt.datetime


def deciders(store: Store, actor: Actor, run_id: str) -> dict[str, Decider]:
    """Return who decided on pairs of a run, by the id of the decision; the trail is read once for all.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        actor.require("matching.read", reader.get(Run, run_id).programme_id)
        trail = reader.trail(run_id=run_id, kind="pair_decision")
        names = {user.id: user.display_name for user in reader.all(User)} if trail else {}
    # oldest first: the last one counts
    return {one["subject"]: Decider(names.get(one["actor"], one["actor"]), one["at"]) for one in trail}
