"""Due moments that close the option: a limitation of the law, a window of medicine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine import commands as c
from engine.facts import NoticeOwed, TaskMoved, TaskOpened
from tests.factories import CARE, DESK, MONDAY, Case

CLAIM = """
stages:
  start:
    steps:
      talk: {by: screener, form: [born?]}
      claim:
        by: manager
        due: {time: 10 days, kind: limitation, source: A law}
        late: [before 2 days remind manager, before 2 days tell screener]
        lapsed: tell screener
      tell_person: {by: screener, after: claim, due: 2 days after claim.lapsed}
  later:
    after: start
    when: step.claim.lapsed
    otherwise: end done
    steps:
      look: {by: screener}
    then: end stays
"""
WINDOW = """
stages:
  start:
    steps:
      talk: {by: screener, form: [leaves]}
      examine:
        by: manager
        after: talk
        due: {time: 72 hours after leaves, kind: clinical, source: Guidance}
        lapsed: end gone
    then: end done
"""
VISITS = """
stages:
  start:
    steps:
      visit:
        by: manager
        series: {at: [1 week, 2 weeks], after: case.opened}
        due: {time: 2 days, kind: clinical, source: Guidance}
        lapsed: tell screener
    then: end done
"""


def test_what_was_not_done_by_a_limitation_lapses() -> None:
    """The task is withdrawn, its owner is told, and the reaction follows."""
    case = Case(CLAIM)
    case.wait(days=11)
    assert case.task("claim.1").status == "withdrawn"
    assert case.task("claim.1").overdue
    assert case.state.steps["claim"] == "lapsed"
    assert "no_longer_needed" in case.told(CARE)
    assert "attention" in case.told(DESK)
    assert not [key for key in case.state.clocks if key.startswith("claim")]
    assert case.moment("claim.lapsed") == datetime(2026, 3, 12, 23, 59, 59, tzinfo=UTC)


def test_what_lapses_is_settled() -> None:
    """What comes after it opens, a period is counted from it, and a condition knows of it."""
    case = Case(CLAIM)
    case.complete("talk.1")
    case.wait(days=11)
    assert case.open == ["tell_person.1"]
    assert case.task("tell_person.1").due_at == datetime(2026, 3, 14, 23, 59, 59, tzinfo=UTC)
    case.complete("tell_person.1")
    assert case.open == ["look.1"]


def test_whoever_is_warned_before_a_limitation_is_not_reminded_after_it() -> None:
    """After downtime the warnings have no object any more."""
    case = Case(CLAIM)
    case.wait(days=60)
    assert case.told(CARE) == ["no_longer_needed"]
    other = Case(CLAIM)
    other.wait(days=9)
    assert (other.told(CARE), other.told(DESK)) == (["reminder"], ["overdue"])


def test_what_is_done_in_time_does_not_lapse() -> None:
    """Its clock stops with it."""
    case = Case(CLAIM)
    case.complete("claim.1", CARE)
    case.wait(days=30)
    assert case.state.steps["claim"] == "done"


def test_nobody_can_do_what_has_lapsed() -> None:
    """Also where the tick has not come yet."""
    case = Case(CLAIM)
    case.now += timedelta(days=12)
    assert case.refused(c.Complete(task="claim.1"), CARE) == "settled"
    case.wait()
    assert case.refused(c.Complete(task="claim.1"), CARE) == "settled"


def test_a_step_whose_time_has_passed_before_it_opens_is_given_to_nobody() -> None:
    """No task, no notice: the reaction alone."""
    case = Case(WINDOW)
    left = (MONDAY - timedelta(days=4)).isoformat()
    case.complete("talk.1", leaves=left)
    assert not [f for f in case.last if isinstance(f, TaskOpened)]
    assert [f.kind for f in case.last if isinstance(f, NoticeOwed) and f.agency == CARE] == []
    assert case.state.end == "gone"


def test_a_window_that_is_still_open_opens_the_step() -> None:
    """With the time that is left."""
    case = Case(WINDOW)
    left = (MONDAY - timedelta(days=2)).isoformat()
    case.complete("talk.1", leaves=left)
    assert case.task("examine.1").due_at == MONDAY + timedelta(days=1)
    case.wait(days=2)
    assert (case.state.steps["examine"], case.state.end) == ("lapsed", "gone")


def test_in_a_series_each_moment_lapses_by_itself() -> None:
    """The others go on; the step is done if one of them was."""
    case = Case(VISITS)
    case.wait(days=8)
    case.wait(days=3)
    assert case.task("visit.1").status == "withdrawn"
    assert case.state.steps["visit"] == "open"
    case.wait(days=4)
    case.complete("visit.2", CARE)
    assert (case.state.steps["visit"], case.state.end) == ("done", "done")


def test_a_series_of_which_nothing_was_done_lapses() -> None:
    """With its last moment; after downtime as well, which gives nobody a window anew."""
    case = Case(VISITS)
    case.wait(days=8)
    case.wait(days=60)
    assert [f.task for f in case.last if isinstance(f, TaskMoved)] == ["visit.1", "visit.2"]
    assert (case.state.steps["visit"], case.state.end) == ("lapsed", "done")
    assert case.moment("visit.lapsed") == datetime(2026, 3, 18, 23, 59, 59, tzinfo=UTC)
