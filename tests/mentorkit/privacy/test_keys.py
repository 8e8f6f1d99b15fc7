"""Evaluators alone open keys: who comes later reads what is there, who leaves no more; the sheet helps."""

import datetime as dt
import pickle
import threading
from contextlib import suppress

import pytest
from confiding import PASSPHRASE, PROGRAMME, Confiding

from mentorkit.errors import MentorkitError, NotAllowed, NotFound, RuleBroken, StoreError, UsageError
from mentorkit.privacy import keys
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.envelopes import DoesNotOpenError, new_code, public_of
from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.records import Grant
from mentorkit.store import Store
from mentorkit.store.ring import RECOVERY
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.usefixtures("quick_passphrases")


@pytest.fixture
def bench():
    return Confiding.begin(Store.create()).set_up()


@pytest.fixture
def bare():
    return Confiding.begin(Store.create())


def half(bench, name, subject="P1"):
    """Return the public half of what somebody opens."""
    with bench.key(name) as key:
        return public_of(keys.opened(bench.store, bench.actor(name), PROGRAMME, key, subject))


def entries(bench, action, kind="user"):
    with bench.store.read() as reader:
        return [(e["actor"], e["subject"]) for e in reader.trail(action=action, kind=kind)]


def test_what_is_missing_is_said_until_all_is_there(bare):
    state = bare.state()
    assert not state.ready
    assert [h.holding for h in state.holders] == ["none", "none"]
    assert any("Wiederherstellungsschlüssel" in told for told in state.missing)
    with pytest.raises(RuleBroken, match="noch nicht"):
        bare.of("P1")
    bare.set_up()
    state = bare.state()
    assert state.ready
    assert {h.user: h.holding for h in state.holders} == {"eva": "reads", "edda": "none"}
    assert keys.drill(bare.store, bare.actor("dora"), PROGRAMME, bare.code) == 0
    assert bare.state().missing == ("Edda hat noch keinen Schlüssel.",)
    assert (bare.state().drill_by, bare.state().recovery_at is None) == ("Dora", False)


def test_an_evaluator_opens_what_was_sealed_for_a_person(bench):
    public = bench.of("P1")  # made by asking for it
    assert half(bench, "eva", "P1") == public
    assert bench.of("P1") == bench.of("P1") != bench.of("P2")


@pytest.fixture
def filled(bench):
    bench.of("P1")
    return bench


def half_of_p1(bench):
    with bench.store.keyring.read() as ring:
        return ring.data_key(PROGRAMME, "P1").public


def test_whoever_is_admitted_later_reads_what_was_there_before(filled):
    assert keys.make_key(filled.store, filled.actor("edda"), PASSPHRASE) == []
    assert {h.user: h.holding for h in filled.state().holders}["edda"] == "waits"
    with pytest.raises(RuleBroken, match="zulassen"):
        half(filled, "edda")
    with filled.key() as key:
        keys.admit(filled.store, filled.actor("eva"), PROGRAMME, key, "edda")
    assert half(filled, "edda") == half_of_p1(filled)
    public = filled.of("P2")
    assert half(filled, "edda", "P2") == public
    assert entries(filled, "keys.admit") == [("eva", "edda")]


def test_who_waits_cannot_admit_herself(filled):
    keys.make_key(filled.store, filled.actor("edda"), PASSPHRASE)
    with filled.key("edda") as key, pytest.raises(RuleBroken):
        keys.admit(filled.store, filled.actor("edda"), PROGRAMME, key, "edda")
    with filled.key("eva") as stolen, pytest.raises(NotAllowed):
        keys.admit(filled.store, filled.actor("edda"), PROGRAMME, stolen, "edda")


def test_nobody_without_the_role_can_be_admitted(filled):
    with filled.key() as key, pytest.raises(RuleBroken, match="anna"):
        keys.admit(filled.store, filled.actor("eva"), PROGRAMME, key, "anna")


@pytest.mark.parametrize("name", ["anna", "dora", "otto", "olga", "ali"])
def test_nobody_else_makes_a_key_or_opens_one(filled, name):
    actor = filled.actor(name)
    with pytest.raises(NotAllowed):
        keys.make_key(filled.store, actor, PASSPHRASE)
    with pytest.raises(NotAllowed):
        keys.open_key(filled.store, actor, PASSPHRASE)
    with filled.key() as key, pytest.raises(NotAllowed):
        keys.opened(filled.store, actor, PROGRAMME, key, "P1")


