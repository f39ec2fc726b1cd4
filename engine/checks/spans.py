"""Tells which of two periods is longer, whatever calendars they are counted in."""

from __future__ import annotations

from engine.definition import Time
from engine.phrases.syntax import MEASURES, ClockExpression, Duration, Moment, Unit

_REST_OF_A_DAY = 24.0 + 7 * 24.0
"""The rest of the first day and a week of holidays, in hours."""


def own_period(time: Time | None) -> Duration | None:
    """The length of a period that is counted from the opening of its step or request.

    None for anything else, and for a period that may be extended.
    """
    expression: ClockExpression | None = time.time if time else None
    if not isinstance(expression, Moment) or (time and time.extend):
        return None
    return None if expression.anchor or expression.on else expression.duration


def is_no_shorter(period: Duration, other: Duration) -> bool:
    """Whether a period certainly ends no earlier than another that begins at the same time."""
    if period.unit is other.unit:
        return period.amount >= other.amount
    longest: float = other.amount * MEASURES[other.unit].longest
    if other.unit is not Unit.HOURS:
        longest += _REST_OF_A_DAY if other.unit is Unit.WORKING_DAYS else 24.0
    return period.amount * MEASURES[period.unit].shortest >= longest


def is_longer(period: Duration, other: Duration) -> bool:
    """Whether a period of days, weeks, months or years surely ends later than another such period
    that begins at the same time.
    """
    of, to = MEASURES[period.unit], MEASURES[other.unit]
    if of.days and to.days:
        return period.amount * of.days > other.amount * to.days
    if of.months and to.months:
        return period.amount * of.months > other.amount * to.months
    return is_no_shorter(period, other)
