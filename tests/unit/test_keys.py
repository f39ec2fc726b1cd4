"""Keys seal, are wrapped, rotate, and can be destroyed."""

from __future__ import annotations

import os

import pytest

from models.keys import Cipher, Erased, Keyring, SealError, UnknownMasterKey, Unreadable
from models.secret_keys import SecretKeyError, parse
from tests.told import refused_with
from wording.sentences import told

OLD, NEW = os.urandom(32), os.urandom(32)


def test_what_was_sealed_is_opened_where_it_belongs() -> None:
    """And the sealed text does not show it."""
    cipher, wrapped = Keyring([OLD]).make(b"case:1")
    sealed = cipher.seal(b"canary", b"state")
    assert b"canary" not in sealed + wrapped
    assert Keyring([OLD]).cipher(wrapped, b"case:1").open(sealed, b"state") == b"canary"


@pytest.mark.parametrize("place", [b"entry", b""])
def test_a_sealed_text_cannot_be_moved(place: bytes) -> None:
    """The state of one case is not the state of another."""
    cipher = Cipher(OLD)
    with pytest.raises(Unreadable):
        cipher.open(cipher.seal(b"canary", b"state"), place)


@pytest.mark.parametrize("at", [0, 12, -1])
def test_a_changed_text_is_refused(at: int) -> None:
    """One bit is enough, wherever it is."""
    cipher = Cipher(OLD)
    sealed = bytearray(cipher.seal(b"canary", b"state"))
    sealed[at] ^= 1
    with pytest.raises(Unreadable):
        cipher.open(bytes(sealed), b"state")


def test_a_wrapped_key_belongs_to_its_owner() -> None:
    """Nobody gets at another one's records by exchanging keys."""
    _, wrapped = Keyring([OLD]).make(b"person:1")
    with pytest.raises(Unreadable):
        Keyring([OLD]).cipher(wrapped, b"person:2")


def test_master_keys_rotate() -> None:
    """What the old one wrapped is opened, wrapped again, and then the old one may go."""
    cipher, wrapped = Keyring([OLD]).make(b"case:1")
    sealed = cipher.seal(b"canary", b"state")
    both = Keyring([NEW, OLD])
    assert both.cipher(wrapped, b"case:1").open(sealed, b"state") == b"canary"
    renewed = both.rewrap(wrapped, b"case:1")
    assert both.rewrap(renewed, b"case:1") == renewed
    assert Keyring([NEW]).cipher(renewed, b"case:1").open(sealed, b"state") == b"canary"
    with pytest.raises(UnknownMasterKey):
        Keyring([NEW]).cipher(wrapped, b"case:1")


def test_an_erased_key_says_so() -> None:
    """Erased is not damaged."""
    with pytest.raises(Erased):
        Keyring([OLD]).cipher(None, b"case:1")


@pytest.mark.parametrize("text", ["", "short", "bm90IGxvbmcgZW5vdWdo", "!" * 44])
def test_a_master_key_of_another_shape_is_refused_unshown(text: str) -> None:
    """The error names the place, not the key."""
    with refused_with(SecretKeyError, match="the environment: ") as caught:
        parse(text, "the environment")
    assert not text or text not in told(caught.value)


@pytest.mark.parametrize("masters", [[], [b"short"]])
def test_a_keyring_needs_whole_keys(masters: list[bytes]) -> None:
    """A short key would be padded by nobody."""
    with pytest.raises(SealError):
        Keyring(masters)


def test_a_text_where_bytes_should_be_is_unreadable_and_no_fault_of_ours() -> None:
    """SQLite keeps whatever is written into a column."""
    cipher, wrapped = Keyring([OLD]).make(b"case:1")
    text: bytes = "a text"  # type: ignore[assignment] # what a damaged row gives
    with refused_with(Unreadable, match="run `onward verify`"):
        cipher.open(text, b"state")
    with refused_with(Unreadable, match="run `onward verify`"):
        Keyring([OLD]).cipher(text, b"case:1")
    assert Keyring([OLD]).cipher(wrapped, b"case:1")


def test_a_replaced_key_leads_back_to_the_very_bytes() -> None:
    """The new one opens what the old one sealed, once it is sealed again; and the old one is known by it."""
    ring = Keyring([bytes(32)])
    _, wrapped = ring.make(b"owner")
    key = ring.replace(wrapped, b"owner")
    sealed = key.before.seal(b"text", b"about")
    again = key.before.reseal(sealed, b"about", key.now)
    assert key.now.open(again, b"about") == b"text"
    with pytest.raises(Unreadable):
        key.before.open(again, b"about")
    now = ring.cipher(key.wrapped, b"owner")
    former = now.former(key.former, b"owner")
    assert now.reseal(again, b"about", former) == sealed
    with pytest.raises(Unreadable):
        now.former(key.former, b"another")
