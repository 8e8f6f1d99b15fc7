"""The keyring keeps wrapped keys apart from the workbench, for one alone, and forgets what is destroyed."""

import datetime as dt
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from mentorkit.errors import StoreError
from mentorkit.privacy.records import Erasure
from mentorkit.store import Store
from mentorkit.store.ring import RECOVERY, DataKey, Drill, KeyReader, OwnKey

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ERASURE = Erasure(id="", person_id="P1", born="ab" * 32, at=NOON)


@pytest.fixture(autouse=True)
def _no_keyring_of_the_surroundings(monkeypatch):
    monkeypatch.delenv("MENTORKIT_KEYRING", raising=False)


@pytest.fixture
def bench(tmp_path):
    store = Store.create(tmp_path / "a.mentorkit")
    with store.write("anna", "begin") as writer:
        writer.note("programme", "p")
    yield store
    store.close()


def fill(keyring, subject="P1", sealed=b"WRAPPED-FOR-EVA"):
    with keyring.write() as ring:
        ring.keep_own(OwnKey("eva", b"public", b"private", NOON))
        ring.admit(KeyReader("p", "eva", b"public", NOON))
        ring.admit(KeyReader("p", RECOVERY, b"rescue", NOON))
        ring.keep_data_key(DataKey("p", subject, b"half"), {"eva": sealed, RECOVERY: b"other"})
        ring.note_drill("p", Drill(NOON, "eva"))


def test_what_is_kept_is_there_again_after_opening(bench):
    fill(bench.keyring)
    again = Store.open(bench.target)
    with again.keyring.read() as ring:
        assert ring.own_keys() == {"eva": OwnKey("eva", b"public", b"private", NOON)}
        assert [reader.name for reader in ring.readers("p")] == [RECOVERY, "eva"]
        assert ring.readers("q") == []
        assert ring.data_keys() == [DataKey("p", "P1", b"half")]
        assert ring.data_key("p", "P1") == DataKey("p", "P1", b"half")
        assert ring.data_key("q", "P1") is None
        assert ring.wrapped("p", "eva") == {"P1": b"WRAPPED-FOR-EVA"}
        assert ring.drill("p") == Drill(NOON, "eva")
    again.close()


def test_its_file_lies_beside_the_workbench_and_is_its_owners_alone(bench):
    fill(bench.keyring)
    path = Path(f"{bench.target}.keyring")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.glob(f"{path.name}-*")) == []


def test_looking_makes_no_file(bench):
    assert bench.keyring.erased() == []
    assert bench.keyring.destroy("P1") == 0
    with bench.keyring.read() as ring:
        assert ring.readers() == []
    assert not Path(f"{bench.target}.keyring").exists()


def test_what_is_destroyed_is_in_the_file_no_more(bench):
    fill(bench.keyring)
    path = Path(f"{bench.target}.keyring")
    assert b"WRAPPED-FOR-EVA" in path.read_bytes()  # the control: it was there
    assert bench.keyring.destroy("P1") == 1
    assert b"WRAPPED-FOR-EVA" not in path.read_bytes()
    with bench.keyring.read() as ring:
        assert ring.wrapped("p", "eva") == {}
        assert ring.readers("p")  # who reads others' texts goes on doing so


def test_whoever_is_dismissed_loses_what_was_sealed_to_her_alone(bench):
    fill(bench.keyring)
    with bench.keyring.write() as ring:
        ring.dismiss("p", "eva")
    with bench.keyring.read() as ring:
        assert ring.wrapped("p", "eva") == {}
        assert ring.wrapped("p", RECOVERY) == {"P1": b"other"}
        assert "eva" in ring.own_keys()
    with bench.keyring.write() as ring:
        ring.drop_own("eva")
    with bench.keyring.read() as ring:
        assert ring.own_keys() == {}


