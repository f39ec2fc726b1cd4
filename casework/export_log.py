"""The record of exports: who took out what, when and how much, in a hash chain.

Source: exports are recorded where nobody can remove them (D16).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import select

from casework import authority, chain
from casework.authority import Right
from casework.context import Onward
from casework.held import hold_installation
from casework.principal import Principal
from models.as_stored import stored_rows
from models.columns import table_of
from models.exports import Export

_EXPORTS = table_of(Export)


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


def write_down(onward: Onward, record: ExportRecord, by: Principal) -> tuple[int, datetime]:
    """Record an export. Returns its number and moment; it cannot be denied afterwards."""
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        values = msgspec.structs.asdict(record) | {
            "agency": by.agency,
            "person": by.person,
            "pathways": list(record.pathways),
        }
        return chain.append(connection, _EXPORTS, now, values), now


def exports(onward: Onward, by: Principal) -> list[ExportLine]:
    """All exports, oldest first."""
    authority.require(by, Right.OPERATE)
    query = select(_EXPORTS).order_by(_EXPORTS.c.number)
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
    return [msgspec.convert(_values(row), ExportLine) for row in rows]


def faults(onward: Onward, by: Principal) -> list[str]:
    """What was changed in the record of exports since it was written, entry by entry."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = stored_rows(connection, _EXPORTS, _EXPORTS.c.id.is_not(None), _EXPORTS.c.number)
    return [
        *chain.faults("export", rows, lambda row: chain.digest(row.previous_hash, _values(row)))
    ]


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}
