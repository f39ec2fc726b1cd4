"""What is reported late counts from when it happened, within bounds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import commands as c
from engine.errors import Refusal
from engine.facts import TaskInTime
from engine.scenarios import load_scenarios
from engine.turns import progress, timing
from tests.factories import CALENDARS, CARE, DESK, HOME, MONDAY, REGISTRY, Case
from tests.periods import day
from wording.sentences import placed

BODY = """
stages:
  start:
    steps:
      report: {by: manager, due: 2 days, late: [remind manager, after 1 day tell screener]}
      file: {by: screener, after: report, due: 3 days after report.done}
      why: {by: screener, after: report, when: step.report.overdue, otherwise: skip}
      call: {by: screener, manual: yes, repeat: {at_most: 5}}
    then: end done
"""
HANDED = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home: {hand_over: home, after: talk, needs: consent.tell_home, answer: 3 days, declined: end stays, silent: tell screener}
      late_one: {by: screener, after: ask_home, when: hand_over.ask_home.late, otherwise: skip}
    then: end done
"""


def ago(case: Case, task: str, *, by: str = CARE, hours: float, wait: float = 0) -> None:
    case.now += timedelta(hours=wait)
    case.do(c.Complete(task=task), by, occurred=case.now - timedelta(hours=hours))


def test_what_was_done_in_time_is_not_overdue_though_it_is_reported_late() -> None:
    """It was flagged, and reminders went out; they stay sent, and what asks for lateness says no."""
    case = Case(BODY)
    case.wait(days=4)
    assert case.task("report.1").overdue
    sent = case.told(CARE, ever=True)
    assert "reminder" in sent
    ago(case, "report.1", hours=72)
    task = case.task("report.1")
    assert (task.overdue, task.done_at) == (False, MONDAY + timedelta(days=1))
    assert [each.task for each in case.last if isinstance(each, TaskInTime)] == ["report.1"]
    assert case.state.steps["why"] == "skipped"
    assert case.told(CARE, ever=True) == sent


def test_a_report_that_comes_before_anybody_looked_reminds_nobody() -> None:
    """The tick was late, the work was not."""
    case = Case(BODY)
    ago(case, "report.1", hours=72, wait=96)
    assert not case.task("report.1").overdue
    assert "reminder" not in case.told(ever=True)
    assert "overdue" not in case.told(ever=True)


def test_what_was_done_late_stays_overdue() -> None:
    """Also by a minute."""
    case = Case(BODY)
    case.wait(days=4)
    case.do(c.Complete(task="report.1"), CARE, occurred=day("2026-03-04") + timedelta(minutes=1))
    assert case.task("report.1").overdue
    assert "why.1" in case.open


def test_what_an_agency_owes_runs_from_when_it_was_told() -> None:
    """`3 days after report.done`, of which nobody had told it before; and so does a plain period."""
    case = Case(BODY)
    ago(case, "report.1", hours=72, wait=96)
    assert case.moment("report.done") == MONDAY + timedelta(days=1)
    assert case.task("file.1").due_at == day("2026-03-09")
    case.wait(days=2)
    assert not case.task("file.1").overdue
    assert case.state.clocks["file.1:due"].at == day("2026-03-09"), "also when it is counted again"


REST = """
clocks:
  rest: earliest of (30 days after report.done, word.done)
stages:
  start:
    steps:
      report: {by: manager}
      word: {by: screener, after: report}
      plan: {by: manager, after: report, due: rest, late: [remind manager]}
      follow: {by: manager, after: word, due: rest}
    then: end done
"""


def test_a_named_clock_that_ended_before_it_was_reported_ends_work_when_that_is_told() -> None:
    """Both of what was open meanwhile and of what the report opens: nobody was late before they could know."""
    case = Case(REST)
    case.do(c.Complete(task="report.1"), CARE)
    assert case.task("plan.1").due_at == day("2026-04-01")
    ago(case, "word.1", by=DESK, hours=100, wait=200)
    assert case.moment("clock.rest") == MONDAY + timedelta(hours=100)
    told = case.now
    assert (case.task("plan.1").due_at, case.task("follow.1").due_at) == (told, told)
    case.wait(hours=5)
    assert (case.task("plan.1").due_at, case.task("follow.1").due_at) == (told, told)
    assert case.task("plan.1").overdue


