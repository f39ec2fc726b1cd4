"""Ends in form: a closing task, an approval, then the end."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.choices import choices
from engine.facts import CaseEnded, EndKnown
from engine.proofs.walk import Walk
from tests.factories import CARE, DESK, HEAD, Case, pathway

LONG = HEAD.replace(
    "stays: neutral",
    "stays: {kind: neutral, form: [risk, rooms when risk = high], by: manager,"
    " approved_by: screener}, plain: {kind: neutral, form: [risk?]}",
)
BODY = """
stages:
  main:
    steps:
      talk: {by: screener, decide: {good: go on, over: end stays, leaves: end gone, easy: end plain}}
      pack: {by: manager}
  care:
    outlives_end: [stays]
    steps:
      visit: {by: manager, decide: {well: go on, over: end done}}
interrupts:
  dies: {raised_by: screener, then: end gone}
  stops: {raised_by: screener, then: end stays}
"""


def closing(outcome: str = "over", body: str = BODY) -> Case:
    case = Case(body, head=LONG)
    case.do(c.Complete(task="talk.1", outcome=outcome))
    return case


def closed(by: str = "staff-1") -> Case:
    """The closing is done, and waits for its approval."""
    case = closing()
    case.do(c.Complete(task="stays.1", answers={"risk": "low"}), CARE, person=by)
    return case


def test_all_else_is_withdrawn_and_who_closes_the_case_has_a_task() -> None:
    """The case has no end yet; what outlives the end goes on."""
    case = closing()
    assert (case.state.status, case.state.end, case.state.closing) == ("open", "", "stays")
    assert case.open == ["stays.1", "visit.1"]
    assert case.task("stays.1").agency == CARE
    assert case.state.stages == {"main": "closed", "care": "open"}
    assert "no_longer_needed" in case.told(CARE)


def test_the_closing_is_a_form_like_any_other() -> None:
    """What is asked must be answered, and what is not asked is refused."""
    case = closing()
    assert case.refused(c.Complete(task="stays.1"), CARE) == "wrong_form"
    half = c.Complete(task="stays.1", answers={"risk": "high"})
    assert case.refused(half, CARE) == "wrong_form"
    assert case.refused(c.Complete(task="stays.1", answers={"risk": "low"}), DESK) == "not_yours"
    case.complete("stays.1", CARE, risk="high", rooms=1)
    assert case.open == ["stays.1.approval", "visit.1"]
    assert case.state.data["rooms"] == 1


def test_the_end_comes_with_the_approval() -> None:
    """Here it is known, since a stage outlives it; then the case closes with that stage."""
    case = closed()
    case.do(c.Complete(task="stays.1.approval", outcome="approved"))
    assert (case.state.status, case.state.end, case.state.closing) == ("open", "stays", "")
    case.do(c.Complete(task="visit.1", outcome="well"), CARE)
    assert (case.state.status, case.state.end) == ("ended", "stays")
    assert sum(isinstance(each, EndKnown) for each in case.facts) == 1


def test_what_is_returned_is_closed_again() -> None:
    """As often as it takes."""
    case = closed()
    case.do(c.Complete(task="stays.1.approval", outcome="returned"))
    assert case.open == ["stays.2", "visit.1"]
    case.complete("stays.2", CARE, risk="low")
    assert case.open == ["stays.2.approval", "visit.1"]
    assert case.refused(c.Complete(task="stays.2.approval")) == "wrong_outcome"


def test_nobody_approves_their_own_work() -> None:
    """A colleague may; who returns it approves nothing."""
    case = closed(by="staff-7")
    case.do(c.Reassign(task="stays.1.approval", agency=DESK))
    case.do(c.Complete(task="stays.1.approval", outcome="returned"))
    case.do(c.Reassign(task="stays.2", agency=DESK))
    case.do(c.Complete(task="stays.2", answers={"risk": "low"}), person="staff-7")
    approve = c.Complete(task="stays.2.approval", outcome="approved")
    assert case.refused(approve, person="staff-7") == "same_person"
    case.do(approve, person="staff-8")
    assert case.state.end == "stays"


@pytest.mark.parametrize(("closer", "approver"), [("", ""), ("staff-7", ""), ("", "staff-8")])
def test_who_names_nobody_is_not_taken_for_a_colleague(closer: str, approver: str) -> None:
    """One agency does both: it may have been one person. Another agency approves it."""
    case = closing()
    case.do(c.Reassign(task="stays.1", agency=DESK))
    case.do(c.Complete(task="stays.1", answers={"risk": "low"}), person=closer)
    approve = c.Complete(task="stays.1.approval", outcome="approved")
    assert case.refused(approve, person=approver) == "same_person"
    case.do(c.Complete(task="stays.1.approval", outcome="returned"), person=approver)
    case.do(c.Complete(task="stays.2", answers={"risk": "low"}), CARE, person=closer)
    case.do(c.Complete(task="stays.2.approval", outcome="approved"), person=approver)
    assert case.state.end == "stays"


def test_without_an_approval_the_end_follows_the_closing() -> None:
    """The responsible agency closes a case where nobody else is named."""
    case = closing("easy")
    assert case.open == ["plain.1"]
    assert case.task("plain.1").agency == DESK
    case.complete("plain.1")
    assert (case.state.status, case.state.end) == ("ended", "plain")


@pytest.mark.parametrize("after", [closing, closed])
def test_who_dies_meanwhile_needs_no_approval(after: object) -> None:
    """An end that concerns the whole case takes the place of the one that it was to have."""
    case = after()  # type: ignore[operator]
    case.do(c.Raise(interrupt="dies"))
    assert (case.state.status, case.state.end, case.state.closing) == ("ended", "gone", "")
    assert case.open == []
    assert [each.end for each in case.facts if isinstance(each, CaseEnded)] == ["gone"]


def test_the_same_end_again_changes_nothing() -> None:
    """The closing that is under way stands."""
    case = closed()
    case.do(c.Raise(interrupt="stops"))
    assert case.open == ["stays.1.approval", "visit.1"]


def test_an_end_from_a_stage_that_goes_on_ends_that_stage_alone() -> None:
    """As where the end is known already."""
    case = closing()
    case.do(c.Complete(task="visit.1", outcome="over"), CARE)
    assert case.open == ["stays.1"]
    assert case.state.closing == "stays"


def test_nothing_new_opens_while_a_case_is_being_closed() -> None:
    """Neither by itself nor against the rules."""
    body = BODY.replace(
        "  care:", "  later:\n    after: main\n    steps: {rest: {by: screener}}\n  care:"
    )
    case = closing(body=body)
    assert "later" not in case.state.stages
    case.wait(days=40)
    assert case.open == ["stays.1", "visit.1"]


def test_whoever_plays_an_agency_can_close_a_case() -> None:
    """The closing, then its outcomes."""

    def nothing(*_: object) -> None:
        return None

    case = closed()
    whats = [str(each.what) for each in choices(case.view, nothing) if each.owed]
    assert "finding.way.outcome step=stays outcome=approved" in whats
    assert "finding.way.outcome step=stays outcome=returned" in whats


def test_the_walk_of_check_closes_cases_too() -> None:
    """An end that is only reached by way of its closing is reached."""
    walk = Walk(pathway(BODY, LONG))
    assert {each.state.end for each in walk.found.values()} >= {"stays", "plain", "gone"}
    assert walk.complete
