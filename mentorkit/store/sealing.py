"""Encrypted backups: a file under a passphrase, in pieces, so that a change or a cut anywhere is noticed.

The key comes of the passphrase by Argon2id (RFC 9106, second recommended choice). Each piece is sealed with
AES-256-GCM by the STREAM construction [1]_: its nonce tells its number and whether it is the last, and the
head of the file is associated data of each. The first piece is empty, so a wrong passphrase is told from a
damaged file.

File: ``MKITSEAL``, one byte of version (1), 16 bytes of salt, 7 bytes that begin all nonces, the pieces.

.. [1] V. T. Hoang, R. Reyhanitabar, P. Rogaway, D. Vizár: Online Authenticated-Encryption and its
   Nonce-Reuse Misuse-Resistance. CRYPTO 2015.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mentorkit.errors import StoreError, UsageError
from mentorkit.language import say
from mentorkit.store.engine import only_for_oneself

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK = b"MKITSEAL\x01"
_SALT, _BEGIN = 16, 7
_HEAD = len(_MARK) + _SALT + _BEGIN
#: Bytes of a piece, and of the proof that GCM puts after it.
_PIECE, _PROOF = 1 << 20, 16
#: The shortest passphrase, in characters.
SHORTEST = 12


def is_sealed(path: Path) -> bool:
    """Tell whether a file is an encrypted backup, of whatever version."""
    try:
        with path.open("rb") as file:
            return file.read(8) == _MARK[:8]
    except OSError:
        return False


def seal(plain: Path, sealed: Path, passphrase: str) -> None:
    """Encrypt a file into a new one, which only its owner reads.

    Raises
    ------
    UsageError
        If the passphrase is too short.
    """
    refuse_short(passphrase)
    head = _MARK + os.urandom(_SALT + _BEGIN)
    cipher = cipher_under(passphrase, head[len(_MARK) : len(_MARK) + _SALT])
    only_for_oneself(sealed)
    with plain.open("rb") as source, sealed.open("wb") as target:
        target.write(head + cipher.encrypt(_nonce(head, 0, False), b"", head))
        for number, piece, last in _pieces(source, _PIECE):
            target.write(cipher.encrypt(_nonce(head, number, last), piece, head))


def unseal(sealed: Path, plain: Path, passphrase: str) -> None:
    """Decrypt a file into another one, which must not be there and is worth nothing if this fails.

    Raises
    ------
    StoreError
        If the passphrase is wrong, or the file was changed, cut off or made by a newer version.
    """
    from cryptography.exceptions import InvalidTag

    with sealed.open("rb") as source, plain.open("xb") as target:
        head, proof = source.read(_HEAD), source.read(_PROOF)
        if not head.startswith(_MARK):
            raise StoreError(
                say("“{file}” was encrypted by a newer version of mentorkit. Please update mentorkit.",
                    file=sealed)
            )  # fmt: skip
        if len(head) < _HEAD or len(proof) < _PROOF:
            raise _damaged(sealed)
        cipher = cipher_under(passphrase, head[len(_MARK) : len(_MARK) + _SALT])
        try:
            cipher.decrypt(_nonce(head, 0, False), proof, head)
        except InvalidTag:
            raise StoreError(
                say("The passphrase does not fit “{file}”. Nothing was changed.", file=sealed)
            ) from None
        try:
            for number, piece, last in _pieces(source, _PIECE + _PROOF):
                target.write(cipher.decrypt(_nonce(head, number, last), piece, head))
        except (InvalidTag, ValueError):  # a piece too short for a proof is a ValueError
            raise _damaged(sealed) from None


def _damaged(file: Path) -> StoreError:
    return StoreError(
        say("The backup “{file}” is damaged or cut off. Please take another one. Nothing was changed.",
            file=file)
    )  # fmt: skip


def cipher_under(passphrase: str, salt: bytes) -> AESGCM:
    """Return the cipher that comes of a passphrase and sixteen bytes of salt."""
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    # the same letters are the same passphrase, however a keyboard composes them
    secret = unicodedata.normalize("NFC", passphrase).encode()
    return AESGCM(hash_secret_raw(secret, salt, 3, 1 << 16, 4, 32, Type.ID))


def refuse_short(passphrase: str) -> None:
    """Do nothing if a passphrase is long enough.

    Raises
    ------
    UsageError
        If not.
    """
    if len(passphrase) < SHORTEST:
        raise UsageError(say("A passphrase needs at least {n} characters.", n=SHORTEST))


def _nonce(head: bytes, number: int, last: bool) -> bytes:
    return head[-_BEGIN:] + number.to_bytes(4, "big") + bytes([last])


def _pieces(file: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the pieces of a file by their numbers from 1, and whether each is the last; an empty one too."""
    number, piece = 1, file.read(size)
    while following := file.read(size):
        yield number, piece, False
        number, piece = number + 1, following
    yield number, piece, True
