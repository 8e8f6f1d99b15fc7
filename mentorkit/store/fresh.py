"""A new workbench file made of records alone: no audit trail, no free pages, nothing beside it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.programme.records import Record
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
            unfinished = Path(store.reachable(Path(folder)))
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
