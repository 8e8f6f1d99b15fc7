"""A backup holds all that was there at one moment, or is none; what is restored is what was backed up."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from mentorkit.errors import StoreError, UsageError
from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Draft, Logo, Organisation, Person, Programme, Run
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store, backup, check, engine, sealing
from mentorkit.store.backup import back_up, restore

PASSPHRASE = "vier rote Lampen, ö"


@pytest.fixture(autouse=True)
def _english():
    with speaking(Voice("en")):
        yield


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a value of every type that its tables have."""
    settings = load_preset("arts-academy")
    with store.write("anna", "programme.add") as writer:
        writer.save(Programme(id="p", name="Förderung", preset="arts-academy", settings=settings))
        writer.save(Run(id="p/1", programme_id="p", name="1", approved_at=dt.datetime.now(dt.UTC)))
        town = Organisation(id=writer.new_id(Organisation), programme_id="p", name="Lünen", aliases=("L",))
        writer.save(town)
        writer.save(Logo(id="abc", programme_id="p", content=b"\x89PNG\x00\xff"))
        eva = Person(id=writer.new_id(Person), programme_id="p", first_name="Eva", last_name="Muster",
                     birth_year=1980, pauses_until=dt.date(2030, 1, 2))  # fmt: skip
        writer.save(eva)
        draft = Draft(
            id=writer.new_id(Draft), user="anna", run_id="p/1", app="a", content={"x": [1, 0.1, None]}
        )
        writer.save(draft)
    return store


def all_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a store, as the tables of the code read it."""
    from mentorkit.store.tables import metadata

    with store.engine.connect().execution_options(read_only=True) as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgres)])
def free_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a workbench can be restored."""
    if request.param == "server":
        return request.getfixturevalue("postgres").new_database(pattern="template1")
    return str(tmp_path / "restored.mentorkit")


def test_what_is_restored_is_what_was_backed_up(filled: Store, tmp_path: Path, free_place: str) -> None:
    """Encrypted where it moves from a file to a server or back, plain otherwise."""
    file = tmp_path / "backup"
    passphrase = PASSPHRASE if ("://" in filled.target) != ("://" in free_place) else None
    made = back_up(filled, file, passphrase)
    content = file.read_bytes()
    assert restore(file, free_place, passphrase) == made
    restored = Store.open(free_place)
    assert all_of(restored) == all_of(filled)
    assert (made.contents.counts["person"], made.problems, made.older) == (1, (), False)
    assert check.problems(restored) == []
    with restored.write("anna", "organisation.add") as writer:  # numbers go on after those that were there
        added = writer.save(Organisation(id=writer.new_id(Organisation), programme_id="p", name="Kamen"))
    assert added.id == "O2"
    assert file.read_bytes() == content
    restored.close()


