"""Reading and writing records: one transaction at a time, with versions and an audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mentorkit.errors import NotFound, StaleRecord, StoreError
from mentorkit.language import say
from mentorkit.programme.records import Record
from mentorkit.store.engine import BUSY_SECONDS, MEMORY, location, make_engine, shown
from mentorkit.store.faults import in_plain_words
from mentorkit.store.schema import SchemaState, state_of, upgrade
from mentorkit.store.tables import FLEETING, PREFIX, TABLES, audit

R = TypeVar("R", bound=Record)

_COUNT_UP = sa.text(
    "INSERT INTO counter (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


def now() -> dt.datetime:
    """Return the moment, in UTC."""
    return dt.datetime.now(dt.UTC)


class Reader:
    """Records as they stand at the beginning of one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, kind: type[R], record_id: str) -> R | None:
        """Return a record by its id, or None."""
        return next(iter(self.all(kind, id=record_id)), None)

    def get(self, kind: type[R], record_id: str) -> R:
        """Return a record by its id.

        Raises
        ------
        NotFound
            If there is none.
        """
        if (record := self.find(kind, record_id)) is None:
            raise NotFound(say("There is no record “{id}”; it may have been removed.", id=record_id))
        return record

    def all(self, kind: type[R], **equal: object) -> list[R]:
        """Return the records whose fields equal the given values, in the order they were made."""
        table = TABLES[kind]
        query = sa.select(table).where(*(table.c[name] == value for name, value in equal.items()))
        # ids carry a counted number: shorter first, then by text, is the order of creation
        query = query.order_by(sa.func.length(table.c.id), table.c.id)
        return [kind.model_validate(dict(row)) for row in self._connection.execute(query).mappings()]

    def trail(self, **equal: object) -> list[dict[str, Any]]:
        """Return the audit entries whose columns equal the given values, oldest first."""
        query = (
            sa.select(audit)
            .where(*(audit.c[name] == value for name, value in equal.items()))
            .order_by(audit.c.id)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def latest(self, deeds: Mapping[str, str], pages_of: int = 200) -> Iterator[dict[str, Any]]:
        """Yield the audit entries of some deeds, newest first, without what stood there before and after.

        Parameters
        ----------
        deeds
            The kind of record looked at, by action.
        pages_of
            How many entries are read at once, since few of many are wanted.
        """

        def said_of(name: str) -> sa.ColumnElement[str]:
            return sa.func.coalesce(*(state[name].as_string() for state in (audit.c.after, audit.c.before)))

        plain = (audit.c[name] for name in ("id", "at", "actor", "action", "kind", "subject", "reason"))
        query = (
            sa.select(
                *plain, said_of("run_id").label("run_id"), said_of("organisation").label("organisation")
            )
            .where(sa.tuple_(audit.c.action, audit.c.kind).in_(deeds.items()))
            .order_by(audit.c.id.desc())
            .limit(pages_of)
        )
        page = self._connection.execute(query).mappings().all()
        while page:
            yield from map(dict, page)
            page = self._connection.execute(query.where(audit.c.id < page[-1]["id"])).mappings().all()

    def last_change(self) -> dt.datetime | None:
        """Return when anything was changed last."""
        return self._connection.execute(sa.select(sa.func.max(audit.c.at, type_=audit.c.at.type))).scalar()


class Writer(Reader):
    """A transaction in which one actor does one thing."""

    def __init__(
        self,
        connection: sa.Connection,
        actor: str,
        action: str,
        reason: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        super().__init__(connection)
        self._actor, self._action, self._reason = actor, action, reason
        self._clock = clock

    @property
    def at(self) -> dt.datetime:
        """The moment that is written into what this transaction changes."""
        return self._clock()

    def besides(self, action: str, reason: str = "") -> Writer:
        """Return a writer of the same transaction, for what follows from its deed and is a deed of its own."""
        return Writer(self._connection, self._actor, action, reason, self._clock)

    def new_id(self, kind: type[Record]) -> str:
        """Return the next id of a kind, such as ``P17``; it is given back when the transaction fails."""
        name = PREFIX[kind]
        # one statement, so that two writers of the first id do not meet; SQLite and PostgreSQL agree on it
        value = self._connection.execute(_COUNT_UP, {"name": name}).scalar_one()
        return f"{name}{value}"

    def save(self, record: R) -> R:
        """Store a record, new or changed, and return it with its new version.

        Raises
        ------
        StaleRecord
            If the record was changed since it was read; carries both.
        """
        table = TABLES[type(record)]
        before = self.find(type(record), record.id) if record.version else None
        after = record.model_copy(update={"version": record.version + 1})
        values = _row(after, table)
        if record.version == 0:
            self._connection.execute(sa.insert(table).values(values))
        else:
            same = (table.c.id == record.id) & (table.c.version == record.version)
            if self._connection.execute(sa.update(table).where(same).values(values)).rowcount != 1:
                self._refuse_stale(record)
        self._log(record, before, after)
        return after

    def delete(self, record: Record) -> None:
        """Remove a record.

        Raises
        ------
        StaleRecord
            If the record was changed since it was read.
        """
        table = TABLES[type(record)]
        same = (table.c.id == record.id) & (table.c.version == record.version)
        if self._connection.execute(sa.delete(table).where(same)).rowcount != 1:
            self._refuse_stale(record)
        self._log(record, record, None)

    def _refuse_stale(self, record: Record) -> None:
        theirs = self.find(type(record), record.id)
        raise StaleRecord(
            say("Somebody else changed this in the meantime. Please look at both versions and decide again."),
            mine=record,
            theirs=theirs,
        )

    def _log(self, record: Record, before: Record | None, after: Record | None) -> None:
        fleeting = FLEETING.get(type(record))
        if fleeting and before and after and _differences(before, after) <= fleeting | {"version"}:
            return

        def plain(state: Record | None) -> dict[str, Any] | None:
            return None if state is None else state.model_dump(mode="json", exclude=set(record.secret))

        entry = {
            "at": self.at,
            "actor": self._actor,
            "action": self._action,
            "kind": TABLES[type(record)].name,
            "subject": record.id,
            "reason": self._reason,
            "before": plain(before),
            "after": plain(after),
        }
        self._connection.execute(sa.insert(audit).values(entry))


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
            yield Writer(connection, actor, action, reason, self.clock)

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


def _differences(before: Record, after: Record) -> set[str]:
    return {name for name, value in before if getattr(after, name) != value}


def _path(target: str | Path) -> Path | None:
    url = location(target)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", MEMORY):
        return None
    return Path(str(url.database))


def _row(record: Record, table: sa.Table) -> dict[str, Any]:
    structured = {column.name for column in table.columns if isinstance(column.type, sa.JSON)}
    return {**record.model_dump(exclude=structured), **record.model_dump(mode="json", include=structured)}


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
