"""Who may not do what another has done, by persons and by agencies; who may begin a step."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Registry, StaffMember
from tests.factories import CARE, CARE2, DESK, HOME, HOME2, REGISTRY, Case

FOUR_EYES = """
stages:
  start:
    steps:
      write: {by: screener}
      approve: {by: screener, after: write, not_by: write, decide: {yes_it_is: go on, no_it_is_not: end stays}}
    then: end done
"""


def approved(case: Case, person: str) -> str:
    act = c.Complete(task="approve.1", outcome="yes_it_is")
    return case.refused(act, DESK, person=person)


def test_who_wrote_it_does_not_approve_it() -> None:
    """A colleague does; where staff are listed, somebody must be known to."""
    case = Case(FOUR_EYES, registry=with_staff(DESK, "ama", "kofi"))
    assert case.refused(c.Complete(task="write.1"), DESK, person="") == "no_person"
    case.do(c.Complete(task="write.1"), DESK, person="ama")
    assert approved(case, "ama") == "same_person"
    assert approved(case, "") == "no_person"
    assert case.refused(c.Claim(task="approve.1"), DESK, person="ama") == "same_person"
    case.do(c.Complete(task="approve.1", outcome="yes_it_is"), DESK, person="kofi")
    assert case.state.end == "done"


def with_staff(agency: str, *codes: str) -> Registry:
    """The made-up agencies, of which one lists staff."""
    agencies = {each.code: each for each in REGISTRY.agencies}
    staff = tuple(StaffMember(code=each, roles=agencies[agency].roles) for each in codes)
    changed = agencies | {agency: replace(agencies[agency], staff=staff)}
    return Registry(tuple(changed.values()), REGISTRY.separations)


OTHERS_CHECK = FOUR_EYES.replace("by: screener", "by: manager")


def test_an_agency_that_names_nobody_counts_as_one_person() -> None:
    """What it has written another agency approves: the task opens there."""
    case = Case(OTHERS_CHECK)
    case.do(c.Complete(task="write.1"), CARE, person="")
    assert case.task("approve.1").agency == CARE2
    assert case.why_refused(c.Reassign(task="approve.1", agency=CARE)) == (
        "same_agency.nobody_left agency=GH-CARE step=approve"
    )
    case.do(c.Complete(task="approve.1", outcome="yes_it_is"), CARE2, person="")
    assert case.state.end == "done"


def test_who_named_nobody_is_not_taken_for_somebody_else() -> None:
    """Neither before nor after the staff were listed; a colleague might be the same person."""
    case = Case(FOUR_EYES)
    case.do(c.Complete(task="write.1"), DESK, person="")
    approve = c.Complete(task="approve.1", outcome="yes_it_is")
    unknown = "same_person.unknown agency=GH-DESK done=write step=approve"
    assert case.why_refused(approve, person="") == unknown
    assert case.why_refused(approve, person="kofi") == unknown
    case = Case(FOUR_EYES)
    case.do(c.Complete(task="write.1"), DESK, person="ama")
    assert case.why_refused(approve, person="") == unknown


def test_an_agency_whose_only_person_wrote_it_does_not_get_the_approval() -> None:
    """Nobody is left there; with a colleague in force on the day it does."""
    case = Case(OTHERS_CHECK, registry=with_staff(CARE, "ama"))
    case.do(c.Complete(task="write.1"), CARE, person="ama")
    assert case.task("approve.1").agency == CARE2
    case = Case(OTHERS_CHECK, registry=with_staff(CARE, "ama", "kofi"))
    case.do(c.Complete(task="write.1"), CARE, person="ama")
    assert case.task("approve.1").agency == CARE


def test_a_colleague_who_is_suspended_is_nobody_to_approve_it() -> None:
    """As one whose last day is over."""
    both = with_staff(CARE, "ama", "kofi")
    agencies = {each.code: each for each in both.agencies}
    ama, kofi = agencies[CARE].staff
    out = replace(agencies[CARE], staff=(ama, replace(kofi, suspended=True)))
    registry = Registry(tuple((agencies | {CARE: out}).values()), both.separations)
    case = Case(OTHERS_CHECK, registry=registry)
    case.do(c.Complete(task="write.1"), CARE, person="ama")
    assert case.task("approve.1").agency == CARE2


def test_four_eyes_hold_whichever_comes_first() -> None:
    """Who has approved does not write afterwards."""
    case = Case(FOUR_EYES.replace(", after: write", ""))
    case.do(c.Complete(task="approve.1", outcome="yes_it_is"), DESK, person="ama")
    assert case.refused(c.Complete(task="write.1"), DESK, person="ama") == "same_person"


def test_the_same_code_in_another_agency_is_another_person() -> None:
    """Each agency has its own list of staff."""
    body = FOUR_EYES.replace("approve: {by: screener", "approve: {by: manager")
    case = Case(body)
    case.do(c.Complete(task="write.1"), DESK)
    case.do(c.Complete(task="approve.1", outcome="yes_it_is"), CARE)
    assert case.state.end == "done"


def test_a_member_of_a_panel_in_conflict_does_not_vote() -> None:
    """The seat may be taken by a colleague, or stays empty."""
    body = FOUR_EYES.replace(
        "approve: {by: screener,",
        "approve: {panel: {members: [screener, manager], quorum: 2, agree: all,"
        " tied: no_it_is_not, no_quorum: no_it_is_not}, due: 3 days,",
    )
    case = Case(body)
    case.do(c.Complete(task="write.1"), DESK, person="ama")
    vote = c.Complete(task="approve.1.screener", outcome="yes_it_is")
    assert case.refused(vote, DESK, person="ama") == "same_person"
    case.do(vote, DESK, person="kofi")
    case.do(c.Complete(task="approve.1.manager", outcome="yes_it_is"), CARE)
    assert case.state.end == "done"


WITH_A_CHAIR = FOUR_EYES.replace(
    "approve: {by: screener, after: write, not_by: write,",
    "approve: {after: write, panel: {members: [screener, manager], quorum: 2, agree: majority,"
    " chair: screener, chair_not_by: write, tied: no_it_is_not, no_quorum: no_it_is_not},"
    " due: 3 days,",
)


def test_the_chair_alone_is_another_than_who_wrote_it() -> None:
    """Any other member may have written it."""
    case = Case(WITH_A_CHAIR)
    case.do(c.Complete(task="write.1"), DESK, person="ama")
    vote = c.Complete(task="approve.1.screener", outcome="yes_it_is")
    assert case.refused(vote, DESK, person="ama") == "same_person"
    assert case.refused(c.Claim(task="approve.1.screener"), DESK, person="ama") == "same_person"
    case.do(vote, DESK, person="kofi")
    case.do(c.Complete(task="approve.1.manager", outcome="yes_it_is"), CARE, person="ama")
    assert case.state.end == "done"


def test_another_member_may_have_done_the_step() -> None:
    """Of one agency with both seats, the writer takes the one that is not the chair's."""
    body = WITH_A_CHAIR.replace("write: {by: screener}", "write: {by: manager}").replace(
        "chair: screener", "chair: manager"
    )
    case = Case(body.replace("[screener, manager]", "[responsible, manager]"))
    case.do(c.Complete(task="write.1"), CARE, person="ama")
    vote = c.Complete(task="approve.1.manager", outcome="yes_it_is")
    assert case.refused(vote, CARE, person="ama") == "same_person"
    case.do(c.Complete(task="approve.1.responsible", outcome="yes_it_is"), DESK, person="ama")
    case.do(vote, CARE, person="kofi")
    assert case.state.end == "done"


