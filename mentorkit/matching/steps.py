"""Undoing and restoring one's own decisions and comments on pairs, step by step, from the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mentorkit.errors import RuleBroken
from mentorkit.language import later, say
from mentorkit.matching.basis import Basis, read, refuse_after_approval, stale
from mentorkit.matching.service import refuse_nonsense
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import PairComment, PairDecision, Person, Run
from mentorkit.store import Reader, Store, Writer

Way = Literal["matching.back", "matching.forth"]
BACK: Way = "matching.back"
FORTH: Way = "matching.forth"
_DONE = frozenset({"matching.decide", "matching.undo", "matching.comment", "matching.uncomment"})
_KINDS: dict[str, type[PairDecision] | type[PairComment]] = {
    "pair_decision": PairDecision, "pair_comment": PairComment,
}  # fmt: skip
_WORDS = {
    "lock": later("{name} with {partner} locked"),
    "forbid": later("{name} with {partner} ruled out"),
    "undo": later("decision on {name} and {partner} taken back"),
    "comment": later("comment on {name} and {partner}"),
    "uncomment": later("comment on {name} and {partner} deleted"),
}


@dataclass(frozen=True)
class Step:
    """The next step back or forth: which change of the trail it is about, and what that did, in words."""

    way: Way
    number: int
    what: str


def steps(store: Store, actor: Actor, run_id: str) -> tuple[Step | None, Step | None]:
    """Return what the actor can undo of her own decisions on pairs, and what restore.

    Both are None where she may not decide, or the tandems are approved.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        if run.approved_at or not actor.may("matching.decide", run.programme_id):
            return None, None
        entries = _entries(reader, run_id)
        return _offered(reader, entries, actor, BACK), _offered(reader, entries, actor, FORTH)


def go(store: Store, actor: Actor, run_id: str, step: Step) -> None:
    """Undo a step of one's own, or restore it: on the pair stands what stood there before, or after it.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    RuleBroken
        If somebody else changed that since, the tandems have been approved, or what would stand there
        again breaks a rule by now.
    StaleRecord
        If the actor has done something else meanwhile, on another page.
    """
    with store.write(actor.name, step.way) as writer:
        data = read(writer, actor, "matching.decide", run_id)
        refuse_after_approval(data.run)
        entries = _entries(writer, run_id)
        entry = _next(entries, actor, step.way)
        if entry is None or entry["id"] != step.number:
            raise stale(mine=None, theirs=None)
        expected, wanted = _sides(entry, step.way)
        same = [e for e in entries if _place(e) == _place(entry)]
        now = _standing(writer, data, entry)
        _refuse_others(writer, same, actor, _said(now) == _said(expected))
        if wanted is None:
            if now is not None:
                writer.delete(now)
            return
        wanted = wanted.with_(**({"id": now.id, "version": now.version} if now else {"version": 0}))
        if isinstance(wanted, PairDecision):
            refuse_nonsense(data, [d for d in data.decisions if d != now], wanted)
        writer.save(wanted)


def _standing(writer: Writer, data: Basis, entry: dict[str, Any]) -> PairDecision | PairComment | None:
    """Return the decision on the pair of an entry, or its comment, as it stands now."""
    if entry["kind"] == "pair_comment":
        return writer.find(PairComment, entry["subject"])
    return next((d for d in data.decisions if (d.mentee_id, d.mentor_id) == _pair(entry)), None)


def _entries(reader: Reader, run_id: str) -> list[dict[str, Any]]:
    found = [entry for kind in _KINDS for entry in reader.trail(kind=kind)]
    own = [entry for entry in found if (entry["after"] or entry["before"])["run_id"] == run_id]
    return sorted(own, key=lambda entry: int(entry["id"]))


def _next(entries: list[dict[str, Any]], actor: Actor, way: str) -> dict[str, Any] | None:
    """Return the entry that the next step is about."""
    done: list[dict[str, Any]] = []
    undone: list[dict[str, Any]] = []
    for entry in entries:
        if entry["actor"] != actor.name:
            continue
        if entry["action"] == BACK and done:
            undone.append(done.pop())
        elif entry["action"] == FORTH and undone:
            done.append(undone.pop())
        elif entry["action"] in _DONE:
            done.append(entry)
            undone.clear()
    found = done if way == BACK else undone
    return found[-1] if found else None


def _offered(reader: Reader, entries: list[dict[str, Any]], actor: Actor, way: Way) -> Step | None:
    entry = _next(entries, actor, way)
    if entry is None:
        return None
    people = [reader.find(Person, person_id) for person_id in _pair(entry)]
    name, partner = (
        person.name if person else person_id for person, person_id in zip(people, _pair(entry), strict=True)
    )
    if entry["kind"] == "pair_comment":
        kind = "comment" if entry["after"] else "uncomment"
    else:
        kind = entry["after"]["kind"] if entry["after"] else "undo"
    return Step(way, entry["id"], say(_WORDS[kind], name=name, partner=partner))


def _pair(entry: dict[str, Any]) -> tuple[str, str]:
    state = entry["after"] or entry["before"]
    return state["mentee_id"], state["mentor_id"]


def _place(entry: dict[str, Any]) -> tuple[object, ...]:
    """Return what an entry is about: there is one decision on a pair, and many comments."""
    return (entry["kind"], *(_pair(entry) if entry["kind"] == "pair_decision" else (entry["subject"],)))


def _sides(entry: dict[str, Any], way: str) -> tuple[PairDecision | PairComment | None, ...]:
    """Return what should stand there now, and what will."""
    kind = _KINDS[entry["kind"]]
    before, after = (
        kind.model_validate(entry[side]) if entry[side] else None for side in ("before", "after")
    )
    return (after, before) if way == BACK else (before, after)


def _said(record: PairDecision | PairComment | None) -> tuple[str, ...]:
    """Return what a record says, whatever its version."""
    if record is None:
        return ()
    return (record.text,) if isinstance(record, PairComment) else (record.kind, record.reason)


def _refuse_others(writer: Writer, entries: list[dict[str, Any]], actor: Actor, same: bool) -> None:
    """Do nothing if what stands on a pair is the actor's own doing."""
    last = entries[-1]
    if same and last["actor"] == actor.name:
        return
    others = [entry["actor"] for entry in entries if entry["actor"] != actor.name]
    user = writer.find(User, others[-1]) if others else None
    who = user.display_name if user else others[-1] if others else actor.display_name
    names = [writer.find(Person, person_id) for person_id in _pair(last)]
    name, partner = (person.name if person else "" for person in names)
    raise RuleBroken(
        say("{who} has changed what stands on {name} and {partner} since; your step would undo that."
            " Nothing was changed.", who=who, name=name, partner=partner)
    )  # fmt: skip
