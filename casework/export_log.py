"""The record of exports: who took out what, when and how much, in a hash chain.

Source: exports are recorded where nobody can remove them (D16).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select

from casework import chain
from casework.context import Actor, Onward
from models.as_stored import stored_rows
from models.columns import table_of
from models.definitions import Installation
from models.exports import Export

_EXPORTS, _INSTALLATION = table_of(Export), table_of(Installation)


class ExportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for and how much was exported; no answers."""

    codes: str
    pathways: tuple[str, ...]
    since: date | None
    until: date | None
    at_least: int
    cases: int
    lines: int
    content_hash: str


class ExportLine(ExportRecord, frozen=True, kw_only=True):
    """An export in the list of them."""

    number: int
    made_at: datetime
    agency: str
    person: str


_FIELDS = ExportLine.__struct_fields__


def write_down(onward: Onward, record: ExportRecord, by: Actor) -> tuple[int, datetime]:
    """Record an export. Returns its number and moment; it cannot be denied afterwards."""
    with onward.store.write() as connection:
        # One at a time: each is chained to the one before.
        locked = select(_INSTALLATION.c.clock_at).where(_INSTALLATION.c.id == 1).with_for_update()
        now = onward.clock.within(connection.execute(locked).scalar_one())
        newest = select(_EXPORTS.c.number, _EXPORTS.c.hash).order_by(_EXPORTS.c.number.desc())
        before = connection.execute(newest.limit(1)).one_or_none()
        previous = before.hash if before else chain.START
        values = msgspec.structs.asdict(record) | {
            "number": before.number + 1 if before else 1,
            "made_at": now,
            "agency": by.agency,
            "person": by.person,
            "pathways": list(record.pathways),
        }
        chained = {"previous_hash": previous, "hash": _hash(previous, values)}
        connection.execute(insert(_EXPORTS).values(values | chained))
    return int(values["number"]), now


def exports(onward: Onward) -> list[ExportLine]:
    """All exports, oldest first."""
    query = select(_EXPORTS).order_by(_EXPORTS.c.number)
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
    return [msgspec.convert(_values(row), ExportLine) for row in rows]


def faults(onward: Onward) -> list[str]:
    """What was changed in the record of exports since it was written, entry by entry."""
    with onward.store.read() as connection:
        rows = stored_rows(connection, _EXPORTS, _EXPORTS.c.id.is_not(None), _EXPORTS.c.number)
    return [*chain.faults("export", rows, lambda row: _hash(row.previous_hash, _values(row)))]


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}


def _hash(previous: bytes, values: dict[str, Any]) -> bytes:
    # As text in UTC: stores give moments back in zones of their own.
    at = values["made_at"].astimezone(UTC)
    said = msgspec.json.encode([str((values | {"made_at": at})[name]) for name in sorted(_FIELDS)])
    return hashlib.sha256(previous + said).digest()
