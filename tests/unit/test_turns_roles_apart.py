"""Types of roles that the registry keeps apart: by agencies and by persons, in a case under way."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Agency, Registry, Separation
from engine.errors import Refusal
from tests.factories import CARE, DESK, HEAD, HOME, REGISTRY, Case

CARE_AND_DESK = Agency(code="GH-X", name="Both", country="GH", roles=("desk", "care"))


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
    assert case.refused(plan, DESK, person="") == "same_person"
    case.do(plan, DESK, person="kofi")
    assert case.state.end == "done"


def test_a_role_kept_apart_by_persons_goes_elsewhere_where_nobody_is_left() -> None:
    """The one who did the task of the other role cannot be told from a colleague."""
    case = Case(THEN_CARE, registry=kept_apart("persons"))
    case.do(c.Complete(task="talk.1"), DESK, person="")
    assert case.task("plan.1").agency == CARE


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


def test_who_worked_in_both_before_the_registry_said_so_gets_neither_any_more() -> None:
    """What it has already the responsible agency reassigns; what opens later goes elsewhere."""
    agencies = (
        replace(CARE_AND_DESK, code="GH-BOTH"),
        *(each for each in REGISTRY.agencies if each.code in (DESK, CARE)),
    )
    rule = Separation(role="care", others=("desk",), between="agencies")
    body = WITH_A_FOLLOW_UP.replace(
        "    then:", "      visit: {by: manager, after: follow}\n    then:"
    )
    case = Case(body, registry=Registry(agencies))
    assert case.state.roles == {"screener": "GH-BOTH"}
    case.do(c.Complete(task="talk.1"), "GH-BOTH")
    case.do(c.Complete(task="plan.1"), "GH-BOTH")
    case.registry = Registry(agencies, (rule,))
    follow = c.Complete(task="follow.1")
    assert case.why_refused(follow, "GH-BOTH") == (
        "same_agency.role agency=GH-BOTH role=desk step=follow"
    )
    case.do(c.Reassign(task="follow.1", agency=DESK), DESK)
    case.do(follow, DESK)
    assert case.task("visit.1").agency == CARE
    assert case.state.roles["manager"] == CARE


def test_an_agency_is_not_chosen_for_a_role_kept_apart_from_one_it_has() -> None:
    """When the case is opened, and when a task is given away; the reason is said."""
    registry = kept_apart("agencies")
    with pytest.raises(Refusal) as refused:
        Case(THEN_CARE, registry=registry, roles={"screener": DESK, "manager": DESK})
    assert str(refused.value) == "refused.same_agency.chosen agency=GH-DESK role=manager"
    case = Case(THEN_CARE, registry=registry, roles={"screener": DESK}, opened_by=CARE)
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.why_refused(c.Reassign(task="plan.1", agency=DESK), CARE) == (
        "same_agency.role agency=GH-DESK role=care step=plan"
    )


def test_an_agency_that_nobody_could_be_named_for_says_why() -> None:
    """It is there, but has another role in the case."""
    separation = Separation(role="partner", others=("desk",), between="agencies")
    both = replace(CARE_AND_DESK, code=DESK, roles=("desk", "partner"))
    registry = Registry((both,), (separation,))
    head = HEAD.replace("home: partner @ origin", "home: partner @ host")
    body = "\nstages:\n  start:\n    steps:\n      talk: {by: screener}\n" + (
        "      agree: {by: screener, after: talk, consent: tell_home, refused: go on}\n"
        "    then: end done\n"
    )
    case = Case(body, head=head, registry=registry)
    case.do(c.Complete(task="talk.1"), DESK)
    assert case.why_refused(c.RecordConsent(task="agree.1", given=True)) == (
        "recipient_unknown.kept_apart role=home country=GH"
    )


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
