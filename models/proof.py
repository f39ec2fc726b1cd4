"""Proves that nobody without a key apart from the database has changed what is in it (HMAC-SHA-256)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

_ID_BYTES = 8
_BRIEF_BYTES = 16
"""Of a proof that is kept beside many others and is itself proved with them."""
_ENCODER = msgspec.json.Encoder(order="sorted")


class Proof:
    """The keys of an installation's proofs: the one in use first; the others only check older ones."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)
        self.id = id_of(self._keys[0])

    def knows(self, key_id: bytes) -> bool:
        """Whether one of the keys has that id."""
        return key_id in map(id_of, self._keys)

    def of(self, place: str, said: bytes) -> bytes:
        """The proof of some bytes.

        Args:
            place: what they are, so that a proof of one thing proves no other.
        """
        return _mac(self._keys[0], place, said)

    def holds(self, proof: object, place: str, said: bytes) -> bool:
        """Whether this is the proof of those bytes, under any of the keys."""
        return isinstance(proof, bytes) and any(
            hmac.compare_digest(proof, each) for each in self._each(place, said)
        )

    def brief(self, place: str, values: Mapping[str, object]) -> str:
        """The proof of a row's columns, in hex."""
        return _shortened(self.of(place, encoded(values)))

    def briefly_holds(self, brief: str | None, place: str, values: Mapping[str, object]) -> bool:
        """Whether this is the proof of those columns, under any of the keys."""
        said = encoded(values)
        return any(brief == _shortened(each) for each in self._each(place, said))

    def _each(self, place: str, said: bytes) -> Iterator[bytes]:
        return (_mac(key, place, said) for key in self._keys)


def encoded(values: Mapping[str, object]) -> bytes:
    """Columns as bytes, the same for each store: sorted by name, moments in UTC."""
    return _ENCODER.encode({name: _plain(value) for name, value in values.items()})


def id_of(key: bytes) -> bytes:
    """Identifies a key without revealing it."""
    return hashlib.sha256(b"onward proof key id\0" + key).digest()[:_ID_BYTES]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _mac(key: bytes, place: str, said: bytes) -> bytes:
    return hmac.digest(key, place.encode() + b"\0" + said, hashlib.sha256)


def _shortened(proof: bytes) -> str:
    return proof[:_BRIEF_BYTES].hex()
