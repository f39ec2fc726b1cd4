"""Certificates of erasure: the record of each key that was destroyed, in a hash chain.

Source: an erasure is recorded without what was erased (GDPR article 5(2), accountability).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from casework import authority, chain, log, protected
from casework.authority import Right
from casework.context import Onward
from casework.erasure_list import Certificate
from casework.held import CASES, hold_installation
from casework.principal import Principal
from models.as_stored import stored_rows
from models.columns import table_of
from models.erasures import Erasure
from models.people import Person

_ERASURES, _PEOPLE = table_of(Erasure), table_of(Person)


class Ground(StrEnum):
    """Why something was erased (GDPR article 17(1))."""

    REQUEST = "request"
    """The person asked for it."""
    RETENTION = "retention"
    """It was kept for as long as it may be."""
    ORDER = "order"
    """A court or a supervisory authority ordered it."""
    MISTAKE = "mistake"
    """It should never have been recorded."""


_FIELDS = Certificate.__struct_fields__


def certify(
    onward: Onward,
    connection: Connection,
    by: Principal,
    *,
    owner: bytes,
    cases: Sequence[str],
    ground: str,
    wrapped: bytes,
) -> Certificate:
    """Record that a key is destroyed, in the transaction in which it is.

    Args:
        owner: whose key it is, for the keyring.
    """
    now = hold_installation(onward, connection)
    values = {
        "operator": by.person,
        "owner": owner.decode(),
        "cases": [*cases],
        "ground": ground,
        "key_digest": hashlib.sha256(wrapped).hexdigest(),
    }
    number = chain.append(connection, _ERASURES, now, values)
    return Certificate(number=number, made_at=now, **values)  # type: ignore[arg-type] # by name


def certificates(onward: Onward, by: Principal) -> list[Certificate]:
    """All certificates, oldest first."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(_ERASURES).order_by(_ERASURES.c.number)).all()
    return [Certificate(**_values(row)) for row in rows]


def certified(connection: Connection, owner: bytes) -> bool:
    """Whether there is a certificate for an owner's key."""
    query = select(_ERASURES.c.id).where(_ERASURES.c.owner == owner.decode())
    return connection.execute(query).first() is not None


def faults(onward: Onward, by: Principal) -> list[str]:
    """What was changed in the record since it was written, and which certified keys are there."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = stored_rows(connection, _ERASURES, _ERASURES.c.id.is_not(None), _ERASURES.c.number)
        owners = {each.row.owner for each in rows}
        undead = [owner.decode() for owner in _with_key(connection) if owner.decode() in owners]
    return [
        *chain.faults("certificate of erasure", rows, hash_of),
        *(f"{owner} has a certificate of erasure, and its key is there" for owner in undead),
    ]


def hash_of(row: Any) -> bytes:
    """The hash that a stored certificate must have."""
    return chain.digest(row.previous_hash, _values(row))


def _with_key(connection: Connection) -> Iterator[bytes]:
    """The owners of the keys that are there."""
    for code in connection.scalars(select(CASES.c.code).where(CASES.c.wrapped_key.is_not(None))):
        yield log.owner_of(code)
    for person in connection.scalars(
        select(_PEOPLE.c.id).where(_PEOPLE.c.wrapped_key.is_not(None))
    ):
        yield protected.owner_of(person)


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}
