"""The days that one step of a count covers, each with its number or the reason it does not
count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from engine.message import Message
from engine.phrases.syntax import MEASURES, Duration, Unit
from engine.time.calendars import Calendar
from engine.time.reckoning import Paused, Ran, ReckoningStep, Rolled


class CountedDay(msgspec.Struct, frozen=True):
    """One day of a count."""

    day: date
    number: int = 0
    """The day's ordinal among the days that count; 0 if the day does not count."""
    why: tuple[Message, ...] = ()
    """Why the day does not count, for each place where it is a day off: `weekend in GH`, `Good Friday
    in GB`.
    """


class Run(msgspec.Struct, frozen=True):
    """Consecutive days that count, or that do not count for the same reason."""

    first: CountedDay
    last: CountedDay


def days_of(step: ReckoningStep, calendar: Calendar) -> tuple[CountedDay, ...]:
    """The days of one step of a count, in counting order, up to the day on which the step ends.
    Empty if the step does not count in days, as with hours and months.
    """
    match step:
        case Ran(start=start, by=by, before=before, at=at):
            way = -1 if before else 1
            return _counted(_day(start, calendar), _day(at, calendar), by, calendar, way)
        case Paused(start=date() as start, left=Duration() as left, at=at):
            return _counted(start, _day(at, calendar), left, calendar, 1)
        case Rolled(was=was, at=at):
            return _rolled(_day(was, calendar), _day(at, calendar), calendar)
    return ()


def runs_of(days: tuple[CountedDay, ...]) -> Iterator[Run]:
    """The runs of consecutive days that count, or that do not count for the same reason."""
    first = last = None
    for day in days:
        if first is None or last is None:
            first = last = day
        elif day.why == last.why and bool(day.number) == bool(last.number):
            last = day
        else:
            yield Run(first, last)
            first = last = day
    if first is not None and last is not None:
        yield Run(first, last)


def _counted(
    start: date, end: date, by: Duration, calendar: Calendar, way: int
) -> tuple[CountedDay, ...]:
    if by.unit is Unit.HOURS or MEASURES[by.unit].months:
        return ()  # neither elapsed time nor the same day of another month numbers days
    found, number = [], 0
    for day in _between(start, end, way):
        why = _why_off(day, calendar) if by.unit is Unit.WORKING_DAYS else ()
        number += not why
        found.append(CountedDay(day, 0 if why else number, why))
    return tuple(found)


def _rolled(was: date, at: date, calendar: Calendar) -> tuple[CountedDay, ...]:
    """The days from a non-working last day to the working day it rolls to."""
    way = 1 if at > was else -1
    days = [was, *_between(was, at, way)]
    return tuple(CountedDay(day, int(day == at), _why_off(day, calendar)) for day in days)


def _why_off(day: date, calendar: Calendar) -> tuple[Message, ...]:
    return () if calendar.is_working(day) else calendar.reasons_off(day)


def _between(start: date, end: date, way: int) -> Iterator[date]:
    """The days from `start` (exclusive) to `end` (inclusive), forwards if `way` is 1, backwards if
    it is -1.
    """
    day = start
    while (end - day).days * way > 0:
        day += timedelta(days=way)
        yield day


def _day(start: date, calendar: Calendar) -> date:
    return start.astimezone(calendar.timezone).date() if isinstance(start, datetime) else start
