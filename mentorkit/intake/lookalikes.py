"""Persons who may be one: who looks like whom, and of whom somebody said that they are two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import get_args

from mentorkit.errors import NotFound
from mentorkit.intake.assess import revised
from mentorkit.intake.judge import codes
from mentorkit.intake.merge import RIGHT, counting_with
from mentorkit.intake.names import misspelt, name_key
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances, by_last_name, email_key
from mentorkit.intake.settle import settle
from mentorkit.intake.stored import OVERRULE, context_in
from mentorkit.language import later, say
from mentorkit.matching.placing import save
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import Erasure
from mentorkit.programme.records import Application, Overruling, Person, Role, Run, TwoPersons
from mentorkit.store import Reader, Store, Writer

TELL_APART, ASK_AGAIN = "person.tell_apart", "person.ask_again"

_WHY = {
    "email": later("the same e-mail address"),
    "name": later("the same name"),
    "spelling": later("nearly the same name and the same year of birth"),
    "double": later("an application that seems to be a second one"),
    "twice": later("two applications of one person"),
}


@dataclass(frozen=True)
class Suggestion:
    """Two persons who may be one, and why; one person twice where two applications are that person's.

    ``stays`` is the id of the better one of these two applications; empty for two persons.
    """

    keep: Person
    other: Person
    why: str
    stays: str = ""


def suggestions(store: Store, actor: Actor, run_id: str) -> list[Suggestion]:
    """Return persons who may be one, of whom one at least applies in a run.

    Whoever is found to have applied twice is among them, also one person with two applications. Besides:
    the same e-mail with any name, the same name in any order, or nearly the same name and year of birth. A
    mentee and a mentor of the same name are asked about too. Where somebody told the two apart, or accepted
    a duplicate with a reason, the two are two.

    Raises
    ------
    NotAllowed
        If the actor may not put persons together (``person.merge``).
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require(RIGHT, run.programme_id)
        erased = {erasure.person_id for erasure in reader.all(Erasure)}
        people = [p for p in reader.all(Person, programme_id=run.programme_id) if p.id not in erased]
        stored = reader.all(Application, run_id=run_id)
        apart = {(t.one_id, t.other_id) for t in reader.all(TwoPersons, programme_id=run.programme_id)}
    here = {a.person_id for a in stored if a.withdrawn is None}
    accepted = {a.person_id for a in stored if a.admitted and "duplicate" in codes(a.findings)}
    roles = {(a.person_id, a.role) for a in stored}
    found: dict[tuple[str, ...], Suggestion] = {}
    for group in _near(people):
        for one, two in combinations(group, 2):
            pair = {one.id, two.id}
            two_said = _ordered(one.id, two.id) in apart or (
                pair & accepted and any({(i, role) for i in pair} <= roles for role in get_args(Role))
            )
            if pair & here and not two_said and (why := _why(one, two)):
                found[one.id, two.id] = Suggestion(one, two, say(_WHY[why]))
    by_id = {person.id: person for person in people}
    for other, doubling in _doubled([a for a in stored if not a.erased]):
        ids, person = (other.person_id, doubling.person_id), by_id[other.person_id]
        if other.person_id == doubling.person_id:
            stays = counting_with(doubling, (a for a in stored if a.person_id == person.id))[0].id
            found[stays,] = Suggestion(person, person, say(_WHY["twice"]), stays)
        elif _ordered(*ids) not in apart and not {ids, ids[::-1]} & set(found):
            found[ids] = Suggestion(person, by_id[ids[1]], say(_WHY["double"]))
    return sorted(found.values(), key=lambda suggestion: by_last_name(suggestion.keep))


def _doubled(stored: Sequence[Application]) -> Iterable[tuple[Application, Application]]:
    """Yield the applications that were found to be doubles, each after the other, unless somebody decided."""
    seen = Acquaintances()
    for application in stored:
        if application.withdrawn is None and application.overruled is None:
            doubted = "duplicate" in codes(application.findings)
            if doubted and (other := seen.same(application, doubted=True)):
                yield other, application
        seen.add(application)


@dataclass(frozen=True)
class Apart:
    """Two persons whom somebody told apart, and who did."""

    one: Person
    other: Person
    by: str


def told_apart(store: Store, actor: Actor, programme_id: str) -> list[Apart]:
    """Return the persons of a programme who were told apart, by name.

    Raises
    ------
    NotAllowed
        If the actor may not put persons together (``person.merge``).
    """
    actor.require(RIGHT, programme_id)
    with store.read() as reader:
        found = reader.all(TwoPersons, programme_id=programme_id)
        people = {p.id: p for p in reader.all(Person, programme_id=programme_id)} if found else {}
    apart = [Apart(people[two.one_id], people[two.other_id], two.by) for two in found]
    return sorted(apart, key=lambda two: by_last_name(two.one))


