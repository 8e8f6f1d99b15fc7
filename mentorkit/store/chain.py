"""The audit trail: who did what to which record, when, each entry sealed to the one before it.

An entry holds no content. What a record said before and after, and why, stands beside it in the history,
which may be forgotten; the entry keeps a salted digest of it. The salt is kept with the history alone, so as
long as that is there a change of it is noticed, and once it is forgotten nobody can try out what it said.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json

from mentorkit.language import say
from mentorkit.store.tables import audit, history, in_utc

#: The head of a trail without entries.
START = "0" * 64
_SALT_BYTES = 16
_PLAIN = ("actor", "action", "kind", "subject")


def digest_of(salt: str, reason: str, before: str | None, after: str | None) -> str:
    """Return the SHA-256 of a row of the history, as hexadecimal digits: of the salt and the JSON texts."""
    found = hashlib.sha256()
    for part in (salt, reason, before, after):
        data = b"" if part is None else part.encode()
        # with the lengths, so that nothing can be moved from one part to the next
        found.update(b"%d:" % (-1 if part is None else len(data)))
        found.update(data)
    return found.hexdigest()


def hash_of(previous: str, *entry: int | str) -> str:
    """Return the SHA-256 of an entry and the hash before it, as hexadecimal digits.

    Parameters
    ----------
    entry
        Its number, moment (ISO text in UTC), actor, action, kind, subject and digest, in this order.
    """
    return hashlib.sha256(to_json((previous, *entry))).hexdigest()


class Chain:
    """The end of the trail within one transaction; nobody else writes before that ends."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._end: tuple[int, str] | None = None

    def append(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Write entries with what belongs into the history; one without a before and an after has none.

        Parameters
        ----------
        entries
            Each with ``at, actor, action, kind, subject, reason, before, after``.
        """
        number, head = self._end or end_of(self._connection)
        told, kept = [], []
        for entry in entries:
            number += 1
            digest = ""
            if entry["before"] is not None or entry["after"] is not None:
                states = (_text(entry[side]) for side in ("before", "after"))
                row = (secrets.token_hex(_SALT_BYTES), entry["reason"], *states)
                digest = digest_of(*row)
                kept.append((number, *row))
            plain = (number, in_utc(entry["at"]), *(entry[name] for name in _PLAIN), digest)
            head = hash_of(head, *plain)
            told.append((*plain, head))
        self._add(audit, told)
        self._add(history, kept)
        self._end = number, head

    def _add(self, table: sa.Table, rows: list[tuple[int | str | None, ...]]) -> None:
        """Write rows as they are: what is hashed is stored to the letter, and thousands come at once."""
        if rows:
            mark = "?" if self._connection.dialect.name == "sqlite" else "%s"
            marks, names = (", ".join(each) for each in ([mark] * len(rows[0]), table.columns.keys()))
            insert = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - nothing given is in it
            self._connection.exec_driver_sql(insert, rows)


def _text(state: Mapping[str, Any] | None) -> str | None:
    return None if state is None else to_json(state).decode()


def end_of(connection: sa.Connection) -> tuple[int, str]:
    """Return the number of the newest entry and its hash, the head of the trail."""
    query = sa.select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)
    found = connection.execute(query).first()
    return (found.id, found.hash) if found else (0, START)


def born_of(connection: sa.Connection, **equal: str) -> str:
    """Return the SHA-256 of who made what and when, by the first entry whose columns equal the given values.

    Empty where there is none. Neither the entry's number nor the salts are part of it, so it is the same in
    copies of an older version, whose trails are chained by themselves.
    """
    moment = sa.type_coerce(audit.c.at, sa.String).label("at")
    query = sa.select(moment, *(audit.c[name] for name in _PLAIN))
    query = query.where(*(audit.c[name] == value for name, value in equal.items()))
    found = connection.execute(query.order_by(audit.c.id).limit(1)).first()
    return hash_of(START, *found) if found else ""


@dataclass(frozen=True)
class Trail:
    """What the audit trail is.

    Attributes
    ----------
    entries
        How many there are.
    forgotten
        Of how many of them what they changed was forgotten.
    head
        The hash of the newest one. Who has written it down can tell later whether all up to it still stands.
    problems
        What does not hold, in sentences; empty while the trail is whole.
    """

    entries: int
    forgotten: int
    head: str
    problems: tuple[str, ...]


def trail_of(connection: sa.Connection, head: str = "") -> Trail:
    """Compute the audit trail again from its first entry on, and compare.

    Parameters
    ----------
    head
        A head that was written down earlier. Without it, nobody can tell that entries were cut off at the
        end, or that the whole trail was computed anew.
    """
    entries = forgotten = 0
    known, found = START, head.strip().lower()
    seen = not found or found == known
    unchained: list[int] = []
    changed: list[int] = []
    for row in _rows(connection):
        entries += 1
        told = (row.at, row.actor, row.action, row.kind, row.subject, row.digest)
        if hash_of(known, row.id, *told) != row.hash:
            unchained.append(row.id)
        elif row.hash == found:
            seen = True
        known = row.hash
        if row.salt is None:
            forgotten += bool(row.digest)
        elif digest_of(row.salt, row.reason, row.before, row.after) != row.digest:
            changed.append(row.id)
    problems = tuple(_sentences(unchained, changed, _left_over(connection), "" if seen else found))
    return Trail(entries, forgotten, known, problems)


def _rows(connection: sa.Connection) -> Iterable[sa.Row[Any]]:
    """Yield each entry and what is kept beside it, as they are stored."""
    states = (sa.cast(state, sa.Text).label(state.name) for state in (history.c.before, history.c.after))
    moment = sa.type_coerce(audit.c.at, sa.String).label("at")
    plain = (audit.c[name] for name in ("id", "actor", "action", "kind", "subject", "digest", "hash"))
    query = (
        sa.select(*plain, moment, history.c.salt, history.c.reason, *states)
        .select_from(audit.outerjoin(history))
        .order_by(audit.c.id)
    )
    return connection.execution_options(yield_per=1000).execute(query)


def _left_over(connection: sa.Connection) -> int:
    """Return of how many entries there is nothing but what was kept beside them."""
    alone = sa.select(sa.func.count()).select_from(history.outerjoin(audit)).where(audit.c.id.is_(None))
    return connection.execute(alone).scalar_one()


def _sentences(unchained: list[int], changed: list[int], left_over: int, head: str) -> Iterator[str]:
    if unchained:
        yield say(
            "Entry {number} of the audit trail was changed, or one before it is missing (places found: {n}).",
            number=unchained[0],
            n=len(unchained),
        )
    if changed:
        yield say(
            "What entry {number} of the audit trail did was changed afterwards (places found: {n}).",
            number=changed[0],
            n=len(changed),
        )
    if left_over:
        yield say("Entries of the audit trail were removed (found: {n}).", n=left_over)
    if head:
        yield say(
            "The audit trail no longer holds the head “{head}”: since that was written down, entries were cut"
            " off at the end or changed.",
            head=head,
        )
