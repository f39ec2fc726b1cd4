"""Hash chains of records, and finding what was changed in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from models.as_stored import Stored

START = bytes(32)
"""The predecessor hash of the first record."""


def faults(what: str, rows: Sequence[Stored], hash_of: Callable[[Any], bytes]) -> Iterator[str]:
    """The faults in a chain, record by record.

    Args:
        what: the word for a record.
        rows: in order of number.
        hash_of: the hash that a stored record must have.
    """
    previous: bytes | None = START
    next_number = 1
    for each in rows:
        row = each.row
        if row.number is None:
            yield from damage(f"an {what} (row {row.id})", each)
            continue
        yield from (f"{what} {number} is missing" for number in range(next_number, row.number))
        if row.number > next_number:
            previous = None  # what it is chained to is not there
        is_chained = previous is None or row.previous_hash == previous
        if each.damaged:
            yield from damage(f"{what} {row.number}", each)
        elif not (is_chained and row.hash == hash_of(row)):
            yield f"{what} {row.number} was changed"
        previous, next_number = row.hash, row.number + 1


def damage(what: str, found: Stored) -> Iterator[str]:
    """Which columns of a row cannot be read."""
    if found.damaged:
        yield f"{what} cannot be read: {', '.join(found.damaged)}"
