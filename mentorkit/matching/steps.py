"""Undoing and restoring one's own decisions, comments and proposals, step by step, from the audit trail.

A step that somebody else's deed has overtaken is passed over, so that it does not bar the way to older ones.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.language import later, say
from mentorkit.matching.basis import gather, refuse_after_approval, stale
from mentorkit.matching.service import refuse_nonsense
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import PairComment, PairDecision, Person, Run, Scenario
from mentorkit.store import Reader, Store, Writer

Way = Literal["matching.back", "matching.forth"]
BACK: Way = "matching.back"
FORTH: Way = "matching.forth"
_PROPOSE, _PROPOSE_BACK, _PROPOSE_FORTH = "scenario.propose", "scenario.back", "scenario.forth"
_DONE = frozenset({
    "matching.decide", "matching.undo", "matching.comment", "matching.uncomment", _PROPOSE,
})  # fmt: skip
_PROPOSING = frozenset({_PROPOSE, _PROPOSE_BACK, _PROPOSE_FORTH})
_KINDS: dict[str, type[PairDecision] | type[PairComment]] = {
    "pair_decision": PairDecision, "pair_comment": PairComment,
}  # fmt: skip
#: What a record says, whatever its version.
_SAYS = {"pair_decision": ("kind", "reason"), "pair_comment": ("text",), "run": ("proposal_id",)}
_WORDS = {
    "lock": later("{name} with {partner} locked"),
    "forbid": later("{name} with {partner} ruled out"),
    "undo": later("decision on {name} and {partner} taken back"),
    "comment": later("comment on {name} and {partner}"),
    "uncomment": later("comment on {name} and {partner} deleted"),
}


@dataclass(frozen=True)
class Step:
    """The next step back or forth.

    Attributes
    ----------
    way
        Where it leads.
    number
        Which change of the trail it is about.
    what
        What that did, in words.
    over
        The changes that were passed over on request, to come to it.
    """

    way: Way
    number: int
    what: str
    over: frozenset[int] = frozenset()


def steps(
    store: Store, actor: Actor, run_id: str, *, over: Collection[int] = ()
) -> tuple[Step | None, Step | None]:
    """Return what the actor can undo of her own deeds, and what restore.

    Both are None where she may not decide, or the tandems are approved.

    Parameters
    ----------
    over
        Numbers of steps to pass over, since they were refused.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        if run.approved_at or not actor.may("matching.decide", run.programme_id):
            return None, None
        trail = _Trail(reader, actor, run)
        return trail.offered(BACK, frozenset(over)), trail.offered(FORTH, frozenset(over))


def go(store: Store, actor: Actor, run_id: str, step: Step) -> None:
    """Undo a step of one's own, or restore it: what stood there before, or after it, stands there again.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    NotFound
        If one of the two takes part no more.
    RuleBroken
        If somebody else changed that since, the tandems have been approved, or what would stand there
        again breaks a rule by now.
    StaleRecord
        If the actor has done something else meanwhile, on another page.
    """
    with store.write(actor.name, step.way) as writer:
        run = writer.get(Run, run_id)
        actor.require("matching.decide", run.programme_id)
        refuse_after_approval(run)
        trail = _Trail(writer, actor, run)
        entry = next((e for e in trail.ways()[step.way] if e["id"] == step.number), None)
        if entry is not None and not trail.own(entry, step.way):
            raise RuleBroken(trail.overtaken(entry))
        if entry is None or entry != trail.next(step.way, step.over):
            raise stale(mine=None, theirs=None)
        if entry["kind"] == "run":
            action = _PROPOSE_BACK if step.way == BACK else _PROPOSE_FORTH
            wanted = _sides(entry, step.way)[1] or {}
            writer.besides(action).save(run.with_(proposal_id=wanted["proposal_id"]))
        else:
            _put(writer, run, entry, step.way, trail.standing(entry))


def _put(
    writer: Writer, run: Run, entry: dict[str, Any], way: Way, now: PairDecision | PairComment | Run | None
) -> None:
    """Let stand on a pair what stood there before an entry, or after it."""
    state = _sides(entry, way)[1]
    if state is None:
        if now is not None:
            writer.delete(now)
        return
    wanted = _KINDS[entry["kind"]].model_validate(state)
    if any(writer.find(Person, each) is None for each in (wanted.mentee_id, wanted.mentor_id)):
        raise NotFound(say("One of the two is not there any more, or was put together with somebody."))
    wanted = wanted.with_(**({"id": now.id, "version": now.version} if now else {"version": 0}))
    if isinstance(wanted, PairDecision):
        data = gather(writer, run)
        refuse_nonsense(data, [d for d in data.decisions if d != now], wanted)
    writer.save(wanted)


