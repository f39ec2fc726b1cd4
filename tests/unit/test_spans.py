"""Which of two periods is surely no shorter, whatever calendar they are counted in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checks.spans import is_no_shorter
from engine.phrases.expressions import parse_duration
from engine.phrases.syntax import Duration, Unit
from engine.time.calendars import Edition, Holiday, Weekend
from engine.time.clocks import add


@pytest.mark.parametrize(
    ("period", "other", "surely"),
    [
        ("5 days", "5 days", True),
        ("4 days", "5 days", False),
        ("2 weeks", "5 days", True),
        ("1 month", "30 days", False),
        ("6 days", "96 hours", True),
        ("48 hours", "2 days", False),
        ("72 hours", "2 days", True),
        ("1 week", "5 working days", False),
        ("2 months", "5 working days", True),
        ("20 working days", "2 weeks", True),
    ],
)
def test_a_period_is_called_no_shorter_only_where_that_is_certain(
    period: str, other: str, *, surely: bool
) -> None:
    """A week may hold five working days, or not."""
    assert is_no_shorter(parse_duration(period), parse_duration(other)) is surely


FEASTS = tuple(Holiday(date(2026, month, day)) for month in (3, 5) for day in range(9, 14))
EDITION = Edition(
    id="XA-1",
    country="XA",
    zone="Europe/Lisbon",
    covers=(2025, 2035),
    weekends=(Weekend(since=date(2025, 1, 1), days=frozenset({4, 5})),),
    holidays=FEASTS,
)
"""A calendar with a week of feasts now and then."""
PERIODS = st.builds(Duration, st.integers(1, 30), st.sampled_from(Unit)).filter(
    lambda each: each.unit is not Unit.YEARS or each.amount < 5
)


@given(PERIODS, PERIODS, st.integers(0, 24 * 200))
def test_what_is_called_no_shorter_never_ends_sooner(
    period: Duration, other: Duration, hours: int
) -> None:
    """From whatever moment both are counted."""
    start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(hours=hours)
    if is_no_shorter(period, other):
        assert add(start, period, EDITION) >= add(start, other, EDITION)