def test_who_has_voted_as_the_chair_does_not_do_the_step_afterwards() -> None:
    """It holds both ways, and for no other seat."""
    case = Case(WITH_A_CHAIR.replace("after: write, ", ""))
    case.do(c.Complete(task="approve.1.screener", outcome="yes_it_is"), DESK, person="ama")
    assert case.refused(c.Complete(task="write.1"), DESK, person="ama") == "same_person"
    case.do(c.Complete(task="write.1"), DESK, person="kofi")


def test_the_chair_is_not_an_agency_of_which_nobody_else_is_left() -> None:
    """Its seat goes to another that may have the role, and is not given to it later."""
    body = WITH_A_CHAIR.replace("write: {by: screener}", "write: {by: manager}").replace(
        "chair: screener", "chair: manager"
    )
    case = Case(body)
    case.do(c.Complete(task="write.1"), CARE, person="")
    assert case.task("approve.1.manager").agency == CARE2
    named = c.Reassign(task="approve.1.manager", agency=CARE)
    assert case.why_refused(named) == "same_agency.nobody_left agency=GH-CARE step=approve"
    only = Case(body, registry=with_staff(CARE, "ama"))
    only.do(c.Complete(task="write.1"), CARE, person="ama")
    assert only.task("approve.1.manager").agency == CARE2


