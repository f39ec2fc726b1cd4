"""Lets time pass in a case: whatever is due happens, and versions whose day has come move it."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from casework import authority
from casework.authenticating import TIME
from casework.authority import Right
from casework.case_rows import CASES, unknown
from casework.context import Onward
from casework.migrating import follow_rules
from casework.principal import Principal
from casework.turn import Moved, take
from engine.commands import Settle
from engine.errors import EngineError
from engine.in_flight import OnItsWay
from models.as_stored import Stored, readable_rows
from models.keys import SealError


def settle_due(onward: Onward, code: str, by: Principal) -> Moved | None:
    """Settle what is due, in order. If nothing is due, returns None without locking or writing,
    unless the case's row is damaged.

    Raises:
        Refusal: `unknown_case`.
    """
    authority.require(by, Right.DRIVE)
    with onward.store.read() as connection:
        query = select(CASES.c.status, CASES.c.due_at).where(CASES.c.code == code)
        rows, damaged = readable_rows(connection, query)
    if damaged:
        return _settle_by_state(onward, code, damaged[0])
    if not rows:
        raise unknown(code)
    (row,) = rows
    if row.due_at is None or row.due_at > onward.clock.now():
        return None
    return take(onward, code, Settle(), TIME)


def _settle_by_state(onward: Onward, code: str, stored: Stored) -> Moved | None:
    """Settle a case whose row does not say whether something is due. The state decides, so that no
    deadline is missed; the turn then rewrites the row.
    """
    return take(onward, code, Settle(), TIME)


def let_happen(onward: Onward, code: str, by: Principal) -> tuple[OnItsWay, ...]:
    """Settle whatever time has brought. Returns the notices that were called off too late to be
    held back.

    Versions that have come into force are applied first, because anything due since then is due
    under them.
    """
    authority.require(by, Right.DRIVE)
    try:
        moved = follow_rules(onward, code, by)
    finally:
        # A failed move must not keep deadlines from taking effect.
        settled = settle_due(onward, code, by)
    return tuple(each for done in (moved, settled) if done for each in done.on_their_way)


def come_into_force(onward: Onward, code: str, by: Principal) -> None:
    """Before somebody acts in a case, apply versions whose day has come, as a worker would have
    done.

    If the case cannot move, acting is still possible under its current version. The caller learns
    nothing either way.
    """
    authority.require_sight(by)
    with suppress(EngineError, SealError):
        follow_rules(onward, code, TIME)
