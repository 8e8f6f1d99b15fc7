"""Pseudonyms: keyed hashes, the same again under the same key, and leading nowhere without it."""

from __future__ import annotations

import hmac

SHORTEST_KEY = 16
"""Bytes that a key has at least."""
FEW = 3
"""What fewer people share tells who is meant."""


def digest(key: bytes, kind: str, name: str) -> str:
    """Return 16 hexadecimal digits that stand for somebody or something of a kind.

    They are the beginning of an HMAC-SHA-256 [1]_: without the key nobody can try out whose they are.

    References
    ----------
    .. [1] H. Krawczyk, M. Bellare and R. Canetti, HMAC: Keyed-Hashing for Message Authentication, RFC 2104.
    """
    text = f"{kind}\0{name}".encode("utf-8", "surrogatepass")
    return hmac.new(key, text, "sha256").hexdigest()[:16]
