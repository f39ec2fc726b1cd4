"""Protected values: what is known of a person, sealed under the person's own key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from casework.context import Onward
from models.columns import table_of
from models.keys import Cipher
from models.people import Person, ProtectedValue

_PEOPLE, _VALUES = table_of(Person), table_of(ProtectedValue)


def owner_of(person_id: int) -> bytes:
    """Names a person to the keyring."""
    return f"person:{person_id}".encode()


def _place(case_id: int, name: str, entry: int) -> bytes:
    return f"value:{case_id}:{entry}:{name}".encode()


def seal_values(
    connection: Connection,
    case_id: int,
    person_id: int,
    cipher: Cipher,
    entry: int,
    values: Mapping[str, object],
) -> None:
    """Keep values of the person whose case it is."""
    rows = [
        {
            "person_id": person_id,
            "case_id": case_id,
            "entry": entry,
            "name": name,
            "sealed": cipher.seal(msgspec.json.encode(value), _place(case_id, name, entry)),
        }
        for name, value in values.items()
    ]
    connection.execute(_insert_values(), rows)


@cache
def _insert_values() -> Any:
    return insert(_VALUES).inline()


def newest_values(connection: Connection, case_id: int) -> dict[str, Any]:
    """The newest of each value by its name, still sealed."""
    query = (
        select(_VALUES, _PEOPLE.c.wrapped_key)
        .join(_PEOPLE, _PEOPLE.c.id == _VALUES.c.person_id)
        .where(_VALUES.c.case_id == case_id)
        .order_by(_VALUES.c.entry)
    )
    return {row.name: row for row in connection.execute(query)}


def open_value(onward: Onward, row: Any) -> object:
    """What a value says. Whoever calls this records who has looked (`queries.protected_values`).

    Raises:
        Erased: the person was erased.
    """
    cipher = onward.keys.cipher(row.wrapped_key, owner_of(row.person_id))
    return msgspec.json.decode(cipher.open(row.sealed, _place(row.case_id, row.name, row.entry)))
