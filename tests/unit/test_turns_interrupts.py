"""Interrupts: raised in any state, with all that they stop, bar and set."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import commands as c
from engine.facts import NoticesCancelled, still_owed
from tests.factories import CARE, CARE2, DESK, HOME, MONDAY, Case

BODY = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country, risk?]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 10 working days
        declined: end stays
        silent: tell manager
      plan: {by: manager, due: 10 hours, late: [after 2 hours tell screener]}
      hear: {by: home, after: ask_home}
  later:
    after: start
    steps:
      rest: {by: screener}
    then: end done
interrupts:
  pause: {raised_by: manager, suspends: start, review: 3 days, tell: [manager]}
  hold: {raised_by: manager, suspends: start, review: 3 days}
  wait_later: {raised_by: manager, suspends: later, review: 3 days}
  asks_to_stay: {raised_by: [screener, manager], set: {risk: high}, bars: origin}
  leaves: {raised_by: screener, then: end gone}
  late_word: {raised_by: [manager, responsible], when: step.where.done}
"""


def asked() -> Case:
    """A request is with the partner."""
    case = Case(BODY)
    case.complete("where.1", home_country="NG")
    case.give()
    return case


@pytest.mark.parametrize(
    ("act", "by", "reason"),
    [
        (c.Raise(interrupt="other"), DESK, "not_found"),
        (c.Raise(interrupt="leaves"), CARE, "not_allowed"),
        (c.Raise(interrupt="leaves"), CARE2, "not_allowed"),
        (c.Resolve(interrupt="pause"), DESK, "not_raised"),
        (c.Resolve(interrupt="other"), DESK, "not_found"),
    ],
)
def test_an_interrupt_is_refused_to_who_may_not_raise_it(act: c.Act, by: str, reason: str) -> None:
    """Only who holds one of its roles may."""
    assert asked().refused(act, by) == reason


def test_the_responsible_agency_raises_only_what_names_it() -> None:
    """`responsible` is a role like the others; who is not named may still resolve."""
    case = asked()
    case.do(c.Claim(task="plan.1"), CARE)  # so the manager is somebody else
    assert case.refused(c.Raise(interrupt="pause"), DESK) == "not_allowed"
    case.do(c.Raise(interrupt="late_word"), DESK)
    case.do(c.Raise(interrupt="pause"), CARE)
    case.do(c.Resolve(interrupt="pause"), DESK)
    assert case.state.interrupts == ("late_word",)


def test_an_interrupt_may_wait_for_a_condition() -> None:
    """Before it holds nobody may raise it, not even who is named."""
    case = Case(BODY)
    assert case.refused(c.Raise(interrupt="late_word"), DESK) == "condition"
    case.complete("where.1", home_country="NG")
    case.do(c.Raise(interrupt="late_word"), DESK)
    assert case.state.interrupts == ("late_word",)


def test_what_the_responsible_agency_owes_goes_with_the_responsibility() -> None:
    """A task `by: responsible` is never left with who answers no more."""
    case = Case(
        """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      watch: {by: responsible, optional: yes}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 10 working days
        declined: end stays
        silent: tell responsible
        responsibility: on_acceptance
"""
    )
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.state.tasks["watch.1"].agency == DESK
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert case.state.tasks["watch.1"].agency == HOME


def test_an_interrupt_is_raised_once_and_may_come_again_when_it_is_over() -> None:
    """The case remembers that it was."""
    case = asked()
    case.do(c.Raise(interrupt="pause"), CARE)
    assert case.refused(c.Raise(interrupt="pause"), CARE) == "raised_already"
    case.do(c.Resolve(interrupt="pause"), CARE)
    case.do(c.Raise(interrupt="pause"), CARE)
    assert case.state.interrupts == ("pause",)


def test_an_interrupt_may_end_the_case_in_any_state() -> None:
    """Nothing stays open; whoever had a part is told that it is no longer needed."""
    case = asked()
    case.do(c.Raise(interrupt="leaves"))
    assert (case.state.status, case.state.end) == ("ended", "gone")
    assert case.open == []
    assert case.state.clocks == {}
    assert NoticesCancelled() in case.last
    assert sorted(case.told()) == ["no_longer_needed"] * 2
    assert case.refused(c.Raise(interrupt="pause"), CARE) == "closed"


def test_a_suspended_stage_rests_and_somebody_looks_after_it() -> None:
    """Promise 2: while it rests, the responsible agency has the next action."""
    case = asked()
    case.do(c.Raise(interrupt="pause"), CARE)
    assert case.state.stages["start"] == "suspended"
    assert case.task("plan.1").status == "suspended"
    assert case.task("pause.1").due_at is not None
    assert case.told(CARE) == ["attention"]
    assert case.refused(c.Complete(task="plan.1"), CARE) == "suspended"
    assert case.refused(c.Reassign(task="plan.1", agency=CARE2)) == "suspended"
    assert case.refused(c.Complete(task="pause.1")) == "needs_resolve"
    case.wait(days=2)
    assert not case.task("plan.1").overdue


