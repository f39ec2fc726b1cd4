"""A step that is repeated waits for the consents that it needs, as it did before it first opened."""

from __future__ import annotations

from engine import commands as c
from tests.factories import DESK, Case
from tests.unit.test_turns_panels import EXPERT, LEAD, ROLES, WITH_LEAD, because

HELP = """help:
    to: lead
    shows: [risk]
    valid: 10 days
    ask: "May we ask {agency}?"
    withdrawn: go on"""
REPEATED = """
stages:
  start:
    steps:
      ask_person: {by: screener, consent: help, refused: end stays}
      plan:
        after: ask_person
        needs: consent.help
        MANUAL
        panel: {members: [lead, expert], quorum: 2, agree: all, tied: stopped, no_quorum: stopped}
        decide: {approved: go on, stopped: go on}
        repeat: {at_most: 3, until: decision.plan = approved, then: end stays}
        due: 15 days
      last: {by: screener, after: ask_person}
    then: end done
"""


def repeated(manual: str = "") -> Case:
    body = REPEATED.replace("        MANUAL\n", manual)
    case = Case(body, head=ROLES, consents=HELP, registry=WITH_LEAD)
    case.do(c.RecordConsent(task="ask_person.1", given=True))
    return case


def test_a_round_that_ends_while_the_consent_has_run_out_is_repeated_once_it_stands() -> None:
    """Nobody may vote until then: empty seats are no round, and nothing follows from them."""
    case = repeated()
    case.wait(days=20)
    assert because(case) == [("stopped", "no_quorum")]
    assert case.state.steps["plan"] == "waiting"
    assert not case.state.end
    assert case.open == ["ask_person.2", "last.1"]
    case.do(c.RecordConsent(task="ask_person.2", given=True))
    assert case.open == ["last.1", "plan.2.expert", "plan.2.lead"]
    case.do(c.Complete(task="plan.2.lead", outcome="approved"), LEAD)
    case.do(c.Complete(task="plan.2.expert", outcome="approved"), EXPERT)
    assert case.state.steps["plan"] == "done"


def test_a_round_that_ends_while_the_consent_stands_is_repeated_at_once() -> None:
    """One dissent is enough where all must agree."""
    case = repeated()
    case.wait(days=9)
    case.do(c.Complete(task="plan.1.lead", outcome="stopped"), LEAD)
    assert because(case) == [("stopped", "no_quorum")]
    assert case.open == ["last.1", "plan.2.expert", "plan.2.lead"]


def test_what_was_to_be_repeated_is_passed_over_where_the_consent_is_refused() -> None:
    """A no is no reason to wait for ever."""
    case = repeated()
    case.wait(days=20)
    case.do(c.RecordConsent(task="ask_person.2", given=False))
    assert case.state.end == "stays"
    assert case.state.steps["plan"] == "skipped"


def test_what_somebody_begins_is_begun_by_hand_again_once_the_consent_stands() -> None:
    """It does not begin by itself, nor is it over with empty seats."""
    case = repeated("        manual: yes\n")
    case.do(c.Start(step="plan"), DESK)
    case.wait(days=20)
    assert not case.state.end
    case.do(c.RecordConsent(task="ask_person.2", given=True))
    assert case.open == ["last.1"]
    case.do(c.Start(step="plan"), DESK)
    assert case.open == ["last.1", "plan.2.expert", "plan.2.lead"]
