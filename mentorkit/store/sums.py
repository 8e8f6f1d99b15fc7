"""What the records of a store promise each other: who belongs to a run, how many places there are, ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from mentorkit.language import say, say_n
from mentorkit.programme.records import Application, PairDecision, Programme, Run, Tandem, Wish
from mentorkit.store.engine import reading
from mentorkit.store.store import Store
from mentorkit.store.tables import PREFIX, TABLES
from mentorkit.store.tables import counter as counters
from mentorkit.store.transaction import Reader


def broken_sums(store: Store) -> list[str]:
    """Return the sentences on what does not fit together."""
    engine = store.engine
    with engine.connect().execution_options(**reading(engine)) as connection, connection.begin():
        reader = Reader(connection)
        found = [sentence for run in reader.all(Run) for sentence in _of_the_run(reader, run)]
        return [*found, *_of_the_ids(connection)]


def _of_the_run(reader: Reader, run: Run) -> Iterator[str]:
    applications = reader.all(Application, run_id=run.id)
    tandems = reader.all(Tandem, run_id=run.id)
    yield from _strangers(reader, run, applications, tandems)
    yield from _two_places(run, applications)
    yield from _places(run, applications, tandems)
    if run.approved_at:
        yield from _quotas(reader.get(Programme, run.programme_id), run, applications, tandems)


def _strangers(
    reader: Reader, run: Run, applications: list[Application], tandems: list[Tandem]
) -> Iterator[str]:
    """Say what refers to people who did not apply for the run in that role."""
    people = {(a.role, a.person_id) for a in applications}
    for tandem in tandems:
        if not {("mentee", tandem.mentee_id), ("mentor", tandem.mentor_id)} <= people:
            yield say(
                "The tandem “{id}” has a person who did not apply for “{run}”.", id=tandem.id, run=run.id
            )
    for decision in reader.all(PairDecision, run_id=run.id):
        if not {("mentee", decision.mentee_id), ("mentor", decision.mentor_id)} <= people:
            yield say(
                "The decision “{id}” is about a person who did not apply for “{run}”.",
                id=decision.id,
                run=run.id,
            )
    own = {a.id: a.role for a in applications}
    for wish in reader.all(Wish, run_id=run.id):
        wished = wish.mentor_application_id
        if own.get(wish.application_id) != "mentee" or (wished and own.get(wished) != "mentor"):
            yield say(
                "The wish “{id}” is of or for a person who did not apply for “{run}”.", id=wish.id, run=run.id
            )


def _two_places(run: Run, applications: list[Application]) -> Iterator[str]:
    """Say who holds more than one selected place."""
    held = Counter((a.role, a.person_id) for a in applications if a.place == "selected")
    for (_, person_id), n in held.items():
        if n > 1:
            yield say(
                "The person “{id}” holds {n} selected places in “{run}” in one role.",
                id=person_id, n=n, run=run.id,
            )  # fmt: skip


def _places(run: Run, applications: list[Application], tandems: list[Tandem]) -> Iterator[str]:
    """Say who is in more tandems than she has places; what two people ended counts no more."""
    places: Counter[tuple[str, str]] = Counter()
    for a in applications:
        places[a.role, a.person_id] = max(places[a.role, a.person_id], a.places)
    lasting = [tandem for tandem in tandems if tandem.state != "dissolved"]
    taken = Counter(("mentee", tandem.mentee_id) for tandem in lasting)
    taken.update(("mentor", tandem.mentor_id) for tandem in lasting)
    for who, n in taken.items():
        if who in places and n > places[who]:
            yield say_n(
                "The person “{id}” has one place in “{run}”, but {tandems} tandems.",
                "The person “{id}” has {n} places in “{run}”, but {tandems} tandems.",
                places[who],
                id=who[1], run=run.id, tandems=n,
            )  # fmt: skip


def _quotas(
    programme: Programme, run: Run, applications: list[Application], tandems: list[Tandem]
) -> Iterator[str]:
    """Say which organisation has more persons in tandems than it may send."""
    lasting = [tandem for tandem in tandems if tandem.state != "dissolved"]
    busy = {("mentee", t.mentee_id) for t in lasting} | {("mentor", t.mentor_id) for t in lasting}
    names: dict[tuple[str, str], str] = {
        (a.role, a.person_id): a.organisation for a in applications if a.organisation
    }
    sent = Counter((role, names[role, key]) for role, key in busy if (role, key) in names)
    for (role, organisation), n in sorted(sent.items(), key=str):
        quota = programme.settings.quotas.of(role, organisation)
        if quota is not None and n > quota:
            yield say(
                "{organisation} has {n} people of one role in tandems of “{run}”, but may send {quota}.",
                organisation=organisation, n=n, run=run.id, quota=quota,
            )  # fmt: skip


def _of_the_ids(connection: sa.Connection) -> Iterator[str]:
    """Say which kinds of record have an id that would be given again."""
    counted = {row.name: row.value for row in connection.execute(sa.select(counters))}
    for kind, prefix in PREFIX.items():
        ids = connection.scalars(sa.select(TABLES[kind].c.id))
        numbers = [
            int(key[len(prefix) :])
            for key in ids
            if key.startswith(prefix) and key[len(prefix) :].isdecimal()
        ]
        if max(numbers, default=0) > counted.get(prefix, 0):
            yield say(
                "The next id of “{table}” was given already: {id}.",
                table=TABLES[kind].name, id=f"{prefix}{max(numbers)}",
            )  # fmt: skip
