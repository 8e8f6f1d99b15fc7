"""Taking two persons apart again that were put together, from what the audit trail tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake.merge import NAMED, RIGHT, reason_of, renamed
from mentorkit.intake.past import applications_of
from mentorkit.intake.settle import settle
from mentorkit.language import say
from mentorkit.matching.placing import HELD
from mentorkit.matching.placing import settle as place
from mentorkit.privacy.ledger import taken_apart
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import SealedText
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    FormLink,
    PairComment,
    PairDecision,
    Person,
    Prospect,
    Record,
    Run,
    Settlement,
    Tandem,
    TwoPersons,
    Wish,
)
from mentorkit.store import Reader, Store, Writer

_UNDO = "person.unmerge"
_KINDS: dict[str, type[Record]] = {
    "person": Person, "application": Application, "tandem": Tandem, "pair_decision": PairDecision,
    "pair_comment": PairComment, "settlement": Settlement,
    "earlier_tandem": EarlierTandem, "prospect": Prospect, "two_persons": TwoPersons, "wish": Wish,
    "form_link": FormLink, "sealed_text": SealedText,
}  # fmt: skip
#: A place may be somebody else's by now.
_NOT_GIVEN_BACK = ("version", "place")


@dataclass(frozen=True)
class Merged:
    """Two persons that were put together: who stays, and who went, as it was.

    Both are the same where two applications of one person were put together.
    """

    keep_id: str
    other: Person


def merged(store: Store, actor: Actor, programme_id: str) -> list[Merged]:
    """Return the persons that were put together and not taken apart since, the latest first.

    Raises
    ------
    NotAllowed
        If the actor may not put persons together (``person.merge``).
    """
    actor.require(RIGHT, programme_id)
    with store.read() as reader:
        there = {p.id: p for p in reader.all(Person, programme_id=programme_id)}
        entries = reader.trail(action=RIGHT, kind="person")
        joined = _joined(reader)
    gone = {e["subject"]: e for e in entries if e["after"] is None and e["before"]}
    found = [
        Merged(e["reason"].split(" → ")[1], Person.model_validate(e["before"]))
        for e in reversed(gone.values())
        if e["subject"] not in there and e["before"]["programme_id"] == programme_id
    ]
    twice = [Merged(key, there[key]) for key in dict.fromkeys([*joined.values()][::-1]) if key in there]
    return [*(m for m in found if m.keep_id in there), *twice]


def _joined(reader: Reader) -> dict[str, str]:
    """Return whose applications are put together, by what the trail says of it, the latest last."""
    entries = [e for action in (RIGHT, _UNDO) for e in reader.trail(action=action, kind="application")]
    joined: dict[str, str] = {}
    for entry in sorted(entries, key=itemgetter("id")):
        person_id, reason = (entry["after"] or {}).get("person_id", ""), entry["reason"]
        if reason.partition(":")[0] == reason_of(person_id, person_id):
            joined.pop(reason, None)
            if entry["action"] == RIGHT:
                joined[reason] = person_id
    return joined


def _last(reader: Reader, keep_id: str, other_id: str) -> str:
    """Return what the trail says of putting together two persons, or one's applications the last time."""
    if keep_id != other_id:
        return reason_of(keep_id, other_id)
    own = [reason for reason, person_id in _joined(reader).items() if person_id == keep_id]
    if not own:
        raise NotFound(say("These two persons were not put together."))
    return own[-1]


def unmerge(store: Store, actor: Actor, keep_id: str, other_id: str) -> Person:
    """Take two persons apart again: everything is as it was before they were put together.

    Only a place that somebody else took meanwhile stays that person's. Where applications of one person were
    put together several times, the last time is taken back.

    Raises
    ------
    NotAllowed
        If the actor may not put persons together (``person.merge``).
    NotFound
        If there is no such person, or the two were not put together.
    RuleBroken
        If what was moved was changed since in a way that cannot be kept.
    """
    with store.read() as reader:
        keep = reader.get(Person, keep_id)
        actor.require(RIGHT, keep.programme_id)
        reason = _last(reader, keep_id, other_id)
    with store.write(actor.name, _UNDO, reason) as writer:
        since = max((e["id"] for e in writer.trail(action=_UNDO, reason=reason)), default=0)
        entries = [e for e in writer.trail(action=RIGHT, reason=reason) if e["id"] > since]
        of_one = keep_id == other_id
        if not entries or (not of_one and writer.find(Person, other_id)):
            raise NotFound(say("These two persons were not put together."))
        back = keep if of_one else writer.save(_as_it_was(entries, other_id))
        for states in (found := _states(entries)).values():
            _put_back(writer, keep_id, other_id, *states)
        if of_one:
            _hand_back(writer, found)
        else:
            taken_apart(writer, keep, back, entries[-1]["id"])
        ids = [key for kind, key in found if kind == "application"]
        place(writer, filter(None, (writer.find(Application, key) for key in ids)))
        _settle_runs(writer, keep, back)
        return back


