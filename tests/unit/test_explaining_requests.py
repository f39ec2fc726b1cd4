"""What an explanation says of a no: of a request, of who gave one up, and of a task that is still owed."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.explaining.reasons import Explanation
from tests.explained import awaited, why
from tests.factories import CARE, CARE2, Case
from wording.sentences import in_words

ASKED_OF_TWO = """
stages:
  start:
    steps:
      refer: {hand_over: manager, answer: 5 days, declined: "next receiver, at most 2", silent: "next receiver, at most 2"}
      wait: {by: screener}
      look: {by: screener, after: refer}
      later: {by: manager, after: [refer, wait]}
    then: end done
"""


def because(found: Explanation) -> list[str]:
    return [in_words(each.said) for each in found.because]


def turned_down() -> Case:
    """Two said no, and the responsible agency gave it up."""
    case = Case(ASKED_OF_TWO)
    case.do(c.DeclineHandOver(hand_over="refer.1", reason="no_capacity"), CARE)
    case.do(c.DeclineHandOver(hand_over="refer.2", reason="conflict_of_interest"), CARE2)
    case.do(c.Complete(task="refer.2.chase1", outcome="give_up"))
    return case


def test_a_request_that_was_turned_down_reads_who_declined_it_and_who_gave_it_up() -> None:
    """Wherever the step is named: `done` would sound as if somebody had said yes."""
    case = turned_down()
    said = (
        "declined by GH-CARE (no capacity); declined by GH-CARE2 (conflict of interest);"
        " given up by GH-DESK"
    )
    assert in_words(why(case, "refer").is_now) == said
    assert f"it comes after refer: {said}" in because(why(case, "look"))
    assert in_words(why(case, "refer.1").is_now) == (
        "request from GH-DESK to GH-CARE, declined (no capacity)"
    )


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (c.AcceptHandOver(hand_over="refer.2"), "taken back from GH-CARE; accepted by GH-CARE2"),
        (
            c.DeclineHandOver(hand_over="refer.2", reason="other"),
            "taken back from GH-CARE; declined by GH-CARE2 (other); given up by GH-DESK",
        ),
    ],
)
def test_each_receiver_is_named_with_what_became_of_its_request(act: c.Act, said: str) -> None:
    """Who was silent too: somebody else was asked in its place."""
    case = Case(ASKED_OF_TWO)
    case.wait(days=6)
    case.do(act, CARE2)
    if "refer.2.chase1" in case.open:
        case.do(c.Complete(task="refer.2.chase1", outcome="give_up"))
    assert in_words(why(case, "refer").is_now) == said


def test_an_agency_reads_of_its_own_request_alone() -> None:
    """Who else was asked, and what they said, is not for it."""
    case = Case(ASKED_OF_TWO.replace("answer: 5 days", "responsibility: stays, answer: 5 days"))
    case.do(c.DeclineHandOver(hand_over="refer.1", reason="no_capacity"), CARE)
    case.do(c.AcceptHandOver(hand_over="refer.2"), CARE2)
    assert in_words(why(case, "refer", CARE2).is_now) == "accepted by GH-CARE2"


def test_the_end_of_a_case_tells_how_a_request_came_to_nothing() -> None:
    """In place of the status of the last one."""
    case = Case(ASKED_OF_TWO.replace('"next receiver, at most 2", silent', "end stays, silent"))
    case.do(c.DeclineHandOver(hand_over="refer.1", reason="unsafe"), CARE)
    assert case.state.end == "stays"
    assert "what led to that end: step refer was done: declined by GH-CARE (unsafe)" in because(
        why(case)
    )


ALONE = """
stages:
  start:
    steps:
      rule: {by: manager, passes_on: no, due: 3 days}
      write: {by: manager, after: rule}
    then: end done
"""
STILL_OWED = "rule.1, declined by GH-CARE (no capacity), which still has to do it"


def kept() -> Case:
    """The one agency that may do it has said no."""
    case = Case(ALONE)
    case.do(c.Decline(task="rule.1", reason="no_capacity"), CARE)
    return case


def test_a_no_that_passes_on_to_nobody_is_told_with_who_still_owes_it() -> None:
    """Of the step, its task, what comes after it, and the case."""
    case = kept()
    no = STILL_OWED.removeprefix("rule.1, ")
    assert in_words(why(case, "rule").is_now) == f"open: {STILL_OWED}"
    assert f"{no}: no other agency may do rule" in because(why(case, "rule.1"))
    assert awaited(why(case, "write")) == [f"it comes after rule (open: rule.1, {no})"]
    assert f"rule.1 {no}: Rule" in awaited(why(case))


def test_a_no_is_not_told_of_another_agency_to_which_it_was_reassigned() -> None:
    """Who has it now has said nothing, and who declined owes nothing any more."""
    case = kept()
    case.do(c.Reassign(task="rule.1", agency=CARE2))
    assert in_words(why(case, "rule").is_now) == "open: rule.1"
    assert not any("declined" in each for each in because(why(case, "rule.1")))


def test_of_a_finished_step_no_no_is_told() -> None:
    """Its agency has done it after all."""
    case = kept()
    case.do(c.Complete(task="rule.1"), CARE)
    assert in_words(why(case, "rule").is_now) == "done"
    assert not any("still has to do it" in each for each in because(why(case, "rule.1")))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "it was passed on to GH-CARE2: declined by the agency that had it before (no capacity)",
        ),
        (
            "fr",
            "transmis à GH-CARE2\N{NO-BREAK SPACE}: l'organisme qui l'avait l'a refusé (plus de place)",
        ),
        ("pt", "passou para GH-CARE2: a entidade que a tinha recusou-a (sem capacidade)"),
    ],
)
def test_why_a_task_was_passed_on_is_said_in_the_language_of_who_reads(
    language: str, said: str
) -> None:
    """The log keeps it as a word of its own."""
    case = Case("stages: {start: {steps: {plan: {by: manager}}, then: end done}}")
    case.do(c.Decline(task="plan.1", reason="no_capacity"), CARE)
    reasons = why(case, "plan.1").because
    assert said in [in_words(each.said, language) for each in reasons]


def test_a_task_that_was_given_away_reads_by_whom() -> None:
    """`reassigned` is the word of the log."""
    case = Case("stages: {start: {steps: {plan: {by: manager}}, then: end done}}")
    case.do(c.Reassign(task="plan.1", agency=CARE2))
    assert "it was passed on to GH-CARE2: the responsible agency reassigned it" in because(
        why(case, "plan.1")
    )
