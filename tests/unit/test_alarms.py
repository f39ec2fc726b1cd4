"""An alarm of vital interest: raised with a reason, which is kept from all but those who look at it."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory
from engine.explaining.subjects import explain
from engine.projection import seen_entry
from engine.turn_records import TurnRecord
from engine.verbs import act_of
from tests.explained import why
from tests.factories import CARE, DESK, HOME, MONDAY, Case
from tests.unit.test_explaining import because

ALARM = """
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country]}
      wait: {by: screener}
      look:
        by: manager
        optional: yes
        not_before: interrupt.danger
        decide: {confirmed: go on, ended: go on}
        due: 1 day
    then: end done
clocks: {over: 3 days after interrupt.danger}
interrupts:
  danger: {raised_by: screener, tell: home, resolved: {past: go on}, review: 1 day}
  moves: {raised_by: screener}
bases:
  law: {ground: statutory, source: The law, to: manager}
  alarm:
    ground: vital_interest
    source: The law
    to: home
    when: interrupt.danger.open
    until: clock.over.reached or decision.look = ended
"""
WORDS = "raised danger"


def raised() -> Case:
    case = Case(ALARM, opened_by=DESK)
    case.complete("talk.1", home_country="NG")
    case.do(c.Raise(interrupt="danger", reason="threat"))
    return case


def readers(case: Case) -> list[str]:
    """Who is shown the words behind the reason, if they look."""
    found = []
    for agency in (DESK, CARE, HOME):
        try:
            facts = case.do(c.Look(known=(WORDS,)), agency).facts
        except Refusal:
            continue
        found += [agency for each in facts if isinstance(each, IdentitySeen) and each.fields]
    return found


@pytest.mark.parametrize("reason", ["", "urgent"])
def test_an_alarm_needs_a_reason_of_its_list(reason: str) -> None:
    case = Case(ALARM)
    assert case.refused(c.Raise(interrupt="danger", reason=reason)) == "unknown_reason"
    assert case.refused(c.Raise(interrupt="moves")) == "nothing"


def test_a_scenario_says_the_reason_behind_the_interrupt() -> None:
    case = Case(ALARM)
    said = act_of("raise danger for threat", {}, case.pathway, case.state, DESK)
    assert said == c.Raise(interrupt="danger", reason="threat")


def test_whoever_is_to_confirm_or_end_it_reads_why_until_that_is_done() -> None:
    """Beside the responsible agency; whom the alarm lets know does not."""
    case = raised()
    assert (case.task("look.1").agency, case.view.may_know(HOME)) == (CARE, True)
    assert readers(case) == [DESK, CARE]
    assert "danger was raised: a threat" in because(why(case, "look.1", agency=CARE))
    case.do(c.Complete(task="look.1", outcome="ended"), CARE)
    assert readers(case) == [DESK]


def test_an_operator_reads_that_it_was_raised_and_not_why() -> None:
    case = raised()
    command = c.Command(
        act=c.Raise(interrupt="danger", reason="threat"),
        agency=DESK,
        occurred_at=MONDAY,
        recorded_at=MONDAY,
    )
    entry = TurnRecord(command=command, facts=tuple(case.facts))
    assert "threat" in repr(entry)
    assert "threat" not in repr(seen_entry(entry))
    by_operator = explain(CaseHistory(case.view, case.facts, {}), "look.1")
    assert not [each for each in because(by_operator) if "was raised: " in each]
