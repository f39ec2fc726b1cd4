"""What a late report leads to is asked as of when it happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.evolve import replay
from engine.facts import HandOverMoved
from engine.statuses import RequestStatus
from engine.turns.hindsight import as_of
from tests.factories import CARE, MONDAY, Case
from tests.periods import day
from tests.unit.test_explaining_versions import why
from wording.sentences import in_words

BRANCHED = """
clocks:
  limit: 5 days after case.opened
  quiet: 10 days after talk.done
  short: {time: 2 days after talk.done, when: not clock.limit.reached}
stages:
  start:
    steps:
      talk: {by: manager, form: [risk]}
      in_time: {by: screener, after: talk, when: not clock.limit.reached, otherwise: skip}
      too_late: {by: screener, after: talk, when: clock.limit.reached, otherwise: skip}
      other: {by: screener, optional: yes}
      both: {by: screener, after: [talk, other], when: not clock.limit.reached, otherwise: skip}
      calm: {by: screener, after: talk, not_before: quiet}
  beside:
    when: (risk = high and clock.limit.reached) or (risk = low and not clock.limit.reached)
    otherwise: skip
    steps:
      look: {by: screener}
  then_on:
    after: start
    steps:
      last: {by: manager, due: 2 days}
    then: end done
interrupts:
  early: {raised_by: screener, when: not clock.limit.reached, then: end stays}
"""


def late(case: Case, *, hours: float, risk: str = "high") -> None:
    """The talk, of which is told so many hours after it."""
    happened = case.now - timedelta(hours=hours)
    case.do(c.Complete(task="talk.1", answers={"risk": risk}), CARE, occurred=happened)


@pytest.mark.parametrize(("hours", "branch"), [(96, "in_time"), (30, "too_late"), (0, "too_late")])
def test_a_late_report_opens_what_it_would_have_opened_in_time(hours: float, branch: str) -> None:
    """The period was over on Saturday; the talk was on Thursday, or on Sunday, and is told on Monday."""
    case = Case(BRANCHED)
    case.wait(days=7)
    assert "clock.limit" in case.state.moments
    late(case, hours=hours, risk="low")
    skipped = {"in_time", "too_late"} - {branch}
    assert [case.state.steps[each] for each in (branch, *skipped)] == ["open", "skipped"]
    assert case.state.stages["beside"] == ("open" if branch == "in_time" else "skipped")


def test_what_comes_after_something_else_too_is_asked_as_of_that() -> None:
    """As if the talk had been told in time: it would have waited for the other step, until Sunday."""
    case = Case(BRANCHED)
    case.wait(days=6)
    case.complete("other.1")
    case.wait(days=1)
    late(case, hours=96)
    assert (case.state.steps["in_time"], case.state.steps["both"]) == ("open", "skipped")


def test_a_late_report_undoes_nothing_and_opens_nothing_that_it_does_not_lead_to() -> None:
    """What was passed over meanwhile stays so, and what others have said since counts."""
    body = BRANCHED.replace("after: talk, when: clock", "after: other, when: not clock")
    case = Case(body)
    case.wait(days=6)
    case.complete("other.1")
    assert case.state.steps["too_late"] == "skipped"
    before = case.told(ever=True)
    late(case, hours=96)
    assert case.state.steps["too_late"] == "skipped"
    assert case.told(ever=True)[: len(before)] == before
    assert "clock.limit" in case.state.moments, "it is over all the same"


def test_a_period_runs_from_the_act_and_a_deadline_from_the_word_of_it() -> None:
    """`not_before: quiet` counts from the talk; nobody is late for what they were not told."""
    case = Case(BRANCHED)
    case.wait(days=7)
    late(case, hours=96)
    talk = MONDAY + timedelta(days=3)
    assert case.moment("talk.done") == talk
    assert case.state.clocks["clock.quiet"].anchors == {"talk.done": talk.isoformat()}
    assert case.moment("clock.short") == day("2026-03-07")
    case.wait(days=7)
    assert "calm.1" in case.open


def test_an_interrupt_may_be_reported_that_might_have_been_raised_then() -> None:
    """Its `when` is read as of when it happened."""
    case = Case(BRANCHED)
    case.wait(days=7)
    assert case.refused(c.Raise(interrupt="early")) == "condition"
    case.do(c.Raise(interrupt="early"), occurred=case.now - timedelta(days=4))
    assert case.state.end == "stays"


def test_a_late_report_is_explained_as_of_when_it_happened() -> None:
    """What it opened, what it passed over, and what waited for a floor meanwhile."""
    body = BRANCHED.replace(
        "not_before: quiet}",
        "not_before: quiet, when: risk = high and clock.limit.reached, otherwise: skip}",
    )
    body = body.replace("after: [talk, other],", "after: talk, not_before: 3 days,")
    case = Case(body)
    case.wait(days=7)
    late(case, hours=96)
    case.wait(days=4)
    for name, said in (
        ("in_time", "its condition held"),
        ("too_late", "its condition did not hold"),
        ("calm", "its condition did not hold"),
    ):
        found = [each for each in why(case, name, {}).because if each.condition]
        found += [each for each in why(case, name, {}).waits_for if each.condition]
        assert [each.at for each in found] == [MONDAY + timedelta(days=3)]
        assert said in in_words(found[0].said)
        assert "at the time of the event that was reported late" in in_words(found[0].said)
        assert found[0].condition is not None
        assert found[0].condition.holds is (said == "its condition held")


ON_A_LIST = """
stages:
  start:
    steps:
      refer: {hand_over: manager, answer: 2 days, wait_list: 2 days, declined: go on, silent: tell screener}
      wait: {by: screener}
      listed: {by: screener, after: wait, when: hand_over.refer.waiting, otherwise: skip}
      unheard: {by: screener, after: wait, when: hand_over.refer.silent, otherwise: skip}
      too_late: {by: screener, after: wait, when: hand_over.refer.late, otherwise: skip}
    then: end done
