"""What is wrong with a workbench is said in a sentence, and nothing is changed."""

from __future__ import annotations

import sqlite3
import traceback
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from mentorkit.errors import StoreError
from mentorkit.language import Voice, speaking
from mentorkit.privacy.records import User
from mentorkit.store import Store, check


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    path = tmp_path / "test.mentorkit"
    Store.create(path).close()
    return path


@pytest.fixture(autouse=True)
def _english():
    with speaking(Voice("en")):
        yield


def _damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:8000] = b"\x55" * 7900
    path.write_bytes(bytes(content))


def _as_newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _as_other_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("CREATE TABLE audit (id TEXT)")
        connection.execute("CREATE TABLE counter (id TEXT)")


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("mishap", "sentence"),
    [
        (Path.unlink, "There is no workbench"),
        (_as_folder, "There is no workbench"),
        (lambda path: path.write_text("name;place\nAda;Unna\n" * 300), "is no workbench, or it is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:6000]), "is no workbench, or it is damaged"),
        (_damage, "is no workbench, or it is damaged"),
        (_as_other_program, "is no workbench"),
        (_as_newer, "made by a newer version"),
    ],
    ids=["missing", "folder", "text", "half", "damaged", "other program", "newer"],
)
def test_what_is_no_usable_workbench_is_refused_in_a_sentence(bench: Path, mishap, sentence: str) -> None:
    mishap(bench)
    before = bench.read_bytes() if bench.is_file() else None
    with pytest.raises(StoreError, match=sentence):
        Store.open(bench)
    assert (bench.read_bytes() if bench.is_file() else None) == before


@pytest.mark.parametrize("target", ["mysql://host/db", "nonsense://a b", " ://"])
def test_other_addresses_are_refused_in_a_sentence(target: str) -> None:
    with pytest.raises(StoreError, match="begins with postgresql"):
        Store.open(target)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as refused:
        Store.open("postgresql://anna:geheim@127.0.0.1:1/bench")
    assert "geheim" not in str(refused.value)


def test_nothing_is_made_where_something_is(bench: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing was changed"):
        Store.create(bench)
    with pytest.raises(StoreError, match="nothing was changed"):
        Store.create(tmp_path)


@pytest.mark.postgres
def test_nothing_is_made_in_a_database_that_is_not_empty(postgres) -> None:
    with pytest.raises(StoreError, match="nothing was changed"):
        Store.create(postgres.new_database())


def test_a_locked_store_is_refused_after_a_moment_and_unchanged(target: str) -> None:
    store, other = Store.open(target, busy_seconds=0.05), Store.open(target)
    with (
        other.write("bert", "user.add"),
        pytest.raises(StoreError, match="in use by somebody else"),
        store.write("anna", "user.add") as writer,
    ):
        writer.save(User(id="bert", display_name="Bert"))
    with store.read() as reader:
        assert reader.all(User) == []
    other.close()
    store.close()


@pytest.mark.sqlite
def test_a_full_disk_is_said_and_leaves_what_was_there(bench: Path) -> None:
    store = Store.open(bench)
    with store.write("anna", "user.add") as writer:
        writer.save(User(id="bert", display_name="Bert"))
    with store.engine.connect() as connection:  # the pool keeps this connection for the next block
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="no room left"), store.write("anna", "user.add") as writer:
        writer.save(User(id="big", display_name="x" * 100_000))
    with store.read() as reader:
        assert [user.id for user in reader.all(User)] == ["bert"]
    store.close()


def test_a_store_that_cannot_be_written_can_be_read(store: Store) -> None:
    with store.engine.connect() as connection:  # the pool keeps it
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            connection.exec_driver_sql("SET default_transaction_read_only = on")
            connection.commit()
    with store.read() as reader:
        assert reader.all(User) == []
    with pytest.raises(StoreError, match="not written"), store.write("anna", "user.add") as writer:
        writer.save(User(id="bert", display_name="Bert"))


#: Refuses a row, and what the database then says of it.
_REFUSALS = {
    "sqlite": (
        "CREATE TRIGGER refuse BEFORE INSERT ON user BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "refused",
    ),
    "postgresql": ("ALTER TABLE \"user\" ADD CHECK (display_name = '')", "violates check constraint"),
}


def test_a_fault_shows_nothing_of_what_was_to_be_stored(store: Store) -> None:
    refuse, says = _REFUSALS[store.engine.dialect.name]
    with store.engine.begin() as connection:
        connection.exec_driver_sql(refuse)
    name = "Bert Beispiel"  # not in the line that fails, which is told too
    with pytest.raises(StoreError) as fault, store.write("anna", "user.add") as writer:
        writer.save(User(id="bert", display_name=name))
    told = "".join(traceback.format_exception(fault.value))
    assert says in told
    assert name not in told


# -- a server that goes away --------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_server_that_starts_anew_is_found_again_and_nothing_is_half_done(postgres) -> None:
    address = postgres.new_database()
    store = Store.open(address)
    with store.write("anna", "user.add") as writer:
        writer.save(User(id="anna", display_name="Anna"))

    def interrupted() -> None:
        with store.write("anna", "user.add") as writer:
            writer.save(User(id="bert", display_name="Bert"))
            postgres.restart()
            writer.save(User(id="cem", display_name="Cem"))

    with pytest.raises(StoreError, match="cannot be reached"):
        interrupted()
    with store.write("anna", "user.add") as writer:  # the next one knows nothing of it
        writer.save(User(id="dora", display_name="Dora"))
    with store.read() as reader:
        assert {user.id for user in reader.all(User)} == {"anna", "dora"}
    assert check.problems(store) == []
    store.close()


@pytest.mark.postgres
def test_a_workbench_keeps_one_connection_however_many_used_it_at_once(postgres) -> None:
    store, used = Store.open(postgres.new_database()), []
    # what the driver says of its own end: the server lists a connection for a while after it was closed
    sa.event.listen(store.engine, "checkout", lambda connection, *_: used.append(connection))
    with ExitStack() as together:
        for _ in range(5):
            together.enter_context(store.read())
        assert [connection.closed for connection in used] == [False] * 5
    assert sorted(connection.closed for connection in used) == [False, True, True, True, True]
    store.close()
    assert all(connection.closed for connection in used)
