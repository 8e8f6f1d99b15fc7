"""Sealing: to a public key, under a passphrase, and by a code that can be typed off paper.

To a public key by HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM); what it is about is bound to the
ciphertext, so one that was put in another place does not open. Under a passphrase by Argon2id and
AES-256-GCM.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from functools import cache
from typing import TYPE_CHECKING

from mentorkit.errors import MentorkitError, UsageError
from mentorkit.language import say
from mentorkit.store.sealing import cipher_under

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.hpke import Suite

_SALT, _NONCE = 16, 12
#: Crockford's letters: no I, L, O and U, so that nothing is mistaken for a digit.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
#: A code has so many bytes, is written in groups of so many letters, and ends with a group that checks it.
_SEED, _GROUP = 20, 4
_CODE = _SEED * 8 // 5


class DoesNotOpenError(MentorkitError):
    """Something sealed does not open: by the wrong key, or since it was changed or put somewhere else."""

    def __init__(self) -> None:
        super().__init__(say("This does not open: the key does not fit, or it was changed."))


@cache
def _suite() -> Suite:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _info(about: dict[str, object]) -> bytes:
    return json.dumps({"for": "mentorkit", **about}, sort_keys=True, separators=(",", ":")).encode()


def new_key() -> X25519PrivateKey:
    """Return a new private key."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate()


def private_of(raw: bytes) -> X25519PrivateKey:
    """Return a private key by its bytes."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(raw)


def public_of(private: X25519PrivateKey) -> bytes:
    """Return the public half of a key."""
    return private.public_key().public_bytes_raw()


def seal_to(public: bytes, plain: bytes, **about: object) -> bytes:
    """Seal to a public key, bound to what it is about."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    return _suite().encrypt(plain, X25519PublicKey.from_public_bytes(public), info=_info(about))


def open_with(private: X25519PrivateKey, sealed: bytes, **about: object) -> bytes:
    """Open what was sealed to the public half of a key.

    Raises
    ------
    DoesNotOpenError
        If it was sealed to another one, is about something else, or was changed.
    """
    from cryptography.exceptions import InvalidTag

    try:
        return _suite().decrypt(sealed, private, info=_info(about))
    except (InvalidTag, ValueError):  # too short, or no point on the curve, is a ValueError
        raise DoesNotOpenError from None


def lock(private: X25519PrivateKey, passphrase: str, whose: str) -> bytes:
    """Return a private key under a passphrase, bound to whose it is."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    about = _info({"whose": whose, "public": public_of(private).hex()})
    return salt + nonce + cipher_under(passphrase, salt).encrypt(nonce, private.private_bytes_raw(), about)


def unlock(locked: bytes, passphrase: str, whose: str, public: bytes) -> X25519PrivateKey:
    """Open a private key that lies under a passphrase.

    Raises
    ------
    DoesNotOpenError
        If the passphrase does not fit, or it was changed.
    """
    from cryptography.exceptions import InvalidTag

    salt, nonce, sealed = locked[:_SALT], locked[_SALT : _SALT + _NONCE], locked[_SALT + _NONCE :]
    about = _info({"whose": whose, "public": public.hex()})
    try:
        return private_of(cipher_under(passphrase, salt).decrypt(nonce, sealed, about))
    except (InvalidTag, ValueError):
        raise DoesNotOpenError from None


# -- codes to be typed off paper --------------------------------------------------------------------


def new_code() -> str:
    """Return a new code: 160 random bits in groups of letters, the last of which checks the others."""
    letters = _lettered(secrets.token_bytes(_SEED))
    letters += _check(letters)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def key_of_code(code: str) -> X25519PrivateKey:
    """Return the private key that a code stands for; blanks, hyphens and small letters do not matter.

    Raises
    ------
    UsageError
        If it is not all of a code, or something in it was mistyped.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    letters = "".join(filter(str.isalnum, code.upper())).translate(_READ_AS)
    seed, check = letters[:_CODE], letters[_CODE:]
    if len(letters) != _CODE + _GROUP or set(letters) - set(_LETTERS) or check != _check(seed):
        raise UsageError(
            say(
                "This is not the code of a recovery sheet, which has {n} groups of {m} letters and digits. "
                "Please compare each group with the sheet.",
                n=_CODE // _GROUP + 1,
                m=_GROUP,
            )
        )
    number = 0
    for letter in seed:
        number = number * 32 + _LETTERS.index(letter)
    derive = HKDF(SHA256(), 32, salt=None, info=b"mentorkit recovery")
    return private_of(derive.derive(number.to_bytes(_SEED, "big")))


def _lettered(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    return "".join(_LETTERS[number >> shift & 31] for shift in reversed(range(0, len(data) * 8, 5)))


def _check(letters: str) -> str:
    return _lettered(hashlib.sha256(letters.encode()).digest()[:_SEED])[:_GROUP]
