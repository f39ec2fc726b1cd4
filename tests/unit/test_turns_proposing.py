"""Links and merges that the agency of another case has to agree to, seen from either case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from engine import both_cases
from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.links import LinkWord, Proposal
from engine.statuses import ProposalStatus
from engine.view import View
from tests.factories import CARE, DESK, HEAD, HOME, MONDAY, Case

OWN, OTHER = "7K2F-9QXM", "2222-3333"
BODY = """
stages:
  start:
    steps:
      look: {by: manager, form: [full_name]}
      ask_family: {by: screener, consent: family, refused: go on}
      ask_care: {by: screener, consent: tell_care, refused: go on}
"""
CONSENTS = "tell_care: {to: manager, ask: May we?}\n  family: {ask: May we?}"
NEEDS = "links: {answer: 3 days, needs: {sibling: consent.family, same_person: consent.family}, brings: [full_name]}"
LINK = c.Link(case=OTHER, word="sibling")


def plain() -> Case:
    """Its pathway does not ask the person about links."""
    return Case(BODY, consents=CONSENTS)


def asking(*, given: bool = True, needs: str = NEEDS) -> Case:
    case = Case(BODY, head=f"{HEAD.rstrip()}\n{needs}\n", consents=CONSENTS)
    if given:
        case.do(c.RecordConsent(task="ask_family.1", given=True))
    return case


def asked(word: LinkWord = "sibling", *, consented: bool = False) -> c.BeAsked:
    """What another case proposes, as it has it."""
    proposal = Proposal(
        word=word,
        status=ProposalStatus.WAITING,
        at=MONDAY,
        answer_by=MONDAY + timedelta(days=3),
        brings=("full_name",) if word == "same_person" else (),
        is_consented=consented,
    )
    return c.BeAsked(case=OTHER, proposal=proposal)


def view(case: Case) -> View:
    return View(case.pathway, case.state, case.now, case.registry, case.calendars)


def test_a_proposal_waits_and_at_its_clock_is_silent() -> None:
    """Its own agency is told; proposed again, it waits on with a new clock."""
    case = asking()
    case.do(LINK)
    assert (case.state.links, case.state.proposals[OTHER].status) == ({}, "waiting")
    assert case.refused(LINK) == "proposed_already"
    case.wait(days=4)
    assert case.state.proposals[OTHER].status == "silent"
    assert case.told(DESK) == ["attention"]
    case.do(LINK)
    assert case.state.proposals[OTHER].status == "waiting"
    case.wait(days=4)
    assert case.state.proposals[OTHER].status == "silent"


def test_who_is_asked_is_reminded_and_says_yes_or_no() -> None:
    case = asking()
    case.do(asked(), CARE)
    assert case.told(DESK) == ["request_received"]
    assert case.state.proposals[OTHER].agency == CARE
    case.wait(days=4)
    assert case.told(DESK) == ["reminder"]
    case.do(c.Agree(case=OTHER))
    assert case.state.links == {OTHER: "sibling"}
    assert case.state.agreed[OTHER].agency == CARE
    assert not case.state.proposals
    assert not [each for each in case.state.clocks.values() if each.kind == "proposal"]


def test_a_no_is_not_asked_again() -> None:
    case = plain()
    case.do(asked(), CARE)
    case.do(c.Disagree(case=OTHER))
    assert case.refused(asked(), CARE) == "not_proposed"
    assert case.refused(c.Agree(case=OTHER)) == "not_proposed"


def test_a_yes_or_a_no_is_tried_only_where_an_answer_is_awaited() -> None:
    """Neither to what the case itself has proposed nor to what it has said no to."""
    ours, theirs = asking(), plain()
    ours.do(LINK)
    theirs.do(asked(), CARE)

    def tried(case: Case) -> list[c.Act]:
        return [each.act for kind in (c.Agree, c.Disagree) for each in kind.asides(view(case))]

    assert tried(ours) == []
    assert tried(theirs) == [c.Agree(case=OTHER), c.Disagree(case=OTHER)]
    theirs.do(c.Disagree(case=OTHER))
    assert tried(theirs) == []


@pytest.mark.parametrize(
    ("act", "by", "reason"),
    [
        (LINK, CARE, "not_yours"),
        (c.Merge(case=OWN, into=OTHER), CARE, "not_yours"),
        (c.Agree(case=OTHER), CARE, "not_yours"),
        (c.Disagree(case=OTHER), CARE, "not_yours"),
        (c.Agree(case=OTHER), DESK, "not_proposed"),
        (c.Disagree(case=OTHER), DESK, "not_proposed"),
        (c.BeAgreed(case=OTHER), CARE, "not_proposed"),
    ],
)
def test_only_who_answers_for_a_case_proposes_or_answers(act: c.Act, by: str, reason: str) -> None:
    assert plain().refused(act, by) == reason


def test_a_link_needs_what_the_person_agreed_to() -> None:
    """At the proposal, at the yes of the other agency, and at an alert."""
    assert asking(given=False).refused(LINK) == "no_consent"
    case = asking()
    case.do(LINK)
    case.do(c.WithdrawConsent(consent="family"))
    assert case.refused(c.BeAgreed(case=OTHER), CARE) == "not_proposed"
    linked = asking()
    linked.do(replace(LINK, agreed=True))
    linked.do(c.Hear(case=OTHER), "")
    assert linked.told(DESK) == ["attention"]
    linked.do(c.WithdrawConsent(consent="family"))
    linked.do(c.Hear(case=OTHER), "")
    assert linked.told(DESK) == []


def test_somebody_hears_only_if_the_person_was_asked() -> None:
    """A consent that names agencies must name that one."""
    assert both_cases.lets_know(view(plain()), "sibling", DESK)
    assert not both_cases.lets_know(view(plain()), "sibling", CARE)
    assert not both_cases.lets_know(view(plain()), "sibling", HOME)
    assert both_cases.lets_know(view(asking()), "sibling", HOME)
    assert not both_cases.lets_know(view(asking()), "parent", HOME)
    naming = asking(needs=NEEDS.replace("sibling: consent.family", "sibling: consent.tell_care"))
    naming.do(c.RecordConsent(task="ask_care.1", given=True))
    assert both_cases.lets_know(view(naming), "sibling", CARE)
    assert not both_cases.lets_know(view(naming), "sibling", "GH-CARE2")


def test_a_case_that_is_shut_to_an_agency_is_not_linked_with_its_case() -> None:
    case = plain()
    case.do(c.Prohibit(agency=CARE))
    assert case.refused(asked(), CARE) == "not_proposed"
    assert not both_cases.lets_know(view(case), "sibling", CARE)
    later = plain()
    later.do(asked(), CARE)
    later.do(c.Prohibit(agency=CARE))
    assert later.refused(c.Agree(case=OTHER)) == "barred"


def test_nobody_agrees_for_a_person_who_was_not_asked() -> None:
    """But for one person's cases, the consent in the other one counts."""
    case = plain()
    case.do(asked(), HOME)
    assert case.refused(c.Agree(case=OTHER)) == "not_allowed"
    one = plain()
    one.do(asked("same_person"), HOME)
    assert one.refused(c.Agree(case=OTHER)) == "not_allowed"
    one = plain()
    one.do(asked("same_person", consented=True), HOME)
    one.do(c.Agree(case=OTHER))
    assert one.state.links == {OTHER: "same_person"}


