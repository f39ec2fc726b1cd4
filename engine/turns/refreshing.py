"""The registry or the calendars have changed: what of it concerns an open case."""

from __future__ import annotations

from engine.turns import timing
from engine.turns.turn import Turn


def refresh(turn: Turn) -> None:
    """Count again what was counted by calendars that are not in force any more."""
    timing.recount(turn)
