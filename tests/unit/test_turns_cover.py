"""Who knows and reads by what: a consent, a basis of law, or because it has collected it."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.state import Answer
from engine.visibility import readable
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, Case

LAW = "law: {ground: statutory, source: The law, to: manager, shows: [risk]SINCE}"
BODY = """
stages:
  start:
    steps:
      talk: {by: screener, form: [risk, married, full_name, home_country]}
      look: {by: manager, after: talk, form: [risk?, married?, rooms]}
      wait: {by: screener}
    then: end done
interrupts:
  alarm: {raised_by: [screener, manager], resolved: {over: go on}, review: 1 day}
bases:
  LAW
"""


def case_of(since: str = "", body: str = BODY) -> Case:
    """A case of the front desk, which has asked everything."""
    case = Case(body.replace("LAW", LAW.replace("SINCE", since)))
    answers = c.Complete(
        task="talk.1",
        answers={"risk": "high", "married": True, "home_country": "NG"},
        protected=("full_name",),
    )
    case.do(answers)
    return case


def test_a_basis_lets_an_agency_have_work_and_read_what_it_shows() -> None:
    """Of what another agency has collected nothing else, though its form asks for it."""
    case = case_of()
    assert case.task("look.1").agency == CARE
    assert readable(case.view, ["risk", "married", "full_name"], CARE) == ("risk",)


def test_it_is_for_all_that_may_hold_the_role_and_for_nobody_else() -> None:
    case = case_of()
    assert [each for each in (CARE, CARE2, HOME) if case.view.may_know(each)] == [CARE, CARE2]


def test_without_cover_work_falls_to_who_answers_for_the_case_in_its_own_country_too() -> None:
    """And nobody is told of it who may not know."""
    case = case_of(", when: interrupt.alarm.raised")
    assert case.task("look.1").agency == DESK
    assert case.told(CARE, ever=True) == []
    assert not case.view.may_know(CARE)


def test_where_a_basis_ends_the_work_goes_back_and_nothing_more_is_read() -> None:
    case = case_of(", until: interrupt.alarm.open")
    assert case.task("look.1").agency == CARE
    case.do(c.Raise(interrupt="alarm"))
    assert case.task("look.1").agency == DESK
    assert readable(case.view, ["risk"], CARE) == ()
    assert case.told(CARE) == ["no_longer_needed"]


def test_a_basis_sets_aside_no_prohibition() -> None:
    case = case_of()
    case.do(c.Prohibit(agency=CARE))
    assert not case.view.may_know(CARE)
    assert readable(case.view, ["risk"], CARE) == ()


def test_the_responsible_agency_reads_by_cover_like_any_other() -> None:
    """Here none shows it what another has collected."""
    case = case_of()
    case.complete("look.1", CARE, rooms=3)
    assert readable(case.view, ["rooms", "married"], DESK) == ("married",)


def test_who_answers_again_has_collected_it_and_who_did_before_has_not() -> None:
    case = case_of()
    case.complete("look.1", CARE, rooms=3, married=False)
    assert readable(case.view, ["married"], CARE) == ("married",)
    assert readable(case.view, ["married"], DESK) == ()


def test_what_was_collected_is_looked_at_without_an_open_task() -> None:
    case = case_of()
    case.complete("look.1", CARE, rooms=3)
    case.do(c.Look(known=("rooms", "full_name")), CARE)
    assert [each.fields for each in case.last if isinstance(each, IdentitySeen)] == [("rooms",)]
    assert case.refused(c.Look(known=("rooms",)), CARE2) == "not_allowed"


@pytest.mark.parametrize("answered", [True, False])
def test_the_highest_of_several_fields_is_read_by_who_may_read_each(answered: bool) -> None:
    """Of `risk_of_both` nobody is told who may not know both parts."""
    derived = "risk_of_both: {choice: [low, medium, high], ordered, highest_of: [risk, risk_there]}"
    there = "risk_there: {choice: [low, medium, high], ordered}"
    head = HEAD.replace("  married:", f"  {there}\n  {derived}\n  married:")
    form = "[risk_there]" if answered else "[rooms]"
    body = BODY.replace("[risk?, married?, rooms]", form).replace("LAW", LAW.replace("SINCE", ""))
    body = body if answered else body.replace("full_name, home", "full_name, risk_there, home")
    case = Case(body, head=head)
    given: dict[str, Answer] = {"risk": "low", "married": True, "home_country": "NG"}
    case.do(
        c.Complete(
            task="talk.1",
            answers=given if answered else given | {"risk_there": "low"},
            protected=("full_name",),
        )
    )
    if answered:
        case.complete("look.1", CARE, risk_there="low")
    assert bool(readable(case.view, ["risk_of_both"], DESK)) is not answered


REQUEST = """
stages:
  start:
    steps:
      talk: {by: screener, form: [risk, married, full_name, home_country]}
      ask: {hand_over: manager, after: talk, answer: 5 days, declined: go on, silent: go on}
    then: end done
