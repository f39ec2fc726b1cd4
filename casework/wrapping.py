"""Wraps keys under the master key in use, which the installation's row names for all processes at
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    String,
    TableClause,
    and_,
    column,
    func,
    or_,
    select,
    table,
)

from casework.context import Onward
from models.columns import table_of
from models.installation import Installation
from models.keys import Cipher, Replaced, id_of_master
from models.prepared import all_rows, first_row

WITH_KEYS = tuple(
    table(name, column("wrapped_key", LargeBinary), column("wrapped_by", String))
    for name in ("cases", "people", "intake_secrets", "accounts")
)
"""The tables that hold wrapped keys, with only the columns that every start needs."""
_INSTALLATION = table_of(Installation)
_LOOKED_AT = 3
"""How many rows of a table are examined for a missing master key: several, since a damaged row
shows nothing.
"""


def make_key(onward: Onward, connection: Connection, owner: bytes) -> tuple[Cipher, bytes]:
    """A new key for an owner, and its wrapped form, under the master key in use.

    Until the end of the transaction, no other master key can come into use, so that a rotation
    overlooks no key.

    Raises:
        UnknownMasterKey: this process does not have the master key.
    """
    return onward.keys.make(owner, _in_use(connection))


def replace_key(onward: Onward, connection: Connection, wrapped: bytes, owner: bytes) -> Replaced:
    """A new key for an owner who already has one, under the master key in use, as in `make_key`.

    Args:
        wrapped: the owner's present key.

    Raises: as in `Keyring.replace`.
    """
    return onward.keys.replace(wrapped, owner, _in_use(connection))


def _in_use(connection: Connection) -> str | None:
    row = first_row(connection, _read_in_use(), {})
    return row and row.wraps_with


@cache
def _read_in_use() -> Any:
    query = select(_INSTALLATION.c.wraps_with).where(_INSTALLATION.c.id == 1)
    return query.with_for_update(read=True, key_share=True)


def wrapped_columns(wrapped: bytes | None) -> dict[str, object]:
    """The columns of a wrapped key; for None, those of an erased key."""
    return {"wrapped_key": wrapped, "wrapped_by": id_of_master(wrapped) if wrapped else None}


def behind(connection: Connection, known: frozenset[str]) -> dict[str, int]:
    """How many keys were wrapped by master keys other than these, by table; tables without any are
    left out.
    """
    found = {}
    for each in WITH_KEYS:
        query = select(func.count()).select_from(each).where(_by_none_of(each, known))
        if count := connection.scalar(query):
            found[each.name] = int(count)
    return found


def require_known(onward: Onward, connection: Connection) -> None:
    """Raises UnknownMasterKey if a key was wrapped by a master key that this process does not have:
    the master key was removed too early, or belongs to another installation. Damaged rows do not
    count.
    """
    for some in _wrapped_by_others(onward.keys.ids):
        for row in all_rows(connection, some, {}):
            if (
                isinstance(row.wrapped_key, bytes)
                and id_of_master(row.wrapped_key) == row.wrapped_by
            ):
                onward.keys.expect(row.wrapped_key)


@lru_cache(maxsize=8)
def _wrapped_by_others(known: frozenset[str]) -> tuple[Any, ...]:
    """The queries, one for each table, for some rows whose keys were wrapped by master keys other
    than the known ones.
    """
    return tuple(
        select(each).where(_by_none_of(each, known)).limit(_LOOKED_AT) for each in WITH_KEYS
    )


def _by_none_of(of: TableClause, known: frozenset[str]) -> ColumnElement[bool]:
    """The condition that a row's key was wrapped by none of the known master keys. It is written as
    ranges between their ids, since the database can use an index for ranges.
    """
    return or_(*_between(of.c.wrapped_by, sorted(known)))


def _between(by: ColumnElement[str], known: list[str]) -> Iterator[ColumnElement[bool]]:
    yield by < known[0]
    yield by > known[-1]
    for before, after in pairwise(known):
        yield and_(by > before, by < after)
