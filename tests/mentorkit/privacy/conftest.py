"""What the tests of keys share."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mentorkit.store import Store, backup
from mentorkit.store.keyring import VARIABLE


@pytest.fixture
def quick_passphrases(monkeypatch):
    """Let keys come of passphrases at once; that it takes long is tested with the envelopes."""

    def quick(passphrase, salt):
        return AESGCM(hashlib.sha256(salt + passphrase.encode()).digest())

    monkeypatch.setattr("mentorkit.privacy.envelopes.cipher_under", quick)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def anywhere(request, new_demo, on_server, tmp_path, monkeypatch):
    """The demo in a file, and on a server."""
    target = str(new_demo())
    if on_server is not None:
        target = on_server.address(target)
    elif request.param == "postgres":
        source, target = target, request.getfixturevalue("postgres").new_database(pattern="template1")
        backup.restore(Path(source), target)
    if request.param == "postgres":
        monkeypatch.setenv(VARIABLE, str(tmp_path / "ring.keyring"))
    opened = Store.open(target)
    yield opened
    opened.close()
