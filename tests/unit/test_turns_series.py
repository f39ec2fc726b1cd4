"""Series: moments that are listed, or that come again and again, and those that were missed."""

from __future__ import annotations

from engine import commands as c
from tests.factories import CARE, Case


def visits(series: str) -> Case:
    return Case(f"""
stages:
  start:
    steps:
      talk: {{by: screener, form: [born?]}}
      visit:
        by: manager
        series: {series}
        due: 1 week
    then: end done
interrupts:
  pause: {{raised_by: screener, suspends: start, review: 1 year}}
""")


def moments(case: Case) -> list[str]:
    return sorted(f"{x.at:%m-%d}" for x in case.state.clocks.values() if x.kind == "series")


def test_a_series_comes_every_month_for_some_time() -> None:
    """Counted from the anchor, not from one another; the last moment is within the time."""
    case = visits("{every: 1 month, for: 4 months, after: born}")
    case.complete("talk.1", born="2026-03-31")
    assert moments(case) == ["04-30", "05-31", "06-30", "07-31"]


def test_a_period_and_how_long_it_lasts_may_have_different_units() -> None:
    """As many as fit."""
    assert moments(visits("{every: 2 weeks, for: 1 month, after: case.opened}")) == [
        "03-16",
        "03-30",
    ]


def test_the_series_is_done_with_its_last_task() -> None:
    """And not before the last moment has come."""
    case = visits("{every: 1 month, for: 2 months, after: case.opened}")
    case.complete("talk.1")
    case.wait(days=32)
    case.complete("visit.1", CARE)
    assert (case.open, case.state.end) == ([], "")
    case.wait(days=31)
    case.complete("visit.2", CARE)
    assert case.state.end == "done"


def test_each_missed_moment_leads_to_a_task() -> None:
    """Unless it is said otherwise."""
    case = visits("{every: 1 month, for: 6 months, after: case.opened}")
    case.wait(days=95)
    assert case.open == ["talk.1", "visit.1", "visit.2", "visit.3"]


def test_moments_that_were_missed_may_lead_to_one_task() -> None:
    """The next moment comes as it was to come, and the series ends with it."""
    case = visits("{at: [1 week, 2 weeks, 3 weeks, 9 weeks], after: case.opened, catch_up: once}")
    case.complete("talk.1")
    case.wait(days=30)
    assert case.open == ["visit.1"]
    case.complete("visit.1", CARE)
    assert case.state.steps["visit"] == "open"
    case.wait(days=40)
    assert case.open == ["visit.2"]
    case.complete("visit.2", CARE)
    assert case.state.end == "done"


def test_moments_before_the_anchor_was_known_are_missed_too() -> None:
    """A date of long ago, told today."""
    case = visits("{every: 1 month, for: 1 year, after: born, catch_up: once}")
    case.complete("talk.1", born="2025-10-05")
    assert case.open == ["visit.1"]
    assert len(moments(case)) == 8


def test_a_series_stands_still_with_its_stage() -> None:
    """What is left goes on, each moment with the time that it had."""
    case = visits("{every: 2 weeks, for: 8 weeks, after: case.opened, catch_up: once}")
    case.do(c.Raise(interrupt="pause"), days=15)
    case.wait(days=60)
    assert case.open == ["pause.1"]
    case.do(c.Resolve(interrupt="pause"))
    assert case.open == ["talk.1", "visit.1"]
    case.wait(days=14)
    assert case.open == ["talk.1", "visit.1", "visit.2"]


def test_a_series_without_a_moment_in_its_time_is_done_at_once() -> None:
    """Thirty days are longer than the month from 1 February on."""
    case = visits("{every: 30 days, for: 1 month, after: born}")
    case.complete("talk.1", born="2026-02-01")
    assert case.state.end == "done"
