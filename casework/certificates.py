"""Certificates of erasure: a chain of records of the keys destroyed to erase a case or a person.

Source: an erasure is recorded without what was erased (GDPR article 5(2), accountability).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, select

from casework import authority, chain, manifest
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.erasure_list import Certificate
from casework.manifest import Manifest
from casework.principal import Principal
from models.columns import table_of
from models.erasures import Erasure
from models.people import Person

_ERASURES, _PEOPLE = table_of(Erasure), table_of(Person)


class ErasureGround(StrEnum):
    """Why something was erased (GDPR article 17(1))."""

    REQUEST = "request"
    """The person asked for it."""
    RETENTION = "retention"
    """The retention period was over."""
    ORDER = "order"
    """A court or a supervisory authority ordered it."""
    MISTAKE = "mistake"
    """It should never have been recorded."""


def certify(
    onward: Onward,
    connection: Connection,
    by: Principal,
    *,
    owner: bytes,
    cases: Sequence[str],
    ground: str,
    wrapped: bytes,
    left: Manifest,
) -> Certificate:
    """Record that a key is destroyed, in the same transaction that destroys it.

    Args:
        owner: the key's owner, as the keyring names it.
        wrapped: the wrapped key, of which only a digest is recorded.
        left: the remaining rows, which nothing but the destroyed key could prove.
    """
    now = hold_installation(onward, connection)
    values = {
        "operator": by.person,
        "owner": owner.decode(),
        "cases": [*cases],
        "ground": ground,
        "key_digest": hashlib.sha256(wrapped).hexdigest(),
    }
    kept = {**values, "wrote": manifest.encode(left)}
    number = chain.append(onward.proof, connection, chain.ERASURES, now, kept)
    return Certificate(number=number, made_at=now, **values)  # type: ignore[arg-type] # by name


def certificates(onward: Onward, by: Principal) -> list[Certificate]:
    """All certificates, oldest first."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(_ERASURES).order_by(_ERASURES.c.number)).all()
    return msgspec.convert(rows, list[Certificate], from_attributes=True)


def certified(connection: Connection, owner: bytes) -> bool:
    """Whether there is a certificate for an owner's key."""
    query = select(_ERASURES.c.id).where(_ERASURES.c.owner == owner.decode())
    return connection.execute(query).first() is not None
