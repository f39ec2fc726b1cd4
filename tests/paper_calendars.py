"""Calendars for tests, written by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.time.calendars import Edition, Holiday, Weekend

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
FIRST, LAST = 2024, 2029


def day(text: str) -> date:
    return date.fromisoformat(text)


def week(since: str, *days: int) -> Weekend:
    return Weekend(day(since), frozenset(days))


def edition(**given: Any) -> Edition:
    """A plain one: Saturday and Sunday off, no holidays."""
    usual = {
        "id": "XX-1",
        "country": "XX",
        "zone": "UTC",
        "covers": (FIRST, LAST),
        "weekends": (week("2024-01-01", SAT, SUN),),
    }
    return Edition(**(usual | given))


def holidays(*days: str) -> tuple[Holiday, ...]:
    return tuple(Holiday(day(each)) for each in days)
