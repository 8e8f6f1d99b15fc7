"""Copies of whole stores as they are at one moment, while others write.

SQLite copies its pages itself (its backup API: a plain copy of the file may be torn); between a server and
a file go the rows of all tables, in one transaction on either side.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.store.engine import make_engine, only_for_oneself, reading
from mentorkit.store.schema import migrate, version_of

_AT_ONCE = 1000


@dataclass(frozen=True)
class Contents:
    """What a store holds: the version of its schema, and how many rows each table has."""

    version: str
    counts: dict[str, int]


def contents_of(connection: sa.Connection) -> Contents:
    """Return what a store holds."""
    counts = {
        name: int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one())
        for name in sorted(sa.inspect(connection).get_table_names())
    }
    return Contents(version_of(connection), counts)


def to_file(source: Engine, path: Path) -> Contents:
    """Copy a store into a new SQLite file that only its owner reads, and return what it held then.

    Raises
    ------
    OSError
        If the file cannot be written, as on a full disk.
    """
    only_for_oneself(path)
    with source.connect().execution_options(**reading(source)) as connection, connection.begin():
        contents = contents_of(connection)
        if source.dialect.name == "sqlite":
            raw: Any = connection.connection.driver_connection
            try:
                with closing(sqlite3.connect(path)) as copy:
                    raw.backup(copy)
            except sqlite3.Error as error:  # what is read was counted before
                raise OSError(str(error)) from error
        else:
            target = make_engine(path)
            try:
                _rows(connection, target, contents)
            except sa.exc.DBAPIError as error:
                if isinstance(error.orig, sqlite3.Error):
                    raise OSError(str(error.orig)) from error
                raise
            finally:
                target.dispose()
    in_one_file(path)
    return contents


def in_one_file(path: Path) -> None:
    """Put all of a store into its file, whatever wrote it."""
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def to_server(source: Engine, target: Engine) -> Contents:
    """Copy a store into an empty database on a server, whole or not at all, and return what it held."""
    with source.connect().execution_options(**reading(source)) as connection, connection.begin():
        contents = contents_of(connection)
        _rows(connection, target, contents)
    return contents


def _rows(source: sa.Connection, target: Engine, contents: Contents) -> None:
    """Copy all rows into tables that are made as they were in that version.

    Raises
    ------
    StoreError
        If not all arrived; then nothing is stored.
    """
    with target.begin() as writing:
        migrate(writing, contents.version)
        made, given = _tables(writing), _tables(source)
        for table in reversed(made.sorted_tables):  # what a migration put there
            writing.execute(sa.delete(table))
        for table in made.sorted_tables:
            rows = sa.select(given.tables[table.name]).order_by(*given.tables[table.name].primary_key)
            for part in source.execution_options(yield_per=_AT_ONCE).execute(rows).mappings().partitions():
                writing.execute(sa.insert(table), [dict(row) for row in part])
        if writing.dialect.name == "postgresql":
            _count_on(writing, made)
        if contents_of(writing) != contents:
            raise not_whole()


def not_whole() -> StoreError:
    """Return the refusal of a copy that does not hold what it should, to be raised."""
    return StoreError(say("The copy does not hold all that it should. Nothing was changed."))


def _tables(connection: sa.Connection) -> sa.MetaData:
    """Return the tables as they are, which may be of an older version than those of the code."""
    found = sa.MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type.none_as_null = True
    return found


def _count_on(connection: sa.Connection, tables: sa.MetaData) -> None:
    """Let numbers that the server gives go on after those that were copied."""
    for table in tables.sorted_tables:
        for column in table.primary_key:
            if isinstance(column.type, sa.Integer):
                greatest = sa.select(sa.func.max(column)).scalar_subquery()
                sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name)
                connection.execute(sa.select(sa.func.setval(sequence, greatest)))
