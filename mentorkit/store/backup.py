"""Backups: a whole store in one file, proved by restoring it before it gets its name.

A backup is an SQLite file, of a workbench on a server too, and encrypted if one wants. Nothing is ever
overwritten, and what fails leaves nothing behind.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mentorkit.errors import StoreError, UsageError, why_not_written
from mentorkit.language import say
from mentorkit.store import check
from mentorkit.store.copying import Contents, contents_of, in_one_file, not_whole, to_file, to_server
from mentorkit.store.engine import location, make_engine, reading, shown
from mentorkit.store.faults import in_plain_words
from mentorkit.store.schema import newest, state_of
from mentorkit.store.sealing import is_sealed, seal, unseal
from mentorkit.store.store import Store, refuse_other_versions


@dataclass(frozen=True)
class Proved:
    """A copy that was opened and found to hold what it should.

    ``problems`` are contradictions between its records, which stood in the original too.
    """

    contents: Contents
    problems: tuple[str, ...]

    @property
    def older(self) -> bool:
        """Whether it has to be upgraded before this version opens it."""
        return self.contents.version != newest()

    def to_json(self) -> dict[str, object]:
        """Return the facts for a command's JSON."""
        return {
            "schema": self.contents.version,
            "older": self.older,
            "counts": self.contents.counts,
            "problems": list(self.problems),
        }


def back_up(source: Store | Engine, file: Path, passphrase: str | None = None) -> Proved:
    """Copy a workbench into a new file while others go on working with it.

    The copy is opened, checked and counted before it gets its name; an encrypted one is decrypted for that,
    and what is not encrypted lies in a temporary folder meanwhile.

    Parameters
    ----------
    passphrase
        Under which the backup is encrypted; None leaves it readable, to its owner alone.

    Raises
    ------
    StoreError
        If there is such a file, it cannot be written, or the workbench is damaged or of a newer version.
    UsageError
        If the passphrase is too short.
    """
    engine = source.engine if isinstance(source, Store) else source
    _refuse_existing(file)
    with in_plain_words(str(engine.url.database)), _beside(file) as folder:
        ready = folder / "ready"
        if passphrase is None:
            contents = to_file(engine, ready)
            proved = _proved(ready, contents)
        else:
            with _aside() as hidden:
                contents = to_file(engine, hidden / "copy")
                seal(hidden / "copy", ready, passphrase)
                unseal(ready, hidden / "again", passphrase)
                proved = _proved(hidden / "again", contents)
        _put(ready, file)
    return proved


def restore(
    file: Path,
    target: str | Path,
    passphrase: str | None = None,
    afterwards: Callable[[Store], None] | None = None,
) -> Proved:
    """Make a workbench of a backup, where there is none: a new file, or an empty database on a server.

    A backup of an older version stays one; ``upgrade`` comes after. The backup itself is not touched.

    Parameters
    ----------
    afterwards
        What is done with the copy before it is the workbench; not with one of an older version.

    Raises
    ------
    StoreError
        If something is there already, the passphrase is wrong, or the backup is damaged, no workbench or
        of a newer version.
    UsageError
        If the backup is encrypted and no passphrase was given.
    """
    if not file.is_file():
        raise StoreError(say("There is no backup “{file}”.", file=file))
    if not is_sealed(file):
        return _restored(file, file, target, afterwards)
    if passphrase is None:
        raise UsageError(say("“{file}” is encrypted. Please give its passphrase.", file=file))
    with _aside() as hidden:
        unseal(file, hidden / "copy", passphrase)
        return _restored(hidden / "copy", file, target, afterwards)


def _restored(
    plain: Path, file: Path, target: str | Path, afterwards: Callable[[Store], None] | None
) -> Proved:
    """Make a workbench of what is no more encrypted, and call it by the name of its file."""
    engine = make_engine(plain, unchanged=True)
    with in_plain_words(str(file)):
        if (state := state_of(engine)) not in ("current", "older"):
            refuse_other_versions(state, str(file))
    if location(target).get_backend_name() == "sqlite":
        path = Path(str(location(target).database))
        _refuse_existing(path)
        with in_plain_words(str(file)), _beside(path) as folder:
            proved = _proved(folder / "ready", to_file(engine, folder / "ready"))
            _do(afterwards, folder / "ready", proved)
            _put(folder / "ready", path)
    else:
        with _aside() as folder:
            with in_plain_words(str(file)):
                proved = _proved(folder / "ready", to_file(engine, folder / "ready"))
            _do(afterwards, folder / "ready", proved)
            _onto_server(make_engine(folder / "ready", unchanged=True), target)
    engine.dispose()
    return proved


def _do(afterwards: Callable[[Store], None] | None, ready: Path, proved: Proved) -> None:
    """Do with a copy what is to be done before anybody opens it."""
    if afterwards is None or proved.older:
        return
    store = Store.open(ready)
    try:
        afterwards(store)
    finally:
        store.close()
    in_one_file(ready)


def _onto_server(source: Engine, target: str | Path) -> None:
    server = make_engine(target)
    with in_plain_words(shown(target)):
        if sa.inspect(server).get_table_names():
            raise StoreError(
                say("The database “{target}” is not empty; nothing was changed.", target=shown(target))
            )
        to_server(source, server)
    server.dispose()
    source.dispose()


def _proved(path: Path, expected: Contents) -> Proved:
    """Open a copy, and count and check what is in it.

    Raises
    ------
    StoreError
        If it is damaged, or does not hold what it should.
    """
    engine = make_engine(path, unchanged=True)
    try:
        if damage := check.damage(engine):
            raise StoreError(damage[0])
        with _opened(engine) as connection:
            if contents_of(connection) != expected:
                raise not_whole()
        current = state_of(engine) == "current"
        return Proved(expected, tuple(check.problems(Store(engine, str(path)))) if current else ())
    finally:
        engine.dispose()


@contextmanager
def _opened(engine: Engine) -> Iterator[sa.Connection]:
    with engine.connect().execution_options(**reading(engine)) as connection, connection.begin():
        yield connection


def _refuse_existing(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise StoreError(say("There is already a file “{file}”; nothing was changed.", file=file))


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Give a folder of one's own on the disk of a file; it is gone afterwards."""
    try:
        with TemporaryDirectory(prefix=".mentorkit-", dir=file.absolute().parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise StoreError(
            say("“{file}” cannot be written: {why}.", file=file, why=why_not_written(error))
        ) from error


@contextmanager
def _aside() -> Iterator[Path]:
    """Give a folder of one's own for what is to lie readable beside no backup; it is gone afterwards."""
    with TemporaryDirectory(prefix="mentorkit-") as folder:
        yield Path(folder)


def _put(ready: Path, file: Path) -> None:
    """Give a finished file its name, so that a power cut leaves it whole or not there."""
    with ready.open("rb+") as written:
        os.fsync(written.fileno())
    _refuse_existing(file)  # it may have come meanwhile
    ready.replace(file)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(file.absolute().parent, os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)
