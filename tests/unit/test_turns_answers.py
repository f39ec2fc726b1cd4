"""What may be made of an answer to a request: conditions, reasons, forms, other receivers, lists."""

from __future__ import annotations

from engine import commands as c
from engine.expressions import compile_condition, parse_condition
from engine.questions import lookup, vocabulary_of
from tests.factories import CARE, Case

REFER = """
stages:
  start:
    steps:
      refer: {hand_over: manager, answer: 5 working days, declined: go on, silent: go on, MORE}
      wait: {by: screener}
    then: end done
"""
REQUEST = "refer.1"


def referred(more: str = "") -> Case:
    return Case(REFER.replace(", MORE", f", {more}" if more else ""))


def holds(case: Case, text: str) -> bool | None:
    """What a condition of the pathway says of a case."""
    vocabulary = vocabulary_of(case.pathway.definition)
    return compile_condition(parse_condition(text), vocabulary)(lookup(case.state))


def test_a_condition_may_ask_whether_a_yes_has_conditions() -> None:
    """Only as long as it is agreed."""
    case = referred()
    assert holds(case, "hand_over.refer.conditions") is False
    case.do(c.AcceptHandOver(hand_over=REQUEST, conditions=True), CARE)
    assert holds(case, "hand_over.refer.conditions") is True
    case.do(c.Revoke(hand_over=REQUEST))
    assert holds(case, "hand_over.refer.conditions") is False


def test_a_condition_may_ask_for_the_reason_of_a_no() -> None:
    """It is not known before somebody has said no."""
    case = referred()
    assert holds(case, "hand_over.refer.reason = no_capacity") is None
    case.do(c.DeclineHandOver(hand_over=REQUEST, reason="no_capacity"), CARE)
    assert holds(case, "hand_over.refer.reason = no_capacity") is True
    assert holds(case, "hand_over.refer.reason in (unsafe, other)") is False