def _as_it_was(entries: list[dict[str, Any]], person_id: str) -> Person:
    before = next((entry["before"] for entry in entries if entry["subject"] == person_id), None)
    if before is None:
        raise RuleBroken(
            say("Who was put together here has been forgotten; the two cannot be taken apart again.")
        )
    return Person.model_validate(before).with_(version=0)


def _states(entries: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[Record | None, Record | None]]:
    """Return each record before the first and after the last of its changes, without persons that went."""
    found: dict[tuple[str, str], tuple[Record | None, Record | None]] = {}
    for entry in entries:
        kind, key = _KINDS[entry["kind"]], (entry["kind"], entry["subject"])
        if kind is Person and entry["after"] is None:
            continue
        before, after = (kind.model_validate(s) if s else None for s in (entry["before"], entry["after"]))
        found[key] = (found[key][0] if key in found else before, after)
    return found


def _put_back(
    writer: Writer, keep_id: str, other_id: str, before: Record | None, after: Record | None
) -> None:
    """Give the fields that changed their old values, wherever they still are as they became."""
    if before is None:
        return  # made anew from what is stored, such as a wish
    if after is None:
        _save_again(writer, before)
        return
    now = writer.find(type(before), before.id)
    if now is None:
        return  # removed since; there is nothing to give back
    if isinstance(now, TwoPersons):  # its ids stand in order, and the third may be another one by now
        _save_again(writer, renamed(now, keep_id, other_id))
        return
    changed = {n: v for n, v in before if n not in _NOT_GIVEN_BACK and v != getattr(after, n)}
    if any(getattr(now, n) != getattr(after, n) for n in changed):
        raise _changed_since()
    if changed:
        _save_again(writer, now.with_(**changed))


def _hand_back(writer: Writer, states: Mapping[tuple[str, str], tuple[Record | None, Record | None]]) -> None:
    """Give the place to the application that had it, where the person's other one took it over."""
    own = [(was, now) for was, now in states.values() if isinstance(was, Application)
           and isinstance(now, Application) and was.place != now.place]  # fmt: skip
    gave = next((was.id for was, now in own if was.place in HELD and now.place not in HELD), None)
    took = next((was.id for was, now in own if was.place not in HELD and now.place in HELD), None)
    if gave and took:
        giver, taker = writer.get(Application, gave), writer.get(Application, took)
        if taker.place in HELD and giver.organisation == taker.organisation:
            writer.save_all([giver.with_(place=taker.place), taker.with_(place="out")])


def _save_again(writer: Writer, record: Record) -> None:
    """Store a record as it was, unless whom it names is gone, or what it says is said already."""
    kind, named = type(record), {n: getattr(record, n) for n in NAMED.get(type(record), ())}
    if any(person_id and not writer.find(Person, person_id) for person_id in named.values()):
        raise _changed_since()
    if isinstance(record, PairDecision):
        named["run_id"] = record.run_id
    said = writer.all(kind, **named) if kind in (PairDecision, TwoPersons) else []
    if any(other.id != record.id for other in said):
        raise _changed_since()
    writer.save(record if writer.find(kind, record.id) else record.with_(version=0))


def _changed_since() -> RuleBroken:
    return RuleBroken(say("This was changed since the two were put together. Please take that back first."))


def _settle_runs(writer: Writer, *people: Person) -> None:
    ids = {person.id for person in people}
    runs = {a.run_id for a in applications_of(writer, people[0].programme_id) if a.person_id in ids}
    for run_id in sorted(runs):
        settle(writer, writer.get(Run, run_id))
