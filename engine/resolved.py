"""Record types that several threads may start reading at the same time."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def resolved(kind: type[T]) -> type[T]:
    """Have msgspec work out a record type when its class is made, in a single thread.

    Otherwise the first thread that reads such a record works the type out. If the record contains other
    records, a second thread that starts meanwhile uses the unfinished result, which crashes the
    process.
    """
    msgspec.json.Decoder(kind)
    return kind
