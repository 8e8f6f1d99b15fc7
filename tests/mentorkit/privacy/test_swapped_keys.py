"""A key that somebody put into the keyring is noticed, and nothing is sealed to it."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from confiding import PASSPHRASE, PROGRAMME, Confiding

from mentorkit.errors import RuleBroken
from mentorkit.privacy import keys, reader_keys, replay
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.envelopes import new_key, public_of
from mentorkit.privacy.permissions import sole_actor
from mentorkit.privacy.records import ReaderKey
from mentorkit.store import Store
from mentorkit.store.engine import make_engine
from mentorkit.store.keyring import VARIABLE
from mentorkit.store.ring import RECOVERY, KeyReader
from mentorkit.store.schema import migrate
from mentorkit.store.tables import audit, history, metadata

pytestmark = pytest.mark.usefixtures("quick_passphrases")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bench(request, tmp_path, monkeypatch):
    target = str(tmp_path / "a.mentorkit")
    if request.param == "postgres":
        target = request.getfixturevalue("postgres").new_database(pattern="template1")
        monkeypatch.setenv(VARIABLE, str(tmp_path / "ring.keyring"))
    bench = Confiding.begin(Store.create(target)).set_up()
    bench.of("P1")
    yield bench
    bench.store.close()


def swap(bench, name):
    """Put another key in the place of a reader's, as whoever may write the file can."""
    other = public_of(new_key())
    with bench.store.keyring.write() as ring:
        ring._run("UPDATE reader SET public = ? WHERE name = ?", other, name)
    return other


def names(bench):
    with bench.store.keyring.read() as ring:
        return [r.name for r in ring.readers(PROGRAMME)]


def edda_reads(bench):
    keys.make_key(bench.store, bench.actor("edda"), PASSPHRASE)
    with bench.key() as key:
        keys.admit(bench.store, bench.actor("eva"), PROGRAMME, key, "edda")


def again(bench):
    replay.replay(bench.store)


@pytest.mark.parametrize(("name", "told"), [("eva", "„eva“"), (RECOVERY, "Wiederherstellungsschlüssel")])
def test_nothing_is_sealed_to_a_swapped_key_until_it_is_put_right(bench, name, told):
    swap(bench, name)
    with pytest.raises(RuleBroken, match=told):
        bench.of("P2")
    assert any(told in one and "ein anderer" in one for one in bench.state().missing)
    assert not keys.ready(bench.store, PROGRAMME)
    if name == RECOVERY:
        with bench.key() as key:
            keys.set_up(bench.store, bench.actor("eva"), PROGRAMME, key)
    else:
        keys.remove(bench.store, bench.actor("dora"), PROGRAMME, "eva")
        keys.recover(bench.store, bench.actor("dora"), PROGRAMME, bench.code, "eva")
    assert bench.of("P2")
    assert not any("ein anderer" in one for one in bench.state().missing)


def test_without_the_stores_word_a_swapped_key_would_be_sealed_to(bench, monkeypatch):
    swap(bench, "eva")
    monkeypatch.setattr(reader_keys, "_agrees", lambda *_: True)
    assert bench.of("P2")


def test_a_reader_slipped_in_is_told_and_gets_nothing(bench):
    with bench.store.keyring.write() as ring:
        ring.admit(KeyReader(PROGRAMME, "edda", public_of(new_key()), bench.store.clock()))
    bench.of("P2")
    with bench.store.keyring.read() as ring:
        assert (ring.wrapped(PROGRAMME, "edda"), len(ring.wrapped(PROGRAMME, "eva"))) == ({}, 2)
    state = bench.state()
    assert any("„edda“" in told and "niemand zugelassen" in told for told in state.missing)
    assert {h.user: h.holding for h in state.holders}["edda"] == "none"


def test_a_swapped_key_of_ones_own_is_not_admitted(bench):
    keys.make_key(bench.store, bench.actor("edda"), PASSPHRASE)
    with bench.store.keyring.write() as ring:
        ring.keep_own(ring.own_keys()["edda"]._replace(public=public_of(new_key())))
    with bench.key() as key, pytest.raises(RuleBroken, match="„edda“"):
        keys.admit(bench.store, bench.actor("eva"), PROGRAMME, key, "edda")
    keys.make_key(bench.store, bench.actor("edda"), PASSPHRASE, anew=True)
    with bench.key() as key:
        keys.admit(bench.store, bench.actor("eva"), PROGRAMME, key, "edda")
    assert "edda" in names(bench)