def test_a_copy_opens_what_the_keyring_opens_and_overwrites_nothing(bench, tmp_path, monkeypatch):
    copy = tmp_path / "copy.keyring"
    with pytest.raises(StoreError, match="noch keinen Schlüsselbund"):
        bench.keyring.copy(copy)
    fill(bench.keyring)
    bench.keyring.copy(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="schon"):
        bench.keyring.copy(copy)
    bench.keyring.destroy("P1")
    monkeypatch.setenv("MENTORKIT_KEYRING", str(copy))
    again = Store.open(bench.target)
    with again.keyring.read() as ring:
        assert ring.wrapped("p", "eva") == {"P1": b"WRAPPED-FOR-EVA"}
    again.close()


def test_erasures_are_written_down_once(bench):
    for _ in range(2):
        bench.keyring.note_erased(ERASURE)
    bench.keyring.note_erased(ERASURE.with_(born="cd" * 32, at=NOON + dt.timedelta(1)))
    assert [(e.person_id, e.born[:2], e.at) for e in bench.keyring.erased()] == [
        ("P1", "ab", NOON),
        ("P1", "cd", NOON + dt.timedelta(1)),
    ]


def test_what_fails_leaves_nothing(bench):
    def fail():
        with bench.keyring.write() as ring:
            ring.note_erased([ERASURE])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert bench.keyring.erased() == []


def test_a_keyring_of_the_first_version_is_used_further(bench):
    fill(bench.keyring)
    with closing(sqlite3.connect(f"{bench.target}.keyring")) as older:
        older.execute("DROP TABLE doomed")
        older.execute("PRAGMA user_version = 1")
    with bench.keyring.write() as ring:
        assert ring.doom(["P1"]) == ["P1"]
        assert ring.wrapped("p", "eva")
        ring.destroy("P1")
    with bench.keyring.read() as ring:
        assert (ring.doomed(), ring.data_keys()) == ([], [])


def test_another_workbench_cannot_use_it(bench, tmp_path, monkeypatch):
    fill(bench.keyring)
    monkeypatch.setenv("MENTORKIT_KEYRING", f"{bench.target}.keyring")
    other = Store.create(tmp_path / "b.mentorkit")
    with other.write("bert", "begin") as writer:
        writer.note("programme", "q")
    with pytest.raises(StoreError, match="anderen Arbeitsbuch"):
        other.keyring.destroy("P1")
    with bench.keyring.read() as ring:
        assert ring.wrapped("p", "eva")
    other.close()


def test_what_is_no_keyring_is_refused_and_left_as_it_is(bench):
    path = Path(f"{bench.target}.keyring")
    path.write_text("Liebes Tagebuch " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="kein Schlüsselbund"):
        bench.keyring.note_erased(ERASURE)
    assert path.read_bytes() == before
    path.write_bytes(Path(bench.target).read_bytes())  # a workbench is none either
    with pytest.raises(StoreError, match="kein Schlüsselbund"):
        bench.keyring.erased()


def test_a_server_needs_to_be_told_where_it_is(store, tmp_path, monkeypatch):
    if store.engine.dialect.name == "sqlite":
        assert store.keyring.path == Path(f"{store.target}.keyring")
        return
    with pytest.raises(StoreError, match="MENTORKIT_KEYRING"):
        _ = store.keyring
    monkeypatch.setenv("MENTORKIT_KEYRING", str(tmp_path / "apart.keyring"))
    with store.write("anna", "begin") as writer:
        writer.note("programme", "p")
        store.keyring.note_erased(ERASURE)  # as it is used: within a transaction of the store
    assert store.keyring.erased() != []


def test_in_memory_it_is_held_with_the_workbench(monkeypatch, tmp_path):
    monkeypatch.setenv("MENTORKIT_KEYRING", str(tmp_path / "apart.keyring"))
    one, other = Store.create(), Store.create()
    one.keyring.note_erased(ERASURE)
    assert len(one.keyring.erased()) == 1
    assert other.keyring.erased() == []
    assert not (tmp_path / "apart.keyring").exists()


@pytest.mark.parametrize("memory", [True, False])
def test_many_who_write_at_once_come_one_after_the_other(bench, memory):
    keyring = Store.create().keyring if memory else bench.keyring

    def note(n):
        keyring.note_erased(ERASURE.with_(person_id=f"P{n}"))

    threads = [threading.Thread(target=note, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keyring.erased()) == 8
