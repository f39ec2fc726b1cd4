"""Finds, locks and reads the rows of cases. To an agency that its row does not name, a case looks
as if it did not exist, damaged or not, unless the agency asks by the right of a role (`by_right`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import chain, repeat
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.exc import DBAPIError

from casework.context import Onward
from casework.principal import Principal
from engine.errors import Refusal
from engine.message import message
from engine.records import RecordError
from engine.statuses import CasePhase
from models.as_stored import is_damage, stored_rows
from models.cases import Case
from models.columns import table_of
from models.installation import Installation
from models.keys import UnknownMasterKey, Unreadable
from models.prepared import all_rows, first_row

CASES, _INSTALLATION = table_of(Case), table_of(Installation)
IS_OPEN = CASES.c.status == literal_column(f"'{CasePhase.OPEN}'")
"""The condition for open cases, written out literally because SQLite cannot use a partial index for
a bound value.
"""
_HELD = select(_INSTALLATION.c.clock_at).where(_INSTALLATION.c.id == 1).with_for_update()
_AT_ONCE = 200
_OF_DAMAGE = (ValueError, TypeError, DBAPIError, sqlite3.Error)


def hold_installation(onward: Onward, connection: Connection) -> datetime:
    """Lock the installation until the end of the transaction. Returns its time."""
    (row,) = all_rows(connection, _HELD, {})
    return onward.clock.within(row.clock_at)


def open_cases(onward: Onward, *only: ColumnElement[bool]) -> Iterator[str]:
    """Codes of the open cases that fulfil all these conditions, in the order of opening, read page
    by page.
    """
    after = 0
    while True:
        query = (
            select(CASES.c.id, CASES.c.code)
            .where(IS_OPEN, CASES.c.id > after, *only)
            .order_by(CASES.c.id)
            .limit(_AT_ONCE)
        )
        with onward.store.read() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from (row.code for row in rows)
        after = rows[-1].id


def number_open(connection: Connection, *only: ColumnElement[bool]) -> int:
    """How many open cases fulfil all these conditions."""
    query = select(func.count()).select_from(CASES).where(IS_OPEN, *only)
    return int(connection.execute(query).scalar_one())


def opened_after(code: str) -> ColumnElement[bool]:
    """The condition for cases opened after the given one; true for all if the code is empty."""
    if not code:
        return true()
    return CASES.c.id > select(CASES.c.id).where(CASES.c.code == code).scalar_subquery()


def row_of(connection: Connection, code: str, by: Principal | None, lock: bool) -> Any | None:
    """The row of a case; None if there is none. A damaged row raises an error only for a reader
    whom its intact columns name; for others it counts as missing.

    Raises:
        RecordError: it is damaged.
    """
    try:
        with Undamaged(code):
            return first_row(connection, _read_case(lock), {"code": code})
    except RecordError:
        found = stored_rows(connection, CASES, CASES.c.id, code=code)
        if all(is_named(each.row, by) for each in found):
            raise
        return None


class DamageHidden:
    """A context that hides a damaged case from a reader whom its row does not name: to them, it
    looks as if the case did not exist.
    """

    __slots__ = ("_by", "_row")

    def __init__(self, row: Any, by: Principal | None) -> None:
        self._row, self._by = row, by

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        is_damaged = isinstance(error, (RecordError, UnknownMasterKey, Unreadable))
        if is_damaged and not is_named(self._row, self._by):
            raise unknown(self._row.code, self._by) from None


def rows_together(connection: Connection, codes: Sequence[str]) -> Sequence[Any]:
    """The rows of one or more cases, read at once, without locking them. They come in no particular
    order; codes that do not exist are left out.

    Raises:
        RecordError: one of them is damaged.
    """
    # Only a few lengths, so that statements are reused; a shorter list repeats its last code.
    length = 1 << (len(codes) - 1).bit_length()
    wanted = dict(zip(_names(length), chain(codes, repeat(codes[-1])), strict=False))
    with Undamaged(codes[0]):
        return all_rows(connection, _read_cases(length), wanted)


class Undamaged:
    """A context that raises RecordError if a column of the case's row holds a value of the wrong
    type.
    """

    __slots__ = ("_code",)

    def __init__(self, code: str) -> None:
        self._code = code

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, _OF_DAMAGE) and is_damage(error):
            raise RecordError(message("record.row_damaged", case=self._code)) from None


def unknown(code: str, by: Principal | None = None, row: Any = None) -> Refusal:
    """The refusal for a case that does not exist, or not for this reader; the two look the same.

    Args:
        row: the case's row, if there is one. If it names the agency, its part is over, and oversight is not told.
    """
    if not (by and by.agency):
        return Refusal("unknown_case.none", case=code)
    refusal = Refusal("unknown_case.for_you", case=code)
    refusal.tells_oversight = row is None or not is_named(row, by)
    return refusal


def is_named(row: Any, by: Principal | None) -> bool:
    """Whether a case's row names the agency that asks. Always true if the request is made for no
    agency, for example by time or by an operator.
    """
    if by is None or not by.agency:
        return True
    listed = row.parties if isinstance(row.parties, list) else ()
    return by.agency in listed or by.agency == row.responsible


def may_open(row: Any, by: Principal | None, by_right: bool) -> bool:
    """Whether an agency may open a case, as far as its row tells: because it has had, or may have
    had, a part in it, or by the right of a role (`by_right`). An erased case exists only for the
    agency that was responsible. Always true if the request is made for no agency.
    """
    if row.wrapped_key is None:
        return by is None or by.agency in ("", row.responsible)
    # For a row that has no list yet, the state decides.
    return is_named(row, by) or by_right or row.parties is None


_OF_VIEW = (
    CASES.c.id,
    CASES.c.code,
    CASES.c.version,
    CASES.c.pathway_version_id,
    CASES.c.recorded_at,
    CASES.c.sealed_state,
    CASES.c.wrapped_key,
    _INSTALLATION.c.reference_version,
    _INSTALLATION.c.clock_at,
)
"""The columns needed to show anything of a case."""
_OF_TURN = (
    CASES.c.person_id,
    CASES.c.notice_at,
    CASES.c.parties,
    CASES.c.shut_out,
    CASES.c.responsible,
    CASES.c.last_hash,
    CASES.c.attempts_hash,
    _INSTALLATION.c.acts,
    _INSTALLATION.c.exports,
)
"""The additional columns needed to admit somebody and to write a turn."""


def _read(*columns: Any) -> Any:
    of_cases = select(*columns).select_from(CASES)
    return of_cases.join(_INSTALLATION, _INSTALLATION.c.id == 1)


@cache
def _read_case(lock: bool) -> Any:
    query = _read(*_OF_VIEW, *_OF_TURN).where(CASES.c.code == bindparam("code"))
    # SQLite cannot lock rows: there, a writing transaction holds the whole store.
    return query.with_for_update(of=CASES) if lock else query


@cache
def _read_cases(number: int) -> Any:
    return _read(*_OF_VIEW).where(CASES.c.code.in_([bindparam(name) for name in _names(number)]))


@cache
def _names(number: int) -> tuple[str, ...]:
    return tuple(f"code_{place}" for place in range(number))
