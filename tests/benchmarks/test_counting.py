"""What it costs to count many working days against a few: both are looked up, and none is walked.

Both are counted in turns, so that whatever the machine does besides burdens both alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from statistics import median
from time import process_time

from engine.time.holiday_source import edition_from_holidays

ROUNDS = 50
TIMES = 500
WANTED_RATIO = 2.0
"""Walked, a thousand days would cost some hundred times what one costs."""


def test_a_thousand_working_days_cost_as_little_as_one() -> None:
    calendar = edition_from_holidays("NG", (2024, 2030), id="NG-1", zone="Africa/Lagos")
    start = date(2025, 1, 1)
    ratios = [
        seconds(lambda: calendar.working_days_after(start, 1000))
        / seconds(lambda: calendar.working_days_after(start, 1))
        for _ in range(ROUNDS)
    ]
    print(f"\nthousand / one: {median(ratios):.2f}")
    assert median(ratios) <= WANTED_RATIO


def seconds(count: Callable[[], object]) -> float:
    began = process_time()
    for _ in range(TIMES):
        count()
    return process_time() - began
