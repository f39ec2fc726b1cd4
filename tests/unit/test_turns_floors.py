"""A condition on what only time can bring is asked again at the `not_before` of its step."""

from __future__ import annotations

import pytest

from engine.commands import AcceptHandOver, Complete
from tests.explained import awaited, why
from tests.factories import CARE, Case

BODY = """
clocks: {grace: 4 days after ask.done, far: 40 days after grant.done, other: 2 days after extra.done}
stages:
  start:
    steps:
      say: {by: screener, after: ask, not_before: FLOOR, when: WHEN, otherwise: OTHERWISE}
      ask: {by: screener, form: [risk?]}
      grant: {by: manager, after: ask, due: 5 days}
      extra: {by: manager, after: ask, when: risk = high, otherwise: skip}
      request: {hand_over: manager, after: ask, answer: 5 days, declined: go on, silent: tell screener}
    then: end done
"""
FLOOR = "6 days after ask.done"


def asked(when: str, floor: str = FLOOR, otherwise: str = "skip", risk: str = "") -> Case:
    """The step stands before the one that it asks for: that is not open yet as it is considered."""
    body = BODY.replace("WHEN", when).replace("FLOOR", floor).replace("OTHERWISE", otherwise)
    case = Case(body)
    case.do(Complete(task="ask.1", answers={"risk": risk} if risk else {}))
    return case


LATE = [
    "step.grant.overdue",
    "hand_over.request.late",
    "clock.grace.reached",
    "not clock.grace.running",
    "step.grant.overdue and risk = high",
]


@pytest.mark.parametrize("when", LATE)
def test_it_opens_at_its_floor_if_time_has_brought_it_by_then(when: str) -> None:
    case = asked(when, risk="high")
    assert case.state.steps["say"] == "waiting"
    case.wait(days=5.5)
    assert case.state.steps["say"] == "waiting"
    case.wait(days=2)
    assert "say.1" in case.open


@pytest.mark.parametrize("when", ["step.grant.overdue", "hand_over.request.late"])
def test_it_is_passed_over_as_soon_as_no_time_can_bring_it(when: str) -> None:
    """What is done in time is never late: the case does not wait for the floor."""
    case = asked(when)
    if "grant" in when:
        case.complete("grant.1", CARE)
    else:
        case.do(AcceptHandOver(hand_over="request.1"), CARE)
    assert case.state.steps["say"] == "skipped"
    assert "say:floor" not in case.state.clocks


FINAL = [
    "risk = high",
    "step.grant.overdue and risk = high",
    "step.grant.done",
    "not step.grant.opened",
    "clock.other.reached",
]


@pytest.mark.parametrize("when", FINAL)
def test_every_other_no_is_final_at_once(when: str) -> None:
    """Also where no time could turn it: the answer says no, or a clock can never begin."""
    case = asked("not (risk = low)" if when == "not step.grant.opened" else when, risk="low")
    assert case.state.steps["say"] == "skipped"


def test_a_no_at_the_floor_is_final() -> None:
    """What comes later than the floor is not waited for, and what is to follow does."""
    case = asked("step.grant.overdue", "3 days after ask.done", "end stays")
    case.wait(days=2)
    assert case.state.steps["say"] == "waiting"
    case.wait(days=2)
    assert case.state.end == "stays"


def test_without_a_floor_nothing_is_waited_for() -> None:
    case = Case(
        BODY.replace("not_before: FLOOR, ", "")
        .replace("WHEN", "step.grant.overdue")
        .replace("OTHERWISE", "skip")
    )
    case.complete("ask.1")
    assert case.state.steps["say"] == "skipped"


def test_a_floor_that_is_not_known_yet_lies_ahead() -> None:
    """It is counted from what comes later; a floor that has passed is none."""
    case = asked("clock.grace.reached", "1 day after grant.done")
    assert "say" not in case.state.steps
    case.wait(days=5)
    case.complete("grant.1", CARE)
    assert case.state.steps["say"] == "waiting"
    case.wait(days=2)
    assert "say.1" in case.open
    assert asked("clock.far.reached", "case.opened").state.steps["say"] == "skipped"


CHOICE = """
stages:
  start:
    steps:
      talk: {by: screener, due: 2 days}
      one: {by: screener, one_of: way, not_before: 6 days, when: step.talk.overdue}
      two: {by: manager, one_of: way, when: not step.talk.overdue, otherwise: skip}
    then: end done
"""


def test_in_a_choice_every_no_is_final() -> None:
    """The next one that may be taken is not kept waiting."""
    assert Case(CHOICE).state.steps == {"talk": "open", "one": "skipped", "two": "open"}


def test_it_is_said_that_time_may_bring_it() -> None:
    case = asked("step.grant.overdue")
    assert awaited(why(case, "say")) == [
        "its condition does not hold yet, but time may change that: grant is or was overdue",
        "it does not open before 6 days after the completion of ask",
    ]
