"""Requests of a case that moves: a period for the answer begins once, when the request is sent."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine import facts as f
from engine.migrating import MoveVerdict, MoveWord
from engine.statuses import RequestStatus
from tests.factories import CARE, HEAD, Case, lawful
from tests.unit.test_migrating import weighed

ASKED = """
stages:
  first:
    steps:
      refer: {hand_over: manager, answer: 5 working days, wait_list: 2 weeks, declined: end stays, silent: go on}
      talk: {by: screener, form: [born?]}
    then: end done
"""
SEE, ASK, LIST = (
    c.See(hand_over="refer.1"),
    c.Ask(hand_over="refer.1"),
    c.WaitList(hand_over="refer.1"),
)


def onto_version_2(case: Case, body: str) -> MoveVerdict:
    head = HEAD.replace("version: 1", "version: 2\nrunning_cases: migrate")
    return weighed(case, lawful(head + body))


@pytest.mark.parametrize("silent", ["go on", "tell manager"])
@pytest.mark.parametrize("act", [SEE, ASK], ids=["seen", "asked"])
def test_what_was_silent_and_is_opened_late_gets_no_other_period_by_a_move(
    act: c.Act, silent: str
) -> None:
    """It has had its period; who reads it late, or asks back, may still answer."""
    body = ASKED.replace("silent: go on", f"silent: {silent}")
    case = Case(body)
    case.wait(days=10)
    assert case.state.hand_overs["refer.1"].status == RequestStatus.SILENT
    case.do(act, CARE)
    verdict = onto_version_2(case, body)
    assert verdict.word is MoveWord.UNAFFECTED
    assert verdict.decision is not None
    assert verdict.decision.facts[1:] == ()


def test_a_longer_period_does_not_wake_what_was_silent() -> None:
    """The new version counts for what still runs."""
    case = Case(ASKED)
    case.wait(days=10)
    case.do(SEE, CARE)
    verdict = onto_version_2(case, ASKED.replace("answer: 5 working", "answer: 50 working"))
    assert verdict.decision is not None
    assert verdict.deadlines == ()
    assert "refer.1:answer" not in verdict.decision.state.clocks


def test_what_is_on_a_waiting_list_has_one_period_after_a_move_too() -> None:
    """That of the list, even where the receiver has asked for more since."""
    case = Case(ASKED)
    case.do(LIST, CARE)
    case.do(ASK, CARE)
    before = case.state.clocks["refer.1:waiting"]
    verdict = onto_version_2(case, ASKED)
    assert verdict.decision is not None
    assert verdict.decision.facts[1:] == ()
    assert verdict.decision.state.clocks["refer.1:waiting"] == before


def test_a_period_that_could_not_be_counted_yet_begins_with_a_version_that_can() -> None:
    """Nobody has had it so far."""
    case = Case(ASKED.replace("answer: 5 working days", "answer: 5 working days after talk.done"))
    case.do(SEE, CARE)
    assert case.state.hand_overs["refer.1"].answer_by is None
    verdict = onto_version_2(case, ASKED)
    assert verdict.decision is not None
    assert "refer.1:answer" in verdict.decision.state.clocks


def test_by_when_a_request_must_be_opened_is_known_as_soon_as_it_can_be_counted() -> None:
    """Without a move, and although the period for the answer runs already."""
    body = ASKED.replace("hand_over: manager,", "hand_over: manager, seen: 1 day after talk.done,")
    case = Case(body)
    assert {*case.state.clocks} >= {"refer.1:answer"}
    assert "refer.1:seen" not in case.state.clocks
    case.complete("talk.1")
    assert "refer.1:seen" in case.state.clocks
    verdict = onto_version_2(case, body)
    assert verdict.decision is not None
    assert verdict.decision.facts[1:] == ()


def test_what_was_late_to_be_opened_is_not_asked_for_anew() -> None:
    """It is late once, and stays so."""
    case = Case(ASKED.replace("hand_over: manager,", "hand_over: manager, seen: 1 day,"))
    case.wait(days=3)
    assert [each for each in case.last if isinstance(each, f.HandOverLate)]
    case.complete("talk.1")
    assert "refer.1:seen" not in case.state.clocks


def test_on_a_waiting_list_only_the_period_of_the_list_begins_late() -> None:
    """The one for the answer has ended, even if it was never counted; a silence has an owner."""
    body = ASKED.replace("answer: 5 working days", "answer: 5 working days after talk.done")
    case = Case(body.replace("wait_list: 2 weeks", "wait_list: 2 weeks after talk.done"))
    case.do(LIST, CARE)
    case.complete("talk.1")
    periods = {key for key in case.state.clocks if key.startswith("refer.1:")}
    assert periods == {"refer.1:waiting"}
