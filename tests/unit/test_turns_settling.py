"""Time: late ticks, late people, days of downtime."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.facts import ClockReached
from tests.factories import CARE, DESK, HOME, MONDAY, Case

LADDER = """
stages:
  start:
    steps:
      plan:
        by: manager
        due: 1 day
        late:
          - remind manager
          - after 1 day remind manager
          - after 2 days tell screener
          - after 3 days remind manager
      pack: {by: screener, due: 20 days}
  later:
    after: start
    steps:
      rest: {by: manager, due: 3 days}
    then: end done
"""
CHAIN = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        seen: 2 days
        answer: 3 days
        declined: end stays
        silent: next receiver, at most 2
    then: end done
"""
CLASS = "tell_home: {to: home, any: yes, ask: May we tell a partner?}"


def test_five_days_of_downtime_lose_no_reminder_and_send_no_flood() -> None:
    """Promise 4: each rung is used, and each addressee hears of a subject once."""
    case = Case(LADDER)
    case.wait(days=6)
    rungs = [each.key for each in case.last if isinstance(each, ClockReached)]
    assert rungs == ["plan.1:due", "plan.1:rung:0"] + [f"plan.1:rung:{n}" for n in (1, 2, 3)]
    assert (case.told(CARE), case.told(DESK)) == (["reminder"], ["overdue"])
    case.wait(days=6)
    assert case.told() == []


def test_a_rung_is_used_at_most_once() -> None:
    """Promise 4: whatever the number of ticks."""
    case = Case(LADDER)
    for _ in range(20):
        case.wait(hours=8)
    rungs = [each.key for each in case.facts if isinstance(each, ClockReached)]
    assert len(rungs) == len(set(rungs)) == 5
    assert case.told(CARE, ever=True) == ["task_assigned", *["reminder"] * 3]


def test_clocks_are_settled_in_their_order() -> None:
    """The due moment before what comes after it."""
    case = Case(LADDER)
    case.wait(days=30)
    reached = [each.due for each in case.last if isinstance(each, ClockReached)]
    assert reached == sorted(reached)


def test_a_late_tick_and_a_late_person_lead_to_the_same_state() -> None:
    """Whether the tick comes first, or the person finds it unsettled."""
    ticked, late = Case(LADDER), Case(LADDER)
    for case in (ticked, late):
        case.now = MONDAY + timedelta(days=4)
    ticked.wait()
    for case in (ticked, late):
        case.complete("plan.1", CARE)
    assert ticked.task("plan.1").overdue
    assert replace(ticked.state, notices=0, told={}) == replace(late.state, notices=0, told={})


def test_who_is_late_but_done_is_not_reminded() -> None:
    """Nor who has passed it on meanwhile: the new owner is."""
    case = Case(LADDER)
    case.do(c.Complete(task="plan.1"), CARE, days=4)
    assert case.told() == []
    other = Case(LADDER)
    other.do(c.Decline(task="plan.1", reason="no_capacity"), CARE, days=3)
    assert other.told(CARE) == []
    assert "reminder" in other.told("GH-CARE2")


def test_nobodys_time_for_an_answer_runs_before_the_request_is_sent() -> None:
    """After downtime the next receiver has its full time, though silence came when it came."""
    case = Case(CHAIN, consents=CLASS)
    case.complete("where.1", home_country="NG")
    case.give()
    case.wait(days=10)
    second = case.hand_over("ask_home.2")
    assert second.offered_at == case.now
    assert second.answer_by is not None
    assert second.answer_by > case.now + timedelta(days=2)
    assert not second.overdue
    assert case.moment("ask_home.silent") == datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)


def test_nobody_is_overdue_on_arrival() -> None:
    """After five days of downtime a task that opens then has its full time."""
    case = Case(LADDER)
    case.complete("pack.1")
    case.do(c.Complete(task="plan.1"), CARE, days=5, occurred=MONDAY + timedelta(hours=1))
    assert case.moment("plan.done") == MONDAY + timedelta(hours=1)
    assert case.task("rest.1").opened_at == case.now
    due = case.task("rest.1").due_at
    assert due is not None
    assert due > case.now + timedelta(days=2)
    assert case.moment("later.entered") == case.now


def test_a_report_from_a_little_ahead_is_dated_at_recording() -> None:
    """A wrong clock on somebody's phone moves nothing ahead."""
    case = Case(LADDER)
    case.do(c.Complete(task="pack.1"), occurred=MONDAY + timedelta(minutes=4))
    assert case.moment("pack.done") == MONDAY


def test_what_is_done_in_time_is_never_overdue() -> None:
    """Its clocks stop with it."""
    case = Case(LADDER)
    case.complete("plan.1", CARE)
    assert [key for key in case.state.clocks if key.startswith("plan")] == []
    case.wait(days=5)
    assert not case.task("plan.1").overdue


def test_a_task_without_a_ladder_reminds_its_owner() -> None:
    """Once, when it is due."""
    case = Case(LADDER)
    case.complete("plan.1", CARE)
    case.wait(days=21)
    assert case.told() == ["reminder"]
    assert case.task("pack.1").overdue


def test_every_open_case_is_looked_at_again() -> None:
    """Promise 2: the responsible agency is asked each month, and after a year once."""
    case = Case(LADDER)
    assert case.state.clocks["case:review"].at > MONDAY + timedelta(days=30)
    case.wait(days=365)
    assert [kind for kind in case.told(DESK) if kind == "attention"] == ["attention"]
    assert case.state.clocks["case:review"].at > case.now


def test_time_is_never_refused_and_changes_nothing_in_a_closed_case() -> None:
    """A tick that comes too late is no error."""
    case = Case(LADDER)
    case.complete("plan.1", CARE)
    case.complete("pack.1")
    case.complete("rest.1", CARE)
    assert case.state.end == "done"
    assert case.wait(days=99).facts == ()


def test_nothing_that_was_due_is_settled_when_a_command_is_refused() -> None:
    """Promise 1: recorded with its consequences, or not at all."""
    case = Case(LADDER)
    case.now += timedelta(days=5)
    assert case.refused(c.Complete(task="plan.1"), HOME) == "not_yours"
    assert not case.task("plan.1").overdue
    assert case.wait().facts


AT_ONE_MOMENT = """
clocks: {rest: 5 days after talk.done}
stages:
  plan:
    steps:
      talk: {by: screener}
      %(name)s: {by: manager, after: talk, due: 5 days}
      search: {by: screener, after: talk, stops_when: clock.rest.reached}
      say_why: {by: screener, after: search, when: step.%(name)s.overdue, otherwise: skip}
    then: end done
"""


@pytest.mark.parametrize("name", ["a_decision", "decision_on_it"])
def test_what_is_late_by_a_moment_is_so_for_all_that_follows_at_that_moment(name: str) -> None:
    """Two periods of five days end at one midnight: how the step is called makes no difference."""
    case = Case(AT_ONE_MOMENT % {"name": name})
    case.complete("talk.1")
    case.wait(days=6)
    assert case.state.tasks[f"{name}.1"].overdue
    assert case.state.steps["say_why"] == "open"
