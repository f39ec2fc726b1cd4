"""Hand-overs: asked, seen, answered, not answered, taken back."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine import commands as c
from engine.facts import HandOverLate
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, HOME2, HOME3, MONDAY, Case

ABROAD = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        seen: 2 working days
        answer: 5 working days
        declined: DECLINED
        silent: SILENT
      wait: {by: screener}
    then: end done
"""
REFERRAL = """
stages:
  start:
    steps:
      refer:
        hand_over: manager
        answer: 5 working days
        feedback: 2 weeks
        declined: next receiver, at most 1
        silent: next receiver, at most 1
      wait: {by: screener}
    then: end done
"""
CLASS = "tell_home: {to: home, any: yes, shows: [risk], ask: May we tell a partner?}"
REQUEST = "ask_home.1"


def abroad(declined: str = "end stays", silent: str = "tell manager") -> Case:
    body = ABROAD.replace("DECLINED", declined).replace("SILENT", silent)
    case = Case(body, consents=CLASS)
    case.complete("where.1", home_country="NG")
    case.give()
    return case


def test_a_request_is_sent_with_both_periods_in_the_receivers_calendar() -> None:
    """And with what the consent lets be shown."""
    case = abroad()
    asked = case.hand_over(REQUEST)
    assert (asked.agency, asked.sender, asked.shows) == (HOME, DESK, ("risk",))
    assert asked.answer_by == datetime.fromisoformat("2026-03-09T23:59:59+00:00")
    assert case.state.clocks[f"{REQUEST}:seen"].editions == ("NG-plain",)
    assert case.told(HOME) == ["request_received"]


@pytest.mark.parametrize(
    ("act", "by", "reason"),
    [
        (c.See(hand_over="other.1"), HOME, "not_found"),
        (c.See(hand_over=REQUEST), HOME2, "not_yours"),
        (c.Ask(hand_over=REQUEST), DESK, "not_yours"),
        (c.AcceptHandOver(hand_over=REQUEST), DESK, "not_yours"),
        (c.DeclineHandOver(hand_over=REQUEST, reason="weather"), HOME, "unknown_reason"),
        (c.DeclineHandOver(hand_over=REQUEST, reason="unsafe"), HOME2, "not_yours"),
        (c.Revoke(hand_over=REQUEST), HOME, "not_yours"),
        (c.Prepare(hand_over=REQUEST), HOME, "not_possible"),
    ],
)
def test_a_message_is_refused_to_whom_it_does_not_belong(act: c.Act, by: str, reason: str) -> None:
    """Or where it is not possible."""
    assert abroad().refused(act, by) == reason


def test_a_request_is_seen_asked_about_accepted_and_prepared() -> None:
    """Each by its message; the sender hears of each answer."""
    case = abroad()
    case.do(c.See(hand_over=REQUEST), HOME)
    assert f"{REQUEST}:seen" not in case.state.clocks
    case.do(c.Ask(hand_over=REQUEST), HOME)
    assert case.told(DESK) == ["attention"]
    case.do(c.AcceptHandOver(hand_over=REQUEST, conditions=True), HOME)
    asked = case.hand_over(REQUEST)
    assert (asked.status, asked.conditions) == ("accepted", True)
    assert case.told(DESK) == ["answer_received"]
    assert case.state.steps["ask_home"] == "done"
    case.do(c.Prepare(hand_over=REQUEST), HOME)
    assert case.hand_over(REQUEST).status == "prepared"
    assert case.refused(c.AcceptHandOver(hand_over=REQUEST), HOME) == "settled"


def test_over_a_border_responsibility_does_not_move_with_the_yes() -> None:
    """Promise 6: on a return it moves when the arrival is confirmed."""
    case = abroad()
    case.do(c.AcceptHandOver(hand_over=REQUEST), HOME)
    assert case.state.responsible == DESK


def test_a_referral_moves_responsibility_with_the_yes_and_not_before() -> None:
    """Promise 6: the receiver has said yes."""
    case = Case(REFERRAL)
    case.do(c.See(hand_over="refer.1"), CARE)
    assert case.state.responsible == DESK
    case.do(c.AcceptHandOver(hand_over="refer.1"), CARE)
    assert case.state.responsible == CARE


def test_feedback_closes_a_referral() -> None:
    """It is a task of the receiver; the sender hears of it."""
    case = Case(REFERRAL)
    case.do(c.AcceptHandOver(hand_over="refer.1"), CARE)
    assert case.refused(c.GiveFeedback(task="wait.1")) == "not_feedback"
    case.do(c.GiveFeedback(task="refer.1.feedback"), CARE)
    assert case.hand_over("refer.1").status == "closed"
    assert case.told(DESK) == ["answer_received"]


def test_a_no_has_the_consequence_that_the_step_names() -> None:
    """Here the case ends, and the reason is kept as a word."""
    case = abroad()
    case.do(c.DeclineHandOver(hand_over=REQUEST, reason="outside_mandate"), HOME)
    assert case.state.end == "stays"
    assert case.hand_over(REQUEST).reason == "outside_mandate"


