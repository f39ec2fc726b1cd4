"""The record of exports: who exported what, when and how much, in a chain.

Source: exports are recorded where nobody can remove them (D16).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import select

from casework import authority, chain, export_budget
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.export_budget import Line
from casework.marks import secret_of
from casework.principal import Principal
from models.columns import table_of
from models.exports import Export

_EXPORTS = table_of(Export)


class ExportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, as in `ExportOrder`, and how much was exported; no answers."""

    codes: str
    pathways: tuple[str, ...]
    since: date | None
    until: date | None
    at_least: int
    own: bool = False
    cases: int
    """How many cases with this list of codes were considered, whether or not their lines were
    exported.
    """
    lines: int
    content_hash: str


class ExportLine(ExportRecord, frozen=True, kw_only=True):
    """An export, as listed."""

    number: int
    made_at: datetime
    agency: str
    person: str


def write_down(
    onward: Onward,
    record: ExportRecord,
    by: Principal,
    cases: Iterable[tuple[str, Line | None]],
) -> tuple[int, datetime]:
    """Record an export, if the agency may have it in addition to its earlier ones. Returns the
    export's number and time.

    Args:
        cases: as in `marks_of`.

    Raises:
        Refusal: `too_near` or `too_many`.
    """
    with onward.store.write() as connection:
        # One at a time, since each is chained to the one before and compared with it.
        now = hold_installation(onward, connection)
        export_budget.require_left(connection, by.agency, now)
        marks = export_budget.marks_of(secret_of(onward, connection), cases)
        if not record.own:
            export_budget.require_apart(connection, by.agency, record.codes, marks)
        values = msgspec.structs.asdict(record) | {
            "agency": by.agency,
            "person": by.person,
            "pathways": list(record.pathways),
            "marks": marks,
        }
        return chain.append(onward.proof, connection, chain.EXPORTS, now, values), now


def exports(onward: Onward, by: Principal) -> list[ExportLine]:
    """All exports, oldest first."""
    authority.require(by, Right.OPERATE)
    query = select(_EXPORTS).order_by(_EXPORTS.c.number)
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
    return msgspec.convert(rows, list[ExportLine], from_attributes=True)
