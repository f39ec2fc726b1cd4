"""Forms whose fields are asked only where a condition holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine import commands as c
from engine.choices import choices
from engine.definition import DataField
from engine.errors import DefinitionError, Refusal
from engine.forms import check_protected
from engine.proofs.answers import Answers
from engine.records import STATES
from engine.state import Answer, HandOver, State, Task
from tests.factories import CARE, HEAD, MONDAY, Case, pathway
from tests.told import refused_with

FORM = """
stages:
  start:
    steps:
      ask:
        by: screener
        form:
          - risk?
          - married when risk = high
          - full_name when married
          - rooms? when married
          - born when not married
      wait: {by: screener}
    then: end done
"""
REQUEST = """
stages:
  start:
    steps:
      ask:
        hand_over: manager
        answers: [risk, rooms when risk = high]
        answer: 2 days
        declined: end stays
        silent: tell manager
    then: end done
"""


@pytest.mark.parametrize(
    ("answers", "protected", "fault"),
    [
        ({"risk": "high"}, (), "form.not_answered field=married"),
        ({"risk": "high", "married": True}, (), "form.not_answered field=full_name"),
        ({"risk": "high", "married": False}, (), "form.not_answered field=born"),
        ({"risk": "low", "married": True}, (), "form.not_asked_now field=married"),
        (
            {"risk": "high", "married": False, "born": "1990-01-01", "rooms": 2},
            (),
            "form.not_asked_now field=rooms",
        ),
        (
            {"risk": "high", "married": False, "born": "1990-01-01"},
            ("full_name",),
            "form.not_asked_now field=full_name",
        ),
        (
            {"risk": "hihg", "married": True},
            ("full_name",),
            "form.wrong field=risk fault=(answer.one_of words=[low, medium, high])",
        ),
    ],
)
def test_a_field_is_asked_where_its_condition_holds_and_only_there(
    answers: dict[str, Answer], protected: tuple[str, ...], fault: str
) -> None:
    """Required where it holds, refused where it does not; all faults of a form are told at once."""
    case = Case(FORM)
    with pytest.raises(Refusal) as refused:
        case.do(c.Complete(task="ask.1", answers=answers, protected=protected))
    assert refused.value.reason == "wrong_form"
    assert fault in str(refused.value)


@pytest.mark.parametrize(
    "answers", [{}, {"risk": "low"}, {"married": False, "born": "1990-01-01"}, {"rooms": 1}]
)
def test_a_field_whose_condition_is_not_known_may_stay_unanswered(
    answers: dict[str, Answer],
) -> None:
    """The same three values as everywhere: what is not known is neither yes nor no."""
    case = Case(FORM)
    case.do(c.Complete(task="ask.1", answers=answers))
    assert case.state.data == answers


def test_what_the_case_knows_already_counts_as_well() -> None:
    """A condition reads earlier answers where the form does not answer them again."""
    first = FORM.replace("      ask:", "      before: {by: screener, form: [risk]}\n      ask:")
    case = Case(first.replace("        form:", "        after: before\n        form:", 1))
    case.complete("before.1", risk="high")
    assert case.refused(c.Complete(task="ask.1")) == "wrong_form"


def test_the_yes_to_a_request_is_such_a_form_too() -> None:
    """`answers` is written as `form` is."""
    case = Case(REQUEST)
    accept = c.AcceptHandOver(hand_over="ask.1", answers={"risk": "high"})
    assert case.refused(accept, CARE) == "wrong_form"
    case.do(c.AcceptHandOver(hand_over="ask.1", answers={"risk": "high", "rooms": 2}), CARE)
    assert case.state.data["rooms"] == 2


def test_whoever_plays_an_agency_answers_only_what_is_asked() -> None:
    """The one list of choices serves simulations and the walk of `check`."""

    def fill(_about: Task | HandOver, name: str, field: DataField) -> Answer:
        given: dict[str, Answer] = {"risk": "high", "married": False, "born": "1990-01-01"}
        return given.get(name, 3)

    case = Case(FORM)
    act = next(each.act for each in choices(case.view, fill))
    expected: dict[str, Answer] = {"risk": "high", "married": False, "born": "1990-01-01"}
    assert act == c.Complete(task="ask.1", answers=expected)


def test_a_walk_tries_the_ways_to_fill_in_a_form_that_may_be() -> None:
    """No way answers what is not asked, none leaves out what is."""
    trial = pathway(FORM)
    ways, complete = Answers(trial).forms(
        trial.steps["ask"].form, State(), frozenset(trial.definition.data)
    )
    assert complete
    for way in ways:
        assert way["married"] is None or way["risk"] != "low"
        assert way["married"] is not None or way["risk"] != "high"
        assert way["full_name"] is None or way["married"] is not False
    assert {way["married"] for way in ways if way["risk"] == "high"} == {True, False}


SEVERAL = HEAD.replace(
    "  rooms: {number}",
    "  rooms: {number}\n  needs: {choice: [bed, food, doctor], many}\n  agreed: {signature}"
    "\n  names: {text, many}",
)
SIGNED = """
stages:
  start:
    steps:
      ask: {by: screener, form: [needs?, names?, agreed]}
      act: {by: screener, after: ask, when: agreed = person, otherwise: skip,
        due: 3 days after agreed.signed}
    then: end done
