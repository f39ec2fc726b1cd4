"""Travel and arrival: the other end says that the person is there, or is not."""

from __future__ import annotations

from engine import commands as c
from tests.factories import CARE, DESK, HOME, Case

RETURN = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 5 working days
        feedback: 3 working days
        declined: end stays
        silent: tell manager
      travel:
        by: manager
        after: ask_home
        arrival: {confirmed_by: home, within: 24 hours, missing: MISSING}
      settle: {by: home, after: travel}
    then: end done
"""
ARRIVAL = "travel.1.arrival"


def on_the_way(missing: str = "tell manager") -> Case:
    """The partner has agreed and the person has left."""
    case = Case(RETURN.replace("MISSING", missing))
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.complete("travel.1", CARE)
    return case


def test_the_other_end_is_asked_to_confirm_the_arrival() -> None:
    """Within its time; the request is on its way."""
    case = on_the_way()
    assert case.open == [ARRIVAL]
    assert case.task(ARRIVAL).agency == HOME
    assert case.hand_over("ask_home.1").status == "departed"
    assert case.state.steps["travel"] == "open"


def test_responsibility_moves_when_the_arrival_is_confirmed_and_not_before() -> None:
    """Promise 6: not with the yes, not with the departure."""
    case = on_the_way()
    assert case.state.responsible == DESK
    case.do(c.ConfirmArrival(task=ARRIVAL), HOME)
    assert case.state.responsible == HOME
    assert case.hand_over("ask_home.1").status == "arrived"
    assert case.open == ["ask_home.1.feedback", "settle.1"]
    case.do(c.GiveFeedback(task="ask_home.1.feedback"), HOME)
    assert case.hand_over("ask_home.1").status == "closed"


def test_an_arrival_may_be_confirmed_by_completing_its_task() -> None:
    """One task, one way to be done with it."""
    case = on_the_way()
    case.complete(ARRIVAL, HOME)
    assert case.state.responsible == HOME


def test_only_the_other_end_confirms() -> None:
    """And only where an arrival is awaited."""
    case = on_the_way()
    assert case.refused(c.ConfirmArrival(task=ARRIVAL)) == "not_yours"
    assert case.refused(c.ConfirmArrival(task="other.1")) == "not_found"
    case.do(c.ConfirmArrival(task=ARRIVAL), HOME)
    assert case.refused(c.ConfirmArrival(task="settle.1"), HOME) == "not_an_arrival"
    assert case.refused(c.ReportNoShow(task=ARRIVAL), HOME) == "settled"


def test_nobody_arrives_in_time() -> None:
    """What the step names follows; responsibility stays, and the task: the person may come."""
    case = on_the_way()
    case.wait(hours=25)
    assert case.hand_over("ask_home.1").status == "no_show"
    assert case.told(CARE) == ["attention"]
    assert case.state.responsible == DESK
    case.do(c.ConfirmArrival(task=ARRIVAL), HOME)
    assert case.hand_over("ask_home.1").status == "arrived"


def test_a_no_show_is_reported_once() -> None:
    """Before the time is over, or not at all."""
    case = on_the_way("end gone")
    case.do(c.ReportNoShow(task=ARRIVAL), HOME)
    assert case.state.end == "gone"
    other = on_the_way()
    other.do(c.ReportNoShow(task=ARRIVAL), HOME)
    assert other.refused(c.ReportNoShow(task=ARRIVAL), HOME) == "reported_already"
    other.wait(hours=30)
    assert other.told(CARE) == []


def test_without_an_agreed_partner_the_responsible_agency_confirms() -> None:
    """Promise 5: nobody over the border hears of a journey that it has not agreed to."""
    case = Case(RETURN.replace("MISSING", "go on").replace("after: ask_home", "after: where"))
    case.complete("where.1", home_country="NG")
    case.complete("travel.1", CARE)
    assert case.task(ARRIVAL).agency == DESK
    case.do(c.ConfirmArrival(task=ARRIVAL))
    assert case.state.responsible == DESK
