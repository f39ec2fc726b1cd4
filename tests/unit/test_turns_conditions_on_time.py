"""Conditions on what time has done: asked anew at the very moment at which it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from tests.factories import DESK, MONDAY, Case, pathway

CLOCKS = "clocks:\n  hope: 5 days after case.opened\n"
HOPE = datetime(2026, 3, 7, 23, 59, 59, tzinfo=UTC)
BODY = (
    CLOCKS
    + """
stages:
  start:
    steps:
      wait: {by: screener, due: 20 days}
      search: {by: manager, due: {time: 10 days, paused_while: %s}, stops_when: %s}
    then: go on
  later:
    when: step.wait.done
    otherwise: skip
    after: start
    steps:
      close: {by: manager}
    then: end done
"""
)


@pytest.mark.parametrize("asked", ["clock.hope.reached", "not clock.hope.running"])
def test_work_stops_at_the_moment_at_which_a_clock_is_reached(asked: str) -> None:
    """Not when the next person comes: nobody need do anything."""
    case = Case(BODY % ("never", asked))
    case.wait(hours=(HOPE - MONDAY) / timedelta(hours=1) - 0.1)
    assert "search.1" in case.open
    case.wait(hours=0.2)
    assert case.open == ["wait.1"]
    assert case.moment("search.stopped") == HOPE
    assert case.state.steps["search"] == "stopped"


def test_a_clock_stands_still_from_the_moment_at_which_another_is_reached() -> None:
    """However late that is seen; and goes on when the condition holds no more."""
    case = Case(BODY % ("clock.hope.reached and not step.wait.done", "step.wait.skipped"))
    case.wait(days=6)
    clock = case.state.clocks["search.1:due"]
    assert clock.paused_at == HOPE
    case.do(c.Complete(task="wait.1"), DESK, days=3)
    assert case.state.clocks["search.1:due"].paused_at is None
    assert case.task("search.1").due_at == datetime(2026, 3, 16, 23, 59, 59, tzinfo=UTC)


def test_a_clock_stands_still_while_another_runs() -> None:
    """It goes on by itself when that is over."""
    case = Case(BODY % ("clock.hope.running", "step.wait.skipped"))
    assert case.state.clocks["search.1:due"].paused_at == MONDAY
    case.wait(days=30)
    assert case.task("search.1").due_at == datetime(2026, 3, 17, 23, 59, 59, tzinfo=UTC)
    assert case.task("search.1").overdue


def test_being_late_stops_other_work_and_makes_a_period_longer() -> None:
    """`step.NAME.overdue` is asked anew when the task becomes overdue."""
    case = Case("""
clocks:
  grace: {time: 10 days after case.opened, extend: {by: 5 days, when: step.report.overdue}}
stages:
  start:
    steps:
      report: {by: manager, due: 2 days}
      chat: {by: screener, optional: yes, stops_when: step.report.overdue}
      ask_why: {by: screener, not_before: 3 days, when: step.report.overdue, otherwise: skip}
    then: end done
""")
    assert "chat.1" in case.open
    case.wait(days=4)
    assert case.state.steps["chat"] == "stopped"
    assert case.moment("chat.stopped") == datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC)
    assert case.state.clocks["clock.grace"].at == datetime(2026, 3, 17, 23, 59, 59, tzinfo=UTC)


def test_a_panel_that_let_its_time_pass_was_late() -> None:
    """One that decided in time was not; its votes are its task."""
    panel = "{members: [screener, manager], quorum: 1, agree: all, tied: 'no', no_quorum: 'no'}"
    case = Case(
        f"""
stages:
  start:
    steps:
      vote: {{panel: {panel}, decide: {{'yes': go on, 'no': go on}}, due: 5 days}}
      ask_why: {{by: manager, after: vote, when: step.vote.overdue, otherwise: skip}}
      close: {{by: manager, after: vote}}
    then: end done
"""
    )
    case.wait(days=6)
    assert case.open == ["ask_why.1", "close.1"]


def test_an_interrupt_may_be_raised_only_when_a_clock_is_reached() -> None:
    """What a person may do can depend on time."""
    case = Case(
        CLOCKS
        + """
stages:
  start:
    steps:
      wait: {by: screener}
    then: end done
interrupts:
  gives_up: {raised_by: screener, when: clock.hope.reached, then: end stays}
"""
    )
    assert case.refused(c.Raise(interrupt="gives_up"), DESK) == "condition"
    case.do(c.Raise(interrupt="gives_up"), DESK, days=6)
    assert case.state.end == "stays"


@pytest.mark.parametrize(
    "still",
    [
        "clock.hope.running",
        "not clock.hope.reached",
        "clock.other.running",
        "step.wait.opened and not clock.other.reached",
    ],
)
def test_a_clock_that_waits_for_itself_is_refused(still: str) -> None:
    """It would stand still for ever, whichever of the two words says so."""
    with pytest.raises(DefinitionError) as refused:
        pathway(f"""
clocks:
  hope: {{time: 5 days after case.opened, paused_while: {still}}}
  other: {{time: 5 days after case.opened, paused_while: not clock.hope.reached}}
stages:
  start:
    steps:
      wait: {{by: screener}}
    then: end done
""")
    assert "clock.stands_still_by_itself" in str(refused.value)
