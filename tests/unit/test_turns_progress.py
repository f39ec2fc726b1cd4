"""What opens by itself, what waits, what is passed over, and what ends a stage."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import commands as c
from tests.factories import CARE, DESK, HEAD, MONDAY, Case

BRANCHES = """
stages:
  start:
    steps:
      ask: {by: screener, form: [risk?, married?]}
      alone: {by: manager, when: not married, otherwise: skip}
      high: {by: manager, when: risk = high, otherwise: tell manager}
      extra: {by: manager, optional: yes, after: ask}
  second:
    after: start
    when: risk < high
    otherwise: end stays
    steps:
      rest: {by: screener}
    then: end done
"""


def test_an_unanswered_question_is_neither_yes_nor_no() -> None:
    """What depends on it waits."""
    case = Case(BRANCHES)
    assert case.open == ["ask.1"]
    case.complete("ask.1")
    assert "alone" not in case.state.steps
    assert case.state.stages == {"start": "open"}


def test_a_condition_that_does_not_hold_says_what_happens_instead() -> None:
    """A step is passed over, perhaps with word to somebody; a stage may end the case."""
    case = Case(BRANCHES)
    case.complete("ask.1", married=True, risk="low")
    assert case.state.steps["alone"] == "skipped"
    assert "attention" in case.told(CARE)
    other = Case(BRANCHES)
    other.complete("ask.1", married=True, risk="high")
    other.complete("high.1", CARE)
    assert other.state.end == "stays"


def test_a_stage_ends_when_its_required_steps_are_settled() -> None:
    """Optional ones stay open and may be done later."""
    case = Case(BRANCHES)
    case.complete("ask.1", married=True, risk="low")
    assert case.state.stages == {"start": "ended", "second": "open"}
    assert case.open == ["extra.1", "rest.1"]
    case.complete("extra.1", CARE)
    case.complete("rest.1")
    assert case.state.end == "done"


FLOOR = """
stages:
  start:
    steps:
      ask: {by: screener, form: [risk, leaves?, born?]}
      wait: {by: screener, not_before: FLOOR, when: risk < high, otherwise: end stays}
      other: {by: manager, manual: yes, repeat: {at_most: 9}, form: [risk?]}
    then: end done
"""


def test_a_floor_keeps_a_step_shut() -> None:
    """It opens at the moment, not before; the case has its next moment meanwhile."""
    case = Case(FLOOR.replace("FLOOR", "72 hours after ask.done"))
    case.complete("ask.1", risk="low")
    assert case.state.steps["wait"] == "waiting"
    assert case.state.clocks["wait:floor"].at == MONDAY + timedelta(hours=72)
    case.wait(hours=71)
    assert case.open == []
    case.wait(hours=1)
    assert case.open == ["wait.1"]


def test_a_floor_without_an_anchor_counts_from_when_the_step_could_open() -> None:
    """And is over then, once."""
    case = Case(FLOOR.replace("FLOOR", "3 hours"))
    case.complete("ask.1", risk="low")
    case.wait(hours=3)
    assert case.open == ["wait.1"]


def test_what_waited_for_a_floor_is_looked_at_again() -> None:
    """What held then may hold no more."""
    case = Case(FLOOR.replace("FLOOR", "72 hours after ask.done"))
    case.complete("ask.1", risk="low")
    case.do(c.Start(step="other"))
    case.complete("other.1", CARE, risk="high")
    case.wait(hours=72)
    assert case.state.end == "stays"


def test_a_floor_may_hang_on_a_day_or_a_moment_of_a_form() -> None:
    """A day begins with its first moment; what is not known yet keeps the step shut."""
    case = Case(FLOOR.replace("FLOOR", "leaves"))
    case.complete("ask.1", risk="low", leaves="2026-03-04T10:00+01:00")
    assert case.state.clocks["wait:floor"].at == datetime.fromisoformat("2026-03-04T09:00+00:00")
    day = Case(FLOOR.replace("FLOOR", "born"))
    day.complete("ask.1", risk="low", born="2026-03-05")
    assert day.state.clocks["wait:floor"].at == datetime.fromisoformat("2026-03-05T00:00+00:00")
    never = Case(FLOOR.replace("FLOOR", "born"))
    never.complete("ask.1", risk="low")
    assert "wait" not in never.state.steps


def test_an_open_case_is_never_idle() -> None:
    """Promise 2: with nothing else open, the responsible agency must look at it."""
    case = Case(BRANCHES)
    case.complete("ask.1")
    case.complete("extra.1", CARE)
    assert case.open == ["review.1"]
    review = case.task("review.1")
    assert (review.agency, review.kind.value) == (DESK, "review")
    assert review.due_at is not None
    assert case.refused(c.Complete(task="review.1", outcome="later")) == "wrong_outcome"
    case.do(c.Complete(task="review.1", outcome="stays"))
    assert case.state.end == "stays"


ONLY_A_CONSENT = """
stages:
  start:
    steps:
      talk: {by: screener, consent: tell_home, refused: go on}
      ask: {by: screener, form: [risk?]}
      WAIT
