"""Reading and writing records within one transaction, with versions and an audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa

from mentorkit.errors import NotFound, StaleRecord
from mentorkit.language import say
from mentorkit.programme.records import Record
from mentorkit.store.chain import Chain, born_of
from mentorkit.store.tables import FLEETING, PREFIX, TABLES, audit, history

R = TypeVar("R", bound=Record)

_COUNTED = sa.text(
    "INSERT INTO counter (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
#: So many ids are asked for in one statement; SQLite takes no more than some thousand parameters.
_AT_ONCE = 500
#: What an entry of the trail tells, beside what stood there before and after.
_TOLD = (
    *(audit.c[name] for name in ("id", "at", "actor", "action", "kind", "subject")),
    sa.func.coalesce(history.c.reason, "").label("reason"),
)
_TRAIL = audit.outerjoin(history)


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

    def trail(self, *, after: int = 0, run_id: str = "", **equal: object) -> list[dict[str, Any]]:
        """Return the audit entries whose columns equal the given values, oldest first; those after one.

        Each tells ``id, at, actor, action, kind, subject, reason, before, after``. Of what was forgotten
        the last three are empty; whoever asks for a reason or a run does not find it any more.

        Parameters
        ----------
        run_id
            Only what is about records of this run; empty for all.
        """
        query = sa.select(*_TOLD, history.c.before, history.c.after).select_from(_TRAIL)
        columns = ((history if name == "reason" else audit).c[name] == value for name, value in equal.items())
        query = query.where(audit.c.id > after, *columns)
        if run_id:
            query = query.where(_said_of("run_id") == run_id)
        query = query.order_by(audit.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def newest_entries(self, *, before: int = 0, most: int = 500) -> list[dict[str, Any]]:
        """Return the newest audit entries, newest first; those before one, if it is given.

        Each tells ``id, at, actor, action, kind, subject`` and of what its record said no more than
        ``run_id`` and ``programme_id``, where that was not forgotten.
        """
        said = (_said_of(name).label(name) for name in ("run_id", "programme_id"))
        query = sa.select(*_TOLD[:-1], *said).select_from(_TRAIL).order_by(audit.c.id.desc()).limit(most)
        if before:
            query = query.where(audit.c.id < before)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def past(self) -> Iterator[dict[str, Any]]:
        """Yield all that the history holds: ``id, kind, subject, reason`` and, as JSON, ``before, after``."""
        told = (audit.c.id, audit.c.kind, audit.c.subject, history.c.reason)
        states = (sa.cast(state, sa.Text).label(state.name) for state in (history.c.before, history.c.after))
        query = sa.select(*told, *states).select_from(audit.join(history)).order_by(audit.c.id)
        rows = self._connection.execute(query, execution_options={"yield_per": 1000})
        yield from map(dict, rows.mappings())

    def past_by_run(self) -> Iterator[tuple[int, str]]:
        """Yield the number of each entry whose past is known, with the run that it is about, if any."""
        query = sa.select(history.c.id, _said_of("run_id").label("run_id")).order_by(history.c.id)
        for row in self._connection.execute(query, execution_options={"yield_per": 1000}):
            if row.run_id:
                yield row.id, row.run_id

    def entries(self, numbers: Sequence[int]) -> list[tuple[int, str, str]]:
        """Return kind and subject of entries of the trail, with their numbers."""
        found: list[tuple[int, str, str]] = []
        for start in range(0, len(numbers), _AT_ONCE):
            some = audit.c.id.in_(numbers[start : start + _AT_ONCE])
            query = sa.select(audit.c.id, audit.c.kind, audit.c.subject).where(some)
            found += [(row.id, row.kind, row.subject) for row in self._connection.execute(query)]
        return found

    def born(self, kind: type[Record], record_id: str) -> str:
        """Return by what a record is known again in another copy of the store, where ids may be others'."""
        return born_of(self._connection, kind=TABLES[kind].name, subject=record_id)

    def newest(self) -> int:
        """Return the id of the newest audit entry, 0 without any; one look at the end of an index."""
        return self._connection.execute(sa.select(sa.func.max(audit.c.id))).scalar() or 0

    def latest(self, deeds: Mapping[str, str], pages_of: int = 200) -> Iterator[dict[str, Any]]:
        """Yield the audit entries of some deeds, newest first, of what stood there only the columns named.

        Parameters
        ----------
        deeds
            The kind of record looked at, by action.
        pages_of
            How many entries are read at once, since few of many are wanted.
        """
        query = (
            sa.select(*_TOLD, *(_said_of(name).label(name) for name in ("run_id", "organisation", "place")))
            .select_from(_TRAIL)
            .where(sa.tuple_(audit.c.action, audit.c.kind).in_(deeds.items()))
            .order_by(audit.c.id.desc())
            .limit(pages_of)
        )
        page = self._connection.execute(query).mappings().all()
        while page:
            yield from map(dict, page)
            page = self._connection.execute(query.where(audit.c.id < page[-1]["id"])).mappings().all()

    def last_change(self) -> dt.datetime | None:
        """Return when anything was changed last; what somebody only read or was denied is no change."""
        newest = sa.select(sa.func.max(audit.c.at, type_=audit.c.at.type)).where(audit.c.digest != "")
        return self._connection.execute(newest).scalar()


