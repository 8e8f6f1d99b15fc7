"""A workbench for analysts: the same structure without names, contacts and what people wrote.

Analysts run code, and code reads whatever is in a file; so they get other data instead of fewer rights. An
extract is a workbench of its own, without users, and of whoever holds it.

What it keeps, and what becomes of the rest, stands in :mod:`mentorkit.privacy.veil`. On it the matching has
as many tandems and the same total as on the original, and so has the lowest score where the goal is
``fair``. Among several optima another may be chosen, since names and addresses decide there. It can differ
where a programme weighs or limits ages, which count in bands of five years; where names differ in nothing
but the order of their parts, since they are one when tandems of earlier runs are looked for; where a pair
is locked although one of the two named the other in confidence, since it is locked only; and under criteria
of one's own that read answers which neither their name nor their options tell. Places that are given by
arrival or receipt and not fixed yet are given by the matching.

Programmes, runs and organisations keep their names; organisations get pseudonyms if one wants.

Pairs that somebody kept apart in confidence are ruled out in the extract like any others: who named whom,
or that it was somebody's wish, cannot be seen.

This is pseudonymity, no anonymity [1]_: an organisation of one person is that person; who knows with whom,
when and how often somebody was in tandems finds her by the structure alone; rare combinations of answers
tell who is meant though each of them is common. The data are personal data still. Give an extract to people
who may see the data and do not need the names.

References
----------
.. [1] Regulation (EU) 2016/679, article 4 (5) and recital 26.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from mentorkit.intake.wishes import WISHES
from mentorkit.matching.basis import Basis, gather
from mentorkit.matching.pool import plain
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.pseudonyms import FEW
from mentorkit.privacy.veil import Veil, used_fields
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Organisation,
    PairDecision,
    Person,
    Programme,
    Record,
    Run,
    Scenario,
    Tandem,
    Wish,
)
from mentorkit.store import Reader, Store
from mentorkit.store.fresh import write_fresh
from mentorkit.store.tables import TABLES

_MAKE = "extract.make"
#: The kinds of records of which something is kept.
KEPT: tuple[type[Record], ...] = (
    Programme, Run, Organisation, Person, Application, Wish, PairDecision, Scenario, Tandem, EarlierTandem,
)  # fmt: skip


@dataclass(frozen=True)
class Extract:
    """What an extract holds.

    Attributes
    ----------
    file
        Where it is.
    programmes
        Ids of its programmes.
    people
        How many persons it has.
    left_out
        How many records of each kind were left out, by the name of the kind.
    """

    file: Path
    programmes: tuple[str, ...]
    people: int
    left_out: dict[str, int]


def extract(  # noqa: PLR0913 - all but three by keyword
    store: Store,
    actor: Actor,
    target: Path,
    *,
    programme_id: str | None = None,
    organisations: bool = False,
    key: bytes | None = None,
) -> Extract:
    """Write a pseudonymised workbench into a new file; the trail of the original tells by whom and when.

    Parameters
    ----------
    store, actor
        Whence, and who.
    target
        A file that is not there yet.
    programme_id
        The programme that is wanted; without, all that the actor may take.
    organisations
        Give the organisations pseudonyms, too.
    key
        Of the pseudonyms. Without, one is drawn at random and forgotten, so that nobody can go back and no
        two extracts can be joined by pseudonyms. Whoever has a key can try out who is meant.

    Raises
    ------
    NotAllowed
        If the actor may not extract this programme or any.
    NotFound
        If there is no such programme.
    StoreError
        If there is a file already, or it cannot be written.
    """
    key = key or secrets.token_bytes(32)
    with store.read() as reader:
        wanted = [reader.get(Programme, programme_id)] if programme_id else reader.all(Programme)
        programmes = [programme for programme in wanted if actor.may(_MAKE, programme.id)]
        if not programmes:
            actor.require(_MAKE, programme_id)
        records = [
            record
            for programme in programmes
            for record in _records(reader, _veil(reader, programme, key, organisations=organisations))
        ]
        found = {kind: _count(reader, kind, programmes) for kind in TABLES}
    records.sort(key=lambda record: (type(record).__name__, record.id))
    with store.write(actor.name, _MAKE) as writer:  # no file without an entry that it was given away
        for programme in programmes:
            writer.note(TABLES[Programme].name, programme.id)
        write_fresh(target, records)
    kept = Counter(type(record) for record in records)
    left = {TABLES[kind].name: max(0, n - kept[kind]) for kind, n in found.items()}
    return Extract(
        target, tuple(p.id for p in programmes), kept[Person], {k: n for k, n in left.items() if n}
    )


def _count(reader: Reader, kind: type[Record], programmes: Sequence[Programme]) -> int:
    """Return how many records of a kind some programmes have; of log-ins, which are of none, all."""
    ids = [programme.id for programme in programmes]
    if kind is Programme:
        return len(ids)
    if "run_id" in kind.model_fields:
        runs = [run for key in ids for run in reader.versions(Run, programme_id=key)]
        return sum(len(reader.versions(kind, run_id=run)) for run in runs)
    if kind.model_fields.get("programme_id") and kind.model_fields["programme_id"].is_required():
        return sum(len(reader.versions(kind, programme_id=key)) for key in ids)
    return len(reader.versions(kind))


def _veil(reader: Reader, programme: Programme, key: bytes, *, organisations: bool) -> Veil:
    runs = reader.all(Run, programme_id=programme.id)
    saying: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for run in runs:
        for application in reader.all(Application, run_id=run.id):
            for field, answer in application.answers.items():
                for said in answer if isinstance(answer, list | tuple) else [answer]:
                    if isinstance(said, str):
                        saying[field, plain(said)].add(application.person_id)
    for tandem in reader.all(EarlierTandem, programme_id=programme.id):
        saying["run", plain(tandem.year)].add(tandem.id)
    shared: defaultdict[str, set[str]] = defaultdict(set)
    for (field, word), people in saying.items():
        if len(people) >= FEW:
            shared[field].add(word)
    shared["run"] |= {plain(run.name) for run in runs}
    known = reader.all(Organisation, programme_id=programme.id)
    named = frozenset[str]() if organisations else frozenset(plain(o.name) for o in known)
    return Veil(key, programme, shared, named)


def _records(reader: Reader, veil: Veil) -> Iterator[Record]:
    """Yield what an extract has of a programme."""
    key = veil.programme.id
    yield veil.of_programme()
    yield from (veil.of_organisation(o) for o in reader.all(Organisation, programme_id=key))
    yield from (veil.of_person(person) for person in reader.all(Person, programme_id=key))
    yield from (veil.of_earlier(tandem) for tandem in reader.all(EarlierTandem, programme_id=key))
    used = used_fields(veil.programme.settings)
    for run in reader.all(Run, programme_id=key):
        yield veil.of_run(run)
        data = gather(reader, run, dated=False)
        yield from _applications(veil, data, used)
        yield from _decisions(veil, data)
        for number, scenario in enumerate(reader.all(Scenario, run_id=run.id), 1):
            yield veil.of_scenario(scenario, number)
        yield from (veil.of_tandem(tandem) for tandem in reader.all(Tandem, run_id=run.id))


def _applications(veil: Veil, data: Basis, used: Set[str]) -> Iterator[Record]:
    """Yield applications and wishes; of several of a person that take part, the one that counts."""
    pool = data.pool
    counting = {(a.role, a.person_id): a for a in (*pool.mentees, *pool.mentors)}
    stands = {a.id: counting[a.role, a.person_id].id for a in data.applications if a.takes_part}
    for a in data.applications:
        if stands.get(a.id, a.id) == a.id:
            yield veil.of_application(a, _wished(data, a) if a.id in stands else {}, used)
    names = {a.id: a.name for a in data.applications}
    for wish in data.wishes:
        yield veil.of_wish(wish, stands, names.get(wish.mentor_application_id or "", wish.text))


def _wished(data: Basis, application: Application) -> dict[str, str]:
    """Return whom a mentor surely wishes for, by field; a mentee's wishes are records of their own."""
    if application.role != "mentor":
        return {}
    ranks = data.pool.mentor_ranks[:, data.pool.index["mentor", application.person_id]]
    return {WISHES[rank - 1]: a.name for a, rank in zip(data.pool.mentees, ranks, strict=True) if rank}


def _decisions(veil: Veil, data: Basis) -> Iterator[PairDecision]:
    """Yield the decisions on pairs; whom somebody named in confidence is ruled out like others."""
    decided = {(d.mentee_id, d.mentor_id) for d in data.decisions}
    yield from map(veil.of_decision, data.decisions)
    pairs = sorted(pair for one in data.apart for pair in (one, one[::-1]))
    for mentee_id, mentor_id in pairs:
        two = ("mentee", mentee_id), ("mentor", mentor_id)
        if (mentee_id, mentor_id) not in decided and all(key in data.pool.index for key in two):
            yield veil.of_decision(
                PairDecision(
                    id=f"{data.run.id} {mentee_id} {mentor_id}",
                    run_id=data.run.id,
                    mentee_id=mentee_id,
                    mentor_id=mentor_id,
                    kind="forbid",
                )
            )
