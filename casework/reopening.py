"""Cases that have ended and are taken up again."""

from __future__ import annotations

from casework.context import Actor, Onward
from casework.turn import Moved, take
from engine import commands as c


def reopen(onward: Onward, code: str, by: Actor, reason: str, *, words: str = "") -> Moved:
    """The case goes on from the stage that its pathway names; `words` behind the reason are
    protected. Its run has come to an end, so the ticker gives it another one."""
    values = {"reopened": words} if words else None
    return take(onward, code, c.Reopen(reason=reason), by, values=values)
