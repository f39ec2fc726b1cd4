"""A period that was kept is kept, although that is learnt only after it has closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import commands as c
from engine.offering import asides
from tests.explained import why
from tests.factories import CARE, DESK, HEAD, Case

BODY = """
stages:
  first:
    steps:
      rule: {by: screener}
      lodge:
        by: manager
        after: rule
        form: [risk]
        due: {time: PERIOD, kind: limitation, source: A law}
        lapsed: tell screener
      carry_out: {by: screener, after: lodge, when: step.lodge.lapsed, otherwise: skip}
      note: {by: screener, after: carry_out}
  second:
    after: first
    steps: {close: {by: manager}}
    then: end done
"""
LATE = c.OpenStep(step="lodge", reason="urgent")


def lapsed(period: str) -> Case:
    """A ruling, and 23 days later nobody has heard of an appeal."""
    case = Case(BODY.replace("PERIOD", period), head=HEAD + "overrides: [manager]\n")
    case.complete("rule.1")
    case.wait(days=23)
    assert case.state.steps["lodge"] == "lapsed"
    assert case.open == ["carry_out.1"]
    return case


@pytest.mark.parametrize("period", ["21 days", "21 days after rule.done"])
def test_what_was_done_on_the_last_day_is_recorded_as_of_that_day(period: str) -> None:
    """Whatever the period is counted from. Nothing of what followed is undone."""
    case = lapsed(period)
    used = case.now - timedelta(days=2)

    case.do(LATE, CARE, occurred=used)
    assert case.open == ["carry_out.1", "lodge.2", "lodge.2.review"]
    assert "lodge.2:due" not in case.state.clocks
    case.wait(days=3)
    case.complete("lodge.2", CARE, risk="low")

    assert case.state.steps["lodge"] == "done"
    assert case.state.moments["lodge.done"] == used
    assert case.task("lodge.2").overdue is False
    assert case.open == ["carry_out.1", "lodge.2.review"]


@pytest.mark.parametrize("period", ["21 days", "21 days after rule.done"])
def test_what_was_done_too_late_cannot_be_opened_again(period: str) -> None:
    """What is accepted has an effect; the refusal says how to record what was in time."""
    case = lapsed(period)
    assert case.refused(LATE, CARE) == "settled"
    assert case.refused(LATE, CARE, occurred=case.now - timedelta(hours=1)) == "settled"
    assert case.why_refused(LATE, CARE).startswith("settled.option")


def test_a_day_after_the_period_is_refused_for_what_was_opened_as_kept() -> None:
    case = lapsed("21 days")
    used = case.now - timedelta(days=2)
    case.do(LATE, CARE, occurred=used)
    done = c.Complete(task="lodge.2", answers={"risk": "low"})
    assert case.refused(done, CARE, occurred=case.now - timedelta(hours=1)) == "wrong_moment"
    earlier = used - timedelta(days=1)
    assert case.refused(done, CARE, occurred=earlier) == "wrong_moment"


def test_the_responsible_agency_is_shown_what_followed_and_how_to_answer_it() -> None:
    """In one task, which it completes once it has seen to it."""
    case = lapsed("21 days")
    case.complete("carry_out.1")
    case.do(LATE, CARE, occurred=case.now - timedelta(days=2))

    review = case.task("lodge.2.review")
    assert (review.agency, review.kind) == (DESK, "review")
    told = [str(each.said) for each in why(case, "lodge.2.review").because]
    assert "why.follows.lapse" in told
    assert "why.followed.part name=carry_out" in told
    assert "why.followed.part name=note" in told
    assert "why.followed.skip step=note" in told
    case.do(c.Complete(task="lodge.2.review", outcome="wait_on"))
    assert "lodge.2.review" not in case.open


def test_a_case_that_ended_with_the_lapse_has_to_be_reopened_first() -> None:
    body = BODY.replace("lapsed: tell screener", "lapsed: end stays").replace("PERIOD", "21 days")
    reopens = "overrides: [manager]\nreopen: {by: screener, at: first, ends: stays}\n"
    for head, said in ((reopens, "closed.reopens"), ("overrides: [manager]\n", "closed.case")):
        case = Case(body, head=HEAD + head)
        case.complete("rule.1")
        case.wait(days=23)
        assert case.why_refused(LATE, CARE).startswith(said)


def test_a_page_offers_to_open_what_may_have_been_used_in_time() -> None:
    """Who says when it was used may open it; the page asks for that."""
    case = lapsed("21 days after rule.done")
    offered = [each.act for each in asides(case.view) if each.agency == CARE]
    assert any(isinstance(act, c.OpenStep) and act.step == "lodge" for act in offered)
