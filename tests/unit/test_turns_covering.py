"""A task that needs a consent stays with those whom the person was asked about, while it stands."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.facts import NoticeOwed
from tests.factories import CARE, CARE2, DESK, HOME, Case

ASKED = "see: {to: [manager, screener], shows: [full_name], ask: May we?, valid: 10 days}"
BODY = """
stages:
  start:
    steps:
      talk: {by: screener, consent: see, refused: go on}
      look: {by: BY, after: talk, needs: consent.see, form: [full_name]}
    then: end done
"""


def looked_after(by: str = "manager") -> Case:
    """A case in which the person has agreed to CARE and DESK, and to nobody else."""
    case = Case(BODY.replace("BY", by), consents=ASKED)
    case.give()
    return case


def read_by(case: Case, agency: str) -> tuple[str, ...]:
    """What an agency is shown when it looks at the person."""
    case.do(c.Look(known=("full_name",)), agency)
    seen = case.last[-1]
    assert isinstance(seen, IdentitySeen)
    return seen.fields


def test_a_task_passes_over_agencies_that_the_consent_does_not_name() -> None:
    """CARE2 holds the role too, and the person was never asked about it."""
    case = looked_after()
    assert case.task("look.1").agency == CARE
    case.do(c.Decline(task="look.1", reason="no_capacity"), CARE)
    assert case.task("look.1").agency == DESK
    assert case.refused(c.Reassign(task="look.1", agency=CARE2)) == "no_consent"
    case.do(c.Reassign(task="look.1", agency=CARE))
    assert case.refused(c.Look(known=("full_name",)), CARE2) == "not_allowed"


@pytest.mark.parametrize("by", ["manager", "[screener, manager]"])
def test_a_consent_that_has_run_out_lets_nobody_read_or_take_a_task(by: str) -> None:
    """Promise 5: whoever has it may read again, and take it, once the person has agreed again."""
    case = looked_after(by)
    assert read_by(case, CARE) == ("full_name",)
    case.wait(days=11)
    assert read_by(case, CARE) == ()
    assert case.refused(c.Claim(task="look.1"), CARE) == "no_consent"
    assert case.refused(c.Accept(task="look.1"), CARE) == "no_consent"
    case.give("talk.2")
    case.do(c.Claim(task="look.1"), CARE)
    assert read_by(case, CARE) == ("full_name",)


def test_a_claimed_task_goes_to_the_other_role_when_its_agency_is_shut_out() -> None:
    """As one that nobody has claimed yet: another agency that may hold a role of the step has it."""
    case = looked_after("[screener, manager]")
    case.do(c.Claim(task="look.1"), CARE)
    assert case.task("look.1").role == "manager"
    case.do(c.Prohibit(agency=CARE))
    assert (case.task("look.1").agency, case.task("look.1").role) == (DESK, "screener")


OVER_THERE = """
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country]}
      agree: {by: screener, after: talk, consent: tell_home, refused: go on}
      ask_home: {hand_over: home, after: agree, answer: 2 days, declined: go on, silent: go on, responsibility: on_acceptance}
      stay: {by: screener, after: ask_home}
    then: end done
"""


def test_who_stops_being_responsible_by_a_withdrawal_is_told_to_stop() -> None:
    """It had the case on the ground of that consent; who is responsible from now on is told nothing."""
    case = Case(OVER_THERE.replace("after: agree,", "after: agree, needs: consent.tell_home,"))
    case.complete("talk.1", home_country="NG")
    case.give("agree.1")
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert case.state.responsible == HOME
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.state.responsible == DESK
    told = [(each.agency, each.kind) for each in case.last if isinstance(each, NoticeOwed)]
    assert told == [(HOME, "stop_and_confirm")]


def test_a_basis_is_enough_to_hand_over_even_over_a_border() -> None:
    """A consent is one kind of cover, and the person need not have been asked."""
    law = "bases: {law: {ground: statutory, source: The law, to: [screener, manager, home]}}"
    asked = "      agree: {by: screener, after: talk, consent: tell_home, refused: go on}\n"
    case = Case(OVER_THERE.replace(asked, "").replace("after: agree", "after: talk") + law)
    case.complete("talk.1", home_country="NG")
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert case.state.responsible == HOME
