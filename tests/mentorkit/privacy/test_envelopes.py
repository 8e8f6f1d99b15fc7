"""What is sealed opens with the right key at the right place alone, and codes survive being typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import UsageError
from mentorkit.privacy.envelopes import (
    DoesNotOpenError,
    key_of_code,
    lock,
    new_code,
    new_key,
    open_with,
    public_of,
    seal_to,
    unlock,
)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_again(plain, subject):
    key = new_key()
    assert open_with(key, seal_to(public_of(key), plain, subject=subject), subject=subject) == plain


def test_what_was_put_somewhere_else_or_changed_does_not_open():
    key, other = new_key(), new_key()
    sealed = seal_to(public_of(key), b"secret", subject="P1", version=1)
    assert b"secret" not in sealed
    for about in ({"subject": "P2", "version": 1}, {"subject": "P1", "version": 2}, {}):
        with pytest.raises(DoesNotOpenError):
            open_with(key, sealed, **about)
    for wrong in (sealed[:-1], b"", bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(DoesNotOpenError):
            open_with(key, wrong, subject="P1", version=1)
    with pytest.raises(DoesNotOpenError):
        open_with(other, sealed, subject="P1", version=1)


def test_without_what_it_is_about_a_swap_would_pass_unseen():
    key = new_key()  # the control of the test above
    assert open_with(key, seal_to(public_of(key), b"secret")) == b"secret"


def test_a_key_opens_with_its_passphrase_and_owner_alone():
    key = new_key()
    locked = lock(key, "Zwölf Enten am Kanal", "eva")
    assert key.private_bytes_raw() not in locked
    # the same letters, composed in another way
    opened = unlock(locked, "Zwo\u0308lf Enten am Kanal", "eva", public_of(key))
    assert public_of(opened) == public_of(key)
    for passphrase, whose in (("Zwölf Enten am kanal", "eva"), ("Zwölf Enten am Kanal", "edda")):
        with pytest.raises(DoesNotOpenError):
            unlock(locked, passphrase, whose, public_of(key))


def test_a_code_is_read_however_it_is_typed():
    code = new_code()
    groups = code.split("-")
    assert [len(group) for group in groups] == [4] * 9
    public = public_of(key_of_code(code))
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert public_of(key_of_code(f" {typed}\n")) == public
    assert public_of(key_of_code(new_code())) != public


@given(st.integers(0, 35), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_of_a_code_is_noticed(place, letter):
    letters = list("668M2FGSM1CGAT3M2E9R7N3ACCMF13QY")
    from mentorkit.privacy.envelopes import _check

    whole = letters + list(_check("".join(letters)))
    key_of_code("".join(whole))
    if whole[place] != letter:
        whole[place] = letter
        with pytest.raises(UsageError, match="Wiederherstellungsblatt"):
            key_of_code("".join(whole))


@pytest.mark.parametrize("code", ["", "ABCD", "U" * 36, "ü" * 36, "0" * 400])
def test_what_is_no_code_is_said_so(code):
    with pytest.raises(UsageError, match="9 Gruppen"):
        key_of_code(code)
