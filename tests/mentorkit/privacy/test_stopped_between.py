"""The workbench and its keyring come to one state, whether a change of both fails or the machine stops."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest

from mentorkit.cli import main
from mentorkit.errors import StoreError
from mentorkit.privacy import erasure, replay, retention
from mentorkit.privacy.permissions import sole_actor
from mentorkit.privacy.records import Erasure, SealedText
from mentorkit.privacy.replay import open_store
from mentorkit.programme.records import Application, Programme
from mentorkit.programme.retention import Retention
from mentorkit.store import Store
from mentorkit.store.keyring import VARIABLE, Keyring
from mentorkit.store.ring import DataKey, Ring

ME = sole_actor("lead")
PROGRAMME, RUN = "cross-company", "cross-company/2021"
LATE = dt.date(2040, 1, 1)


class Killed(BaseException):
    """The program is no more: nothing handles this."""


def killed(*_: object) -> None:
    raise Killed


def full(*_: object) -> None:
    raise StoreError("kein Platz")


@pytest.fixture
def who(anywhere: Store) -> str:
    """Somebody who confided something that is to go before she does."""
    with anywhere.write("lead", "test") as writer:
        programme = writer.get(Programme, PROGRAMME)
        kept = Retention(confidential=1, took_part=120, not_chosen=120)
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"retention": kept})))
        person_id = writer.all(Application, run_id=RUN)[0].person_id
    a_text(anywhere, person_id, "L901")
    with anywhere.keyring.write() as ring:
        ring.keep_data_key(DataKey(PROGRAMME, person_id, b"public"), {})
    return person_id


def a_text(store: Store, who: str, name: str) -> None:
    with store.write("lead", "test") as writer:
        writer.save(
            SealedText(id=name, run_id=RUN, person_id=who, subject=who, kind="diary", channel="link",
                       at=writer.at, ciphertext=b"x")
        )  # fmt: skip


def day(store: Store) -> dt.date:
    """A day on which confidential texts alone are due."""
    kept = retention.preview(store, ME, LATE).kept
    until = next(item.until for item in kept if (item.run_id, item.kind) == (RUN, "confidential"))
    assert until is not None
    return until + dt.timedelta(1)


def has_key(store: Store, who: str) -> bool:
    with store.keyring.read() as ring:
        return ring.data_key(PROGRAMME, who) is not None


def again(store: Store) -> None:
    """Open the workbench as a new program does."""
    open_store(store.engine.url.render_as_string(hide_password=False)).close()


def killed_after_the_commit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(retention, "clean", killed)
        with pytest.raises(Killed):
            retention.apply(store, ME, retention.preview(store, ME, day(store)))
    with store.read() as reader:
        assert not reader.all(SealedText)


def test_a_kill_before_the_keys_leaves_none_after_the_next_opening(
    anywhere: Store, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_the_commit(anywhere, monkeypatch)
    assert has_key(anywhere, who)
    with monkeypatch.context() as patch:  # the control
        patch.setattr(replay, "destroy_doomed", lambda *_: None)
        again(anywhere)
        assert has_key(anywhere, who)
    again(anywhere)
    assert not has_key(anywhere, who)


def test_a_text_that_was_sealed_after_the_kill_keeps_its_key(
    anywhere: Store, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_the_commit(anywhere, monkeypatch)
    a_text(anywhere, who, "L902")
    again(anywhere)
    assert has_key(anywhere, who)


def test_a_key_that_waits_for_its_first_text_is_not_destroyed_by_opening(anywhere: Store, who: str) -> None:
    with anywhere.keyring.write() as ring:
        ring.keep_data_key(DataKey(PROGRAMME, "P9001", b"public"), {})
    again(anywhere)
    assert has_key(anywhere, "P9001")


def test_retention_that_failed_is_not_made_good_by_opening(
    anywhere: Store, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = retention.preview(anywhere, ME, LATE)
    with monkeypatch.context() as patch:
        patch.setattr("mentorkit.store.transaction.Writer.finish", full)
        for part in seen.due:
            if part.run_id == RUN:
                with pytest.raises(StoreError):
                    retention._erase(anywhere, ME, part)
    again(anywhere)
    assert (anywhere.keyring.erased(), has_key(anywhere, who)) == ([], True)
    with anywhere.read() as reader:
        assert not reader.all(Erasure)


@pytest.mark.parametrize("defended", [True, False])
def test_who_was_said_not_to_be_erased_is_not_erased_by_opening(
    anywhere: Store, who: str, monkeypatch: pytest.MonkeyPatch, defended: bool
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("mentorkit.store.transaction.Writer.finish", full)
        if not defended:
            patch.setattr(Ring, "take_out", lambda *_: None)
        with pytest.raises(StoreError, match="kein Platz"):
            erasure.erase(anywhere, ME, who, "auf Wunsch")
    again(anywhere)
    with anywhere.read() as reader:
        assert bool(reader.all(Erasure, person_id=who)) is not defended
    assert has_key(anywhere, who) is defended


def test_taking_out_leaves_who_was_erased_before(anywhere: Store, who: str) -> None:
    erased = Erasure(id="", person_id="P9001", born="ab" * 32, at=anywhere.clock())
    anywhere.keyring.note_erased(erased)

    def fail() -> None:
        with replay.journal(anywhere.keyring) as note:
            note([erased], ["P9001"])
            full()

    with pytest.raises(StoreError):
        fail()
    assert [e.person_id for e in anywhere.keyring.erased()] == ["P9001"]


def test_a_workbench_whose_keyring_nobody_can_find_says_so_and_others_do_not(
    anywhere: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay.untold(anywhere) == []
    monkeypatch.delenv(VARIABLE, raising=False)
    fresh = Store.open(anywhere.engine.url.render_as_string(hide_password=False))
    on_a_server = fresh.engine.dialect.name == "postgresql"
    assert any(VARIABLE in told for told in replay.untold(fresh)) is on_a_server
    fresh.close()
    url = anywhere.engine.url.render_as_string(hide_password=False)
    with suppress(SystemExit):
        main(["check", url, "--as", "demo"], standalone_mode=False)
    assert (f"mit {VARIABLE} an" in capsys.readouterr().err) is on_a_server


def test_a_lost_keyring_learns_of_all_who_were_erased_at_once(
    anywhere: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention.apply(anywhere, ME, retention.preview(anywhere, ME, LATE))
    path = anywhere.keyring.path
    assert path is not None
    erased = anywhere.keyring.erased()
    path.unlink()
    written = []
    write = Keyring.write
    monkeypatch.setattr(Keyring, "write", lambda ring: written.append(ring) or write(ring))
    again(anywhere)
    assert len(erased) > 20
    assert anywhere.keyring.erased() == erased
    assert len(written) == 1
