"""Types of records that threads may begin to read at once."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def resolved(kind: type[T]) -> type[T]:
    """Have msgspec work out what a record consists of where its class is made, by one thread.

    Otherwise the first that reads one does so. Another one that begins meanwhile then uses what is half
    worked out, which ends the process, wherever a record consists of other records.
    """
    msgspec.json.Decoder(kind)
    return kind
