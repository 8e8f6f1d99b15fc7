"""Matching one by one: whom a mentee could have now, what the two settle, and their tandem by itself.

What is settled is written down first, as a draft as long as a part is missing. A tandem that is made this way
stands: everything else is matched around it, and neither an approval nor taking it back changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.language import later, say, say_n
from mentorkit.language.formats import listing
from mentorkit.matching.basis import Basis, read, refuse_after_approval, stale
from mentorkit.matching.made import made
from mentorkit.matching.service import formed_of, refuse_nonsense
from mentorkit.matching.swap import no_place_left
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Run, Settlement, Tandem
from mentorkit.store import Reader, Store

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

READ, WRITE = "settlement.read", "settlement.write"
MAKE, TAKE_BACK = "matching.make", "matching.take_back"
#: How many characters and lines a part of a settlement has at most, so that all fit on a page to be signed.
LONGEST, MOST_LINES = 1200, 15
PARTS = {
    "expectations": later("Expectations"),
    "time": later("Time"),
    "content": later("Content"),
}


@dataclass(frozen=True)
class Candidate:
    """A mentor whom a mentee could have beside the tandems that stand.

    Attributes
    ----------
    mentor
    score
    rank
        Her rank among the mentee's wishes; 0 where she is none.
    price
        Tandems and points that this pair costs all others and herself together; None where it leaves no
        matching. Of somebody who is proposed to her it is (0, 0).
    """

    mentor: Application
    score: int
    rank: int
    price: tuple[int, int] | None


def candidates(matching: Matching, mentee_id: str) -> list[Candidate]:
    """Return the mentors whom a mentee could have: those she wishes for by rank, then the best.

    They are free: allowed by the rules, with a place that neither a tandem that is made nor a locked one
    takes. A mentee who is in such a tandem has its mentor only.

    Raises
    ------
    NotFound
        If she does not take part.
    """
    i = matching.row("mentee", mentee_id)
    if matching.status != "optimal":
        return []
    own = [j for k, j in matching.problem.locked if k == i]
    columns: list[int] = own or matching.problem.remaining.allowed[i].nonzero()[0].tolist()
    prices = matching.prices_of([(i, j) for j in columns])
    found = [
        Candidate(
            matching.pool.mentors[j],
            int(matching.scores.total[i, j]),
            int(matching.pool.ranks[i, j]),
            price,
        )
        for j, price in zip(columns, prices, strict=True)
    ]
    return sorted(found, key=lambda one: (one.rank or len(columns) + 10, -one.score))


def settlements(store: Store, actor: Actor, run_id: str) -> list[Settlement]:
    """Return what is written down in a run, drafts too.

    Raises
    ------
    NotAllowed
        If the actor may not read it: what two people expect of each other is nothing for their employers.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require(READ, run.programme_id)
        return reader.all(Settlement, run_id=run_id)


def unsettled(pairs: Iterable[tuple[str, str]], found: Iterable[Settlement]) -> int:
    """Return of how many pairs (ids of mentee and mentor) not all three parts are written down."""
    done = {(s.mentee_id, s.mentor_id) for s in found if not s.missing}
    return sum(pair not in done for pair in pairs)


def unsettled_sentence(count: int) -> str:
    """Say of how many tandems not everything is settled; empty where there is none."""
    if not count:
        return ""
    return say_n(
        "For {n} tandem, expectations, time and content are not written down yet.",
        "For {n} tandems, expectations, time and content are not written down yet.",
        count,
    )


def write_down(  # noqa: PLR0913, PLR0917 - a settlement is who, where, about whom and what
    store: Store,
    actor: Actor,
    run_id: str,
    mentee_id: str,
    mentor_id: str,
    parts: Mapping[str, str],
    *,
    seen: Settlement | None = None,
) -> Settlement | None:
    """Write down what two people settle; parts may be missing as long as their tandem is not made.

    It can be changed until the two have begun, and beyond: what holds is what both have signed. It can be
    deleted whole at any time, with all parts empty.

    Parameters
    ----------
    parts
        By name: ``expectations``, what both expect; ``time``, how often, how long and from when; ``content``,
        what they work on. Empty where it is left out.
    seen
        What was written down as the actor knows it; None where she knows of nothing.

    Returns
    -------
    Settlement or None
        None where nothing is left of it: an empty one is not kept.

    Raises
    ------
    NotAllowed
        If the actor may not write it down.
    NotFound
        If one of the two has not applied in this role.
    RuleBroken
        If a part is too long, or missing although the tandem is made one by one.
    StaleRecord
        If somebody else wrote in the meantime; carries both.
    """
    parts = {name: parts.get(name, "").strip() for name in PARTS}
    pair = {"run_id": run_id, "mentee_id": mentee_id, "mentor_id": mentor_id}
    with store.write(actor.name, WRITE) as writer:
        run = writer.get(Run, run_id)
        actor.require(WRITE, run.programme_id)
        there = {(a.role, a.person_id) for a in writer.all(Application, run_id=run_id)}
        if not {("mentee", mentee_id), ("mentor", mentor_id)} <= there:
            raise NotFound(say("One of the two has not applied in this run; there is nothing to settle."))
        stands = next(iter(writer.all(Settlement, **pair)), None)
        _refuse_long(parts)
        if _state(stands) != _state(seen):
            base = seen or Settlement(id="", **pair, by=actor.name, at=writer.at)
            raise stale(mine=base.with_(**parts), theirs=stands)
        if any(parts.values()) and _is_made(writer, run_id, mentee_id, mentor_id):
            _refuse_gaps([name for name, text in parts.items() if not text])
        if not any(parts.values()):
            if stands is not None:
                writer.delete(stands)
            return None
        if stands is not None and stands.parts == parts:
            return stands
        told = {**parts, "by": actor.name, "at": writer.at}
        new = stands.with_(**told) if stands else Settlement(id=writer.new_id(Settlement), **pair, **told)
        return writer.save(new)


