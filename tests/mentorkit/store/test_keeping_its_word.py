"""The store keeps its word: nothing is lost among many writers, by kills, in backups and in upgrades.

Each promise has its control: without the defence, the same test notices what is lost.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from first_release import first_release
from sqlalchemy.exc import OperationalError
from writers import move

from mentorkit.errors import StoreError
from mentorkit.programme.records import Organisation, Programme, Run
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store, check
from mentorkit.store.backup import back_up, restore
from mentorkit.store.engine import location, make_engine
from mentorkit.store.schema import migrate, newest, state_of, version_of

RUNS, EACH = 4, 100


class Workers:
    """Processes that do one deed on a store; see ``writers.py``."""

    def __init__(self, deed: str, target: str) -> None:
        program = Path(__file__).with_name("writers.py")
        self._process = subprocess.Popen(
            [sys.executable, program, deed, target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pids: list[int] = []

    def start(self, *numbers: int) -> None:
        """Start a process for each number."""
        self.pids = []
        print(*numbers, file=self._process.stdin, flush=True)

    def told(self) -> Iterator[str]:
        """Yield what they tell until all of them have ended."""
        for line in map(str.strip, self._process.stdout):
            if line == "ended":
                return
            if line.startswith("pid "):
                self.pids.append(int(line.split()[1]))
            else:
                yield line

    def kill(self) -> None:
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def workers(deed: str, target: str) -> Iterator[Workers]:
    made = Workers(deed, target)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def moving(target: str) -> str:
    """A workbench in which units are moved between runs."""
    store = Store.open(target)
    with store.write("anna", "programme.add") as writer:
        writer.save(Programme(id="p", name="P", preset="arts-academy", settings=load_preset("arts-academy")))
        writer.save_all([Run(id=f"p/{n}", programme_id="p", name=str(EACH)) for n in range(RUNS)])
    store.close()
    return target


def notes_of(target: str | Path) -> set[str]:
    """Return the notes of all moves in a whole workbench; fails if one was stored by half."""
    store = Store.open(target)
    assert check.problems(store) == []
    with store.read() as reader:
        notes = {note.id for note in reader.all(Organisation)}
        assert sum(int(run.name) for run in reader.all(Run)) == RUNS * EACH
        assert sum(run.version - 1 for run in reader.all(Run)) == 2 * len(notes)
    store.close()
    return notes


# -- many at once -------------------------------------------------------------------------------------


def test_sixteen_processes_that_count_together_lose_nothing(moving: str) -> None:
    with workers("count", moving) as counters:
        counters.start(*range(16))
        assert list(counters.told()) == ["counted"] * 16
    store = Store.open(moving)
    with store.read() as reader:
        run = reader.get(Run, "p/0")
    assert (run.name, run.version) == (str(EACH + 800), 801)
    store.close()


def _counted_by_two(first: sa.Engine, second: sa.Engine) -> int:
    """Return what a counter stands at after two counted who both read before either wrote."""
    value = sa.text("SELECT value FROM counter WHERE name = 'Z'")
    with first.begin() as one:
        one.execute(sa.text("INSERT INTO counter (name, value) VALUES ('Z', 0)"))
    with first.connect() as one, second.connect() as other:
        read = [connection.execute(value).scalar_one() for connection in (one, other)]
        for connection, found in zip((one, other), read, strict=True):
            connection.execute(sa.text("UPDATE counter SET value = :n WHERE name = 'Z'"), {"n": found + 1})
            connection.commit()
        return other.execute(value).scalar_one()


def test_who_reads_to_write_lets_no_other_do_so(moving: str) -> None:
    plain = [sa.create_engine(location(moving)) for _ in range(2)]
    assert _counted_by_two(*plain) == 1  # the control: one is lost
    with plain[0].begin() as connection:
        connection.exec_driver_sql("DELETE FROM counter WHERE name = 'Z'")
    safe = [make_engine(moving, busy_seconds=0.1) for _ in range(2)]
    with pytest.raises(OperationalError):
        _counted_by_two(*safe)
    for engine in (*plain, *safe):
        engine.dispose()


# -- kills --------------------------------------------------------------------------------------------


def _kill_while_moving(target: str, kills: range) -> int:
    """Kill a writer at another line of what it tells each time; return how much was acknowledged."""
    acknowledged = set()
    with workers("announced", target) as movers:
        for line_of_death in kills:
            movers.start(0)
            for number, line in enumerate(movers.told()):
                if line != "doing":
                    acknowledged.add(line)
                if number == line_of_death:
                    movers.kill()
    assert acknowledged <= notes_of(target)
    return len(acknowledged)


def test_sixty_kills_lose_nothing_that_was_acknowledged(moving: str) -> None:
    assert _kill_while_moving(moving, range(60)) > 60


def test_the_kills_would_notice_what_is_acknowledged_too_early(moving: str) -> None:
    with workers("hasty", moving) as movers:
        movers.start(0)
        told = movers.told()
        acknowledged = next(told)
        movers.kill()
        assert list(told) == []
    assert acknowledged not in notes_of(moving)


@pytest.mark.storm
def test_a_thousand_kills_among_four_writers_lose_nothing(moving: str) -> None:
    acknowledged, dice = set(), random.Random(7)
    with workers("moves", moving) as movers:
        for n in range(250):
            movers.start(*(dice.randrange(10**6) for _ in range(4)))
            last = dice.randrange(4, 40)
            for number, line in enumerate(movers.told()):
                acknowledged.add(line)
                if number == last:
                    movers.kill()
            if n % 25 == 24:
                assert acknowledged <= notes_of(moving)


# -- backups ------------------------------------------------------------------------------------------


def test_backups_under_writers_restore_whole(moving: str, tmp_path: Path) -> None:
    acknowledged, found = set(), []
    with workers("moves", moving) as movers:
        movers.start(1, 2, 3, 4)
        told = movers.told()
        for n in range(3):
            acknowledged |= {next(told) for _ in range(20)}
            store = Store.open(moving)
            back_up(store, tmp_path / f"{n}", "vier rote Lampen" if n == 1 else None)
            store.close()
            restore(tmp_path / f"{n}", tmp_path / f"{n}.mentorkit", "vier rote Lampen")
            found.append(notes_of(tmp_path / f"{n}.mentorkit"))
            assert acknowledged <= found[-1]
        movers.kill()
        list(told)
    assert found[0] < found[1] < found[2] <= notes_of(moving)


@pytest.mark.sqlite
def test_a_plain_copy_under_a_writer_is_noticed_as_torn(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.mentorkit", tmp_path / "copy.mentorkit"
    store = Store.create(path)
    with store.write("anna", "programme.add") as writer:
        writer.save(Programme(id="p", name="P", preset="arts-academy", settings=load_preset("arts-academy")))
        writer.save_all([Run(id=f"p/{n}", programme_id="p", name=str(EACH)) for n in range(RUNS)])
    with store.engine.connect().execution_options(read_only=True) as connection:
        pages = "SELECT min(rootpage) FROM sqlite_master WHERE name IN ('run', 'organisation')"
        between_the_two = connection.exec_driver_sql(pages).scalar_one() * 4096
    with path.open("rb") as source, copy.open("wb") as target:
        target.write(source.read(between_the_two))
        with store.write("mover", "move") as writer:
            move(writer, "p/0", "p/1")
        store.close()  # which leaves nothing aside
        source.seek(target.tell())
        target.write(source.read())
    assert len(notes_of(path)) == 1
    with pytest.raises((StoreError, AssertionError)):
        notes_of(copy)


# -- upgrades -----------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A workbench of the first release."""
    monkeypatch.chdir(tmp_path)
    target = str(tmp_path / "old.mentorkit")
    if request.param == "postgres":
        target = request.getfixturevalue("postgres").new_database(pattern="template1")
    first_release(target)
    return target