def test_a_backup_is_one_file_that_only_its_owner_reads(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(filled, folder / "plain.mentorkit")
    back_up(filled, folder / "sealed", PASSPHRASE)
    assert sorted(path.name for path in folder.iterdir()) == ["plain.mentorkit", "sealed"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    opened = Store.open(folder / "plain.mentorkit")
    assert all_of(opened) == all_of(filled)
    opened.close()


def test_an_encrypted_backup_shows_nothing_and_says_what_it_is(filled: Store, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "plain")
    back_up(filled, tmp_path / "sealed", PASSPHRASE)
    assert b"Muster" in (tmp_path / "plain").read_bytes()  # the control
    assert b"Muster" not in (tmp_path / "sealed").read_bytes()
    with pytest.raises(StoreError, match="encrypted backup"):
        Store.open(tmp_path / "sealed")


def test_nothing_is_overwritten_and_what_is_refused_leaves_nothing(
    filled: Store, tmp_path: Path, target: str
) -> None:
    (tmp_path / "taken").write_text("mine")
    back_up(filled, tmp_path / "backup")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StoreError, match="already a file"):
        back_up(filled, tmp_path / "taken")
    with pytest.raises(StoreError, match="already a file"):
        restore(tmp_path / "backup", tmp_path / "taken")
    with pytest.raises(StoreError, match="nothing was changed"):
        restore(tmp_path / "backup", target)
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(filled, tmp_path / "nowhere" / "backup")
    with pytest.raises(UsageError, match="12"):
        back_up(filled, tmp_path / "sealed", "short")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.sqlite
def test_what_only_the_log_of_a_workbench_holds_is_backed_up_and_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "wal_is_sound", lambda: True)
    path, file = tmp_path / "a.mentorkit", tmp_path / "backup"
    store = Store.create(path)
    with store.read():  # so that nobody tidies the log away
        other = Store.open(path)
        with other.write("anna", "add") as writer:
            settings = load_preset("arts-academy")
            writer.save(Programme(id="p", name="Zimtstern", preset="arts-academy", settings=settings))
        assert b"Zimtstern" not in path.read_bytes()  # the control
        made = back_up(other, file)
        assert restore(path, tmp_path / "live.mentorkit") == made  # a workbench in use is a backup, too
        other.close()
    store.close()
    before = file.read_bytes()
    assert before[18:20] == b"\x01\x01"  # no log is looked for
    restore(file, tmp_path / "b.mentorkit")
    restored = Store.open(tmp_path / "b.mentorkit")
    assert all_of(restored)["programme"][0][2] == "Zimtstern"
    restored.close()
    assert file.read_bytes() == before


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["plain", "encrypted"])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, passphrase: str | None) -> None:
    resource = pytest.importorskip("resource")  # POSIX's
    store, limits = Store.create(tmp_path / "a.mentorkit"), resource.getrlimit(resource.RLIMIT_FSIZE)
    before = sorted(tmp_path.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StoreError, match=r"“.*backup” cannot be written"):
            back_up(store, tmp_path / "backup", passphrase)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert sorted(tmp_path.iterdir()) == before
    back_up(store, tmp_path / "backup", passphrase)  # the control
    store.close()


# -- damage -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed_once(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    store, file = Store.create(), tmp_path_factory.mktemp("sealed") / "sealed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_PIECE", 50_000)  # so that it has several
        back_up(store, file, PASSPHRASE)
    return file.read_bytes()


@pytest.fixture
def sealed(sealed_once: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sealing, "_PIECE", 50_000)
    (tmp_path / "sealed").write_bytes(sealed_once)
    return tmp_path / "sealed"


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


