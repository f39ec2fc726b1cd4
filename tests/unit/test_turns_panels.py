"""Panels: who votes, when it is decided, and every way in which a vote can end."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from casework.story import told
from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.agencies.registry import Agency, Registry
from engine.ballots import certain
from engine.coverage import coverage
from engine.covering import shown_in
from engine.definition import Panel
from engine.facts import DecisionMade
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, REGISTRY, Case
from tests.sight import as_seen
from wording.sentences import as_line

LEAD, EXPERT = "GH-LEAD", "GH-EXPERT"
WITH_LEAD = Registry(
    (
        *REGISTRY.agencies,
        Agency(code=LEAD, name="Lead", country="GH", roles=("lead",)),
        Agency(code=EXPERT, name="Expert", country="GH", roles=("expert",)),
    )
)
ROLES = HEAD.replace("roles:", "roles:\n  lead: lead @ host\n  expert: expert @ host")


def panel(more: str = "", *, quorum: int = 2, agree: str = "majority") -> str:
    return f"""
stages:
  start:
    steps:
      plan:
        panel:
          members: [screener, lead, expert]
          quorum: {quorum}
          agree: {agree}
          tied: returned
          no_quorum: stopped
          {more}
        decide: {{approved: go on, returned: go on, stopped: end stays}}
        due: 3 days
      last: {{by: screener, after: plan, when: decision.plan = approved, otherwise: skip}}
    then: end done
"""


def opened(more: str = "", *, quorum: int = 2, agree: str = "majority") -> Case:
    return Case(panel(more, quorum=quorum, agree=agree), head=ROLES, registry=WITH_LEAD)


def vote(case: Case, role: str, outcome: str, by: str, person: str = "staff-1") -> None:
    case.do(c.Complete(task=f"plan.1.{role}", outcome=outcome), by, person=person)


def because(case: Case) -> list[tuple[str, str]]:
    made = [fact for fact in case.facts if isinstance(fact, DecisionMade)]
    return [(each.outcome, each.because) for each in made]


def test_each_member_gets_a_task_of_its_own() -> None:
    """With a notice and the same moment by which it is due."""
    case = opened()
    assert case.open == ["plan.1.expert", "plan.1.lead", "plan.1.screener"]
    assert [case.task(each).agency for each in case.open] == [EXPERT, LEAD, DESK]
    assert {case.task(each).kind for each in case.open} == {"vote"}
    assert case.told(LEAD) == ["task_assigned"]


def test_it_is_decided_as_soon_as_no_vote_can_change_it() -> None:
    """Who has not voted is told that it is over."""
    case = opened()
    vote(case, "lead", "approved", LEAD)
    assert because(case) == []
    vote(case, "expert", "approved", EXPERT)
    assert because(case) == [("approved", "agreed")]
    assert case.open == ["last.1"]
    assert case.task("plan.1.screener").status == "withdrawn"
    assert case.told(DESK) == ["no_longer_needed", "task_assigned"]


def test_it_is_not_decided_while_the_quorum_may_still_fail() -> None:
    """Two of three agree, but three must vote."""
    case = opened(quorum=3)
    vote(case, "lead", "approved", LEAD)
    vote(case, "expert", "approved", EXPERT)
    assert because(case) == []
    vote(case, "screener", "returned", DESK)
    assert because(case) == [("approved", "agreed")]


def test_who_declines_leaves_an_empty_seat_where_nobody_else_holds_the_role() -> None:
    """The responsible agency does not vote in another's place; with too few left it is over."""
    case = opened()
    case.do(c.Decline(task="plan.1.lead", reason="conflict_of_interest"), LEAD)
    assert case.task("plan.1.lead").status == "withdrawn"
    assert case.told(LEAD) == ["no_longer_needed"]
    case.do(c.Decline(task="plan.1.expert", reason="conflict_of_interest"), EXPERT)
    assert because(case) == [("stopped", "no_quorum")]
    assert case.state.end == "stays"


def test_the_responsible_agency_may_decline_its_vote_too() -> None:
    """A conflict of interest spares nobody."""
    case = opened()
    case.do(c.Decline(task="plan.1.screener", reason="conflict_of_interest"), DESK)
    assert case.task("plan.1.screener").status == "withdrawn"


def test_a_declined_vote_goes_to_the_next_agency_of_the_role() -> None:
    """As any task does."""
    body = panel().replace("[screener, lead, expert]", "[screener, lead, manager]")
    case = Case(body, head=ROLES, registry=WITH_LEAD)
    case.do(c.Decline(task="plan.1.manager", reason="conflict_of_interest"), CARE)
    assert case.task("plan.1.manager").agency == CARE2
    case.do(c.Decline(task="plan.1.manager", reason="no_capacity"), CARE2)
    assert case.task("plan.1.manager").status == "withdrawn"


