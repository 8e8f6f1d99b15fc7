"""Whose key is whose, kept in the store too, so that another one in the keyring is noticed.

The keyring alone tells to whom people's keys are sealed, and whoever can write its file could put a key of
her own there. The store keeps a fingerprint of each, in the transaction that admits, and the trail with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from mentorkit.errors import RuleBroken
from mentorkit.language import say
from mentorkit.privacy.records import ReaderKey
from mentorkit.programme.records import Programme
from mentorkit.store import Reader, Store, Writer
from mentorkit.store.keyring import Keyring
from mentorkit.store.ring import RECOVERY, KeyReader, OwnKey, Ring

#: Who does what follows from the state of the keyring.
_ITSELF = "mentorkit"


def fingerprint(public: bytes) -> str:
    """Return by what a key is known again."""
    return hashlib.sha256(public).hexdigest()


def _id(programme_id: str | None, name: str) -> str:
    return f"{programme_id or '*'} {name}"


# -- keeping ----------------------------------------------------------------------------------------------


def keep(writer: Writer, key: KeyReader, by: str, *, sheet: bool = False) -> None:
    """Keep with which key somebody reads, who let her in, and whether the recovery sheet did."""
    which = {"programme_id": key.programme_id, "name": key.name, "fingerprint": fingerprint(key.public)}
    _save(writer, ReaderKey(id=_id(key.programme_id, key.name), since=key.since, by=by, sheet=sheet, **which))


def keep_own(writer: Writer, own: OwnKey) -> None:
    """Keep which key an evaluator made."""
    which = {"programme_id": None, "name": own.user, "fingerprint": fingerprint(own.public)}
    _save(writer, ReaderKey(id=_id(None, own.user), since=own.made, by=own.user, **which))


def _save(writer: Writer, record: ReaderKey) -> None:
    before = writer.find(ReaderKey, record.id)
    writer.save(record.with_(version=before.version) if before else record)


def drop(writer: Writer, records: Iterable[ReaderKey]) -> None:
    """Keep no longer that somebody reads."""
    for record in records:
        writer.delete(record)


# -- comparing --------------------------------------------------------------------------------------------


def kept(reader: Reader, programme_id: str) -> dict[str, ReaderKey]:
    """Return who reads by the store, by name."""
    return {record.name: record for record in reader.all(ReaderKey, programme_id=programme_id)}


def trusted(reader: Reader, ring: Ring, programme_id: str) -> list[KeyReader]:
    """Return who reads by keyring and store alike: to whom people's keys are sealed."""
    known = kept(reader, programme_id)
    return [r for r in ring.readers(programme_id) if r.name in known and _agrees(known[r.name], r.public)]


def _agrees(record: ReaderKey | None, public: bytes) -> bool:
    return record is not None and record.fingerprint == fingerprint(public)


def doubts(reader: Reader, ring: Ring, programme_id: str) -> list[str]:
    """Return in sentences whose key is another than the store knows; then nothing is sealed."""
    known, found = kept(reader, programme_id), []
    for r in ring.readers(programme_id):
        if r.name == RECOVERY and not _agrees(known.get(RECOVERY), r.public):
            found.append(
                say(
                    "The recovery key in the keyring is another than the one that was set up here, so "
                    "nothing is sealed. Please find out who changed the keyring, and make a new recovery "
                    "sheet."
                )
            )
        elif r.name in known and not _agrees(known[r.name], r.public):
            found.append(
                say(
                    "The key of “{name}” in the keyring is another than the one that was admitted, so "
                    "nothing is sealed. Please find out who changed the keyring; then remove “{name}” from "
                    "those who read, and admit “{name}” again.",
                    name=r.name,
                )
            )
    return found


def strangers(reader: Reader, ring: Ring, programme_id: str) -> list[str]:
    """Return who reads by the keyring alone, so nothing is sealed to her."""
    known = kept(reader, programme_id)
    return [r.name for r in ring.readers(programme_id) if r.name not in known and r.name != RECOVERY]


def require_own(reader: Reader, own: OwnKey) -> None:
    """Do nothing if an evaluator's key is the one that she made.

    Raises
    ------
    RuleBroken
        If it is another one.
    """
    if not _agrees(reader.find(ReaderKey, _id(None, own.user)), own.public):
        raise RuleBroken(
            say(
                "The key of “{name}” in the keyring is not the one that was made in this workbench. Please "
                "find out who changed the keyring; then “{name}” has to make a new key.",
                name=own.user,
            )
        )


# -- bringing both together when a workbench is opened ----------------------------------------------------


def settle(store: Store, ring: Keyring) -> None:
    """Dismiss again whom an older copy of the keyring brought back; take over what an older version kept."""
    with ring.read() as opened:
        readers, own = opened.readers(), opened.own_keys()
    if not readers and not own:
        return
    with store.read() as reader:
        known = {record.id for record in reader.all(ReaderKey)}
        loose = [r for r in readers if _id(r.programme_id, r.name) not in known]
        if known and not loose:
            return
        seen = {entry["subject"] for entry in reader.trail(kind="reader_key")}
        begun = reader.trail(action="keys.set_up") or reader.trail(action="keys.make")
    if begun and not seen:
        _take_over(store, ring)
        return
    if again := [r for r in loose if _id(r.programme_id, r.name) in seen]:
        with store.write(_ITSELF, "keys.remove") as writer, ring.write() as opened:
            for r in again:
                if writer.find(ReaderKey, _id(r.programme_id, r.name)) is None:  # nor admitted meanwhile
                    opened.dismiss(r.programme_id, r.name)
                    writer.note("programme", r.programme_id)


def _take_over(store: Store, ring: Keyring) -> None:
    """Keep who reads by the keyring, once, for a workbench whose version did not keep it yet."""
    with store.write(_ITSELF, "keys.take_over") as writer, ring.read() as opened:
        if writer.trail(kind="reader_key"):  # somebody else was quicker
            return
        there = {programme.id for programme in writer.all(Programme)}
        for key in (r for r in opened.readers() if r.programme_id in there):
            keep(writer, key, _ITSELF)
        for own in opened.own_keys().values():
            keep_own(writer, own)
