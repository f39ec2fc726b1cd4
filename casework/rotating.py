"""Introduces a new master key: every key is wrapped again, and sealed data is untouched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, select, update

from casework import authority, log, marks, operators, protected
from casework.authority import Right
from casework.context import Onward
from casework.held import CASES
from casework.principal import Principal
from models.columns import table_of
from models.intakes import IntakeSecret
from models.people import Person

_PEOPLE, _SECRETS = table_of(Person), table_of(IntakeSecret)
_AT_ONCE = 200


def rotate_keys(onward: Onward, by: Principal) -> int:
    """Wrap all keys under the master key in use. Returns how many changed.

    Once this has finished, older master keys are no longer needed. It may be stopped and restarted at any time.
    """
    authority.require(by, Right.OPERATE)
    cases = _rotate(onward, CASES, lambda row: log.owner_of(row.code))
    with onward.store.write() as connection:
        operators.note(onward, connection, by, "rotate_keys")
    people = _rotate(onward, _PEOPLE, lambda row: protected.owner_of(row.id))
    return cases + people + _rotate(onward, _SECRETS, lambda _: marks.OWNER)


def _rotate(onward: Onward, table: Table, owner: Any) -> int:
    changed, after = 0, 0
    while True:
        with onward.store.write() as connection:
            query = (
                select(table)
                .where(table.c.id > after, table.c.wrapped_key.is_not(None))
                .order_by(table.c.id)
                .limit(_AT_ONCE)
                .with_for_update()
            )
            rows = connection.execute(query).all()
            for row in rows:
                wrapped = onward.keys.rewrap(row.wrapped_key, owner(row))
                if wrapped != row.wrapped_key:
                    connection.execute(
                        update(table).where(table.c.id == row.id).values(wrapped_key=wrapped)
                    )
                    changed += 1
        if not rows:
            return changed
        after = rows[-1].id
