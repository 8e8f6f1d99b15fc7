"""A new workbench file made of records alone: no audit trail, no free pages, nothing beside it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.programme.records import Record
from mentorkit.store.engine import APPLICATION_ID
from mentorkit.store.store import Store
from mentorkit.store.tables import TABLES, metadata


def write_fresh(target: Path, records: Iterable[Record]) -> None:
    """Write records, as they are, into a new workbench file.

    The file is there whole or not at all, for its owner alone to read. The same records give the same bytes.

    Raises
    ------
    StoreError
        If there is a file already, or it cannot be written.
    """
    if target.exists():
        raise StoreError(say("There is already a file “{file}”; nothing was changed.", file=target))
    store = Store.create()
    try:
        _fill(store, records)
        # not beside the target at once: what is interrupted leaves no half of a file
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".mentorkit-") as folder:
            unfinished = Path(folder) / "unfinished.mentorkit"
            _write_in_order(store, unfinished)
            unfinished.chmod(0o600)
            os.replace(unfinished, target)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise StoreError(say("“{file}” cannot be written: {why}.", file=target, why=why)) from error
    finally:
        store.close()


def _fill(store: Store, records: Iterable[Record]) -> None:
    rows: dict[str, list[dict[str, object]]] = {}
    for record in records:
        table, plain = TABLES[type(record)], record.model_dump(mode="json")
        rows.setdefault(table.name, []).append(
            {
                column.name: plain[column.name]
                if isinstance(column.type, sa.JSON)
                else getattr(record, column.name)
                for column in table.columns
            }
        )
    with store.engine.begin() as connection:
        for table in metadata.sorted_tables:  # what others point to comes first
            if found := rows.get(table.name):
                connection.execute(sa.insert(table), found)


def _write_in_order(store: Store, target: Path) -> None:
    """Write a store in memory into a file, with its tables in an order of their own.

    The steps of the schema leave indexes and constraints in another order each time.
    """
    with store.engine.connect() as connection, closing(sqlite3.connect(":memory:")) as ordered:
        made: Any = connection.connection.driver_connection
        parts = made.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        tables = sorted((name, sql) for kind, name, sql in parts if kind == "table")
        for name, sql in tables:
            ordered.execute(_in_order(sql))
            rows = made.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()  # noqa: S608 - our table
            if rows:
                places = ", ".join("?" * len(rows[0]))
                ordered.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)  # noqa: S608
        for _, sql in sorted((name, sql) for kind, name, sql in parts if kind != "table"):
            ordered.execute(sql)
        ordered.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        ordered.commit()
        ordered.execute("VACUUM INTO ?", (str(target),))


def _in_order(sql: str) -> str:
    """Return the statement that makes a table with its constraints in order, after its columns."""
    head, opening, rest = sql.partition("(\n\t")
    body, end, tail = rest.rpartition("\n)")
    parts = sorted(body.split(", \n\t"), key=lambda part: part if part.startswith("CONSTRAINT") else "")
    return head + opening + ", \n\t".join(parts) + end + tail
