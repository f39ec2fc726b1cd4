"""What one authority alone may do: a no passes it on to nobody."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.agencies.registry import Agency, Registry
from engine.facts import TaskDeclined
from tests.factories import CARE, CARE2, DESK, HEAD, REGISTRY, Case

ALONE = """
stages:
  start:
    steps:
      ask: {by: screener}
      rule: {by: manager, after: ask, passes_on: no, due: 3 days, LADDER decide: {granted: go on, denied: end stays}}
    then: end done
"""
WATCHED = "late: [remind manager, after 1 day tell above, after 3 days tell screener, after 1 week tell above],"


def asked(ladder: str = "", registry: Registry = REGISTRY) -> Case:
    case = Case(ALONE.replace("LADDER", ladder), registry=registry)
    case.complete("ask.1")
    return case


def declined(case: Case, by: str = CARE) -> None:
    case.do(c.Decline(task="rule.1", reason="no_capacity"), by)


def without(*agencies: str) -> Registry:
    return Registry(tuple(each for each in REGISTRY.agencies if each.code not in agencies))


def test_who_declines_still_owes_it_and_who_answers_for_the_case_is_told() -> None:
    """Neither another agency of the role nor the responsible one gets it; it may be done after all."""
    case = asked()
    case.do(c.Claim(task="rule.1"), CARE)

    declined(case)

    task = case.task("rule.1")
    assert (task.agency, task.status, task.claimed_by) == (CARE, "assigned", "")
    assert (case.told(DESK), case.told(CARE), case.told(CARE2)) == (["attention"], [], [])
    assert case.last[0] == TaskDeclined(task="rule.1", agency=CARE, reason="no_capacity")
    case.wait(days=4)
    assert case.task("rule.1").overdue
    case.do(c.Complete(task="rule.1", outcome="granted"), CARE)
    assert case.state.end == "done"


def test_who_hears_when_it_is_late_hears_of_the_no() -> None:
    """The ladder says who watches over it; each is told once."""
    head = HEAD.replace("  home: partner", "  above: ministry @ host\n  home: partner")
    above = Agency(code="GH-ABOVE", name="Ministry", country="GH", roles=("ministry",))
    case = Case(
        ALONE.replace("LADDER", WATCHED), head=head, registry=Registry((*REGISTRY.agencies, above))
    )
    case.complete("ask.1")
    declined(case)
    assert (case.told("GH-ABOVE"), case.told(DESK)) == (["attention"], ["attention"])
    assert case.told(CARE2) == []


def test_a_second_no_says_nothing_new() -> None:
    """Nobody is told again."""
    case = asked()
    declined(case)
    assert case.refused(c.Decline(task="rule.1", reason="other"), CARE) == "declined_already"


def test_it_may_be_reassigned_to_another_agency_of_the_role_and_to_nobody_else() -> None:
    """Somebody decides that; by itself it goes nowhere."""
    case = asked()
    declined(case)
    assert case.refused(c.Reassign(task="rule.1", agency=DESK)) == "not_able"
    case.do(c.Reassign(task="rule.1", agency=CARE2))
    case.do(c.Complete(task="rule.1", outcome="granted"), CARE2)
    assert case.state.end == "done"


def test_where_there_is_no_such_authority_the_responsible_agency_has_it_and_may_not_do_it() -> None:
    """No task hangs in the air; it is done by who holds the role as soon as there is one."""
    case = asked(registry=without(CARE, CARE2))
    assert case.task("rule.1").agency == DESK
    rule = c.Complete(task="rule.1", outcome="granted")
    assert case.refused(rule) == "not_able"
    assert case.refused(c.Decline(task="rule.1", reason="other")) == "responsible"
    case.registry = REGISTRY
    case.do(c.Reassign(task="rule.1", agency=CARE))
    case.do(rule, CARE)
    assert case.state.end == "done"


def test_of_two_that_may_take_it_the_other_one_keeps_it() -> None:
    """A no leaves it to who might have taken it anyway, and to nobody beyond."""
    case = Case(ALONE.replace("LADDER", "").replace("by: manager", "by: [manager, screener]"))
    case.complete("ask.1")
    declined(case)
    assert case.task("rule.1").agency == DESK
    case.do(c.Complete(task="rule.1", outcome="denied"))
    assert case.state.end == "stays"


def test_who_answers_for_the_case_and_is_that_authority_cannot_decline() -> None:
    """Nobody else would hear of it, unless somebody watches over it."""
    case = Case(ALONE.replace("LADDER", "").replace("by: manager", "by: screener"))
    case.complete("ask.1")
    assert case.refused(c.Decline(task="rule.1", reason="other")) == "responsible"
    watched = ALONE.replace("LADDER", "late: [after 1 day tell manager],")
    case = Case(watched.replace("by: manager", "by: screener"))
    case.complete("ask.1")
    declined(case, DESK)
    assert (case.told(CARE), case.task("rule.1").agency) == (["attention"], DESK)


@pytest.mark.parametrize("passes", ["", "passes_on: yes,"])
def test_without_the_word_it_passes_on(passes: str) -> None:
    """As it always did: to the next agency of the role, then to the responsible agency."""
    case = Case(ALONE.replace("LADDER", "").replace("passes_on: no,", passes))
    case.complete("ask.1")
    declined(case)
    assert case.task("rule.1").agency == CARE2
    declined(case, CARE2)
    case.do(c.Complete(task="rule.1", outcome="granted"))
    assert case.state.end == "done"


def test_who_takes_over_from_an_authority_that_leaves_has_it() -> None:
    """The next of the role, and not the responsible agency."""
    case = asked()
    case.registry = without(CARE)
    case.wait()
    assert case.task("rule.1").agency == CARE2
