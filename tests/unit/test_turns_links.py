"""Cases that belong together: what each keeps of the other, and who is told of an alert."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.acts.linking import alert_is_heard
from engine.acts.looking import IdentitySeen
from engine.facts import NoticeOwed
from tests.factories import CARE, DESK, HEAD, Case

BODY = """
stages:
  start:
    steps:
      look: {by: manager}
      wait: {by: screener}
"""
OTHER = "2222-3333"


def linked() -> Case:
    case = Case(BODY)
    case.do(c.Link(case=OTHER, word="sibling", agreed=True))
    return case


def test_a_case_keeps_the_code_of_another_and_what_its_person_is() -> None:
    """Nothing else of it."""
    case = linked()
    assert case.state.links == {OTHER: "sibling"}
    assert not case.state.proposals
    case.do(c.Unlink(case=OTHER))
    assert case.state.links == {}


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (c.Link(case=OTHER, word="witness"), "linked_already"),
        (c.Link(case="4444-5555", word="friend"), "unknown_link"),
        (c.Link(case="7K2F-9QXM", word="sibling"), "same_case"),
        (c.Unlink(case="4444-5555"), "not_linked"),
    ],
)
def test_a_link_that_makes_no_sense_is_refused(act: c.Act, reason: str) -> None:
    """With its reason."""
    assert linked().refused(act) == reason


def test_whoever_is_at_work_is_told_of_an_alert_in_a_linked_case() -> None:
    """Each once, under the code of the case that they know."""
    case = linked()
    case.do(c.Hear(case=OTHER), "")
    assert (case.told(DESK), case.told(CARE)) == (["attention"], ["attention"])
    assert alert_is_heard(case.last)


def test_who_is_shut_out_of_either_case_hears_nothing() -> None:
    """Prohibited in this one, or in the one where it happened."""
    case = linked()
    case.do(c.Hear(case=OTHER, without=(CARE,)), "")
    assert case.told(CARE) == []
    case.do(c.Prohibit(agency=CARE))
    case.do(c.Hear(case=OTHER), "")
    assert case.told(CARE) == []


def test_an_alert_that_reaches_nobody_is_not_told_by_another_notice() -> None:
    """Whatever that one says."""
    words = NoticeOwed(
        number=1, agency=DESK, kind="attention", about="case", label="Look at a linked case"
    )
    case = linked()
    case.do(c.Hear(case=OTHER, without=(DESK, CARE)), "")
    assert not alert_is_heard((*case.last, words))


def test_a_case_that_is_not_linked_any_more_hears_nothing() -> None:
    """The link was a mistake, or is gone."""
    assert linked().refused(c.Hear(case="4444-5555"), "") == "not_linked"


def test_whoever_takes_along_what_is_known_has_seen_it() -> None:
    """What cover shows to it, and what its own tasks ask for unless it is responsible for the case; nothing is no
    look."""
    body = """
stages:
  start:
    steps:
      look: {by: manager, form: [full_name]}
      wait: {by: screener}
"""
    case = Case(
        body,
        head=HEAD.replace("full_name: {text", "address: {text, protected}\n  full_name: {text"),
    )

    def seen(by: str, *known: str) -> list[tuple[str, ...]]:
        case.do(c.Follow(case=OTHER, known=known), by)
        return [fact.fields for fact in case.last if isinstance(fact, IdentitySeen)]

    assert seen(CARE, "full_name", "address") == [("full_name",)]
    assert seen(DESK, "full_name", "address") == [("full_name", "address")]
    assert seen(CARE, "address") == []
    assert case.state.links == {OTHER: "later"}
