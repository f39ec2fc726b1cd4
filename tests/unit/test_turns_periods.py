"""What moves a clock: pauses, new starts, extensions, early ends, calendars, other editions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import commands as c
from engine.facts import ClockMoved
from tests.factories import CARE, CARE2, DESK, MONDAY
from tests.periods import day, one_step

# paused


def test_a_clock_stands_still_while_its_condition_holds() -> None:
    """A missing person: what remained at the disappearance remains at the return."""
    case = one_step("{time: 10 days, paused_while: interrupt.missing.open}")
    case.do(c.Raise(interrupt="missing"), days=2)
    assert case.state.clocks["report.1:due"].paused_at == case.now
    case.wait(days=20)
    assert not case.task("report.1").overdue
    case.do(c.Resolve(interrupt="missing"))
    assert case.task("report.1").due_at == day("2026-04-01")
    assert case.state.clocks["report.1:due"].paused_at is None
    assert case.state.clocks["report.1:rung:0"].at == day("2026-03-31").replace(
        hour=0, minute=0, second=0
    )


def test_a_clock_whose_condition_holds_already_does_not_begin_to_run() -> None:
    """It stands still from its first moment."""
    case = one_step(
        "{time: 24 hours after talk.done, paused_while: interrupt.missing.open}",
    )
    case.do(c.Raise(interrupt="missing"))
    case.complete("talk.1")
    assert case.state.clocks["report.1:due"].paused_at == case.now
    case.wait(days=3)
    case.do(c.Resolve(interrupt="missing"))
    assert case.task("report.1").due_at == case.now + timedelta(hours=24)


def test_a_task_whose_clock_never_stands_still_goes_on_in_a_suspended_stage() -> None:
    """A missing person's report to the police is not paused (SEF-MISS)."""
    case = one_step("{time: 2 days, paused_while: never}", "rest: {by: manager, due: 2 days}")
    case.do(c.Raise(interrupt="hold"))
    assert case.task("report.1").status == "assigned"
    assert case.task("rest.1").status == "suspended"
    assert case.state.clocks["report.1:rung:0"].paused_at is None
    case.wait(days=3)
    assert case.task("report.1").overdue
    assert not case.task("rest.1").overdue
    case.complete("report.1", CARE)


def test_a_window_that_the_body_sets_does_not_rest_with_its_stage() -> None:
    """A medicine that helps within 72 hours (PEP)."""
    step = "dose: {by: manager, due: {time: 72 hours, kind: clinical}, lapsed: tell manager}"
    case = one_step("30 days", step)
    case.do(c.Raise(interrupt="hold"))
    assert case.task("dose.1").status == "assigned"
    case.wait(hours=73)
    assert case.state.steps["dose"] == "lapsed"


def test_a_ladder_that_comes_again_rests_with_its_task() -> None:
    """What remained until its next time remains."""
    body = "late: ['every 2 days remind manager, at most 3']"
    case = one_step("9 days", f"push: {{by: manager, due: 1 day, {body}}}")
    case.wait(days=4)
    assert case.state.clocks["push.1:rung:0"].at == day("2026-03-07")
    case.do(c.Raise(interrupt="hold"))
    case.do(c.Resolve(interrupt="hold"), days=10)
    assert case.state.clocks["push.1:rung:0"].at == day("2026-03-17")
    case.wait(days=2)
    assert case.state.clocks["push.1:rung:0"].at == day("2026-03-19")


def test_two_reasons_to_stand_still_are_both_over_before_it_goes_on() -> None:
    """The suspended stage and the condition."""
    case = one_step("{time: 48 hours, paused_while: interrupt.missing.open}")
    case.do(c.Raise(interrupt="missing"), hours=12)
    case.do(c.Raise(interrupt="hold"), hours=12)
    case.do(c.Resolve(interrupt="missing"), days=3)
    assert case.state.clocks["report.1:due"].paused_at == MONDAY + timedelta(hours=12)
    case.do(c.Resolve(interrupt="hold"), days=3)
    assert case.task("report.1").due_at == case.now + timedelta(hours=36)


