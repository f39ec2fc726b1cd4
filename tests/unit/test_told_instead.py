"""A role that a reaction tells, and that nothing lets hear of the case, is noted."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.checks.cover_rules import told_instead
from engine.checks.faults import Fault
from tests.factories import CARE, DESK, HEAD, Case, pathway
from tests.told import advice, sentence

LAW = "bases: {law: {ground: statutory, source: The law, to: WHOM, shows: [risk]}}\n"
ASKED = "asked: {ask: May we?}"
BODY = """
stages:
  one:
    steps:
      talk: {by: screener, form: [risk]}
      ask: {by: screener, after: talk, consent: asked, refused: tell manager}
      look: {by: screener, after: ask, decide: {again: DECIDED, well: go on}}
    then: end done
"""


def case_in_which(whom: str, decided: str = "go on") -> Case:
    head = HEAD + LAW.replace("WHOM", whom)
    return Case(BODY.replace("DECIDED", decided), head=head, consents=ASKED)


def notes(case: Case) -> list[Fault]:
    return told_instead(case.pathway.definition)


def test_it_is_noted_once_and_the_responsible_agency_is_told() -> None:
    case = case_in_which("screener", '"back to one, at most 1, then tell manager"')
    (note,) = notes(case)
    assert note.path == ("stages", "one", "steps", "ask", "refused")
    assert sentence(note) == (
        "nothing lets `manager` hear of the case: the responsible agency is told instead"
    )
    assert "write `tell responsible`" in advice(note)
    case.complete("talk.1", risk="low")
    case.refuse("ask.1")
    assert case.told(CARE) == []
    assert "attention" in case.told(DESK)


def test_what_comes_after_going_back_often_enough_counts() -> None:
    body = BODY.replace("refused: tell manager", "refused: go on")
    again = body.replace("DECIDED", '"back to one, at most 1, then tell manager"')
    made = pathway(again, HEAD + LAW.replace("WHOM", "screener"), ASKED)
    (note,) = told_instead(made.definition)
    assert note.path[-1] == "again"


@pytest.mark.parametrize("whom", ["manager", "[screener, manager]"])
def test_a_role_that_is_covered_is_told_and_not_noted(whom: str) -> None:
    case = case_in_which(whom)
    assert notes(case) == []
    case.complete("talk.1", risk="low")
    case.do(c.RecordConsent(task="ask.1", given=False))
    assert case.told(CARE) == ["attention"]
