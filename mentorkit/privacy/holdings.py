"""What is held on a person: her records of every kind, and the names that she is known by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from mentorkit.intake.merge import NAMED
from mentorkit.intake.merge import RIGHT as MERGE
from mentorkit.intake.names import split_name
from mentorkit.intake.past import key_of
from mentorkit.intake.people import email_key
from mentorkit.intake.wished import bare_name
from mentorkit.privacy.mentions import Mentions
from mentorkit.privacy.records import ConsentEntry, DataRequest, SealedText
from mentorkit.programme.records import (
    Application,
    Draft,
    EarlierTandem,
    FormLink,
    NamedConflict,
    Person,
    Prospect,
    Record,
    Run,
    Wish,
)
from mentorkit.store import Reader

R = TypeVar("R", bound=Record)
Name = tuple[str, str]
#: Which fields tell of which persons a record is, by kind, and of which applications.
_OF_PERSONS: dict[type[Record], tuple[str, ...]] = {
    **NAMED,
    FormLink: ("person_id",),
    ConsentEntry: ("person_id",),
    SealedText: ("person_id",),
    DataRequest: ("person_id",),
}
_OF_APPLICATIONS: dict[type[Record], tuple[str, ...]] = {
    Wish: ("application_id",),
    NamedConflict: ("application_id",),
    Prospect: ("application_id",),
    FormLink: ("application_id",),
}


@dataclass(frozen=True)
class Holdings:
    """What is held on some persons of a programme.

    Attributes
    ----------
    people
    absorbed
        Ids of persons who turned out to be one of them and were put together with her.
    records
        Theirs, by kind.
    wishes_for, named_by
        Wishes of others that mean one of them, and what others named in confidence that does.
    """

    people: tuple[Person, ...]
    absorbed: tuple[str, ...]
    records: Mapping[type[Record], list[Any]]
    wishes_for: tuple[Wish, ...] = ()
    named_by: tuple[NamedConflict, ...] = ()
    runs: tuple[str, ...] = field(default=())
    #: Names that they had before, as far as the trail still tells them.
    earlier: tuple[Name, ...] = ()

    def of(self, kind: type[R]) -> list[R]:
        """Return the records of a kind."""
        return self.records.get(kind, [])

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that the persons have, and those put together with them had."""
        return frozenset((*(person.id for person in self.people), *self.absorbed))

    @cached_property
    def names(self) -> frozenset[Name]:
        """All ways in which they are named, first name and last name, also by those who misspell them."""
        told: list[Name] = [(p.first_name, p.last_name) for p in self.people]
        told += [(a.first_name, a.last_name) for a in self.of(Application)]
        told += [split_name(text) for text in self._whole_names()]
        whole = {(first, last) for first, last in (*told, *self.earlier) if first and last}
        # half a name, as a row of a file has it at times, may be anybody's; all of one is hers
        return frozenset(whole | {(p.first_name, p.last_name) for p in self.people if self._is_lone(p)})

    @staticmethod
    def _is_lone(person: Person) -> bool:
        return bool(person.first_name) is not bool(person.last_name)

    @cached_property
    def lone_names(self) -> tuple[str, ...]:
        """Names that are all that is known of one: such a word is found where it stands by itself alone."""
        return tuple(person.name for person in self.people if self._is_lone(person))

    def _whole_names(self) -> Iterator[str]:
        yield from filter(None, (bare_name(wish.text) for wish in self.wishes_for))
        for tandem in self.of(EarlierTandem):
            for role in ("mentee", "mentor"):
                if getattr(tandem, f"{role}_id") in self.ids:
                    yield getattr(tandem, role)
        yield from (prospect.name for prospect in self.of(Prospect))
        yield from (link.name for link in self.of(FormLink))

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Their e-mail addresses."""
        told: list[Any] = [person.email for person in self.people]
        told += [p.email for p in self.of(Prospect)] + [k.email for k in self.of(FormLink)]
        told += [said.get("email") for a in self.of(Application) for said in (a.entries, a.answers)]
        return frozenset(str(address) for address in told if address)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Their telephone numbers."""
        told = [a.entries.get("phone") for a in self.of(Application)]
        return frozenset(filter(None, (*told, *(p.phone for p in self.of(Prospect)))))

    def mentions(self, namesakes: Iterable[Name] = ()) -> Mentions:
        """Return what finds them in texts; a whole name that another bears too is not sure to be theirs."""
        return Mentions(self.names, self.addresses, self.numbers, namesakes=namesakes)


def held_on(reader: Reader, people: Collection[Person], history: Collection[EarlierTandem] = ()) -> Holdings:
    """Return what is held on persons of one programme.

    Of whom history sheets alone told ``history`` are the tandems, tied to the persons; whoever has the name
    in another organisation is somebody else.
    """
    absorbed = tuple(_absorbed(reader, {person.id for person in people}))
    found = _found(reader, _OF_PERSONS, [person.id for person in people])
    held = held_by_applications(reader, [a for a in found.get(Application, []) if isinstance(a, Application)])
    for kind, records in held.records.items():
        found[kind] = list({r.id: r for r in (*found.get(kind, []), *records)}.values())
    runs = tuple(run.id for p in people for run in reader.all(Run, programme_id=p.programme_id))
    mine = Holdings(
        tuple(people), absorbed, found, held.wishes_for, held.named_by, tuple(dict.fromkeys(runs)),
        tuple(_earlier_names(reader, people, absorbed, found.get(Application, []))),
    )  # fmt: skip
    _add_unlinked(reader, mine)
    if history:
        mine.records[EarlierTandem][:] = history
    else:
        _add_earlier(reader, mine)
    return mine


