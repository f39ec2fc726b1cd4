"""Clocks that come nearer when more becomes known."""

from __future__ import annotations

from tests.factories import CARE, Case

REFLECTION = """
clocks:
  reflection: earliest of (30 days after decide.done, cooperate.done)
stages:
  start:
    steps:
      decide: {by: screener}
      cooperate: {by: screener, after: decide, optional: yes}
      go_on: {by: manager, after: decide, not_before: reflection}
    then: end done
"""
REPORT = """
stages:
  start:
    steps:
      talk: {by: screener}
      report:
        by: manager
        due: earliest of (30 days, 2 days after talk.done)
        late: [before 1 day remind manager]
    then: end done
"""


def test_a_period_ends_early_with_the_decision() -> None:
    """Reflection ends at its day or when the person decides, whichever is sooner (BG-22)."""
    case = Case(REFLECTION)
    case.complete("decide.1")
    assert case.open == ["cooperate.1"]

    case.wait(days=3)
    case.complete("cooperate.1")

    assert case.open == ["go_on.1"]
    assert case.moment("clock.reflection") == case.now


def test_without_the_decision_the_period_ends_at_its_day() -> None:
    """Thirty days, to the end of the last one."""
    case = Case(REFLECTION)
    case.complete("decide.1")
    case.wait(days=29)
    assert case.open == ["cooperate.1"]
    case.wait(days=2)
    assert case.open == ["cooperate.1", "go_on.1"]


def test_a_due_moment_comes_nearer_with_its_ladder() -> None:
    """What was far away is near once the other moment is known; the reminder moves along."""
    case = Case(REPORT)
    far = case.task("report.1").due_at

    case.complete("talk.1")

    near = case.task("report.1").due_at
    assert far is not None
    assert near is not None
    assert (far - near).days == 28
    case.wait(days=2)
    assert case.told(CARE) == ["reminder"]


EARLY = """
clocks:
  reflection: earliest of (30 days after decide.done, cooperate.done)
stages:
  start:
    steps:
      decide: {by: screener}
      cooperate: {by: screener, after: decide}
      at_once: {by: manager, after: cooperate, when: clock.reflection.reached, otherwise: skip}
    then: end done
"""


def test_a_condition_sees_the_clock_that_ends_in_the_same_turn() -> None:
    """The decision ends the period, and what comes after the decision may ask whether it is over."""
    case = Case(EARLY)
    case.complete("decide.1")
    case.complete("cooperate.1")
    assert case.open == ["at_once.1"]


LATE = """
clocks:
  over: 3 days after talk.done
stages:
  start:
    steps:
      talk: {by: screener}
      wait: {by: manager, after: talk, not_before: 1 day after talk.done}
      still_running:
        by: manager
        after: talk
        not_before: 1 day after talk.done
        when: not clock.over.reached
        otherwise: skip
    then: end done
"""


def test_a_late_tick_sees_clocks_in_their_order() -> None:
    """What opened while the named clock ran opens so too when time is settled days later."""
    late, timely = Case(LATE), Case(LATE)
    for case in (late, timely):
        case.complete("talk.1")
    timely.wait(days=2)
    timely.wait(days=8)
    late.wait(days=10)
    assert late.open == timely.open == ["still_running.1", "wait.1"]
