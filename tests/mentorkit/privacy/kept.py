"""What a store holds at a moment, to be put back as often as one likes, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from typing import Any

import sqlalchemy as sa

from mentorkit.store import Store
from mentorkit.store.keyring import Keyring


class OnSqlite:
    """A copy of a database in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._there, self._copy = connection, sqlite3.connect(":memory:")
        connection.backup(self._copy)

    def put_back(self) -> None:
        self._copy.backup(self._there)

    def lines(self) -> list[str]:
        """All rows as they are now, as text that begins with the table."""
        return list(self._there.iterdump())

    def close(self) -> None:
        self._copy.close()


class OnPostgres:
    """A copy of all rows in another schema of the same database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._tables = sorted(sa.inspect(engine).get_table_names())
        self._do("CREATE SCHEMA kept", *(f"CREATE TABLE kept.{t} AS TABLE public.{t}" for t in self._tables))

    def _do(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))

    def put_back(self) -> None:
        away = [f"DELETE FROM public.{t}" for t in self._tables]
        back = [f"INSERT INTO public.{t} TABLE kept.{t}" for t in self._tables]
        # neither what guards the trail nor what holds tables together has a say in this
        self._do("SET LOCAL session_replication_role = replica", *away, *back)

    def lines(self) -> list[str]:
        """All rows as they are now, as text that begins with the table."""
        rows = " UNION ALL ".join(
            f"""SELECT 'INSERT INTO "{t}" ' || r::text AS line FROM public.{t} AS r""" for t in self._tables
        )
        with self._engine.connect() as connection:
            return [row.line for row in connection.exec_driver_sql(f"{rows} ORDER BY line")]

    def close(self) -> None:
        """Its schema goes with the database."""


def kept(store: Store) -> OnSqlite | OnPostgres:
    """Keep what a store holds."""
    if store.engine.dialect.name != "sqlite":
        return OnPostgres(store.engine)
    with store.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        return OnSqlite(raw)


def kept_keys(keyring: Keyring) -> OnSqlite:
    """Keep what a keyring in memory holds."""
    with keyring.read() as ring:
        return OnSqlite(ring._connection)
