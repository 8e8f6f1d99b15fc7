"""The migrations and the tables of the code agree."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from first_release import first_release

from mentorkit.errors import StoreError
from mentorkit.programme.records import Logo, Organisation, Programme
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store, check, engine, schema
from mentorkit.store.engine import APPLICATION_ID, make_engine, wal_is_sound
from mentorkit.store.schema import migrate
from mentorkit.store.tables import PREFIX, TABLES, metadata

VERSIONS = sorted(
    path.name.split("_")[0] for path in (Path(schema.__file__).parent / "migrations/versions").glob("0*.py")
)


def test_the_migrations_lead_to_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_kind_of_record_has_its_own_table_and_prefix() -> None:
    assert len({table.name for table in TABLES.values()}) == len(TABLES)
    assert len(set(PREFIX.values())) == len(PREFIX)
    for kind, table in TABLES.items():
        assert set(kind.model_fields) == {column.name for column in table.columns}


@pytest.mark.sqlite
def test_a_new_file_carries_the_mark_of_a_workbench(tmp_path) -> None:
    Store.create(tmp_path / "a.mentorkit").close()
    with sqlite3.connect(tmp_path / "a.mentorkit") as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_write_ahead_is_used_only_where_it_is_sound() -> None:
    sound = [(3, 51, 3), (3, 53, 4), (3, 50, 7), (3, 44, 6)]
    unsound = [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)]
    assert all(map(wal_is_sound, sound))
    assert not any(map(wal_is_sound, unsound))


@pytest.mark.sqlite
@pytest.mark.parametrize(("sound", "mode"), [(True, "wal"), (False, "delete")])
def test_a_file_from_another_machine_is_used_as_is_sound_here(
    tmp_path, monkeypatch, sound: bool, mode: str
) -> None:
    monkeypatch.setattr(engine, "wal_is_sound", lambda: not sound)
    Store.create(tmp_path / "a.mentorkit").close()
    monkeypatch.setattr(engine, "wal_is_sound", lambda: sound)
    store = Store.open(tmp_path / "a.mentorkit")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == mode
    store.close()


def test_upgrading_a_current_store_changes_nothing(target: str) -> None:
    assert Store.upgrade(target) is None
    store = Store.open(target)
    with store.read() as reader:
        assert reader.trail() == []
    store.close()


def test_a_workbench_of_the_first_release_is_upgraded_with_all_it_holds(tmp_path) -> None:
    path = tmp_path / "old.mentorkit"
    first_release(path)
    with pytest.raises(StoreError, match="mentorkit upgrade"):
        Store.open(path)
    Store.upgrade(path)
    store = Store.open(path)
    assert check.problems(store) == []
    with store.read() as reader:
        programme, town = reader.get(Programme, "p"), reader.get(Organisation, "O1")
    assert (town.aliases, town.contacts) == (("Stadt Kamen",), ())
    assert (programme.version, programme.settings.logo, programme.settings.retention_months) == (3, "", 24)
    with store.write("me", "test") as writer:
        writer.save(town.with_(contacts=({"name": "Eva Muster"},)))
        writer.save(Logo(id="abc", programme_id="p", content=b"\x89PNG\xff"))
    with store.read() as reader:
        assert reader.get(Organisation, "O1").contacts[0].name == "Eva Muster"
        assert reader.get(Logo, "abc").content == b"\x89PNG\xff"
        assert all("content" not in (entry["after"] or {}) for entry in reader.trail(kind="logo"))
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def nowhere(request, tmp_path, monkeypatch) -> str:
    """Where there is no workbench yet, but may be one."""
    monkeypatch.chdir(tmp_path)  # where the copy of one on a server goes
    if request.param == "postgres":
        return request.getfixturevalue("postgres").new_database(pattern="template1")
    return str(tmp_path / "old.mentorkit")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_the_schema_is_upgraded_with_what_it_holds(nowhere, version: str) -> None:
    first_release(nowhere)
    engine = make_engine(nowhere)
    with engine.begin() as connection:
        migrate(connection, version)
    engine.dispose()
    Store.upgrade(nowhere)
    store = Store.open(nowhere)
    assert check.problems(store) == []
    with store.read() as reader:
        assert (reader.get(Programme, "p").name, reader.get(Organisation, "O1").name) == ("P", "Kamen")
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_a_trail_that_held_contents_is_chained_and_tells_the_same(nowhere) -> None:
    engine = make_engine(nowhere)
    told = [
        # as two transactions left them, one of which failed: an id is missing
        (1, "programme.add", "p", "", None, {"id": "p", "name": "Übung", "share": 0.1}),
        (3, "programme.change", "p", "a new name", {"name": "Übung"}, {"name": "P"}),
        (4, "programme.remove", "p", "", {"name": "P"}, None),
    ]
    with engine.begin() as connection:
        migrate(connection, "0007")
        for number, action, subject, reason, before, after in told:
            states = {n: s and json.dumps(s) for n, s in (("before", before), ("after", after))}
            connection.execute(
                sa.text(
                    "INSERT INTO audit (id, at, actor, action, kind, subject, reason, before, after) VALUES"
                    " (:id, :at, 'anna', :action, 'programme', :subject, :reason, :before, :after)"
                ),
                {"id": number, "at": "2024-05-01T12:00:00.000000+00:00", "action": action,
                 "subject": subject, "reason": reason, **states},
            )  # fmt: skip
    engine.dispose()
    Store.upgrade(nowhere)
    store = Store.open(nowhere)
    with store.read() as reader:
        found = [tuple(e[n] for n in ("id", "action", "subject", "reason", "before", "after"))
                 for e in reader.trail(actor="anna")]  # fmt: skip
    assert found == told
    with store.write("bert", "programme.add") as writer:
        writer.save(Programme(id="q", name="Q", preset="x", settings=load_preset("arts-academy")))
    trail = check.audit_trail(store)
    assert (trail.entries, trail.problems) == (4, ())
    store.close()


def test_a_demo_that_was_kept_from_an_earlier_version_is_upgraded_by_itself(tmp_path, monkeypatch) -> None:
    from mentorkit.examples import serve_demo
    from mentorkit.serve import server

    served = []
    monkeypatch.setattr(server, "serve", lambda target, **_: served.append(Store.open(target)))
    first_release(tmp_path / "demo.mentorkit")
    serve_demo(tmp_path, port=None, open_browser=False)
    assert check.problems(served[0]) == []
