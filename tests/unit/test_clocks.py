"""Clocks: when periods end, in the zone and the working days of a country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.phrases.syntax import ClockExpression, Duration, Earliest, Latest, Moment, Roll, Unit
from engine.time.calendars import CalendarError, Edition, Holiday, Weekend, together
from engine.time.clocks import Anchors, Counted, add, count, first_moment, last_moment, resume, roll
from engine.time.holiday_source import edition_from_holidays
from engine.time.zones import zone_of
from tests.told import refused_with

SECOND = timedelta(seconds=1)
WHOLE_DAYS = [unit for unit in Unit if unit is not Unit.HOURS]


@cache
def edition(country: str, *late: date) -> Edition:
    """The calendar of a country, with holidays that were declared late."""
    zone = "Europe/Lisbon" if country == "PT" else zone_of(country)
    added = [Holiday(each, "Declared late") for each in late]
    id = f"{country}-{1 + len(late)}"
    return edition_from_holidays(country, (2015, 2045), id=id, zone=zone, added=added)


def local(text: str, country: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=edition(country).timezone)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def anchors(known: Mapping[str, date], opened: date | None = None) -> Anchors:
    return lambda name: opened if name is None else known.get(name)


# Lisbon, London and Sofia change their clocks; Lagos and Tripoli do not; Niger rests on Sundays.
countries = st.sampled_from(["PT", "GB", "BG", "NG", "NE", "LY", "MR", "CV"])
moments = st.datetimes(datetime(2018, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))
amounts = st.integers(1, 60)


@given(countries, moments, st.sampled_from(list(Unit)), st.integers(1, 9), st.booleans())
def test_a_longer_period_ends_later(
    country: str, start: datetime, unit: Unit, amount: int, before: bool
) -> None:
    """And one that is counted backwards begins earlier, in every unit and country."""
    short, long = (
        add(start, Duration(each, unit), edition(country), before=before)
        for each in (amount, amount + 1)
    )
    assert (long < short < start) if before else (start < short < long)


@given(countries, moments, st.sampled_from(WHOLE_DAYS), amounts)
def test_whole_days_end_at_the_last_second_of_a_local_day(
    country: str, start: datetime, unit: Unit, amount: int
) -> None:
    """Also on the days on which the clocks change; backwards, at the first second."""
    calendar = edition(country)
    amount = amount if unit not in (Unit.MONTHS, Unit.YEARS) else min(amount, 10)
    end = add(start, Duration(amount, unit), calendar)
    assert end.utcoffset() == timedelta(0)
    assert f"{end.astimezone(calendar.timezone):%H:%M:%S}" == "23:59:59"
    if unit is not Unit.YEARS or start.year > 2028:
        begin = add(start, Duration(min(amount, 3), unit), calendar, before=True)
        assert f"{begin.astimezone(calendar.timezone):%H:%M:%S}" == "00:00:00"


@given(countries, moments, amounts)
def test_working_days_end_on_a_working_day_and_count_back_to_their_number(
    country: str, start: datetime, amount: int
) -> None:
    """As many working days lie after the day of the event as were asked for."""
    calendar = edition(country)
    end = add(start, Duration(amount, Unit.WORKING_DAYS), calendar)
    first, last = (each.astimezone(calendar.timezone).date() for each in (start, end))
    assert calendar.is_working(last)
    assert calendar.working_days_between(first, last) == amount


@given(countries, moments, amounts)
def test_hours_are_elapsed_time(country: str, start: datetime, amount: int) -> None:
    """Whatever the clock on the wall does; there and back is where it began."""
    end = add(start, Duration(amount, Unit.HOURS), edition(country))
    assert end - start == timedelta(hours=amount)
    assert add(end, Duration(amount, Unit.HOURS), edition(country), before=True) == start


@given(countries, moments, st.integers(1, 120))
def test_months_end_on_the_same_date_or_on_the_last_of_a_shorter_month(
    country: str, start: datetime, amount: int
) -> None:
    """Never in the month after."""
    zone = edition(country).timezone
    end = add(start, Duration(amount, Unit.MONTHS), edition(country)).astimezone(zone)
    begin = start.astimezone(zone)
    passed = (end.year - begin.year) * 12 + end.month - begin.month
    assert passed == amount
    assert end.day == begin.day or (end.day < begin.day and (end + SECOND).day == 1)


@given(st.dates(date(1980, 1, 1), date(2040, 1, 1)), st.data())
def test_days_follow_each_other_without_gap_or_overlap(day: date, data: st.DataObject) -> None:
    """In zones that change their clocks around midnight too, a second parts one day from the next.

    Cairo and Beirut change at midnight, the Azores and Nuuk pass over it, Samoa lost a whole day.
    """
    zones = ["Africa/Cairo", "Asia/Beirut", "Atlantic/Azores", "America/Nuuk", "Europe/Lisbon"]
    zone = ZoneInfo(data.draw(st.sampled_from(zones)))
    assert last_moment(day, zone) + SECOND == first_moment(day + timedelta(days=1), zone)


@pytest.mark.parametrize(
    ("zone", "day", "first", "last"),
    [
        pytest.param(
            "Africa/Cairo",
            "2026-04-24",
            "2026-04-23 22:00:00",
            "2026-04-24 20:59:59",
            id="no midnight: the day begins with the change",
        ),
        pytest.param(
            "Africa/Cairo",
            "2026-10-29",
            "2026-10-28 21:00:00",
            "2026-10-29 21:59:59",
            id="the last hour comes twice",
        ),
        pytest.param(
            "Atlantic/Azores",
            "2026-10-25",
            "2026-10-25 00:00:00",
            "2026-10-26 00:59:59",
            id="the first hour comes twice",
        ),
        pytest.param(
            "America/Nuuk",
            "2026-03-28",
            "2026-03-28 02:00:00",
            "2026-03-29 00:59:59",
            id="no last hour",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-29",
            "2011-12-29 10:00:00",
            "2011-12-30 09:59:59",
            id="the next day does not exist",
        ),
    ],
)
def test_a_day_keeps_all_its_hours(zone: str, day: str, first: str, last: str) -> None:
    """Where midnight is skipped or comes twice, nobody loses an hour of the day."""
    there, on = ZoneInfo(zone), date.fromisoformat(day)
    assert first_moment(on, there) == utc(first)
    assert last_moment(on, there) == utc(last)


def test_the_day_of_the_event_is_that_of_the_zone_that_counts() -> None:
    """23:30 in London is the next day in Lagos."""
    event = utc("2026-11-10 23:30:00")
    day = Duration(1, Unit.DAYS)
    assert add(event, day, edition("GB")) == utc("2026-11-11 23:59:59")
    assert add(event, day, edition("NG")) == utc("2026-11-12 22:59:59")


def test_the_zone_in_which_the_event_was_written_does_not_matter() -> None:
    """One moment, two notations, one due moment."""
    event = utc("2026-11-10 23:30:00")
    written = event.astimezone(ZoneInfo("Asia/Tokyo"))
    for unit in Unit:
        one = Duration(1, unit)
        assert add(written, one, edition("GB")) == add(event, one, edition("GB"))


def test_a_holiday_declared_late_moves_a_due_moment_by_a_working_day() -> None:
    """And by the edition on record one sees by which calendar it was counted."""
    opened = anchors({}, local("2026-11-11 10:00:00", "NG"))
    due = Moment(Duration(5, Unit.WORKING_DAYS))
    before = count(due, opened, edition("NG"))
    after = count(due, opened, edition("NG", date(2026, 11, 16)))
    assert before == Counted(local("2026-11-18 23:59:59", "NG"), ("NG-1",))
    assert after == Counted(local("2026-11-19 23:59:59", "NG"), ("NG-2",))


def test_a_weekend_moved_by_law_in_mid_span_counts_from_its_day() -> None:
    """Sunday to Thursday before, Monday to Friday after."""
    moved = (
        Weekend(date(2026, 1, 1), frozenset({4, 5})),
        Weekend(date(2026, 6, 6), frozenset({5, 6})),
    )
    calendar = Edition(id="XX-1", country="XX", zone="UTC", covers=(2026, 2026), weekends=moved)
    period = Duration(6, Unit.WORKING_DAYS)
    # Thursday 4 June is the last of the old week, Monday 8 June the first of the new one.
    assert add(utc("2026-06-01 09:00:00"), period, calendar) == utc("2026-06-10 23:59:59")


FORM = anchors(
    {"asked": utc("2026-11-10 12:00:00"), "travel_date": date(2026, 11, 20)},
    opened=utc("2026-11-02 09:00:00"),
)
DAY_3 = Moment(Duration(3, Unit.DAYS), "asked")
HOUR_1 = Moment(Duration(1, Unit.HOURS), "asked")
UNKNOWN = Moment(Duration(1, Unit.DAYS), "answered")


@pytest.mark.parametrize(
    ("expression", "counted"),
    [
        (Moment(Duration(2, Unit.DAYS)), Counted(utc("2026-11-04 23:59:59"), ("GB-1",))),
        (HOUR_1, Counted(utc("2026-11-10 13:00:00"))),
        (Moment(anchor="asked"), Counted(utc("2026-11-10 12:00:00"))),
        (Moment(), Counted(utc("2026-11-02 09:00:00"))),
        (UNKNOWN, None),
        (
            Moment(Duration(3, Unit.DAYS), "travel_date", before=True),
            Counted(utc("2026-11-17 00:00:00"), ("GB-1",)),
        ),
        (
            Moment(Duration(1, Unit.WORKING_DAYS), "travel_date"),
            Counted(utc("2026-11-23 23:59:59"), ("GB-1",)),
        ),
        (
            Moment(Duration(12, Unit.HOURS), "travel_date"),
            Counted(utc("2026-11-20 12:00:00"), ("GB-1",)),
        ),
        (Earliest((HOUR_1, DAY_3)), Counted(utc("2026-11-10 13:00:00"), ("GB-1",))),
        (Earliest((UNKNOWN, DAY_3)), Counted(utc("2026-11-13 23:59:59"), ("GB-1",))),
        (Earliest((UNKNOWN,)), None),
        (Latest((HOUR_1, DAY_3)), Counted(utc("2026-11-13 23:59:59"), ("GB-1",))),
        (Latest((HOUR_1, UNKNOWN)), None),
        (
            Latest((HOUR_1, Earliest((UNKNOWN, Moment(anchor="asked"))))),
            Counted(utc("2026-11-10 13:00:00")),
        ),
    ],
    ids=str,
)
def test_an_expression_means_a_moment_or_is_not_known_yet(
    expression: ClockExpression, counted: Counted | None
) -> None:
    """With the editions it depends on: none where only elapsed time was added to a moment."""
    assert count(expression, FORM, edition("GB")) == counted


def test_a_bare_day_is_due_until_its_end_and_opens_with_its_start() -> None:
    """The travel date as a due moment, and as the moment before which nothing may happen."""
    bare = Moment(anchor="travel_date")
    due = count(bare, FORM, edition("NG"))
    opens = count(Latest((bare, HOUR_1)), FORM, edition("NG"), floor=True)
    assert due == Counted(local("2026-11-20 23:59:59", "NG"), ("NG-1",))
    assert opens == Counted(local("2026-11-20 00:00:00", "NG"), ("NG-1",))


@given(countries, moments, amounts, st.sampled_from(list(Unit)), st.data())
def test_a_pause_gives_back_what_remained(
    country: str, start: datetime, amount: int, unit: Unit, data: st.DataObject
) -> None:
    """The due moment never comes nearer, and never falls on a day that is not worked."""
    calendar = edition(country)
    due = add(start, Duration(min(amount, 8), unit), calendar)
    paused = data.draw(st.datetimes(start.replace(tzinfo=None), due.replace(tzinfo=None))).replace(
        tzinfo=UTC
    )
    resumed = paused + data.draw(st.timedeltas(timedelta(0), timedelta(days=400)))
    moved = resume(due, unit, paused, resumed, calendar)
    assert moved >= due
    if due <= paused:  # it was due already: a pause mends nothing
        assert moved == due
    elif unit is Unit.HOURS:
        assert moved - due == resumed - paused
    elif unit is Unit.WORKING_DAYS:
        days = [each.astimezone(calendar.timezone).date() for each in (paused, due, resumed, moved)]
        remained = calendar.working_days_between(days[0], days[1])
        assert calendar.is_working(days[3])
        # On its last day a clock gets the day on which it goes on, or the next one worked.
        since = days[2] if remained else days[2] - timedelta(days=1)
        assert calendar.working_days_between(since, days[3]) == max(remained, 1)


@given(countries, moments, amounts, st.sampled_from(list(Unit)))
def test_a_pause_of_no_length_changes_nothing(
    country: str, start: datetime, amount: int, unit: Unit
) -> None:
    """Paused and resumed in one moment."""
    calendar = edition(country)
    due = add(start, Duration(min(amount, 8), unit), calendar)
    assert resume(due, unit, start, start, calendar) == due


def test_a_pause_never_brings_a_due_moment_forward() -> None:
    """Not even where the day on which it was due has become a holiday since it was counted."""
    due, paused = local("2026-11-18 23:59:59", "NG"), local("2026-11-17 10:00:00", "NG")
    later = edition("NG", date(2026, 11, 18))
    assert resume(due, Unit.WORKING_DAYS, paused, paused, later) == due


def test_a_longer_pause_never_ends_earlier() -> None:
    """Each later day of going on gives the same due moment or a later one."""
    calendar, due = edition("NG"), local("2026-10-16 23:59:59", "NG")
    paused = local("2026-09-28 10:00:00", "NG")
    for unit in Unit:
        ends = [resume(due, unit, paused, paused + timedelta(days=n), calendar) for n in range(120)]
        assert ends == sorted(ends)


def test_a_clock_cannot_go_on_before_it_was_paused() -> None:
    """An error rather than a due moment that nobody can explain."""
    paused, resumed = utc("2026-11-10 12:00:00"), utc("2026-11-10 11:00:00")
    with refused_with(EngineError, match="before it was paused"):
        resume(utc("2026-11-20 12:00:00"), Unit.DAYS, paused, resumed, edition("NG"))


@pytest.mark.parametrize("unit", Unit)
def test_a_moment_without_a_zone_is_refused(unit: Unit) -> None:
    """It would silently mean the zone of the machine."""
    with refused_with(EngineError, match="no time zone"):
        add(datetime(2026, 11, 10, 12), Duration(1, unit), edition("NG"))


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("unit", [Unit.HOURS, Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS])
@pytest.mark.parametrize("amount", [10**8, 10**12])
def test_a_period_that_leaves_the_calendar_is_refused(
    unit: Unit, amount: int, before: bool
) -> None:
    """A million years is a clear error, not a crash."""
    with refused_with(EngineError, match="outside the years 1 to 9999"):
        add(utc("2026-11-10 12:00:00"), Duration(amount, unit), edition("NG"), before=before)


@pytest.mark.parametrize("before", [False, True])
def test_working_days_beyond_the_edition_are_refused_by_country_and_year(before: bool) -> None:
    """Calendar days go on; working days there would be a guess."""
    start = utc("2015-01-05 12:00:00") if before else utc("2045-12-20 12:00:00")
    year = 2014 if before else 2046
    with refused_with(CalendarError, match=f"NG covers 2015 to 2045, and {year}"):
        add(start, Duration(30, Unit.WORKING_DAYS), edition("NG"), before=before)
    assert add(start, Duration(30, Unit.DAYS), edition("NG"), before=before).year == year


@given(countries, moments, st.sampled_from(Roll), st.booleans())
def test_a_rolled_moment_is_on_a_working_day_and_rolls_no_further(
    country: str, at: datetime, rule: Roll, floor: bool
) -> None:
    """Forward or backward as the rule says; a moment on a working day stays as it is."""
    calendar = edition(country)
    moved = roll(at, rule, calendar, floor=floor)
    assert calendar.is_working(moved.astimezone(calendar.timezone).date())
    assert roll(moved, rule, calendar, floor=floor) == moved
    assert moved >= at if rule is Roll.NEXT else moved <= at
    if calendar.is_working(at.astimezone(calendar.timezone).date()):
        assert moved == at


def test_a_floor_that_does_not_end_a_day_rolls_to_the_start_of_one() -> None:
    """A bare day and hours open with the working day; a period of days ends with its last one."""
    calendar, saturday = edition("NG"), date(2026, 11, 7)
    start, end = (f(saturday, calendar.timezone) for f in (first_moment, last_moment))
    monday = date(2026, 11, 9)
    opens, ends = (f(monday, calendar.timezone) for f in (first_moment, last_moment))
    assert roll(start, Roll.NEXT, calendar, floor=True) == opens
    assert roll(start + timedelta(hours=15), Roll.NEXT, calendar, floor=True) == opens
    assert roll(end, Roll.NEXT, calendar, floor=True) == ends
    assert roll(start, Roll.NEXT, calendar) == ends


def test_a_moment_never_rolls_back_past_the_day_on_which_its_period_began() -> None:
    """Nothing is overdue before it has begun; on that very day it may be."""
    calendar, sunday = edition("NG"), local("2026-11-08 23:59:59", "NG").astimezone(UTC)
    saturday, friday = local("2026-11-07 09:00:00", "NG"), local("2026-11-06 09:00:00", "NG")
    assert roll(sunday, Roll.PREVIOUS, calendar, since=saturday) == sunday
    moved = roll(sunday, Roll.PREVIOUS, calendar, since=friday)
    assert moved == local("2026-11-06 23:59:59", "NG")
    assert moved.utcoffset() == timedelta(0)


def test_what_calendars_count_together_depends_on_all_of_them() -> None:
    """A late holiday in either is a reason to count again."""
    both = together([edition("NG"), edition("GB")])
    expression = Moment(Duration(5, Unit.WORKING_DAYS))
    counted = count(expression, anchors({}, utc("2026-04-01 09:00")), both)
    assert counted == Counted(local("2026-04-10 23:59:59", "NG"), ("NG-1", "GB-1"))
