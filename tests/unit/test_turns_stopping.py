"""Work that is not needed any more: `enough`, `stops_when`."""

from __future__ import annotations

from typing import Any

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from tests.factories import CARE, HOME, Case, pathway
from tests.told import refused_with

ENOUGH = """
stages:
  opinions:
    enough: 2
    steps:
      first: {by: screener, due: 2 days}
      second: {by: manager, due: 2 days}
      third: {by: manager, due: 2 days}
      last: {by: manager, after: third}
      aside: {by: screener, optional: yes}
  next: {after: opinions, steps: {plan: {by: screener}}}
"""


def test_a_stage_ends_when_enough_of_its_steps_are_done() -> None:
    """The rest is withdrawn with its clocks, and who had it is told; what is optional goes on."""
    case = Case(ENOUGH)

    case.complete("first.1")
    case.complete("second.1", CARE)

    assert case.open == ["aside.1", "plan.1"]
    assert case.state.steps["third"] == "stopped"
    assert case.state.steps["last"] == "skipped"
    assert case.told(CARE) == ["no_longer_needed"]
    assert "third.1:due" not in case.state.clocks


def test_where_enough_cannot_be_done_the_stage_ends_with_what_is_there() -> None:
    """It never hangs on what cannot come."""
    body = ENOUGH.replace("by: manager", "by: manager, when: risk = high, otherwise: skip")
    case = Case(body.replace("by: screener, due", "by: screener, form: [risk], due"))

    case.complete("first.1", risk="low")

    assert case.state.stages["opinions"] == "ended"


@pytest.mark.parametrize("number", [4, 9])
def test_enough_is_fewer_than_all(number: int) -> None:
    """Otherwise it says nothing."""
    with refused_with(DefinitionError, match="less than the number of required steps, 4"):
        pathway(ENOUGH.replace("enough: 2", f"enough: {number}"))


STOPS = """
stages:
  one:
    steps:
      ask: {by: screener, form: [risk]}
      call: {by: manager, stops_when: risk = low, due: 2 days}
      calls: {by: manager, stops_when: risk = low, series: {at: [1 day, 2 days], after: case.opened}}
      after_call: {by: screener, after: [call, calls, later]}
      later: {by: manager, after: ask, stops_when: risk = low}
"""


def test_a_step_stops_when_its_condition_holds() -> None:
    """What was open is withdrawn, the series goes no further, what comes after may open."""
    case = Case(STOPS)
    case.wait(days=1.8)

    case.complete("ask.1", risk="low")

    assert case.open == ["after_call.1"]
    assert {case.state.steps[name] for name in ("call", "calls", "later")} == {"stopped"}
    assert case.told(CARE) == ["no_longer_needed"]
    assert list(case.state.clocks) == ["case:review"]
    assert case.moment("call.stopped") == case.now


def test_a_step_goes_on_while_its_condition_does_not_hold() -> None:
    """What is not known is no yes."""
    case = Case(STOPS)

    case.complete("ask.1", risk="high")

    assert case.open == ["call.1", "later.1"]


STAGE = """
stages:
  one: {steps: {ask: {by: screener, form: [risk]}}}
  help:
    stops_when: risk = low
    steps:
      refer: {hand_over: manager, answer: 3 days, declined: go on, silent: tell screener}
      call: {by: manager, manual: yes}
      never: {by: screener, after: refer}
    then: end stays
  after: {after: help, steps: {close: {by: screener, after: never}}}
"""


def test_a_stage_that_stops_takes_its_requests_back() -> None:
    """It counts as settled, and its `then` does not follow."""
    case = Case(STAGE)

    case.complete("ask.1", risk="low")

    assert case.state.status == "open"
    assert case.hand_over("refer.1").status == "revoked"
    assert case.told(CARE) == ["no_longer_needed"]
    assert case.open == ["close.1"]
    assert case.refused(c.Start(step="call")) == "stopped"


def test_a_stage_whose_condition_holds_already_does_not_open() -> None:
    """Nobody is asked for what is not wanted."""
    case = Case(STAGE.replace("  help:\n", "  help:\n    after: one\n"))

    case.complete("ask.1", risk="low")

    assert case.state.stages["help"] == "stopped"
    assert case.state.hand_overs == {}


