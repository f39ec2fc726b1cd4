"""Tasks: who gets them, who may take them up, pass them on or say no."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine import facts as f
from engine.agencies.registry import Registry, StaffMember
from engine.errors import Refusal
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, HOME2, MONDAY, REGISTRY, Case

WORK = """
stages:
  start:
    steps:
      plan:
        by: manager
        due: 2 working days
        late: [before 1 working day remind manager, after 1 working day tell screener]
      paper: {by: screener, optional: yes}
    then: end done
"""
ABROAD = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      visit: {by: home, after: where, due: 3 days}
    then: end done
"""


def test_a_task_goes_to_the_first_agency_that_holds_the_role() -> None:
    """With its due moment, counted in that agency's calendar, and one notice."""
    case = Case(WORK)
    assert case.task("plan.1").agency == CARE
    assert case.task("plan.1").due_at == datetime.fromisoformat("2026-03-04T23:59:59+00:00")
    assert case.state.clocks["plan.1:due"].editions == ("GH-plain",)
    assert case.told(CARE) == ["task_assigned"]


def test_an_agency_may_be_chosen_when_the_case_is_opened() -> None:
    """The registry's first is taken only where nobody was chosen."""
    assert Case(WORK, roles={"manager": CARE2}).task("plan.1").agency == CARE2


def test_without_an_agency_the_responsible_one_has_the_task() -> None:
    """A task never hangs in the air."""
    case = Case(WORK, head=HEAD.replace("care @ host", "nobody @ host"))
    assert case.task("plan.1").agency == DESK


@pytest.mark.parametrize(
    ("act", "by", "reason"),
    [
        (c.Accept(task="other.1"), CARE, "not_found"),
        (c.Accept(task="plan.1"), DESK, "not_yours"),
        (c.Claim(task="plan.1"), DESK, "not_yours"),
        (c.Complete(task="plan.1"), DESK, "not_yours"),
        (c.Decline(task="plan.1", reason="no_capacity"), DESK, "not_yours"),
        (c.Decline(task="plan.1", reason="weather"), CARE, "unknown_reason"),
        (c.Decline(task="paper.1", reason="other"), DESK, "responsible"),
        (c.Reassign(task="plan.1", agency=CARE2), CARE, "not_yours"),
        (c.Reassign(task="other.1", agency=CARE2), DESK, "not_found"),
        (c.Reassign(task="plan.1", agency=HOME), DESK, "not_able"),
        (c.Accept(task="plan.1"), "XX-NONE", "unknown_agency"),
    ],
)
def test_a_task_is_refused_to_whom_it_does_not_belong(act: c.Act, by: str, reason: str) -> None:
    """Each refusal has its own stable word."""
    assert Case(WORK).refused(act, by) == reason


def test_a_claimed_task_is_the_claimers() -> None:
    """A colleague is told so; only a person can claim."""
    case = Case(WORK)
    assert case.refused(c.Claim(task="plan.1"), CARE, person="") == "no_person"
    case.do(c.Claim(task="plan.1"), CARE, person="staff-1")
    assert case.task("plan.1").claimed_by == "staff-1"
    assert case.refused(c.Claim(task="plan.1"), CARE, person="staff-2") == "claimed"


def test_a_deputy_takes_over_what_an_absent_colleague_has_claimed() -> None:
    """Not while the colleague is there; nor does anybody else."""
    staff = (
        StaffMember(code="c-1", roles=("care",), valid_until=date(2026, 3, 2), deputy="c-2"),
        StaffMember(code="c-2", roles=("care",)),
        StaffMember(code="c-3", roles=("care",)),
    )
    agencies = [replace(a, staff=staff) if a.code == CARE else a for a in REGISTRY.agencies]
    case = Case(WORK, registry=Registry(tuple(agencies)))
    claim = c.Claim(task="plan.1")
    case.do(claim, CARE, person="c-1")
    assert case.refused(claim, CARE, person="c-2") == "claimed"
    case.wait(days=1)
    assert case.refused(claim, CARE, person="c-3") == "claimed"
    case.do(claim, CARE, person="c-2")
    assert case.task("plan.1").claimed_by == "c-2"


def test_a_claim_keeps_colleagues_from_claiming_and_not_from_doing() -> None:
    """What is done is done, whoever said that it was theirs."""
    case = Case(WORK)
    case.do(c.Claim(task="plan.1"), CARE, person="staff-1")
    case.do(c.Complete(task="plan.1"), CARE, person="staff-2")
    assert case.task("plan.1").done_by == "staff-2"


def test_an_accepted_task_is_not_accepted_again() -> None:
    """The machine allows it once."""
    case = Case(WORK)
    case.do(c.Accept(task="plan.1"), CARE)
    assert case.task("plan.1").status == "accepted"
    assert case.refused(c.Accept(task="plan.1"), CARE) == "not_possible"


def test_a_done_task_takes_nothing_more() -> None:
    """Neither from its agency nor from the responsible one."""
    case = Case(WORK)
    case.complete("paper.1")
    assert case.refused(c.Complete(task="paper.1")) == "settled"
    assert case.refused(c.Reassign(task="paper.1", agency=DESK)) == "settled"
    case.complete("plan.1", CARE)
    assert case.refused(c.Accept(task="plan.1"), CARE) == "closed"


