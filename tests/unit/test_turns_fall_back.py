"""Who is asked when the first role's agencies cannot: those that are fallen back upon."""

from __future__ import annotations

import pytest

from engine import commands as c
from tests.factories import AWAY, CARE, CARE2, DESK, HEAD, HOME, HOME2, Case

NEAR = """
stages:
  start:
    steps:
      refer:
        hand_over: manager
        fall_back: [screener]
        answer: 5 working days
        declined: next receiver, at most 2
        silent: next receiver, at most 2
      wait: {by: screener}
    then: end done
"""
THREE_SIDES = (
    HEAD.replace("[host, origin]", "[host, origin, third]")
    .replace("  home: partner", "  other: partner @ third\n  home: partner")
    .replace("  risk:", "  third_country: {country, binds: third}\n  risk:")
)
NAMED = "tell_home: {to: [home, other], shows: [risk], ask: May we?}"
FAR = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country, third_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        fall_back: [other]
        after: talk
        needs: consent.tell_home
        answer: 5 working days
        declined: next receiver, at most 3
        silent: tell manager
      travel:
        by: screener
        after: ask_home
        arrival: {confirmed_by: home, within: 2 days, missing: tell manager}
    then: end done
interrupts:
  bars: {raised_by: screener, bars: origin}
"""


def declined(case: Case, request: str) -> None:
    asked = case.hand_over(request)
    case.do(c.DeclineHandOver(hand_over=request, reason="no_capacity"), asked.agency)


def far(country: str = "TG") -> Case:
    case = Case(FAR, head=THREE_SIDES, consents=NAMED)
    case.complete("where.1", home_country="NG", third_country=country)
    case.give()
    return case


def test_the_first_roles_agencies_come_before_those_that_are_fallen_back_upon() -> None:
    """Each once; the one that says yes holds the role for which it was asked."""
    case = Case(NEAR)
    declined(case, "refer.1")
    declined(case, "refer.2")
    assert [each.agency for each in case.state.hand_overs.values()] == [CARE, CARE2, DESK]
    assert case.hand_over("refer.3").role == "screener"
    case.do(c.AcceptHandOver(hand_over="refer.3"))
    assert (case.state.steps["refer"], case.state.responsible) == ("done", DESK)


def test_who_holds_the_first_role_need_not_exist() -> None:
    """The others are asked at once."""
    case = Case(NEAR, head=HEAD.replace("care @ host", "nobody @ host"))
    assert case.hand_over("refer.1").agency == DESK


def test_over_a_border_only_who_was_named_is_asked() -> None:
    """The other agencies of the first role were not read out to the person."""
    case = far()
    declined(case, "ask_home.1")
    asked = case.hand_over("ask_home.2")
    assert (asked.agency, asked.role, asked.shows) == (AWAY, "other", ("risk",))
    assert case.told(HOME2, ever=True) == []
    declined(case, "ask_home.2")
    assert case.open == ["ask_home.2.chase1"]


def test_a_barred_side_leaves_those_of_another_side_to_be_asked() -> None:
    """Where the side of every role is barred, the step is passed over."""
    case = far()
    assert case.hand_over("ask_home.1").agency == HOME
    case.do(c.Raise(interrupt="bars"))
    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.hand_over("ask_home.2").agency == AWAY
    alone = FAR.replace("fall_back: [other]", "optional: no").replace(
        "next receiver, at most 3", "go on"
    )
    only = Case(alone, head=THREE_SIDES, consents=NAMED)
    only.complete("where.1", home_country="NG", third_country="TG")
    only.give()
    only.do(c.Raise(interrupt="bars"))
    assert only.state.steps["ask_home"] == "skipped"


def test_who_said_yes_confirms_the_arrival() -> None:
    """In place of the role that the journey names."""
    case = far()
    declined(case, "ask_home.1")
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), AWAY)
    case.complete("travel.1")
    assert case.task("travel.1.arrival").agency == AWAY
    case.do(c.ConfirmArrival(task="travel.1.arrival"), AWAY)
    assert case.state.responsible == AWAY


LATER = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country, third_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        fall_back: [other]
        after: talk
        needs: consent.tell_home
        answer: 5 working days
        declined: next receiver, at most 2
        silent: next receiver, at most 2
        responsibility: stays
      visit: {by: home, after: ask_home}
      tell_more: {by: screener, after: ask_home, consent: tell_again, refused: go on}
      settle: {by: screener, after: ask_home, decide: {stays_there: go on, again: "back to start, at most 2, then end stays"}}
    then: end done
interrupts:
  note: {raised_by: home, tell: [home]}
  bars: {raised_by: screener, bars: origin}
"""
AGAIN = NAMED + "\n  tell_again: {to: home, shows: [risk], ask: May we?}"


def agreed_by_another(head: str = THREE_SIDES) -> Case:
    """The first one says no, the one that is fallen back upon says yes."""
    case = Case(LATER, head=head, consents=AGAIN)
    case.complete("where.1", home_country="NG", third_country="TG")
    case.give()
    declined(case, "ask_home.1")
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), AWAY)
    return case


def test_who_said_yes_has_the_role_that_was_asked_and_gets_what_follows() -> None:
    """Work, rights and the next question to the person: nothing goes to who said no."""
    case = agreed_by_another()
    assert case.task("visit.1").agency == AWAY
    case.give("tell_more.1")
    assert case.state.consents["tell_again"].recipients == (AWAY,)
    assert case.refused(c.Raise(interrupt="note"), HOME) == "not_allowed"
    case.do(c.Raise(interrupt="note"), AWAY)
    assert "attention" in case.told(AWAY)
    assert case.told(HOME, ever=True) == ["request_received"]


@pytest.mark.parametrize("choose", ["first", "in_turn"])
def test_who_said_yes_is_asked_first_when_the_case_goes_back(choose: str) -> None:
    """For the role for which it agreed, and the person is asked about it."""
    home = f"home: {{type: partner, side: origin, choose: {choose}}}"
    case = agreed_by_another(THREE_SIDES.replace("home: partner @ origin", home))
    case.do(c.Complete(task="settle.1", outcome="again"))
    case.complete("where.2", home_country="NG", third_country="TG")
    case.give("talk.2")
    assert case.state.consents["tell_home"].recipients == (AWAY,)
    asked = case.hand_over("ask_home.3")
    assert (asked.agency, asked.role) == (AWAY, "other")


def test_who_was_silent_has_no_more_of_it_than_who_said_no() -> None:
    """The yes of another one gives that the role."""
    case = Case(LATER, head=THREE_SIDES, consents=AGAIN)
    case.complete("where.1", home_country="NG", third_country="TG")
    case.give()
    case.wait(days=8)
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), AWAY)
    assert case.task("visit.1").agency == AWAY


def test_a_barred_role_goes_to_nobody_by_a_yes_in_its_place() -> None:
    """Else who agreed would be shut out with it."""
    case = Case(LATER, head=THREE_SIDES, consents=AGAIN)
    case.complete("where.1", home_country="NG", third_country="TG")
    case.give()
    case.do(c.Raise(interrupt="bars"))
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), AWAY)
    assert case.task("visit.1").agency == DESK
    assert case.state.roles["home"] == HOME
