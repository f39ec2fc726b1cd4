"""When something is due, as the reader is told: the day and time in their zone, and how far off
that is.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_skeleton

from engine.locales import locale_of
from engine.message import Message, message


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """When something is due."""

    at: datetime
    """The moment, in the reader's zone."""
    said: Message
    """In words: `by Tue 1 Dec, 16:00`, `overdue since Tue 1 Dec, 16:00`."""
    distance: Message | None = None
    """How far off it is: `in 2 working days`; None once it is overdue."""
    is_overdue: bool = False


def due(
    at: datetime, now: datetime, zone: ZoneInfo, language: str, *, working_days: int | None = None
) -> Due:
    """When something is due, for a reader in the given zone.

    Args:
        working_days: how many working days are left, by the calendar of the reader's agency; if
            this is None or 0, calendar days are used.
    """
    here = at.astimezone(zone)
    written = short_moment(here, now.astimezone(zone), language)
    if at < now:
        return Due(at=here, said=message("due.overdue", at=written), is_overdue=True)
    days = (here.date() - now.astimezone(zone).date()).days
    distance = message("due.in_days", n=days) if days else message("due.today")
    if days and working_days:
        distance = message("due.in_working_days", n=working_days)
    return Due(at=here, said=message("due.by", at=written), distance=distance)


def short_moment(at: datetime, now: datetime, language: str) -> str:
    """A moment as `Tue 1 Dec, 16:00`; with the year if it is not the current one."""
    return _written(at, "MMMEd" if at.year == now.year else "yMMMEd", language)


def full_moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment in full, as on a receipt: `Tue, 1 Dec 2026, 16:00 GMT`."""
    here = at.astimezone(zone)
    return f"{_written(here, 'yMMMEd', language)} {here:%Z}"


def written_day(on: date, language: str) -> str:
    """A day in full: `Tue, 1 Dec 2026`."""
    return format_skeleton("yMMMEd", on, locale=locale_of(language))


def _written(at: datetime, day: str, language: str) -> str:
    locale = locale_of(language)
    return f"{format_skeleton(day, at, locale=locale)}, {format_skeleton('Hm', at, locale=locale)}"
