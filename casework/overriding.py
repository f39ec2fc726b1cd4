"""Steps that are skipped or opened against the rules of a pathway."""

from __future__ import annotations

from casework.context import Actor, Onward
from casework.turn import Moved, take
from engine import commands as c


def skip(onward: Onward, code: str, step: str, by: Actor, reason: str, *, words: str = "") -> Moved:
    """The step is passed over, for ever flagged; `words` behind the reason are protected."""
    values = {f"skipped {step}": words} if words else None
    return take(onward, code, c.Skip(step=step, reason=reason), by, values=values)


def open_step(
    onward: Onward, code: str, step: str, by: Actor, reason: str, *, words: str = ""
) -> Moved:
    """The step opens now, for ever flagged; `words` behind the reason are protected."""
    values = {f"opened {step}": words} if words else None
    return take(onward, code, c.OpenStep(step=step, reason=reason), by, values=values)