def tell_apart(store: Store, actor: Actor, one_id: str, other_id: str) -> list[Application]:
    """Say that two persons are two: in no run of the programme they are suggested again.

    Whose application was in doubt for nothing else is admitted, where the tandems are not approved yet and
    the actor may do so; these are returned.

    Raises
    ------
    NotAllowed
        If the actor may not put persons together (``person.merge``).
    NotFound
        If one of them is not there, or belongs to another programme, or both are the same.
    """
    with store.write(actor.name, TELL_APART) as writer:
        programme_id = _programme_of(writer, actor, one_id, other_id)
        first, second = _ordered(one_id, other_id)
        if not writer.all(TwoPersons, one_id=first, other_id=second):
            new_id = writer.new_id(TwoPersons)
            writer.save(
                TwoPersons(id=new_id, programme_id=programme_id, one_id=first, other_id=second, by=actor.name)
            )
        reason = say("Told apart from somebody who looks like the same person.")
        decision = Overruling(by=actor.name, at=writer.at, reason=reason)
        return _decide(
            writer,
            (a.with_(overruled=decision) for a in _doubles(writer, actor, programme_id, first, second)),
        )


def ask_again(store: Store, actor: Actor, one_id: str, other_id: str) -> None:
    """Take back that two persons are two: they are suggested again where they look alike.

    Who was admitted by it is in doubt again, where the tandems are not approved yet.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`tell_apart`; also if nobody told the two apart.
    """
    with store.write(actor.name, ASK_AGAIN) as writer:
        _programme_of(writer, actor, one_id, other_id)
        first, second = _ordered(one_id, other_id)
        found = writer.all(TwoPersons, one_id=first, other_id=second)
        if not found:
            raise NotFound(say("These two persons were not told apart."))
        writer.delete(found[0])
        told = writer.trail(action=TELL_APART, kind="application")
        admitted = {
            e["subject"]: Application.model_validate(e["after"]).overruled for e in told if e["after"]
        }
        here = (a for a in _open_runs(writer, first, second) if a.admitted)
        _decide(writer, (a.with_(overruled=None) for a in here if a.overruled == admitted.get(a.id)))


def _open_runs(reader: Reader, *people: str) -> list[Application]:
    """Return the applications of persons in runs whose tandems are not approved yet."""
    found = [a for person_id in people for a in reader.all(Application, person_id=person_id)]
    return [a for a in found if reader.get(Run, a.run_id).approved_at is None]


def _doubles(reader: Reader, actor: Actor, programme_id: str, *people: str) -> Iterable[Application]:
    """Return applications that would be in order if who was told apart did not look alike."""
    apart = {(t.one_id, t.other_id) for t in reader.all(TwoPersons, programme_id=programme_id)}
    for application in _open_runs(reader, *people):
        decides = actor.may(OVERRULE, programme_id, application.organisation)
        if not (decides and application.open and "duplicate" in codes(application.findings)):
            continue
        context = context_in(reader, actor, application.run_id, RIGHT)
        others = [
            a for a in context.applications if _ordered(a.person_id, application.person_id) not in apart
        ]
        heard = [a.organisation for a in context.applications if a.organisation]
        known = Organisations.of(context.settings.organisations, context.organisations, heard)
        if revised(application, application.entries, context, known, Acquaintances(others)).status == "ok":
            yield application


def _decide(writer: Writer, changed: Iterable[Application]) -> list[Application]:
    saved = save(writer, list(changed))
    for run_id in sorted({a.run_id for a in saved}):
        settle(writer, writer.get(Run, run_id))
    return saved


def _programme_of(writer: Writer, actor: Actor, one_id: str, other_id: str) -> str:
    one, other = writer.get(Person, one_id), writer.get(Person, other_id)
    actor.require(RIGHT, one.programme_id)
    if other.programme_id != one.programme_id or one.id == other.id:
        raise NotFound(say("There is no such person in this programme."))
    return one.programme_id


def _ordered(one_id: str, other_id: str) -> tuple[str, str]:
    return min(one_id, other_id), max(one_id, other_id)


def _near(people: Iterable[Person]) -> list[list[Person]]:
    """Return groups within which people may be one."""
    groups: dict[object, list[Person]] = defaultdict(list)
    for person in people:
        name = name_key(person.first_name, person.last_name)
        keys: set[object] = {tuple(sorted(name))}
        if person.email:
            keys.add(email_key(person.email))
        if person.birth_year:
            keys |= {(person.birth_year, part) for part in name if part}
        for key in keys:
            groups[key].append(person)
    return [group for group in groups.values() if len(group) > 1]


def _why(one: Person, two: Person) -> str:
    names = [name_key(p.first_name, p.last_name) for p in (one, two)]
    years = {p.birth_year for p in (one, two)} - {None}
    if len(years) > 1:
        return ""
    if one.email and two.email and email_key(one.email) == email_key(two.email):
        return "email"
    if sorted(names[0]) == sorted(names[1]) and any(names[0]):
        return "name"
    same_year = one.birth_year is not None and one.birth_year == two.birth_year
    return "spelling" if same_year and misspelt(*names) else ""
