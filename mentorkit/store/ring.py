"""What is in a keyring: evaluators' own keys, who reads, people's keys, drills and who was erased."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from mentorkit.privacy.records import Erasure

#: Under this name a programme's recovery key stands among its readers; no user has an empty name.
RECOVERY = ""
TABLES = """
CREATE TABLE about (workbench TEXT NOT NULL);
CREATE TABLE own_key (
    user TEXT PRIMARY KEY, public BLOB NOT NULL, sealed BLOB NOT NULL, made TEXT NOT NULL
);
CREATE TABLE reader (
    programme_id TEXT NOT NULL, name TEXT NOT NULL, public BLOB NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (programme_id, name)
);
CREATE TABLE data_key (
    programme_id TEXT NOT NULL, subject TEXT NOT NULL, public BLOB NOT NULL,
    PRIMARY KEY (programme_id, subject)
);
CREATE TABLE wrapped (
    programme_id TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (programme_id, subject, name),
    FOREIGN KEY (programme_id, subject) REFERENCES data_key ON DELETE CASCADE,
    FOREIGN KEY (programme_id, name) REFERENCES reader ON DELETE CASCADE
);
CREATE TABLE drill (programme_id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL);
CREATE TABLE erased (
    person_id TEXT NOT NULL, born TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (person_id, born)
);
"""
#: What keyrings of the first version have not got.
YOUNGER = "CREATE TABLE IF NOT EXISTS doomed (subject TEXT PRIMARY KEY)"


class OwnKey(NamedTuple):
    """An evaluator's key pair; the private half lies under her passphrase."""

    user: str
    public: bytes
    sealed: bytes
    made: dt.datetime


class KeyReader(NamedTuple):
    """To whom the data keys of a programme are sealed: an evaluator, or the recovery key."""

    programme_id: str
    name: str
    public: bytes
    since: dt.datetime


class DataKey(NamedTuple):
    """The key of one person in one programme: whoever has the public half may write."""

    programme_id: str
    subject: str
    public: bytes


class Drill(NamedTuple):
    """When somebody last proved that the recovery sheet opens the keys."""

    at: dt.datetime
    by: str


