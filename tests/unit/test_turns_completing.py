"""A task is done: its form, its outcome, and whether it is done again."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import Refusal
from tests.factories import CARE, DESK, HOME, Case

FORM = """
stages:
  start:
    steps:
      ask:
        by: screener
        form: [full_name, home_country, risk, married?, born?, rooms?, leaves?]
      wait: {by: screener}
    then: end done
"""
FILLED = {"home_country": "NG", "risk": "low"}


def filled(*protected: str, **answers: object) -> c.Complete:
    given = {**FILLED, **answers}
    return c.Complete(
        task="ask.1",
        answers={name: each for name, each in given.items() if each is not None},  # type: ignore[misc]
        protected=protected or ("full_name",),
    )


def test_a_form_is_recorded_and_binds_a_side() -> None:
    """Promise 9: of a protected field the facts say only that it was answered."""
    case = Case(FORM)
    case.do(filled(married=True, born="1990-02-28", rooms=2.5, leaves="2026-04-01T10:00+00:00"))
    assert case.state.protected == ("full_name",)
    assert case.state.data["risk"] == "low"
    assert "full_name" not in case.state.data
    assert case.state.sides == {"host": "GH", "origin": "NG"}


def _wrong(field: str, fault: str) -> str:
    return f"form.wrong field={field} fault=(answer.{fault})"


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({"risk": None}, "form.not_answered field=risk"),
        ({"risk": "hihg"}, _wrong("risk", "one_of words=[low, medium, high]")),
        ({"home_country": "Nigeria"}, _wrong("home_country", "country")),
        ({"home_country": "ÄÖ"}, _wrong("home_country", "country")),
        ({"married": "yes"}, _wrong("married", "yes_no")),
        ({"born": "28.2.1990"}, _wrong("born", "date")),
        ({"born": "20260228"}, _wrong("born", "date")),
        ({"born": "0026-02-28"}, _wrong("born", "date")),
        ({"rooms": "two"}, _wrong("rooms", "number")),
        ({"rooms": True}, _wrong("rooms", "number")),
        ({"rooms": float("nan")}, _wrong("rooms", "number")),
        ({"leaves": "2026-04-01T10:00"}, _wrong("leaves", "datetime")),
        ({"leaves": "2026-04-01T10.45+00:00"}, _wrong("leaves", "datetime")),
        ({"leaves": "2026-04-01 10:45:00.5+00:00"}, _wrong("leaves", "datetime")),
        ({"leaves": "2026-W14-3T10:45+00:00"}, _wrong("leaves", "datetime")),
        ({"shoe_size": 40}, "form.not_asked field=shoe_size"),
        ({"full_name": "somebody"}, "form.protected field=full_name"),
    ],
)
def test_a_wrong_form_is_refused_with_what_is_wrong(answers: dict[str, object], fault: str) -> None:
    """Promise 9: never with what was answered."""
    case = Case(FORM)
    with pytest.raises(Refusal) as caught:
        case.do(filled(**answers))
    assert str(caught.value) == f"refused.wrong_form faults=[({fault})]"
    assert "somebody" not in str(caught.value)
    assert case.state.data == {}


def test_all_faults_of_a_form_are_named_at_once() -> None:
    """A person mends it in one go."""
    case = Case(FORM)
    with pytest.raises(Refusal, match=r"field=risk .*, .*field=rooms "):
        case.do(filled(risk="x", rooms="y"))
    assert case.refused(filled("risk")) == "wrong_form"


def test_a_side_is_not_bound_to_another_country_in_passing() -> None:
    """That needs a decision of its own."""
    case = Case(FORM.replace("wait: {by: screener}", "wait: {by: screener, form: [home_country]}"))
    case.do(filled())
    answer = c.Complete(task="wait.1", answers={"home_country": "TG"})
    assert case.refused(answer) == "side_bound"


DECISION = """
stages:
  start:
    steps:
      weigh: {by: manager, decide: {stay: end stays, go: go on, unsure: tell screener}}
      next: {by: screener, after: weigh, when: decision.weigh = go, otherwise: skip}
    then: end done
"""


def test_a_decision_has_one_of_its_outcomes() -> None:
    """Each with its consequence; conditions see it."""
    case = Case(DECISION)
    assert case.refused(c.Complete(task="weigh.1"), CARE) == "wrong_outcome"
    assert case.refused(c.Complete(task="weigh.1", outcome="leave"), CARE) == "wrong_outcome"
    case.do(c.Complete(task="weigh.1", outcome="go"), CARE)
    assert case.state.decisions == {"weigh": "go"}
    assert case.open == ["next.1"]
    assert case.refused(c.Complete(task="next.1", outcome="go")) == "wrong_outcome"
    other = Case(DECISION)
    other.do(c.Complete(task="weigh.1", outcome="stay"), CARE)
    assert other.state.end == "stays"


REPEAT = """
stages:
  start:
    steps:
      look:
        by: manager
        form: [risk]
        repeat: {at_most: 3, until: risk = low, then: end stays}
      more: {by: manager, manual: yes, repeat: {at_most: 2}, when: risk < high, otherwise: skip}
      also: {by: manager, manual: yes, after: look}
      last: {by: screener, after: look}
    then: end done
  closed:
    after: start
    steps:
      never: {by: screener}
      here: {by: screener, manual: yes}
"""


def test_a_step_is_repeated_until_its_condition_holds() -> None:
    """Each time a task of its own."""
    case = Case(REPEAT)
    case.complete("look.1", CARE, risk="high")
    case.complete("look.2", CARE, risk="low")
    assert case.state.steps["look"] == "done"
    assert case.state.runs["look"] == 2


def test_a_step_is_repeated_at_most_so_often() -> None:
    """Then the other thing follows."""
    case = Case(REPEAT)
    for number in (1, 2, 3):
        case.complete(f"look.{number}", CARE, risk="high")
    assert case.state.end == "stays"


def test_a_manual_step_opens_on_request_as_often_as_it_may() -> None:
    """Each refusal has its own word."""
    case = Case(REPEAT)
    assert case.refused(c.Start(step="more"), HOME) == "not_allowed"
    assert case.refused(c.Start(step="last"), DESK) == "not_found"
    assert case.refused(c.Start(step="other"), DESK) == "not_found"
    assert case.refused(c.Start(step="here"), DESK) == "not_open"
    assert case.refused(c.Start(step="more"), DESK) == "condition"
    assert case.refused(c.Start(step="also"), DESK) == "too_early"
    case.complete("look.1", CARE, risk="low")
    case.do(c.Start(step="more"), CARE)
    assert case.refused(c.Start(step="more"), DESK) == "open_already"
    case.complete("more.1", CARE)
    case.do(c.Start(step="more"), CARE)
    case.complete("more.2", CARE)
    assert case.refused(c.Start(step="more"), DESK) == "used_up"