def test_what_was_suspended_goes_on_with_the_time_that_was_left() -> None:
    """Suspended 4 of 10 hours in: 6 are left; its ladder moves along."""
    case = asked()
    case.do(c.Raise(interrupt="pause"), CARE, hours=4)
    case.do(c.Resolve(interrupt="pause"), CARE, days=2)
    assert case.state.stages["start"] == "open"
    assert case.task("plan.1").status == "assigned"
    due = MONDAY + timedelta(hours=10, days=2)
    assert case.task("plan.1").due_at == due
    assert case.state.clocks["plan.1:due"].at == due
    assert case.state.clocks["plan.1:rung:0"].at == due + timedelta(hours=2)
    assert case.task("pause.1").status == "done"


def test_working_days_that_were_left_are_left() -> None:
    """The receiver had 10 from Monday; after two days 8 are left, from Wednesday week on."""
    case = asked()
    case.do(c.Raise(interrupt="pause"), CARE, days=2)
    case.do(c.Resolve(interrupt="pause"), CARE, days=7)
    assert case.hand_over("ask_home.1").answer_by == datetime.fromisoformat(
        "2026-03-23T23:59:59+00:00"
    )


def test_two_interrupts_hold_a_stage_until_both_are_over() -> None:
    """In whatever order they end."""
    case = asked()
    case.do(c.Raise(interrupt="pause"), CARE)
    case.do(c.Raise(interrupt="hold"), CARE)
    case.do(c.Resolve(interrupt="pause"), CARE)
    assert case.state.stages["start"] == "suspended"
    case.do(c.Resolve(interrupt="hold"), CARE)
    assert case.state.stages["start"] == "open"


def test_a_stage_that_is_held_before_it_opens_does_not_open() -> None:
    """It does as soon as the interrupt is over."""
    case = Case(BODY.split("interrupts:")[0].split("      talk")[0] + LATER)
    case.do(c.Raise(interrupt="wait_later"), CARE)
    case.complete("where.1", home_country="NG")
    assert "later" not in case.state.stages
    case.do(c.Resolve(interrupt="wait_later"), DESK)
    assert case.open == ["rest.1"]


LATER = (
    "  later:"
    + BODY.split("  later:")[1].split("  pause")[0]
    + ("  wait_later: {raised_by: manager, suspends: later, review: 3 days}\n")
)


def test_a_barred_side_gets_nothing_from_then_on() -> None:
    """Promise 5: a barred recipient gets nothing but the word that it is over."""
    case = asked()
    case.do(c.Raise(interrupt="asks_to_stay"))
    assert case.state.barred == ("origin",)
    assert case.state.data["risk"] == "high"
    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.state.steps["ask_home"] == "skipped"
    assert case.told(HOME) == ["no_longer_needed"]
    assert NoticesCancelled(agencies=(HOME,)) in case.last
    case.wait(days=40)
    assert case.told(HOME) == []
    assert case.refused(c.AcceptHandOver(hand_over="ask_home.1"), HOME) == "barred"


def test_a_barred_agency_that_has_no_part_any_more_gets_nothing_that_is_still_owed() -> None:
    case = Case(BODY.replace("declined: end stays", "declined: go on"))
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    assert HOME not in case.view.involved()
    case.do(c.Raise(interrupt="asks_to_stay"))
    (cancelled,) = (each.agencies for each in case.last if isinstance(each, NoticesCancelled))
    assert HOME in cancelled


def test_what_a_barred_agency_holds_is_taken_back() -> None:
    """The responsible agency goes on with it, and with what would come to them later."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert case.task("hear.1").agency == HOME
    case.do(c.Raise(interrupt="asks_to_stay"))
    assert case.task("hear.1").agency == DESK
    assert case.told(DESK) == ["task_assigned"]
    assert case.refused(c.Reassign(task="hear.1", agency=HOME)) == "barred"


def test_barring_before_a_request_is_prepared_leaves_nothing_to_send() -> None:
    """The step is passed over, and nobody can be named to the person any more."""
    case = Case(BODY)
    case.complete("where.1", home_country="NG")
    case.do(c.Raise(interrupt="asks_to_stay"))
    assert case.refused(c.RecordConsent(task="talk.1", given=True)) == "recipient_unknown"
    case.refuse()
    assert case.state.steps["ask_home"] == "skipped"
    assert case.told(HOME, ever=True) == []


def test_a_task_that_rests_with_a_barred_agency_does_not_come_back_to_it() -> None:
    """Suspended, barred, resumed: the responsible agency has it."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.do(c.Raise(interrupt="pause"), CARE)
    case.do(c.Raise(interrupt="asks_to_stay"))
    case.do(c.Resolve(interrupt="pause"), CARE)
    assert case.task("hear.1").agency == DESK
    assert case.told(HOME) == []