"""


def test_several_values_are_kept_in_their_order() -> None:
    """However they come: what a command says, its facts and the state are the same."""
    case = Case(SIGNED, head=SEVERAL)
    needs: Any = ["food", "bed"]
    case.do(c.Complete(task="ask.1", answers={"needs": needs, "agreed": "staff"}))
    assert case.state.data["needs"] == ("food", "bed")
    assert STATES.decode(STATES.encode(case.state)) == case.state


@pytest.mark.parametrize(
    ("needs", "fault"),
    [
        ("bed", "list"),
        ((), "list"),
        (("bed", "bed"), "twice"),
        (("bed", "car"), "among fault=(answer.one_of words=[bed, food, doctor])"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(needs: Answer, fault: str) -> None:
    """Each of its values must fit, and stand once."""
    case = Case(SIGNED, head=SEVERAL)
    with pytest.raises(Refusal) as refused:
        case.do(c.Complete(task="ask.1", answers={"needs": needs, "agreed": "staff"}))
    wrong = f"form.wrong field=needs fault=(answer.{fault})"
    assert str(refused.value) == f"refused.wrong_form faults=[({wrong})]"


def test_a_signature_says_who_and_when() -> None:
    """Who is a choice that conditions read; when is a moment that periods count from, and what an
    agency owes for it from when it is told."""
    case = Case(SIGNED, head=SEVERAL)
    act = c.Complete(task="ask.1", answers={"agreed": "person"})
    case.do(act, days=1, occurred=MONDAY)
    assert case.moment("agreed.signed") == MONDAY
    assert case.task("act.1").due_at == datetime(2026, 3, 6, 23, 59, 59, tzinfo=UTC)
    wrong = Case(SIGNED, head=SEVERAL)
    assert wrong.refused(c.Complete(task="ask.1", answers={"agreed": "me"})) == "wrong_form"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("{choice: [a, b], ordered, many}", "`ordered` needs a single value"),
        ("{country, many, binds: origin}", "`binds` needs a single value"),
        ("{signature, many}", "`signature` needs a single value"),
        ("{signature, protected}", "a signature says who signed and when"),
    ],
)
def test_words_that_do_not_go_together_are_refused(field: str, said: str) -> None:
    """A field with several values is no order and no side; a signature is nothing protected."""
    head = HEAD.replace("  rooms: {number}", f"  rooms: {{number}}\n  other: {field}")
    with refused_with(DefinitionError, match=said):
        Case(FORM, head=head)


def test_a_condition_asks_of_several_values_only_whether_they_are_known() -> None:
    """A list is none of its values."""
    body = SIGNED.replace("agreed = person", "needs = bed")
    with refused_with(DefinitionError, match="it holds several values"):
        Case(body, head=SEVERAL)
    Case(SIGNED.replace("agreed = person", "needs.answered"), head=SEVERAL)


BLANKS = """
stages:
  start:
    steps:
      ask: {by: screener, form: [risk?, born?, home_country?, married?, rooms?]}
      wait: {by: screener}
    then: end done
"""


@pytest.mark.parametrize("name", ["risk", "born", "home_country", "married", "rooms"])
def test_blanks_are_no_answer_of_any_type(name: str) -> None:
    """They are told as wrong; an empty answer is none, and is not kept."""
    case = Case(BLANKS)
    for blank in (" ", "\u200b"):
        with pytest.raises(Refusal, match=f"form.wrong field={name}"):
            case.do(c.Complete(task="ask.1", answers={name: blank}))
    case.do(c.Complete(task="ask.1", answers={name: ""}))
    assert name not in case.state.data
    assert "origin" not in case.state.sides


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u202e\n\t", "\xa0"])
def test_a_text_in_which_nothing_is_seen_is_no_answer(blank: str) -> None:
    with pytest.raises(Refusal, match=r"form.not_answered field=full_name"):
        check_protected(pathway(BLANKS), {"full_name": blank})


@pytest.mark.parametrize("text", ["\U0001fae9", "\ue000", "\u0301", "a\nb", "\u0639"])
def test_a_text_in_which_something_is_seen_is_one(text: str) -> None:
    """Whether or not this Python knows the character already."""
    check_protected(pathway(BLANKS), {"full_name": text})