def test_what_comes_along_is_asked_for_known_and_recorded_as_a_look() -> None:
    case = plain()
    case.do(asked("same_person", consented=True), HOME)
    yes = c.Agree(case=OTHER, brings=("full_name",))
    assert case.refused(yes) == "not_asked_for"  # nobody has answered it
    case.do(c.Complete(task="look.1", protected=("full_name",)))
    case.do(yes)
    looks = [(each.agency, each.fields) for each in case.last if isinstance(each, IdentitySeen)]
    assert looks == [(HOME, ("full_name",))]
    later = asking()
    later.do(c.Link(case=OTHER, word="same_person"))
    later.do(c.BeAgreed(case=OTHER, brings=("full_name", "unheard_of")), HOME)
    assert later.state.protected == later.state.from_before == ("full_name",)
    later.do(c.Unlink(case=OTHER))
    assert not later.state.protected
    assert not later.state.from_before


def test_an_ended_case_is_linked_with_none_but_the_persons_own() -> None:
    case = Case(
        f"{BODY}interrupts: {{leaves: {{raised_by: screener, then: end gone}}}}\n",
        consents=CONSENTS,
    )
    case.do(c.Raise(interrupt="leaves"))
    assert case.refused(asked(), CARE) == "not_proposed"
    assert case.refused(LINK) == "closed"
    case.do(asked("same_person", consented=True), CARE)
    assert case.told(DESK) == ["request_received"]
    assert not case.state.clocks
    case.do(c.Agree(case=OTHER))
    assert case.state.links == {OTHER: "same_person"}


def test_who_may_know_of_both_has_a_part_or_agreed_or_answers_for_the_other() -> None:
    case = asking()
    case.do(LINK)
    case.do(c.BeAgreed(case=OTHER), HOME)
    knows = {
        agency: both_cases.may_know_of_both(view(case), agency, OTHER)
        for agency in (DESK, CARE, HOME, "GH-CARE2", "NG-HOME2")
    }
    assert knows == {DESK: True, CARE: False, HOME: True, "GH-CARE2": False, "NG-HOME2": False}
    assert both_cases.may_know_of_both(view(case), DESK, OTHER, answers=True)
    assert not both_cases.may_know_of_both(view(case), "NG-HOME2", OTHER, answers=True)
    case.do(c.WithdrawConsent(consent="family"))
    assert not both_cases.may_know_of_both(view(case), HOME, OTHER)
