"""Reads rows exactly as stored, for verification. Unreadable columns are named, and do not keep
the rest from being read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, Text, cast, select, type_coerce
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import NULLTYPE

from models.session import driver_of


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
    return [_read(connection, table, row) for row in rows]


def _unread(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
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


def _read(connection: Connection, table: Table, row: Any) -> Stored:
    values: dict[str, Any] = {}
    damaged = []
    for column, stored in zip(table.columns, row, strict=True):
        try:
            values[column.name] = _value(connection, column, stored)
        except (ValueError, TypeError, AttributeError):
            values[column.name] = None
            damaged.append(column.name)
    return Stored(SimpleNamespace(**values), tuple(damaged))


def _value(connection: Connection, column: Column[Any], stored: Any) -> Any:
    """Convert a value. Raises ValueError, TypeError or AttributeError if it has the wrong type."""
    if stored is None:
        if not column.nullable:
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