def _said_of(name: str) -> sa.ColumnElement[str]:
    """Return what a field of the record of an audit entry said after the change; before it, if it is gone."""
    return sa.func.coalesce(*(state[name].as_string() for state in (history.c.after, history.c.before)))


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
        self._chain = Chain(connection)

    @property
    def at(self) -> dt.datetime:
        """The moment that is written into what this transaction changes."""
        return self._clock()

    def besides(self, action: str, reason: str = "") -> Writer:
        """Return a writer of the same transaction for another deed, such as what follows from the first."""
        other = copy(self)  # it counts the same ids and writes into the same trail
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
        self._chain.append(
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
        self._chain.append([self._entry(record, _plain(record), None)])

    def forget(self, kind: type[Record], record_id: str, only: Sequence[int] = ()) -> None:
        """Forget what the trail tells of a record: what it said, and why that was changed.

        That something was changed, by whom and when, stays, and that it was forgotten is an entry too. The
        record itself is not touched.

        Parameters
        ----------
        only
            The numbers of the entries of which this is forgotten; all where left out.
        """
        name = TABLES[kind].name
        its_own = sa.select(audit.c.id).where(audit.c.kind == name, audit.c.subject == record_id)
        for start in range(0, max(len(only), 1), _AT_ONCE):
            some = its_own.where(audit.c.id.in_(only[start : start + _AT_ONCE])) if only else its_own
            self._connection.execute(sa.delete(history).where(history.c.id.in_(some)))
        self.note(name, record_id)

    def did_lately(self, within: dt.timedelta) -> bool:
        """Tell whether the actor has done the same within some time; the last thousand entries are asked."""
        same = (audit.c.actor == self._actor) & (audit.c.action == self._action)
        recent = (audit.c.id > self.newest() - 1000) & (audit.c.at > self.at - within)
        found = self._connection.execute(sa.select(audit.c.id).where(same & recent).limit(1))
        return found.first() is not None

    def note(self, kind: str, subject: str) -> None:
        """Leave an entry of what changes nothing, such as that something was read, denied or forgotten."""
        self._chain.append([self._told(kind, subject, None, None)])

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
        return self._told(TABLES[type(record)].name, record.id, before, after)

    def _told(
        self, kind: str, subject: str, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> dict[str, Any]:
        return {
            "at": self.at,
            "actor": self._actor,
            "action": self._action,
            "kind": kind,
            "subject": subject,
            "reason": self._reason,
            "before": before,
            "after": after,
        }


def _fleeting(before: Record, after: Record) -> bool:
    """Tell whether a change is none that anybody decided."""
    fleeting = FLEETING.get(type(after))
    if not fleeting:
        return False
    return {name for name, value in before if getattr(after, name) != value} <= fleeting | {"version"}


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