def held_by_applications(reader: Reader, applications: Collection[Application]) -> Holdings:
    """Return what hangs on applications alone, whoever they are of."""
    ids = {a.id for a in applications}
    found = _found(reader, _OF_APPLICATIONS, list(ids))
    found[Application] = list(applications)
    for_them = [wish for i in sorted(ids) for wish in reader.all(Wish, mentor_application_id=i)]
    runs = sorted({a.run_id for a in applications})
    named = [c for run_id in runs for c in reader.all(NamedConflict, run_id=run_id)]
    by_others = (c for c in named if c.application_id not in ids and ids & {*c.meant, *c.seen})
    return Holdings((), (), found, tuple(for_them), tuple(by_others), tuple(runs))


def _found(
    reader: Reader, where: Mapping[type[Record], tuple[str, ...]], ids: Collection[str]
) -> dict[type[Record], list[Record]]:
    return {
        kind: list({r.id: r for i in ids for name in names for r in reader.all(kind, **{name: i})}.values())
        for kind, names in where.items()
    }


def _earlier_names(
    reader: Reader, people: Collection[Person], absorbed: Collection[str], applications: Collection[Record]
) -> Iterator[Name]:
    """Yield how they were called before they were put together or a name was mended."""
    subjects = [("person", i) for i in (*(p.id for p in people), *absorbed)]
    subjects += [("application", a.id) for a in applications]
    for kind, subject in subjects:
        for entry in reader.trail(kind=kind, subject=subject):
            for state in filter(None, (entry["before"], entry["after"])):
                yield state.get("first_name", ""), state.get("last_name", "")


def _add_unlinked(reader: Reader, mine: Holdings) -> None:
    """Add what tells by name or address alone whose it is, and nobody tied to anybody else."""
    keys = {key_of(f"{first} {last}") for first, last in mine.names}
    addresses = {email_key(address) for address in mine.addresses}

    def is_hers(name: str, address: str) -> bool:
        return email_key(address) in addresses if address and addresses else key_of(name) in keys

    loose: dict[type[Record], Callable[[Any], bool]] = {
        Prospect: lambda p: p.person_id is None and is_hers(p.name, p.email),
        FormLink: lambda k: k.person_id is None and k.application_id is None and is_hers(k.name, k.email),
    }
    for kind, hers in loose.items():
        known = {record.id for record in mine.of(kind)}
        for run_id in mine.runs:
            found = [r for r in reader.all(kind, run_id=run_id) if r.id not in known and hers(r)]
            mine.records[kind].extend(found)


def _add_earlier(reader: Reader, mine: Holdings) -> None:
    """Add tandems of earlier runs that tell by name alone whose they are."""
    keys = {key_of(f"{first} {last}") for first, last in mine.names}
    programmes = {person.programme_id for person in mine.people}
    for tandem in (t for p in sorted(programmes) for t in reader.all(EarlierTandem, programme_id=p)):
        told = ((tandem.mentee_id, tandem.mentee), (tandem.mentor_id, tandem.mentor))
        if any(i is None and key_of(name) in keys for i, name in told) and tandem not in mine.of(
            EarlierTandem
        ):
            mine.records[EarlierTandem].append(tandem)


def drafts_on(reader: Reader, mine: Holdings, mentions: Mentions) -> list[Draft]:
    """Return what users have begun and not confirmed that mentions the persons."""
    drafts = (draft for run_id in mine.runs for draft in reader.all(Draft, run_id=run_id))
    return [draft for draft in drafts if mentions.has(draft.content)]


def _absorbed(reader: Reader, ids: set[str]) -> Iterator[str]:
    """Yield the ids of those who were put together with persons, and with those in turn."""
    joined: dict[str, list[str]] = {}
    for other, keep in _put_together(reader).items():
        joined.setdefault(keep, []).append(other)
    waiting = [*ids]
    while waiting:
        more = sorted(joined.pop(waiting.pop(), []))
        waiting += more
        yield from more


def _put_together(reader: Reader) -> dict[str, str]:
    """Return as whom those are known who were put together with somebody and not taken apart again."""
    entries = reader.trail(action=MERGE, kind="person")
    told = (entry["reason"].partition(" → ") for entry in entries if entry["after"] is None)
    return {other: keep for other, _, keep in told if keep and reader.find(Person, other) is None}


def known_as(reader: Reader, person_id: str) -> Person | None:
    """Return who a person is now: herself, or with whom she was put together; None if there is nobody."""
    found = reader.find(Person, person_id)
    joined = {} if found else _put_together(reader)
    while found is None and person_id in joined:
        person_id = joined.pop(person_id)
        found = reader.find(Person, person_id)
    return found
