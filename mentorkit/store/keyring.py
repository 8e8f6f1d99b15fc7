"""The keyring: the wrapped keys of sealed texts, in a file apart from the workbench and its backups.

Nothing in it is of use by itself: private halves lie under an evaluator's passphrase or are sealed to a
reader's key. It also keeps a journal of who was erased, so that an older backup does not bring anybody back.

A keyring belongs to one workbench, which it knows by the first entry of its trail. Identifiers such as
``P17`` would mean somebody else in another one, and erasing her would destroy the wrong keys.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.privacy.records import Erasure
from mentorkit.store.engine import BUSY_SECONDS, only_for_oneself
from mentorkit.store.ring import TABLES, YOUNGER, Ring

#: Names the file of the keyring; beside the workbench's own file without it.
VARIABLE = "MENTORKIT_KEYRING"
#: Marks the file ("MKKR"), and the version of its tables.
_APPLICATION_ID, _VERSION = 0x4D4B4B52, 2


class Keyring:
    """The keyring of a workbench; nothing is opened or made before it is needed.

    Parameters
    ----------
    path
        Its file; None for one in memory.
    workbench
        Tells the hash of the first entry in the workbench's trail, or nothing.
    """

    def __init__(self, path: Path | None, workbench: Callable[[], str] = str) -> None:
        self.path = path
        self._workbench = workbench
        self._known = ""
        self._alone = threading.RLock()
        self._memory = _connect(":memory:") if path is None else None
        if self._memory is not None:
            self._memory.executescript(TABLES + YOUNGER)

    @classmethod
    def beside(cls, workbench: Path | None, first_entry: Callable[[], str], shown: str) -> Keyring:
        """Return the keyring of a workbench in a file, or (None) on a server.

        Raises
        ------
        StoreError
            If it lies on a server and nothing says where the keyring is.
        """
        if named := os.environ.get(VARIABLE):
            return cls(Path(named), first_entry)
        if workbench is None:
            raise StoreError(
                say(
                    "The workbench “{target}” lies on a server. Please say with {variable} in which file its "
                    "keyring lies, apart from the database and its backups.",
                    target=shown,
                    variable=VARIABLE,
                )
            )
        return cls(workbench.with_name(f"{workbench.name}.keyring"), first_entry)

    @contextmanager
    def read(self) -> Iterator[Ring]:
        """Read in one transaction; where there is no file, nothing is in it and none is made.

        Raises
        ------
        StoreError
            If the file is no keyring, belongs to another workbench or cannot be read.
        """
        with self._opened(make=False) as connection, _transaction(connection, "BEGIN"):
            yield Ring(connection)

    def copy(self, file: Path) -> None:
        """Copy it into a new file, which only its owner reads; it opens what the keyring opens now.

        Raises
        ------
        StoreError
            If there is such a file, there is no keyring yet, or it cannot be written.
        """
        if file.exists():
            raise StoreError(say("There is already a file “{file}”; nothing was changed.", file=file))
        if self.path is not None and not self.path.exists():
            raise StoreError(say("There is no keyring yet."))
        only_for_oneself(file)
        with self._opened(make=False) as connection, closing(_connect(_address(file))) as target:
            connection.backup(target)

    @contextmanager
    def write(self) -> Iterator[Ring]:
        """Write in one transaction: all of the block or, if it raises, nothing.

        Raises
        ------
        StoreError
            As :meth:`read`, or if it cannot be written.
        """
        with self._opened(make=True) as connection, _transaction(connection, "BEGIN IMMEDIATE"):
            if not connection.execute("SELECT 1 FROM about").fetchone() and (first := self._first_entry()):
                connection.execute("INSERT INTO about VALUES (?)", (first,))
            yield Ring(connection)

    def note_erased(self, *erasures: Erasure) -> None:
        """Write down that persons were erased."""
        with self.write() as ring:
            ring.note_erased(erasures)

    def erased(self) -> list[Erasure]:
        """Return who was erased, the first at first."""
        with self.read() as ring:
            return ring.erased()

    def destroy(self, subject: str) -> int:
        """Remove all keys of a person; return how many there were. Without a file there are none."""
        if self.path is not None and not self.path.exists():
            return 0
        with self.write() as ring:
            return ring.destroy(subject)

    def _first_entry(self) -> str:
        self._known = self._known or self._workbench()
        return self._known

    @contextmanager
    def _opened(self, *, make: bool) -> Iterator[sqlite3.Connection]:
        """Open the file, or what stands for it; two at once in memory come one after the other."""
        if self.path is None:
            with self._alone:
                yield self._memory  # type: ignore[misc] # there is one where there is no path
            return
        try:
            there = self.path.exists() and self.path.stat().st_size > 0
            if not there and not make:
                with closing(_connect(":memory:")) as connection:
                    connection.executescript(TABLES + YOUNGER)
                    yield connection
                return
            only_for_oneself(self.path)
            with closing(_connect(_address(self.path))) as connection:
                self._prepare(connection)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise StoreError(_sentence(self.path, error)) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables of a new file; refuse one that is not this workbench's keyring."""
        # in this order: where another makes the tables just now, what has tables has its mark, too
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        if not mark and not tables:
            with _transaction(connection, "BEGIN IMMEDIATE"):
                if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    for statement in filter(str.strip, (TABLES + YOUNGER).split(";")):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
            return
        if mark != _APPLICATION_ID:
            raise StoreError(say("“{file}” is no keyring.", file=self.path))
        if (version := connection.execute("PRAGMA user_version").fetchone()[0]) > _VERSION:
            raise StoreError(
                say("The keyring “{file}” was made by a newer version of mentorkit. Please update mentorkit.",
                    file=self.path)
            )  # fmt: skip
        if version < _VERSION:
            with _transaction(connection, "BEGIN IMMEDIATE"):
                connection.execute(YOUNGER)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
        whose = connection.execute("SELECT workbench FROM about").fetchone()
        if whose and (first := self._first_entry()) and whose[0] != first:
            raise StoreError(
                say("The keyring “{file}” belongs to another workbench. Please say with {variable} where the "
                    "keyring of this one lies.", file=self.path, variable=VARIABLE)
            )  # fmt: skip


def _address(path: Path) -> str:
    """Return what opens a file that is there, and makes none."""
    return f"{path.absolute().as_uri()}?mode=rw"


def _connect(place: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        place, timeout=BUSY_SECONDS, isolation_level=None, uri=True, check_same_thread=False
    )
    for setting in ("journal_mode = DELETE", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON",
                    "trusted_schema = OFF"):  # fmt: skip
        connection.execute(f"PRAGMA {setting}")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _sentence(path: Path, error: Exception) -> str:
    text = str(error)
    if "locked" in text:
        return say("The keyring “{file}” is in use just now. Please try again in a moment.", file=path)
    if "not a database" in text or "malformed" in text:
        return say(
            "“{file}” is no keyring, or it is damaged. Please put the newest copy of the keyring in its "
            "place. Without a copy, move the file away: the workbench opens then, but nobody reads what was "
            "confided.",
            file=path,
        )
    return say("The keyring “{file}” cannot be used: {why}.", file=path, why=text)
