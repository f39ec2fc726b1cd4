"""What may be made of an answer to a request: conditions, reasons, forms, other receivers, lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.acts.reason_lists import DECLINE_REASONS
from engine.definition.steps import ByReason
from engine.facts import FormRecorded
from engine.phrases.expressions import compile_condition, parse_condition
from engine.questions import lookup, vocabulary_of
from tests.factories import CARE, CARE2, DESK, Case

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
    assert tuple(ByReason.model_fields) == (*DECLINE_REASONS, "otherwise")


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


def test_a_receiver_without_room_keeps_a_request_on_its_list() -> None:
    """The periods for an answer end; the sender hears of it; a condition may ask for it."""
    case = referred("seen: 1 day, wait_list: 10 days")
    case.do(c.WaitList(hand_over=REQUEST), CARE)
    asked = case.hand_over(REQUEST)
    assert (asked.status, case.told(DESK)) == ("waiting", ["answer_received"])
    assert [key for key in case.state.clocks if key.startswith(REQUEST)] == [f"{REQUEST}:waiting"]
    assert asked.answer_by == case.state.clocks[f"{REQUEST}:waiting"].at
    assert holds(case, "hand_over.refer.waiting") is True
    case.do(c.AcceptHandOver(hand_over=REQUEST), CARE, days=8)
    assert (case.state.responsible, case.open) == (CARE, ["wait.1"])
    assert holds(case, "hand_over.refer.waiting") is False


def test_a_list_that_nothing_comes_of_is_silence() -> None:
    """Somebody owns it, as of every silence; the receiver may still answer, or wait once more."""
    body = REFER.replace("silent: go on", "silent: tell screener").replace(
        "MORE", "wait_list: 10 days"
    )
    case = Case(body)
    case.do(c.WaitList(hand_over=REQUEST), CARE)
    assert case.refused(c.WaitList(hand_over=REQUEST), CARE) == "not_possible"
    case.wait(days=11)
    assert case.hand_over(REQUEST).status == "silent"
    assert case.task("refer.1.chase1").agency == DESK
    case.do(c.WaitList(hand_over=REQUEST), CARE)
    assert case.task("refer.1.chase1").status == "withdrawn"


def test_only_a_request_that_has_a_list_can_wait_on_it() -> None:
    """All others are answered with yes or no."""
    assert referred().refused(c.WaitList(hand_over=REQUEST), CARE) == "no_wait_list"
    assert referred("wait_list: 1 day").refused(c.WaitList(hand_over=REQUEST), CARE2) == "not_yours"


@pytest.mark.parametrize(("asks_back", "follows"), [(False, "open"), (True, "skipped")])
def test_a_late_report_finds_a_request_on_the_list_that_it_was_on(
    asks_back: bool, follows: str
) -> None:
    """It has become silent since; had the receiver asked back before, it was on no list any more."""
    body = REFER.replace("MORE", "wait_list: 10 days").replace(
        "wait: {by: screener}",
        "wait: {by: screener}\n      look: {by: screener, after: wait, when: hand_over.refer.waiting, otherwise: skip}",
    )
    case = Case(body)
    case.do(c.WaitList(hand_over=REQUEST), CARE)
    if asks_back:
        case.do(c.Ask(hand_over=REQUEST), CARE)
    case.wait(days=12)
    assert case.hand_over(REQUEST).status == "silent"
    case.do(c.Complete(task="wait.1"), occurred=case.now - timedelta(days=6))
    assert case.state.steps["look"] == follows
