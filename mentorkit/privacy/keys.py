"""Who can read the confidential texts of a programme, and the recovery key for when nobody can.

Each person who confides something has a key pair. Its public half seals, so anybody may write; its private
half is sealed to each evaluator who reads and to the recovery key, whose code is on paper alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.language import say
from mentorkit.privacy import reader_keys
from mentorkit.privacy.envelopes import (
    DoesNotOpenError,
    key_of_code,
    new_code,
    new_key,
    open_with,
    private_of,
    public_of,
    seal_to,
)
from mentorkit.privacy.key_state import KeyHolder, KeyState, not_ready, ready, ready_in, state
from mentorkit.privacy.own_key import (
    OpenKey,
    begin_reading,
    change_passphrase,
    evaluators,
    forget_former,
    make_key,
    open_key,
)
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Programme
from mentorkit.store import Reader, Store, Writer
from mentorkit.store.ring import RECOVERY, DataKey, Drill, KeyReader, Ring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

__all__ = [
    "KeyHolder", "KeyState", "OpenKey", "admit", "change_passphrase", "drill", "forget_former", "make_key",
    "new_code", "open_key", "opened", "public_half", "ready", "recover", "remove", "set_up", "state",
]  # fmt: skip

CHANGE = "keys.change"
# -- changing who reads ---------------------------------------------------------------------------------


def set_up(
    store: Store, actor: Actor, programme_id: str, open_key: OpenKey | None = None, code: str = ""
) -> str:
    """Make a recovery key and return the code for its sheet, which is nowhere else.

    Parameters
    ----------
    open_key
        Of an evaluator who reads; needed where a sheet is replaced and texts are there already. The earlier
        sheet opens nothing any more.
    code
        From :func:`new_code`, if its sheet was made already; a new one if it is left out.

    Raises
    ------
    NotAllowed
        If the actor may not change keys, or the key is not hers.
    RuleBroken
        If there is a recovery key, texts are there, and no opened key was given.
    """
    code = code or new_code()
    public = public_of(key_of_code(code))
    with store.write(actor.name, "keys.set_up") as writer:
        writer.get(Programme, programme_id)
        actor.require(CHANGE, programme_id)
        with store.keyring.write() as ring:
            if ring.data_keys(programme_id) and open_key is None:
                raise RuleBroken(
                    say(
                        "There are texts already. Please open your key first, so that the new sheet opens "
                        "them, too."
                    )
                )
            keys = _all_keys(ring, programme_id, actor, open_key) if open_key else {}
            _admit(writer, ring, KeyReader(programme_id, RECOVERY, public, writer.at), keys, actor)
            ring.note_drill(programme_id, None)
            begin_reading(writer, ring, programme_id, actor.name, writer.at)
        writer.note("programme", programme_id)
    return code


def admit(store: Store, actor: Actor, programme_id: str, open_key: OpenKey, user: str) -> None:
    """Let another evaluator read, too: all that is there is sealed to her key.

    Raises
    ------
    NotAllowed
        If the actor may not change keys, the key is not hers, or the user is no evaluator there.
    NotFound
        If the user has no key yet.
    RuleBroken
        If the opened key does not read this programme's texts.
    """
    with store.write(actor.name, "keys.admit") as writer:
        actor.require(CHANGE, programme_id)
        with store.keyring.write() as ring:
            reader = _to_be_admitted(writer, ring, programme_id, user, writer.at)
            _admit(writer, ring, reader, _all_keys(ring, programme_id, actor, open_key), actor)
        writer.note("user", user)
        writer.note("programme", programme_id)


def recover(store: Store, actor: Actor, programme_id: str, code: str, user: str) -> None:
    """Let an evaluator read by the code of the recovery sheet, such as when all others have left.

    Raises
    ------
    NotAllowed
        If the actor may not change keys, or the user is no evaluator there.
    NotFound
        If the user has no key yet, or there is no recovery key.
    UsageError, RuleBroken
        If the code was mistyped, or is of another sheet.
    """
    with store.write(actor.name, "keys.recover") as writer:
        actor.require(CHANGE, programme_id)
        with store.keyring.write() as ring:
            reader = _to_be_admitted(writer, ring, programme_id, user, writer.at)
            _admit(writer, ring, reader, _keys_by_code(ring, programme_id, code), actor, sheet=True)
        writer.note("user", user)
        writer.note("programme", programme_id)


def remove(store: Store, actor: Actor, programme_id: str, user: str) -> None:
    """Let somebody read no longer: what was sealed to her goes.

    Raises
    ------
    NotAllowed
        If the actor may not change keys.
    NotFound
        If the user does not read there.
    """
    with store.write(actor.name, "keys.remove") as writer:
        actor.require(CHANGE, programme_id)
        with store.keyring.write() as ring:
            known = reader_keys.kept(writer, programme_id)
            if not user or user not in {r.name for r in ring.readers(programme_id)} | known.keys():
                raise NotFound(say("“{name}” does not read the confidential texts here.", name=user))
            ring.dismiss(programme_id, user)
            reader_keys.drop(writer, (known[name] for name in (user,) if name in known))
        writer.note("user", user)
        writer.note("programme", programme_id)


def drill(store: Store, actor: Actor, programme_id: str, code: str) -> int:
    """Prove that the code of the sheet opens all keys, and write the day down; return how many there are.

    Raises
    ------
    NotAllowed
        If the actor may not change keys.
    NotFound
        If there is no recovery key.
    UsageError, RuleBroken
        If the code was mistyped, or is of another sheet.
    """
    with store.write(actor.name, "keys.drill") as writer:
        actor.require(CHANGE, programme_id)
        with store.keyring.write() as ring:
            keys = _keys_by_code(ring, programme_id, code)
            ring.note_drill(programme_id, Drill(writer.at, actor.name))
        writer.note("programme", programme_id)
    return len(keys)


def check_code(store: Store, programme_id: str, code: str) -> None:
    """Do nothing if a code is that of a programme's recovery sheet.

    Raises
    ------
    UsageError, RuleBroken, NotFound
        As :func:`drill`.
    """
    with store.keyring.read() as ring:
        _keys_by_code(ring, programme_id, code)


# -- keys of people -------------------------------------------------------------------------------------


def public_half(store: Store, reader: Reader, programme_id: str, subject: str) -> bytes:
    """Return the public half of a person's key, made and sealed to all who read where there is none yet.

    Raises
    ------
    RuleBroken
        If nobody reads there, there is no recovery key, or the keyring has another key for somebody who reads
        than the store knows.
    """
    with store.keyring.read() as ring:
        found = ring.data_key(programme_id, subject)
    if found:
        return found.public
    with store.keyring.write() as ring:
        if found := ring.data_key(programme_id, subject):  # made just now
            return found.public
        if doubts := reader_keys.doubts(reader, ring, programme_id):
            raise RuleBroken(" ".join(doubts))
        if not ready_in(reader, ring, programme_id):
            raise not_ready()
        may = {RECOVERY, *evaluators(reader, programme_id)}
        private = new_key()
        key = DataKey(programme_id, subject, public_of(private))
        to = [r for r in reader_keys.trusted(reader, ring, programme_id) if r.name in may]
        ring.keep_data_key(key, {r.name: _sealed(private, key, r) for r in to})
    return key.public


def opened(
    store: Store, actor: Actor, programme_id: str, open_key: OpenKey, subject: str
) -> X25519PrivateKey:
    """Return the private half of a person's key.

    Raises
    ------
    NotAllowed
        If the opened key is somebody else's.
    RuleBroken
        If she is not admitted, or the key is lost.
    """
    with store.keyring.read() as ring:
        keys = _all_keys(ring, programme_id, actor, open_key, only=subject)
    if subject not in keys:
        raise RuleBroken(say("The key of this text is gone; nobody can read it any more."))
    return keys[subject]


def _sealed(private: X25519PrivateKey, key: DataKey, to: KeyReader) -> bytes:
    return seal_to(to.public, private.private_bytes_raw(), **_about(key, to.name))


def _about(key: DataKey, name: str) -> dict[str, object]:
    return {"programme": key.programme_id, "subject": key.subject, "key": key.public.hex(), "to": name}


def _admit(  # noqa: PLR0913 - who lets whom in, where, with which keys and how
    writer: Writer,
    ring: Ring,
    reader: KeyReader,
    keys: Mapping[str, X25519PrivateKey],
    by: Actor,
    *,
    sheet: bool = False,
) -> None:
    """Let somebody read, with all keys sealed to her; less than all would be lost unseen."""
    there = ring.data_keys(reader.programme_id)
    if {key.subject for key in there} - keys.keys():
        raise RuleBroken(say("This key does not open all texts. Please use the recovery sheet."))
    ring.admit(reader)
    reader_keys.keep(writer, reader, by.name, sheet=sheet)
    for key in there:
        ring.wrap(key, reader.name, _sealed(keys[key.subject], key, reader))


def _to_be_admitted(reader: Reader, ring: Ring, programme_id: str, user: str, at: dt.datetime) -> KeyReader:
    if user not in evaluators(reader, programme_id):
        raise RuleBroken(say("“{name}” has not got the role “Evaluation” here.", name=user))
    own = ring.own_keys().get(user)
    if own is None:
        raise NotFound(say("“{name}” has no key yet, and has to make one first.", name=user))
    reader_keys.require_own(reader, own)
    return KeyReader(programme_id, user, own.public, at)


def _all_keys(
    ring: Ring, programme_id: str, actor: Actor, open_key: OpenKey, only: str | None = None
) -> dict[str, X25519PrivateKey]:
    """Return the private halves that an opened key opens, of all people or of one, by subject."""
    actor.require("confidence.read", programme_id)
    if open_key.user != actor.name:
        raise actor.refusal("confidence.read", programme_id)
    me = next((r for r in ring.readers(programme_id) if r.name == actor.name), None)
    if me is None or me.public != public_of(open_key.private):
        raise RuleBroken(say("You cannot read the confidential texts here yet: somebody who reads has to "
                             "admit you."))  # fmt: skip
    return _opened(ring, me, open_key.private, only)


def _keys_by_code(ring: Ring, programme_id: str, code: str) -> dict[str, X25519PrivateKey]:
    private = key_of_code(code)
    recovery = next((r for r in ring.readers(programme_id) if r.name == RECOVERY), None)
    if recovery is None:
        raise NotFound(say("There is no recovery key yet. Please set one up first."))
    if recovery.public != public_of(private):
        raise RuleBroken(
            say("This is the code of another sheet: of an earlier one, or of another programme.")
        )
    return _opened(ring, recovery, private)


def _opened(
    ring: Ring, reader: KeyReader, private: X25519PrivateKey, only: str | None = None
) -> dict[str, X25519PrivateKey]:
    """Return the private halves that are sealed to a reader.

    Raises
    ------
    DoesNotOpenError
        If one of them does not open, or is not the one that texts are sealed to.
    """
    found, wrapped = {}, ring.wrapped(reader.programme_id, reader.name)
    for key in ring.data_keys(reader.programme_id):
        if only in (None, key.subject) and key.subject in wrapped:
            half = private_of(open_with(private, wrapped[key.subject], **_about(key, reader.name)))
            if public_of(half) != key.public:
                raise DoesNotOpenError
            found[key.subject] = half
    return found
