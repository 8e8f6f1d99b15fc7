"""Reading and writing records: one transaction at a time, with versions and an audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.store.engine import BUSY_SECONDS, MEMORY, location, make_engine, shown
from mentorkit.store.faults import in_plain_words
from mentorkit.store.schema import SchemaState, state_of, upgrade
from mentorkit.store.transaction import Reader, Writer


def now() -> dt.datetime:
    """Return the moment, in UTC."""
    return dt.datetime.now(dt.UTC)


class Store:
    """One workbench's store. Use :meth:`create` or :meth:`open`."""

    def __init__(self, engine: Engine, target: str) -> None:
        self._engine = engine
        self.target = target
        self._reading: dict[str, Any] = {"read_only": True}
        if engine.dialect.name != "sqlite":  # a reader sees one moment there only if it asks for it
            self._reading |= {"isolation_level": "REPEATABLE READ"}
        self.clock: Callable[[], dt.datetime] = now

    @classmethod
    def create(cls, target: str | Path = MEMORY) -> Store:
        """Make a new, empty store.

        Raises
        ------
        StoreError
            If there is something already, or the place cannot be written.
        """
        store = cls(make_engine(target), shown(target))
        path = _path(target)
        if path is not None and path.exists() and (path.is_dir() or path.stat().st_size):
            raise StoreError(say("There is already a file “{file}”; nothing was changed.", file=path))
        with in_plain_words(store.target):
            if sa.inspect(store._engine).get_table_names():
                raise StoreError(
                    say("The database “{target}” is not empty; nothing was changed.", target=store.target)
                )
            upgrade(store._engine)
        return store

    @classmethod
    def open(cls, target: str | Path, *, busy_seconds: float = BUSY_SECONDS) -> Store:
        """Open an existing store.

        Raises
        ------
        StoreError
            If there is none, or it cannot be read, or its version is not this product's.
        """
        path = _path(target)
        if path is not None and not path.is_file():
            raise StoreError(say("There is no workbench “{file}”. “mentorkit init” makes one.", file=path))
        store = cls(make_engine(target, busy_seconds=busy_seconds), shown(target))
        with in_plain_words(store.target):
            state = state_of(store._engine)
        _refuse_other_versions(state, store.target)
        return store

    @classmethod
    def open_or_create(cls, target: str | Path) -> Store:
        """Open a store, or make one where there is none yet.

        Raises
        ------
        StoreError
            If what is there is no workbench, or the place cannot be written.
        """
        path = _path(target)
        if path is not None:
            return cls.open(target) if path.exists() and path.stat().st_size else cls.create(target)
        store = cls(make_engine(target), shown(target))
        with in_plain_words(store.target):
            empty = not sa.inspect(store._engine).get_table_names()
        return cls.create(target) if empty else cls.open(target)

    @classmethod
    def upgrade(cls, target: str | Path) -> None:
        """Bring an existing store to this product's schema.

        Raises
        ------
        StoreError
            If there is none, it is no workbench, or it was made by a newer version.
        """
        path = _path(target)
        if path is not None and not path.is_file():
            raise StoreError(say("There is no workbench “{file}”. “mentorkit init” makes one.", file=path))
        engine = make_engine(target)
        with in_plain_words(shown(target)):
            if (state := state_of(engine)) == "older":
                upgrade(engine)
                state = "current"
        _refuse_other_versions(state, shown(target))

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for migrations, backup and checks inside this package."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Read in one transaction.

        Raises
        ------
        StoreError
            If the store is locked, damaged or gone.
        """
        with (
            in_plain_words(self.target),
            self._engine.connect().execution_options(**self._reading) as connection,
            connection.begin(),
        ):
            yield Reader(connection)

    @contextmanager
    def write(self, actor: str, action: str, reason: str = "") -> Iterator[Writer]:
        """Write in one transaction: all of the block or, if it raises, nothing.

        Raises
        ------
        StaleRecord
            If a record to be saved was changed since it was read.
        StoreError
            If the store is locked, full, damaged or gone.
        """
        with in_plain_words(self.target), self._engine.begin() as connection:
            writer = Writer(connection, actor, action, reason, self.clock)
            yield writer
            writer.finish()

    def reachable(self, folder: Path) -> str:
        """Return where another process can open this store; one in memory is copied into the folder."""
        path = _path(self.target)
        if path is not None:
            return str(path.resolve())
        if self._engine.dialect.name != "sqlite":
            return self._engine.url.render_as_string(hide_password=False)
        copy = folder / "copy.mentorkit"
        with self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            raw.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[union-attr] # sqlite3's own connection
        return str(copy)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _path(target: str | Path) -> Path | None:
    url = location(target)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", MEMORY):
        return None
    return Path(str(url.database))


def _refuse_other_versions(state: SchemaState, target: str) -> None:
    if state == "current":
        return
    sentence = {
        "foreign": say("“{target}” is no workbench.", target=target),
        "older": say(
            "The workbench “{target}” is of an older version. Please run “mentorkit upgrade”.", target=target
        ),
        "newer": say(
            "The workbench “{target}” was made by a newer version of mentorkit. Please update mentorkit.",
            target=target,
        ),
    }[state]
    raise StoreError(sentence)
