"""What moves a clock: pauses, new starts, extensions, early ends, calendars, other editions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.calendars import Calendars, Holiday
from engine.decide import decide
from engine.facts import ClockMoved
from tests.factories import CALENDARS, CARE, CARE2, DESK, HOME, MONDAY, REGISTRY, Case


def day(text: str) -> datetime:
    """The last moment of a day."""
    return datetime.fromisoformat(f"{text}T23:59:59").replace(tzinfo=UTC)


def one_step(due: str, more: str = "", head: str = "") -> Case:
    """A case with a step `report` that is due as said, a step `talk`, and interrupts."""
    return Case(
        f"""
{head}
stages:
  start:
    steps:
      report: {{by: manager, due: {due}, late: [before 1 day remind manager]}}
      talk: {{by: screener, optional: yes, form: [risk?, married?, home_country?]}}
      contact: {{by: screener, manual: yes, repeat: {{at_most: 9}}}}
      {more}
    then: end done
interrupts:
  missing: {{raised_by: screener, then: go on}}
  hold: {{raised_by: screener, suspends: start, review: 3 days}}
"""
    )


# standing still


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
    case = one_step("1 day", f"push: {{by: manager, due: 1 day, {body}}}")
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
    case = one_step("{time: 1 day, restarted_by: contact.done}")
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


# shorter


def test_a_period_ends_at_once() -> None:
    """For a floor: the step opens; it ends although it stands still."""
    clock = "wait: {time: 45 days after case.opened, shorten: {role: screener}, "
    clock += "paused_while: interrupt.missing.open}"
    case = one_step("30 days", "next: {by: manager, not_before: wait}", f"clocks: {{{clock}}}")
    assert case.refused(c.Shorten(name="wait"), CARE) == "not_allowed"
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


def test_who_owes_something_earlier_than_was_said_is_told() -> None:
    """By a shortening, or by a holiday that is none after all; not where it became later."""
    case = one_step("{time: 30 days, shorten: {role: screener, to: 10 days}}")
    case.do(c.Shorten(name="report"))
    assert case.told(CARE) == ["attention"]
    counted = one_step("5 working days")
    refresh(counted, with_holiday("GH", date(2026, 3, 4)))
    assert counted.state.notices == 2
    refresh(counted, CALENDARS)
    assert counted.state.notices == 3


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


# calendars


def with_holiday(country: str, *days: date) -> Calendars:
    """A new edition of one country."""
    return Calendars(
        tuple(
            replace(each, id=f"{country}-new", holidays=tuple(Holiday(day) for day in days))
            if each.country == country
            else each
            for each in CALENDARS.editions
        )
    )


def refresh(case: Case, calendars: Calendars) -> list[ClockMoved]:
    """The case, counted again by these calendars."""
    command = c.Command(act=c.Refresh(), agency="", occurred_at=case.now, recorded_at=case.now)
    decision = decide(case.pathway, case.state, command, REGISTRY, calendars)
    case.state = decision.state
    return [fact for fact in decision.facts if isinstance(fact, ClockMoved)]


def test_the_calendar_of_a_side_counts_and_two_count_together() -> None:
    """While a side is not known, the period does not run; its clock starts when it is."""
    due = "{time: 3 working days, calendar: [host, origin]}"
    case = one_step(due)
    assert case.task("report.1").due_at is None
    case.complete("talk.1", home_country="NG")
    assert case.task("report.1").due_at == day("2026-03-05")
    assert case.state.clocks["report.1:due"].editions == ("GH-plain", "NG-plain")
    moved = refresh(case, with_holiday("NG", date(2026, 3, 4)))
    assert [fact.key for fact in moved] == ["report.1:due"]
    assert case.task("report.1").due_at == day("2026-03-06")


def test_a_last_day_that_is_not_worked_rolls() -> None:
    """Also after an extension and after a pause."""
    due = "{time: 5 days, roll: next, extend: {by: 5 days, role: manager}, "
    due += "paused_while: interrupt.missing.open}"
    case = one_step(due)
    assert case.task("report.1").due_at == day("2026-03-09")
    case.do(c.Extend(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-03-16")
    case.do(c.Raise(interrupt="missing"))
    case.do(c.Resolve(interrupt="missing"), days=5)
    assert case.task("report.1").due_at == day("2026-03-19")


def test_a_new_edition_moves_what_is_open_and_nothing_that_was_due() -> None:
    """A holiday declared late: the open deadline moves, the ladder with it; the breach stays."""
    case = one_step("5 working days", "rest: {by: manager, due: 1 working day}")
    case.wait(days=2)
    assert case.task("rest.1").overdue
    before = case.task("rest.1")
    moved = refresh(case, with_holiday("GH", date(2026, 3, 3), date(2026, 3, 6)))
    assert [(fact.key, fact.because) for fact in moved] == [("report.1:due", "calendar")]
    assert (moved[0].before, moved[0].after) == (day("2026-03-09"), day("2026-03-11"))
    assert case.task("report.1").due_at == day("2026-03-11")
    assert case.state.clocks["report.1:rung:0"].at.date() == date(2026, 3, 10)
    assert case.task("rest.1") == before
    assert refresh(case, with_holiday("GH", date(2026, 3, 3), date(2026, 3, 6))) == []


def test_a_consent_that_is_valid_for_working_days_follows_its_calendar() -> None:
    """What it covers ends with its clock."""
    body = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      last: {by: manager}
    then: end done
"""
    case = Case(body, consents="tell_home: {to: home, ask: May we?, valid: 5 working days}")
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.state.consents["tell_home"].expires_at == day("2026-03-09")
    refresh(case, with_holiday("GH", date(2026, 3, 4)))
    assert case.state.consents["tell_home"].expires_at == day("2026-03-10")


def test_a_due_moment_is_set_as_soon_as_it_is_known() -> None:
    """And an answer too; neither twice."""
    body = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country, leaves?]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      pack: {by: manager, due: 2 days before leaves}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        seen: 1 day
        answer: 3 days after ask_home.seen
        declined: end stays
        silent: tell manager
    then: end done
"""
    case = Case(body)
    assert case.task("pack.1").due_at is None
    case.complete("where.1", home_country="NG", leaves="2026-04-01T12:00:00+00:00")
    assert case.task("pack.1").due_at == datetime(2026, 3, 30, tzinfo=UTC)
    case.give()
    case.wait(days=3)
    assert case.hand_over("ask_home.1").overdue
    assert case.hand_over("ask_home.1").answer_by is None
    case.do(c.See(hand_over="ask_home.1"), HOME)
    assert case.hand_over("ask_home.1").answer_by == day("2026-03-08")


def test_nobody_but_the_holder_of_the_role_extends() -> None:
    """Another agency of the same type does not hold it."""
    assert one_step(EXTEND).refused(c.Extend(name="report"), CARE2) == "not_allowed"
