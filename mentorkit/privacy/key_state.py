"""Who can read the confidential texts of a programme, and what is missing for them to come in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from mentorkit.errors import RuleBroken
from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.privacy import reader_keys
from mentorkit.privacy.accounts import display_names
from mentorkit.privacy.own_key import coordinating_evaluators, evaluators
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import ReaderKey
from mentorkit.programme.records import Programme
from mentorkit.store import Reader, Store
from mentorkit.store.ring import RECOVERY, Drill, KeyReader, Ring

#: A drill is due again after so long.
DRILL_EVERY = dt.timedelta(days=365)
#: So long it is told that the recovery sheet let somebody in.
TOLD_FOR = dt.timedelta(days=90)
Holding = Literal["reads", "waits", "none"]


@dataclass(frozen=True)
class KeyHolder:
    """An evaluator: she reads (since when), has a key and waits to be admitted, or has no key yet."""

    user: str
    display_name: str
    holding: Holding
    since: dt.datetime | None = None


@dataclass(frozen=True)
class KeyState:
    """Who can read the confidential texts of a programme, and what is missing.

    Attributes
    ----------
    people
        How many people have confided something, by the keys there are.
    missing
        What is to be done, in sentences.
    """

    programme_id: str
    holders: tuple[KeyHolder, ...]
    recovery_at: dt.datetime | None
    drill_at: dt.datetime | None
    drill_by: str
    people: int
    missing: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether texts can come in: somebody reads them, and there is a recovery key."""
        return self.recovery_at is not None and any(h.holding == "reads" for h in self.holders)

    def to_json(self) -> dict[str, object]:
        """Return the facts for a command's JSON."""
        return {
            "programme": self.programme_id,
            "ready": self.ready,
            "evaluators": [vars(holder) for holder in self.holders],
            "recovery": self.recovery_at,
            "drill": {"at": self.drill_at, "by": self.drill_by} if self.drill_at else None,
            "people": self.people,
            "missing": list(self.missing),
        }


def state(store: Store, actor: Actor, programme_id: str) -> KeyState:
    """Return who can read the confidential texts of a programme, and what is missing.

    Raises
    ------
    NotAllowed
        If the actor may not look at the keys.
    StoreError
        If the keyring cannot be used.
    """
    actor.require("keys.read", programme_id)
    with store.read() as reader, store.keyring.read() as ring:
        reader.get(Programme, programme_id)
        may = evaluators(reader, programme_id)
        both, known = coordinating_evaluators(reader, programme_id), reader_keys.kept(reader, programme_id)
        reading = {r.name: r for r in reader_keys.trusted(reader, ring, programme_id)}
        doubts = reader_keys.doubts(reader, ring, programme_id)
        strangers = reader_keys.strangers(reader, ring, programme_id)
        own, people = ring.own_keys(), len(ring.data_keys(programme_id))
        tried = ring.drill(programme_id)
    holders = tuple(
        KeyHolder(user.id, user.display_name, "reads" if user.id in reading else
                  "waits" if user.id in own else "none",
                  reading[user.id].since if user.id in reading else None)
        for user in may.values()
    )  # fmt: skip
    recovery = reading.get(RECOVERY)
    names = display_names(store, actor, programme_id)
    who = names.get(tried.by, tried.by) if tried else ""
    missing = [
        *doubts,
        *(
            say(
                "The keyring names “{name}” among those who read, whom nobody admitted here; nothing is "
                "sealed for “{name}”. Please find out who changed the keyring.",
                name=name,
            )
            for name in strangers
        ),
        *_let_in(holders, known, names, store.clock()),
    ]
    missing += [
        say(
            "{name} has the role “Evaluation” and coordinates, leads or operates the same programme; so the "
            "role does not count, and nothing is sealed for {name}. Please take one of the roles away.",
            name=user.display_name,
        )
        for user in both
    ]
    missing += _missing(holders, recovery, tried, store.clock())
    return KeyState(programme_id, holders, recovery and recovery.since, tried and tried.at, who, people,
                    tuple(missing))  # fmt: skip


def _let_in(
    holders: tuple[KeyHolder, ...], known: dict[str, ReaderKey], names: dict[str, str], at: dt.datetime
) -> list[str]:
    """Tell for a while whom the recovery sheet let in, since whoever holds it can let in anybody."""
    return [
        say(
            "{name} reads since {day}, let in with the recovery sheet by {by}. If that was not agreed, "
            "please remove {name} from those who read.",
            name=holder.display_name,
            day=date(key.since.astimezone().date()),
            by=names.get(key.by, key.by),
        )
        for holder in holders
        if holder.holding == "reads" and (key := known[holder.user]).sheet and at - key.since < TOLD_FOR
    ]


def _missing(
    holders: tuple[KeyHolder, ...], recovery: KeyReader | None, tried: Drill | None, at: dt.datetime
) -> list[str]:
    told = []
    if not holders:
        told.append(say("Nobody has the role “Evaluation” yet. Whoever has it alone reads these texts."))
    elif not any(holder.holding == "reads" for holder in holders):
        told.append(say("Nobody can read confidential texts yet: somebody of the evaluation has to make her "
                        "key, and to be admitted where texts are there already."))  # fmt: skip
    for holder in holders:
        if holder.holding == "waits":
            told.append(say("{name} has a key and waits to be admitted.", name=holder.display_name))
        elif holder.holding == "none":
            told.append(say("{name} has no key yet.", name=holder.display_name))
    if recovery is None:
        told.append(say("There is no recovery key yet. Please set one up and print its sheet: if all keys "
                        "are lost, so are the texts."))  # fmt: skip
    elif tried is None:
        told.append(say("The recovery sheet was never tried. Please do a drill."))
    elif at - tried.at > DRILL_EVERY:
        told.append(say("The last drill with the recovery sheet was more than a year ago."))
    return told


def ready(store: Store, programme_id: str) -> bool:
    """Tell whether texts can come in: somebody reads them, and there is a recovery key."""
    with store.read() as reader, store.keyring.read() as ring:
        return ready_in(reader, ring, programme_id)


def ready_in(reader: Reader, ring: Ring, programme_id: str) -> bool:
    """Tell the same within transactions."""
    if reader_keys.doubts(reader, ring, programme_id):
        return False
    names = {r.name for r in reader_keys.trusted(reader, ring, programme_id)}
    return RECOVERY in names and bool(names & evaluators(reader, programme_id).keys())


def not_ready() -> RuleBroken:
    """Return what is said where texts cannot come in yet."""
    return RuleBroken(
        say(
            "Confidential texts cannot come in yet: the evaluation has to make a key, and a recovery key has "
            "to be set up. The tab “Keys” of the data protection says what is missing."
        )
    )
