"""Reads rows exactly as stored, for verification and for lists. Unreadable columns are reported,
and do not keep the rest from being read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    select,
    type_coerce,
)
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import NULLTYPE

from models.prepared import all_rows
from models.session import driver_of

_NO_TEXT = "Could not decode to UTF-8"
"""The beginning of the message that SQLite's driver gives for invalid text."""


Readers = tuple[tuple[str, Callable[[Any], Any]], ...]
"""The name of each column, with the function that converts its raw value."""


class Stored(msgspec.Struct, frozen=True):
    """One row of a table."""

    row: Any
    """Its columns as attributes; None for an unreadable column."""
    damaged: tuple[str, ...]
    """Names of columns whose content has the wrong type."""


def columns_of(row: Any) -> Mapping[str, Any]:
    """The columns, by name, of a row from a query or from `stored_rows`."""
    return row._asdict() if isinstance(row, Row) else vars(row)


def stored_rows(
    connection: Connection, table: Table, order: Column[Any], /, **where: object
) -> list[Stored]:
    """The rows whose columns have the values in `where`, sorted by the column `order`, exactly as
    stored, even if somebody has altered them.
    """
    query, readers = _of_rows(table, order, tuple(where), connection.dialect.name)
    with _any_text(connection):
        rows = all_rows(connection, query, where)
    return [_read(readers, row) for row in rows]


def stored_rows_where(
    connection: Connection, table: Table, order: Column[Any], where: ColumnElement[bool]
) -> list[Stored]:
    """Like `stored_rows`, for the rows that meet a condition of any kind, at twice the cost."""
    query, readers = _of_table(table, connection.dialect.name)
    with _any_text(connection):
        rows = connection.execute(query.where(where).order_by(order)).all()
    return [_read(readers, row) for row in rows]


def readable_rows(
    connection: Connection,
    query: Select[Any],
    wanted: Mapping[str, object] | None = None,
    *,
    is_kept: bool = False,
) -> tuple[Sequence[Any], list[Stored]]:
    """The rows of a query that can be read, and the damaged ones.

    Costs nothing extra if no row is damaged. Otherwise the query runs again without its limit, so
    that damaged rows do not take the place of others; it may then return more rows than the limit.

    Args:
        query: selects named columns.
        wanted: the parameters of the query.
        is_kept: whether the query is the same object each time, so that it pays to prepare it.
    """
    try:
        if is_kept:
            return all_rows(connection, query, wanted or {}), []
        return connection.execute(query, wanted).all(), []
    except (ValueError, TypeError, DBAPIError, sqlite3.Error) as error:
        if not is_damage(error):
            raise
    unread, readers = _raw(query.selected_columns, connection.dialect.name)
    whole = query.with_only_columns(*unread, maintain_column_froms=True).limit(None)
    with _any_text(connection):
        rows = connection.execute(whole, wanted).all()
    found = [_read(readers, row) for row in rows]
    return [each.row for each in found if not each.damaged], [
        each for each in found if each.damaged
    ]


def is_damage(error: Exception) -> bool:
    """Whether an error in reading rows means that a column holds a value of the wrong type."""
    is_of_driver = isinstance(error, (DBAPIError, sqlite3.Error))
    return not is_of_driver or _NO_TEXT in str(error) or isinstance(error, DataError)


@cache
def _of_table(table: Table, dialect: str) -> tuple[Select[Any], Readers]:
    """The query for all rows of a table; cached, as building it takes as long as running it."""
    unread, readers = _raw(table.columns, dialect)
    return select(*unread), readers


@cache
def _of_rows(
    table: Table, order: Column[Any], names: tuple[str, ...], dialect: str
) -> tuple[Select[Any], Readers]:
    """The query for rows with certain values, cached for the same reason."""
    query, readers = _of_table(table, dialect)
    wanted = (table.c[name] == bindparam(name) for name in names)
    return query.where(*wanted).order_by(order), readers


def _raw(columns: Iterable[Any], dialect: str) -> tuple[list[ColumnElement[Any]], Readers]:
    """The expressions to select for some columns, and the functions that convert their values."""
    found = list(columns)
    readers = tuple((each.name, _reader(each, dialect)) for each in found)
    return [_unread(each, dialect) for each in found], readers


def _unread(column: Any, dialect: str) -> ColumnElement[Any]:
    """The expression for a column's raw value. PostgreSQL can hold dates and times that a driver
    cannot return, so these are read as text.
    """
    if dialect == "postgresql" and _is_moment(column):
        return cast(column, Text).label(column.name)
    return type_coerce(column, NULLTYPE).label(column.name)


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """A context in which invalid text is returned as bytes; otherwise SQLite would abort the whole
    query.
    """
    driver = driver_of(connection)
    if connection.dialect.name != "sqlite":
        yield
        return
    usual, driver.text_factory = driver.text_factory, _text_or_bytes
    try:
        yield
    finally:
        driver.text_factory = usual


def _text_or_bytes(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def _read(readers: Readers, row: Any) -> Stored:
    values: dict[str, Any] = {}
    damaged = []
    for (name, read), stored in zip(readers, row, strict=True):
        try:
            values[name] = read(stored)
        except (ValueError, TypeError, AttributeError):
            values[name] = None
            damaged.append(name)
    return Stored(SimpleNamespace(**values), tuple(damaged))


def _reader(column: Any, dialect: str) -> Callable[[Any], Any]:
    """A function that converts a column's value. It raises ValueError, TypeError or AttributeError
    if the value has the wrong type.
    """
    kind, convert = _kind(column), _conversion(column, dialect)
    allowed = (int, float) if kind is float else kind
    is_nullable = getattr(getattr(column, "element", column), "nullable", True)

    def read(stored: Any) -> Any:
        if stored is None:
            if not is_nullable:
                raise ValueError
            return None
        value = convert(stored) if convert else stored
        if kind is bool and stored not in (0, 1):
            raise ValueError
        if not isinstance(value, allowed):
            raise TypeError
        return value

    return read


def _conversion(column: Any, dialect: str) -> Callable[[Any], Any] | None:
    """A function that converts what the driver returns; None if that is already the value."""
    if dialect == "sqlite":
        sqlite = registry.load(dialect)()
        found: Callable[[Any], Any] | None = column.type.dialect_impl(sqlite).result_processor(
            sqlite, None
        )
        return found
    if _is_moment(column):
        from_text: Callable[[Any], Any] = _kind(column).fromisoformat
        return from_text
    return None


def _kind(column: Column[Any]) -> Any:
    """The type of a column's values; object for a document, which may be anything."""
    return getattr(column.type, "impl_instance", column.type).python_type


def _is_moment(column: Column[Any]) -> bool:
    return _kind(column) in (datetime, date)
