"""Who has collected what is said of a person before anybody has filled in a form."""

from __future__ import annotations

from engine import commands as c
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


def test_what_was_said_as_a_case_was_opened_is_of_who_opened_it() -> None:
    """Nobody else may read it, though a step of its own asks for it, before it was answered there."""
    case = Case(BODY)
    assert readable(case.view, NAME, DESK) == NAME
    assert readable(case.view, NAME, CARE) == ()
    case.do(c.Complete(task="look.1", protected=NAME), CARE)
    assert readable(case.view, NAME, CARE) == NAME
    assert readable(case.view, NAME, DESK) == ()
