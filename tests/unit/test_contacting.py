"""How a person may be reached: by a safe way or by none, and through a guardian where there has to be one."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.contacting import reach
from engine.state import Answer
from engine.visibility import may_read, readable
from tests.factories import CARE, DESK, Case

FIELDS = """
roles:
  screener: desk @ host
  manager: care @ host
data:
  age: {choice: [child, adult, disputed]}
  way: {choice: [call, message, visit], safe_contact}
  words: {text, safe_contact}
  receipt: {signature}
ends: {done: success, stays: neutral}
"""
HEAD = "pathway: trial\nversion: 1\ntitle: A trial\neffective: 2026-01-01\nsides: [host]\n" + FIELDS
CONSENTS = """follow: {to: manager, guardian: age != adult, shows: [way, words], ask: "May we call you?"}"""
BODY = """
bases:
  law: {ground: statutory, source: The law, to: [manager], shows: [age, receipt]}
stages:
  start:
    steps:
      ask: {by: screener, form: [age?, way?, words?]}
      agree: {by: screener, after: ask, consent: follow, refused: go on}
      call: {by: manager, after: agree, contacts: yes}
      plan: {by: manager, after: agree}
      hand_out: {by: manager, after: agree, serves: receipt, form: [age?, receipt]}
    then: end done
"""


def case(age: str = "adult", protected: tuple[str, ...] = ("way", "words")) -> Case:
    """Somebody is asked how they may be reached, and has agreed to that being told."""
    begun = Case(BODY, head=HEAD, consents=CONSENTS)
    begun.do(c.Complete(task="ask.1", answers={"age": age}, protected=protected))
    return begun


def agreed(begun: Case) -> Case:
    giver = "person" if begun.state.data["age"] == "adult" else "guardian"
    view = "" if giver == "person" else "agrees"
    begun.do(c.RecordConsent(task="agree.1", given=True, giver=giver, view=view))
    return begun


@pytest.mark.parametrize(("age", "whom"), [("adult", "person"), ("disputed", "guardian")])
def test_whoever_is_to_get_in_touch_reads_how_and_whom_with_its_task(age: str, whom: str) -> None:
    """The safe way comes with the tasks that are about it, and with no other."""
    begun = agreed(case(age))
    task, other = begun.task("call.1"), begun.task("plan.1")
    assert (reach(begun.view, CARE, task), reach(begun.view, CARE, other)) == (whom, None)
    assert may_read(begun.view, CARE, task) == ("way", "words")
    assert may_read(begun.view, CARE, other) == ()
    begun.do(c.Complete(task="call.1"), CARE)
    begun.do(c.Complete(task="hand_out.1", answers={"receipt": whom}), CARE)
    assert readable(begun.view, ("way", "words"), CARE) == ()


def test_nobody_is_reached_where_no_safe_way_is_known() -> None:
    """The default is none."""
    begun = agreed(case(protected=()))
    assert reach(begun.view, CARE, begun.task("call.1")) == "nobody"


def test_nobody_is_reached_by_who_may_not_read_how() -> None:
    """The way is the person's: without a yes that shows it, an agency gets in touch with nobody."""
    begun = case()
    begun.do(c.RecordConsent(task="agree.1", given=False, giver="person"))
    assert begun.task("call.1").agency == CARE
    assert reach(begun.view, CARE, begun.task("call.1")) == "nobody"
    assert reach(begun.view, DESK, begun.task("call.1")) == "person"


@pytest.mark.parametrize(
    ("age", "served", "why"),
    [
        ("child", "person", "answer.served_on_guardian"),
        ("disputed", "person", "answer.served_on_guardian"),
        ("adult", "guardian", "answer.served_on_person"),
        ("child", "guardian", ""),
        ("child", "staff", ""),
        ("adult", "person", ""),
    ],
)
def test_nothing_is_served_on_a_child(age: str, served: str, why: str) -> None:
    """Whoever may be a child is one; a guardian receives it, or staff of who represents the child."""
    begun = agreed(case(age))
    act = c.Complete(task="hand_out.1", answers={"receipt": served})
    if why:
        assert why in begun.why_refused(act, CARE)
    else:
        begun.do(act, CARE)
        assert begun.state.data["receipt"] == served


def test_who_receives_it_follows_from_what_the_same_form_says_of_the_age() -> None:
    """What stands above in the form counts already."""
    begun = agreed(case("adult"))
    answers: dict[str, Answer] = {"age": "child", "receipt": "person"}
    assert "served_on_guardian" in begun.why_refused(
        c.Complete(task="hand_out.1", answers=answers), CARE
    )