@pytest.mark.parametrize("name", ["anna", "otto", "olga", "ali"])
def test_nobody_else_changes_keys(filled, name):
    actor = filled.actor(name)
    for change in (
        lambda: keys.set_up(filled.store, actor, PROGRAMME),
        lambda: keys.drill(filled.store, actor, PROGRAMME, filled.code),
        lambda: keys.recover(filled.store, actor, PROGRAMME, filled.code, "eva"),
        lambda: keys.remove(filled.store, actor, PROGRAMME, "eva"),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_whoever_is_removed_reads_no_more_and_others_do(filled):
    with filled.key() as key:
        keys.make_key(filled.store, filled.actor("edda"), PASSPHRASE)
        keys.admit(filled.store, filled.actor("eva"), PROGRAMME, key, "edda")
        keys.remove(filled.store, filled.actor("edda"), PROGRAMME, "eva")
        with pytest.raises(RuleBroken):
            keys.opened(filled.store, filled.actor("eva"), PROGRAMME, key, "P1")
    assert half(filled, "edda") == half_of_p1(filled)
    with pytest.raises(NotFound):
        keys.remove(filled.store, filled.actor("edda"), PROGRAMME, "eva")


@pytest.mark.parametrize("how", ["revoke", "remove"])
def test_whoever_loses_the_role_loses_her_keys_at_once(filled, how):
    accounts, root = Accounts(filled.store), sole_actor("root")
    if how == "revoke":
        accounts.grant(root, "eva", "analyst", PROGRAMME)
        accounts.revoke(root, "eva", "evaluator", PROGRAMME)
    else:
        accounts.remove(root, "eva")
    with filled.store.keyring.read() as ring:
        assert [r.name for r in ring.readers(PROGRAMME)] == [RECOVERY]
        assert ring.own_keys() == {}
        assert ring.wrapped(PROGRAMME, "eva") == {}


def test_the_role_is_asked_for_even_where_keys_could_not_be_removed(filled, monkeypatch):
    def fail(store):
        raise StoreError("no keyring")

    monkeypatch.setattr("mentorkit.privacy.accounts.forget_former", fail)
    key = filled.key()
    Accounts(filled.store).grant(sole_actor("root"), "eva", "analyst", PROGRAMME)
    Accounts(filled.store).revoke(sole_actor("root"), "eva", "evaluator", PROGRAMME)
    with pytest.raises(NotAllowed):
        keys.opened(filled.store, filled.actor("eva"), PROGRAMME, key, "P1")
    with filled.store.keyring.read() as ring:  # the control: her keys are there still
        assert ring.wrapped(PROGRAMME, "eva")
    keys.make_key(filled.store, filled.actor("edda"), PASSPHRASE)
    keys.recover(filled.store, filled.actor("dora"), PROGRAMME, filled.code, "edda")
    filled.of("P9")
    with filled.store.keyring.read() as ring:  # what comes now is not sealed to her
        assert "P9" not in ring.wrapped(PROGRAMME, "eva")
        assert "P9" in ring.wrapped(PROGRAMME, "edda")


def test_the_sheet_lets_another_read_when_all_have_left(filled):
    public = half_of_p1(filled)
    Accounts(filled.store).remove(sole_actor("root"), "eva")
    keys.make_key(filled.store, filled.actor("edda"), PASSPHRASE)
    with pytest.raises(RuleBroken):  # being alone is not enough once something was confided
        half(filled, "edda")
    keys.recover(filled.store, filled.actor("dora"), PROGRAMME, filled.code.lower(), "edda")
    assert half(filled, "edda") == public


def test_a_drill_proves_the_sheet_and_is_written_down(filled):
    moment = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    filled.store.clock = lambda: moment
    assert keys.drill(filled.store, filled.actor("dora"), PROGRAMME, filled.code) == 1
    assert filled.state().drill_at == moment
    filled.store.clock = lambda: moment + dt.timedelta(400)
    assert any("mehr als ein Jahr" in told for told in filled.state().missing)
    assert entries(filled, "keys.drill", "programme") == [("dora", PROGRAMME)]
    with pytest.raises(UsageError):
        keys.drill(filled.store, filled.actor("dora"), PROGRAMME, filled.code[:-1])
    with pytest.raises(RuleBroken, match="anderen Blatt"):
        keys.drill(filled.store, filled.actor("dora"), PROGRAMME, new_code())


def test_a_drill_notices_a_key_that_does_not_open(filled):
    with filled.store.keyring.write() as ring:
        key = ring.data_key(PROGRAMME, "P1")
        ring.wrap(key, RECOVERY, b"x" * 80)
    with pytest.raises(MentorkitError, match="nicht öffnen"):
        keys.drill(filled.store, filled.actor("dora"), PROGRAMME, filled.code)
    assert filled.state().drill_at is None


def test_a_key_that_somebody_slipped_in_is_noticed(filled):
    with filled.store.keyring.write() as ring:
        mine = ring.data_key(PROGRAMME, "P1")
        ring.destroy("P1")
        ring.keep_data_key(mine._replace(public=public_of(keys.new_key())), {"eva": b"x" * 80})
    with pytest.raises(MentorkitError, match="nicht öffnen"):
        half(filled, "eva")


def test_a_new_sheet_needs_a_key_that_reads_and_ends_the_old_one(filled):
    with pytest.raises(RuleBroken, match="öffnen Sie"):
        keys.set_up(filled.store, filled.actor("eva"), PROGRAMME)
    with filled.key() as key:
        new = keys.set_up(filled.store, filled.actor("eva"), PROGRAMME, key)
    assert keys.drill(filled.store, filled.actor("dora"), PROGRAMME, new) == 1
    with pytest.raises(RuleBroken, match="anderen Blatt"):
        keys.drill(filled.store, filled.actor("dora"), PROGRAMME, filled.code)


def test_a_wrong_passphrase_opens_nothing_and_cannot_be_guessed_for_long(bench):
    moment = dt.datetime.now(dt.UTC)
    bench.store.clock = lambda: moment
    actor = bench.actor("eva")
    for _ in range(5):
        with pytest.raises(MentorkitError, match="passt nicht"):
            keys.open_key(bench.store, actor, PASSPHRASE + "!")
    with pytest.raises(MentorkitError, match="fünf Minuten"):
        keys.open_key(bench.store, actor, PASSPHRASE)
    assert entries(bench, "keys.open.denied") == [("eva", "eva")] * 5
    bench.store.clock = lambda: moment + dt.timedelta(minutes=6)
    keys.open_key(bench.store, actor, PASSPHRASE).close()


def test_whoever_also_coordinates_counts_as_no_evaluator_whoever_gave_her_both(filled):
    key = filled.key()
    Workbench(filled.store, sole_actor("root")).add("arts-academy")
    with filled.store.write("root", "test") as writer:  # as it was before nobody could be given both
        writer.save(Grant(id=writer.new_id(Grant), user_id="eva", role="organisation",
                          programme_id=PROGRAMME, organisation="Lünen"))  # fmt: skip
        writer.save(Grant(id=writer.new_id(Grant), user_id="edda", role="lead", programme_id="arts-academy"))
    eva = filled.actor("eva")
    assert not eva.may("confidence.read", PROGRAMME)
    for read in (
        lambda: keys.open_key(filled.store, eva, PASSPHRASE),
        lambda: keys.opened(filled.store, eva, PROGRAMME, key, "P1"),
    ):
        with pytest.raises(NotAllowed):
            read()
    with pytest.raises(RuleBroken, match="noch nicht"):  # so nothing is sealed to her either
        filled.of("P2")
    assert filled.actor("edda").may("confidence.read", PROGRAMME)  # the control: elsewhere does not matter
    state = keys.state(filled.store, filled.actor("dora"), PROGRAMME)
    assert [h.user for h in state.holders] == ["edda"]
    assert any(told.startswith("Eva hat die Rolle „Evaluation“") for told in state.missing)


def test_of_many_guesses_at_once_no_more_are_tried_than_one_after_the_other(tmp_path, monkeypatch):
    bench = Confiding.begin(Store.create(tmp_path / "a.mentorkit")).set_up()
    actor, tried, said, all_there = bench.actor("eva"), [], [], threading.Barrier(5)

    def slow(locked, passphrase, whose, public):
        tried.append(passphrase)
        with suppress(threading.BrokenBarrierError):
            all_there.wait(2)  # none is known to be wrong before all who may try do so
        raise DoesNotOpenError

    def guess(k):
        with pytest.raises(MentorkitError) as refused:
            keys.open_key(bench.store, actor, f"geraten {k}")
        said.append(str(refused.value))

    monkeypatch.setattr("mentorkit.privacy.own_key.unlock", slow)
    guesses = [threading.Thread(target=guess, args=(k,)) for k in range(12)]
    for each in guesses:
        each.start()
    for each in guesses:
        each.join()
    assert len(tried) == 5
    assert sum("fünf Minuten" in one for one in said) == 7


def test_opening_ones_key_often_is_no_guessing(bench):
    for _ in range(6):
        bench.key().close()
    for _ in range(4):
        with pytest.raises(MentorkitError, match="passt nicht"):
            keys.open_key(bench.store, bench.actor("eva"), "ganz ein anderer Satz")
    bench.key().close()


def test_a_passphrase_is_long_and_changes_without_losing_anything(filled):
    with pytest.raises(UsageError, match="12 Zeichen"):
        keys.make_key(filled.store, filled.actor("edda"), "kurz")
    keys.change_passphrase(filled.store, filled.actor("eva"), PASSPHRASE, "ganz ein neuer Satz")
    with keys.open_key(filled.store, filled.actor("eva"), "ganz ein neuer Satz") as key:
        assert keys.opened(filled.store, filled.actor("eva"), PROGRAMME, key, "P1")
    with pytest.raises(MentorkitError, match="passt nicht"):
        filled.key()


def test_whoever_forgot_her_passphrase_begins_anew_and_is_admitted_again(filled):
    with pytest.raises(RuleBroken, match="schon einen Schlüssel"):
        keys.make_key(filled.store, filled.actor("eva"), PASSPHRASE)
    assert keys.make_key(filled.store, filled.actor("eva"), PASSPHRASE, anew=True) == []
    with pytest.raises(RuleBroken):
        half(filled, "eva")
    keys.recover(filled.store, filled.actor("eva"), PROGRAMME, filled.code, "eva")
    assert half(filled, "eva") == half_of_p1(filled)


def test_an_opened_key_tells_nothing_and_closes(bench):
    key = bench.key()
    raw = key.private.private_bytes_raw()
    assert raw.hex() not in repr(key) + str(vars(key))
    with pytest.raises(TypeError):
        pickle.dumps(key)
    key.close()
    assert not key.is_open
    with pytest.raises(RuleBroken, match="geschlossen"):
        _ = key.private
    with bench.store.keyring.read() as ring:
        assert raw not in ring.own_keys()["eva"].sealed


def test_deeds_on_keys_are_told_to_whoever_watches_over_the_programme(filled):
    with pytest.raises(MentorkitError):
        keys.open_key(filled.store, filled.actor("eva"), "ganz ein anderer Satz")
    keys.change_passphrase(filled.store, filled.actor("eva"), PASSPHRASE, PASSPHRASE)
    keys.make_key(filled.store, filled.actor("edda"), PASSPHRASE)
    with filled.key() as key:
        keys.admit(filled.store, filled.actor("eva"), PROGRAMME, key, "edda")
    keys.remove(filled.store, filled.actor("eva"), PROGRAMME, "edda")
    keys.recover(filled.store, filled.actor("dora"), PROGRAMME, filled.code, "edda")
    with filled.store.read() as reader:
        told = {e["action"] for e in reader.trail(kind="programme", subject=PROGRAMME)}
    assert {
        f"keys.{deed}" for deed in ("make", "passphrase", "open.denied", "admit", "remove", "recover")
    } <= told


def test_whoever_has_the_keyring_alone_reads_nothing(tmp_path):
    bench = Confiding.begin(Store.create(tmp_path / "a.mentorkit")).set_up()
    bench.of("P1")
    with bench.key() as key:
        persons = keys.opened(bench.store, bench.actor("eva"), PROGRAMME, key, "P1")
        secrets = [key.private.private_bytes_raw(), persons.private_bytes_raw()]
    content = (tmp_path / "a.mentorkit.keyring").read_bytes()
    assert bench.of("P1") in content  # the control: public halves are found
    assert not any(secret in content for secret in secrets)
    assert bench.code.replace("-", "").encode() not in content