def test_a_request_to_who_answers_for_the_case_already_leaves_it_so() -> None:
    """Taking back what was not answered moves nothing."""
    case = Case(STAGE, opened_by=CARE)

    case.complete("ask.1", risk="low")

    assert case.hand_over("refer.1").status == "revoked"
    assert case.state.responsible == CARE


JOURNEY = """
stages:
  one:
    steps:
      talk: {by: screener, consent: tell_home, refused: go on}
      ask: {by: screener, form: [home_country]}
      look: {by: screener, form: [risk], optional: yes}
      go:
        by: manager
        after: [talk, ask]
        arrival: {confirmed_by: home, within: 3 days, missing: tell manager}
        stops_when: risk = high
"""


def test_a_journey_under_way_is_never_stopped() -> None:
    """Whoever waits at the other end waits on."""
    case = Case(JOURNEY)
    case.complete("ask.1", home_country="NG")
    case.give()
    case.complete("go.1", CARE)

    case.complete("look.1", risk="high")
    case.do(c.ConfirmArrival(task="go.1.arrival"), HOME)

    assert case.state.steps["go"] == "done"


CHOICE = """
stages:
  one:
    steps:
      ask: {by: screener, form: [risk, married?]}
      urgent: {by: screener, one_of: way, when: risk = high}
      family: {by: screener, one_of: way, when: married}
      usual: {by: screener, one_of: way}
      report: {by: screener, after: [urgent, family, usual]}
"""


@pytest.mark.parametrize(
    ("answers", "taken"),
    [
        ({"risk": "high", "married": True}, "urgent"),
        ({"risk": "low", "married": True}, "family"),
        ({"risk": "low", "married": False}, "usual"),
    ],
)
def test_the_first_that_holds_is_taken_and_no_other(answers: dict[str, Any], taken: str) -> None:
    """The others are passed over, so that what comes after all of them may follow."""
    case = Case(CHOICE)

    case.complete("ask.1", **answers)
    opened = case.open
    case.complete(f"{taken}.1")

    assert opened == [f"{taken}.1"]
    assert case.open == ["report.1"]


def test_nothing_is_chosen_while_an_earlier_condition_is_not_known() -> None:
    """It might still be the first that holds."""
    case = Case(CHOICE)

    case.complete("ask.1", risk="low")

    assert "usual" not in case.state.steps


def test_stages_are_chosen_alike_and_the_last_says_what_follows_where_none_holds() -> None:
    """An unmatched case has a declared way out."""
    body = """
stages:
  one: {steps: {ask: {by: screener, form: [risk]}}}
  high: {after: one, one_of: way, when: risk = high, steps: {a: {by: screener}}}
  low: {after: one, one_of: way, when: risk = low, otherwise: end stays, steps: {b: {by: screener}}}
"""
    taken, unmatched = Case(body), Case(body)

    taken.complete("ask.1", risk="high")
    unmatched.complete("ask.1", risk="medium")

    assert taken.open == ["a.1"]
    assert taken.state.stages["low"] == "skipped"
    assert unmatched.state.end == "stays"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (", when: married", "", "this option is always taken"),
        (
            "when: married",
            "when: married, otherwise: skip",
            "the next option of the choice is tried",
        ),
        (
            "when: married",
            "when: married, after: ask",
            r"must have the same `after`, and the first one has none \(leave `after` out",
        ),
        ("urgent: {", "urgent: {after: ask, ", r"the same `after` \(write `after: ask`\)"),
        ("urgent: {", "urgent: {after: [ask, report], ", r"write `after: \[ask, report\]`"),
        ("one_of: way}", "one_of: way, manual: yes}", "an option of a choice must open by itself"),
        (
            "one_of: way}",
            "one_of: way, when: rooms = 1}",
            "what happens if the condition does not hold",
        ),
        ("one_of: way}", "one_of: other}", "this choice has only one option"),
    ],
)
def test_a_choice_that_is_not_clear_is_refused(before: str, after: str, said: str) -> None:
    """With what to do about it."""
    with refused_with(DefinitionError, match=said):
        pathway(CHOICE.replace(before, after))
