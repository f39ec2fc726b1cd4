"""Periods: made longer or shorter by who may."""

from __future__ import annotations

from casework.context import Actor, Onward
from casework.turn import Moved, take
from engine import commands as c


def extend(onward: Onward, code: str, name: str, by: Actor) -> Moved:
    """Make the running period of a step or of a named clock longer, as the pathway allows."""
    return take(onward, code, c.Extend(name=name), by)


def shorten(onward: Onward, code: str, name: str, by: Actor) -> Moved:
    """End the running period of a step or of a named clock early."""
    return take(onward, code, c.Shorten(name=name), by)
