"""The pool of mentors of a programme, which outlives its runs: who mentored, who pauses, who was asked."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mentorkit.errors import NotFound
from mentorkit.intake.names import split_name
from mentorkit.intake.past import NameKey, key_of
from mentorkit.intake.people import by_last_name, last_name_first
from mentorkit.intake.stored import check_version
from mentorkit.intake.wished import CHANGE, READ
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Person,
    Programme,
    Prospect,
    Run,
    Tandem,
)
from mentorkit.store import Reader, Store, Writer

#: The version of a person who was only entered so far.
_ENTERED = 1


@dataclass(frozen=True)
class Member:
    """Somebody in the pool.

    Attributes
    ----------
    name
        First and last name.
    person
        The person; None for somebody of whom only a history sheet tells.
    mentored
        Names of the runs, or years, in which the person was a mentor, the earliest first.
    applied
        Names of the runs that the person applied for as a mentor.
    asked
        Every day on which the person was asked, the earliest first.
    """

    name: str
    person: Person | None
    mentored: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    asked: tuple[dt.date, ...] = ()

    @property
    def listed(self) -> str:
        """The name as lists have it: ``Hof, Anna``."""
        known = self.person
        return (
            last_name_first(known.first_name, known.last_name)
            if known
            else last_name_first(*split_name(self.name))
        )

    def pauses(self, day: dt.date) -> bool:
        """Tell whether the person is not to be asked on a day."""
        until = self.person.pauses_until if self.person else None
        return until is not None and until >= day


def members(store: Store, actor: Actor, programme_id: str) -> list[Member]:
    """Return the pool of a programme: whoever was a mentor or applied to be one, in German order.

    Raises
    ------
    NotAllowed
        If the actor may not look at whom to win as mentors (``prospect.read``).
    NotFound
        If there is no such programme.
    """
    with store.read() as reader:
        reader.get(Programme, programme_id)
        actor.require(READ, programme_id)
        work = _Pool.of(reader, programme_id)
    return sorted(work.members(), key=lambda m: by_last_name(m.person or _person(programme_id, m.name)))


def person_of(writer: Writer, programme_id: str, member: Member) -> Person:
    """Return the person of somebody in the pool; who is known from history sheets alone becomes one now.

    The tandems of earlier runs in which a mentor has the name become the person's.

    Raises
    ------
    NotFound
        If there is no such person in the programme, or no such mentor in its history.
    """
    if member.person is not None:
        person = writer.get(Person, member.person.id)
        if person.programme_id != programme_id:
            raise NotFound(say("There is no such person in this programme."))
        return person
    earlier = writer.all(EarlierTandem, programme_id=programme_id)
    held = [t for t in earlier if key_of(t.mentor) == key_of(member.name)]
    free = [tandem for tandem in held if tandem.mentor_id is None]
    if not free:
        entered = {tandem.mentor_id for tandem in held if tandem.mentor_id}
        if len(entered) != 1:
            raise NotFound(say("No history sheet tells of {name}.", name=member.name))
        return writer.get(Person, entered.pop())  # somebody else entered the name meanwhile
    entering = writer.besides("person.from_history")
    person = entering.save(_person(programme_id, free[0].mentor).with_(id=entering.new_id(Person)))
    for tandem in free:
        entering.save(tandem.with_(mentor_id=person.id))
    return person


def _person(programme_id: str, name: str) -> Person:
    first, last = split_name(name)
    return Person(id="", programme_id=programme_id, first_name=first, last_name=last)


def pause(store: Store, actor: Actor, programme_id: str, member: Member, until: dt.date | None) -> Person:
    """Note until when somebody of the pool is not to be asked to be a mentor; None ends it.

    Raises
    ------
    NotAllowed
        If the actor may not change whom to win (``prospect.change``).
    NotFound
        If there is no such programme, or the person is gone.
    StaleRecord
        If somebody changed the person in the meantime.
    """
    with store.write(actor.name, "person.pause") as writer:
        writer.get(Programme, programme_id)
        actor.require(CHANGE, programme_id)
        person = person_of(writer, programme_id, member)
        check_version(person, member.person.version if member.person else _ENTERED)
        return writer.save(person.with_(pauses_until=until))


@dataclass(frozen=True)
class _Pool:
    people: dict[str, Person]
    mentored: dict[str, set[str]]
    applied: dict[str, set[str]]
    asked: dict[str, list[dt.date]]
    #: Mentors whom only a history sheet knows, by name: as written, and when.
    unknown: dict[NameKey, tuple[str, set[str]]]

    @classmethod
    def of(cls, reader: Reader, programme_id: str) -> _Pool:
        people = {p.id: p for p in reader.all(Person, programme_id=programme_id)}
        pool = cls(people, defaultdict(set), defaultdict(set), defaultdict(list), {})
        for run in reader.all(Run, programme_id=programme_id):
            for tandem in reader.all(Tandem, run_id=run.id):
                pool.mentored[tandem.mentor_id].add(run.name)
            for application in reader.all(Application, run_id=run.id, role="mentor"):
                if application.withdrawn is None:
                    pool.applied[application.person_id].add(run.name)
            for prospect in reader.all(Prospect, run_id=run.id):
                if prospect.person_id:
                    pool.asked[prospect.person_id] += prospect.asked_at
        for earlier in reader.all(EarlierTandem, programme_id=programme_id):
            if earlier.mentor_id:
                pool.mentored[earlier.mentor_id].add(earlier.year)
            else:
                _, years = pool.unknown.setdefault(key_of(earlier.mentor), (earlier.mentor, set()))
                years.add(earlier.year)
        return pool

    def members(self) -> list[Member]:
        ids = [i for i in self.people if i in self.mentored or i in self.applied]
        found = [
            Member(
                self.people[i].name,
                self.people[i],
                _in_order(self.mentored.get(i, ())),
                _in_order(self.applied.get(i, ())),
                tuple(sorted(self.asked.get(i, ()))),
            )
            for i in ids
        ]
        return found + [Member(name, None, _in_order(years)) for name, years in self.unknown.values()]


def _in_order(runs: Iterable[str]) -> tuple[str, ...]:
    """Return names of runs by the numbers in them: the 9th before the 10th."""
    return tuple(sorted(runs, key=lambda run: (_numbered(run), run)))


def _numbered(run: str) -> list[str | int]:
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", run)]
