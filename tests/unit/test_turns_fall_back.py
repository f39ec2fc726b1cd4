"""Who is asked when the first role's agencies cannot: those that are fallen back upon."""

from __future__ import annotations

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
