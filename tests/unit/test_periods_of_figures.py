"""Periods of figures, as they are written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework.figures.years_and_quarters import Period, newest, period_of, quarter_before
from engine.errors import Refusal


def moment(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "until"),
    [
        ("2026", moment(2026, 1), moment(2027, 1)),
        ("2026-Q1", moment(2026, 1), moment(2026, 4)),
        ("2026-Q3", moment(2026, 7), moment(2026, 10)),
        ("2026-Q4", moment(2026, 10), moment(2027, 1)),
    ],
)
def test_a_period_is_a_year_or_a_quarter(text: str, first: datetime, until: datetime) -> None:
    period = period_of(text)
    assert (str(period), period.first, period.until) == (text, first, until)
    assert not period.is_over(until.replace(year=until.year - 1))
    assert period.is_over(until)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-Q5", "2026-01", "2026-Q", "0000", "9999", "x2026"]
)
def test_nothing_else_is_one(text: str) -> None:
    with pytest.raises(Refusal, match="no_period"):
        period_of(text)


def test_the_newest_quarters_come_first() -> None:
    now = moment(2026, 5, 17)
    assert quarter_before(moment(2026, 2)) == Period(year=2025, quarter=4)
    assert [*map(str, newest(now, 3, is_over=False))] == ["2026-Q2", "2026-Q1", "2025-Q4"]
    assert [*map(str, newest(now, 3, is_over=True))] == ["2026-Q1", "2025-Q4", "2025-Q3"]
