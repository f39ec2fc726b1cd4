"""Under which master key keys are wrapped: the installation says it, for all processes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from casework.context import Onward
from models.cases import Case
from models.columns import table_of
from models.installation import Installation
from models.intakes import IntakeSecret
from models.keys import Cipher, id_of_master
from models.people import Person

WITH_KEYS: Mapping[str, Table] = {
    "cases": table_of(Case),
    "people": table_of(Person),
    "intake_secrets": table_of(IntakeSecret),
}
"""The tables that hold wrapped keys."""
_INSTALLATION = table_of(Installation)
_LOOKED_AT = 3
"""How many rows of a table tell that a master key is missing: one of them may be damaged."""


def make_key(onward: Onward, connection: Connection, owner: bytes) -> tuple[Cipher, bytes]:
    """A new key for an owner, and its wrapped form, under the master key in use.

    Until the end of the transaction another one cannot come into use, so that a rotation leaves
    none behind.

    Raises:
        UnknownMasterKey: this process cannot have it.
    """
    in_use = select(_INSTALLATION.c.wraps_with).where(_INSTALLATION.c.id == 1)
    shared = in_use.with_for_update(read=True, key_share=True)
    return onward.keys.make(owner, connection.scalar(shared))


def wrapped_columns(wrapped: bytes | None) -> dict[str, object]:
    """The columns of a wrapped key; of None, those of an erased one."""
    return {"wrapped_key": wrapped, "wrapped_by": id_of_master(wrapped) if wrapped else None}


def behind(connection: Connection, known: frozenset[str]) -> dict[str, int]:
    """How many keys were wrapped by other master keys than these, by table."""
    found = {}
    for name, table in WITH_KEYS.items():
        query = select(func.count()).select_from(table).where(_by_none_of(table, known))
        if count := connection.scalar(query):
            found[name] = int(count)
    return found


def require_known(onward: Onward, connection: Connection) -> None:
    """Raises UnknownMasterKey if something was wrapped by a master key that is not here: taken away
    too early, or that of another installation. A damaged row says nothing.
    """
    for table in WITH_KEYS.values():
        query = select(table.c.wrapped_key, table.c.wrapped_by)
        some = query.where(_by_none_of(table, onward.keys.ids)).limit(_LOOKED_AT)
        for row in connection.execute(some):
            if (
                isinstance(row.wrapped_key, bytes)
                and id_of_master(row.wrapped_key) == row.wrapped_by
            ):
                onward.keys.expect(row.wrapped_key)


def _by_none_of(table: Table, known: frozenset[str]) -> ColumnElement[bool]:
    """As ranges between them, which an index answers."""
    return or_(*_between(table.c.wrapped_by, sorted(known)))


def _between(by: ColumnElement[str], known: list[str]) -> Iterator[ColumnElement[bool]]:
    yield by < known[0]
    yield by > known[-1]
    for before, after in pairwise(known):
        yield and_(by > before, by < after)
