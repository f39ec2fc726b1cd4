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
    if row.status != "open" or row.due_at is None or row.due_at > onward.clock.now():
        return None
    return take(onward, code, Settle(), TIME)


def come_into_force(onward: Onward, code: str) -> None:
    """Move a case by the versions whose day has come, before somebody acts in it, as a worker would have.

    What keeps it from moving keeps nobody from acting: then the act goes by the version that it is on.
    """
    with suppress(EngineError, SealError):
        follow_rules(onward, code)
