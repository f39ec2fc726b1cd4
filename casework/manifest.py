"""Manifests: what a record in a chain says about the rows that were written with it.

An entry in a case's log proves what its turn wrote in addition to the state; an operators' act
proves the rows of the tables that it changed. Each row is listed by a name and with a keyed digest,
so that `verify` can name any that was changed, removed or inserted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from casework.proved import Proved
from casework.proved_tables import TABLES
from models.columns import older_values
from models.prepared import all_rows
from models.proof import Proof

Digests = dict[str, dict[str, str | None]]
"""Digests by table and row name; None for a row that no longer exists."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was written with a record, and how far other chains reached by then."""

    rows: Digests = {}
    whole: tuple[str, ...] = ()
    """Tables that contained exactly the rows listed in `rows`."""
    acts: int = 0
    """How many operators' acts had been recorded."""
    exports: int = 0
    """How many exports had been recorded."""
    attempts: bytes = b""
    """The hash of the case's newest attempt to send a notice; empty if there is none."""


def encode(manifest: Manifest) -> bytes:
    """A manifest in the form in which it is stored."""
    return msgspec.json.encode(manifest)


def decode(stored: bytes | None) -> Manifest:
    """A stored manifest; an empty one if there is none."""
    return msgspec.json.decode(stored, type=Manifest) if stored else Manifest()


def digests(proof: Proof, table: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, str | None]:
    """The digests of rows by their names.

    Args:
        rows: rows with at least the columns that are proved.
    """
    proved = TABLES[table]
    return {name_of(proved, row): proof.brief(table, said(table, row)) for row in rows}


def name_of(proved: Proved, row: Mapping[str, Any]) -> str:
    """What a row is called in manifests and faults."""
    return " ".join([_word(row[column]) for column in proved.name])


def said(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the digest of a row covers: its proved columns, as `told`."""
    return told(table, {column: row[column] for column in TABLES[table].columns})


def told(table: str, columns: dict[str, Any]) -> dict[str, Any]:
    """What a digest tells of these columns of a row: a column that was added later is left out
    while it has the value of older rows, whose digests were made without it.
    """
    if not (older := _older_values(table)):
        return columns
    return {k: value for k, value in columns.items() if k not in older or value != older[k]}


_older_values = cache(older_values)


def standing(proof: Proof, connection: Connection, tables: Iterable[str]) -> Manifest:
    """The digests of all rows of these tables, as this transaction leaves them."""
    found: Digests = {}
    for name in tables:
        rows = all_rows(connection, _all_of(name), {})
        found[name] = digests(proof, name, (row._asdict() for row in rows))
    return Manifest(rows=found, whole=tuple(found))


@cache
def _all_of(table: str) -> Select[Any]:
    """A query for the columns by which a table's rows are named and proved."""
    from models.tables import METADATA  # with every model, which few commands need

    columns = METADATA.tables[table].c
    wanted = dict.fromkeys((*TABLES[table].name, *TABLES[table].columns))
    return select(*(columns[each] for each in wanted))


def fold(manifests: Iterable[Manifest]) -> Digests:
    """The rows that must exist according to these manifests, which are given oldest first. Tables
    that no manifest mentions are left out.
    """
    there: Digests = {}
    for manifest in manifests:
        for table, rows in manifest.rows.items():
            kept = {} if table in manifest.whole else there.get(table, {})
            kept = {**kept, **rows}
            there[table] = {name: each for name, each in kept.items() if each is not None}
    return there


def _word(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
