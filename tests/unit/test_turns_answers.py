"""What may be made of an answer to a request: conditions, reasons, forms, other receivers, lists."""

from __future__ import annotations

from msgspec.structs import replace

from engine import commands as c
from engine.definition.hand_overs import ByReason
from engine.expressions import compile_condition, parse_condition
from engine.facts import FormRecorded
from engine.questions import lookup, vocabulary_of
from tests.factories import CARE, CARE2, Case

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


def test_what_follows_a_no_may_depend_on_its_reason() -> None:
    """Who is full is followed by the next; who says that it is unsafe ends the case."""
    table = (
        "declined: {no_capacity: 'next receiver, at most 1', unsafe: end stays, otherwise: go on}"
    )
    body = REFER.replace("declined: go on", table).replace(", MORE", "")
    case = Case(body)
    case.do(c.DeclineHandOver(hand_over=REQUEST, reason="no_capacity"), CARE)
    assert case.hand_over("refer.2").agency == CARE2
    case.do(c.DeclineHandOver(hand_over="refer.2", reason="unsafe"), CARE2)
    assert case.state.end == "stays"


def test_a_reason_without_a_word_and_a_request_given_up_have_one_consequence() -> None:
    """That of `otherwise`."""
    table = "declined: {no_capacity: go on, otherwise: end stays}"
    body = REFER.replace("declined: go on", table).replace(", MORE", "")
    declined, revoked = Case(body), Case(body)
    declined.do(c.DeclineHandOver(hand_over=REQUEST, reason="other"), CARE)
    revoked.do(c.Revoke(hand_over=REQUEST))
    assert (declined.state.end, revoked.state.end) == ("stays", "stays")


def test_each_reason_for_a_no_may_have_a_word() -> None:
    """The words of the table are those of the act."""
    assert tuple(ByReason.model_fields) == (*c.DECLINE_REASONS, "otherwise")


def test_a_yes_comes_with_what_the_step_asks_of_the_receiver() -> None:
    """Only the names of protected answers stand in the log."""
    case = referred("answers: [full_name, rooms, born?]")
    yes = c.AcceptHandOver(hand_over=REQUEST, answers={"rooms": 2}, protected=("full_name",))
    assert case.refused(c.AcceptHandOver(hand_over=REQUEST), CARE) == "wrong_form"
    assert case.refused(replace(yes, answers={"rooms": "two"}), CARE) == "wrong_form"
    assert case.refused(replace(yes, answers={"rooms": 2, "risk": "low"}), CARE) == "wrong_form"
    case.do(yes, CARE)
    assert case.state.data == {"rooms": 2}
    assert case.state.protected == ("full_name",)
    assert FormRecorded(task=REQUEST, answers={"rooms": 2}, protected=("full_name",)) in case.last


def test_a_country_that_is_answered_binds_its_side() -> None:
    """As in the form of a task."""
    case = referred("answers: [home_country]")
    case.do(c.AcceptHandOver(hand_over=REQUEST, answers={"home_country": "NG"}), CARE)
    assert case.state.sides["origin"] == "NG"
