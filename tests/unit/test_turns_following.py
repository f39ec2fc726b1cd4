"""What was foreseen may change: a date is answered anew, a named clock moves. Periods follow."""

from __future__ import annotations

from datetime import timedelta

from engine import commands as c
from engine.facts import ClockMoved
from tests.factories import CARE, HEAD, MONDAY, Case
from tests.periods import day

WEEK_BEFORE = """
clocks:
  of_age: birthday 18 of born
stages:
  start:
    steps:
      talk: {by: screener, form: [born, leaves]}
      again: {by: screener, manual: yes, form: [born?, leaves?], repeat: {at_most: 5}}
      plan: {by: manager, after: talk, due: 24 hours before leaves, late: [before 1 day remind manager]}
      pack: {by: manager, after: talk, not_before: 48 hours before leaves}
    then: end done
"""


def _leaves(days: float) -> str:
    return (MONDAY + timedelta(days=days)).isoformat()


def _planned() -> Case:
    case = Case(WEEK_BEFORE)
    case.complete("talk.1", born="2010-03-02", leaves=_leaves(20))
    case.do(c.Start(step="again"))
    return case


def test_what_is_due_by_a_date_follows_it_when_it_is_answered_anew() -> None:
    """A journey that is put off puts off what must be ready by then, with its ladder."""
    case = _planned()
    case.complete("again.1", leaves=_leaves(30))
    assert case.task("plan.1").due_at == MONDAY + timedelta(days=29)
    assert case.state.clocks["plan.1:rung:0"].at.date() == (MONDAY + timedelta(days=28)).date()
    moved = [fact for fact in case.last if isinstance(fact, ClockMoved)]
    assert {(fact.key, fact.because) for fact in moved} == {
        ("plan.1:due", "followed"),
        ("pack:floor", "followed"),
    }


def test_who_owes_something_earlier_than_before_hears_of_it() -> None:
    """The journey is brought forward, and the step that waited for it opens at once."""
    case = _planned()
    case.complete("again.1", leaves=_leaves(1.5))
    assert case.task("plan.1").due_at == MONDAY + timedelta(days=0.5)
    assert "attention" in case.told(CARE)
    assert "pack.1" in case.open


def test_the_same_answer_moves_nothing() -> None:
    """Nothing is said of what stays as it is."""
    case = _planned()
    case.complete("again.1", leaves=_leaves(20))
    assert [fact for fact in case.last if isinstance(fact, ClockMoved)] == []


def test_what_has_run_out_does_not_come_back() -> None:
    """It stays overdue: a breach is part of the record."""
    case = _planned()
    case.wait(days=19.5)
    case.complete("again.1", leaves=_leaves(40))
    assert case.task("plan.1").overdue


def test_a_birthday_follows_a_date_of_birth_that_was_corrected() -> None:
    """Each assessment of an age answers it anew."""
    case = _planned()
    case.complete("again.1", born="2008-03-09")
    assert case.state.clocks["clock.of_age"].at.date().isoformat() == "2026-03-09"


INTERIM = """
clocks:
  interim:
    time: 90 days after talk.done
    extend: {by: 30 days, role: manager}
    shorten: {role: manager}
    paused_while: interrupt.missing.open
stages:
  start:
    steps:
      talk: {by: screener}
      plan: {by: manager, after: talk, due: interim, late: [before 10 days remind manager]}
      ahead: {by: manager, after: talk, due: 30 days before interim}
      after: {by: manager, after: talk, not_before: 5 days after interim}
    then: end done
interrupts:
  missing: {raised_by: screener, then: go on}
"""


def _interim() -> Case:
    case = Case(INTERIM)
    case.complete("talk.1")
    return case


def test_what_is_due_by_the_end_of_a_named_clock_is_known_while_it_runs() -> None:
    """A decision before the interim help expires (22 USC 7105), with a reminder ahead of it."""
    case = _interim()
    assert case.task("plan.1").due_at == day("2026-05-31")
    assert case.task("ahead.1").due_at == day("2026-04-30") + timedelta(seconds=1)
    assert case.state.clocks["after:floor"].at == day("2026-06-05")


def test_it_moves_with_an_extension_and_with_an_early_end() -> None:
    """By an act on the clock alone."""
    case = _interim()
    case.do(c.Extend(name="interim"), CARE, days=1)
    assert case.task("plan.1").due_at == day("2026-06-30")
    assert case.state.clocks["after:floor"].at == day("2026-07-05")
    case.do(c.Shorten(name="interim"), CARE, days=1)
    assert case.task("plan.1").due_at == case.now
    assert case.state.clocks["after:floor"].at.date() == (case.now + timedelta(days=5)).date()
    case.wait(hours=1)
    assert case.task("plan.1").overdue


def test_it_stands_still_with_the_clock_and_is_put_off_once() -> None:
    """What remained at the pause remains, for the clock and for all that is counted from it."""
    case = _interim()
    case.do(c.Raise(interrupt="missing"), days=10)
    assert case.state.clocks["plan.1:due"].paused_at == case.now
    assert case.state.clocks["after:floor"].paused_at == case.now
    case.wait(days=100)
    assert not case.task("plan.1").overdue
    case.do(c.Resolve(interrupt="missing"))
    assert case.state.clocks["clock.interim"].at == day("2026-05-31") + timedelta(days=100)
    assert case.task("plan.1").due_at == case.state.clocks["clock.interim"].at
    assert case.state.clocks["after:floor"].at == day("2026-06-05") + timedelta(days=100)


def test_an_agency_with_two_of_the_roles_that_hear_of_an_interrupt_hears_it_once() -> None:
    """Two notices about one thing would look like two things."""
    body = INTERIM.replace("then: go on", "tell: [manager, checker], then: go on")
    head = HEAD.replace("  home:", "  checker: care @ host\n  home:")
    case = Case(body, head=head)
    case.do(c.Raise(interrupt="missing"))
    assert case.told(CARE) == ["attention"]
