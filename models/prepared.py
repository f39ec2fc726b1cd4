"""Statements compiled once and then sent directly through the driver.

A turn always runs the same statements; rebuilding their text and parameters each time would cost
more than executing them.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Dialect, Float, LargeBinary
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from models.moments import in_utc
from models.session import data_error_of, driver_of

_KEPT = 256
"""How many compiled statements a process caches."""
_TAKEN_AS_THEY_ARE = (Boolean, LargeBinary)
"""Types whose values both drivers accept as they are, although SQLAlchemy would convert them
first.
"""

Convert = Callable[[Any], Any]


class _Prepared(NamedTuple):
    text: str
    parameters: tuple[str, ...]
    """The parameters, in the order of the text."""
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """Takes the parameters' values from a row."""
    conversions: tuple[tuple[int, Convert], ...]
    """Conversions for the driver, by the position of those parameters that need one."""
    fixed: dict[str, Any]
    """Values given in the statement, or column defaults."""
    by_place: bool
    """Whether parameters are positional rather than named."""
    row: Callable[[Iterable[Any]], Any]
    """Builds a row with the columns as attributes."""
    results: tuple[tuple[int, Convert], ...]
    """Conversions of results from the driver, by the position of those columns that need one."""


def send(connection: Connection, statement: Any, *rows: Mapping[str, Any]) -> None:
    """Execute a statement once per row. Give at least one row, and the same parameters in each.

    Reuse the statement object, which is compiled only once.
    """
    prepared = _prepare(statement, connection.dialect, tuple(rows[0]))
    execute = driver_of(connection).cursor().execute
    for row in rows:
        execute(prepared.text, _given(prepared, row))


def changed(connection: Connection, statement: Any, row: Mapping[str, Any]) -> int:
    """Execute a statement once, outside a `session.batch`. Returns how many rows it has changed."""
    prepared = _prepare(statement, connection.dialect, tuple(row))
    cursor = driver_of(connection).cursor()
    cursor.execute(prepared.text, _given(prepared, row))
    found: int = cursor.rowcount
    cursor.close()
    return found


def first_row(connection: Connection, statement: Any, parameters: Mapping[str, Any]) -> Any | None:
    """The first row of a statement's result, with columns as attributes and moments in UTC; None if
    the result is empty.
    """
    prepared = _prepare(statement, connection.dialect, tuple(parameters))
    cursor = _asked(connection, prepared, parameters)
    found = _fetched(connection, cursor.fetchone)
    cursor.close()
    return None if found is None else _read(prepared, found)


def all_rows(connection: Connection, statement: Any, parameters: Mapping[str, Any]) -> list[Any]:
    """Every row of a statement's result, with columns as attributes and moments in UTC."""
    prepared = _prepare(statement, connection.dialect, tuple(parameters))
    cursor = _asked(connection, prepared, parameters)
    found = _fetched(connection, cursor.fetchall)
    cursor.close()
    return [_read(prepared, row) for row in found]


def _asked(connection: Connection, prepared: _Prepared, parameters: Mapping[str, Any]) -> Any:
    """The cursor with the result. On PostgreSQL, `BEGIN` is sent along with the first statement."""
    driver, given = driver_of(connection), _given(prepared, parameters)
    if connection.dialect.name != "postgresql" or driver.info.transaction_status:
        return driver.execute(prepared.text, given)
    with driver.pipeline():
        cursor = driver.cursor()
        cursor.execute(prepared.text, given)
    return cursor


def _fetched(connection: Connection, fetch: Callable[[], Any]) -> Any:
    """The rows of a result. Raises ValueError for a value that the driver cannot convert."""
    try:
        return fetch()
    except data_error_of(connection.dialect) as error:
        raise ValueError(type(error).__name__) from None


def _read(prepared: _Prepared, found: Sequence[Any]) -> Any:
    if not prepared.results:
        return prepared.row(found)
    values = [*found]
    for place, convert in prepared.results:
        values[place] = convert(values[place])
    return prepared.row(values)


def _given(prepared: _Prepared, row: Mapping[str, Any]) -> Any:
    given = [*prepared.values({**prepared.fixed, **row} if prepared.fixed else row)]
    for place, convert in prepared.conversions:
        given[place] = convert(given[place])
    return given if prepared.by_place else dict(zip(prepared.parameters, given, strict=True))


@lru_cache(maxsize=_KEPT)
def _prepare(statement: ClauseElement, dialect: Dialect, names: tuple[str, ...]) -> _Prepared:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    fixed |= {column.key: _default(column) for column in compiled.prefetch}
    types = {name: bound.type for bound, name in compiled.bind_names.items()}
    order = tuple(compiled.positiontup or compiled.bind_names.values())
    converted = [(place, _to_store(types[name], dialect)) for place, name in enumerate(order)]
    columns = getattr(statement, "exported_columns", ())
    read = [(place, _from_store(each.type, dialect)) for place, each in enumerate(columns)]
    return _Prepared(
        text=compiled.string,
        parameters=order,
        values=_taker(order),
        conversions=tuple((place, convert) for place, convert in converted if convert),
        fixed=fixed,
        by_place=bool(compiled.positional),
        # By `tuple.__new__`: a named tuple's own constructor is written in Python, and so slower.
        row=partial(tuple.__new__, namedtuple("Row", [each.name for each in columns])),
        results=tuple((place, convert) for place, convert in read if convert),
    )


def _taker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """A function that takes the values of some names as a tuple, even if there is only one name."""
    return itemgetter(*names) if len(names) > 1 else lambda row: tuple(row[name] for name in names)


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None or not default.is_scalar:
        raise TypeError(f"a value is missing for {column}")
    return default.arg


def _to_store(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, UTCDateTime):
        return _moment_to_store(dialect)
    if isinstance(kind, _TAKEN_AS_THEY_ARE):
        return None
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _moment_to_store(dialect: Dialect) -> Convert | None:
    if dialect.name == "sqlite":
        return as_text
    return UTCDateTime().dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=_KEPT)
def as_text(moment: datetime | None) -> str | None:
    """A date and time as SQLAlchemy stores it in SQLite; None stays None. Cached, because a turn
    writes the same few times into many columns.

    Raises:
        ValueError: it has no time zone.
    """
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise ValueError("a moment has no zone")
    return in_utc(moment).replace("T", " ")


@lru_cache(maxsize=_KEPT)
def _moment_from_store(dialect: Dialect) -> Convert | None:
    """The conversion of moments from the store; None if they need none. Like `as_text`, it caches
    its results, because a turn mostly reads what the previous one wrote.
    """
    convert = UTCDateTime().dialect_impl(dialect).result_processor(dialect, None)
    return convert and lru_cache(maxsize=_KEPT)(convert)


def _from_store(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, UTCDateTime):
        return _moment_from_store(dialect)
    if isinstance(
        kind, Float
    ):  # as both drivers give it; PostgreSQL's would have to know the result first
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)
