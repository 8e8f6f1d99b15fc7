"""Putting two persons together who are one, with a preview, and taking it back.

What the two did in all runs becomes the one's. Where both applied for the same role in one run, one
application stays and the other is withdrawn; what it said can be taken over, field by field, and who is
next on a waiting list takes the place that becomes free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from mentorkit.errors import NotFound, RuleBroken, StaleRecord
from mentorkit.intake.actions import ACTIONS
from mentorkit.intake.assess import mended, revised
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances
from mentorkit.intake.settle import settle
from mentorkit.intake.stored import context_in
from mentorkit.language import say
from mentorkit.matching.placing import placed
from mentorkit.privacy.ledger import put_together
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import Erasure, SealedText
from mentorkit.programme.fields import FIELDS
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

RIGHT = "person.merge"
R = TypeVar("R", bound=Record)
#: Where a person is named, by kind of record.
NAMED: dict[type[Record], tuple[str, ...]] = {
    Application: ("person_id",),
    Tandem: ("mentee_id", "mentor_id"),
    PairDecision: ("mentee_id", "mentor_id"),
    PairComment: ("mentee_id", "mentor_id"),
    Settlement: ("mentee_id", "mentor_id"),
    EarlierTandem: ("mentee_id", "mentor_id"),
    Prospect: ("person_id",),
    TwoPersons: ("one_id", "other_id"),
    FormLink: ("person_id",),
    SealedText: ("person_id",),
}


@dataclass(frozen=True)
class Double:
    """Two applications of the two persons for the same role in one run.

    Attributes
    ----------
    stays, goes
        The one that is kept, and the one that is withdrawn.
    offered
        What the other says and the kept one says otherwise or not at all: (theirs, its), by field. Of
        several that go, the first that has something to offer in a field does.
    """

    stays: Application
    goes: Application
    offered: dict[str, tuple[str, str]]

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields of which only the other says something; taken over unless told otherwise."""
        return tuple(name for name, (said, _) in self.offered.items() if not said)


@dataclass(frozen=True)
class Preview:
    """What putting two persons together changes.

    Attributes
    ----------
    keep, other
        The person that stays, and the one that goes.
    merged
        The person that stays as it will be.
    moves
        What becomes the kept person's: records by kind.
    doubles
        Applications of which one is withdrawn.
    hindrances
        Why it cannot be done, in sentences.
    own
        The applications that the person who stays has already.
    stays
        The application that is to stay of two of one person; empty for the better one.
    """

    keep: Person
    other: Person
    merged: Person
    moves: tuple[Record, ...]
    doubles: tuple[Double, ...]
    hindrances: tuple[str, ...]
    own: tuple[Application, ...] = ()
    stays: str = ""

    @property
    def of_one(self) -> bool:
        """Whether it is about the applications of one person."""
        return self.keep.id == self.other.id

    def of(self, kind: type[Record]) -> list[Any]:
        """Return the records of a kind that move."""
        return [record for record in self.moves if isinstance(record, kind)]


def preview(store: Store, actor: Actor, keep_id: str, other_id: str, *, stays: str = "") -> Preview:
    """Return what putting two persons together would change. Changes nothing.

    Named twice, a person's own applications for the same role in one run are put together: those that count
    with the one of the id ``stays``, which is kept; without it the first that are several, and the better one
    is kept.

    Raises
    ------
    NotAllowed
        If the actor may not put persons together (``person.merge``).
    NotFound
        If one of them is not there, or belongs to another programme, or both are the same, with one
        application for each role.
    """
    with store.read() as reader:
        return _preview(reader, actor, keep_id, other_id, stays)


def _preview(reader: Reader, actor: Actor, keep_id: str, other_id: str, stays: str) -> Preview:
    keep, other = reader.get(Person, keep_id), reader.get(Person, other_id)
    actor.require(RIGHT, keep.programme_id)
    if keep.id == other.id:
        return _preview_of_one(reader, keep, stays)
    if other.programme_id != keep.programme_id:
        raise NotFound(say("There is no such person in this programme."))
    filled = {
        name: getattr(other, name)
        for name in ("email", "birth_year", "pauses_until")
        if getattr(keep, name) is None and getattr(other, name) is not None
    }
    moves = tuple(_naming(reader, other.id))
    own = reader.all(Application, person_id=keep.id)
    theirs = [record for record in moves if isinstance(record, Application)]
    both = {(a.run_id, a.role): a for a in own if any(_both_count(a, b) for b in theirs)}
    doubles = [d for a in both.values() for d in _doubles(counting_with(a, (*own, *theirs)))]
    hindrances = tuple(_hindrances(reader, keep, other, moves))
    return Preview(keep, other, keep.with_(**filled), moves, tuple(doubles), hindrances, tuple(own))


