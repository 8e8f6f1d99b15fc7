"""Reading and writing records: one transaction at a time, with versions and an audit trail."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.store.chain import born_of
from mentorkit.store.denials import Denials
from mentorkit.store.engine import (
    BUSY_SECONDS,
    MEMORY,
    location,
    make_engine,
    only_for_oneself,
    reading,
    shown,
)
from mentorkit.store.faults import in_plain_words
from mentorkit.store.keyring import VARIABLE, Keyring
from mentorkit.store.schema import SchemaState, migrate, newest, state_of, upgrade, version_of
from mentorkit.store.sealing import is_sealed
from mentorkit.store.transaction import Reader, Writer


def now() -> dt.datetime:
    """Return the moment, in UTC."""
    return dt.datetime.now(dt.UTC)


class Store:
    """One workbench's store. Use :meth:`create` or :meth:`open`."""

    def __init__(self, engine: Engine, target: str) -> None:
        self._engine = engine
        self.target = target
        self.clock: Callable[[], dt.datetime] = now
        self._denials = Denials(self.write)

    @classmethod
    def create(cls, target: str | Path = MEMORY) -> Store:
        """Make a new, empty store; only whose file it is can read it, until she lets others.

        Raises
        ------
        StoreError
            If there is something already, or the place cannot be written.
        """
        store = cls(make_engine(target), shown(target))
        path = _path(target)
        if path is not None and path.exists() and (path.is_dir() or path.stat().st_size):
            raise StoreError(say("There is already a file “{file}”; nothing was changed.", file=path))
        if path is not None:
            only_for_oneself(path)
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
        if path is not None and is_sealed(path):
            raise StoreError(
                say(
                    "“{file}” is an encrypted backup. “mentorkit restore” makes a workbench of it.", file=path
                )
            )
        store = cls(make_engine(target, busy_seconds=busy_seconds), shown(target))
        with in_plain_words(store.target):
            state = state_of(store._engine)
        refuse_other_versions(state, store.target)
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
    def upgrade(cls, target: str | Path, backup: Path | None = None) -> Path | None:
        """Bring an existing store to this product's schema, after a backup of it as it was.

        Nobody else writes between the two, and a change that fails leaves the store as it was.

        Parameters
        ----------
        backup
            The file of the backup; by default one with the time in its name, beside the workbench's file or,
            for a workbench on a server, in the current folder.

        Returns
        -------
        Path or None
            The backup; None if nothing was to be changed.

        Raises
        ------
        StoreError
            If there is none, it is no workbench, it was made by a newer version, or the backup fails.
        """
        path = _path(target)
        if path is not None and not path.is_file():
            raise StoreError(say("There is no workbench “{file}”. “mentorkit init” makes one.", file=path))
        engine, made = make_engine(target), None
        with in_plain_words(shown(target)):
            if (state := state_of(engine)) == "older":
                made = _upgraded(engine, backup or _backup_beside(engine, path))
                state = "current"
        engine.dispose()
        refuse_other_versions(state, shown(target))
        return made

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for migrations, backup and checks inside this package."""
        return self._engine

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of its sealed texts, which lie apart from it; a workbench in memory has them in memory.

        Raises
        ------
        StoreError
            If it lies on a server and nothing says where the keyring is.
        """
        path = _path(self.target)
        if path is None and self._engine.dialect.name == "sqlite":
            return Keyring(None)
        return Keyring.beside(path, self._first_entry, self.target)

    def keyring_in(self, file: Path) -> Keyring:
        """Return the keyring that lies in a file, as this workbench's."""
        return Keyring(file, self._first_entry)

    @property
    def keyring_there(self) -> Keyring | None:
        """The keyring, if it is known where it lies."""
        on_a_server = self._engine.dialect.name != "sqlite"
        return None if on_a_server and not os.environ.get(VARIABLE) else self.keyring

    def leave_nothing(self) -> None:
        """Take what was deleted out of the files of the database, too, as far as nobody reads just now."""
        if self._engine.dialect.name == "sqlite":
            with in_plain_words(self.target), self._engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _first_entry(self) -> str:
        """Return by what a workbench is known, its first entry in the trail; empty before there is one."""
        with self._engine.connect().execution_options(**reading(self._engine)) as connection:
            return born_of(connection)

    def denied(self, actor: str, action: str, programme_id: str = "") -> None:
        """Leave an entry in the audit trail that somebody was denied something.

        Within a transaction of this thread it is left at its end, since a refusal undoes what it wrote. Of
        an actor and an action there is one entry a minute at most. What cannot be written down, as the store
        is in use or may only be read, is denied all the same.
        """
        self._denials.waiting[actor, action] = programme_id
        self._denials.tell()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Read in one transaction.

        Raises
        ------
        StoreError
            If the store is locked, damaged or gone.
        """
        with (
            self._denials.kept_back(),
            in_plain_words(self.target),
            self._engine.connect().execution_options(**reading(self._engine)) as connection,
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
        with (
            self._denials.kept_back(),
            in_plain_words(self.target),
            self._engine.begin() as connection,
        ):
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


def _upgraded(engine: Engine, file: Path) -> Path | None:
    from mentorkit.store.backup import back_up

    with engine.begin() as connection:
        if version_of(connection) == newest():  # somebody else was quicker
            return None
        back_up(engine, file)
        migrate(connection)
    return file


def _backup_beside(engine: Engine, path: Path | None) -> Path:
    """Return where a backup lies, by a name that tells when it was made, and before which version."""
    path = path or Path.cwd() / f"{engine.url.database}.mentorkit"  # in full: nothing else leads to it
    return path.with_name(f"{path.stem}.{now():%Y%m%dT%H%M%SZ}.before-{newest()}{path.suffix}")


def refuse_other_versions(state: SchemaState, target: str) -> None:
    """Raise a sentence unless a store has this product's schema."""
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
