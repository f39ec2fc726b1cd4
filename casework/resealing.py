"""Replaces the data keys themselves, after a master key was stolen together with a copy of the
database.

Each case, each person and the secret for marks gets a new key, in a transaction of its own, while
work in cases goes on: whatever is sealed is first verified, then opened and sealed again. Anything
damaged keeps its key and is reported, so that nothing is passed off as proved. The accounts of
staff and the tokens of programs are not sealed again but deleted, since the thief may hold them. A
rotation that was interrupted continues where it stopped: a query finds the keys that are left
(`data_keys.behind`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import msgspec
from sqlalchemy import Connection, select, update

from casework import (
    authority,
    data_keys,
    operators,
    resealed,
)
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.data_keys import Rotation
from casework.leaving import forget_all
from casework.principal import Principal
from casework.replaced_key import REPLACES, AnotherCaseOpened, KeyWork, Left
from models.columns import table_of
from models.installation import Installation

_INSTALLATION = table_of(Installation)
REWRITTEN = (
    *data_keys.KEYED,
    resealed.ENTRIES,
    resealed.VALUES,
    resealed.ATTEMPTS,
    "holds",
    "accounts",
    "drafts",
)
"""Tables whose files may still contain remains of what was sealed under older keys."""


class Replacing(msgspec.Struct, frozen=True, kw_only=True):
    """What a rotation of data keys did."""

    replaced: int
    left: tuple[Left, ...]


def replace_data_keys(
    onward: Onward, by: Principal, tell: Callable[[int], None] = lambda _: None
) -> Replacing:
    """Replace all data keys with new ones under the first master key, or continue doing so.

    Afterwards no former key opens any row of the store, except where a key was left because of
    damage; copies of the store keep the old keys.

    Args:
        tell: called after each replaced key with the number replaced so far.
    """
    authority.require(by, Right.OPERATE)
    rotation = _begin(onward, by)
    replaced, left = 0, list[Left]()
    for table, row_id in data_keys.each_behind(onward, rotation):
        found = _replaced(onward, rotation, by, table, row_id)
        if isinstance(found, Left):
            left.append(found)
        elif found:
            replaced += 1
            tell(replaced)
    onward.store.rewrite(*REWRITTEN)
    _end(onward, by, rotation)
    return Replacing(replaced=replaced, left=tuple(left))


def _begin(onward: Onward, by: Principal) -> Rotation:
    """Continue the rotation to the master key that is listed first, or begin one. Beginning one
    also deletes everybody's accounts and the tokens of programs. From then on, new keys are wrapped
    under that master key and need not be replaced.
    """
    first = onward.keys.first
    with onward.store.write() as connection:
        hold_installation(onward, connection)
        going_on = data_keys.going_on(connection, first)
        if going_on is not None:
            return going_on
        connection.execute(update(_INSTALLATION).values(wraps_with=first))
        forget_all(onward, connection)
        until = {name: str(newest) for name, newest in data_keys.newest(connection).items()}
        about = {"master_key": first, **until}
        operators.note(onward, connection, by, resealed.RESEALING, ("installation",), **about)
        begun = data_keys.going_on(connection, first)
    assert begun is not None
    return begun


def _end(onward: Onward, by: Principal, rotation: Rotation) -> None:
    """If every key has been replaced, record that, and how many resealings there are."""
    with onward.store.write() as connection:
        hold_installation(onward, connection)
        going_on = data_keys.going_on(connection, rotation.master_key)
        if going_on != rotation or data_keys.behind(connection, rotation):
            return
        there = connection.scalar(select(_INSTALLATION.c.resealings))
        about = {"of": str(rotation.act), "resealings": str(there)}
        operators.note(onward, connection, by, resealed.RESEALED, **about)


def _replaced(
    onward: Onward, rotation: Rotation, by: Principal, table: str, row_id: int
) -> Left | bool:
    """Replace one key, unless another process has done so or the key was destroyed meanwhile."""

    def work(connection: Connection) -> Left | bool:
        onward.store.overwrite(connection)
        return REPLACES[table](KeyWork(onward, connection, rotation, by), row_id)

    while True:
        with suppress(AnotherCaseOpened):
            return onward.store.change(work)