def shape_of(target: str | Path) -> tuple[str, frozenset[str]]:
    """Return the version that a store says it has, and its tables with their columns."""
    engine = sa.create_engine(location(target))
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        columns = {
            f"{table}.{column['name']}"
            for table in inspector.get_table_names()
            for column in inspector.get_columns(table)
        }
        found = version_of(connection), frozenset(columns)
    engine.dispose()
    return found


def rows_of(target: str) -> tuple[str, int]:
    engine = sa.create_engine(location(target))
    with engine.connect() as connection:
        name = connection.exec_driver_sql("SELECT name FROM organisation").scalar_one()
        found = name, connection.exec_driver_sql("SELECT count(*) FROM programme").scalar_one()
    engine.dispose()
    return found


def test_an_upgrade_keeps_the_store_as_it_was_beside_it(
    old: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = shape_of(old)
    kept = Store.upgrade(old)
    assert kept is not None
    assert f".before-{newest()}" in kept.name
    assert kept.parent == tmp_path  # told in full also where the workbench lies on a server
    assert shape_of(kept) == before
    upgraded = shape_of(old)
    assert (before[0], upgraded[0]) == ("0001", newest())
    again = str(tmp_path / "again.mentorkit")
    if not old.endswith(".mentorkit"):
        again = request.getfixturevalue("postgres").new_database(pattern="template1")
    assert restore(kept, again).older
    assert shape_of(again) == before
    Store.upgrade(again, tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere").exists()
    assert shape_of(again) == upgraded
    assert rows_of(again) == rows_of(old) == ("Kamen", 1)
    assert Store.upgrade(old) is None  # nothing to be changed, nothing kept


def test_an_upgrade_without_a_backup_is_none(old: str, tmp_path: Path) -> None:
    before = shape_of(old)
    with pytest.raises(StoreError):
        Store.upgrade(old, tmp_path / "nowhere" / "backup")
    assert shape_of(old) == before


class Broken(Exception):
    pass


def _broken_upgrade(engine: sa.Engine) -> None:
    """Upgrade, but fail before the version is written down for the last time."""

    @sa.event.listens_for(engine, "before_cursor_execute")
    def fail(*call: object) -> None:
        if "UPDATE alembic_version" in str(call[2]) and newest() in str(call[2:4]):
            raise Broken

    with pytest.raises(Broken), engine.begin() as connection:
        migrate(connection)
    engine.dispose()


def test_an_upgrade_that_fails_leaves_the_old_store(old: str) -> None:
    before = shape_of(old)
    _broken_upgrade(make_engine(old))
    assert shape_of(old) == before


def test_without_our_transactions_a_failed_upgrade_leaves_a_mixed_store(old: str) -> None:
    """The control."""
    before = shape_of(old)
    level = {} if old.endswith(".mentorkit") else {"isolation_level": "AUTOCOMMIT"}
    _broken_upgrade(sa.create_engine(location(old), **level))
    assert before[1] != shape_of(old)[1]
    assert state_of(make_engine(old)) == "older"


def test_kills_in_mid_upgrade_leave_the_old_store_until_one_is_whole(old: str) -> None:
    before, kills = shape_of(old), 0
    step = 5 if old.endswith(".mentorkit") else 3  # it takes fewer statements on a server
    with workers("upgrade", old) as upgraders:
        while True:
            upgraders.start(1 + step * kills)
            told = upgraders.told()
            if next(told) == "upgraded":
                assert list(told) == []
                break
            upgraders.kill()
            assert list(told) == []
            kills += 1
            assert shape_of(old) == before
    assert kills >= 20
    assert rows_of(old) == ("Kamen", 1)
    store = Store.open(old)
    assert check.problems(store) == []
    store.close()


@pytest.mark.storm
@pytest.mark.parametrize("statement", range(0, 120, 2))
def test_a_kill_at_any_moment_of_an_upgrade_leaves_the_old_store_or_the_new(old: str, statement: int) -> None:
    before = shape_of(old)
    with workers("upgrade_on", old) as upgraders:
        upgraders.start(1 + statement)
        for _ in upgraders.told():
            upgraders.kill()
    assert shape_of(old) == before or state_of(make_engine(old)) == "current"
    assert rows_of(old) == ("Kamen", 1)
    Store.upgrade(old, Path("backup"))
    store = Store.open(old)
    assert check.problems(store) == []
    store.close()