class Ring:
    """One transaction on a keyring."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    # -- evaluators' own keys ---------------------------------------------------------------------

    def own_keys(self) -> dict[str, OwnKey]:
        """Return the evaluators' own keys by user."""
        found = self._run("SELECT user, public, sealed, made FROM own_key ORDER BY user")
        return {row[0]: OwnKey(row[0], row[1], row[2], _moment(row[3])) for row in found}

    def keep_own(self, key: OwnKey) -> None:
        """Keep an evaluator's own key in place of an earlier one."""
        self._run("INSERT OR REPLACE INTO own_key VALUES (?, ?, ?, ?)", *key[:3], key.made.isoformat())

    def drop_own(self, user: str) -> None:
        """Remove an evaluator's own key, and all that was sealed to it."""
        self._run("DELETE FROM reader WHERE name = ?", user)
        self._run("DELETE FROM own_key WHERE user = ?", user)

    # -- who reads a programme's texts ------------------------------------------------------------

    def readers(self, programme_id: str | None = None) -> list[KeyReader]:
        """Return to whom data keys are sealed, in one programme or in all."""
        query = (
            "SELECT programme_id, name, public, since FROM reader WHERE ? IN (programme_id, '') ORDER BY 1, 2"
        )
        return [
            KeyReader(row[0], row[1], row[2], _moment(row[3])) for row in self._run(query, programme_id or "")
        ]

    def admit(self, reader: KeyReader) -> None:
        """Let somebody read; what was sealed to an earlier key of hers goes."""
        self.dismiss(reader.programme_id, reader.name)
        self._run("INSERT INTO reader VALUES (?, ?, ?, ?)", *reader[:3], reader.since.isoformat())

    def dismiss(self, programme_id: str, name: str) -> None:
        """Let somebody read no longer: what was sealed to her goes."""
        self._run("DELETE FROM reader WHERE programme_id = ? AND name = ?", programme_id, name)

    # -- data keys --------------------------------------------------------------------------------

    def data_key(self, programme_id: str, subject: str) -> DataKey | None:
        """Return the key of a person; None if there is none, not yet or not any more."""
        return next((key for key in self.data_keys(programme_id) if key.subject == subject), None)

    def data_keys(self, programme_id: str | None = None) -> list[DataKey]:
        """Return the keys of all people of a programme, or of all programmes."""
        query = (
            "SELECT programme_id, subject, public FROM data_key WHERE ? IN (programme_id, '') ORDER BY 1, 2"
        )
        return [DataKey(*row) for row in self._run(query, programme_id or "")]

    def keep_data_key(self, key: DataKey, sealed: dict[str, bytes]) -> None:
        """Keep a new key with its private half, sealed to each reader by name."""
        self._run("INSERT INTO data_key VALUES (?, ?, ?)", *key)
        for name, wrapped in sealed.items():
            self.wrap(key, name, wrapped)

    def wrap(self, key: DataKey, name: str, sealed: bytes) -> None:
        """Keep the private half of a key sealed to one reader."""
        self._run("INSERT OR REPLACE INTO wrapped VALUES (?, ?, ?, ?)", *key[:2], name, sealed)

    def wrapped(self, programme_id: str, name: str) -> dict[str, bytes]:
        """Return the private halves that are sealed to one reader, by subject."""
        query = "SELECT subject, sealed FROM wrapped WHERE programme_id = ? AND name = ?"
        return dict(self._run(query, programme_id, name).fetchall())

    def destroy(self, subject: str) -> int:
        """Remove all keys of a person, so nobody reads her texts ever again; return how many there were."""
        self.spare(subject)
        return self._run("DELETE FROM data_key WHERE subject = ?", subject).rowcount

    def doom(self, subjects: Iterable[str]) -> list[str]:
        """Write down whose keys are of no use once what goes on is stored; return who was not there yet."""
        add = "INSERT OR IGNORE INTO doomed VALUES (?)"
        return [subject for subject in subjects if self._run(add, subject).rowcount]

    def doomed(self) -> list[str]:
        """Return whose keys are to be destroyed where no text is kept under them."""
        return [row[0] for row in self._run("SELECT subject FROM doomed ORDER BY subject")]

    def spare(self, subject: str) -> None:
        """Let a key not be destroyed."""
        self._run("DELETE FROM doomed WHERE subject = ?", subject)

    # -- drills and erasures ----------------------------------------------------------------------

    def drill(self, programme_id: str) -> Drill | None:
        """Return the last drill of a programme."""
        row = self._run("SELECT at, by FROM drill WHERE programme_id = ?", programme_id).fetchone()
        return Drill(_moment(row[0]), row[1]) if row else None

    def note_drill(self, programme_id: str, drill: Drill | None) -> None:
        """Keep when the sheet was tried, or, with a new sheet, that it was not tried yet."""
        self._run("DELETE FROM drill WHERE programme_id = ?", programme_id)
        if drill:
            self._run("INSERT INTO drill VALUES (?, ?, ?)", programme_id, drill.at.isoformat(), drill.by)

    def erased(self) -> list[Erasure]:
        """Return who was erased, the first at first."""
        found = self._run("SELECT person_id, born, at FROM erased ORDER BY at, person_id")
        return [Erasure(id="", person_id=row[0], born=row[1], at=_moment(row[2])) for row in found]

    def note_erased(self, erasures: Iterable[Erasure]) -> list[Erasure]:
        """Write down who was erased; twice is once. Return who was not there yet."""
        add = "INSERT OR IGNORE INTO erased VALUES (?, ?, ?)"
        return [e for e in erasures if self._run(add, e.person_id, e.born, e.at.isoformat()).rowcount]

    def take_out(self, erasure: Erasure) -> None:
        """Take somebody out who was not erased after all."""
        self._run("DELETE FROM erased WHERE person_id = ? AND born = ?", erasure.person_id, erasure.born)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
