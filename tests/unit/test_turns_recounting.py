"""Whose calendar counts, what another calendar moves, and what begins to run late."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from engine import commands as c
from engine.decide import decide
from engine.facts import ClockMoved
from engine.time.calendars import Calendars, Holiday
from tests.factories import CALENDARS, CARE, HOME, REGISTRY, Case
from tests.periods import day, one_step


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
    assert case.task("report.1").due_at == day("2026-03-17")


def test_an_extension_begins_where_the_period_with_its_pause_has_ended() -> None:
    """A pause before it and one after it lead to the same day, as above."""
    due = "{time: 5 days, roll: next, extend: {by: 5 days, role: manager}, "
    due += "paused_while: interrupt.missing.open}"
    case = one_step(due)
    case.do(c.Raise(interrupt="missing"))
    case.do(c.Resolve(interrupt="missing"), days=5)
    assert case.task("report.1").due_at == day("2026-03-12")
    case.do(c.Extend(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-03-17")


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