"""


@pytest.mark.parametrize(
    ("wait", "is_idle"),
    [
        ("look: {by: manager, when: risk = high, otherwise: skip}", True),
        ("look: {by: manager, when: consent.tell_home.expired, otherwise: skip}", False),
        ("look: {by: manager, when: consent.tell_home.expired = yes, otherwise: skip}", False),
        ("look: {by: manager, not_before: 1 day after consent.tell_home.expired}", False),
    ],
)
def test_a_consent_that_runs_is_no_next_action(wait: str, is_idle: bool) -> None:
    """Unless something asks how it stands: that may follow when it runs out."""
    valid = "tell_home: {to: manager, shows: [risk], ask: May we?, valid: 6 months}"
    case = Case(ONLY_A_CONSENT.replace("WAIT", wait), consents=valid)
    case.complete("ask.1")
    case.give()
    assert case.open == (["review.1"] if is_idle else [])


SERIES = """
stages:
  start:
    steps:
      go: {by: screener}
      visit: {by: manager, series: {at: [1 month, 3 months], after: go.done}, due: 5 days}
    then: end done
"""


def test_a_series_opens_a_task_at_each_of_its_moments() -> None:
    """Months end with their days; the step is done with the last one."""
    case = Case(SERIES)
    assert "visit" not in case.state.steps
    case.complete("go.1")
    clocks = [case.state.clocks[f"visit:series:0{number}"].at for number in (1, 2)]
    assert [f"{each:%m-%d}" for each in clocks] == ["04-02", "06-02"]
    case.wait(days=32)
    assert case.open == ["visit.1"]
    case.complete("visit.1", CARE)
    assert case.state.steps["visit"] == "open"
    case.wait(days=62)
    case.complete("visit.2", CARE)
    assert case.state.end == "done"


CLOCK = """
stages:
  start:
    steps:
      go: {by: screener}
      after_rest: {by: manager, when: clock.rest.reached, otherwise: skip, optional: yes}
      last: {by: screener, not_before: 1 day after rest}
    then: end done
"""


def test_a_named_clock_starts_when_its_anchor_is_known_and_is_reached_at_its_moment() -> None:
    """Conditions and other clocks stand on it."""
    case = Case(CLOCK, head=HEAD + "clocks: {rest: 30 days after go.done}\n")
    assert "clock.rest" not in case.state.clocks
    case.complete("go.1")
    at = case.state.clocks["clock.rest"].at
    case.wait(days=31)
    assert case.moment("clock.rest") == at
    assert "last" in case.state.steps


SILENT = """
stages:
  start:
    steps:
      refer: {hand_over: manager, answer: 2 days, declined: go on, silent: go on}
      never: {by: screener, when: married, otherwise: skip}
      ask: {by: screener, manual: yes, form: [married]}
"""


def test_a_silent_request_keeps_no_case_busy() -> None:
    """Promise 6: somebody owns the silence, if only by looking at the whole case."""
    case = Case(SILENT)
    assert case.open == ["refer.1"]
    case.wait(days=4)
    assert case.hand_over("refer.1").status == "silent"
    assert case.open == ["refer.1", "review.1"]