def test_a_vote_cannot_be_given_to_an_agency_without_the_role() -> None:
    """Not even to the responsible one."""
    case = opened()
    assert case.refused(c.Reassign(task="plan.1.lead", agency=DESK)) == "not_able"


def test_a_vote_that_is_not_cast_in_time_is_not_awaited() -> None:
    """Those who voted decide, if they are enough."""
    case = opened()
    vote(case, "lead", "approved", LEAD)
    vote(case, "expert", "returned", EXPERT)
    case.wait(days=5)
    assert because(case) == [("returned", "tied")]
    alone = opened()
    vote(alone, "lead", "approved", LEAD)
    alone.wait(days=5)
    assert because(alone) == [("stopped", "no_quorum")]


def test_the_chair_decides_between_those_that_most_want() -> None:
    """Here with one seat empty."""
    case = opened("chair: expert")
    case.do(c.Decline(task="plan.1.lead", reason="conflict_of_interest"), LEAD)
    vote(case, "screener", "returned", DESK)
    vote(case, "expert", "approved", EXPERT)
    assert because(case) == [("approved", "chair")]


def test_without_its_chair_a_panel_that_does_not_agree_is_tied() -> None:
    """The word for that stands beside the chair."""
    case = opened("chair: expert")
    case.do(c.Decline(task="plan.1.expert", reason="conflict_of_interest"), EXPERT)
    vote(case, "screener", "returned", DESK)
    vote(case, "lead", "approved", LEAD)
    assert because(case) == [("returned", "tied")]


def test_where_all_must_agree_one_dissent_ends_it() -> None:
    """As soon as enough have voted, nothing can change it."""
    case = opened(agree="all")
    vote(case, "screener", "approved", DESK)
    vote(case, "lead", "returned", LEAD)
    assert because(case) == [("returned", "tied")]


def test_each_vote_is_that_of_another_person() -> None:
    """One agency may hold two seats, one person may not."""
    body = panel().replace("[screener, lead, expert]", "[screener, lead, responsible]")
    case = Case(body, head=ROLES, registry=WITH_LEAD)
    vote(case, "screener", "approved", DESK)
    again = c.Complete(task="plan.1.responsible", outcome="approved")
    assert case.refused(again) == "voted_already"
    assert case.refused(again, person="") == "voted_already"  # it may have been the same person
    vote(case, "responsible", "approved", DESK, person="staff-2")
    assert because(case) == [("approved", "agreed")]


def test_a_vote_needs_an_outcome_and_takes_no_answers() -> None:
    """What is known of the case is asked for elsewhere."""
    case = opened()
    assert case.refused(c.Complete(task="plan.1.lead"), LEAD) == "wrong_outcome"
    filled = c.Complete(task="plan.1.lead", outcome="approved", answers={"risk": "low"})
    assert case.refused(filled, LEAD) == "wrong_form"


def test_a_member_that_may_not_know_of_the_case_has_an_empty_seat() -> None:
    """Nothing crosses a border for a vote."""
    body = panel(quorum=3).replace("[screener, lead, expert]", "[screener, lead, home]")
    law = "{ground: statutory, source: The law, to: [screener, lead]}"
    order = "{ground: court, source: The order, to: home, when: step.plan.done}"
    head = ROLES.replace("ends:", f"bases:\n  law: {law}\n  order: {order}\nends:")
    case = Case(body, head=head, registry=WITH_LEAD)
    assert because(case) == [("stopped", "no_quorum")]
    assert case.told(HOME, ever=True) == []


def test_a_panel_is_called_again_where_the_step_repeats() -> None:
    """Each time all members vote anew, and never more often than is said."""
    body = panel().replace(
        "due: 3 days",
        "due: 3 days\n        repeat: {at_most: 2, until: decision.plan = approved, then: tell manager}",
    )
    case = Case(body, head=ROLES, registry=WITH_LEAD)
    vote(case, "screener", "returned", DESK)
    vote(case, "lead", "returned", LEAD)
    assert case.open == ["plan.2.expert", "plan.2.lead", "plan.2.screener"]
    case.wait(days=5)
    assert case.state.end == "stays"


def test_a_manager_reads_how_it_came_about() -> None:
    """Not what was decided: outcomes stay inside."""
    case = opened()
    vote(case, "lead", "approved", LEAD)
    vote(case, "expert", "approved", EXPERT)
    (found,) = told([(1, as_seen(case.facts))], {1: case.pathway}, 1)
    lines = [as_line(each.said) for each in found]
    assert "The panel agreed on an outcome: Plan" in lines
    assert not [line for line in lines if "approved" in line.lower()]


def test_scenarios_are_told_which_endings_of_a_vote_they_have_not_seen() -> None:
    """A panel without a chair has two beside its outcomes."""
    case = opened()
    vote(case, "lead", "approved", LEAD)
    vote(case, "expert", "returned", EXPERT)
    case.wait(days=5)
    seen = coverage(case.pathway, case.facts)
    ways = {str(way) for way in seen.ways if way.word.startswith("panel")}
    assert ways == {"plan: panel tied", "plan: panel no_quorum"}
    missing = {str(way) for way in seen.missing if way.word.startswith("panel")}
    assert missing == {"plan: panel no_quorum"}


