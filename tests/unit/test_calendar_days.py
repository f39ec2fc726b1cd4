"""Days of a month, quarter or year: which day it is, and what moves it in a case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import commands as c
from engine.explaining.counts import count_of
from engine.loader import load_pathway
from engine.phrases.expressions import parse_clock
from engine.phrases.syntax import CalendarDay, Span
from engine.time.calendars import CalendarError, Edition
from engine.time.clocks import calendar_day, count
from engine.versions.differences import differences
from engine.view import View
from tests.factories import CALENDARS, CARE, HEAD, MONDAY, REGISTRY, Case
from tests.periods import day, one_step
from tests.told import refused_with
from tests.unit.test_migrating import moved
from wording.day_by_day import told

ENDS = st.builds(CalendarDay, st.sampled_from(Span), after=st.booleans())
DAYS = ENDS | st.builds(CalendarDay, st.sampled_from(Span), st.integers(1, 31), after=st.just(True))
DATES = st.dates(date(1999, 1, 1), date(2101, 12, 31))
GHANA = CALENDARS.edition("GH")
LAGOS = replace(GHANA, zone="Africa/Lagos")


def span_of(day: date, span: Span) -> tuple[int, int]:
    return {
        Span.MONTH: (day.year, day.month),
        Span.QUARTER: (day.year, (day.month + 2) // 3),
        Span.YEAR: (day.year, 0),
    }[span]


def days_of(day: date, span: Span) -> list[date]:
    """The days from one on that lie in the same month, quarter or year, looked up one by one."""
    every = (day + timedelta(days=n) for n in range(367))
    return [*takewhile(lambda each: span_of(each, span) == span_of(day, span), every)]


@given(DATES, DAYS)
def test_a_day_of_a_span_is_the_one_that_a_paper_calendar_shows(day: date, on: CalendarDay) -> None:
    """Counted off day by day; what the span has not is its last day."""
    span = days_of(day, on.span)
    if on.after:
        span = days_of(span[-1] + timedelta(days=1), on.span)
    assert calendar_day(day, on) == (span[: on.day] if on.day else span)[-1]


@given(DATES, st.integers(0, 800), DAYS)
def test_a_day_of_a_span_is_never_ahead_of_its_anchor_nor_ahead_of_that_of_an_earlier_one(
    day: date, later: int, on: CalendarDay
) -> None:
    """So it has not passed as something becomes due by it, and what happens later is not due sooner."""
    found = calendar_day(day, on)
    assert found >= day
    assert not on.after or found > day
    assert calendar_day(day + timedelta(days=later), on) >= found


def reached(phrase: str, start: date, edition: Edition = GHANA, *, floor: bool = False) -> datetime:
    counted = count(parse_clock(phrase), lambda _: start, edition, floor=floor)
    assert counted is not None
    assert counted.editions == edition.ids  # a day is a day of some calendar
    return counted.at


def test_something_opens_as_a_numbered_day_begins_and_as_a_month_ends() -> None:
    """Due is all of it: until the end of the day, or of the month."""
    first, end = "day 1 of the month after a", "end of the month of a"
    assert reached(first, MONDAY) == day("2026-04-01")
    assert reached(first, MONDAY, floor=True) == datetime(2026, 4, 1, tzinfo=UTC)
    assert reached(end, MONDAY) == reached(end, MONDAY, floor=True) == day("2026-03-31")


def test_a_month_is_that_of_the_zone_of_the_calendar() -> None:
    """Half past eleven in London on the 31st of March is the 1st of April in Lagos."""
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    assert reached("end of the month of a", late) == day("2026-03-31")
    lagos = datetime(2026, 4, 30, 22, 59, 59, tzinfo=UTC)
    assert reached("end of the month of a", late, LAGOS) == lagos


def test_a_year_beyond_all_years_is_refused_in_words() -> None:
    """As of a period."""
    with refused_with(CalendarError, match="`end of the year after 9999-03-01` lies outside"):
        reached("end of the year after a", date(9999, 3, 1))


# in a case

REPORT = "day 15 of the month after talk.done"


def test_a_fixed_day_is_due_and_reminded_of() -> None:
    """Counted from what it names as that happens; without a name from the opening."""
    case = one_step(REPORT)
    assert case.task("report.1").due_at is None
    case.complete("talk.1")
    assert case.task("report.1").due_at == day("2026-04-15")
    assert case.state.clocks["report.1:rung:0"].at == datetime(2026, 4, 14, tzinfo=UTC)
    assert one_step("day 10 of the next quarter").task("report.1").due_at == day("2026-04-10")
    assert one_step("end of the year").task("report.1").due_at == day("2026-12-31")


@pytest.mark.parametrize(
    ("due", "then"),
    [
        (REPORT, "2026-04-15"),
        ("day 15 of the next month", "2026-04-15"),
        ("5 days before end of the month after talk.done", "2026-04-25 00:00:00"),
        ("15 days after end of the month of talk.done", "2026-04-24"),
        ("30 days after talk.done", "2026-04-19"),
    ],
)
def test_a_pause_puts_off_a_period_and_no_fixed_day(due: str, then: str) -> None:
    """The fifteenth comes whoever is missing; days counted from the end of a month are a period."""
    case = one_step(f"{{time: {due}, paused_while: interrupt.missing.open}}")
    case.complete("talk.1")
    case.do(c.Raise(interrupt="missing"), days=20)
    case.do(c.Resolve(interrupt="missing"), days=18)
    whole = then if " " in then else f"{then} 23:59:59"
    assert f"{case.state.clocks['report.1:due'].at:%Y-%m-%d %H:%M:%S}" == whole


def test_what_is_counted_from_a_month_that_ends_after_the_pause_is_not_put_off() -> None:
    """The pause lay before the period began."""
    case = one_step(
        "{time: 15 days after end of the month of talk.done, paused_while: interrupt.missing.open}"
    )
    case.complete("talk.1")
    case.do(c.Raise(interrupt="missing"), days=2)
    case.do(c.Resolve(interrupt="missing"), days=9)
    assert case.task("report.1").due_at == day("2026-04-15")


def test_a_fixed_day_rolls_but_not_past_what_it_is_counted_from() -> None:
    """15 August 2026 is a Saturday, and so is 31 October, on which the last one is counted."""
    for roll, then in (("next", "2026-08-17"), ("previous", "2026-08-14")):
        due = f"{{time: day 15 of the month after leaves, roll: {roll}}}"
        case = one_step(due, "ask: {by: screener, optional: yes, form: [leaves]}")
        case.complete("ask.1", leaves="2026-07-31T10:00:00+00:00")
        assert case.task("report.1").due_at == day(then)
    due = "{time: end of the month of leaves, roll: previous}"
    case = one_step(due, "ask: {by: screener, optional: yes, form: [leaves]}")
    case.complete("ask.1", leaves="2026-10-31T10:00:00+00:00")
    assert case.task("report.1").due_at == day("2026-10-31")


def test_a_fixed_day_follows_a_date_that_is_answered_anew() -> None:
    """With its ladder."""
    due, more = (
        "day 5 of the month after leaves",
        "ask: {by: screener, manual: yes, form: [leaves], repeat: {at_most: 2}}",
    )
    case = one_step(due, more)
    for leaves, then in (("2026-04-30", "2026-05-05"), ("2026-05-01", "2026-06-05")):
        case.do(c.Start(step="ask"))
        case.complete(case.open[0], leaves=f"{leaves}T10:00:00+00:00")
        assert case.task("report.1").due_at == day(then)


def test_a_period_from_the_end_of_a_month_starts_again_from_what_restarts_it() -> None:
    """It is counted from there alone, as every period is."""
    case = one_step(
        "{time: 15 days after end of the month of talk.done, restarted_by: step_in.done}",
        "step_in: {by: screener, optional: yes}",
    )
    case.complete("talk.1")
    case.wait(days=40)  # 11 April: the period has begun with the month
    case.complete("step_in.1")
    assert case.task("report.1").due_at == day("2026-04-26")


def test_a_fixed_day_stands_among_the_earliest_and_the_latest_of_several() -> None:
    """As a floor that no law goes below: ten days at least."""
    case = one_step("'latest of (10 days after talk.done, end of the month of talk.done)'")
    case.wait(days=27)
    case.complete("talk.1")
    assert case.task("report.1").due_at == day("2026-04-08")


BY_A_CLOCK = """
clocks:
  tax_day: %s
