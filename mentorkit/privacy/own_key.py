"""An evaluator's own key: made under her passphrase, opened in her page's program alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NoReturn

from mentorkit.errors import MentorkitError, NotFound, RuleBroken
from mentorkit.language import say
from mentorkit.privacy import reader_keys
from mentorkit.privacy.envelopes import DoesNotOpenError, lock, new_key, public_of, unlock
from mentorkit.privacy.permissions import COORDINATING, Actor
from mentorkit.privacy.records import ReaderKey, User
from mentorkit.programme.records import Grant, Programme
from mentorkit.store import Reader, Store, Writer
from mentorkit.store.ring import RECOVERY, KeyReader, OwnKey, Ring
from mentorkit.store.sealing import refuse_short

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

#: Who reads may have a key; what is written down before a passphrase is tried, and when it fits or does not.
READ = "confidence.read"
_TRIED, _OPENED, _REFUSED = "keys.try", "keys.open", "keys.open.denied"
#: Who removes the keys of whoever lost the role.
_ITSELF = "mentorkit"
#: So often one may be wrong within this time, over all pages and commands.
_ATTEMPTS, _WITHIN = 5, dt.timedelta(minutes=5)


class OpenKey:
    """An evaluator's opened key. It never leaves the program that opened it, and shows nothing of itself."""

    def __init__(self, user: str, private: X25519PrivateKey) -> None:
        self.user = user
        self._private: X25519PrivateKey | None = private

    def __repr__(self) -> str:
        return f"<OpenKey of {self.user}: {'open' if self._private else 'closed'}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an opened key is never written down")

    def __enter__(self) -> OpenKey:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether it was not closed yet."""
        return self._private is not None

    @property
    def private(self) -> X25519PrivateKey:
        """The private half.

        Raises
        ------
        RuleBroken
            If it was closed.
        """
        if self._private is None:
            raise RuleBroken(say("Your key is closed. Please open it with your passphrase again."))
        return self._private

    def close(self) -> None:
        """Let go of the private half."""
        self._private = None


def evaluators(reader: Reader, programme_id: str) -> dict[str, User]:
    """Return who may read the confidential texts of a programme, by user name."""
    return {user.id: user for user, also in _evaluating(reader, programme_id) if not also}


def coordinating_evaluators(reader: Reader, programme_id: str) -> list[User]:
    """Return who has the role and does not count, as she also coordinates, leads or operates there."""
    return [user for user, also in _evaluating(reader, programme_id) if also]


def _evaluating(reader: Reader, programme_id: str) -> list[tuple[User, bool]]:
    """Return who has the role in a programme, and whether she has one there that does not go with it."""
    here = [grant for grant in reader.all(Grant) if grant.programme_id in (None, programme_id)]
    named = {grant.user_id for grant in here if grant.role == "evaluator"}
    apart = {grant.user_id for grant in here if grant.role in COORDINATING}
    return [(user, user.id in apart) for user in reader.all(User, disabled=False) if user.id in named]


def make_key(store: Store, actor: Actor, passphrase: str, *, anew: bool = False) -> list[str]:
    """Make the actor's own key.

    Whoever makes the first key of a programme in which nothing was confided yet reads from then on; all
    others are admitted by somebody who reads, or by the recovery sheet.

    Parameters
    ----------
    anew
        Whether a key that is there already goes, and with it all that was sealed to it: the way of whoever
        forgot her passphrase.

    Returns
    -------
    list of str
        The programmes whose texts she can read now, by id.

    Raises
    ------
    NotAllowed
        If the actor reads the confidential texts of no programme.
    UsageError
        If the passphrase is too short.
    RuleBroken
        If she has a key already.
    """
    with store.write(actor.name, "keys.make") as writer:
        mine = _read_by(writer, actor)
        refuse_short(passphrase)
        private = new_key()
        with store.keyring.write() as ring:
            if actor.name in ring.own_keys() and not anew:
                raise RuleBroken(
                    say(
                        "You have a key already. With a new one you read nothing before somebody who reads "
                        "has admitted you again."
                    )
                )
            ring.drop_own(actor.name)
            reader_keys.drop(writer, writer.all(ReaderKey, name=actor.name))
            locked = lock(private, passphrase, actor.name)
            own = OwnKey(actor.name, public_of(private), locked, writer.at)
            ring.keep_own(own)
            reader_keys.keep_own(writer, own)
            begun = [pid for pid in mine if begin_reading(writer, ring, pid, actor.name, writer.at)]
        _note(writer, actor, mine)
    return begun


def _read_by(reader: Reader, actor: Actor) -> list[str]:
    """Return the programmes whose confidential texts the actor may read; refuse her if there are none."""
    mine = [p.id for p in reader.all(Programme) if actor.may(READ, p.id)]
    if not mine:
        actor.require(READ)
    return mine


def _note(writer: Writer, actor: Actor, programmes: list[str]) -> None:
    """Leave entries on the user's key, for whoever watches over one of the programmes it reads, too."""
    writer.note("user", actor.name)
    for programme_id in programmes:
        writer.note("programme", programme_id)