def test_another_seat_than_the_chairs_is_for_whoever_is_there() -> None:
    """The conflict is the chair's alone."""
    body = WITH_A_CHAIR.replace("write: {by: screener}", "write: {by: manager}")
    case = Case(body)
    case.do(c.Complete(task="write.1"), CARE, person="")
    assert case.task("approve.1.manager").agency == CARE


def test_a_seat_is_not_accepted_by_who_may_not_vote_in_it() -> None:
    """Nor by who has voted already: the conflict is said before the vote."""
    case = Case(WITH_A_CHAIR.replace("[screener, manager]", "[screener, responsible, manager]"))
    case.do(c.Complete(task="write.1"), DESK, person="ama")
    accept = c.Accept(task="approve.1.screener")
    assert case.refused(accept, DESK, person="ama") == "same_person"
    case.do(c.Complete(task="approve.1.responsible", outcome="yes_it_is"), DESK, person="kofi")
    assert case.refused(accept, DESK, person="kofi") == "voted_already"
    assert case.refused(c.Claim(task=accept.task), DESK, person="kofi") == "voted_already"
    case.do(accept, DESK, person="esi")


def test_an_agency_that_names_nobody_has_one_voice() -> None:
    """Of two seats it votes in one."""
    case = Case(WITH_A_CHAIR.replace("[screener, manager]", "[screener, responsible, manager]"))
    case.do(c.Complete(task="write.1"), DESK, person="ama")
    case.do(c.Complete(task="approve.1.responsible", outcome="yes_it_is"), DESK, person="")
    second = c.Complete(task="approve.1.screener", outcome="yes_it_is")
    assert case.refused(second, DESK, person="") == "voted_already"
    assert case.refused(second, DESK, person="kofi") == "voted_already"


TWO_AGENCIES = """
stages:
  start:
    steps:
      assess: {by: manager}
      review_it: {by: manager, after: assess, other_agency_than: assess}
    then: end done
"""


def test_another_agency_of_the_role_is_found() -> None:
    """The role stays with who holds it."""
    case = Case(TWO_AGENCIES)
    case.complete("assess.1", CARE)
    assert case.task("review_it.1").agency == CARE2
    assert case.state.roles["manager"] == CARE


def test_it_is_not_passed_on_to_the_agency_that_did_the_other() -> None:
    """Neither by a no nor by the responsible agency."""
    case = Case(TWO_AGENCIES)
    case.complete("assess.1", CARE)
    assert case.refused(c.Reassign(task="review_it.1", agency=CARE)) == "same_agency"
    case.do(c.Decline(task="review_it.1", reason="no_capacity"), CARE2)
    assert case.task("review_it.1").agency == DESK


