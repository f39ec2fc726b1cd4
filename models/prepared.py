"""Statements that are compiled once and sent by the driver itself.

What a turn reads and writes is always the same; making the text of a statement and its parameters
anew each time would cost more than the store takes to carry it out.
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
"""Compiled statements that a process remembers."""

Convert = Callable[[Any], Any]


class _Prepared(NamedTuple):
    text: str
    parameters: tuple[tuple[str, Convert | None], ...]
    """In the order of the text, each with what the driver must be given instead of the value."""
    fixed: dict[str, Any]
    """Values that stand in the statement, or are the defaults of their columns."""
    by_place: bool
    """Parameters are given in their order, not by their names."""
    row: Callable[..., Any] | None
    """Makes a row with the columns as attributes; None of a statement that gives none."""
    columns: tuple[Convert | None, ...]


def send(
    connection: Connection, statement: Any, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> None:
    """Carry out a statement once, or once for each row; all rows name the same parameters.

    Keep the statement: it is compiled once.
    """
    several = (rows,) if isinstance(rows, Mapping) else rows
    prepared = _prepare(statement, connection.dialect, tuple(several[0]))
    cursor = driver_of(connection).cursor()
    for row in several:
        cursor.execute(prepared.text, _given(prepared, row))
    cursor.close()


def first_row(connection: Connection, statement: Any, parameters: Mapping[str, Any]) -> Any | None:
    """The first row that a statement finds, with its columns as attributes; moments are in UTC.

    On PostgreSQL `BEGIN` goes with the statement instead of being waited for.
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
    """A turn writes the same few moments into many columns, and SQLite wants each as text."""
    convert = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    return convert and lru_cache(maxsize=_KEPT)(convert)


def _from_store(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
