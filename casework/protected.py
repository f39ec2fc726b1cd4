"""Protected values: what is known about a person, sealed under the person's own key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from casework.context import Onward
from engine.forms import check_protected
from engine.pathway import Pathway
from models.cases import Case
from models.columns import table_of
from models.keys import Cipher
from models.people import Person
from models.prepared import first_row, send
from models.protected import CarriedValue, ProtectedValue

_PEOPLE, _VALUES = table_of(Person), table_of(ProtectedValue)
_CARRIED, _CASES = table_of(CarriedValue), table_of(Case)


def owner_of(person_id: int) -> bytes:
    """Identifies a person to the keyring."""
    return f"person:{person_id}".encode()


def cipher_of(
    onward: Onward, connection: Connection, person_id: int, *, is_case_held: bool = True
) -> Cipher:
    """A cipher with the key of a person.

    Args:
        is_case_held: whether a case of theirs is locked already, so that the key cannot change
            until the end of the transaction; if not, the key is locked here.

    Raises:
        Erased: the key was destroyed, or there is no such person.
    """
    row = first_row(connection, _read_key(is_case_held), {"person": person_id})
    return onward.keys.cipher(row.wrapped_key if row else None, owner_of(person_id))


@cache
def _read_key(is_case_held: bool) -> Any:
    query = select(_PEOPLE.c.wrapped_key).where(_PEOPLE.c.id == bindparam("person"))
    return query if is_case_held else query.with_for_update(read=True, key_share=True)


def place_of(case_id: int, name: str, entry: int) -> bytes:
    return f"value:{case_id}:{entry}:{name}".encode()


def checked_values(
    pathway: Pathway, given: Mapping[str, object], names: Iterable[str]
) -> dict[str, object]:
    """The protected answers of a form. Their types are checked here, because the engine never sees
    them.

    Raises:
        Refusal: `wrong_form` names every field that is wrong, never what was answered.
    """
    values = {name: given[name] for name in names}
    check_protected(pathway, values)
    return values


def sealed_values(
    case_id: int, person_id: int, cipher: Cipher, entry: int, values: Mapping[str, object]
) -> list[dict[str, Any]]:
    """The rows of values about a case's person, sealed."""
    return [
        {
            "person_id": person_id,
            "case_id": case_id,
            "entry": entry,
            "name": name,
            "sealed": cipher.seal(msgspec.json.encode(value), place_of(case_id, name, entry)),
        }
        for name, value in values.items()
    ]


def write_values(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows of values."""
    if rows:
        send(connection, _insert_values(), *rows)


@cache
def _insert_values() -> Any:
    return insert(_VALUES).inline()


def alike(before: Pathway, pathway: Pathway, names: Iterable[str]) -> list[str]:
    """Those of `names` that are protected fields of `pathway`, with the same type in `before`."""
    there, fields = before.definition.data, pathway.definition.data
    return [
        name
        for name in names
        if name in fields
        and name in there
        and fields[name].is_protected
        and (fields[name].type, fields[name].many) == (there[name].type, there[name].many)
    ]


def newest_values(connection: Connection, case_id: int) -> dict[str, Any]:
    """The newest value under each name, still sealed: the case's own, or else one handed on by
    another case of the person.
    """
    read = select(_VALUES, _PEOPLE.c.wrapped_key).join(_PEOPLE, _PEOPLE.c.id == _VALUES.c.person_id)
    of_another_person = (
        _PEOPLE.c.id != select(_CASES.c.person_id).where(_CASES.c.id == case_id).scalar_subquery()
    )
    carried = (
        read.join(_CARRIED, _CARRIED.c.value_id == _VALUES.c.id)
        .where(_CARRIED.c.case_id == case_id)
        # Values that were erased in a linked case are gone, and hide no others.
        .where(~(of_another_person & _PEOPLE.c.wrapped_key.is_(None)))
        .order_by(_CARRIED.c.id)
    )
    own = read.where(_VALUES.c.case_id == case_id).order_by(_VALUES.c.entry)
    return {row.name: row for query in (carried, own) for row in connection.execute(query)}


def carry_values(
    connection: Connection, case_id: int, values: Collection[Any]
) -> list[dict[str, Any]]:
    """Let a case see values of another case of the same person. Nothing is copied.

    Returns:
        The new rows that record this.
    """
    if not values:
        return []
    known = set(
        connection.scalars(select(_CARRIED.c.value_id).where(_CARRIED.c.case_id == case_id))
    )
    rows = [{"case_id": case_id, "value_id": each.id} for each in values if each.id not in known]
    if rows:
        connection.execute(insert(_CARRIED), rows)
    return rows


def drop_carried(connection: Connection, case_id: int, other_id: int) -> list[int]:
    """Let a case no longer see the values that another case handed on to it. These may be the other
    case's own values, or values that a third case had handed on to it.

    Returns:
        The ids of the values that the case no longer sees.
    """
    own = select(_VALUES.c.id).where(_VALUES.c.case_id == other_id)
    carried = select(_CARRIED.c.value_id).where(_CARRIED.c.case_id == other_id)
    theirs = or_(_CARRIED.c.value_id.in_(own), _CARRIED.c.value_id.in_(carried))
    gone = delete(_CARRIED).where(_CARRIED.c.case_id == case_id, theirs)
    return [*connection.scalars(gone.returning(_CARRIED.c.value_id))]


def drop_carried_to(connection: Connection, person_id: int) -> list[tuple[int, int]]:
    """Let the cases of a person no longer see values handed on from cases filed under another
    record of the same person.

    Returns:
        For each value that a case no longer sees, the id of the case and that of the value.
    """
    cases = select(_CASES.c.id).where(_CASES.c.person_id == person_id)
    others = select(_VALUES.c.id).where(_VALUES.c.person_id != person_id)
    of_others = _CARRIED.c.value_id.in_(others)
    gone = delete(_CARRIED).where(_CARRIED.c.case_id.in_(cases), of_others)
    ids = gone.returning(_CARRIED.c.case_id, _CARRIED.c.value_id)
    return [(row.case_id, row.value_id) for row in connection.execute(ids)]


def answered_in(connection: Connection, case_id: int) -> tuple[str, ...]:
    """The names under which a case has its own values."""
    query = select(_VALUES.c.name).where(_VALUES.c.case_id == case_id).distinct()
    return tuple(sorted(connection.scalars(query)))


def open_value(onward: Onward, row: Any) -> object:
    """Open a value. The caller must record the look (`queries.protected_values`).

    Raises:
        Erased: the person was erased.
    """
    cipher = onward.keys.cipher(row.wrapped_key, owner_of(row.person_id))
    return msgspec.json.decode(cipher.open(row.sealed, place_of(row.case_id, row.name, row.entry)))
