"""Reads rows exactly as stored, for verification and for lists. Unreadable columns are named, and do not keep
the rest from being read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Select, Table, Text, cast, select, type_coerce
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import NULLTYPE

from models.session import driver_of

_NO_TEXT = "Could not decode to UTF-8"
"""The message of SQLite's driver."""


class Stored(msgspec.Struct, frozen=True):
    """One row of a table."""

    row: Any
    """Its columns as attributes; None if unreadable."""
    damaged: tuple[str, ...]
    """Names of columns whose content has the wrong type."""


def stored_rows(
    connection: Connection, table: Table, where: ColumnElement[bool], order: Column[Any]
) -> list[Stored]:
    """Everything stored in some rows, whatever has been done to them."""
    query = select(*(_unread(connection, each) for each in table.columns))
    with _any_text(connection):
        rows = connection.execute(query.where(where).order_by(order)).all()
    return [_read(connection, table.columns, row) for row in rows]


def readable_rows(
    connection: Connection, query: Select[Any], wanted: Mapping[str, object] | None = None
) -> tuple[Sequence[Any], list[Stored]]:
    """The rows of a query that can be read, and the damaged ones.

    Costs nothing extra if no row is damaged. Otherwise the query runs again without its limit, so that damaged
    rows do not take the place of others.

    Args:
        query: selects named columns.
        wanted: the parameters of the query.
    """
    try:
        return connection.execute(query, wanted).all(), []
    except (ValueError, TypeError, DBAPIError) as error:
        if not is_damage(error):
            raise
    columns = list(query.selected_columns)
    unread = [_unread(connection, each) for each in columns]
    whole = query.with_only_columns(*unread, maintain_column_froms=True).limit(None)
    with _any_text(connection):
        rows = connection.execute(whole, wanted).all()
    found = [_read(connection, columns, row) for row in rows]
    return [each.row for each in found if not each.damaged], [
        each for each in found if each.damaged
    ]


def is_damage(error: Exception) -> bool:
    """Whether an error means that a column holds a value of the wrong type."""
    is_of_driver = isinstance(error, (DBAPIError, sqlite3.Error))
    return not is_of_driver or _NO_TEXT in str(error) or isinstance(error, DataError)


def _unread(connection: Connection, column: Any) -> ColumnElement[Any]:
    """The raw value from the driver. PostgreSQL moments may lie beyond what a driver can return."""
    if connection.dialect.name == "postgresql" and _is_moment(column):
        return cast(column, Text).label(column.name)
    return type_coerce(column, NULLTYPE).label(column.name)


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """SQLite aborts a whole query for invalid text; here it stays bytes."""
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


def _read(connection: Connection, columns: Iterable[Any], row: Any) -> Stored:
    values: dict[str, Any] = {}
    damaged = []
    for column, stored in zip(columns, row, strict=True):
        try:
            values[column.name] = _value(connection, column, stored)
        except (ValueError, TypeError, AttributeError):
            values[column.name] = None
            damaged.append(column.name)
    return Stored(SimpleNamespace(**values), tuple(damaged))


def _value(connection: Connection, column: Column[Any], stored: Any) -> Any:
    """Convert a value. Raises ValueError, TypeError or AttributeError if it has the wrong type."""
    if stored is None:
        if not getattr(getattr(column, "element", column), "nullable", True):
            raise ValueError
        return None
    value, kind = stored, _kind(column)
    if connection.dialect.name == "sqlite":
        implied = column.type.dialect_impl(connection.dialect)
        convert = implied.result_processor(connection.dialect, None)
        value = convert(stored) if convert else stored
    elif _is_moment(column):
        value = kind.fromisoformat(stored)
    if kind is bool and stored not in (0, 1):
        raise ValueError
    if not isinstance(value, (int, float) if kind is float else kind):
        raise TypeError
    return value


def _kind(column: Column[Any]) -> Any:
    """The type of a column's values; object for a document, which may be anything."""
    return getattr(column.type, "impl_instance", column.type).python_type


def _is_moment(column: Column[Any]) -> bool:
    return _kind(column) in (datetime, date)