def test_a_named_clock_that_ended_before_it_was_reported_moves_more_than_once() -> None:
    """It is compared with when it was over, and not with when that was told, also once it begins again."""
    again = REST.replace(
        "due: rest}", "due: {time: 9 days after rest, restarted_by: [call.done]}}"
    ).replace("      word:", "      call: {by: screener, manual: yes}\n      word:")
    case = Case(again)
    case.do(c.Complete(task="report.1"), CARE)
    ago(case, "word.1", by=DESK, hours=100, wait=200)
    due = case.task("follow.1").due_at
    assert due == day("2026-03-19")
    assert (clock := case.state.clocks["follow.1:due"]).anchors["rest"] == case.now.isoformat()
    assert clock.reported == {"rest": case.moment("clock.rest").isoformat()}
    case.wait(hours=30)
    assert case.state.clocks["follow.1:due"] == clock
    case.do(c.Start(step="call"))
    case.complete("call.1")
    assert case.task("follow.1").due_at == day("2026-03-20")


def test_a_named_clock_that_was_over_before_it_was_known_leaves_work_that_is_due_at_once() -> None:
    case = Case(
        REST.replace(
            "rest: earliest of (30 days after report.done, word.done)",
            "rest: 2 days after report.done",
        )
    )
    ago(case, "report.1", hours=200, wait=201)
    assert case.moment("clock.rest") == day("2026-03-04")
    assert case.task("plan.1").due_at == case.now


def test_a_turn_that_would_never_end_fails_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a moment is never as it was counted: whoever serves others must not stand still with it."""
    case = Case(REST)
    monkeypatch.setattr(timing, "changed", lambda _view, clock: {*clock.anchors})
    monkeypatch.setattr(progress, "MOST_FACTS", 100)
    with pytest.raises(RuntimeError, match="does not come to an end"):
        case.do(c.Complete(task="report.1"), CARE)


@pytest.mark.parametrize("minutes", [6, 60 * 24 * 365])
def test_nothing_has_happened_that_is_still_to_come(minutes: int) -> None:
    """A slip in the date is refused where it is written."""
    case = Case(BODY)
    with pytest.raises(Refusal, match="to_come") as refused:
        case.do(c.Complete(task="report.1"), CARE, occurred=MONDAY + timedelta(minutes=minutes))
    assert refused.value.reason == "wrong_moment"
    assert case.task("report.1").is_open


def test_nothing_was_done_before_its_task_was_opened() -> None:
    """Unless what led to it was itself reported late."""
    case = Case(BODY)
    with pytest.raises(Refusal, match=r"before_task task=report\.1"):
        ago(case, "report.1", hours=1)
    ago(case, "report.1", hours=48, wait=72)
    assert case.task("file.1").opened_at == MONDAY + timedelta(hours=72)
    assert case.task("file.1").earliest == MONDAY + timedelta(hours=24)
    with pytest.raises(Refusal, match=r"before_task task=file\.1"):
        ago(case, "file.1", by=DESK, hours=49)
    ago(case, "file.1", by=DESK, hours=40)
    assert case.moment("file.done") == MONDAY + timedelta(hours=32)


def test_what_somebody_begins_may_have_been_done_since_the_case_was_opened() -> None:
    """A call is recorded after it was made."""
    case = Case(BODY)
    case.do(c.Start(step="call"), hours=50)
    ago(case, "call.1", by=DESK, hours=49)
    assert case.moment("call.done") == MONDAY + timedelta(hours=1)
    case.do(c.Start(step="call"))
    with pytest.raises(Refusal, match="before_case"):
        ago(case, "call.2", by=DESK, hours=51)


def test_an_answer_that_was_given_in_time_was_never_silence() -> None:
    """It came by a messenger after the period; its sender decides nothing any more."""
    case = Case(HANDED)
    case.complete("where.1", home_country="NG")
    case.give()
    case.wait(days=5)
    assert case.hand_over("ask_home.1").status == "silent"
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME, occurred=MONDAY + timedelta(days=2))
    assert case.hand_over("ask_home.1").in_time
    assert case.state.steps["late_one"] == "skipped"
    assert case.moment("ask_home.accepted") == MONDAY + timedelta(days=2)


def test_an_answer_after_the_period_was_silence() -> None:
    """By when it was given, not by when it was recorded."""
    case = Case(HANDED)
    case.complete("where.1", home_country="NG")
    case.give()
    case.wait(days=5)
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME, occurred=MONDAY + timedelta(days=4))
    assert "late_one.1" in case.open


def not_seen() -> Case:
    """The request had to be seen by the end of Tuesday; it is Thursday."""
    case = Case(HANDED.replace("answer: 3 days", "seen: 1 day, answer: 9 days"))
    case.complete("where.1", home_country="NG")
    case.give()
    case.wait(days=3)
    assert case.hand_over("ask_home.1").overdue
    return case


@pytest.mark.parametrize(("days", "status"), [(0.5, "skipped"), (2, "open")])
def test_a_request_was_seen_in_time_as_of_its_answer(days: float, status: str) -> None:
    """It was answered on the first day, or on the third."""
    case = not_seen()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME, occurred=MONDAY + timedelta(days))
    is_late = status == "open"
    assert (case.hand_over("ask_home.1").overdue, case.state.steps["late_one"]) == (is_late, status)


@pytest.mark.parametrize("act", [c.See(hand_over="ask_home.1"), c.Ask(hand_over="ask_home.1")])
@pytest.mark.parametrize(("days", "is_late"), [(0.5, False), (2, True)])
def test_a_request_that_was_seen_in_time_is_not_overdue_though_that_is_reported_late(
    act: c.Act, days: float, is_late: bool
) -> None:
    """Nor is it late to what asks later, however late the answer itself is."""
    case = not_seen()
    case.do(act, HOME, occurred=MONDAY + timedelta(days))
    assert case.hand_over("ask_home.1").overdue is is_late
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert case.state.steps["late_one"] == ("open" if is_late else "skipped")


def test_an_answer_was_not_given_before_the_request_was_sent() -> None:
    """Nobody says yes to what was not asked."""
    case = Case(HANDED)
    case.complete("where.1", home_country="NG")
    case.do(c.RecordConsent(task="talk.1", given=True), DESK, hours=5)
    accept = c.AcceptHandOver(hand_over="ask_home.1")
    with pytest.raises(Refusal, match=r"before_request request=ask_home\.1"):
        case.do(accept, HOME, occurred=MONDAY + timedelta(hours=4))


def test_a_scenario_says_when_it_happened_and_what_is_refused() -> None:
    """`occurred_at` of a moment; the time-out that came before is mended by it."""
    case = Case(BODY)
    text = """
