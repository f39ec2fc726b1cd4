"""What a step needs the person's consent for: it opens, and is done, only while that stands."""

from __future__ import annotations

from datetime import timedelta

from engine import commands as c
from tests.factories import CARE, DESK, HOME, MONDAY, Case

CONSENTS = """wish: {ask: Do you want to?, valid: 4 days}
  tell_home: {to: home, shows: [risk], ask: May we tell them?}
  tell_care: {to: manager, shows: [rooms], ask: May we tell them too?}"""
BODY = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      ask_wish: {by: screener, after: where, consent: wish, refused: go on}
      ask_tell: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_care: {by: screener, after: where, consent: tell_care, refused: go on}
      plan: {by: manager, needs: consent.wish, due: 3 days}
      visit: {by: home, needs: [consent.wish, consent.tell_home]}
      extra: {by: manager, manual: yes, needs: consent.wish, repeat: {at_most: 3}}
      send: {hand_over: home, needs: [consent.tell_home, consent.wish, consent.tell_care], answer: 5 days, declined: go on, silent: go on}
      wait: {by: screener}
bases:
  law: {ground: statutory, source: The law, to: manager}
"""


def case() -> Case:
    made = Case(BODY, consents=CONSENTS)
    made.complete("where.1", home_country="NG")
    return made


def all_given() -> Case:
    made = case()
    for task in ("ask_wish.1", "ask_tell.1", "ask_care.1"):
        made.give(task)
    return made


def test_work_opens_when_each_consent_that_it_needs_stands() -> None:
    """Not before, and not for some of them."""
    made = case()
    assert made.open == ["ask_care.1", "ask_tell.1", "ask_wish.1", "wait.1"]
    made.give("ask_wish.1")
    assert made.open == ["ask_care.1", "ask_tell.1", "plan.1", "wait.1"]
    made.give("ask_tell.1")
    assert "visit.1" in made.open
    assert made.task("visit.1").agency == HOME


def test_a_request_stands_on_all_of_its_consents() -> None:
    """What it shows is what those say that name its receiver."""
    made = all_given()
    sent = made.hand_over("send.1")
    assert (sent.consents, sent.shows) == (("tell_home", "wish", "tell_care"), ("risk",))
    made.do(c.WithdrawConsent(consent="wish"))
    assert made.hand_over("send.1").status == "revoked"
    assert made.told(HOME) == ["stop_and_confirm"]


def test_what_is_taken_back_takes_open_work_with_it() -> None:
    """At once; the case goes on with the rest."""
    made = all_given()
    made.do(c.WithdrawConsent(consent="wish"))
    assert made.open == ["wait.1"]
    assert {made.state.steps[each] for each in ("plan", "visit", "send")} == {"skipped"}
    assert not [key for key in made.state.clocks if key.startswith("plan")]


def test_what_needs_a_refused_consent_never_opens() -> None:
    """It is passed over."""
    made = case()
    made.refuse("ask_wish.1")
    assert made.state.steps["plan"] == made.state.steps["visit"] == "skipped"


def test_work_is_not_done_on_a_consent_that_has_run_out() -> None:
    """The person is asked again; then it goes on."""
    made = all_given()
    made.wait(days=5)
    assert made.refused(c.Complete(task="plan.1"), CARE) == "no_consent"
    made.give("ask_wish.2")
    made.do(c.Complete(task="plan.1"), CARE)


def test_what_was_done_while_the_consent_stood_may_be_reported_when_it_has_run_out() -> None:
    """That shows nothing to anybody. What was done afterwards was done without it."""
    made = all_given()
    made.wait(days=5)
    gone = made.state.moments["consent.wish.expired"]
    late = c.Complete(task="plan.1")
    assert made.refused(late, CARE, occurred=gone) == "no_consent"
    made.do(late, CARE, occurred=gone - timedelta(seconds=1))
    assert made.state.steps["plan"] == "done"


def test_what_names_somebody_is_shown_by_a_consent_that_stands_now() -> None:
    """A yes to a request lets its receiver read on: that needs more than a consent of last week."""
    made = all_given()
    made.wait(days=5)
    yes = c.AcceptHandOver(hand_over="send.1")
    assert made.refused(yes, HOME, occurred=MONDAY + timedelta(days=1)) == "no_consent"


def test_a_step_that_repeats_waits_for_its_consent_after_a_late_report() -> None:
    """What was done counts; the next time needs a consent that stands."""
    again = "{by: manager, needs: consent.wish, form: [married?], repeat: {at_most: 3, until: married, then: go on}}"
    made = Case(
        BODY.replace("{by: manager, needs: consent.wish, due: 3 days}", again), consents=CONSENTS
    )
    made.complete("where.1", home_country="NG")
    made.give("ask_wish.1")
    made.wait(days=5)
    made.do(c.Complete(task="plan.1"), CARE, occurred=MONDAY + timedelta(days=1))
    assert made.state.steps["plan"] == "waiting"
    made.give("ask_wish.2")
    assert "plan.2" in made.open


def test_a_manual_step_is_started_only_while_its_consent_stands() -> None:
    """Nobody starts what the person has not agreed to."""
    made = case()
    assert made.refused(c.Start(step="extra"), DESK) == "no_consent"
    made.give("ask_wish.1")
    made.do(c.Start(step="extra"), DESK)


TRAVEL = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      go: {by: screener, needs: consent.tell_home, arrival: {confirmed_by: manager, within: 1 day, missing: go on}}
"""


def test_a_journey_that_has_begun_is_awaited_whatever_is_taken_back() -> None:
    """Somebody is on the way: the other end must still say whether they came."""
    made = Case(TRAVEL)
    made.complete("where.1", home_country="NG")
    made.give()
    made.complete("go.1")
    made.do(c.WithdrawConsent(consent="tell_home"))
    assert made.open == ["go.1.arrival"]
    made.do(c.ConfirmArrival(task="go.1.arrival"), CARE)
    assert made.state.steps["go"] == "done"
