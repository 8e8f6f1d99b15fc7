"""Reading and writing records: one transaction at a time, with versions and an audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cache
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

_COUNTED = sa.text(
    "INSERT INTO counter (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
#: So many ids are asked for in one statement; SQLite takes no more than some thousand parameters.
_AT_ONCE = 500


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

    def versions(self, kind: type[Record], **equal: object) -> dict[str, int]:
        """Return the versions by id of the records whose fields equal the given values."""
        table = TABLES[kind]
        query = sa.select(table.c.id, table.c.version)
        query = query.where(*(table.c[name] == value for name, value in equal.items()))
        return {row.id: row.version for row in self._connection.execute(query)}

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
        #: How far the ids of each kind have come; nobody else counts before this transaction ends.
        self._counted: dict[str, int] = {}

    @property
    def at(self) -> dt.datetime:
        """The moment that is written into what this transaction changes."""
        return self._clock()

    def besides(self, action: str, reason: str = "") -> Writer:
        """Return a writer of the same transaction for another deed, such as what follows from the first."""
        other = copy(self)  # it counts the same ids
        other._action, other._reason = action, reason
        return other

    def new_id(self, kind: type[Record]) -> str:
        """Return the next id of a kind, such as ``P17``; it is given back when the transaction fails."""
        name = PREFIX[kind]
        if name not in self._counted:
            so_far = sa.text("SELECT value FROM counter WHERE name = :name")
            self._counted[name] = self._connection.execute(so_far, {"name": name}).scalar() or 0
        self._counted[name] += 1
        return f"{name}{self._counted[name]}"

    def finish(self) -> None:
        """Write down how far the ids have come; the store does so at the end of the transaction."""
        if self._counted:
            values = [{"name": name, "value": value} for name, value in self._counted.items()]
            self._connection.execute(_COUNTED, values)

    def save(self, record: R) -> R:
        """Store a record, new or changed, and return it with its new version.

        Raises
        ------
        StaleRecord
            If the record was changed since it was read; carries both.
        """
        return self.save_all([record])[0]

    def save_all(self, records: Sequence[R]) -> list[R]:
        """Store records of one kind, new or changed, and return them with their new versions.

        Many are stored by few statements; otherwise it is as if each were saved by itself.

        Raises
        ------
        StaleRecord
            If one was changed since it was read; carries both.
        """
        if not records:
            return []
        table = TABLES[type(records[0])]
        before = self._stored([record for record in records if record.version])
        after = [record.model_copy(update={"version": record.version + 1}) for record in records]
        told = [_plain(record) for record in after]
        rows = [_row(record, table, plain) for record, plain in zip(after, told, strict=True)]
        if new := [row for row in rows if row["version"] == 1]:
            self._connection.execute(sa.insert(table), new)
        if changed := [{**row, "its_id": row["id"]} for row in rows if row["version"] > 1]:
            self._connection.execute(sa.update(table).where(table.c.id == sa.bindparam("its_id")), changed)
        self._log(
            self._entry(record, _plain(was) if was else None, plain)
            for record, plain in zip(after, told, strict=True)
            for was in [before.get(record.id)]
            if was is None or not _fleeting(was, record)
        )
        return after

    def _stored(self, records: Sequence[R]) -> dict[str, R]:
        """Return the records as they are stored, by id; nobody changes them before the transaction ends.

        Raises
        ------
        StaleRecord
            If one was changed since it was read, or is gone.
        """
        if not records:
            return {}
        kind, found = type(records[0]), dict[str, R]()
        table = TABLES[kind]
        for start in range(0, len(records), _AT_ONCE):
            ids = [record.id for record in records[start : start + _AT_ONCE]]
            query = sa.select(table).where(table.c.id.in_(ids))
            for row in self._connection.execute(query).mappings():
                found[row["id"]] = kind.model_validate(dict(row))
        for record in records:
            if record.id not in found or found[record.id].version != record.version:
                self._refuse_stale(record)
        return found

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
        self._log([self._entry(record, _plain(record), None)])

    def _refuse_stale(self, record: Record) -> None:
        theirs = self.find(type(record), record.id)
        raise StaleRecord(
            say("Somebody else changed this in the meantime. Please look at both versions and decide again."),
            mine=record,
            theirs=theirs,
        )

    def _entry(
        self, record: Record, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> dict[str, Any]:
        return {
            "at": self.at,
            "actor": self._actor,
            "action": self._action,
            "kind": TABLES[type(record)].name,
            "subject": record.id,
            "reason": self._reason,
            "before": before,
            "after": after,
        }

    def _log(self, entries: Iterable[dict[str, Any]]) -> None:
        if entries := list(entries):
            self._connection.execute(sa.insert(audit), entries)


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


def _fleeting(before: Record, after: Record) -> bool:
    """Tell whether a change is none that anybody decided."""
    fleeting = FLEETING.get(type(after))
    if not fleeting:
        return False
    return {name for name, value in before if getattr(after, name) != value} <= fleeting | {"version"}


def _path(target: str | Path) -> Path | None:
    url = location(target)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", MEMORY):
        return None
    return Path(str(url.database))


def _plain(record: Record) -> dict[str, Any]:
    """Return a record as JSON knows it, without what never goes into the trail."""
    return record.model_dump(mode="json", exclude=set(record.secret) or None)


def _row(record: Record, table: sa.Table, plain: dict[str, Any]) -> dict[str, Any]:
    structured, others = _columns(table)
    if hidden := structured & record.secret:
        plain = {**plain, **record.model_dump(mode="json", include=set(hidden))}
    return {name: plain[name] for name in structured} | {name: getattr(record, name) for name in others}


@cache
def _columns(table: sa.Table) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the columns that hold JSON, and of the others."""
    structured = frozenset(column.name for column in table.columns if isinstance(column.type, sa.JSON))
    return structured, frozenset(column.name for column in table.columns) - structured


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