def _preview_of_one(reader: Reader, person: Person, stays: str) -> Preview:
    """Return what putting the applications of one person for one run and role together would change."""
    own = reader.all(Application, person_id=person.id)
    groups = (counting_with(a, own, stays) for a in own if stays in ("", a.id))
    group = next((group for group in groups if len(group) > 1), None)
    if group is None:
        raise NotFound(say("{name} has not applied twice.", name=person.name))
    run = reader.get(Run, group[0].run_id)
    told = say("The tandems of {run} are approved. Please withdraw the approval first.", run=run.name)
    hindrances = (told,) if run.approved_at else ()
    return Preview(person, person, person, (), tuple(_doubles(group)), hindrances, tuple(own), stays)


def _naming(reader: Reader, person_id: str) -> Iterable[Record]:
    for kind, fields in NAMED.items():
        found = {r.id: r for name in fields for r in reader.all(kind, **{name: person_id})}
        yield from found.values()


def counting_with(
    one: Application, applications: Iterable[Application], stays: str = ""
) -> list[Application]:
    """Return which applications count for the same role and run as one of them.

    First is which stays: the one of the id ``stays``, who has a place, who takes part, the one with more
    answers, then the earlier.
    """

    def worth(a: Application) -> tuple[bool, bool, bool, int]:
        return a.id == stays, a.place == "selected", a.takes_part, len(a.answers)

    return sorted((a for a in applications if _both_count(a, one)), key=worth, reverse=True)


def _both_count(one: Application, two: Application) -> bool:
    same = (one.run_id, one.role) == (two.run_id, two.role)
    return same and one.withdrawn is None and two.withdrawn is None


def _doubles(group: Sequence[Application]) -> Iterable[Double]:
    """Yield the applications that go, each with the first, which stays, and what it alone offers."""
    stays, *others = group
    told = set[str]()
    for goes in others:
        offered = {
            name: (stays.entries.get(name, ""), goes.entries[name])
            for name in FIELDS
            if name not in told and goes.entries.get(name, "") not in ("", stays.entries.get(name))
        }
        told |= offered.keys()
        yield Double(stays, goes, offered)


def _hindrances(reader: Reader, keep: Person, other: Person, moves: Iterable[Record]) -> Iterable[str]:
    if any(reader.all(Erasure, person_id=person.id) for person in (keep, other)):
        yield say("One of the two was erased.")
    tandems = [t for t in (*_naming(reader, keep.id), *moves) if isinstance(t, Tandem)]
    pair = {keep.id, other.id}
    if any({t.mentee_id, t.mentor_id} == pair for t in tandems):
        yield say("The two are in a tandem with each other.")
    runs = [t.run_id for t in tandems if t.mentee_id in pair]
    if len(runs) != len(set(runs)):
        yield say("Both have a tandem as {mentee:sg.nom} in the same run.")
    held = [(t.run_id, t.mentee_id) for t in tandems if t.mentor_id in pair]
    if len(held) != len(set(held)):
        yield say("Both have a tandem with the same {mentee:sg.nom}.")
    named = {r.id: r for r in (*_naming(reader, keep.id), *moves) if isinstance(r, Settlement)}
    settled = [s for s in named.values() if {s.mentee_id, s.mentor_id} != pair]
    if len(settled) < len(named):
        yield say("The two have settled something with each other. Please empty it first.")
    pairs = [(s.run_id, *(i if i not in pair else "" for i in (s.mentee_id, s.mentor_id))) for s in settled]
    if len(pairs) != len(set(pairs)):
        yield say("What was settled with the same person is written down for both. Please empty one of them.")


def merge(store: Store, actor: Actor, plan: Preview, *, take: Collection[str] | None = None) -> Person:
    """Put two persons together, in one transaction.

    Parameters
    ----------
    store, actor
        Where and who.
    plan
        What the actor saw of it: the :func:`preview`.
    take
        The fields that a kept application takes over from one that is withdrawn; those that it lacks
        where left out.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`preview`.
    RuleBroken
        If something hinders it.
    StaleRecord
        If somebody changed something of it since the preview; carries both previews.
    """
    keep_id, other_id = plan.keep.id, plan.other.id
    reason = reason_of(keep_id, other_id, *(double.goes.id for double in plan.doubles if plan.of_one))
    with store.write(actor.name, RIGHT, reason) as writer:
        _refuse_stale(plan, now := _preview(writer, actor, keep_id, other_id, plan.stays))
        if now.hindrances:
            raise RuleBroken(" ".join(now.hindrances))
        gone = _withdrawn(writer, actor, plan.doubles)
        if plan.of_one:  # both at once, as the place of the one is the other's
            _save(writer, [*gone, *_kept(writer, actor, plan.doubles, take, gone)])
        else:
            _save(writer, gone)
            _move(writer, plan)
            _save(writer, _kept(writer, actor, plan.doubles, take, gone))
        _follow(writer, plan.doubles)
        if plan.of_one:
            return writer.get(Person, keep_id)
        put_together(writer, plan.keep, plan.other)
        writer.delete(writer.get(Person, other_id))
        keep = writer.get(Person, keep_id)
        merged = keep.with_(**{n: getattr(plan.merged, n) for n in ("email", "birth_year", "pauses_until")})
        kept = writer.save(merged) if merged != keep else keep
    return kept