stages:
  start:
    steps:
      report: {by: manager, due: tax_day, late: [before 2 days remind manager]}
      after_it: {by: manager, not_before: tax_day}
    then: end done
"""


def test_a_named_clock_ends_with_a_fixed_day() -> None:
    """What is due by it, is due then, and what waits for it opens with its end."""
    case = Case(BY_A_CLOCK % "day 15 of the quarter after case.opened")
    assert case.task("report.1").due_at == day("2026-04-15")
    case.wait(days=44)
    assert "after_it.1" not in case.open
    case.wait(days=1)
    assert "after_it.1" in case.open


def test_a_case_that_moves_gets_the_fixed_day_of_the_new_version() -> None:
    """A day that has not passed counts; one that has is no period to be counted from the move."""
    for new, then in (("20", "2026-04-20"), ("2", "2026-04-15")):
        case = Case(BY_A_CLOCK % "day 15 of the month after case.opened")
        case.wait(days=32)  # 3 April
        text = HEAD + BY_A_CLOCK % f"day {new} of the month after case.opened"
        version = load_pathway(text.replace("version: 1", "version: 2\nrunning_cases: migrate"))
        found = [
            each
            for each in differences(case.pathway.definition, version.definition)
            if each.section == "clocks"
        ]
        assert [(each.before, each.after) for each in found] == [
            (
                "day 15 of the month after case.opened",
                f"day {new} of the month after case.opened",
            )
        ]
        state = moved(case, version)
        assert state.clocks["report.1:due"].at == day(then)


def test_a_count_tells_from_which_day_it_has_come() -> None:
    """The day of the calendar first, then the days of the period, one by one."""
    case = one_step("15 days after end of the month of talk.done")
    case.complete("talk.1")
    assert _told(case)[1:] == [
        "  calendar GH-plain (UTC), of GH-CARE",
        (
            "  the end of the month of the completion of talk: Mon 2026-03-02 09:00 UTC -> Tue 2026-03-31 23:59 UTC"
        ),
        (
            "  15 days after the end of the month of the completion of talk, from Tue 2026-03-31 23:59 UTC"
            " -> Wed 2026-04-15 23:59 UTC"
        ),
        "    Wed 2026-04-01 to Wed 2026-04-15: days 1 to 15",
    ]


def test_a_count_tells_that_a_month_has_no_such_day() -> None:
    """April has thirty."""
    case = one_step("day 31 of the next month")
    assert _told(case)[-1] == (
        "  day 31 of the next month: Mon 2026-03-02 09:00 UTC -> Thu 2026-04-30 23:59 UTC"
        " (that month has no day 31)"
    )


def _told(case: Case) -> list[str]:
    view = View(case.pathway, case.state, case.now, REGISTRY, CALENDARS)
    known: dict[str, Edition] = {each.id: each for each in CALENDARS.editions}
    return [*told(count_of(view, case.state.clocks["report.1:due"], known))]


def test_eight_reports_are_each_due_on_a_day_after_their_quarter() -> None:
    """A series opens a task in each quarter, and each is due after its own."""
    case = Case("""
stages:
  start:
    steps:
      report:
        by: manager
        series: {every: 3 months, for: 24 months, after: case.opened}
        due: day 15 of the next quarter
    then: end done
""")
    due = []
    while case.state.clocks:
        case.wait(days=1)
        for task in case.open:
            at = case.task(task).due_at
            due.append(f"{at:%Y-%m-%d}")
            case.complete(task, CARE)
    assert due == [
        *("2026-07-15", "2026-10-15", "2027-01-15", "2027-04-15"),
        *("2027-07-15", "2027-10-15", "2028-01-15", "2028-04-15"),
    ]
