"""What somebody was in other runs: a former mentee who is a mentor now, a mentor of many years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mentorkit.intake.names import without_titles
from mentorkit.intake.stored import scope
from mentorkit.intake.text import words
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, EarlierTandem, Person, Role, Run, Tandem
from mentorkit.store import Reader, Store, Writer

#: A name as compared whatever its order: its words, sorted.
NameKey = tuple[str, ...]
_READ = "application.read"


@dataclass(frozen=True)
class Past:
    """What a person was in a run.

    Attributes
    ----------
    run
        Name of the run, or the year of an earlier one.
    role
        What the person was.
    partner
        With whom; empty where there was an application and no tandem.
    sure
        Whether it is the person; otherwise the name alone agrees.
    """

    run: str
    role: Role
    partner: str = ""
    sure: bool = True


@lru_cache(maxsize=50_000)
def key_of(name: str) -> NameKey:
    """Return a name as compared: without titles, in any order."""
    return tuple(sorted(words(" ".join(without_titles(part.strip())[0] for part in name.split(",")))))


def id_of_unknown(name: str, organisation: str | None) -> str:
    """Return what stands for somebody who is in no application: one by name and organisation."""
    return f"{' '.join(key_of(name))}|{organisation or ''}"


def tie_earlier(writer: Writer, programme_id: str) -> None:
    """Tie the tandems of earlier runs to the persons of a programme, as far as it is sure who they were.

    It is sure where one person alone has the name, and the organisation is the same or the person says to
    have taken part in that year.
    """
    loose = [
        t for t in writer.all(EarlierTandem, programme_id=programme_id) if not (t.mentee_id and t.mentor_id)
    ]
    if not loose:
        return
    people = _People.of(writer, programme_id)
    for tandem in loose:
        fresh = tandem.with_(
            mentee_id=tandem.mentee_id or people.sure(tandem.mentee, tandem.mentee_organisation, tandem.year),
            mentor_id=tandem.mentor_id or people.sure(tandem.mentor, tandem.mentor_organisation, tandem.year),
        )
        if fresh != tandem:
            writer.save(fresh)


@dataclass(frozen=True)
class _People:
    by_name: dict[NameKey, list[str]]
    #: Organisations and earlier years, by person.
    organisations: dict[str, set[str]]
    years: dict[str, set[str]]

    @classmethod
    def of(cls, reader: Reader, programme_id: str) -> _People:
        found = cls(defaultdict(list), defaultdict(set), defaultdict(set))
        for person in reader.all(Person, programme_id=programme_id):
            found.by_name[key_of(person.name)].append(person.id)
        for application in applications_of(reader, programme_id):
            if application.organisation:
                found.organisations[application.person_id].add(application.organisation)
            found.years[application.person_id] |= set(map(str, application.answers.get("earlier_runs", ())))
        return found

    def sure(self, name: str, organisation: str | None, year: str) -> str | None:
        named = self.by_name.get(key_of(name), [])
        if len(named) != 1:
            return None
        person_id = named[0]
        agreed = organisation in self.organisations[person_id] or year in self.years[person_id]
        return person_id if agreed else None


def applications_of(reader: Reader, programme_id: str) -> Iterable[Application]:
    """Return the applications of all runs of a programme."""
    for run in reader.all(Run, programme_id=programme_id):
        yield from reader.all(Application, run_id=run.id)


def history_of(store: Store, actor: Actor, application_id: str) -> list[Past]:
    """Return what an applicant was before, and is besides in the same run, the earliest first.

    Somebody who answers for one organisation is told only of applications and tandems of its people, and of
    nothing where the name alone agrees.

    Raises
    ------
    NotAllowed
        If the actor may not see the application (``application.read``, of its organisation).
    NotFound
        If there is no such application.
    """
    with store.read() as reader:
        application = reader.get(Application, application_id)
        run = reader.get(Run, application.run_id)
        actor.require(_READ, run.programme_id, application.organisation)
        own = scope(actor, _READ, run)
        names = {r.id: r.name for r in reader.all(Run, programme_id=run.programme_id)}
        others = [
            a for a in reader.all(Application, person_id=application.person_id) if a.id != application_id
        ]
        found = list(_of_tandems(reader, application.person_id, names, own))
        earlier = reader.all(EarlierTandem, programme_id=run.programme_id)
    held = {(past.run, past.role) for past in found}
    found += [
        Past(names[a.run_id], a.role)
        for a in others
        if a.withdrawn is None
        and a.run_id in names
        and (a.run_id, a.role) != (run.id, application.role)  # the same application a second time
        and (names[a.run_id], a.role) not in held
        and _concerns(own, a.organisation)
    ]
    found += earlier_of(application, [t for t in earlier if _told(t, application.person_id, own)])
    return sorted(set(found), key=lambda past: (past.run, past.role, past.partner))


def _concerns(own: frozenset[str] | None, *organisations: str | None) -> bool:
    return own is None or not own.isdisjoint(organisations)


def _told(tandem: EarlierTandem, person_id: str, own: frozenset[str] | None) -> bool:
    """Tell whether an actor may learn of a tandem: an organisation of hers is in it, and it is the person."""
    named = _concerns(own, tandem.mentee_organisation, tandem.mentor_organisation)
    return named and (own is None or person_id in (tandem.mentee_id, tandem.mentor_id))


def _of_tandems(
    reader: Reader, person_id: str, names: Mapping[str, str], own: frozenset[str] | None
) -> Iterable[Past]:
    """Yield the tandems of a person in runs, by id and name, where an organisation of the actor's is in."""
    roles: tuple[Role, ...] = ("mentee", "mentor")
    for role, other in (roles, roles[::-1]):
        for tandem in reader.all(Tandem, **{f"{role}_id": person_id}):
            pair = ((side, getattr(tandem, f"{side}_id")) for side in roles)
            there = [
                a.organisation
                for side, who in pair
                for a in reader.all(Application, run_id=tandem.run_id, role=side, person_id=who)
            ]
            if tandem.run_id in names and _concerns(own, *there):
                partner = reader.find(Person, getattr(tandem, f"{other}_id"))
                yield Past(names[tandem.run_id], role, partner.name if partner else "")


def earlier_of(application: Application, earlier: Sequence[EarlierTandem]) -> list[Past]:
    """Return the tandems of earlier runs that are an applicant's, surely or by the name."""
    key, found = key_of(application.name), []
    sides: tuple[tuple[Role, Role], ...] = (("mentee", "mentor"), ("mentor", "mentee"))
    for tandem in earlier:
        for role, other in sides:
            person_id, name = getattr(tandem, f"{role}_id"), getattr(tandem, role)
            if person_id == application.person_id or (person_id is None and key_of(name) == key):
                found.append(Past(tandem.year, role, getattr(tandem, other), sure=person_id is not None))
    return found
