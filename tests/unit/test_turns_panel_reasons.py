"""Each member of a panel says why: its reasons are its own, and nothing goes by them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.errors import Refusal
from engine.facts import FormRecorded
from engine.four_eyes import field_of, kept_as
from engine.proofs import prove
from engine.view import View
from engine.visibility import readable
from tests.factories import CARE, CARE2, DESK, HEAD, REGISTRY, Case, pathway

ROLES = HEAD.replace("data:", "data:\n  reasons: {text}\n  doubts: {text}", 1)
PANEL = """
stages:
  start:
    steps:
      approve:
        panel:
          members: [screener, manager]
          quorum: 2
          agree: all
          MORE
          tied: returned
          no_quorum: returned
        form: [reasons, doubts?]
        decide: {approved: go on, returned: end stays}
        due: 3 days
      letter: {by: manager, after: approve, form: [reasons?]}
    then: end done
"""


def opened(more: str = "") -> Case:
    return Case(PANEL.replace("MORE", more), head=ROLES)


def vote(case: Case, role: str, by: str, *protected: str, outcome: str = "approved") -> None:
    act = c.Complete(task=f"approve.1.{role}", outcome=outcome, protected=protected)
    case.do(act, by, person=f"{by}-1")


def reads(case: Case, agency: str) -> list[str]:
    """Of the values that are kept, those that an agency may read."""
    known = tuple(
        kept_as(case.state.tasks[fact.task], name)
        for fact in case.facts
        if isinstance(fact, FormRecorded)
        for name in fact.protected
    )
    view = View(case.pathway, case.state, case.now, REGISTRY, case.calendars)
    return list(readable(view, known, agency))


def test_no_vote_counts_without_its_reasons() -> None:
    """What may stay unanswered may; what is not asked is refused."""
    case = opened()
    bare = c.Complete(task="approve.1.manager", outcome="approved")
    assert case.refused(bare, CARE) == "wrong_form"
    more = c.Complete(task="approve.1.manager", outcome="approved", protected=("full_name",))
    assert case.refused(more, CARE) == "wrong_form"
    vote(case, "manager", CARE, "reasons", "doubts")
    assert case.task("approve.1.manager").outcome == "approved"


def test_the_record_says_whose_reasons_are_kept_and_not_what_they_are() -> None:
    """One entry a member, with names alone."""
    case = opened()
    vote(case, "manager", CARE, "reasons")
    vote(case, "screener", DESK, "reasons", "doubts")
    forms = [fact for fact in case.facts if isinstance(fact, FormRecorded)]
    assert [(each.task, each.answers, each.protected) for each in forms] == [
        ("approve.1.manager", {}, ("reasons",)),
        ("approve.1.screener", {}, ("doubts", "reasons")),
    ]


def test_each_members_answer_is_kept_by_a_name_of_its_own() -> None:
    """That of any other task goes by the name of its field."""
    case = opened()
    name = kept_as(case.task("approve.1.manager"), "reasons")
    assert name == "reasons approve.1.manager"
    assert field_of(case.state, name) == name, "no vote was cast yet"
    vote(case, "manager", CARE, "reasons")
    assert field_of(case.state, name) == "reasons"
    assert field_of(case.state, "declined approve.1.screener") == "declined approve.1.screener"
    assert kept_as(None, "reasons") == "reasons"


def test_a_member_does_not_read_what_the_others_think_unless_it_is_shown() -> None:
    """Votes are independent; with `shows` members deliberate."""
    case = opened()
    vote(case, "screener", DESK, "reasons")
    assert reads(case, CARE) == []
    case = opened("shows: [reasons]")
    vote(case, "screener", DESK, "reasons", "doubts")
    assert reads(case, CARE) == ["reasons approve.1.screener"]


def test_the_chair_alone_may_read_them() -> None:
    """With `shows_to` one member reads more than the others."""
    body = PANEL.replace("[screener, manager]", "[screener, manager, home]").replace(
        "agree: all", "agree: majority"
    )
    head = ROLES.replace(
        "home: partner @ origin", "home: {type: care, side: host, area: home_country}"
    )
    case = Case(
        body.replace("MORE", "chair: manager\n          shows_to: {manager: [reasons]}"), head=head
    )
    vote(case, "screener", DESK, "reasons")
    assert reads(case, CARE) == ["reasons approve.1.screener"]
    assert case.task("approve.1.home").agency == CARE


def test_who_writes_the_letter_reads_the_reasons_of_all() -> None:
    """A form that names the field asks for it, as with any other, and cover shows it; each has its own, too."""
    case = opened()
    vote(case, "screener", DESK, "reasons")
    vote(case, "manager", CARE, "reasons", "doubts")
    assert case.open == ["letter.1"]
    asked_for = ["reasons approve.1.screener", "reasons approve.1.manager"]
    assert sorted(reads(case, CARE)) == sorted([*asked_for, "doubts approve.1.manager"])
    assert len(reads(case, DESK)) == 3
    assert reads(case, CARE2) == []


def test_what_an_earlier_case_knows_is_no_reason_of_a_member() -> None:
    """Each vote needs reasons of its own."""
    case = opened()
    case.state = replace(case.state, protected=("reasons",), from_before=("reasons",))
    with pytest.raises(Refusal, match=r"form\.not_answered field=reasons"):
        vote(case, "manager", CARE)


def test_a_panel_with_reasons_is_walked_to_its_end() -> None:
    """Each member fills in its form in the walk too."""
    one_end = ROLES.replace(", gone: withdrawn", "")
    assert prove(pathway(PANEL.replace("MORE", ""), one_end)).faults == ()
