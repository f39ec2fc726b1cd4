"""Time passes: what is due in a case happens."""

from __future__ import annotations

from sqlalchemy import select

from casework.context import Onward
from casework.turn import CASES, TIME, Moved, take
from engine.commands import Settle
from engine.errors import Refusal


def settle_due(onward: Onward, code: str) -> Moved | None:
    """Let what is due happen, in its order. None, without a lock or a write, if nothing is due.

    Raises:
        Refusal: `unknown_case`.
    """
    with onward.store.read() as connection:
        query = select(CASES.c.status, CASES.c.due_at).where(CASES.c.code == code)
        row = connection.execute(query).one_or_none()
    if row is None:
        raise Refusal("unknown_case", f"there is no case {code}")
    if row.status != "open" or row.due_at is None or row.due_at > onward.clock.now():
        return None
    return take(onward, code, Settle(), TIME)