def test_where_nobody_else_is_left_the_responsible_agency_must_find_somebody() -> None:
    """It has the task, but what it did itself it may not look over."""
    body = TWO_AGENCIES.replace("assess: {by: manager}", "assess: {by: screener}").replace(
        "review_it: {by: manager", "review_it: {by: screener"
    )
    case = Case(body)
    case.complete("assess.1", DESK)
    assert case.task("review_it.1").agency == DESK
    assert case.refused(c.Complete(task="review_it.1"), DESK) == "same_agency"


def test_two_agencies_work_apart_at_the_same_time() -> None:
    """Who has the one task does not get the other."""
    case = Case(TWO_AGENCIES.replace(", after: assess", ""))
    assert case.task("assess.1").agency == CARE
    assert case.task("review_it.1").agency == CARE2
    assert case.refused(c.Reassign(task="assess.1", agency=CARE2)) == "same_agency"


SECOND_OPINION = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask: {hand_over: home, after: talk, needs: consent.tell_home, kind: consultation, answers: [risk], answer: 2 days, declined: go on, silent: go on}
      ask_again: {hand_over: home, after: ask, needs: consent.tell_home, other_agency_than: ask, kind: consultation, answers: [risk], answer: 2 days, declined: go on, silent: go on}
    then: end done
"""


def test_a_request_goes_to_another_agency_than_the_one_before() -> None:
    """Both were read out as a class."""
    consents = "tell_home: {to: home, any, shows: [risk], ask: May we?}"
    case = Case(SECOND_OPINION, consents=consents)
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.hand_over("ask.1").agency == HOME
    case.do(c.AcceptHandOver(hand_over="ask.1", answers={"risk": "low"}), HOME)
    assert case.hand_over("ask_again.1").agency == HOME2


@pytest.mark.parametrize("taken_back", [False, True])
def test_whoever_was_asked_before_is_passed_over_whatever_it_answered(taken_back: bool) -> None:
    """A no is an answer too, and so is silence: a second opinion comes from somebody else."""
    consents = "tell_home: {to: home, any, shows: [risk], ask: May we?}"
    case = Case(SECOND_OPINION, consents=consents)
    case.complete("where.1", home_country="NG")
    case.give()
    if taken_back:
        case.do(c.Revoke(hand_over="ask.1"))
    else:
        case.do(c.DeclineHandOver(hand_over="ask.1", reason="conflict_of_interest"), HOME)
    assert case.hand_over("ask_again.1").agency == HOME2


def test_none_of_those_is_passed_over_that_were_asked_in_a_round_before() -> None:
    """What begins again is as if nobody had been asked."""
    again = "ask_again, decide: {enough: go on, again: 'back to start, at most 1, then go on'}"
    body = SECOND_OPINION.replace(
        "    then:", f"      look: {{by: screener, after: {again}}}\n    then:"
    )
    case = Case(body, consents="tell_home: {to: home, any, shows: [risk], ask: May we?}")
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.DeclineHandOver(hand_over="ask.1", reason="no_capacity"), HOME)
    case.do(c.DeclineHandOver(hand_over="ask_again.1", reason="no_capacity"), HOME2)
    case.do(c.Complete(task="look.1", outcome="again"))
    case.complete("where.2", home_country="NG")
    case.give("talk.2")
    assert case.hand_over("ask.2").agency == HOME


@pytest.mark.parametrize(
    ("starters", "by", "reason"),
    [
        ("manager", CARE, "nothing"),
        ("manager", DESK, "not_allowed"),
        ("[manager, responsible]", DESK, "nothing"),
        ("[manager, responsible]", CARE2, "not_allowed"),
    ],
)
def test_a_step_is_begun_by_who_is_said_to(starters: str, by: str, reason: str) -> None:
    """And by nobody else, not even the responsible agency."""
    body = f"""
stages:
  start:
    steps:
      plan: {{by: manager}}
      appeal: {{by: screener, manual, started_by: {starters}}}
    then: end done
"""
    assert Case(body).refused(c.Start(step="appeal"), by) == reason
