"""The registry or the calendars have changed: what of it concerns an open case."""

from __future__ import annotations

from collections.abc import Sequence

from engine.time.calendars import ChangedDay
from engine.turns import leaving, timing
from engine.turns.turn import Turn


def refresh(turn: Turn, days: Sequence[ChangedDay] = ()) -> None:
    """What agencies had that have left passes on; what was counted by calendars that are not in
    force any more is counted again.

    Args:
        days: what is otherwise in the calendars now, where that is known.
    """
    leaving.pass_on(turn)
    timing.recount(turn, days)
