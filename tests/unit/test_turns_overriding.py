"""Steps skipped or opened against the rules of a pathway: by whom, how far, flagged for ever."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from engine.facts import Overridden
from engine.verbs import act_of
from tests.factories import CARE, DESK, HEAD, HOME, Case, pathway
from tests.told import refused_with

ALLOWED = HEAD + "overrides: [manager]\n"
BODY = """
stages:
  first:
    steps:
      where: {by: screener, form: [home_country, risk?, married?]}
      look: {by: manager, due: 2 days}
      plan: {by: screener, after: look, not_before: 10 days, when: risk = low, otherwise: end stays}
      call: {by: screener, manual: yes}
      calls: {by: screener, optional: yes, series: {at: [1 day], after: go.arrived}}
      short: {by: screener, after: plan, stops_when: married}
  ask:
    after: first
    steps:
      talk: {by: screener, consent: tell_home, refused: go on}
      ask_home: {hand_over: home, needs: consent.tell_home, answer: 5 days, declined: go on, silent: go on}
      go: {by: screener, after: ask_home, arrival: {confirmed_by: home, within: 3 days, missing: go on}}
interrupts:
  rest: {raised_by: [screener], suspends: first, review: 1 day}
"""


def case(head: str = ALLOWED) -> Case:
    found = Case(BODY, head=head, roles={"manager": CARE})
    found.complete("where.1", home_country="NG")
    return found


def skip(step: str, reason: str = "not_needed") -> c.Skip:
    return c.Skip(step=step, reason=reason)


def open_step(step: str, reason: str = "urgent") -> c.OpenStep:
    return c.OpenStep(step=step, reason=reason)


def test_a_step_is_skipped_against_the_rules() -> None:
    """Its task is withdrawn, what comes after it may follow, and the responsible agency knows."""
    seen = case()

    seen.do(skip("look"), CARE)

    assert seen.state.steps["look"] == "skipped"
    assert seen.task("look.1").status == "withdrawn"
    assert "look.1:due" not in seen.state.clocks
    assert seen.told(DESK)[0] == "attention"
    assert seen.told(CARE) == ["no_longer_needed"]


def test_a_step_may_be_skipped_before_it_opens_and_nothing_follows_from_it() -> None:
    """Neither its task nor its `otherwise`."""
    seen = case()

    seen.do(skip("plan"), CARE)
    seen.complete("look.1", CARE)

    assert seen.state.status == "open"
    assert seen.open == ["short.1"]


def test_a_step_opens_whatever_it_should_wait_for() -> None:
    """Before its turn, its moment and its condition."""
    seen = case()

    seen.do(open_step("plan"), CARE)
    seen.complete("plan.1")

    assert seen.state.steps["plan"] == "done"
    assert "short.1" in seen.open


def test_what_was_done_or_waits_for_its_moment_may_be_opened_too() -> None:
    """The clock that it waited for stops."""
    seen = Case(
        BODY.replace("when: risk = low, otherwise: end stays", "due: 2 days"),
        head=ALLOWED,
        roles={"manager": CARE},
    )
    seen.complete("look.1", CARE)
    waiting = seen.state.steps["plan"]

    seen.do(open_step("plan"), CARE)
    seen.do(open_step("look"), CARE)

    assert waiting == "waiting"
    assert "plan:floor" not in seen.state.clocks
    assert seen.open == ["look.2", "plan.1", "where.1"]


def test_it_is_flagged_for_ever() -> None:
    """Who, what, why and when; the person's code stands in the log alone."""
    seen = case()

    seen.do(skip("look"), CARE, person="staff-7")
    seen.do(open_step("plan"), CARE)

    first, second = seen.state.overrides
    assert (first.step, first.how, first.agency, first.reason) == (
        "look",
        "skipped",
        CARE,
        "not_needed",
    )
    assert (second.step, second.how, second.at) == ("plan", "opened", seen.now)
    assert [fact.by for fact in seen.facts if isinstance(fact, Overridden)] == [
        "staff-7",
        "staff-1",
    ]


def test_only_who_is_named_may() -> None:
    """And nobody where the pathway names nobody."""
    assert case().refused(skip("look"), DESK) == "not_allowed"
    assert case(HEAD).refused(skip("look"), CARE) == "not_allowed"
    assert case(HEAD).refused(skip("look"), DESK) == "not_allowed"


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (skip("look", "no_time"), "unknown_reason"),
        (skip("lok"), "not_found"),
        (skip("where"), "settled"),
        (skip("call"), "not_open"),
        (open_step("look"), "open_already"),
        (open_step("calls"), "too_early"),
        (open_step("ask_home"), "no_consent"),
    ],
)
def test_what_cannot_be_overridden_is_refused(act: c.Act, reason: str) -> None:
    """No reason passes over a consent."""
    assert case().refused(act, CARE) == reason


def test_what_rests_or_would_stop_at_once_stays_as_it_is() -> None:
    """An interrupt is no rule of the pathway."""
    seen = Case(BODY, head=ALLOWED, roles={"manager": CARE})
    seen.complete("where.1", home_country="NG", married=True)

    stopped = seen.refused(open_step("short"), CARE)
    seen.do(c.Raise(interrupt="rest"), DESK)

    assert stopped == "stopped"
    assert seen.refused(open_step("plan"), CARE) == "suspended"


def test_a_journey_under_way_is_not_skipped() -> None:
    """Whoever waits at the other end waits on."""
    seen = case()
    seen.do(open_step("talk"), CARE)
    seen.give()
    seen.do(open_step("ask_home"), CARE)
    seen.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    seen.do(open_step("go"), CARE)
    seen.complete("go.1")

    assert seen.refused(skip("go"), CARE) == "under_way"


def test_what_does_not_outlive_the_end_is_not_opened_after_it() -> None:
    """Only the stages that go on may be acted in."""
    body = """
stages:
  first:
    steps:
      plan: {by: screener, decide: {over: end stays}}
      late: {by: screener, after: plan}
  care:
    outlives_end: yes
    steps:
      visit: {by: manager}
      call: {by: manager, after: visit}
"""
    seen = Case(body, head=ALLOWED, roles={"manager": CARE})
    seen.do(c.Complete(task="plan.1", outcome="over"), DESK)
    assert seen.refused(open_step("late"), CARE) == "closed"
    seen.do(open_step("call"), CARE)
    assert "call.1" in seen.open


def test_a_scenario_says_why() -> None:
    """`skip STEP for REASON`, `open STEP for REASON`."""
    seen = case()

    assert act_of("skip look for not_needed", {}, seen.pathway, seen.state) == skip("look")
    assert act_of("open plan for urgent", {}, seen.pathway, seen.state) == open_step("plan")


def test_the_roles_are_checked() -> None:
    """A name that leads nowhere is refused."""
    with refused_with(DefinitionError, match="there is no role `manger`"):
        pathway(BODY, head=HEAD + "overrides: [manger]\n")
