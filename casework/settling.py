"""Time passes: what is due in a case happens, and versions whose day has come move it."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from casework.context import Onward
from casework.held import CASES, unknown
from casework.migrating import follow_rules
from casework.turn import TIME, Moved, take
from engine.commands import Settle
from engine.errors import EngineError
from engine.in_flight import OnItsWay
from engine.statuses import CasePhase
from models.keys import SealError


def settle_due(onward: Onward, code: str) -> Moved | None:
    """Let what is due happen, in its order. None, without a lock or a write, if nothing is due.

    Raises:
        Refusal: `unknown_case`.
    """
    with onward.store.read() as connection:
        query = select(CASES.c.status, CASES.c.due_at).where(CASES.c.code == code)
        row = connection.execute(query).one_or_none()
    if row is None:
        raise unknown(code)
    if row.status != CasePhase.OPEN or row.due_at is None or row.due_at > onward.clock.now():
        return None
    return take(onward, code, Settle(), TIME)


def let_happen(onward: Onward, code: str) -> tuple[OnItsWay, ...]:
    """What time has brought, and what it called off too late to be kept back.

    The version that has come into force comes first: what was due since is due by it.
    """
    try:
        moved = follow_rules(onward, code)
    finally:
        # A fault in the move keeps no deadline from happening.
        settled = settle_due(onward, code)
    return tuple(each for done in (moved, settled) if done for each in done.on_their_way)


def come_into_force(onward: Onward, code: str) -> None:
    """Move a case by the versions whose day has come, before somebody acts in it, as a worker would have.

    What keeps it from moving keeps nobody from acting: then the act goes by the version that it is on.
    """
    with suppress(EngineError, SealError):
        follow_rules(onward, code)
