"""Which of two periods is the longer, whatever calendar they are counted in."""

from __future__ import annotations

from engine.definition import Time
from engine.phrases.syntax import MEASURES, ClockExpression, Duration, Moment, Unit

_REST_OF_A_DAY = 24.0 + 7 * 24.0
"""Hours: what is left of the first day, and a week of feasts."""


def own_period(time: Time | None) -> Duration | None:
    """A period alone, counted from the opening; None where its length says nothing for certain."""
    expression: ClockExpression | None = time.time if time else None
    if not isinstance(expression, Moment) or (time and time.extend):
        return None
    return None if expression.anchor or expression.on else expression.duration


def is_no_shorter(period: Duration, other: Duration) -> bool:
    """Whether a period surely ends no sooner than another that begins with it."""
    if period.unit is other.unit:
        return period.amount >= other.amount
    longest: float = other.amount * MEASURES[other.unit].longest
    if other.unit is not Unit.HOURS:
        longest += _REST_OF_A_DAY if other.unit is Unit.WORKING_DAYS else 24.0
    return period.amount * MEASURES[period.unit].shortest >= longest
