"""Statements that insert or update rows, built once per kind of store, table and columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table, func

from models.columns import Row, table_of
from models.prepared import changed, send


def upsert(
    connection: Connection, model: type[Row], keys: tuple[str, ...], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows, or update those with the same keys; `version` counts updates.

    All rows must have the same columns.
    """
    if rows:
        statement = _upsert(table_of(model), keys, tuple(rows[0]), connection.dialect.name)
        send(connection, statement, *rows)


def put_in(
    connection: Connection, model: type[Row], keys: tuple[str, ...], row: dict[str, Any]
) -> bool:
    """Insert a row, unless there is one with the same keys. Returns whether it was inserted."""
    statement = _put_in(table_of(model), keys, tuple(row), connection.dialect.name)
    return changed(connection, statement, row) > 0


@cache
def _put_in(table: Table, keys: tuple[str, ...], names: tuple[str, ...], dialect: str) -> Any:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    statement = insert(table).values(dict.fromkeys(names)).inline()
    return statement.on_conflict_do_nothing(index_elements=list(keys))


@cache
def _upsert(table: Table, keys: tuple[str, ...], names: tuple[str, ...], dialect: str) -> Any:
    insert = import_module(
        f"sqlalchemy.dialects.{dialect}"
    ).insert  # there is one for either kind of store that we support
    statement = insert(table).values(dict.fromkeys(names)).inline()
    changes = {name: statement.excluded[name] for name in names if name not in keys}
    if "version" in table.c:
        changes["version"] = func.coalesce(table.c.version, 0) + 1
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changes)
