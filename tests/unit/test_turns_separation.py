"""Who may not do what another has done, by persons and by agencies; who may begin a step."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Registry, Separation
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, HOME2, REGISTRY, Case

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
    """A colleague does; somebody must be known to."""
    case = Case(FOUR_EYES)
    assert case.refused(c.Complete(task="write.1"), DESK, person="") == "no_person"
    case.do(c.Complete(task="write.1"), DESK, person="ama")
    assert approved(case, "ama") == "same_person"
    assert approved(case, "") == "no_person"
    assert case.refused(c.Claim(task="approve.1"), DESK, person="ama") == "same_person"
    case.do(c.Complete(task="approve.1", outcome="yes_it_is"), DESK, person="kofi")
    assert case.state.end == "done"


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


def kept_apart(between: str) -> Registry:
    """The made-up agencies, of which one could do both; care is kept apart from the desk."""
    both = (
        replace(each, roles=("desk", "care")) for each in REGISTRY.agencies if each.code == DESK
    )
    others = (each for each in REGISTRY.agencies if each.code != DESK)
    return Registry((*both, *others), (Separation(role="care", others=("desk",), between=between),))


THEN_CARE = """
stages:
  start:
    steps:
      talk: {by: screener}
      plan: {by: manager, after: talk}
    then: end done
"""


def test_a_role_goes_to_another_agency_than_the_one_from_which_it_is_kept_apart() -> None:
    """Whichever comes first: who has had a task in one of two gets none in the other."""
    case = Case(THEN_CARE, registry=kept_apart("agencies"))
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.task("plan.1").agency == CARE
    assert case.refused(c.Reassign(task="plan.1", agency=DESK), DESK) == "same_agency"
    turned = THEN_CARE.replace("talk: {by: screener}", "talk: {by: manager}")
    turned = turned.replace("plan: {by: manager", "plan: {by: screener")
    case = Case(turned, registry=kept_apart("agencies"), opened_by=CARE)
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.task("plan.1").agency == CARE


def test_without_such_a_rule_the_first_that_may_hold_both_does() -> None:
    """The registry says what is kept apart; the pathway says nothing of it."""
    case = Case(THEN_CARE, registry=Registry(kept_apart("agencies").agencies))
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.task("plan.1").agency == DESK


def test_what_falls_to_the_responsible_agency_is_not_done_by_it_in_the_other_role() -> None:
    """Nobody else is left: it reassigns the task, or waits for a registry that names somebody."""
    registry = kept_apart("agencies")
    alone = Registry(registry.agencies[:1], registry.separations)
    case = Case(THEN_CARE, registry=alone)
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.task("plan.1").agency == DESK
    assert case.refused(c.Complete(task="plan.1"), DESK) == "same_agency"


def test_one_person_does_not_act_in_two_roles_that_are_kept_apart() -> None:
    """A colleague at the same agency does."""
    case = Case(THEN_CARE, registry=kept_apart("persons"))
    case.do(c.Complete(task="talk.1"), DESK, person="ama")
    plan = c.Complete(task="plan.1")
    assert case.refused(plan, DESK, person="ama") == "same_person"
    assert case.refused(plan, DESK, person="") == "no_person"
    case.do(plan, DESK, person="kofi")
    assert case.state.end == "done"


WITH_A_FOLLOW_UP = THEN_CARE.replace(
    "    then:", "      follow: {by: screener, after: talk}\n    then:"
)


def test_what_falls_to_the_responsible_agency_keeps_it_from_nothing_in_its_own_role() -> None:
    """A task that it can only reassign is no role that it has."""
    registry = kept_apart("agencies")
    case = Case(WITH_A_FOLLOW_UP, registry=Registry(registry.agencies[:1], registry.separations))
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.task("plan.1").agency == DESK
    case.do(c.Complete(task="follow.1"), DESK)
    assert case.refused(c.Complete(task="plan.1"), DESK) == "same_agency"


def test_who_held_both_before_the_registry_said_so_goes_on_in_the_one_it_has_worked_in() -> None:
    """Otherwise neither could ever be done, since a role that is held is held for good."""
    registry = kept_apart("agencies")
    case = Case(WITH_A_FOLLOW_UP, registry=Registry(registry.agencies))
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.state.roles == {"screener": DESK, "manager": DESK}
    case.registry = registry
    assert case.refused(c.Complete(task="plan.1"), DESK) == "same_agency"
    case.do(c.Reassign(task="plan.1", agency=CARE), DESK)
    case.do(c.Complete(task="follow.1"), DESK)
    case.do(c.Complete(task="plan.1"), CARE)
    assert case.state.end == "done"


TWO_REQUESTS = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask: {hand_over: home, after: talk, needs: consent.tell_home, answer: 2 days, declined: go on, silent: go on}
      ask_care: {hand_over: carer, after: talk, needs: consent.tell_home, answer: 2 days, declined: go on, silent: go on}
    then: end done
"""


def test_one_agency_is_not_asked_for_two_roles_that_are_kept_apart() -> None:
    """Of two requests at one moment: it would accept both, and could then do neither."""
    separation = Separation(role="partner", others=("care",), between="agencies")
    case = Case(
        TWO_REQUESTS,
        head=HEAD.replace("data:", "  carer: care @ origin\ndata:"),
        consents="tell_home: {to: [home, carer], any, shows: [risk], ask: May we?}",
        registry=Registry(REGISTRY.agencies, (separation,)),
    )
    case.complete("where.1", home_country="NG")
    case.give()
    assert [each.agency for each in case.state.hand_overs.values()] == [HOME]
