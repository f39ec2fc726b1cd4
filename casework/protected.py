"""Protected values: what is known of a person, sealed under the person's own key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from casework.context import Onward
from models.columns import table_of
from models.people import Participant, Person, ProtectedValue

_PEOPLE, _PARTICIPANTS = table_of(Person), table_of(Participant)
_VALUES = table_of(ProtectedValue)


def owner_of(person_id: int) -> bytes:
    """Names a person to the keyring."""
    return f"person:{person_id}".encode()


def _place(case_id: int, name: str, entry: int) -> bytes:
    return f"value:{case_id}:{entry}:{name}".encode()


def seal_values(
    onward: Onward, connection: Connection, case_id: int, entry: int, values: Mapping[str, object]
) -> None:
    """Keep values of the person whose case it is.

    Raises:
        Erased: the person was erased.
    """
    person = connection.execute(_person_of(), {"case_id": case_id}).first()
    if person is None:
        raise RuntimeError("a case without a person")
    cipher = onward.keys.cipher(person.wrapped_key, owner_of(person.id))
    rows = [
        {
            "person_id": person.id,
            "participant_id": person.participant_id,
            "case_id": case_id,
            "entry": entry,
            "name": name,
            "sealed": cipher.seal(msgspec.json.encode(value), _place(case_id, name, entry)),
        }
        for name, value in values.items()
    ]
    connection.execute(insert(_VALUES), rows)


def open_values(onward: Onward, connection: Connection, case_id: int) -> dict[str, object]:
    """The newest of each value.

    Raises:
        Erased: the person was erased.
    """
    query = (
        select(_VALUES, _PEOPLE.c.wrapped_key)
        .join(_PEOPLE, _PEOPLE.c.id == _VALUES.c.person_id)
        .where(_VALUES.c.case_id == case_id)
        .order_by(_VALUES.c.entry)
    )
    found: dict[str, object] = {}
    for row in connection.execute(query):
        cipher = onward.keys.cipher(row.wrapped_key, owner_of(row.person_id))
        text = cipher.open(row.sealed, _place(case_id, row.name, row.entry))
        found[row.name] = msgspec.json.decode(text)
    return found


@cache
def _person_of() -> Any:
    """The first participant: the person whose case it is."""
    return (
        select(_PEOPLE.c.id, _PEOPLE.c.wrapped_key, _PARTICIPANTS.c.id.label("participant_id"))
        .join(_PARTICIPANTS, _PARTICIPANTS.c.person_id == _PEOPLE.c.id)
        .where(_PARTICIPANTS.c.case_id == bindparam("case_id"))
        .order_by(_PARTICIPANTS.c.id)
        .limit(1)
    )
