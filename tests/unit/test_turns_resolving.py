"""Interrupts that rest or stop several stages, and the ways in which they are resolved."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import DefinitionError, Refusal
from engine.verbs import act_of
from tests.factories import CARE, DESK, Case, pathway
from tests.told import refused_with

BODY = """
stages:
  intake: {steps: {ask: {by: screener, due: 2 days}}}
  help: {steps: {visit: {by: manager}, refer: {hand_over: manager, answer: 5 days, declined: go on, silent: go on}}}
  later: {after: intake, steps: {close: {by: screener}}, then: end done}
interrupts:
  missing:
    raised_by: [screener, manager]
    suspends: all
    review: 1 day
    resolved: {found: go on, elsewhere: "back to help, at most 1, then end stays", lost: end gone}
  refuses: {raised_by: [screener], withdraws: [help, later]}
  asks: {raised_by: [screener], review: 1 day, resolved: {yes_now: go on, no_more: end gone}}
"""


def test_all_stages_may_rest() -> None:
    """Those that are open, and those that would open meanwhile."""
    case = Case(BODY)

    case.do(c.Raise(interrupt="missing"), CARE)
    resting = case.open
    case.wait(days=1)
    case.do(c.Resolve(interrupt="missing", outcome="found"), DESK)

    assert resting == ["missing.1", "refer.1"]
    assert case.open == ["ask.1", "refer.1", "visit.1"]
    assert set(case.state.stages.values()) == {"open"}
    assert case.moment("interrupt.missing.resolved") == case.now


def test_a_stage_that_has_ended_stays_ended_whatever_withdraws_it() -> None:
    """What was done in it was done."""
    case = Case(BODY.replace("withdraws: [help, later]", "withdraws: [intake, help]"))
    case.complete("ask.1")
    case.do(c.Raise(interrupt="refuses"), DESK)
    assert (case.state.stages["intake"], case.state.stages["help"]) == ("ended", "stopped")


def test_what_follows_is_said_of_each_outcome() -> None:
    """A case may go on, go back, or end."""
    case = Case(BODY)

    case.do(c.Raise(interrupt="missing"), CARE)
    case.do(c.Resolve(interrupt="missing", outcome="elsewhere"), DESK)
    again = case.open
    case.do(c.Raise(interrupt="missing"), CARE)
    case.do(c.Resolve(interrupt="missing", outcome="lost"), DESK)

    assert again == ["ask.1", "refer.2", "visit.2"]
    assert case.task("missing.1").outcome == "elsewhere"
    assert case.state.end == "gone"


def test_an_outcome_is_asked_for_where_there_are_several_and_only_there() -> None:
    """Nobody resolves a missing person without a word."""
    case = Case(BODY)
    case.do(c.Raise(interrupt="missing"), CARE)
    case.do(c.Raise(interrupt="refuses"), DESK)

    assert case.refused(c.Resolve(interrupt="missing"), DESK) == "wrong_outcome"
    assert case.refused(c.Resolve(interrupt="missing", outcome="away"), DESK) == "wrong_outcome"
    assert case.refused(c.Resolve(interrupt="refuses", outcome="found"), DESK) == "wrong_outcome"


def test_a_condition_may_ask_for_the_outcome() -> None:
    """While there is none, it is not known."""
    case = Case(
        BODY.replace(
            "steps: {close:",
            "when: interrupt.asks.outcome = yes_now, otherwise: skip, steps: {close:",
        )
    )
    case.complete("ask.1")
    before = case.open

    case.do(c.Raise(interrupt="asks"), DESK)
    asked = case.open
    case.do(c.Resolve(interrupt="asks", outcome="yes_now"), DESK)

    assert before == ["refer.1", "visit.1"]
    assert asked == ["asks.1", "refer.1", "visit.1"]
    assert case.open == ["close.1", "refer.1", "visit.1"]


def test_stages_may_stop_for_good() -> None:
    """What is open in them is withdrawn, and what is not open yet never opens."""
    case = Case(BODY)

    case.do(c.Raise(interrupt="refuses"), DESK)
    case.complete("ask.1")

    assert case.told(CARE, ever=True)[-2:] == ["request_received", "no_longer_needed"]
    assert case.state.stages == {"intake": "ended", "help": "stopped", "later": "stopped"}
    assert case.open == ["review.1"]


def test_a_scenario_says_the_outcome() -> None:
    """`resolve missing as found`."""
    case = Case(BODY)

    act = act_of("resolve missing as found", {}, case.pathway, case.state)

    assert act == c.Resolve(interrupt="missing", outcome="found")
    with pytest.raises(Refusal):
        act_of("resolve", {}, case.pathway, case.state)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("suspends: all", "suspends: [all, help]", "`all` already means every stage"),
        ("suspends: all", "suspends: [halp]", "there is no stage `halp`"),
        ("[help, later]", "[help, latter]", "there is no stage `latter`"),
        ("withdraws: [help, later]", "withdraws: [all]", "there is no stage `all`"),
        ("suspends: all", "suspends: help\n    withdraws: [help]", "cannot both pause and stop"),
        ("review: 1 day, resolved", "resolved", "nothing makes anybody check whether"),
        ("lost: end gone", "lost: end gon", "there is no end `gon`"),
        ("  later: {", "  all: {", "`all` already has a meaning of its own"),
    ],
)
def test_what_an_interrupt_cannot_mean_is_refused(before: str, after: str, said: str) -> None:
    """With what to write instead."""
    with refused_with(DefinitionError, match=said):
        pathway(BODY.replace(before, after))
