"""Done again: stages until a condition holds, steps and stages whenever something happens."""

from __future__ import annotations

from typing import Any

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from tests.factories import CARE, Case, pathway
from tests.told import refused_with

ROUNDS = """
stages:
  search:
    repeat: {at_most: 3, until: married, then: end stays}
    steps:
      look: {by: screener, due: 2 days}
      find: {by: manager, after: look, form: [married]}
    then: end done
"""


def test_a_stage_is_repeated_until_its_condition_holds() -> None:
    """Each round has tasks of its own, whose numbers go on."""
    case = Case(ROUNDS)
    case.complete("look.1")
    case.complete("find.1", CARE, married=False)
    opened = case.open

    case.complete("look.2")
    case.complete("find.2", CARE, married=True)

    assert opened == ["look.2"]
    assert case.state.rounds == {"search": 2}
    assert case.state.end == "done"


def test_a_stage_that_is_repeated_in_vain_says_what_follows() -> None:
    """After so many rounds as are allowed."""
    case = Case(ROUNDS)

    for number in (1, 2, 3):
        case.complete(f"look.{number}")
        case.complete(f"find.{number}", CARE, married=False)

    assert case.state.end == "stays"


AGAIN = """
stages:
  one:
    steps:
      contact: {by: screener, form: [married?], manual: yes, repeat: {at_most: 9}}
      look: {by: manager, when: not married, otherwise: skip, repeat: {at_most: 3, on: ON}}
      ask: {by: screener, form: [married]}
      open_end: {by: screener}
interrupts:
  moved: {raised_by: [screener]}
  rest: {raised_by: [screener], suspends: one, review: 1 week}
"""


def again(on: str = "[contact.done, interrupt.moved]") -> Case:
    case = Case(AGAIN.replace("ON", on))
    case.complete("ask.1", married=False)
    return case


def contact(case: Case, number: int, **answers: Any) -> None:
    case.do(c.Start(step="contact"))
    case.complete(f"contact.{number}", **answers)


def test_a_step_is_done_again_whenever_something_happens() -> None:
    """After each contact the risk is looked at once more; so often and no more."""
    case = again()
    case.complete("look.1", CARE)

    contact(case, 1)
    first = case.open
    case.complete("look.2", CARE)
    case.do(c.Raise(interrupt="moved"))
    second = case.open
    case.complete("look.3", CARE)
    contact(case, 2)

    assert first == ["look.2", "open_end.1"]
    assert second == ["look.3", "open_end.1"]
    assert case.open == ["open_end.1"]


def test_what_is_open_when_it_happens_is_about_that_too() -> None:
    """Nobody is asked twice for the same."""
    case = again()

    contact(case, 1)
    case.complete("look.1", CARE)

    assert case.open == ["open_end.1"]


def test_what_is_not_wanted_any_more_is_not_done_again() -> None:
    """Its condition holds no longer; it stays done."""
    case = again()
    case.complete("look.1", CARE)

    contact(case, 1, married=True)

    assert case.open == ["open_end.1"]
    assert case.state.steps["look"] == "done"


def test_a_suspended_stage_does_again_what_it_must_when_it_goes_on() -> None:
    """What happened meanwhile is not lost."""
    case = again()
    case.complete("look.1", CARE)
    case.do(c.Raise(interrupt="rest"))
    case.do(c.Raise(interrupt="moved"))
    resting = case.open

    case.do(c.Resolve(interrupt="rest"))

    assert resting == ["rest.1"]
    assert case.open == ["look.2", "open_end.1"]


def test_a_named_clock_begins_something_again_too() -> None:
    """By its name, as in every period."""
    body = AGAIN.replace("ON", "half_year") + "clocks: {half_year: 6 months after case.opened}\n"
    case = Case(body)
    case.complete("ask.1", married=False)
    case.complete("look.1", CARE)

    case.wait(days=190)

    assert "look.2" in case.open


STAGE_ON = """
stages:
  one: {steps: {contact: {by: screener, manual: yes, repeat: {at_most: 9}}, stay: {by: screener}}}
  watch:
    repeat: {at_most: 2, on: contact.done}
    steps:
      look: {by: manager}
"""


def test_a_stage_begins_again_whenever_something_happens() -> None:
    """Once it has ended, and so often as it may."""
    case = Case(STAGE_ON)
    case.complete("look.1", CARE)
    contact(case, 1)
    opened = case.open
    case.complete("look.2", CARE)
    contact(case, 2)

    assert opened == ["look.2", "stay.1"]
    assert case.open == ["stay.1"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (AGAIN.replace("ON", "contact.don"), "there is no moment `contact.don`"),
        (AGAIN.replace("ON", "born"), "there is no moment `born`"),
        (AGAIN.replace("ON", "look.done"), "`look` would set off its own repetition"),
        (AGAIN.replace("ON", "x.done, until: married"), "each time one of its moments comes"),
        (
            STAGE_ON.replace("on: contact.done", "on: look.opened"),
            "`watch` would set off its own repetition",
        ),
        (ROUNDS.replace(", until: married, then: end stays", ""), "add `until:` or `on:`"),
        (
            ROUNDS.replace(", then: end stays", ""),
            "if `until` still does not hold after the last repetition",
        ),
        (
            STAGE_ON.replace(
                "look: {by: manager",
                "look: {hand_over: manager, answer: 2 days, "
                "declined: go on, silent: go on, repeat: {at_most: 2, on: stay.done}",
            ),
            "this step cannot be repeated alone: only work and decisions can",
        ),
    ],
)
def test_what_could_not_begin_again_is_refused(body: str, said: str) -> None:
    """With what to write instead."""
    with refused_with(DefinitionError, match=said):
        pathway(body)


def test_two_that_begin_one_another_again_are_refused() -> None:
    """They would never rest."""
    body = """
stages:
  one:
    steps:
      a: {by: screener, repeat: {at_most: 2, on: b.done}}
      b: {by: screener, repeat: {at_most: 2, on: a.done}}
"""
    with pytest.raises(DefinitionError) as refused:
        pathway(body)

    assert len(refused.value.problems) == 2
