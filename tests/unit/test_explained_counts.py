"""How a moment was counted: the steps and days end where the engine has set the clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from msgspec.structs import replace

from engine import commands as c
from engine.explaining.counts import Count, count_of
from engine.facts import ClockMoved, ClockSet
from engine.phrases.syntax import Duration, Unit
from engine.time.calendars import Calendar, Calendars, Holiday, together
from engine.time.reckoning import Paused, Ran
from engine.view import View
from tests.factories import CALENDARS, CARE, DESK, REGISTRY, Case
from tests.moving_clocks import ACTS, FORWARD, HAPPENINGS, NEWER, WORDS, Watched, trial
from wording.day_by_day import told

EDITIONS = {each.id: each for each in (*CALENDARS.editions, *NEWER.editions)}
NUMBERED = frozenset({Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS})


@settings(
    max_examples=150,
    phases=[Phase.generate],
)
@given(FORWARD, WORDS, HAPPENINGS)
def test_an_explained_count_ends_at_the_very_moment_that_the_engine_has_set(
    time: str, words: dict[str, str], happenings: list[tuple[str, int, int]]
) -> None:
    """Each clock as it ever was, whatever has moved it, by the calendars of then."""
    case = Watched(trial(time, words), rolls="roll" in words)
    for what, hours, ago in happenings:
        case.now += timedelta(hours=hours)
        if what == "refresh":
            case.calendars = NEWER if case.calendars is CALENDARS else CALENDARS
        case.do(*ACTS[what], ago)
    for state, fact in case.decided:
        if isinstance(fact, ClockSet | ClockMoved) and fact.clock.kind != "registry":
            view = View(case.pathway, state, case.now, REGISTRY, case.calendars)
            count = count_of(view, fact.clock, EDITIONS)
            assert count.steps, "what was counted can be told"
            assert count.steps[-1].step.at == count.at == fact.clock.at
            days_add_up(count)


def days_add_up(count: Count) -> None:
    """As many days are numbered as were to be counted, one a working day, and none is left out."""
    known = [EDITIONS[each] for each in count.editions]
    calendar: Calendar = together(known) if known else CALENDARS.edition("GH")
    for each in count.steps:
        match each.step:
            case Ran(by=Duration() as by) | Paused(left=Duration() as by) if by.unit in NUMBERED:
                amount = by.amount * (7 if by.unit is Unit.WEEKS else 1)
                numbers = [day.number for day in each.days if day.number]
                assert numbers == [*range(1, amount + 1)]
                for day in each.days:
                    off = by.unit is Unit.WORKING_DAYS and not calendar.is_working(day.day)
                    assert bool(day.why) == off == (day.number == 0)


def lines(count: Count) -> list[str]:
    return list(told(count))[1:]


PLAIN = "  calendar GH-plain (UTC), of GH-CARE"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        pytest.param(
            "30 hours",
            ["  30 hours, from Mon 2026-03-02 09:00 UTC -> Tue 2026-03-03 15:00 UTC"],
            id="elapsed hours",
        ),
        pytest.param(
            "3 days",
            [
                PLAIN,
                "  3 days, from Mon 2026-03-02 09:00 UTC -> Thu 2026-03-05 23:59 UTC",
                "    Tue 2026-03-03 to Thu 2026-03-05: days 1 to 3",
            ],
            id="calendar days",
        ),
        pytest.param(
            "6 working days",
            [
                PLAIN,
                "  6 working days, from Mon 2026-03-02 09:00 UTC -> Tue 2026-03-10 23:59 UTC",
                "    Tue 2026-03-03 to Fri 2026-03-06: days 1 to 4",
                "    Sat 2026-03-07 to Sun 2026-03-08: weekend in GH",
                "    Mon 2026-03-09 to Tue 2026-03-10: days 5 to 6",
            ],
            id="working days",
        ),
        pytest.param(
            "{time: 5 days, roll: next}",
            [
                PLAIN,
                "  5 days, from Mon 2026-03-02 09:00 UTC -> Sat 2026-03-07 23:59 UTC",
                "    Tue 2026-03-03 to Sat 2026-03-07: days 1 to 5",
                "  Sat 2026-03-07 23:59 UTC is not a working day: moved to the next one -> Mon 2026-03-09 23:59 UTC",
                "    Sat 2026-03-07 to Sun 2026-03-08: weekend in GH",
                "    Mon 2026-03-09: day 1",
            ],
            id="rolled",
        ),
        pytest.param(
            "'latest of (1 day, 30 hours after case.opened)'",
            [
                PLAIN,
                "  1 day, from Mon 2026-03-02 09:00 UTC -> Tue 2026-03-03 23:59 UTC",
                "    Tue 2026-03-03: day 1",
                "  30 hours after the opening of the case, from Mon 2026-03-02 09:00 UTC -> Tue 2026-03-03 15:00 UTC",
                (
                    "  the latest of 1 day (Tue 2026-03-03 23:59 UTC), 30 hours after the opening of the case"
                    " (Tue 2026-03-03 15:00 UTC) -> Tue 2026-03-03 23:59 UTC"
                ),
            ],
            id="the latest of two",
        ),
        pytest.param(
            "'earliest of (1 day, 3 hours after talk.done)'",
            [
                PLAIN,
                "  1 day, from Mon 2026-03-02 09:00 UTC -> Tue 2026-03-03 23:59 UTC",
                "    Tue 2026-03-03: day 1",
                (
                    "  the earliest of 1 day (Tue 2026-03-03 23:59 UTC), 3 hours after the completion of talk"
                    " (not known) -> Tue 2026-03-03 23:59 UTC"
                ),
            ],
            id="the earliest of two, one of which is not known",
        ),
        pytest.param(
            "'latest of (1 day, 3 hours after talk.done?)'",
            [
                PLAIN,
                "  1 day, from Mon 2026-03-02 09:00 UTC -> Tue 2026-03-03 23:59 UTC",
                "    Tue 2026-03-03: day 1",
                (
                    "  the latest of 1 day (Tue 2026-03-03 23:59 UTC), 3 hours after the completion of talk, if that moment comes"
                    " (not known, not waited for) -> Tue 2026-03-03 23:59 UTC"
                ),
            ],
            id="the latest of two, one of which need not come",
        ),
    ],
)
def test_each_kind_of_period_is_told_day_by_day(due: str, said: list[str]) -> None:
    """As somebody counts it on the fingers."""
    assert lines(counted(case_with(due), "report.1")) == said


def test_a_month_without_that_day_ends_on_its_last() -> None:
    """31 August and a month is 30 September, and it is said why."""
    case = case_with("1 month after born", form="[born]")
    case.complete("talk.1", born="2026-08-31")
    assert lines(counted(case, "report.1")) == [
        PLAIN,
        (
            "  1 month after born, from Mon 2026-08-31 -> Wed 2026-09-30 23:59 UTC"
            " (that month has no day 31)"
        ),
    ]


def test_the_day_on_which_an_age_is_reached_is_told_with_the_day_of_birth() -> None:
    """Who is born in 2011 is not said to be born on a birthday."""
    case = case_with("birthday 16 of born", form="[born]")
    case.complete("talk.1", born="2011-02-10")
    assert lines(counted(case, "report.1")) == [
        PLAIN,
        (
            "  the day on which age 16 is reached (born), born Thu 2011-02-10"
            " -> Wed 2027-02-10 00:00 UTC"
        ),
    ]


def test_a_period_ahead_of_a_day_is_counted_backwards() -> None:
    """Two working days before a Monday begin on the Thursday before."""
    case = case_with("2 working days before born", form="[born]")
    case.complete("talk.1", born="2026-03-16")
    assert lines(counted(case, "report.1")) == [
        PLAIN,
        "  2 working days before born, from Mon 2026-03-16 -> Thu 2026-03-12 00:00 UTC",
        "    Sun 2026-03-15 to Sat 2026-03-14: weekend in GH",
        "    Fri 2026-03-13 to Thu 2026-03-12: days 1 to 2",
    ]


def test_what_has_moved_a_period_is_told_in_its_order() -> None:
    """A pause of two days with one working day left, then an extension over a weekend."""
    due = "{time: 3 working days, paused_while: interrupt.hold.open, extend: {by: 2 working days, role: manager}}"
    case = case_with(due)
    case.do(c.Raise(interrupt="hold"), DESK, days=2)
    case.do(c.Resolve(interrupt="hold"), DESK, days=2)
    case.do(c.Extend(name="report"), CARE)
    assert lines(counted(case, "report.1")) == [
        PLAIN,
        "  3 working days, from Mon 2026-03-02 09:00 UTC -> Thu 2026-03-05 23:59 UTC",
        "    Tue 2026-03-03 to Thu 2026-03-05: days 1 to 3",
        (
            "  paused from Wed 2026-03-04 09:00 UTC to Fri 2026-03-06 09:00 UTC, 1 working day left"
            " -> Mon 2026-03-09 23:59 UTC"
        ),
        "    Sat 2026-03-07 to Sun 2026-03-08: weekend in GH",
        "    Mon 2026-03-09: day 1",
        "  extended by 2 working days from Mon 2026-03-09 23:59 UTC -> Wed 2026-03-11 23:59 UTC",
        "    Tue 2026-03-10 to Wed 2026-03-11: days 1 to 2",
    ]


def test_a_holiday_is_named_and_a_day_counts_only_where_all_work() -> None:
    """By two calendars together: the holiday of one, the weekend of both."""
    day = Holiday(date(2026, 3, 4), "Trial Day")
    editions = tuple(
        replace(each, holidays=(day,)) if each.country == "NG" else each
        for each in CALENDARS.editions
    )
    case = case_with("{time: 2 working days, calendar: [host, NG]}", calendars=Calendars(editions))
    assert lines(counted(case, "report.1")) == [
        "  calendar GH-plain, NG-plain (UTC), of host and NG: only days worked in all of them count",
        "  2 working days, from Mon 2026-03-02 09:00 UTC -> Thu 2026-03-05 23:59 UTC",
        "    Tue 2026-03-03: day 1",
        "    Wed 2026-03-04: Trial Day in NG",
        "    Thu 2026-03-05: day 2",
    ]


def test_a_period_that_somebody_has_shortened_says_so() -> None:
    """It would have ended later, and ends as if it had been two days from its start."""
    case = case_with("{time: 9 days, shorten: {role: manager, to: 2 days}}")
    case.do(c.Shorten(name="report"), CARE, hours=1)
    assert lines(counted(case, "report.1"))[-1] == (
        "  shortened on Mon 2026-03-02 10:00 UTC to 2 days from its start, instead of Wed 2026-03-11 23:59 UTC"
        " -> Wed 2026-03-04 23:59 UTC"
    )


def test_a_calendar_that_is_not_there_any_more_is_said_and_nothing_is_guessed() -> None:
    """The moment stands, without steps."""
    case = case_with("6 working days")
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
    count = count_of(view, case.state.clocks["report.1:due"], {})
    assert not count.steps
    assert lines(count)[-1].startswith(
        "  how this was counted cannot be shown: a calendar that was used is missing"
    )


def case_with(due: str, *, form: str = "[risk]", calendars: Calendars = CALENDARS) -> Case:
    return Case(
        f"""
stages:
  start:
    steps:
      report: {{by: manager, due: {due}}}
      talk: {{by: screener, form: {form}, optional: yes}}
    then: end done
interrupts:
  hold: {{raised_by: screener, suspends: start, review: 3 days}}
""",
        calendars=calendars,
    )


def counted(case: Case, task: str) -> Count:
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
    editions = {each.id: each for each in case.calendars.editions}
    return count_of(view, case.state.clocks[f"{task}:due"], editions)
