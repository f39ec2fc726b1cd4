"""How a state is serialised, and how records of an older Onward are read.

A record is JSON: an envelope that names the schema, with a document in it. Documents from an older
Onward are upgraded schema by schema; documents from a newer one are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from engine.errors import CodedError
from engine.message import message
from engine.state import SCHEMA, State

T = TypeVar("T")
Document = dict[str, Any]
Upcaster = Callable[[Document], Document]
"""Upgrades a document from one schema to the next."""


class RecordError(CodedError):
    """A record cannot be read. The error never shows its content."""


class _Envelope(msgspec.Struct, frozen=True):
    schema: int
    body: msgspec.Raw


class Format(Generic[T]):
    """One kind of record.

    Args:
        what: its name in errors.
        kind: the type of a record in the newest schema.
        schema: the number of the newest schema.
        upcasters: the upcasters by the schema they upgrade; every older schema needs one.
    """

    def __init__(
        self, what: str, kind: type[T], schema: int, upcasters: Mapping[int, Upcaster]
    ) -> None:
        self._what, self._kind, self._schema, self._upcasters = what, kind, schema, upcasters
        self._decoder = msgspec.json.Decoder(kind)
        self._encoder = msgspec.json.Encoder()
        self._envelopes = msgspec.json.Decoder(_Envelope)
        missing = set(range(1, schema)) - set(upcasters)
        if missing:
            raise ValueError(f"no way to lift a {what} of schema {min(missing)}")

    def encode(self, value: T) -> bytes:
        body = msgspec.Raw(self._encoder.encode(value))
        return self._encoder.encode(_Envelope(self._schema, body))

    def decode(self, record: bytes) -> T:
        """Read a record in this schema or an older one.

        Raises:
            RecordError: the record was written by a newer Onward, or is damaged.
        """
        try:
            envelope = self._envelopes.decode(record)
            if envelope.schema == self._schema:
                return self._decoder.decode(envelope.body)
            return self._lift(envelope)
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            # `from None`: the text of the cause may quote the record.
            raise RecordError(message("record.damaged")) from None

    def _lift(self, envelope: _Envelope) -> T:
        if not 1 <= envelope.schema <= self._schema:
            raise RecordError(message("record.newer", schema=envelope.schema, newest=self._schema))
        document: Document = msgspec.json.decode(envelope.body)
        for schema in range(envelope.schema, self._schema):
            document = self._upcasters[schema](document)
        return msgspec.convert(document, self._kind)


STATES: Format[State] = Format("state", State, SCHEMA, {})
