"""A workbench as the first release made it."""

from __future__ import annotations

import sqlalchemy as sa

from mentorkit.programme.settings import load_preset
from mentorkit.store.engine import make_engine
from mentorkit.store.schema import migrate

_YOUNGER = ("goals", "texts", "logo", "languages", "retention_months")


def first_release(target) -> None:
    """Make a workbench as version 0.1.0 did, with a programme and an organisation."""
    settings = load_preset("cross-administration").model_dump(mode="json")
    for younger in _YOUNGER:
        del settings[younger]
    del settings["quotas"]["own"]
    engine = make_engine(target)
    with engine.begin() as connection:
        migrate(connection, "0001")
        tables = sa.MetaData()
        tables.reflect(connection)

        def add(table: str, **values: object) -> None:
            connection.execute(sa.insert(tables.tables[table]), values)

        add("programme", id="p", version=3, name="P", preset="x", settings=settings)
        town = {"id": "O1", "name": "Kamen", "aliases": ["Stadt Kamen"]}
        add("organisation", version=1, programme_id="p", **town)
        add("counter", name="O", value=1)
    engine.dispose()
