"""The schema of a store: made and changed by Alembic, from the first table on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mentorkit.store.engine import APPLICATION_ID

if TYPE_CHECKING:
    from alembic.config import Config

SchemaState = Literal["current", "older", "newer", "foreign"]


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@lru_cache
def _revisions() -> tuple[str, ...]:
    """Return all revisions, newest first, read from the file names: importing Alembic takes long."""
    names = sorted(
        (path.stem for path in (Path(__file__).parent / "migrations/versions").glob("[0-9]*.py")),
        reverse=True,
    )
    return tuple(name.split("_")[0] for name in names)


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version in one transaction, and mark the file as a workbench."""
    with engine.begin() as connection:
        migrate(connection)


def migrate(connection: sa.Connection, to: str = "head") -> None:
    """Bring the schema to a version within a transaction, and mark the file as a workbench."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def newest() -> str:
    """Return the newest version of the schema."""
    return _revisions()[0]


def version_of(connection: sa.Connection) -> str:
    """Return which version of the schema a workbench has."""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def state_of(engine: Engine) -> SchemaState:
    """Tell whether a store has this product's schema version, an older or newer one, or none."""
    with engine.connect().execution_options(read_only=True) as connection:
        if not {"alembic_version", "audit", "counter"} <= set(sa.inspect(connection).get_table_names()):
            return "foreign"
        if engine.dialect.name == "sqlite":
            mark = connection.exec_driver_sql("PRAGMA application_id").scalar()
            if mark != APPLICATION_ID:
                return "foreign"
        found = version_of(connection)
    known = _revisions()
    if found == known[0]:
        return "current"
    return "older" if found in known else "newer"