def _state(settlement: Settlement | None) -> tuple[str, int] | None:
    return (settlement.id, settlement.version) if settlement else None


def _refuse_long(parts: dict[str, str]) -> None:
    for name, text in parts.items():
        if len(text) > LONGEST:
            raise RuleBroken(say("“{part}” has at most {n} characters.", part=say(PARTS[name]), n=LONGEST))
        if len(text.splitlines()) > MOST_LINES:
            raise RuleBroken(say("“{part}” has at most {n} lines.", part=say(PARTS[name]), n=MOST_LINES))


def _refuse_missing(missing: Iterable[str]) -> None:
    if parts := _named(missing):
        raise RuleBroken(say("Before the tandem is made, this has to be written down: {parts}.", parts=parts))


def _refuse_gaps(missing: Iterable[str]) -> None:
    if parts := _named(missing):
        raise RuleBroken(
            say("The tandem is made, so nothing may be missing of what the two settled: {parts}. All of it"
                " can be deleted together.", parts=parts)
        )  # fmt: skip


def _named(parts: Iterable[str]) -> str:
    return listing([say("“{part}”", part=say(PARTS[name])) for name in parts])


def _is_made(reader: Reader, run_id: str, mentee_id: str, mentor_id: str) -> bool:
    ids = {"mentee_id": mentee_id, "mentor_id": mentor_id}
    return bool(reader.all(Tandem, run_id=run_id, one_by_one=True, **ids))


def make(store: Store, actor: Actor, settlement: Settlement) -> Tandem:
    """Make the tandem of two people who have settled everything, by itself.

    Parameters
    ----------
    settlement
        What they settled, as the actor has seen it.

    Raises
    ------
    NotAllowed
        If the actor may not approve tandems.
    NotFound
        If nothing is written down any more, or one of the two does not take part.
    RuleBroken
        If a part is missing, the tandems have been approved, or the tandem breaks a rule or cannot stand
        beside those that are made or locked.
    StaleRecord
        If somebody changed what was settled in the meantime; carries both.
    """
    with store.write(actor.name, MAKE) as writer:
        now = writer.get(Settlement, settlement.id)
        data = read(writer, actor, "matching.approve", now.run_id)
        refuse_after_approval(data.run)
        if now.version != settlement.version:
            raise stale(mine=settlement, theirs=now)
        _refuse_missing(now.missing)
        _refuse_ruled_out(data, now)
        _refuse_taken(data, now)
        pair = (now.mentee_id, now.mentor_id)
        tandem = formed_of(writer, data.run.id, data.pool, data.scores, pair)
        refuse_nonsense(data, [d for d in data.decisions if (d.mentee_id, d.mentor_id) != pair], made(tandem))
        return writer.save(tandem.with_(one_by_one=True))


def _refuse_ruled_out(data: Basis, pair: Settlement) -> None:
    """Do nothing unless a coordinator ruled the pair out, which she has to take back first."""
    ids = (pair.mentee_id, pair.mentor_id)
    if ids in {(d.mentee_id, d.mentor_id) for d in data.decisions if d.kind == "forbid"}:
        raise RuleBroken(say("The two are ruled out as a tandem. Please take that decision back first."))


def _refuse_taken(data: Basis, pair: Settlement) -> None:
    """Do nothing if both have a place left beside the tandems that are made or locked."""
    ids = {"mentee": pair.mentee_id, "mentor": pair.mentor_id}
    others = [
        d for d in data.binding if d.kind == "lock" and (d.mentee_id, d.mentor_id) != tuple(ids.values())
    ]
    for a in data.applications:
        taken = sum(getattr(d, f"{a.role}_id") == a.person_id for d in others)
        if a.takes_part and ids[a.role] == a.person_id and taken >= a.places:
            raise RuleBroken(no_place_left(a))


def take_back(store: Store, actor: Actor, tandem: Tandem) -> None:
    """Dissolve a tandem that was made one by one and has not begun; what the two settled stays.

    Parameters
    ----------
    tandem
        As the actor has seen it.

    Raises
    ------
    NotAllowed
        If the actor may not approve tandems.
    NotFound
        If it is not there any more.
    RuleBroken
        If it has begun, comes of an approval, or the tandems have been approved.
    StaleRecord
        If somebody changed it in the meantime; carries both.
    """
    with store.write(actor.name, TAKE_BACK) as writer:
        now = writer.get(Tandem, tandem.id)
        run = writer.get(Run, now.run_id)
        actor.require("matching.approve", run.programme_id)
        refuse_after_approval(run)
        if now.state != "proposed":
            raise RuleBroken(say("This tandem has begun; it cannot be taken back any more."))
        writer.delete(now.with_(version=tandem.version))
