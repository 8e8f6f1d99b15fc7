"""Engines: a workbench is an SQLite file or a SQLAlchemy URL.

SQLAlchemy's default SQLite transactions lose concurrent updates; here ``isolation_level=None`` leaves
transactions to explicit ``BEGIN IMMEDIATE`` for writers. ``synchronous=FULL`` keeps what was acknowledged
through a power cut. WAL is used only on SQLite versions without the WAL-reset fault. ``secure_delete``
overwrites what is deleted, and a schema that came with a file calls no function of this program.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json, to_json
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from mentorkit.errors import StoreError
from mentorkit.language import say

#: Marks an SQLite file as a workbench ("MKIT").
APPLICATION_ID = 0x4D4B4954
#: Seconds a writer waits for another.
BUSY_SECONDS = 20.0
#: Seconds until a server that does not answer counts as not to be reached.
CONNECT_SECONDS = 10
#: Number of the lock that writers hold on a database server, the same as the mark of a file.
WRITE_LOCK = APPLICATION_ID
MEMORY = ":memory:"


def _as_json(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    return to_json(value).decode()


#: The JSON functions are several times faster than the standard library's, which counts where files have
#: thousands of rows; and what was to be stored about people does not get into a log with an error.
_OPTIONS: dict[str, Any] = {
    "json_serializer": _as_json,
    "json_deserializer": from_json,
    "hide_parameters": True,
}


def wal_is_sound(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Tell whether this SQLite is free of the WAL-reset fault (mended in 3.51.3, 3.50.7, 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def location(target: str | Path) -> URL:
    """Return the SQLAlchemy URL of a path or URL.

    Raises
    ------
    StoreError
        If it is a URL of something else than SQLite or PostgreSQL.
    """
    text = str(target)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = URL.create("unknown")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(
            say(
                "“{target}” is no workbench: give a file, or an address that begins with postgresql://.",
                target=text,
            )
        )
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def make_engine(target: str | Path, *, busy_seconds: float = BUSY_SECONDS, unchanged: bool = False) -> Engine:
    """Return an engine with safe settings for the target; nothing is opened yet.

    Parameters
    ----------
    unchanged
        Whether a file is left as it is to the last byte; without this its journal mode may be set.
    """
    url = location(target)
    if url.get_backend_name() != "sqlite":
        return _server_engine(url, busy_seconds)
    if unchanged:
        place = Path(str(url.database)).absolute().as_uri()
        url = URL.create("sqlite", database=f"{place}?mode=ro", query={"uri": "true"})
    return _file_engine(url, busy_seconds, unchanged)


def only_for_oneself(path: Path) -> None:
    """Make an empty file that nobody else can read, where there is none; SQLite's own files take after it."""
    with suppress(OSError):  # what cannot be made is said by who wants to write it
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def reading(engine: Engine) -> dict[str, Any]:
    """Return the options of a connection that only reads, and sees one moment; a server has to be asked."""
    one_moment = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    return {"read_only": True, **one_moment}


def shown(target: str | Path) -> str:
    """Return a target as it may be shown: without the password of a URL."""
    text = str(target)
    return location(text).render_as_string(hide_password=True) if "://" in text else text


def _server_engine(url: URL, busy_seconds: float) -> Engine:
    """Return an engine for a database server.

    Writers come one after the other, as on SQLite: what one checks before it writes (is this person
    known, do two locks contradict each other) nobody changes in between. At READ COMMITTED each sees what
    the one before it wrote. Readers see one moment (REPEATABLE READ), set where they begin, and wait for
    nobody.
    """
    waiting = f"-c lock_timeout={int(busy_seconds * 1000)} {url.query.get('options', '')}"
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        # each open page is a process of its own: forty of them stay below the hundred that a server takes
        pool_size=1,
        max_overflow=14,
        connect_args={"options": waiting, "connect_timeout": CONNECT_SECONDS, **url.query},
        **_OPTIONS,
    )

    @sa.event.listens_for(engine, "handle_error")
    def _without_values(context: sa.ExceptionContext) -> None:
        # a server adds the values of the row that it refused, which are about people
        error, primary = context.original_exception, getattr(context.original_exception, "diag", None)
        if primary is not None and primary.message_primary:
            error.args = (primary.message_primary,)
            if context.sqlalchemy_exception is not None:
                told = f"({type(error).__module__}.{type(error).__qualname__}) {primary.message_primary}"
                context.sqlalchemy_exception.args = (told,)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")

    return engine


def _file_engine(url: URL, busy_seconds: float, unchanged: bool) -> Engine:
    memory = url.database in (None, "", MEMORY)
    options: dict[str, Any] = {"connect_args": {"timeout": busy_seconds}}
    if memory:
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = sa.create_engine(url, **options, **_OPTIONS)

    @sa.event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        if not memory and not unchanged:
            # journal_mode waits for no lock: only a fresh file, or one from another machine, needs the change
            ahead = connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            if wal_is_sound() != ahead:
                connection.execute(f"PRAGMA journal_mode = {'DELETE' if ahead else 'WAL'}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA trusted_schema = OFF")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