def test_a_declined_task_goes_to_the_next_agency_and_then_to_the_responsible_one() -> None:
    """Its due moment stays; the responsible agency is told."""
    case = Case(WORK)
    due = case.task("plan.1").due_at
    case.do(c.Decline(task="plan.1", reason="no_capacity"), CARE)
    assert case.task("plan.1").agency == CARE2
    assert case.told(CARE2) == ["task_assigned"]
    assert case.told(DESK) == ["attention"]
    case.do(c.Decline(task="plan.1", reason="unsafe"), CARE2)
    assert case.task("plan.1").agency == DESK
    assert case.task("plan.1").declined_by == (CARE, CARE2)
    assert case.task("plan.1").due_at == due


def test_the_responsible_agency_gives_a_task_to_another() -> None:
    """Or takes it over itself."""
    case = Case(WORK)
    case.do(c.Reassign(task="plan.1", agency=CARE2))
    assert case.task("plan.1").agency == CARE2
    case.do(c.Reassign(task="plan.1", agency=DESK))
    assert case.task("plan.1").agency == DESK


def test_a_task_for_an_agency_abroad_stays_at_home_until_it_may_know() -> None:
    """Promise 5: nothing is shared without valid consent at that moment."""
    case = Case(ABROAD)
    case.complete("where.1", home_country="NG")
    assert case.task("visit.1").agency == DESK
    assert case.told(HOME, ever=True) == []
    assert case.refused(c.Reassign(task="visit.1", agency=HOME)) == "no_consent"
    case.give("talk.1")
    assert case.refused(c.Reassign(task="visit.1", agency=HOME2)) == "no_consent"
    case.do(c.Reassign(task="visit.1", agency=HOME))
    assert case.told(HOME) == ["task_assigned"]


def test_a_withdrawn_consent_brings_back_the_tasks_that_stood_on_it() -> None:
    """The agency abroad hears nothing more; the responsible one goes on."""
    case = Case(ABROAD)
    case.complete("where.1", home_country="NG")
    case.give("talk.1")
    case.do(c.Reassign(task="visit.1", agency=HOME))
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.task("visit.1").agency == DESK
    assert case.refused(c.Complete(task="visit.1"), HOME) == "not_yours"


def test_the_ladder_is_climbed_a_rung_at_a_time() -> None:
    """The owner is reminded before the due moment, others hear of it after."""
    case = Case(WORK)
    case.wait(days=1, hours=16)
    assert (case.told(CARE), case.told(DESK)) == (["reminder"], [])
    case.wait(days=1)
    assert case.task("plan.1").overdue
    assert case.told() == []
    case.wait(days=1)
    assert (case.told(CARE), case.told(DESK)) == ([], ["overdue"])
    assert case.now < MONDAY + timedelta(days=4)


def test_a_task_is_not_given_to_an_agency_that_does_not_exist() -> None:
    """That is another fault than an agency which may not hold the role."""
    case = Case(WORK)
    assert case.refused(c.Reassign(task="plan.1", agency="GH-YYY")) == "unknown_agency"
    assert case.refused(c.Reassign(task="plan.1", agency=HOME)) == "not_able"


def test_a_step_that_is_named_in_place_of_its_task_is_answered_with_the_task() -> None:
    """To the agency that has it, and to the responsible agency; nobody else learns of it."""
    case = Case(WORK)

    def said(task: str, agency: str) -> str:
        with pytest.raises(Refusal) as refused:
            case.do(c.Complete(task=task), agency)
        return str(refused.value)

    assert said("plan", CARE) == "refused.not_found.task_near task=plan near=plan.1"
    assert said("paln.1", CARE) == "refused.not_found.task_near task=paln.1 near=plan.1"
    assert said("plan", CARE2) == "refused.not_found.task task=plan"


def test_who_loses_a_task_to_another_agency_is_told() -> None:
    """What was not sent of it is not sent any more; who gives its own away knows."""
    case = Case("stages: {start: {steps: {look: {by: manager}}, then: end done}}")
    case.do(c.Reassign(task="look.1", agency=CARE2), DESK)
    assert (case.told(CARE), case.told(CARE2)) == (["no_longer_needed"], ["task_assigned"])
    (cancelled,) = [fact for fact in case.last if isinstance(fact, f.NoticesCancelled)]
    assert (cancelled.agencies, cancelled.about) == ((CARE,), ("look.1",))
    case.do(c.Reassign(task="look.1", agency=DESK), DESK)
    case.do(c.Reassign(task="look.1", agency=CARE), DESK)
    assert case.told(DESK) == []


def test_who_gives_its_own_task_away_is_not_asked_for_it_any_more() -> None:
    """By reassigning it or by a no: it knows, and what was not sent of it is not sent."""
    body = "stages: {start: {steps: {look: {by: manager}}, then: end done}}"
    away: list[tuple[c.AnyAct, str]] = [
        (c.Reassign(task="look.1", agency=CARE), DESK),
        (c.Decline(task="look.1", reason="no_capacity"), CARE),
    ]
    for act, agency in away:
        case = Case(body)
        case.do(c.Reassign(task="look.1", agency=agency), DESK)
        case.do(act, agency)
        assert case.told(agency) == []
        assert [
            (fact.agencies, fact.about)
            for fact in case.last
            if isinstance(fact, f.NoticesCancelled)
        ] == [((agency,), ("look.1",))]