interrupts: {alarm: {raised_by: screener, then: end stays}}
bases:
  LAW
"""


def test_a_request_shows_its_receiver_what_a_basis_shows_it() -> None:
    case = case_of(body=REQUEST)
    assert (case.hand_over("ask.1").agency, case.hand_over("ask.1").shows) == (CARE, ("risk",))


def test_what_is_protected_the_receiver_reads_once_it_has_said_yes() -> None:
    body = REQUEST.replace(
        "      ask: {", "      wait: {by: screener}\n      ask: {responsibility: stays, "
    )
    law = LAW.replace("SINCE", "").replace("[risk]", "[risk, full_name]")
    case = case_of(body=body.replace("LAW", law))
    assert case.hand_over("ask.1").shows == ("risk", "full_name")
    assert readable(case.view, ["risk", "full_name"], CARE) == ("risk",)
    case.do(c.AcceptHandOver(hand_over="ask.1"), CARE)
    assert readable(case.view, ["risk", "full_name"], CARE) == ("risk", "full_name")


def test_a_request_may_cross_a_border_by_law_alone() -> None:
    """Where no consent is asked for, it shows what the basis does, and nobody else of that country hears."""
    body = REQUEST.replace("hand_over: manager", "hand_over: home")
    law = LAW.replace("SINCE", "").replace("to: manager", "to: home")
    case = case_of(body=body.replace("LAW", law))
    assert (case.hand_over("ask.1").agency, case.hand_over("ask.1").shows) == (HOME, ("risk",))


def test_a_request_goes_out_by_itself_only_to_who_is_covered() -> None:
    """Else the responsible agency has to see to it; it is told nothing that it may not send."""
    case = case_of(", when: interrupt.alarm.raised", REQUEST)
    assert case.open == ["ask.1"]
    assert (case.task("ask.1").kind, case.task("ask.1").agency) == ("offer", DESK)
    assert case.refused(c.Complete(task="ask.1")) == "no_consent"
    assert case.told(CARE, ever=True) == []


def test_a_request_does_not_show_what_a_basis_out_of_force_would() -> None:
    head = "bases:\n  wide: {ground: court, source: The order, to: manager, shows: [married], when: risk = low}\n"
    case = case_of(body=REQUEST.replace("bases:\n", head))
    assert case.hand_over("ask.1").shows == ("risk",)


SET_BY_ITSELF = """
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country]}
      plan: {by: manager, after: talk, form: [married]}
      look: {by: manager, after: plan, decide: {up: interrupt alarm}}
      wait: {by: manager, form: [married?]}
    then: end done
interrupts: {alarm: {raised_by: screener, set: {married: no}}}
bases:
  LAW
"""


def test_what_the_pathway_sets_by_itself_is_read_by_who_answers_for_the_case() -> None:
    """And no more by whoever had answered it: that was another answer."""
    case = Case(SET_BY_ITSELF.replace("LAW", LAW.replace("SINCE", "")))
    case.complete("talk.1", home_country="NG")
    case.complete("plan.1", CARE, married=True)
    assert readable(case.view, ["married"], CARE) == ("married",)
    case.do(c.Complete(task="look.1", outcome="up"), CARE)
    assert case.state.data["married"] is False
    assert readable(case.view, ["married"], CARE) == ()
    assert readable(case.view, ["married"], DESK) == ("married",)


AGREED = """
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country]}
      agree: {by: screener, consent: tell_home, refused: go on, after: talk}
      ask: {hand_over: home, by: screener, after: agree, needs: consent.tell_home, answer: 5 days,
        declined: go on, silent: go on}
      stay: {by: home, after: ask, needs: consent.tell_home}
    then: end done
interrupts: {over: {raised_by: responsible, then: end stays}}
"""


def test_who_said_yes_may_know_after_the_end_while_the_consent_stands() -> None:
    case = Case(AGREED)
    case.complete("talk.1", home_country="NG")
    case.give("agree.1")
    case.do(c.Complete(task="ask.1"))
    case.do(c.AcceptHandOver(hand_over=case.open[-1]), HOME)
    case.do(c.Raise(interrupt="over"), case.state.responsible)
    assert (case.state.status, case.view.may_know(HOME)) == ("ended", True)
    case.do(c.WithdrawConsent(consent="tell_home"), DESK)
    assert case.state.responsible == DESK
    assert case.hand_over("ask.2").status == "closed"
    assert not case.view.may_know(HOME)