def test_a_member_reads_what_the_panel_shows_while_its_vote_is_awaited() -> None:
    """And nothing else; afterwards nothing any more."""
    case = opened("shows: [full_name]")
    case.do(c.Look(known=("full_name", "other")), LEAD)
    assert [fact.fields for fact in case.last if isinstance(fact, IdentitySeen)] == [("full_name",)]
    vote(case, "lead", "approved", LEAD)
    assert case.refused(c.Look(known=("full_name",)), LEAD) == "not_allowed"


def looked_at(case: Case, by: str) -> tuple[str, ...]:
    case.do(c.Look(known=("full_name", "risk", "married")), by)
    return next(fact.fields for fact in case.last if isinstance(fact, IdentitySeen))


def test_members_on_two_sides_read_different_things() -> None:
    """Both sign the risk; over the border only what the consent shows is read."""
    body = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country, risk]}
      talk: {by: screener, after: where, consent: tell_home, refused: end stays}
      sign:
        after: talk
        needs: consent.tell_home
        panel:
          members: [manager, home, responsible]
          quorum: 3
          agree: all
          shows: [risk]
          shows_to: {manager: [full_name], responsible: married}
          tied: not_signed
          no_quorum: not_signed
        decide: {signed: go on, not_signed: end stays}
        due: 3 days
    then: end done
"""
    case = Case(body)
    case.complete("where.1", home_country="NG", risk="low")
    case.give()
    assert looked_at(case, HOME) == ("risk",)
    assert set(looked_at(case, CARE)) == {"full_name", "risk"}
    case.do(c.Complete(task="sign.1.home", outcome="signed"), HOME)
    assert case.refused(c.Look(known=("risk",)), HOME) == "not_allowed"


def test_what_the_responsible_agency_reads_as_a_member_stays_with_the_seat() -> None:
    """When the case moves, the vote moves, and what is shown for it."""
    body = panel("shows_to: {responsible: [full_name]}").replace(
        "screener, lead", "responsible, lead"
    )
    case = Case(body, head=ROLES, registry=WITH_LEAD)
    plan = case.pathway.steps["plan"]
    assert shown_in(plan, "responsible") == ("full_name",)
    assert shown_in(plan, "lead") == ()
    case.do(c.Look(known=("full_name",)), LEAD)
    assert [fact.fields for fact in case.last if isinstance(fact, IdentitySeen)] == [()]


MEMBERS = ("a", "b", "c", "d")
OUTCOMES = ("yes", "no", "later")


@pytest.mark.parametrize("agree", ["majority", "all", 3])
@pytest.mark.parametrize("quorum", [1, 3])
def test_what_is_certain_never_changes_and_is_certain_as_early_as_can_be(
    agree: str | int, quorum: int
) -> None:
    """Compared with every way in which four members may vote, one after the other, or not."""
    chair = "d" if agree == "majority" else None
    trial = Panel.model_validate(
        {
            "members": MEMBERS,
            "quorum": quorum,
            "agree": agree,
            "chair": chair,
            "tied": "later",
            "no_quorum": "no",
        }
    )
    ways = [dict(zip(MEMBERS, way, strict=True)) for way in product((*OUTCOMES, ""), repeat=4)]

    def final(way: dict[str, str]) -> str:
        cast = {role: outcome for role, outcome in way.items() if outcome}
        found = certain(trial, OUTCOMES, cast, ())
        assert found is not None
        return found.outcome

    ends = {tuple(way.values()): final(way) for way in ways}
    for way, known in product(ways, range(4)):
        cast = {role: way[role] for role in MEMBERS[:known] if way[role]}
        begun = tuple(way.values())[:known]
        possible = {end for votes, end in ends.items() if votes[:known] == begun}
        found = certain(trial, OUTCOMES, cast, MEMBERS[known:])
        assert (found.outcome if found else None) == (
            possible.pop() if len(possible) == 1 else None
        )


def test_a_suspended_panel_waits_and_goes_on() -> None:
    """Its members have the time that was left."""
    body = panel() + "interrupts:\n  rest: {raised_by: screener, suspends: start, review: 1 day}\n"
    case = Case(body, head=ROLES, registry=WITH_LEAD)
    due = case.task("plan.1.lead").due_at
    case.do(c.Raise(interrupt="rest"), DESK)
    assert case.refused(c.Complete(task="plan.1.lead", outcome="approved"), LEAD) == "suspended"
    case.do(c.Resolve(interrupt="rest"), DESK, days=2)
    assert due is not None
    assert case.task("plan.1.lead").due_at == due + timedelta(days=2)
