"""What the tests of keys share."""

import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@pytest.fixture
def quick_passphrases(monkeypatch):
    """Let keys come of passphrases at once; that it takes long is tested with the envelopes."""

    def quick(passphrase, salt):
        return AESGCM(hashlib.sha256(salt + passphrase.encode()).digest())

    monkeypatch.setattr("mentorkit.privacy.envelopes.cipher_under", quick)
