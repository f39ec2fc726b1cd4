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
        "nothing lets the role `manager` hear of the case: if its agency has no other part in it,"
        " the responsible agency is told instead"
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


def test_an_outcome_may_be_called_as_a_silence_is() -> None:
    """After a silence there is a task, of which the walk speaks; after an outcome a notice."""
    body = BODY.replace("refused: tell manager", "refused: go on").replace("again:", "silent:")
    told = body.replace("DECIDED", '"back to one, at most 1, then tell manager"')
    made = pathway(told, HEAD + LAW.replace("WHOM", "screener"), ASKED)
    (note,) = told_instead(made.definition)
    assert note.path[-2:] == ("decide", "silent")
    asks = BODY.replace("refused: tell manager", "refused: go on").replace("DECIDED", "go on")
    asks = asks.replace(
        "    then: end done",
        "      send: {hand_over: screener, after: look, answer: 5 days, declined: go on, silent: tell manager}\n"
        "    then: end done",
    )
    made = pathway(asks, HEAD + LAW.replace("WHOM", "screener"), ASKED)
    assert told_instead(made.definition) == []


def test_whoever_opens_cases_is_told_of_theirs_and_not_noted() -> None:
    body = BODY.replace("tell manager", "tell screener").replace("DECIDED", "go on")
    made = pathway(body, HEAD + LAW.replace("WHOM", "manager"), ASKED)
    assert told_instead(made.definition) == []


@pytest.mark.parametrize("whom", ["manager", "[screener, manager]"])
def test_a_role_that_is_covered_is_told_and_not_noted(whom: str) -> None:
    case = case_in_which(whom)
    assert notes(case) == []
    case.complete("talk.1", risk="low")
    case.do(c.RecordConsent(task="ask.1", given=False))
    assert case.told(CARE) == ["attention"]