def begin_reading(writer: Writer, ring: Ring, programme_id: str, user: str, at: dt.datetime) -> bool:
    """Let a user be the first who reads, where nothing was confided and nobody reads; tell whether she is."""
    own, may = ring.own_keys(), evaluators(writer, programme_id)
    reading = [r for r in ring.readers(programme_id) if r.name != RECOVERY and r.name in may]
    if reading or ring.data_keys(programme_id) or user not in own or user not in may:
        return False
    reader_keys.require_own(writer, own[user])
    first = KeyReader(programme_id, user, own[user].public, at)
    ring.admit(first)
    reader_keys.keep(writer, first, user)
    return True


def open_key(store: Store, actor: Actor, passphrase: str) -> OpenKey:
    """Open the actor's own key.

    Raises
    ------
    NotAllowed
        If the actor reads the confidential texts of no programme (any more).
    NotFound
        If she has no key.
    MentorkitError
        If the passphrase does not fit, or did not too often just now; each time leaves an audit entry.
    """
    with store.keyring.read() as ring:
        own = ring.own_keys().get(actor.name)
    with store.write(actor.name, _TRIED) as writer:
        programmes = _read_by(writer, actor)
        if own is None:
            raise NotFound(say("You have no key yet. Please make one first."))
        _refuse_guessing(writer, actor)
        writer.note("user", actor.name)  # before it is tried: of many at once each counts for the next
    try:
        key = OpenKey(actor.name, unlock(own.sealed, passphrase, own.user, own.public))
    except DoesNotOpenError:
        with store.write(actor.name, _REFUSED) as writer:
            _note(writer, actor, programmes)
        raise MentorkitError(say("The passphrase does not fit your key.")) from None
    with store.write(actor.name, _OPENED) as writer:
        writer.note("user", actor.name)
    return key


def _refuse_guessing(writer: Writer, actor: Actor) -> None:
    """Refuse another try where too many just now did not open the key, or have not ended yet."""
    tried, opened = (
        sum(writer.at - e["at"] < _WITHIN for e in writer.trail(kind="user", action=action, actor=actor.name))
        for action in (_TRIED, _OPENED)
    )
    if tried - opened >= _ATTEMPTS:
        raise MentorkitError(say("The passphrase was wrong too often. Please try again in five minutes."))


def change_passphrase(store: Store, actor: Actor, old: str, new: str) -> None:
    """Put the actor's own key under another passphrase; who can read what stays.

    Raises
    ------
    NotAllowed, NotFound, MentorkitError
        As :func:`open_key`.
    UsageError
        If the new passphrase is too short.
    """
    refuse_short(new)
    with open_key(store, actor, old) as key, store.write(actor.name, "keys.passphrase") as writer:
        with store.keyring.write() as ring:
            own = ring.own_keys().get(actor.name)
            if own is None or own.public != public_of(key.private):
                raise NotFound(say("You have no key yet. Please make one first."))
            ring.keep_own(own._replace(sealed=lock(key.private, new, actor.name)))
        _note(writer, actor, _read_by(writer, actor))


def forget_former(store: Store) -> None:
    """Remove the keys of whoever reads confidential texts no longer, or has no log-in any more.

    Raises
    ------
    StoreError
        If the keyring cannot be used.
    """
    with store.read() as reader, store.keyring.read() as ring:
        if not any(_former(reader, ring)):
            return
    with store.write(_ITSELF, "keys.remove") as writer, store.keyring.write() as ring:
        gone, keyless, records = _former(writer, ring)
        for former in gone:
            ring.dismiss(former.programme_id, former.name)
        for user in keyless:
            ring.drop_own(user)
        reader_keys.drop(writer, records)


def _former(reader: Reader, ring: Ring) -> tuple[list[KeyReader], list[str], list[ReaderKey]]:
    """Return who reads though she may not, whose own key is of no use, and what the store keeps of both."""
    may = {programme.id: evaluators(reader, programme.id) for programme in reader.all(Programme)}
    anywhere = {user for users in may.values() for user in users}
    gone = [r for r in ring.readers() if r.name != RECOVERY and r.name not in may.get(r.programme_id, ())]
    records = [
        key
        for key in reader.all(ReaderKey)
        if key.name != RECOVERY
        and key.name not in (may.get(key.programme_id, {}) if key.programme_id else anywhere)
    ]
    return gone, [user for user in ring.own_keys() if user not in anywhere], records