@pytest.mark.parametrize(
    ("due", "at"), [("leaves", "2026-03-20T08:00"), ("24 hours before leaves", "2026-03-19T08:00")]
)
def test_a_pause_does_not_put_off_a_day_that_is_set_from_outside(due: str, at: str) -> None:
    """The plane leaves when it leaves, whoever was missed for some days before."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    opens = f"ask: {{by: manager, not_before: {due}}}"
    say = "say: {by: screener, form: [leaves]}"
    case = one_step(due, f"{opens}\n      {say}")
    case.complete("say.1", leaves="2026-03-20T08:00:00+00:00")
    case.do(c.Raise(interrupt="hold"), days=1)
    case.do(c.Resolve(interrupt="hold"), days=3)
    assert case.task("report.1").due_at == moment
    assert case.state.clocks["ask:floor"].at == moment


def test_what_was_to_open_while_its_stage_rested_opens_when_it_goes_on() -> None:
    """The birthday has passed meanwhile; it is not put off by the pause."""
    opens = "ask: {by: manager, not_before: 2 days before leaves}"
    case = one_step("30 days", f"{opens}\n      say: {{by: screener, form: [leaves]}}")
    case.complete("say.1", leaves="2026-03-05T08:00:00+00:00")
    case.do(c.Raise(interrupt="hold"))
    case.do(c.Resolve(interrupt="hold"), days=10)
    assert case.task("ask.1").status == "assigned"


def test_a_pause_does_not_move_what_became_known_after_it() -> None:
    """The other moment of `earliest of` came later: it is as near as it is."""
    clock = "time: 'earliest of (30 days, 5 days after talk.done)'"
    case = one_step(f"{{{clock}, paused_while: interrupt.missing.open}}")
    case.do(c.Raise(interrupt="missing"), days=1)
    case.do(c.Resolve(interrupt="missing"), days=10)
    assert case.task("report.1").due_at == day("2026-04-11")
    case.do(c.Complete(task="talk.1"), days=1)
    assert case.task("report.1").due_at == day("2026-03-19")


def test_a_happened_moment_ends_a_clock_that_stood_still_before() -> None:
    """The clock ends with the word, however long it had been paused."""
    head = "clocks: {reflection: {time: 'earliest of (30 days after case.opened, talk.done)', "
    head += "paused_while: interrupt.missing.open}}"
    case = one_step("30 days", head=head)
    case.do(c.Raise(interrupt="missing"), days=1)
    case.do(c.Resolve(interrupt="missing"), days=5)
    case.do(c.Complete(task="talk.1"), days=1)
    assert case.moment("clock.reflection") == case.now


# counted anew


def test_a_period_starts_again_when_its_moment_comes() -> None:
    """An interrupted period is counted anew from the interruption (DE, section 59)."""
    case = one_step("{time: 3 months, restarted_by: contact.done}")
    assert case.task("report.1").due_at == day("2026-06-02")
    case.do(c.Start(step="contact"), days=30)
    case.do(c.Complete(task="contact.1"), days=1)
    assert case.task("report.1").due_at == day("2026-07-02")
    case.do(c.Start(step="contact"))
    case.do(c.Complete(task="contact.2"), days=1, occurred=case.now)
    assert case.task("report.1").due_at == day("2026-07-02")
    assert [fact.because for fact in case.facts if isinstance(fact, ClockMoved)] == ["restarted"]


def test_a_late_report_starts_a_period_again_from_when_it_happened() -> None:
    """And one of before the period began does not."""
    case = one_step("{time: 30 days after talk.done, restarted_by: contact.done}")
    case.do(c.Start(step="contact"))
    case.do(c.Complete(task="talk.1"), days=3)
    case.do(c.Complete(task="contact.1"), days=3, occurred=MONDAY + timedelta(days=1))
    assert case.task("report.1").due_at == day("2026-04-04")
    case.do(c.Start(step="contact"))
    case.do(c.Complete(task="contact.2"), days=3, occurred=MONDAY + timedelta(days=5))
    assert case.task("report.1").due_at == day("2026-04-06")


def test_what_has_run_out_does_not_start_again() -> None:
    """It is over; a task stays overdue."""
    case = one_step("{time: 2 days, restarted_by: contact.done}")
    case.do(c.Start(step="contact"), days=3)
    case.do(c.Complete(task="contact.1"))
    assert case.task("report.1").overdue
    assert "report.1:due" not in case.state.clocks


# longer


EXTEND = "{time: 30 days, extend: {by: 10 days, role: manager}}"


def test_a_role_extends_a_period_as_often_as_it_may() -> None:
    """With a ladder of its own: who was reminded of the old end is reminded of the new one."""
    case = one_step(EXTEND)
    assert case.refused(c.Extend(name="report"), DESK) == "not_allowed"
    case.wait(days=29)
    assert case.told(CARE) == ["reminder"]
    case.do(c.Extend(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-04-11")
    assert case.refused(c.Extend(name="report.1"), CARE) == "used_up"
    case.wait(days=10)
    assert case.told(CARE) == ["reminder"]
    assert not case.task("report.1").overdue


def test_only_what_runs_is_extended() -> None:
    """Neither a period without the word, nor one that is over."""
    case = one_step(EXTEND, "rest: {by: manager, due: 1 day}")
    assert case.refused(c.Extend(name="rest"), CARE) == "not_open"
    assert case.refused(c.Extend(name="nothing"), CARE) == "not_open"
    case.wait(days=31)
    assert case.refused(c.Extend(name="report"), CARE) == "not_open"
    assert case.task("report.1").overdue


def test_a_period_extends_itself_once_as_soon_as_its_condition_holds() -> None:
    """Two months more for a child (GR)."""
    case = one_step("{time: 3 months, extend: {by: 2 months, when: married}}")
    assert case.task("report.1").due_at == day("2026-06-02")
    case.complete("talk.1", married=True)
    assert case.task("report.1").due_at == day("2026-08-02")
    case.wait(days=1)
    assert case.state.clocks["report.1:due"].extensions != ()
    assert case.task("report.1").due_at == day("2026-08-02")


def test_a_period_that_opens_when_its_condition_holds_is_long_from_the_first() -> None:
    """The notice of the task says the right day."""
    case = one_step(
        "30 days",
        "last: {by: manager, after: talk, due: {time: 1 week, extend: "
        "{by: 1 week, when: married}}}",
    )
    case.complete("talk.1", married=True)
    assert case.task("last.1").due_at == day("2026-03-16")
    assert [fact for fact in case.facts if isinstance(fact, ClockMoved)] == []


def test_an_extension_in_hours_never_brings_the_end_of_days_nearer() -> None:
    """A pause over midnight gave a whole day to the 20 days; the 5 hours come after it."""
    case = one_step("{time: 20 days, extend: {by: 5 hours, role: manager}}")
    case.do(c.Raise(interrupt="hold"), hours=13)
    case.do(c.Resolve(interrupt="hold"), hours=2)
    assert case.task("report.1").due_at == day("2026-03-23")
    case.do(c.Extend(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-03-23") + timedelta(hours=5)


def test_a_pause_after_the_first_end_belongs_to_the_extension() -> None:
    """It stands still by hours, as the extension is counted."""
    case = one_step("{time: 20 days, extend: {by: 48 hours, role: manager}}")
    case.do(c.Extend(name="report"), CARE)
    case.do(c.Raise(interrupt="hold"), days=21)
    case.do(c.Resolve(interrupt="hold"), hours=20)
    assert case.task("report.1").due_at == day("2026-03-24") + timedelta(hours=20)


def test_what_becomes_known_in_a_pause_does_not_end_a_clock_as_it_is_extended() -> None:
    """It counts when the clock goes on, with what was left of the pause when it began."""
    clock = (
        "time: 'earliest of (30 days, 6 days after talk.done)', extend: {by: 3 days, role: manager}"
    )
    case = one_step(f"{{{clock}, paused_while: interrupt.missing.open}}")
    case.do(c.Raise(interrupt="missing"))
    case.complete("talk.1")
    case.do(c.Extend(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-04-04")
    case.do(c.Resolve(interrupt="missing"), days=2)
    assert case.task("report.1").due_at == day("2026-03-13")


# shorter


def test_a_period_ends_at_once() -> None:
    """For a floor: the step opens; it ends although it stands still."""
    clock = "wait: {time: 45 days after case.opened, shorten: {role: screener}, "
    clock += "paused_while: interrupt.missing.open}"
    case = one_step("30 days", "next: {by: manager, not_before: wait}", f"clocks: {{{clock}}}")
    assert case.refused(c.Shorten(name="wait"), CARE) == "not_open"
    case.do(c.Raise(interrupt="missing"), days=1)
    case.do(c.Shorten(name="wait"), days=1)
    assert case.moment("clock.wait") == case.now
    assert "next.1" in case.open
    assert case.refused(c.Shorten(name="wait")) == "not_open"


@pytest.mark.parametrize(
    ("days", "due"),
    [(2, "2026-03-12"), (9, "2026-03-12"), (20, None)],
    ids=["early", "just in time", "too late"],
)
def test_a_period_becomes_as_if_it_had_been_shorter(days: int, due: str | None) -> None:
    """Where that lies in the past, it ends now: nobody is late before it was said."""
    case = one_step("{time: 30 days, shorten: {role: screener, to: 10 days}}")
    case.do(c.Shorten(name="report"), days=days)
    assert case.task("report.1").due_at == (day(due) if due else case.now)
    assert case.task("report.1").overdue is (due is None)
    assert case.refused(c.Shorten(name="report")) in ("used_up", "not_open")


# conditions and named clocks


def test_a_named_clock_does_not_start_before_its_condition_holds() -> None:
    """Then it is counted from its anchor, as it is written."""
    clock = "wait: {time: 10 days after case.opened, when: married}"
    step = "ask: {by: manager, when: clock.wait.running, otherwise: skip, after: talk}"
    case = one_step("30 days", step, f"clocks: {{{clock}}}")
    assert "clock.wait" not in case.state.clocks
    case.do(c.Complete(task="talk.1", answers={"married": True}), days=2)
    assert case.state.clocks["clock.wait"].at == day("2026-03-12")
    assert "ask.1" in case.open


def test_an_interrupt_is_open_until_it_is_resolved() -> None:
    """Unlike `raised`, which it is for ever."""
    step = "ask: {by: manager, after: talk, when: interrupt.missing.open, otherwise: skip}"
    case = one_step("30 days", step)
    case.do(c.Raise(interrupt="missing"))
    case.do(c.Resolve(interrupt="missing"))
    case.complete("talk.1")
    assert case.state.steps["ask"] == "skipped"


def test_nobody_but_the_holder_of_the_role_extends() -> None:
    """Another agency of the same type does not hold it."""
    assert one_step(EXTEND).refused(c.Extend(name="report"), CARE2) == "not_open"
