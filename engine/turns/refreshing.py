"""Applies changes of the registry or the calendars to an open case."""

from __future__ import annotations

from collections.abc import Sequence

from engine.time.calendars import ChangedDay
from engine.turns import leaving, timing
from engine.turns.turn import Turn


def refresh(turn: Turn, days: Sequence[ChangedDay] = ()) -> None:
    """Pass on the work of agencies that left, and recount clocks whose calendars are no longer in
    force.

    Args:
        days: the changed days of the calendars, if known.
    """
    leaving.pass_on(turn)
    timing.recount(turn, days)
