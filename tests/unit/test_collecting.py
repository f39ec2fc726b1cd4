"""Who has collected what is said of a person before anybody has filled in a form."""

from __future__ import annotations

from msgspec.structs import replace

from engine import commands as c
from engine.statuses import RequestStatus
from engine.visibility import readable
from tests.factories import CARE, CARE2, DESK, Case

NAME = ("full_name",)
BODY = """
stages:
  start:
    steps:
      talk: {by: screener, form: [full_name]}
      look: {by: manager, form: [full_name]}
    then: end done
bases: {law: {ground: statutory, source: The law, to: [manager]}}
"""


def test_what_was_said_as_a_case_was_opened_is_of_who_opened_it() -> None:
    """Nobody else may read it, though a step of its own asks for it, before it was answered there."""
    case = Case(BODY)
    assert readable(case.view, NAME, DESK) == NAME
    assert readable(case.view, NAME, CARE) == ()
    case.do(c.Complete(task="look.1", protected=NAME), CARE)
    assert readable(case.view, NAME, CARE) == NAME
    assert readable(case.view, NAME, DESK) == ()


TWO_REQUESTS = """
stages:
  start:
    steps:
      talk: {by: screener}
      first: {hand_over: manager, after: talk, answers: [risk], feedback: 5 days, KEEPS}
      second: {hand_over: manager, after: talk, KEEPS}
    then: end done
bases: {law: {ground: statutory, source: The law, to: [manager]}}
"""
KEEPS = "responsibility: stays, answer: 5 days, declined: go on, silent: go on"


def test_what_a_request_brought_its_sender_reads_until_feedback_closes_that_very_request() -> None:
    """Another one that is open between the same two agencies changes nothing of it."""
    case = Case(TWO_REQUESTS.replace("KEEPS", KEEPS))
    case.complete("talk.1")
    case.do(c.AcceptHandOver(hand_over="first.1", answers={"risk": "high"}), CARE)
    case.state = replace(case.state, responsible=CARE2)
    assert [readable(case.view, ["risk"], each) for each in (CARE, DESK)] == [("risk",)] * 2
    closed = replace(case.hand_over("first.1"), status=RequestStatus.CLOSED)
    case.state = replace(case.state, hand_overs=case.state.hand_overs | {"first.1": closed})
    assert case.hand_over("second.1").is_open
    assert [readable(case.view, ["risk"], each) for each in (CARE, DESK)] == [("risk",), ()]
