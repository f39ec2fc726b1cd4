"""Sealing: each case, person and account has a key of its own, and so has the secret of intakes.
Every such key is wrapped under a master key.

Destroying the wrapped key erases what was sealed under it. AES-256-GCM is used throughout; the
owner is authenticated along with the text, so no sealed text can be moved elsewhere.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import Coded
from engine.message import message
from models.recent import Recent

KEY_BYTES = 32
_NONCE_BYTES = 12
_ID_BYTES = 8
_CACHED = 4096
"""How many unwrapped keys a process caches."""
_FORMER = b"former key:"
_CHANGED = message("sealed.changed")


class SealError(Coded):
    """Base of errors with keys. Never shows a key or a text."""


class UnknownMasterKey(SealError):
    """The master key that wrapped a key is missing, or there is none at all, or one has the wrong
    length.
    """


class Unreadable(SealError):
    """A sealed text was changed, or belongs somewhere else."""


class Erased(SealError):
    """The key was destroyed on purpose; what was sealed under it is gone."""


class Cipher:
    """Seals and opens with one key."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, text: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, text, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Open a sealed text. Raises `Unreadable` if it was changed, or was sealed under another
        key or about something else.
        """
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
        except (InvalidTag, ValueError, TypeError):  # SQLite may hold text in any column
            raise Unreadable(_CHANGED) from None

    def reseal(self, sealed: bytes, about: bytes, under: Cipher) -> bytes:
        """Open a text that is sealed under this key, and seal it under another with the same nonce,
        so that whoever has both keys can recover the bytes of `sealed` exactly. Raises `Unreadable`
        as `open` does.
        """
        nonce = sealed[:_NONCE_BYTES]
        return nonce + under._aead.encrypt(nonce, self.open(sealed, about), about)

    def former(self, sealed: bytes, owner: bytes) -> Cipher:
        """The key that this one replaced. `sealed` is the stored `Replaced.former`; raises
        `Unreadable` if it was not sealed under this key for this owner.
        """
        return Cipher(self.open(sealed, _FORMER + owner))


class Replaced(NamedTuple):
    """A data key and the one that replaces it."""

    before: Cipher
    now: Cipher
    wrapped: bytes
    """The wrapped new key, for storage."""
    former: bytes
    """The old key, sealed under the new one."""


class Keyring:
    """The master keys. One of them wraps new keys; the others only open what they once wrapped. The
    installation's row says which one it is, so that all processes switch to a new one together.

    Args:
        masters: the master keys; the first one wraps new keys until the installation names one.
        again: reloads them; called for a key that none of them has wrapped, so that a running
            process gets to know a new master key.
    """

    def __init__(
        self, masters: Sequence[bytes], again: Callable[[], Sequence[bytes]] | None = None
    ) -> None:
        self._again = again
        self._opened = Recent[tuple[bytes, bytes], Cipher](_CACHED)
        self._reading = Lock()
        self._take(masters)

    def _take(self, masters: Sequence[bytes]) -> None:
        if not masters or any(len(master) != KEY_BYTES for master in masters):
            raise UnknownMasterKey(message("master_key.size", bytes=KEY_BYTES))
        self._masters = {_id_of(master): Cipher(master) for master in masters}
        self._first = _id_of(masters[0])

    @property
    def first(self) -> str:
        """The id, in hex, of the first master key, which is the one meant to be in use."""
        return self._first.hex()

    @property
    def ids(self) -> frozenset[str]:
        """The ids, in hex, of the master keys that are known here."""
        return frozenset(each.hex() for each in self._masters)

    def renew(self) -> None:
        """Reload the master keys, if the keyring was given a function for that."""
        if self._again is not None:
            with self._reading:
                self._take(self._again())

    def make(self, owner: bytes, under: str | None = None) -> tuple[Cipher, bytes]:
        """A new key for an owner, and its wrapped form for storage.

        Args:
            under: the id, in hex, of the master key in use; the first one if left out.

        Raises:
            UnknownMasterKey: this installation does not have that master key.
        """
        key = AESGCM.generate_key(KEY_BYTES * 8)
        return Cipher(key), self._wrap(key, owner, bytes.fromhex(under) if under else self._first)

    def cipher(self, wrapped: bytes | None, owner: bytes) -> Cipher:
        """Unwrap an owner's key.

        Raises:
            Erased: the key was destroyed.
            UnknownMasterKey: none of the master keys has wrapped it.
            Unreadable: it was changed or belongs to another owner.
        """
        if wrapped is None:
            raise Erased(message("sealed.erased"))
        known = (owner, wrapped)
        found = self._opened.get(known)
        if found is None:
            found = Cipher(self._unwrap(wrapped, owner))
            self._opened.keep(known, found)
        return found

    def replace(self, wrapped: bytes, owner: bytes, under: str | None = None) -> Replaced:
        """A new key for an owner, in place of one that others may know.

        Args:
            under: the id, in hex, of the master key in use; the first one if left out.

        Raises:
            UnknownMasterKey, Unreadable: as `cipher` and `make`.
        """
        key = self._unwrap(wrapped, owner)
        now, stored = self.make(owner, under)
        return Replaced(Cipher(key), now, stored, now.seal(key, _FORMER + owner))

    def rewrap(self, wrapped: bytes, owner: bytes) -> bytes:
        """Wrap the key under the first master key, unless that has wrapped it already."""
        if wrapped[:_ID_BYTES] == self._first:
            return wrapped
        return self._wrap(self._unwrap(wrapped, owner), owner, self._first)

    def knows(self, wrapped: bytes) -> bool:
        """Whether one of the master keys wrapped this."""
        return wrapped[:_ID_BYTES] in self._masters

    def expect(self, wrapped: bytes) -> None:
        """Raise `UnknownMasterKey` if none of the master keys wrapped this, or `Unreadable` if it
        is text rather than a wrapped key.
        """
        self._master_of(wrapped)

    def forget(self, wrapped: bytes, owner: bytes) -> None:
        """Drop an erased key from the cache."""
        self._opened.forget((owner, wrapped))

    def _wrap(self, key: bytes, owner: bytes, under: bytes) -> bytes:
        return under + self._master(under).seal(key, owner)

    def _unwrap(self, wrapped: bytes, owner: bytes) -> bytes:
        return self._master_of(wrapped).open(wrapped[_ID_BYTES:], owner)

    def _master_of(self, wrapped: bytes | str) -> Cipher:
        if isinstance(wrapped, str):  # SQLite may hold text in any column
            raise Unreadable(_CHANGED)
        return self._master(wrapped[:_ID_BYTES])

    def _master(self, ident: bytes) -> Cipher:
        found = self._masters.get(ident) or self._read_again(ident)
        if found is None:
            raise UnknownMasterKey(message("master_key.unknown", key=ident.hex()))
        return found

    def _read_again(self, ident: bytes) -> Cipher | None:
        if self._again is None:
            return None
        with self._reading:
            if ident not in self._masters:  # another thread may have added it
                self._take(self._again())
        return self._masters.get(ident)


def id_of_master(wrapped: bytes) -> str:
    """The id of the master key that wrapped this, in hex."""
    return wrapped[:_ID_BYTES].hex()


def _id_of(master: bytes) -> bytes:
    """Identifies a master key without revealing it."""
    return hashlib.sha256(b"onward master key id\0" + master).digest()[:_ID_BYTES]