class _Trail:
    """What was done about the pairs and the proposal of a run, and the ways of one actor through it."""

    def __init__(self, reader: Reader, actor: Actor, run: Run) -> None:
        self._reader, self._actor, self._run = reader, actor, run
        found = [entry for kind in _KINDS for entry in reader.trail(kind=kind, run_id=run.id)]
        found += [e for action in _PROPOSING for e in reader.trail(kind="run", subject=run.id, action=action)]
        known = (entry for entry in found if entry["before"] or entry["after"])  # or it was forgotten
        self._entries = sorted(known, key=lambda entry: int(entry["id"]))
        self._last = {_place(entry): entry for entry in self._entries}

    def ways(self) -> dict[Way, list[dict[str, Any]]]:
        """Return the actor's own deeds that are done, and those that are undone, the next of each last."""
        done: list[dict[str, Any]] = []
        undone: list[dict[str, Any]] = []
        for entry in self._entries:
            if entry["actor"] != self._actor.name:
                continue
            if entry["action"] in {BACK, _PROPOSE_BACK}:
                _move(done, undone, entry, BACK)
            elif entry["action"] in {FORTH, _PROPOSE_FORTH}:
                _move(undone, done, entry, FORTH)
            elif entry["action"] in _DONE:
                done.append(entry)
                undone.clear()
        return {BACK: done, FORTH: undone}

    def next(self, way: Way, over: Collection[int]) -> dict[str, Any] | None:
        """Return the entry that the next step is about."""
        left = (entry for entry in reversed(self.ways()[way]) if entry["id"] not in over)
        return next((e for e in left if self.own(e, way) and self._possible(e, way)), None)

    def own(self, entry: dict[str, Any], way: Way) -> bool:
        """Tell whether what stands where a step leads is the actor's own doing, as she left it."""
        last, now = self._last[_place(entry)], self.standing(entry)
        expected = _said(entry["kind"], _sides(entry, way)[0])
        return (
            last["actor"] == self._actor.name and _said(entry["kind"], dict(now) if now else None) == expected
        )

    def _possible(self, entry: dict[str, Any], way: Way) -> bool:
        """Tell whether the actor may change the proposal, and the scenario is there."""
        if entry["kind"] != "run":
            return True
        wanted = (_sides(entry, way)[1] or {})["proposal_id"]
        there = wanted is None or self._reader.find(Scenario, wanted) is not None
        return there and self._actor.may("matching.approve", self._run.programme_id)

    def standing(self, entry: dict[str, Any]) -> PairDecision | PairComment | Run | None:
        """Return the decision on the pair of an entry, its comment, or the run, as they stand now."""
        if entry["kind"] == "run":
            return self._run
        if entry["kind"] == "pair_comment":
            return self._reader.find(PairComment, entry["subject"])
        mentee_id, mentor_id = _pair(entry)
        pair = {"mentee_id": mentee_id, "mentor_id": mentor_id}
        return next(iter(self._reader.all(PairDecision, run_id=self._run.id, **pair)), None)

    def offered(self, way: Way, over: frozenset[int]) -> Step | None:
        """Return the next step, with what it is about in words."""
        entry = self.next(way, over)
        return None if entry is None else Step(way, entry["id"], self._words(entry), over)

    def _words(self, entry: dict[str, Any]) -> str:
        if entry["kind"] == "run":
            scenario = self._reader.find(Scenario, (entry["after"] or {})["proposal_id"] or "")
            if scenario is None:
                return say("back to the weights of the programme")
            return say("scenario “{name}” made the proposal", name=scenario.name)
        if entry["kind"] == "pair_comment":
            kind = "comment" if entry["after"] else "uncomment"
        else:
            kind = entry["after"]["kind"] if entry["after"] else "undo"
        name, partner = self._names(entry)
        return say(_WORDS[kind], name=name, partner=partner)

    def _names(self, entry: dict[str, Any]) -> list[str]:
        people = [(self._reader.find(Person, person_id), person_id) for person_id in _pair(entry)]
        return [person.name if person else person_id for person, person_id in people]

    def overtaken(self, entry: dict[str, Any]) -> str:
        """Say who has changed since what a step is about."""
        same = [e["actor"] for e in self._entries if _place(e) == _place(entry)]
        others = [actor for actor in same if actor != self._actor.name]
        user = self._reader.find(User, others[-1]) if others else None
        who = user.display_name if user else others[-1] if others else self._actor.display_name
        if entry["kind"] == "run":
            return say("{who} has changed on which scenario the proposal rests since; your step would undo"
                       " that. Nothing was changed.", who=who)  # fmt: skip
        name, partner = self._names(entry)
        return say("{who} has changed what stands on {name} and {partner} since; your step would undo that."
                   " Nothing was changed.", who=who, name=name, partner=partner)  # fmt: skip


def _move(out: list[dict[str, Any]], into: list[dict[str, Any]], step: dict[str, Any], way: Way) -> None:
    """Move the newest deed that a step was about: at the same place, between the same two states."""
    for entry in reversed(out):
        now, then = (_said(entry["kind"], state) for state in _sides(entry, way))
        told = (_said(step["kind"], step[side]) for side in ("before", "after"))
        if _place(entry) == _place(step) and (now, then) == tuple(told):
            out.remove(entry)
            into.append(entry)
            return


def _pair(entry: dict[str, Any]) -> tuple[str, str]:
    state = entry["after"] or entry["before"]
    return state["mentee_id"], state["mentor_id"]


def _place(entry: dict[str, Any]) -> tuple[object, ...]:
    """Return what an entry is about: there is one decision on a pair, and many comments."""
    return (entry["kind"], *(_pair(entry) if entry["kind"] == "pair_decision" else (entry["subject"],)))


def _sides(entry: dict[str, Any], way: Way) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return what should stand there now, and what will."""
    before, after = entry["before"], entry["after"]
    return (after, before) if way == BACK else (before, after)


def _said(kind: str, state: dict[str, Any] | None) -> tuple[object, ...]:
    """Return what a record says, as it stands in the trail."""
    return () if state is None else tuple(state[name] for name in _SAYS[kind])