@pytest.mark.parametrize("how", ["remove", "revoke"])
def test_an_older_keyring_brings_nobody_back_who_was_removed(bench, tmp_path, how):
    edda_reads(bench)
    path = bench.store.keyring.path
    shutil.copy(path, tmp_path / "older")
    if how == "remove":
        keys.remove(bench.store, bench.actor("eva"), PROGRAMME, "edda")
    else:
        Accounts(bench.store).remove(sole_actor("root"), "edda")
    assert "edda" not in names(bench)
    shutil.copy(tmp_path / "older", path)
    bench.of("P3")  # before anybody opens the workbench anew
    with bench.store.keyring.read() as ring:
        assert set(ring.wrapped(PROGRAMME, "edda")) == {"P1"}
    again(bench)
    assert names(bench) == [RECOVERY, "eva"]
    again(bench)
    assert names(bench) == [RECOVERY, "eva"]


def test_the_store_knows_who_reads_and_forgets_who_does_not(bench):
    edda_reads(bench)
    with bench.store.read() as reader:
        found = reader_keys.kept(reader, PROGRAMME)
    assert {name: (key.by, key.sheet) for name, key in found.items()} == {
        RECOVERY: ("dora", False), "eva": ("eva", False), "edda": ("eva", False),
    }  # fmt: skip
    keys.remove(bench.store, bench.actor("eva"), PROGRAMME, "edda")
    Accounts(bench.store).remove(sole_actor("root"), "eva")
    with bench.store.read() as reader:
        assert {(key.programme_id, key.name) for key in reader.all(ReaderKey)} == {
            (PROGRAMME, RECOVERY), (None, "edda"),
        }  # fmt: skip


def test_whoever_the_sheet_let_in_is_told_to_the_others_for_a_while(bench):
    moment = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    bench.store.clock = lambda: moment
    keys.make_key(bench.store, bench.actor("edda"), PASSPHRASE)
    keys.recover(bench.store, bench.actor("dora"), PROGRAMME, bench.code, "edda")
    state = bench.state()
    assert {h.user: h.since for h in state.holders}["edda"] == moment
    told = "Edda liest seit 02.03.2026, mit dem Wiederherstellungsblatt zugelassen durch Dora."
    assert any(one.startswith(told) for one in state.missing)
    bench.store.clock = lambda: moment + dt.timedelta(91)
    assert not any(one.startswith(told) for one in bench.state().missing)


def test_a_workbench_of_before_takes_over_who_reads_once(bench):
    with bench.store.engine.begin() as connection:  # as the version before left it
        connection.execute(sa.delete(metadata.tables["reader_key"]))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        if connection.dialect.name == "sqlite":
            found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in found.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        ours = sa.select(audit.c.id).where(audit.c.kind == "reader_key")
        connection.execute(sa.delete(history).where(history.c.id.in_(ours)))
        connection.execute(sa.delete(audit).where(audit.c.kind == "reader_key"))
    assert not keys.ready(bench.store, PROGRAMME)
    again(bench)
    assert keys.ready(bench.store, PROGRAMME)
    assert bench.of("P2")
    with bench.store.read() as reader:
        taken = {e["subject"] for e in reader.trail(action="keys.take_over")}
    assert taken == {f"{PROGRAMME} ", f"{PROGRAMME} eva", "* eva"}
    swap(bench, "eva")
    again(bench)  # it is believed once
    assert not keys.ready(bench.store, PROGRAMME)


def test_the_table_comes_with_an_upgrade(tmp_path):
    path = tmp_path / "old.mentorkit"
    engine = make_engine(path)
    with engine.begin() as connection:
        migrate(connection, "0010")
    engine.dispose()
    assert Store.upgrade(path, tmp_path / "before") == Path(tmp_path / "before")
    opened = Store.open(path)
    with opened.read() as reader:
        assert reader.all(ReaderKey) == []
    opened.close()
