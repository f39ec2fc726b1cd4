"""Statements compiled once and then sent directly through the driver.

A turn always runs the same statements; rebuilding their text and parameters each time would cost
more than executing them.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from models.session import driver_of

_KEPT = 256
"""How many compiled statements a process caches."""

Convert = Callable[[Any], Any]


class _Prepared(NamedTuple):
    text: str
    parameters: tuple[tuple[str, Convert | None], ...]
    """In text order, each with its conversion for the driver."""
    fixed: dict[str, Any]
    """Values given in the statement, or column defaults."""
    by_place: bool
    """Whether parameters are positional rather than named."""
    row: Callable[..., Any] | None
    """Builds a row with the columns as attributes; None if the statement returns no rows."""
    columns: tuple[Convert | None, ...]


def send(
    connection: Connection, statement: Any, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> None:
    """Execute a statement once, or once per row; all rows have the same parameters.

    Reuse the statement object: it is compiled once.
    """
    several = (rows,) if isinstance(rows, Mapping) else rows
    prepared = _prepare(statement, connection.dialect, tuple(several[0]))
    cursor = driver_of(connection).cursor()
    for row in several:
        cursor.execute(prepared.text, _given(prepared, row))
    cursor.close()


def first_row(connection: Connection, statement: Any, parameters: Mapping[str, Any]) -> Any | None:
    """The first row of a statement's result, with columns as attributes and moments in UTC.

    On PostgreSQL, `BEGIN` is sent along with the statement.
    """
    prepared = _prepare(statement, connection.dialect, tuple(parameters))
    driver = driver_of(connection)
    given = _given(prepared, parameters)
    if connection.dialect.name == "postgresql":
        with driver.pipeline():
            cursor = driver.cursor()
            cursor.execute(prepared.text, given)
    else:
        cursor = driver.execute(prepared.text, given)
    found = cursor.fetchone()
    cursor.close()
    if found is None or prepared.row is None:
        return None
    return prepared.row(
        *(
            _read(value if convert is None else convert(value))
            for value, convert in zip(found, prepared.columns, strict=True)
        )
    )


def _read(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _given(prepared: _Prepared, row: Mapping[str, Any]) -> Any:
    values = {**prepared.fixed, **row} if prepared.fixed else row
    if prepared.by_place:
        return [
            values[name] if convert is None else convert(values[name])
            for name, convert in prepared.parameters
        ]
    return {
        name: values[name] if convert is None else convert(values[name])
        for name, convert in prepared.parameters
    }


@lru_cache(maxsize=_KEPT)
def _prepare(statement: ClauseElement, dialect: Dialect, names: tuple[str, ...]) -> _Prepared:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    fixed |= {column.key: _default(column) for column in compiled.prefetch}
    types = {name: bound.type for bound, name in compiled.bind_names.items()}
    order = compiled.positiontup or list(compiled.bind_names.values())
    columns = getattr(statement, "selected_columns", ())
    return _Prepared(
        text=compiled.string,
        parameters=tuple((name, _to_store(types[name], dialect)) for name in order),
        fixed=fixed,
        by_place=bool(compiled.positional),
        row=namedtuple("Row", [each.name for each in columns]) if columns else None,
        columns=tuple(_from_store(each.type, dialect) for each in columns),
    )


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None or not default.is_scalar:
        raise TypeError(f"a value is missing for {column}")
    return default.arg


def _to_store(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, UTCDateTime):
        return _moment_to_store(dialect)
    return kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=_KEPT)
def _moment_to_store(dialect: Dialect) -> Convert | None:
    """Cached, because a turn writes the same few moments into many columns, and SQLite needs
    them as text.
    """
    convert = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    return convert and lru_cache(maxsize=_KEPT)(convert)


def _from_store(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
