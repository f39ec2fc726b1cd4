"""Introduces a new master key, and retires former ones. Every data key is wrapped again, and sealed
data is untouched.

All of this happens while work in cases goes on. From the first transaction of a rotation on, every
process wraps new keys under the new master key; a process that meets an unknown master key reloads
the master keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, select, update

from casework import accounts, authority, log, marks, operators, protected
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.principal import Principal
from casework.settings import Settings
from casework.wrapping import WITH_KEYS, behind, wrapped_columns
from engine.errors import Refusal
from models import secret_keys
from models.columns import table_of
from models.installation import Installation
from models.keys import Unreadable
from models.secret_keys import Secret
from models.tables import METADATA

_INSTALLATION = table_of(Installation)
_OWNERS: dict[str, Callable[[Any], bytes]] = {
    "cases": lambda row: log.owner_of(row.code),
    "people": lambda row: protected.owner_of(row.id),
    "intake_secrets": lambda _: marks.OWNER,
    "accounts": lambda row: accounts.owner_of(row.agency, row.person),
}
"""For each table, the owner of the key in a row, as the keyring names owners."""
_AT_ONCE = 50
"""Rows per transaction: the most that an act in a case has to wait for."""


def bring_in_master_key(onward: Onward, settings: Settings, by: Principal) -> None:
    """Put a new master key before the others in the file that holds them.

    Raises:
        SettingsError: the master keys are kept elsewhere, and have to be changed there.
    """
    authority.require(by, Right.OPERATE)
    settings.require_file(Secret.MASTER)
    secret_keys.bring_in(Secret.MASTER, settings.home)
    onward.keys.renew()


def rotate_keys(onward: Onward, by: Principal) -> int:
    """Wrap all data keys under the first master key. Returns how many changed.

    Afterwards no data key is wrapped under another master key, not even in remains of old rows in
    the store's files. Damaged keys stay as they are, and copies of the store keep the old keys. The
    rotation may be stopped and restarted at any time.
    """
    authority.require(by, Right.OPERATE)
    first = onward.keys.first
    with onward.store.write() as connection:
        hold_installation(onward, connection)
        connection.execute(update(_INSTALLATION).values(wraps_with=first))
        operators.note(onward, connection, by, "rotate_keys", ("installation",), master_key=first)
    names = [each.name for each in WITH_KEYS]
    changed = sum(_rotate(onward, METADATA.tables[each]) for each in names)
    onward.store.rewrite(*names)
    return changed


def retire_master_keys(onward: Onward, settings: Settings, by: Principal) -> int:
    """Remove all master keys except the first from the file that holds them. Returns how many were
    removed.

    Raises:
        Refusal: `keys_behind`: data keys are wrapped under other master keys, or new ones still
            would be.
        SettingsError: the master keys are kept elsewhere, and have to be changed there.
    """
    authority.require(by, Right.OPERATE)
    settings.require_file(Secret.MASTER)
    onward.keys.renew()
    first = onward.keys.first
    with onward.store.write() as connection:
        hold_installation(onward, connection)
        left = sum(behind(connection, frozenset({first})).values())
        in_use = connection.scalar(select(_INSTALLATION.c.wraps_with))
        if left or in_use not in (first, None):
            raise Refusal("keys_behind", number=left, key=first)
        operators.note(onward, connection, by, "retire_master_keys", kept=first)
    return secret_keys.retire(Secret.MASTER, settings.home)


def _rotate(onward: Onward, table: Table) -> int:
    changed, after = 0, 0
    while True:
        done = onward.store.change(lambda c, after=after: _some(onward, c, table, after))  # type: ignore[misc] # bound at once
        if done is None:
            return changed
        changed, after = changed + done[0], done[1]


def _some(
    onward: Onward, connection: Connection, table: Table, after: int
) -> tuple[int, int] | None:
    """Wrap the keys of the next few rows. Returns how many changed, and the id of the last row;
    None if no rows are left.
    """
    query = (
        select(table)
        .where(table.c.id > after, table.c.wrapped_key.is_not(None))
        .order_by(table.c.id)
        .limit(_AT_ONCE)
        .with_for_update()
    )
    onward.store.overwrite(connection)
    rows = connection.execute(query).all()
    changed = 0
    for row in rows:
        try:
            wrapped = onward.keys.rewrap(row.wrapped_key, _OWNERS[table.name](row))
        except Unreadable:  # `onward verify` reports it, and its master key has to stay
            continue
        if wrapped_columns(wrapped)["wrapped_by"] != row.wrapped_by or wrapped != row.wrapped_key:
            of_row = update(table).where(table.c.id == row.id)
            connection.execute(of_row.values(wrapped_columns(wrapped)))
            changed += 1
    return (changed, rows[-1].id) if rows else None
