"""What would become of a matching if a pair were locked: what it costs, and who would have to move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentorkit.language import say
from mentorkit.matching.matching import with_lock
from mentorkit.matching.rules import Rules, rules_of
from mentorkit.programme.records import Application, PairDecision

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching


@dataclass(frozen=True)
class Move:
    """A mentee whose partner would change; None stands for nobody."""

    mentee: Application
    before: Application | None
    after: Application | None


@dataclass(frozen=True, eq=False)
class Swap:
    """What locking a pair would do.

    Attributes
    ----------
    matching
        The matching that it is measured against.
    pair
        Row of the mentee and column of the mentor.
    hindrances
        Why the pair cannot be locked, in sentences; then nothing else is told.
    after
        The best matching with the pair locked, under the same goal.
    """

    matching: Matching
    pair: tuple[int, int]
    hindrances: tuple[str, ...] = ()
    after: Matching | None = None

    @property
    def is_tandem(self) -> bool:
        """Whether the two are together anyway."""
        return self.pair in self.matching.indices

    @property
    def tandems(self) -> int:
        """How many tandems it costs."""
        return self.matching.solution.tandems - self.after.solution.tandems if self.after else 0

    @property
    def total(self) -> int:
        """How many points of the total it costs; negative where it gains some."""
        return self.matching.solution.total - self.after.solution.total if self.after else 0

    @property
    def moves(self) -> tuple[Move, ...]:
        """Whose partner changes, the mentee of the pair first, then in the order of the matching."""
        if self.after is None:
            return ()
        people = self.matching.pool
        before, after = dict(self.matching.indices), dict(self.after.indices)
        order = sorted(before.keys() | after.keys(), key=lambda i: (i != self.pair[0], i))

        def mentor(j: int | None) -> Application | None:
            return None if j is None else people.mentors[j]

        return tuple(
            Move(people.mentees[i], mentor(before.get(i)), mentor(after.get(i)))
            for i in order
            if before.get(i) != after.get(i)
        )

    @property
    def dropped(self) -> tuple[Application, ...]:
        """The mentors who have a tandem and would have none."""
        if self.after is None:
            return ()
        kept = {j for _, j in self.after.indices}
        lost = dict.fromkeys(j for _, j in self.matching.indices if j not in kept)
        return tuple(self.matching.pool.mentors[j] for j in lost)


def swap(matching: Matching, mentee_id: str, mentor_id: str) -> Swap:
    """Return what would become of a matching if a pair were locked.

    Parameters
    ----------
    matching : Matching
        Not infeasible.
    mentee_id, mentor_id
        Ids of the two persons.

    Raises
    ------
    NotFound
        If one of the two does not take part.
    """
    i, j = pair = matching.row("mentee", mentee_id), matching.row("mentor", mentor_id)
    if hindrances := _broken(matching.rules, i, j):
        return Swap(matching, pair, hindrances)
    under = _locked(matching, i, j)
    if conflicts := _taken(matching, i, j) or tuple(under.conflicts()):
        return Swap(matching, pair, conflicts)
    after = with_lock(matching, under, pair)
    if after.status != "optimal":
        return Swap(matching, pair, (after.reason,))
    return Swap(matching, pair, after=after)


def lock_hindrances(matching: Matching, mentee_id: str, mentor_id: str) -> tuple[str, ...]:
    """Say why a pair cannot be locked, without reckoning what a lock would do; nothing where it can.

    Raises
    ------
    NotFound
        If one of the two does not take part.
    """
    i, j = matching.row("mentee", mentee_id), matching.row("mentor", mentor_id)
    return (
        _broken(matching.rules, i, j) or _taken(matching, i, j) or tuple(_locked(matching, i, j).conflicts())
    )


def _taken(matching: Matching, i: int, j: int) -> tuple[str, ...]:
    """Say which of two has no place left, since tandems with others are locked or made."""
    locked = [pair for pair in matching.problem.locked if pair != (i, j)]
    full = [matching.pool.mentees[i]] if i in {row for row, _ in locked} else []
    if sum(column == j for _, column in locked) >= matching.problem.places[j]:
        full.append(matching.pool.mentors[j])
    return tuple(no_place_left(person) for person in full)


def no_place_left(person: Application) -> str:
    """Say that all places of somebody are taken by tandems that stand."""
    return say("{name} has no place left beside the tandems that are made or locked.", name=person.name)


def _broken(rules: Rules, i: int, j: int) -> tuple[str, ...]:
    return tuple(rules.sentence(code, i, j) for code in rules.firm_codes(i, j))


def _locked(matching: Matching, i: int, j: int) -> Rules:
    """Return the rules as they would be if a pair were locked."""
    rules, people = matching.rules, matching.pool
    pair = people.mentees[i].person_id, people.mentors[j].person_id
    others = [d for d in rules.decisions if (d.mentee_id, d.mentor_id) != pair]
    lock = PairDecision(id="lock", run_id=matching.run_id, kind="lock", mentee_id=pair[0], mentor_id=pair[1])
    return rules_of(rules.pool, rules.settings, rules.scores, [*others, lock], fixed=rules.fixed)
