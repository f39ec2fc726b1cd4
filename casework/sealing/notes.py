"""Signed notes: each is a text, followed by the signatures of those who vouch for it.

Source: C2SP signed-note and tlog-cosignature (https://c2sp.org). Signatures by keys that a reader
does not know are ignored, so that logs, witnesses and newer kinds of keys can all sign one note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from enum import IntEnum

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import Coded
from engine.message import message

_ID_BYTES, _KEY_BYTES, _SIGNATURE_BYTES, _TIME_BYTES = 4, 32, 64, 8
_DASH = "\N{EM DASH}"
_MOST_SIGNATURES = 64


class SignedKind(IntEnum):
    """What a signature covers. The values are those of C2SP."""

    LOG = 0x01
    """The text itself."""
    WITNESS = 0x04
    """The text, and the time at which the witness saw it."""


class NoteError(Coded):
    """A note, or the key to verify one, cannot be used; the text says why."""


class VerifierKey(msgspec.Struct, frozen=True):
    """The public key with which somebody's signatures are verified."""

    name: str
    public: bytes
    kind: SignedKind = SignedKind.LOG

    @property
    def id(self) -> bytes:
        hashed = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(hashed).digest()[:_ID_BYTES]

    @property
    def line(self) -> str:
        """The key in one line, to hand out."""
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    def has_signed(self, text: str, blob: bytes) -> bool:
        """Whether a signature by this key is valid for a text."""
        if len(blob) != _SIGNATURE_BYTES + (_TIME_BYTES if self.kind is SignedKind.WITNESS else 0):
            return False
        signed, signature = text.encode(), blob[-_SIGNATURE_BYTES:]
        if self.kind is SignedKind.WITNESS:
            signed = _as_seen(text, int.from_bytes(blob[:_TIME_BYTES], "big"))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signature(msgspec.Struct, frozen=True):
    """A signature on a note; the format of `blob` depends on the kind of key."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        return f"{_DASH} {self.name} {to_base64(self.key_id + self.blob)}\n"


class Note(msgspec.Struct, frozen=True):
    """A text with its signatures, not yet verified."""

    text: str
    """The text, which ends with a line break."""
    signatures: tuple[Signature, ...]

    @property
    def written(self) -> str:
        return self.text + "\n" + "".join(each.line for each in self.signatures)

    def signed_by(self, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Those of `keys` that have signed the note. Raises `NoteError` if the signature of one of
        them is invalid.
        """
        known = {(each.name, each.id): each for each in keys}
        found = {}
        for each in self.signatures:
            key = known.get((each.name, each.key_id))
            if key is None:
                continue
            if not key.has_signed(self.text, each.blob):
                raise NoteError(message("note.forged", name=each.name))
            found[key.line] = key
        return tuple(found.values())


class Signer:
    """A private key under a name."""

    def __init__(
        self, name: str, private: Ed25519PrivateKey, kind: SignedKind = SignedKind.LOG
    ) -> None:
        self._private = private
        self.key = VerifierKey(name, private.public_key().public_bytes_raw(), kind)

    def sign(self, text: str) -> Signature:
        """Sign a text as it is."""
        return Signature(self.key.name, self.key.id, self._private.sign(text.encode()))

    def sign_as_seen(self, text: str, at: int) -> Signature:
        """Sign a text and the time at which it was seen, in seconds since 1970."""
        signed = self._private.sign(_as_seen(text, at))
        blob = at.to_bytes(_TIME_BYTES, "big") + signed
        return Signature(self.key.name, self.key.id, blob)


def _as_seen(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def read_key(line: str) -> VerifierKey:
    """The key in a line written by `VerifierKey.line`. Raises `NoteError`."""
    name, _, rest = line.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    material = _decoded(encoded)
    kind, public = material[:1], material[1:]
    if is_name(name) and len(public) == _KEY_BYTES and kind[0] in [*SignedKind]:
        found = VerifierKey(name, public, SignedKind(kind[0]))
        if found.id.hex() == key_id:
            return found
    raise NoteError(message("note.no_key"))


def read_note(written: str) -> Note:
    """The note in a text written by `Note.written`. Raises `NoteError`."""
    text, blank, lines = written.rpartition("\n\n")
    is_plain = all(each == "\n" or each >= " " for each in written)
    signed = lines[:-1].split("\n") if lines.endswith("\n") else []
    signatures = [_signature(each) for each in signed]
    if not (blank and text and is_plain and 0 < len(signatures) <= _MOST_SIGNATURES):
        raise NoteError(message("note.misshapen"))
    return Note(text + "\n", tuple(signatures))


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    blob = from_base64(encoded)
    if dash != _DASH or not is_name(name) or len(blob) <= _ID_BYTES:
        raise NoteError(message("note.misshapen"))
    return Signature(name, blob[:_ID_BYTES], blob[_ID_BYTES:])


def is_name(name: str) -> bool:
    """Whether a log or a key may have this name."""
    return bool(name) and "+" not in name and not any(each.isspace() for each in name)


def to_base64(what: bytes) -> str:
    return base64.b64encode(what).decode("ascii")


def from_base64(text: str) -> bytes:
    """Decode a text. Raises `NoteError` for an empty text, and for one that `to_base64` would have
    written differently.
    """
    if found := _decoded(text):
        return found
    raise NoteError(message("note.misshapen"))


def _decoded(text: str) -> bytes:
    """The bytes of which `to_base64` would make this text; empty if there are none."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if to_base64(found) == text else b""
