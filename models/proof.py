"""Proves the contents of the database with a key that is kept elsewhere (HMAC-SHA-256): whoever
lacks the key cannot change them unnoticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from models.moments import in_utc

_ID_BYTES = 8
_BRIEF_BYTES = 16
"""The length of a proof that is stored among many others and is itself proved with them."""
_KEPT = 256
"""How many moments a process caches as texts."""
_ENCODER = msgspec.json.Encoder(order="sorted")


class Proof:
    """The keys of an installation's proofs. The first one is in use; the others only check older
    proofs.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ids = tuple(map(id_of, keys))
        # Keyed once and copied for each proof, because keying costs more than proving what a turn
        # writes.
        self._begun = tuple(HMAC(key, SHA256()) for key in keys)
        self.id = self._ids[0]

    def knows(self, key_id: bytes) -> bool:
        """Whether one of the keys has this id."""
        return key_id in self._ids

    def of(self, place: str, said: bytes) -> bytes:
        """The proof of these bytes.

        Args:
            place: says what the bytes are for, so that their proof is not valid for anything else.
        """
        return _mac(self._begun[0], place, said)

    def holds(self, proof: object, place: str, said: bytes) -> bool:
        """Whether this is the proof of those bytes, under any of the keys."""
        return isinstance(proof, bytes) and any(
            compare_digest(proof, each) for each in self._each(place, said)
        )

    def brief(self, place: str, values: Mapping[str, object]) -> str:
        """The proof of a row's columns, shortened, in hex."""
        return _shortened(self.of(place, encoded(values)))

    def briefly_holds(self, brief: str | None, place: str, values: Mapping[str, object]) -> bool:
        """Whether this is the `brief` proof of those columns, under any of the keys."""
        said = encoded(values)
        return any(brief == _shortened(each) for each in self._each(place, said))

    def _each(self, place: str, said: bytes) -> Iterator[bytes]:
        return (_mac(begun, place, said) for begun in self._begun)


def encoded(values: Mapping[str, object]) -> bytes:
    """Columns as bytes that are the same on every store: sorted by name, with times in UTC."""
    return _ENCODER.encode(
        {
            name: moment_as_said(value) if isinstance(value, datetime) else value
            for name, value in values.items()
        }
    )


@lru_cache(maxsize=_KEPT)
def moment_as_said(moment: datetime) -> str:
    """A date and time as it appears in proofs. Cached, because a turn repeats the same few."""
    return f"{in_utc(moment)}+00:00"


def id_of(key: bytes) -> bytes:
    """Identifies a key without revealing it."""
    return hashlib.sha256(b"onward proof key id\0" + key).digest()[:_ID_BYTES]


def _mac(begun: HMAC, place: str, said: bytes) -> bytes:
    one = begun.copy()
    one.update(place.encode() + b"\0" + said)
    return one.finalize()


def _shortened(proof: bytes) -> str:
    return proof[:_BRIEF_BYTES].hex()
