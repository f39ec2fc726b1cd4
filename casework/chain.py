"""Hash chains of records, and finding what was changed in one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert, select

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


def append(
    connection: Connection, table: Table, made_at: datetime, values: Mapping[str, Any]
) -> int:
    """Write a record after the newest one. Returns its number, counted from 1.

    Whoever calls it holds the installation's row, so that each is chained to the one before.

    Args:
        values: its columns, but for number, moment and hashes.
    """
    newest = select(table.c.number, table.c.hash).order_by(table.c.number.desc()).limit(1)
    before = connection.execute(newest).one_or_none()
    number, previous = (before.number + 1, before.hash) if before else (1, START)
    row = {**values, "number": number, "made_at": made_at}
    chained = {"previous_hash": previous, "hash": digest(previous, row)}
    connection.execute(insert(table).values(row | chained))
    return int(number)


def digest(previous: bytes, values: Mapping[str, Any]) -> bytes:
    """The hash of a record that has a number, a moment and some columns."""
    # As text in UTC: stores give moments back in zones of their own.
    shown = {**values, "made_at": values["made_at"].astimezone(UTC)}
    said = msgspec.json.encode([str(shown[name]) for name in sorted(shown)])
    return hashlib.sha256(previous + said).digest()
