"""Whether a store is whole: the database's own check, and what the records promise each other."""

from __future__ import annotations

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import Engine

from mentorkit.language import say
from mentorkit.store.chain import Trail, trail_of
from mentorkit.store.faults import in_plain_words
from mentorkit.store.store import Store
from mentorkit.store.sums import broken_sums
from mentorkit.store.tables import TABLES, metadata


def problems(store: Store, head: str = "") -> list[str]:
    """Return what is wrong with a store, in sentences; an empty list means it is whole.

    Parameters
    ----------
    head
        A head of the audit trail that was written down earlier, see :func:`mentorkit.store.chain.trail_of`.

    Raises
    ------
    StoreError
        If it is so damaged that it cannot be read.
    """
    with in_plain_words(store.target):
        if found := damage(store.engine):
            return found
        found = [*_of_the_links(store), *_of_the_records(store), *audit_trail(store, head).problems]
        return found or broken_sums(store)  # what cannot be read cannot be counted


def damage(engine: Engine) -> list[str]:
    """Return what is wrong with a file by the database's own check; a server keeps its files itself."""
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect().execution_options(read_only=True) as connection:
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
    return [say("The database is damaged: {why}.", why=why) for why in found if why != "ok"]


def _of_the_links(store: Store) -> list[str]:
    found = []
    with store.engine.connect().execution_options(read_only=True) as connection:
        for table in metadata.sorted_tables:
            for link in table.foreign_keys:
                parent = link.column.table.alias("parent")
                there = sa.exists().where(parent.c[link.column.name] == link.parent)
                broken = sa.select(table.c.id).where(link.parent.is_not(None), ~there).order_by(table.c.id)
                found += [
                    say("The record “{id}” of “{table}” points to nothing in “{target}”.",
                        id=key, table=table.name, target=link.column.table.name)
                    for key in connection.scalars(broken)
                ]  # fmt: skip
    return found


def audit_trail(store: Store, head: str = "") -> Trail:
    """Return what the audit trail is, and what of it does not hold."""
    with store.engine.connect().execution_options(read_only=True) as connection:
        return trail_of(connection, head)


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
