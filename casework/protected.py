"""Protected values: what is known of a person, sealed under the person's own key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from casework.context import Onward
from engine.forms import check_protected
from engine.pathway import Pathway
from models.columns import table_of
from models.keys import Cipher
from models.people import Person
from models.prepared import send
from models.protected import CarriedValue, ProtectedValue

_PEOPLE, _VALUES = table_of(Person), table_of(ProtectedValue)
_CARRIED = table_of(CarriedValue)


def owner_of(person_id: int) -> bytes:
    """Identifies a person to the keyring."""
    return f"person:{person_id}".encode()


def place_of(case_id: int, name: str, entry: int) -> bytes:
    return f"value:{case_id}:{entry}:{name}".encode()


def checked_values(
    pathway: Pathway, given: Mapping[str, object], names: Iterable[str]
) -> dict[str, object]:
    """The protected answers of a form. Their types are checked here, because the engine never sees them.

    Raises:
        Refusal: `wrong_form` names every field that is wrong, never what was answered.
    """
    values = {name: given[name] for name in names}
    check_protected(pathway, values)
    return values


def seal_values(
    connection: Connection,
    case_id: int,
    person_id: int,
    cipher: Cipher,
    entry: int,
    values: Mapping[str, object],
) -> None:
    """Store values of the case's person."""
    rows = [
        {
            "person_id": person_id,
            "case_id": case_id,
            "entry": entry,
            "name": name,
            "sealed": cipher.seal(msgspec.json.encode(value), place_of(case_id, name, entry)),
        }
        for name, value in values.items()
    ]
    send(connection, _insert_values(), rows)


@cache
def _insert_values() -> Any:
    return insert(_VALUES).inline()


def newest_values(connection: Connection, case_id: int) -> dict[str, Any]:
    """The newest value under each name, still sealed: the case's own, or else one handed on by
    an earlier case of the person.
    """
    read = select(_VALUES, _PEOPLE.c.wrapped_key).join(_PEOPLE, _PEOPLE.c.id == _VALUES.c.person_id)
    carried = read.join(_CARRIED, _CARRIED.c.value_id == _VALUES.c.id).where(
        _CARRIED.c.case_id == case_id
    )
    own = read.where(_VALUES.c.case_id == case_id).order_by(_VALUES.c.entry)
    return {row.name: row for query in (carried, own) for row in connection.execute(query)}


def carry_values(connection: Connection, case_id: int, values: Iterable[Any]) -> None:
    """Let a later case of the same person see the values of an earlier one. Nothing is copied."""
    rows = [{"case_id": case_id, "value_id": value.id} for value in values]
    if rows:
        connection.execute(insert(_CARRIED), rows)


def open_value(onward: Onward, row: Any) -> object:
    """Open a value. The caller must record who has looked (`queries.protected_values`).

    Raises:
        Erased: the person was erased.
    """
    cipher = onward.keys.cipher(row.wrapped_key, owner_of(row.person_id))
    return msgspec.json.decode(cipher.open(row.sealed, place_of(row.case_id, row.name, row.entry)))
