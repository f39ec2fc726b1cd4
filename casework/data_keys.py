"""Rotations of data keys: which one is in progress, and which keys it has yet to replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
)

from casework import authority, marks, resealed
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from models.cases import Case
from models.columns import table_of
from models.intakes import IntakeSecret
from models.operators import OperatorEntry
from models.people import Person
from models.protected import ProtectedValue
from models.resealings import Resealing
from models.turns import LogEntry

_ACTS, _RESEALINGS = table_of(OperatorEntry), table_of(Resealing)
_ENTRIES, _VALUES = table_of(LogEntry), table_of(ProtectedValue)
_AT_ONCE = 200
KEYED = {each.name: each for each in (table_of(Case), table_of(Person), table_of(IntakeSecret))}
"""The tables whose data keys are replaced. Accounts have such keys too, but are deleted as a
rotation begins.
"""


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """A rotation of data keys that was begun."""

    act: int
    """The number of the operators' act with which it began."""
    made_at: datetime
    master_key: str
    """The id of the master key in use since then."""
    until: Mapping[str, int]
    """The id of the newest row when it began, for each table with keys. Later rows have new keys
    anyway.
    """


class RotationPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The work of a rotation of data keys."""

    going_on: Rotation | None
    """The rotation in progress; None if there is none."""
    behind: Mapping[str, int]
    """How many keys are to be replaced, by table; tables with no such keys are left out."""
    entries: int
    """How many log entries there are in all cases."""
    answers: int
    """How many protected answers and words there are in all cases."""


def standing(onward: Onward, by: Principal, *, with_new_master: bool = False) -> RotationPlan:
    """The work left to the rotation in progress or, if there is none, the work that a new one would
    have.

    Args:
        with_new_master: whether a new master key is to be introduced first.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        found = None if with_new_master else going_on(connection, onward.keys.first)
        return RotationPlan(
            going_on=found,
            behind=behind(connection, found),
            entries=_count(connection, _ENTRIES),
            answers=_count(connection, _VALUES),
        )


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def going_on(connection: Connection, master_key: str) -> Rotation | None:
    """The rotation in progress; None if there is none. A rotation that wraps keys under a master
    key other than `master_key` does not count: that key is no longer in use and may have been
    stolen.
    """
    query = select(_ACTS).where(_ACTS.c.act.in_((resealed.RESEALING, resealed.RESEALED)))
    row = connection.execute(query.order_by(_ACTS.c.number.desc()).limit(1)).one_or_none()
    if row is None or row.act == resealed.RESEALED or row.about["master_key"] != master_key:
        return None
    return Rotation(
        act=row.number,
        made_at=row.made_at,
        master_key=row.about["master_key"],
        until={name: int(row.about[name]) for name in KEYED},
    )


def last_replaced(connection: Connection) -> datetime | None:
    """When all data keys were last replaced; None if they never were."""
    ended = select(_ACTS.c.made_at).where(_ACTS.c.act == resealed.RESEALED)
    found: datetime | None = connection.scalar(ended.order_by(_ACTS.c.number.desc()).limit(1))
    return found


def newest(connection: Connection) -> dict[str, int]:
    """The id of the newest row of each table with keys; 0 for an empty table."""
    return {
        name: int(connection.scalar(select(func.max(table.c.id))) or 0)
        for name, table in KEYED.items()
    }


def behind(connection: Connection, rotation: Rotation | None) -> dict[str, int]:
    """How many keys a rotation has yet to replace, by table; without a rotation, how many keys
    there are. Tables with no such keys are left out.
    """
    found = {}
    for name, table in KEYED.items():
        which = _is_behind(name, rotation) if rotation else table.c.wrapped_key.is_not(None)
        if count := connection.scalar(select(func.count()).select_from(table).where(which)):
            found[name] = int(count)
    return found


def each_behind(onward: Onward, rotation: Rotation) -> Iterator[tuple[str, int]]:
    """The table and row of each key that a rotation has yet to replace. They are read in batches."""
    for name, table in KEYED.items():
        after = 0
        while True:
            some = select(table.c.id).where(table.c.id > after, _is_behind(name, rotation))
            with onward.store.read() as connection:
                ids = connection.scalars(some.order_by(table.c.id).limit(_AT_ONCE)).all()
            if not ids:
                break
            yield from ((name, each) for each in ids)
            after = ids[-1]


def is_behind(connection: Connection, rotation: Rotation, table: Table, row_id: int) -> bool:
    """Whether a rotation has yet to replace the key in a row, which must be locked."""
    query = select(table.c.id).where(table.c.id == row_id, _is_behind(table.name, rotation))
    return connection.execute(query).first() is not None


def _is_behind(name: str, rotation: Rotation) -> ColumnElement[bool]:
    table = KEYED[name]
    is_replaced = exists().where(
        _RESEALINGS.c.act == rotation.act, _RESEALINGS.c.owner == _OWNERS[name](table)
    )
    return and_(table.c.id <= rotation.until[name], table.c.wrapped_key.is_not(None), ~is_replaced)


_OWNERS: Mapping[str, Any] = {
    "cases": lambda table: literal("case:") + table.c.code,
    "people": lambda table: literal("person:") + cast(table.c.id, String),
    "intake_secrets": lambda _: literal(marks.OWNER.decode()),
}
"""For each table, the owner of the key in a row, as resealings name it."""
