"""Duplicates: a case closes with the code of another, and may be opened again."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory
from engine.explaining.subjects import explain
from engine.facts import NoticesCancelled
from engine.view import View
from tests.factories import CARE, DESK, Case
from wording.sentences import in_words

BODY = """
stages:
  start:
    steps:
      look: {by: manager, due: 5 days}
      wait: {by: screener, due: 30 days}
  beside:
    steps:
      ask: {hand_over: manager, answer: 10 days, declined: end stays, silent: tell manager}
      rest: {by: screener}
interrupts:
  pause: {raised_by: screener, suspends: beside, review: 1 week}
"""
OWN, OTHER = "7K2F-9QXM", "2222-3333"
MERGE, UNMERGE = c.Merge(case=OWN, into=OTHER, agreed=True), c.Unmerge(case=OWN, into=OTHER)


def merged() -> Case:
    case = Case(BODY)
    case.do(MERGE)
    return case


def test_a_merged_case_is_closed_and_rests() -> None:
    """Nobody has anything to do in it any more, and whoever had is told once."""
    case = merged()
    assert (case.state.status, case.state.merged_into, case.state.end) == ("merged", OTHER, "")
    assert case.state.open_tasks() == []
    assert case.told(CARE) == ["no_longer_needed"]
    assert case.told(DESK) == ["no_longer_needed"]
    assert any(isinstance(each, NoticesCancelled) for each in case.last)
    assert case.refused(c.Complete(task="wait.1")) == "closed"
    assert case.refused(c.AcceptHandOver(hand_over="ask.1"), CARE) == "closed"


def test_who_had_a_part_in_a_merged_case_is_not_told_of_the_other() -> None:
    """Its code is for the responsible agency, and for who runs the installation."""
    case = merged()
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
    found = {
        agency: explain(CaseHistory(view.seen_by(agency), case.facts, {}))
        for agency in ("", DESK, CARE)
    }
    assert in_words(found[""].is_now) == in_words(found[DESK].is_now) == f"merged into {OTHER}"
    assert in_words(found[CARE].is_now) == "merged into another case"
    assert OTHER not in repr(found[CARE])
    for agency, is_told in ((DESK, True), (CARE, False)):
        for act in (c.Claim(task="wait.1"), c.Reopen(reason="new facts")):
            with pytest.raises(Refusal) as refused:
                case.do(act, agency)
            assert (OTHER in str(refused.value)) is is_told


def test_taken_out_again_it_goes_on_where_it_was() -> None:
    """Its clocks went on: a mistake of others makes nothing late in silence, and nothing in time."""
    case = merged()
    case.wait(days=7)
    assert case.last == ()
    case.do(UNMERGE)
    assert case.state.status == "open"
    assert case.open == ["ask.1", "look.1", "rest.1", "wait.1"]
    assert case.task("look.1").overdue
    assert not case.task("wait.1").overdue
    assert "task_assigned" in case.told(CARE)
    case.do(c.AcceptHandOver(hand_over="ask.1"), CARE)


def test_what_an_interrupt_had_suspended_stays_so() -> None:
    """Two reasons to rest: one is over."""
    case = Case(BODY)
    case.do(c.Raise(interrupt="pause"))
    case.do(MERGE)
    case.do(UNMERGE)
    assert case.task("rest.1").status == "suspended"
    assert case.task("wait.1").status == "assigned"


def test_the_other_case_knows_what_it_took_in() -> None:
    """Only the code."""
    case = Case(BODY)
    case.do(c.Merge(case=OTHER, into=OWN, agreed=True))
    assert case.state.taken_in == (OTHER,)
    assert case.state.status == "open"
    case.do(c.Unmerge(case=OTHER, into=OWN), CARE)
    assert not case.state.taken_in


@pytest.mark.parametrize(
    ("act", "by", "reason"),
    [
        (MERGE, DESK, "closed"),
        (c.Reopen(reason="other"), DESK, "merged"),
        (c.Unmerge(case=OWN, into="4444-5555"), DESK, "not_merged"),
        (c.Unmerge(case="4444-5555", into=OWN), DESK, "not_merged"),
    ],
)
def test_what_is_merged_is_only_taken_out_again(act: c.Act, by: str, reason: str) -> None:
    """And only of the case that it is in."""
    assert merged().refused(act, by) == reason


def test_only_who_answers_for_a_case_closes_it_as_a_duplicate() -> None:
    """Whoever answers for the other one asks them to."""
    assert Case(BODY).refused(MERGE, CARE) == "not_yours"
    assert Case(BODY).refused(UNMERGE) == "not_merged"


def test_a_case_knows_the_one_before_it_and_the_one_after() -> None:
    """Also when it has ended: both are told by code alone."""
    case = Case(BODY)
    case.do(c.Follow(case=OTHER))
    assert case.state.links == {OTHER: "later"}