"""


@pytest.mark.parametrize("silent_again", [False, True])
@pytest.mark.parametrize(
    ("days", "opened"),
    [(1, ["listed"]), (5, ["unheard", "too_late"]), (11, ["unheard", "too_late"])],
)
def test_a_late_report_finds_a_request_as_it_was_before_each_of_its_silences(
    silent_again: bool, days: int, opened: list[str]
) -> None:
    """It was on the list until it became silent on the third day, and was waited for once more on the tenth."""
    case = Case(ON_A_LIST)
    case.do(c.WaitList(hand_over="refer.1"), CARE)
    case.wait(days=10)
    case.do(c.Complete(task="refer.1.chase1", outcome="wait_on"))
    case.wait(days=10 if silent_again else 2)
    assert case.hand_over("refer.1").status == ("silent" if silent_again else "offered")
    case.do(c.Complete(task="wait.1"), occurred=MONDAY + timedelta(days))
    steps = ("listed", "unheard", "too_late")
    assert [each for each in steps if case.state.steps[each] == "open"] == opened


def test_a_late_report_finds_a_request_that_was_asked_about_since_as_asked_about() -> None:
    """What others have done counts, before a later silence as well."""
    case = Case(ON_A_LIST)
    case.do(c.WaitList(hand_over="refer.1"), CARE)
    case.wait(days=10)
    case.do(c.Ask(hand_over="refer.1"), CARE)
    case.do(c.Complete(task="wait.1"), occurred=MONDAY + timedelta(days=1))
    assert case.state.steps["listed"] == "skipped"


def test_an_older_record_of_a_silence_leads_to_the_state_that_was_stored_then() -> None:
    """It says only from which status the request became silent; a late report finds that one."""
    case = Case(ON_A_LIST)
    case.do(c.WaitList(hand_over="refer.1"), CARE)
    before = replay(case.facts)
    case.wait(days=10)
    (silence,) = (each for each in case.last if isinstance(each, HandOverMoved))
    older = replace(silence, at=None, silent_from=RequestStatus.WAITING).change(before)
    asked = older.hand_overs["refer.1"]
    assert (asked.status, asked.silent_from, asked.silences) == ("silent", "waiting", ())
    heard = as_of(replace(older, moments=case.state.moments), MONDAY + timedelta(days=1))
    assert heard.hand_overs["refer.1"].status == "waiting"
