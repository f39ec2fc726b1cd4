"""Fields that follow from others."""

from __future__ import annotations

from engine import commands as c
from engine.proofs import prove
from tests.factories import CARE, DESK, HEAD, Case, pathway

LEVELS = "choice: [low, medium, high], ordered"
RISKS = HEAD.replace(
    "  married:",
    f"  here: {{{LEVELS}}}\n  there: {{{LEVELS}}}\n"
    f"  both: {{{LEVELS}, highest_of: [here, there]}}\n  married:",
)
ASSESSED = """
stages:
  start:
    steps:
      look_here: {by: screener, form: [here]}
      look_there:
        by: manager
        form: [there]
        repeat: {at_most: 3, until: both <= medium, then: end stays}
  later:
    after: start
    when: both < high
    otherwise: end stays
    steps:
      plan: {by: manager, when: both = low, otherwise: end gone}
    then: end done
interrupts:
  worse: {raised_by: screener, set: {here: high}}
"""


def opened() -> Case:
    return Case(ASSESSED, head=RISKS)


def test_the_highest_is_known_when_all_are() -> None:
    """The order of the choices decides, not that of the answers."""
    case = opened()
    case.complete("look_here.1", DESK, here="medium")
    assert "both" not in case.state.data
    case.complete("look_there.1", CARE, there="low")
    assert case.state.data["both"] == "medium"


def test_it_follows_each_change_at_once() -> None:
    """A repetition sees it in the same turn, an interrupt moves it as well."""
    case = opened()
    case.complete("look_here.1", DESK, here="low")
    case.complete("look_there.1", CARE, there="high")
    assert case.open == ["look_there.2"]
    case.do(c.Raise(interrupt="worse"))
    case.complete("look_there.2", CARE, there="low")
    assert case.state.data["both"] == "high"
    assert case.open == ["look_there.3"]


def test_it_is_no_answer_of_anybody() -> None:
    """A form does not take it."""
    case = opened()
    act = c.Complete(task="look_here.1", answers={"here": "low", "both": "low"})
    assert case.refused(act) == "wrong_form"


def test_a_walk_tries_the_fields_that_it_follows_from() -> None:
    """All ends are reached, and nothing waits for ever."""
    proof = prove(pathway(ASSESSED, head=RISKS))
    assert proof.complete
    assert proof.faults == ()