def test_where_the_origin_is_at_home_nobody_at_home_is_barred() -> None:
    """Promise 2: the case keeps its responsible agency."""
    case = Case(BODY)
    case.complete("where.1", home_country="GH")
    case.do(c.Raise(interrupt="asks_to_stay"))
    assert case.task("plan.1").agency == CARE
    assert case.told(CARE, ever=True) == ["task_assigned"]


BROUGHT = """
stages:
  start: {steps: {talk: {by: screener}}, then: end done}
  whereabouts:
    steps:
      keep_in_touch: {by: screener}
      report:
        by: manager
        optional: yes
        not_before: interrupt.missing
        repeat: {at_most: 20, on: [interrupt.missing]}
        due: {time: 24 hours after interrupt.missing, paused_while: never}
interrupts:
  missing: {raised_by: screener, suspends: STAGE, review: 3 days}
"""


def test_a_step_that_waits_for_an_interrupt_opens_each_time_it_is_raised() -> None:
    """Its period counts from then; where that is reported late, from when its agency is told."""
    case = Case(BROUGHT.replace("STAGE", "start"))
    assert case.open == ["keep_in_touch.1", "talk.1"]
    case.do(c.Raise(interrupt="missing"), hours=10, occurred=MONDAY + timedelta(hours=4))
    assert case.task("report.1").due_at == MONDAY + timedelta(hours=34)
    case.do(c.Complete(task="report.1"), CARE)
    case.do(c.Resolve(interrupt="missing"), days=1)
    assert case.open == ["keep_in_touch.1", "talk.1"]
    case.do(c.Raise(interrupt="missing"), days=1)
    assert case.task("report.2").due_at == case.now + timedelta(hours=24)


def test_a_step_of_a_stage_that_the_interrupt_suspends_rests_too() -> None:
    """It opens when the interrupt is over: such work stands in a stage of its own."""
    case = Case(BROUGHT.replace("STAGE", "whereabouts"))
    case.do(c.Raise(interrupt="missing"), hours=1)
    assert "report" not in case.state.steps or case.state.steps["report"] == "waiting"
    case.do(c.Resolve(interrupt="missing"), hours=1)
    assert "report.1" in case.open


def test_a_pause_that_is_reported_late_counts_from_its_recording() -> None:
    """What had passed by then had passed."""
    case = Case(
        BROUGHT.replace("STAGE", "start").replace(
            "talk: {by: screener}", "talk: {by: screener, due: 48 hours}"
        )
    )
    case.do(c.Raise(interrupt="missing"), hours=10, occurred=MONDAY + timedelta(hours=4))
    case.do(c.Resolve(interrupt="missing"), hours=5)
    assert case.task("talk.1").due_at == MONDAY + timedelta(hours=53)


def test_an_interrupt_that_a_step_raises_as_it_is_passed_over_holds_its_stage_at_once() -> None:
    """What stands below it in the stage does not open in the same turn, but once it is resolved."""
    body = """
stages:
  start:
    steps:
      talk: {by: screener, form: [married]}
      check: {by: screener, after: talk, when: married = yes, otherwise: interrupt danger}
      plan: {by: manager, after: talk}
    then: end done
interrupts:
  danger: {raised_by: [screener], suspends: start, review: 2 days}
"""
    case = Case(body)
    case.complete("talk.1", married=False)
    assert [each.id for each in case.state.open_tasks()] == ["danger.1"]
    case.do(c.Resolve(interrupt="danger"))
    assert [each.id for each in case.state.open_tasks()] == ["plan.1"]


OF_ONE_AND_THEN_THE_OTHER = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
  asking:
    after: start
    steps:
      ask_home: {hand_over: home, needs: consent.tell_home, answer: 1 day, responsibility: stays, declined: go on, silent: tell responsible}
  going:
    after: start
    steps:
      go_home: {hand_over: home, needs: consent.tell_home, answer: 20 days, responsibility: on_acceptance, declined: go on, silent: go on}
      rest: {by: home, after: go_home}
    then: end done
interrupts:
  pause: {raised_by: screener, suspends: asking, review: 30 days}
"""


def test_what_rests_passes_to_who_becomes_responsible_meanwhile() -> None:
    """It rests there too; its new holder is told of it, and has it once its stage goes on."""
    case, chase = Case(OF_ONE_AND_THEN_THE_OTHER), "ask_home.1.chase1"
    case.complete("where.1", home_country="NG")
    case.give()
    case.wait(days=3)
    case.do(c.Raise(interrupt="pause"))
    case.do(c.AcceptHandOver(hand_over="go_home.1"), HOME)
    assert (case.task(chase).agency, case.task(chase).status) == (HOME, "suspended")
    told = {
        each.owed.about: each.owed for each in still_owed(case.last) if each.owed.agency == HOME
    }
    assert told[chase].kind == "task_assigned"
    assert told[chase].due_at is None, "its time does not run"
    case.do(c.Resolve(interrupt="pause"), HOME)
    assert (case.task(chase).agency, case.task(chase).status) == (HOME, "assigned")