scenarios: trial
cases:
  late_report:
    opened: 2026-03-02 09:00
    by: GH-DESK
    country: GH
    play:
      - {at: 2026-03-06 09:00, expect: {holds: step.report.overdue}}
      - {at: 2026-03-06 10:00, by: GH-CARE, do: complete report, occurred_at: 2026-03-07 09:00, expect: {refused: wrong_moment}}
      - {at: 2026-03-06 10:00, by: GH-CARE, do: complete report, occurred_at: 2026-03-04 20:00, expect: {holds: not step.report.overdue, due: {file: 2026-03-09}}}
"""
    played = load_scenarios(text).play("late_report", case.pathway, REGISTRY, CALENDARS)
    assert [placed(miss.problem) for miss in played.misses] == []
    assert played.state.moments["report.done"] == datetime.fromisoformat("2026-03-04T20:00Z")


ASKED = HANDED.replace(
    "answer: 3 days", "seen: 1 day after talk.done, answer: 3 days after talk.done"
)


def test_a_receivers_time_runs_from_when_it_was_asked() -> None:
    """However long ago the consent was given that lets it be asked."""
    case = Case(ASKED)
    case.complete("where.1", home_country="NG")
    case.wait(days=7)
    given = case.now - timedelta(days=5)
    case.do(c.RecordConsent(task="talk.1", given=True), occurred=given)
    assert case.hand_over("ask_home.1").answer_by == day("2026-03-12")
    case.wait(hours=23)
    assert not case.hand_over("ask_home.1").overdue


def test_an_option_that_the_law_has_closed_is_not_opened_by_a_late_report() -> None:
    """Its period counts from the act, whoever is told when."""
    body = BODY.replace(
        "due: 3 days after report.done",
        "due: {time: 3 days after report.done, kind: limitation}, lapsed: go on",
    )
    case = Case(body)
    ago(case, "report.1", hours=24 * 6, wait=24 * 7)
    assert case.state.steps["file"] == "lapsed"