def test_the_next_receiver_is_asked_at_most_so_often() -> None:
    """Each once; then somebody decides."""
    case = abroad("next receiver, at most 1")
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    case.do(c.DeclineHandOver(hand_over="ask_home.2", reason="unsafe"), HOME2)
    assert case.open == ["ask_home.2.chase1", "wait.1"]
    assert case.told(HOME3, ever=True) == []


def test_a_prepared_request_does_not_use_up_a_receiver() -> None:
    """Only requests that were sent count."""
    body = ABROAD.replace("hand_over: home", "hand_over: home\n        by: screener")
    body = body.replace("DECLINED", "next receiver, at most 1").replace("SILENT", "go on")
    case = Case(body, consents=CLASS)
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.Offer(task="ask_home.1"))
    case.do(c.DeclineHandOver(hand_over="ask_home.2", reason="unsafe"), HOME)
    assert case.hand_over("ask_home.3").agency == HOME2


def test_who_was_seen_late_is_reminded_and_the_sender_told() -> None:
    """The request goes on."""
    case = abroad()
    case.wait(days=3)
    assert case.hand_over(REQUEST).overdue
    assert (case.told(HOME), case.told(DESK)) == (["reminder"], ["attention"])


def test_what_is_late_once_more_was_late_since_the_first_time() -> None:
    case = abroad()
    case.wait(days=9)
    since = case.hand_over(REQUEST).overdue_at
    case.do(c.Complete(task="ask_home.1.chase1", outcome="wait_on"), CARE)
    case.wait(days=9)
    late = [each for each in case.facts if isinstance(each, HandOverLate)]
    assert (len(late), case.hand_over(REQUEST).overdue_at) == (2, since)


def test_silence_is_never_a_yes() -> None:
    """Promise 6: silence is never a yes; it is a state that somebody owns."""
    case = abroad()
    case.wait(days=9)
    assert case.hand_over(REQUEST).status == "silent"
    assert case.task("ask_home.1.chase1").agency == CARE
    assert case.state.steps["ask_home"] != "done"
    assert case.state.responsible == DESK


def test_a_late_yes_is_still_a_yes() -> None:
    """The one who owned the silence is relieved."""
    case = abroad()
    case.wait(days=9)
    case.do(c.AcceptHandOver(hand_over=REQUEST), HOME)
    assert case.hand_over(REQUEST).status == "accepted"
    assert case.open == ["wait.1"]


def test_the_owner_of_a_silence_waits_on_or_gives_up() -> None:
    """Waiting on starts both periods anew; giving up is as a no."""
    case = abroad()
    case.wait(days=9)
    chase = "ask_home.1.chase1"
    assert case.refused(c.Complete(task=chase), CARE) == "wrong_outcome"
    case.do(c.Complete(task=chase, outcome="wait_on"), CARE)
    assert case.hand_over(REQUEST).status == "offered"
    answer = case.hand_over(REQUEST).answer_by
    assert answer is not None
    assert answer > case.now
    case.wait(days=9)
    case.do(c.Complete(task="ask_home.1.chase2", outcome="give_up"), CARE)
    assert case.hand_over(REQUEST).status == "revoked"
    assert case.state.end == "stays"


def test_silence_may_pass_to_the_next_receiver() -> None:
    """The silent one is told that it is no longer needed."""
    case = Case(REFERRAL)
    case.wait(days=9)
    assert case.hand_over("refer.1").status == "revoked"
    assert case.told(CARE) == ["no_longer_needed"]
    assert case.hand_over("refer.2").agency == CARE2


def test_silence_that_nothing_waits_for_does_not_stop_a_case() -> None:
    """`go on` settles the step."""
    case = abroad(silent="go on")
    case.wait(days=9)
    assert case.state.steps["ask_home"] == "done"
    case.complete("wait.1")
    assert case.state.end == "done"


def test_the_sender_takes_a_request_back() -> None:
    """The receiver is told; what follows a no follows."""
    case = abroad()
    case.do(c.Revoke(hand_over=REQUEST))
    assert case.hand_over(REQUEST).status == "revoked"
    assert "no_longer_needed" in case.told(HOME)
    assert case.state.end == "stays"


def test_responsibility_returns_when_an_accepted_referral_is_taken_back() -> None:
    """Promise 2: never to nobody, and not to one who was told to stop."""
    case = Case(REFERRAL)
    case.do(c.AcceptHandOver(hand_over="refer.1"), CARE)
    case.do(c.Revoke(hand_over="refer.1"))
    assert case.state.responsible == DESK
    assert case.open == ["wait.1"]


def test_where_nobody_holds_the_role_somebody_must_see_to_it() -> None:
    """The responsible agency prepares the request, and sends it when there is a receiver."""
    case = Case(REFERRAL, head=HEAD.replace("care @ host", "nobody @ host"))
    assert case.task("refer.1").agency == DESK
    assert case.refused(c.Offer(task="refer.1")) == "no_receiver"
    assert case.refused(c.Complete(task="refer.1", outcome="other")) == "wrong_outcome"
    case.do(c.Complete(task="refer.1", outcome="give_up"))
    assert case.state.steps["refer"] == "done"
    assert case.now == MONDAY
