"""Periods of figures: a year or a quarter, as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import msgspec

from engine.errors import Refusal

_WRITTEN = re.compile(r"(?P<year>\d{4})(-Q(?P<quarter>[1-4]))?")
_MONTHS = 3
"""The number of months in a quarter."""


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A year, or one of its quarters, in UTC."""

    year: int
    quarter: int = 0
    """The quarter, from 1 to 4; 0 for the whole year."""

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else f"{self.year}"

    @property
    def first(self) -> datetime:
        month = _MONTHS * (self.quarter - 1) + 1 if self.quarter else 1
        return datetime(self.year, month, 1, tzinfo=UTC)

    @property
    def until(self) -> datetime:
        """The moment at which it is over."""
        if self.quarter in (0, 4):
            return datetime(self.year + 1, 1, 1, tzinfo=UTC)
        return Period(year=self.year, quarter=self.quarter + 1).first

    def is_over(self, now: datetime) -> bool:
        return self.until <= now


def period_of(text: str) -> Period:
    """The period for a text such as `2026` or `2026-Q1`.

    Raises:
        Refusal: `no_period`.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None or not date.min.year < int(found["year"]) < date.max.year:
        raise Refusal("no_period.written", period=text)
    return Period(year=int(found["year"]), quarter=int(found["quarter"] or 0))


def quarter_before(now: datetime) -> Period:
    """The newest quarter that is over."""
    quarter = (now.month - 1) // _MONTHS
    if quarter:
        return Period(year=now.year, quarter=quarter)
    return Period(year=now.year - 1, quarter=4)


def newest(now: datetime, many: int, *, is_over: bool) -> list[Period]:
    """The newest quarters, newest first.

    Args:
        many: the number of quarters.
        is_over: whether to leave out the current quarter.
    """
    found = [] if is_over else [Period(year=now.year, quarter=(now.month - 1) // _MONTHS + 1)]
    period = quarter_before(now)
    while len(found) < many:
        found.append(period)
        period = quarter_before(period.first)
    return found
