"""Interrupts: raised and resolved."""

from __future__ import annotations

from datetime import datetime

from casework.context import Actor, Onward
from casework.turn import Moved, take
from engine import commands as c


def raise_interrupt(
    onward: Onward, code: str, interrupt: str, by: Actor, *, occurred_at: datetime | None = None
) -> Moved:
    """Something has happened that may happen in any state of a case."""
    return take(onward, code, c.Raise(interrupt=interrupt), by, occurred_at=occurred_at)


def resolve_interrupt(
    onward: Onward,
    code: str,
    interrupt: str,
    by: Actor,
    *,
    outcome: str = "",
    occurred_at: datetime | None = None,
) -> Moved:
    """It is over, with one of its outcomes if it has any; what it suspended goes on."""
    act = c.Resolve(interrupt=interrupt, outcome=outcome)
    return take(onward, code, act, by, occurred_at=occurred_at)
