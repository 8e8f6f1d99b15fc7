"""Whether a store is whole: the database's own check, and what the records promise each other."""

from __future__ import annotations

import sqlalchemy as sa
from pydantic import ValidationError

from mentorkit.language import say
from mentorkit.programme.records import Application, Run, Tandem
from mentorkit.store.store import Store
from mentorkit.store.tables import TABLES


def problems(store: Store) -> list[str]:
    """Return what is wrong with a store, in sentences; an empty list means it is whole."""
    found = [*_of_the_database(store), *_of_the_records(store)]
    return found or _of_the_tandems(store)


def _of_the_database(store: Store) -> list[str]:
    if store.engine.dialect.name != "sqlite":
        return []
    with store.engine.connect().execution_options(read_only=True) as connection:
        integrity = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        broken_links = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    found = [say("The database is damaged: {why}.", why=why) for why in integrity if why != "ok"]
    return found + [
        say("A record of “{table}” points to nothing in “{target}”.", table=row[0], target=row[2])
        for row in broken_links
    ]


def _of_the_records(store: Store) -> list[str]:
    found = []
    with store.engine.connect().execution_options(read_only=True) as connection:
        for kind, table in TABLES.items():
            for row in connection.execute(sa.select(table)).mappings():
                try:
                    kind.model_validate(dict(row))
                except ValidationError as error:
                    why = error.errors()[0]["msg"]
                    found.append(say("The record “{id}” cannot be understood: {why}.", id=row["id"], why=why))
    return found


def _of_the_tandems(store: Store) -> list[str]:
    found = []
    with store.read() as reader:
        for run in reader.all(Run):
            people = {
                (application.role, application.person_id)
                for application in reader.all(Application, run_id=run.id)
            }
            for tandem in reader.all(Tandem, run_id=run.id):
                if ("mentee", tandem.mentee_id) not in people or ("mentor", tandem.mentor_id) not in people:
                    found.append(
                        say(
                            "The tandem “{id}” has a person who did not apply for “{run}”.",
                            id=tandem.id,
                            run=run.id,
                        )
                    )
    return found
