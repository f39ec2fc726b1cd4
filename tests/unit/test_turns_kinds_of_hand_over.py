"""Hand-overs by which nothing moves: an opinion is asked for, or somebody is only told."""

from __future__ import annotations

import pytest

from engine import commands as c
from tests.factories import CARE, CARE2, DESK, HOME, Case

CONSULT = """
stages:
  start:
    steps:
      opinion:
        kind: consultation
        hand_over: manager
        answers: [risk]
        answer: 5 working days
        declined: next receiver, at most 1
        silent: tell screener
      wait: {by: screener}
    then: end done
"""
TELL = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      inform: {kind: notification, hand_over: home, after: talk, needs: consent.tell_home, seen: 2 working days}
      wait: {by: screener}
    then: end done
"""


def told() -> Case:
    case = Case(TELL)
    case.complete("where.1", home_country="NG")
    case.give()
    return case


def test_a_consultation_is_answered_by_a_form_and_nothing_moves() -> None:
    """Neither the case nor the role; there is nothing to prepare or to give feedback on."""
    case = Case(CONSULT, roles={"manager": CARE2})
    assert case.refused(c.AcceptHandOver(hand_over="opinion.1"), CARE2) == "wrong_form"
    case.do(c.AcceptHandOver(hand_over="opinion.1", answers={"risk": "low"}), CARE2)
    assert case.hand_over("opinion.1").status == "answered"
    assert (case.state.responsible, case.state.steps["opinion"]) == (DESK, "done")
    assert case.state.data["risk"] == "low"
    assert case.told(DESK) == ["answer_received"]
    assert case.refused(c.Prepare(hand_over="opinion.1"), CARE2) == "not_possible"


def test_another_opinion_takes_no_role_away() -> None:
    """The agency that holds it goes on holding it."""
    case = Case(CONSULT, roles={"manager": CARE})
    case.do(c.DeclineHandOver(hand_over="opinion.1", reason="unsafe"), CARE)
    case.do(c.AcceptHandOver(hand_over="opinion.2", answers={"risk": "low"}), CARE2)
    assert case.state.roles["manager"] == CARE


def test_a_notification_is_done_when_it_is_sent() -> None:
    """Nobody waits for an answer, and none can be given."""
    case = told()
    assert case.hand_over("inform.1").status == "informed"
    assert (case.state.steps["inform"], case.open) == ("done", ["wait.1"])
    assert case.told(HOME) == ["attention"]
    for act in (
        c.AcceptHandOver(hand_over="inform.1"),
        c.DeclineHandOver(hand_over="inform.1", reason="unsafe"),
        c.Ask(hand_over="inform.1"),
    ):
        assert case.refused(act, HOME) == "not_possible"


def test_that_a_notification_was_seen_may_be_asked_for() -> None:
    """Who does not look is reminded and the sender told; who looks is not."""
    case, other = told(), told()
    case.wait(days=3)
    assert (case.told(HOME), case.told(DESK)) == (["reminder"], ["attention"])
    other.do(c.See(hand_over="inform.1"), HOME)
    assert other.hand_over("inform.1").status == "noted"
    assert other.moment("inform.seen") == other.now
    other.wait(days=3)
    assert other.told() == []


@pytest.mark.parametrize("seen", [False, True])
def test_who_was_told_is_told_to_stop_when_the_consent_is_taken_back(seen: bool) -> None:
    """What is known cannot be made unknown, but it must not be used any more."""
    case = told()
    if seen:
        case.do(c.See(hand_over="inform.1"), HOME)
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.hand_over("inform.1").status == "revoked"
    assert case.told(HOME) == ["stop_and_confirm"]
    assert case.state.steps["inform"] == "done"


def test_an_opinion_taken_back_leaves_the_case_with_who_answers_for_it() -> None:
    """Even where the one that was asked is the responsible agency."""
    case = Case(CONSULT.replace("hand_over: manager", "hand_over: screener"))
    case.do(c.AcceptHandOver(hand_over="opinion.1", answers={"risk": "low"}))
    case.do(c.Revoke(hand_over="opinion.1"))
    assert case.state.responsible == DESK
