"""Notices that a turn calls off while they are being sent."""

from __future__ import annotations

from engine import commands as c
from engine import facts as f
from engine.in_flight import meet
from tests.factories import CARE, HOME, Case

BODY = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell, refused: end gone}
      ask_home: {hand_over: home, after: talk, needs: consent.tell, answer: 9 days, declined: go on, silent: go on}
      look: {by: manager, due: 9 days}
      wait: {by: screener}
interrupts:
  over: {raised_by: screener, then: end stays}
"""
CONSENT = "tell: {to: home, ask: May we?, withdrawn: go on}"
REQUEST = f.NoticeOwed(
    number=7, agency=HOME, kind="request_received", about="ask_home.1", label="Ask"
)

LATE = f.NoticeOwed(number=7, agency=CARE, kind="overdue", about="wait.1", label="Wait")


def asked() -> Case:
    """A request waits at the partner in Nigeria."""
    case = Case(BODY, consents=CONSENT)
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.hand_over("ask_home.1").agency == HOME
    return case


def met(case: Case, *sending: f.NoticeOwed) -> list[f.Fact]:
    """What the last turn records of what is being sent."""
    return [*meet(case.view, case.last, sending)]


def test_a_notice_that_is_called_off_on_its_way_is_recorded() -> None:
    """The agency is told anyway that it is over, so nothing more is owed."""
    case = asked()
    case.do(c.WithdrawConsent(consent="tell"))
    assert case.told(HOME) == ["stop_and_confirm"]
    (met_one,) = met(case, REQUEST)
    assert met_one == f.NoticeOnItsWay(number=7, agency=HOME, about="ask_home.1")


def test_a_barred_agency_that_hears_nothing_else_is_owed_a_last_word() -> None:
    """It has done its part, and was being told of something late: no step is named to it."""
    case = asked()
    case.do(c.Complete(task="look.1"), CARE)
    case.do(c.Prohibit(agency=CARE))
    assert case.told(CARE) == []
    _, stop = met(case, LATE)
    number = case.state.notices + 1
    assert stop == f.NoticeOwed(
        number=number, agency=CARE, kind="no_longer_needed", about="wait.1", label="", after=7
    )


def test_who_may_still_know_of_the_case_hears_that_it_is_off() -> None:
    """A supervisor that was being told of something late, in a case that has ended."""
    case = asked()
    case.do(c.Complete(task="look.1"), CARE)
    case.do(c.Raise(interrupt="over"))
    assert case.told(CARE) == []
    _, stop = met(case, LATE)
    assert isinstance(stop, f.NoticeOwed)
    assert (stop.kind, stop.label, stop.after) == ("no_longer_needed", "Wait", 7)


def test_what_a_turn_does_not_call_off_is_let_go() -> None:
    """Another agency's notice, one that says itself that something is over, and any in other turns."""
    case = asked()
    case.do(c.Prohibit(agency=HOME))
    other = f.NoticeOwed(number=8, agency=CARE, kind="task_assigned", about="look.1", label="Look")
    farewell = f.NoticeOwed(number=9, agency=HOME, kind="no_longer_needed", about="x.1", label="X")
    assert met(case, other, farewell) == []
    case.do(c.Complete(task="look.1"), CARE)
    assert met(case, REQUEST) == []
