"""Files sealed to a public key: whoever writes such a file cannot read it.

An ephemeral X25519 key and the reader's key agree on a shared secret (RFC 7748), from which
HKDF-SHA-256 derives an AES-256-GCM key. The content follows in chunks; the nonce counts them and
marks the last one, so that none can be left out, moved or cut off (STREAM, Hoang et al. 2015,
doi.org/10.1007/978-3-662-48000-7_24).
"""

from __future__ import annotations

import io
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.message import message
from models.keys import KEY_BYTES, SealError

_MAGIC = b"onward backup 1\n"
_CHUNK, _TAG = 1 << 16, 16
"""How many bytes of content a chunk has at most, and how many its seal adds."""


class NotOpened(SealError):
    """The file is not a sealed file, was sealed to another key, or was altered or cut off."""


class Sealing(io.RawIOBase):
    """Writes a sealed file; `finish` completes it."""

    def __init__(self, target: BinaryIO, reader: bytes) -> None:
        """`reader` is the public key of whoever may open it."""
        ours = X25519PrivateKey.generate()
        public = ours.public_key().public_bytes_raw()
        header = _MAGIC + public
        shared = ours.exchange(X25519PublicKey.from_public_bytes(reader))
        self._aead = _aead(shared, public + reader)
        self._target, self._header = target, header
        self._held, self._count = bytearray(), 0
        target.write(header)

    def writable(self) -> bool:
        return True

    def write(self, text: bytes) -> int:  # type: ignore[override] # of bytes alone
        self._held += text
        while len(self._held) > _CHUNK:
            self._put(bytes(self._held[:_CHUNK]), last=False)
            del self._held[:_CHUNK]
        return len(text)

    def finish(self) -> None:
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._count, last=last)
        self._target.write(self._aead.encrypt(nonce, chunk, self._header))
        self._count += 1


class OpenedFile(io.RawIOBase):
    """Reads a sealed file. Opening or reading it may raise `NotOpened`."""

    def __init__(self, source: BinaryIO, private: bytes) -> None:
        self._source = source
        self._header = source.read(len(_MAGIC) + KEY_BYTES)
        if not self._header.startswith(_MAGIC) or len(self._header) != len(_MAGIC) + KEY_BYTES:
            raise NotOpened(message("backup.none"))
        theirs = self._header[len(_MAGIC) :]
        ours = X25519PrivateKey.from_private_bytes(private)
        shared = ours.exchange(X25519PublicKey.from_public_bytes(theirs))
        self._aead = _aead(shared, theirs + ours.public_key().public_bytes_raw())
        self._ahead, self._count = source.read(_CHUNK + _TAG), 0
        self._opened = bytearray()
        if not self._ahead:  # even an empty file has a last chunk
            raise NotOpened(message("backup.not_opened"))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while (size < 0 or len(self._opened) < size) and self._ahead:
            self._opened += self._next()
        end = len(self._opened) if size < 0 else size
        found = bytes(self._opened[:end])
        del self._opened[:end]
        return found

    def _next(self) -> bytes:
        sealed, self._ahead = self._ahead, self._source.read(_CHUNK + _TAG)
        nonce = _nonce(self._count, last=not self._ahead)
        self._count += 1
        try:
            return self._aead.decrypt(nonce, sealed, self._header)
        except InvalidTag:
            raise NotOpened(message("backup.not_opened")) from None

    def __enter__(self) -> Self:
        return self


def new_pair() -> tuple[bytes, bytes]:
    """A new private key, and the public key that belongs to it."""
    made = X25519PrivateKey.generate()
    return made.private_bytes_raw(), made.public_key().public_bytes_raw()


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _aead(shared: bytes, keys: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=keys, info=_MAGIC).derive(shared))


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
