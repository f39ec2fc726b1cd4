"""Who has collected what is said of a person before anybody has filled in a form."""

from __future__ import annotations

from engine import commands as c
from engine.state import State
from engine.visibility import readable
from tests.factories import CARE, DESK, Case

NAME = ("full_name",)
BODY = """
stages:
  start:
    steps:
      talk: {by: screener, form: [full_name]}
      look: {by: manager, form: [full_name]}
    then: end done
bases: {law: {ground: statutory, source: The law, to: [manager]}}
"""


def opened(*identity: str) -> Case:
    """A case that DESK has opened, saying something of the person."""
    case = Case(BODY)
    case.state, case.facts = State(), []
    case.do(c.OpenCase(code="7K2F-9QXM", country="GH", identity=identity))
    return case


def test_whoever_says_a_name_as_it_opens_a_case_may_read_it() -> None:
    """Nobody else may, though a step of its own asks for it, before it was answered there."""
    case = opened(*NAME)
    assert readable(case.view, NAME, DESK) == NAME
    assert readable(case.view, NAME, CARE) == ()
    case.do(c.Complete(task="look.1", protected=NAME), CARE)
    assert readable(case.view, NAME, CARE) == NAME
    assert readable(case.view, NAME, DESK) == ()


def test_what_was_not_said_at_the_opening_nobody_has_collected() -> None:
    """The agency that answers for the case neither."""
    assert readable(opened().view, NAME, DESK) == ()