_HEAD, _SEALED = 32, 50_016
HARM = {
    "cut by a byte": lambda c: c[:-1],
    "cut after a piece": lambda c: c[: _HEAD + 16 + 2 * _SEALED],
    "cut after the head": lambda c: c[: _HEAD + 16],
    "cut in the head": lambda c: c[:20],
    "a byte more": lambda c: c + b"x",
    "a bit of a piece": lambda c: _flipped(c, 70_000),
    "the last bit": lambda c: _flipped(c, len(c) - 1),
    "pieces changed places": lambda c: (
        c[: _HEAD + 16] + c[_HEAD + 16 + _SEALED : _HEAD + 16 + 2 * _SEALED]
        + c[_HEAD + 16 : _HEAD + 16 + _SEALED] + c[_HEAD + 16 + 2 * _SEALED :]
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_changed_or_cut_encrypted_backup_is_noticed(sealed: Path, tmp_path: Path, harm) -> None:
    assert sealed.stat().st_size > 3 * _SEALED
    sealed.write_bytes(harm(sealed.read_bytes()))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StoreError, match="damaged or cut off"):
        restore(sealed, tmp_path / "b.mentorkit", PASSPHRASE)
    assert sorted(tmp_path.iterdir()) == before


def test_a_wrong_passphrase_is_told_from_damage(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not fit"):
        restore(sealed, tmp_path / "b.mentorkit", PASSPHRASE + "!")
    with pytest.raises(UsageError, match="passphrase"):
        restore(sealed, tmp_path / "b.mentorkit")
    composed_otherwise = PASSPHRASE.replace("ö", "o\N{COMBINING DIAERESIS}")
    restore(sealed, tmp_path / "b.mentorkit", composed_otherwise)


def test_an_encrypted_backup_of_a_later_version_is_named(sealed: Path, tmp_path: Path) -> None:
    content = sealed.read_bytes()
    sealed.write_bytes(content[:8] + b"\x02" + content[9:])
    with pytest.raises(StoreError, match="newer version"):
        restore(sealed, tmp_path / "b.mentorkit", PASSPHRASE)


@pytest.mark.sqlite
@pytest.mark.parametrize("place", ["file", pytest.param("server", marks=pytest.mark.postgres)])
def test_a_damaged_or_foreign_file_is_not_restored(
    tmp_path: Path, place: str, request: pytest.FixtureRequest
) -> None:
    free = tmp_path / "b.mentorkit" if place == "file" else None
    target = free or request.getfixturevalue("postgres").new_database(pattern="template1")
    whole, other = tmp_path / "a.mentorkit", tmp_path / "other.db"
    Store.create(whole).close()
    content = bytearray(whole.read_bytes())
    content[-4096:] = b"\x55" * 4096
    (tmp_path / "damaged").write_bytes(content)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE something (id)")
    with pytest.raises(StoreError, match="damaged"):
        restore(tmp_path / "damaged", target)
    with pytest.raises(StoreError, match="no workbench"):
        restore(other, target)
    with pytest.raises(StoreError, match="no backup"):
        restore(tmp_path / "missing", target)
    assert free is None or not free.exists()
    restore(whole, target)  # which is still free


def test_a_copy_that_lacks_a_row_gets_no_name(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_file = backup.to_file

    def forgetful(engine: sa.Engine, path: Path):
        contents = to_file(engine, path)
        with closing(sqlite3.connect(path)) as copy, copy:
            copy.execute("DELETE FROM person")
        return contents

    monkeypatch.setattr(backup, "to_file", forgetful)
    with pytest.raises(StoreError, match="does not hold all"):
        back_up(filled, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_contradictions_are_told_and_backed_up_all_the_same(filled: Store, tmp_path: Path) -> None:
    with filled.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE counter SET value = 0 WHERE name = 'P'")
    made = back_up(filled, tmp_path / "backup")
    assert made.problems == tuple(check.problems(filled))
    assert "P1" in made.problems[0]
    assert restore(tmp_path / "backup", tmp_path / "b.mentorkit").problems == made.problems


# -- what is deleted, and who reads -------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize("defence", [True, False], ids=["as it is", "control"])
def test_what_is_deleted_is_overwritten(tmp_path: Path, defence: bool) -> None:
    path, canary = tmp_path / "a.mentorkit", "Kanarienvogel" * 20
    store = Store.create(path)
    with store.write("anna", "add") as writer:
        writer.save(Programme(id="p", name="P", preset="arts-academy", settings=load_preset("arts-academy")))
        writer.save(Run(id="p/1", programme_id="p", name="1"))
        draft = writer.save(Draft(id="E1", user="anna", run_id="p/1", app="a", content={"text": canary}))
    if not defence:
        with store.engine.connect() as connection:  # the pool keeps this connection
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")
    with store.write("anna", "delete") as writer:
        writer.delete(draft)
    store.close()
    assert (canary.encode() in path.read_bytes()) is not defence


@pytest.mark.sqlite
def test_a_schema_from_elsewhere_calls_no_function_of_the_program(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "a.mentorkit")
    with store.engine.connect() as connection:
        connection.connection.driver_connection.create_function("reach", 0, lambda: "reached")
        connection.exec_driver_sql("CREATE TEMP VIEW own AS SELECT reach()")
        connection.exec_driver_sql("CREATE VIEW brought AS SELECT reach()")
        assert connection.exec_driver_sql("SELECT * FROM own").scalar() == "reached"  # the control
        with pytest.raises(sa.exc.OperationalError, match="unsafe use"):
            connection.exec_driver_sql("SELECT * FROM brought")
    store.close()


@pytest.mark.sqlite
@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_a_new_workbench_is_read_by_its_owner_alone_until_she_lets_others(tmp_path: Path) -> None:
    path, before = tmp_path / "a.mentorkit", os.umask(0o022)
    try:
        (tmp_path / "control").touch()
        Store.create(path).close()
        assert stat.S_IMODE((tmp_path / "control").stat().st_mode) == 0o644
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o660)
        Store.open(path).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    finally:
        os.umask(before)
