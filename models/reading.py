"""Reading one row at the start of a transaction, with one wait for both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Select

from models.session import driver_of


def first_row(
    connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]
) -> Any | None:
    """The first row that a statement finds, with its columns as attributes; moments are in UTC.

    On PostgreSQL `BEGIN` goes with the statement instead of being waited for. Keep the statement:
    it is compiled once.
    """
    if connection.dialect.name != "postgresql":
        return connection.execute(statement, parameters).first()
    driver, compiled = driver_of(connection), _compiled(statement, connection.dialect)
    with driver.pipeline():
        cursor = driver.cursor(row_factory=namedtuple_row)
        cursor.execute(compiled.string, compiled.construct_params(dict(parameters)))
    row = cursor.fetchone()
    if row is None:
        return None
    moments = {
        name: value.astimezone(UTC)
        for name, value in row._asdict().items()
        if isinstance(value, datetime)
    }
    return row._replace(**moments)


@cache
def _compiled(statement: Select[Any], dialect: Any) -> Any:
    return statement.compile(dialect=dialect)
