"""A PostgreSQL server of the tests' own, and workbenches that lie there instead of in files."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import mentorkit.store.fresh
import mentorkit.store.store as module
from mentorkit.store import Store
from mentorkit.store.engine import MEMORY, make_engine
from mentorkit.store.keyring import Keyring


def postgres_programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3])
    return places[-1].parent if places else None


@dataclass
class PostgresServer:
    """A PostgreSQL server in a temporary folder, for this process alone, on a Unix socket."""

    programs: Path
    folder: Path
    count: int = 0

    @property
    def _as_user(self) -> dict[str, object]:
        # PostgreSQL refuses to run as root
        return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **self._as_user,
        )

    def start(self, *, safe: bool = False) -> None:
        """Start it; what is kept no longer than the tests need not be safe."""
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.folder.chmod(0o755)
        data = str(self.folder / "data")
        self._run(
            "initdb", "-D", data, "-U", "mentorkit", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        settings = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c max_connections=500"
        if not safe:  # nor tidied up
            settings += (
                " -c fsync=off -c autovacuum=off"
                " -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
            )
        self._start = ("pg_ctl", "-D", data, "-w", "-o", settings, "-l", str(self.folder / "log"), "start")
        self._run(*self._start)
        Store.create(self.new_database("pattern", pattern="template1")).close()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def restart(self) -> None:
        """Let it go down as it does for an upgrade, whoever is connected, and come up again."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "fast", "-w", "stop")
        self._run(*self._start)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://mentorkit@/{database}?host={self.folder}"

    def new_database(self, name: str | None = None, *, pattern: str = "pattern") -> str:
        """Make a database, by default with the tables of a workbench, and return its URL."""
        self.count += 1
        name = name or f"bench{self.count}"
        if pattern not in ("pattern", "template1"):
            self.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{pattern}'")
        self.do(f"CREATE DATABASE {name} TEMPLATE {pattern}")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self.do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def do(self, statement: str) -> None:
        """Do something that concerns no single workbench."""
        with self._over_all.connect() as connection:
            connection.exec_driver_sql(statement)

    def ask(self, question: str) -> Any:
        """Ask for one value about the server as a whole."""
        with self._over_all.connect() as connection:
            return connection.exec_driver_sql(question).scalar()

    @cached_property
    def _over_all(self) -> sa.Engine:
        return sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)


#: What a workbench's file begins with where it only says in which database the workbench lies.
_ADDRESS = "postgresql"
#: An empty database, at which a new workbench looks before it has its own.
_NOTHING = "nothing"


@dataclass
class OnServer:
    """Let workbenches that are made in a file, or in memory, lie in a database each.

    Their file holds the database's address and nothing else, so that it can be looked for, moved and removed
    like a workbench; who copies it copies the database. Whatever is an SQLite file, such as a backup that
    was put back, is opened as one.
    """

    server: PostgresServer
    #: The databases of workbenches, by the file in which each was made; "" for those made in memory.
    made: dict[str, str] = field(default_factory=dict)
    #: Those of workbenches in memory that are gone.
    gone: list[str] = field(default_factory=list)

    @contextmanager
    def in_force(self) -> Iterator[OnServer]:
        """Let it be so for a while."""
        self.server.new_database(_NOTHING, pattern="template1")
        there, of_a_file, copyfile = Store.keyring_there, Keyring.beside, shutil.copyfile

        def beside(workbench: Path | None, first_entry: Callable[[], str], shown: str) -> Keyring:
            return Keyring(None) if shown == MEMORY else of_a_file(workbench, first_entry, shown)

        def copied(source: Any, target: Any, **options: Any) -> Any:
            copyfile(source, target, **options)
            if address := self.address_in(Path(source)):
                Path(target).write_text(self._new(str(target), pattern=_name(address)))
            return target

        made_before = module.upgrade

        class InAFile(Store):
            @classmethod
            def create(cls, target: str | Path = MEMORY) -> Store:
                store = cls(make_engine(target), str(target))
                made_before(store.engine)
                return store

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "make_engine", self._engine)
            patch.setattr(module, "upgrade", lambda engine: self._tables(engine, made_before))
            patch.setattr(Store, "reachable", self._reachable(Store.reachable))
            patch.setattr(
                Store,
                "keyring_there",
                property(lambda store: there.fget(store) if "://" in store.target else store.keyring),
            )
            patch.setattr(Keyring, "beside", beside)
            patch.setattr(shutil, "copyfile", copied)
            # what is made in memory to become a file is SQLite's on every machine
            patch.setattr(mentorkit.store.fresh, "Store", InAFile)
            yield self

    def address(self, path: str | Path) -> str:
        """Return where a process of its own finds a workbench."""
        return self.address_in(Path(path)) or str(path)

    def address_in(self, path: Path) -> str:
        """Return the address that a file holds, if it does."""
        try:
            with path.open("rb") as file:
                found = file.read(1000)
        except OSError:
            return ""
        return found.decode() if found.startswith(_ADDRESS.encode()) else ""

    def put(self, source: Path, target: Path) -> None:
        """Put a copy of a workbench in the place of another that may be in use."""
        given, shown = _name(self.address_in(source)), _name(self.address_in(target))
        self.server.drop(shown)
        self.server.new_database(shown, pattern=given)

    def drop(self, folder: Path) -> None:
        """Drop the databases of what was made in a folder, and of what was in memory and is gone."""
        within = [made for made, name in self.made.items() if made.startswith(str(folder))]
        for name in [*(self.made.pop(made) for made in within), *self.gone]:
            self.server.drop(name)
        self.gone.clear()

    def _new(self, target: str, pattern: str = "pattern") -> str:
        address = self.server.new_database(pattern=pattern)
        if target != MEMORY:
            self.made[target] = _name(address)
        return address

    def _engine(self, target: str | Path, **options: Any) -> sa.Engine:
        text = str(target)
        path = Path(text)
        if text != MEMORY and ("://" in text or path.is_dir() or (path.exists() and path.stat().st_size)):
            return make_engine(self.address(text), **options)
        if text != MEMORY and not path.parent.is_dir():
            return make_engine(target, **options)
        engine = make_engine(self.server.url(_NOTHING), **options)
        engine.its_target = text  # known again by who makes the tables

        @sa.event.listens_for(engine, "do_connect")
        def _its_own(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
            options["dbname"] = engine.url.database

        return engine

    def _tables(self, engine: sa.Engine, otherwise: Callable[[sa.Engine], None]) -> None:
        if (target := getattr(engine, "its_target", None)) is None:
            otherwise(engine)
            return
        address = self._new(target)
        engine.dispose()
        engine.url = sa.make_url(address)
        if target == MEMORY:
            weakref.finalize(engine, self.gone.append, _name(address))
        else:
            Path(target).write_text(address)

    def _reachable(self, otherwise: Callable[[Store, Path], str]) -> Callable[[Store, Path], str]:
        def reachable(store: Store, folder: Path) -> str:
            if store.engine.dialect.name == "sqlite":
                return otherwise(store, folder)
            address = store.engine.url.render_as_string(hide_password=False)
            if store.target != MEMORY:
                return address
            return self._new(str(folder / "copy.mentorkit"), pattern=_name(address))

        return reachable


def _name(address: str) -> str:
    return str(sa.make_url(address).database)