def _refuse_stale(seen: Preview, now: Preview) -> None:
    if (seen.keep, seen.other, seen.moves, seen.doubles) != (now.keep, now.other, now.moves, now.doubles):
        why = say(
            "Somebody else changed this in the meantime. Please look at it as it is now and decide again."
        )
        raise StaleRecord(why, mine=seen, theirs=now)


def reason_of(keep_id: str, other_id: str, *withdrawn: str) -> str:
    """Return what the trail says of two persons who are put together, or of one and what is withdrawn."""
    return f"{other_id} → {keep_id}" + (f": {', '.join(withdrawn)}" if withdrawn else "")


def _save(writer: Writer, changed: Iterable[Application]) -> None:
    """Store applications with the places they get, those alone that are not so stored; others move up."""
    placing = placed(writer, changed)
    writer.save_all([a for a in placing.applications if a != writer.get(Application, a.id)])
    placing.pass_on(writer)


def _withdrawn(writer: Writer, actor: Actor, doubles: Iterable[Double]) -> list[Application]:
    """Return the applications that go as they will be."""
    reason = say("Put together with the other application of the same person.")
    return [ACTIONS["withdraw"].change(double.goes, actor.name, writer.at, reason) for double in doubles]


def _follow(writer: Writer, doubles: Sequence[Double]) -> None:
    """Let wishes mean the applications that stay, and bring the runs up to what they say."""
    for double in doubles:
        for wish in writer.all(Wish, mentor_application_id=double.goes.id):
            writer.save(wish.with_(mentor_application_id=double.stays.id))
    for run_id in sorted({double.stays.run_id for double in doubles}):
        settle(writer, writer.get(Run, run_id))


def _move(writer: Writer, plan: Preview) -> None:
    """Let everything that names the person who goes name the one who stays."""
    decided = {(d.run_id, d.mentee_id, d.mentor_id): d for d in _naming(writer, plan.keep.id)
               if isinstance(d, PairDecision)}  # fmt: skip
    for record in _naming(writer, plan.other.id):
        moved = renamed(record, plan.other.id, plan.keep.id)
        if isinstance(moved, TwoPersons):
            _move_apart(writer, record, moved)
            continue
        if isinstance(moved, PairComment) and moved.mentee_id == moved.mentor_id:
            writer.delete(record)
            continue
        if isinstance(moved, PairDecision):
            known = decided.get((moved.run_id, moved.mentee_id, moved.mentor_id))
            if known or moved.mentee_id == moved.mentor_id:
                writer.delete(record)  # what was decided on the one who stays counts
                continue
        writer.save(moved)


def renamed(record: R, person_id: str, new_id: str) -> R:
    """Return a record that names another person instead of one."""
    fresh = record.with_(**{n: new_id for n in NAMED[type(record)] if getattr(record, n) == person_id})
    if isinstance(fresh, TwoPersons):
        first, second = sorted((fresh.one_id, fresh.other_id))
        return fresh.with_(one_id=first, other_id=second)
    return fresh


def _move_apart(writer: Writer, record: Record, moved: TwoPersons) -> None:
    """Let who was told apart from the one who goes be told apart from the one who stays."""
    known = writer.all(TwoPersons, one_id=moved.one_id, other_id=moved.other_id)
    if known or moved.one_id == moved.other_id:
        writer.delete(record)
    else:
        writer.save(moved)


def _kept(
    writer: Writer,
    actor: Actor,
    doubles: Sequence[Double],
    take: Collection[str] | None,
    gone: Iterable[Application],
) -> Iterable[Application]:
    """Yield the applications that stay, judged anew with what they take over; nothing doubles them now."""
    there = {a.id: a for a in gone}
    for stays_id in dict.fromkeys(double.stays.id for double in doubles):
        stays = writer.get(Application, stays_id)
        taken = {
            name: its
            for double in doubles if double.stays.id == stays_id
            for name, (_, its) in double.offered.items()
            if name in (double.missing if take is None else take)
        }  # fmt: skip
        context = context_in(writer, actor, stays.run_id, RIGHT)
        heard = [a.organisation for a in context.applications if a.organisation]
        known = Organisations.of(context.settings.organisations, context.organisations, heard)
        before = context.applications[: [a.id for a in context.applications].index(stays_id)]
        earlier = Acquaintances(there.get(a.id, a) for a in before)
        yield revised(stays, mended(stays.entries, taken), context, known, earlier)
