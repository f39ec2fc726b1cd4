"""Calendars: which days are worked, counted forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.time.calendars import (
    Calendar,
    CalendarError,
    Calendars,
    Edition,
    Holiday,
    Weekend,
    together,
)
from tests.paper_calendars import FIRST, FRI, LAST, MON, SAT, SUN, day, edition, holidays, week
from tests.told import refused_with

DAY = timedelta(days=1)


LONG_AGO = (week("2000-01-01", SAT, SUN),)

covered_days = st.dates(date(FIRST, 1, 1), date(LAST, 12, 31))
middle_days = st.dates(date(2025, 6, 1), date(2028, 6, 1))


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Any weekends, changed by law up to three times, any holidays, any weekend days worked."""
    changes = st.dates(date(FIRST - 3, 1, 1), date(LAST + 1, 12, 31))
    starts = sorted({date(FIRST - 4, 1, 1), *draw(st.lists(changes, max_size=3))})
    weekends = st.frozensets(st.integers(MON, SUN), max_size=3)
    return edition(
        weekends=tuple(Weekend(start, draw(weekends)) for start in starts),
        holidays=tuple(Holiday(each) for each in sorted(draw(st.sets(covered_days, max_size=60)))),
        worked=tuple(sorted(draw(st.sets(covered_days, max_size=10)))),
    )


def is_worked(calendar: Edition, on: date) -> bool:
    """The meaning of an edition, told without any haste."""
    weekend = [each for each in calendar.weekends if each.since <= on][-1]
    rests = on.weekday() in weekend.days or on in {each.day for each in calendar.holidays}
    return on in calendar.worked or not rests


def walk(calendar: Edition, start: date, step: timedelta) -> Iterator[date]:
    while True:
        start += step
        if is_worked(calendar, start):
            yield start


@given(editions(), covered_days)
def test_a_day_is_worked_unless_a_weekend_or_a_holiday_says_no(calendar: Edition, on: date) -> None:
    """The prepared table says the same as the edition read day by day."""
    assert calendar.is_working(on) == is_worked(calendar, on)


@given(editions(), middle_days, st.integers(1, 60))
def test_counting_is_walking_day_by_day(calendar: Edition, start: date, n: int) -> None:
    """Forward and backward, whatever laws and holidays lie between."""
    forward = next(islice(walk(calendar, start, DAY), n - 1, None))
    backward = next(islice(walk(calendar, start, -DAY), n - 1, None))
    assert calendar.working_days_after(start, n) == forward
    assert calendar.working_days_before(start, n) == backward


@given(editions(), middle_days, st.integers(1, 60))
def test_the_days_between_are_as_many_as_were_added(calendar: Edition, start: date, n: int) -> None:
    """Add n, count what lies between: n again."""
    assert calendar.working_days_between(start, calendar.working_days_after(start, n)) == n
    before = calendar.working_days_before(start, n)
    assert calendar.working_days_between(before - DAY, start - DAY) == n


@given(editions(), middle_days, st.integers(1, 60))
def test_a_count_ends_on_a_working_day_and_grows_with_n(
    calendar: Edition, start: date, n: int
) -> None:
    """Never on a holiday, and one more day is always later."""
    end, next_end = (calendar.working_days_after(start, each) for each in (n, n + 1))
    assert calendar.is_working(end)
    assert start < end < next_end


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    """Days between are never fewer than none."""
    assert edition().working_days_between(day("2026-11-10"), day("2026-11-02")) == 0


@pytest.mark.parametrize(
    ("calendar", "start", "n", "end"),
    [
        pytest.param(edition(), "2026-11-06", 1, "2026-11-09", id="over a weekend"),
        pytest.param(edition(), "2026-11-07", 1, "2026-11-09", id="from a weekend"),
        pytest.param(edition(), "2027-12-31", 1, "2028-01-03", id="over the end of a year"),
        pytest.param(edition(), "2028-02-28", 2, "2028-03-01", id="over a leap day"),
        pytest.param(
            edition(weekends=(week("2024-01-01", SUN),)),
            "2026-11-06",
            2,
            "2026-11-09",
            id="Sunday only",
        ),
        pytest.param(
            edition(weekends=(week("2024-01-01", FRI, SAT),)),
            "2026-11-05",
            2,
            "2026-11-09",
            id="Friday and Saturday",
        ),
        pytest.param(
            edition(holidays=holidays("2026-11-07")),
            "2026-11-06",
            1,
            "2026-11-09",
            id="a holiday on a weekend costs nothing",
        ),
        pytest.param(
            edition(holidays=holidays("2026-11-09", "2026-11-10")),
            "2026-11-06",
            1,
            "2026-11-11",
            id="holidays after a weekend",
        ),
        pytest.param(
            edition(worked=(day("2026-11-07"),)),
            "2026-11-06",
            1,
            "2026-11-07",
            id="a Saturday that is worked",
        ),
        pytest.param(
            edition(weekends=(week("2024-01-01", FRI, SAT), week("2026-11-05", SAT, SUN))),
            "2026-10-29",
            6,
            "2026-11-06",
            id="a weekend moved by law on the way",
        ),
    ],
)
def test_working_days_in_known_cases(calendar: Edition, start: str, n: int, end: str) -> None:
    """Counted by hand."""
    assert calendar.working_days_after(day(start), n) == day(end)


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda x: x.working_days_after(day("2029-12-20"), 10), 2030),
        (lambda x: x.working_days_after(day("2023-12-31"), 1), 2023),
        (lambda x: x.working_days_before(day("2024-01-05"), 5), 2023),
        (lambda x: x.working_days_before(day("2030-01-01"), 1), 2030),
        (lambda x: x.working_days_between(day("2029-12-20"), day("2030-01-10")), 2030),
        (lambda x: x.is_working(day("2031-05-01")), 2031),
    ],
)
def test_a_count_beyond_the_covered_years_is_refused(
    ask: Callable[[Edition], object], year: int
) -> None:
    """Never a guess, though the law on weekends is known for longer: the error names the year."""
    laws = (week("2020-01-01", FRI, SAT), week("2022-01-01", SAT, SUN), week("2030-07-01", SUN))
    with refused_with(CalendarError, match=f"XX-1 of XX covers 2024 to 2029, and {year}") as error:
        ask(edition(weekends=laws))
    assert (error.value.country, error.value.year) == ("XX", year)


def test_the_last_covered_working_day_can_still_be_reached() -> None:
    """The refusal begins with the day after it, not before."""
    assert edition().working_days_after(day("2029-12-28"), 1) == day("2029-12-31")
    assert edition().working_days_before(day("2024-01-02"), 1) == day("2024-01-01")


def test_no_working_days_cannot_be_counted() -> None:
    """Nought working days after a day is no day."""
    with pytest.raises(ValueError, match="from 1"):
        edition().working_days_after(day("2026-11-06"), 0)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"covers": (2027, 2026)}, "covers no year"),
        ({"weekends": ()}, "no weekend that applies on its first day"),
        ({"weekends": (week("2025-01-01", SUN),)}, "no weekend that applies on its first day"),
        (
            {"weekends": tuple(week(f"{y}-01-01", SUN) for y in (2024, 2026, 2025))},
            "weekends out of order",
        ),
        ({"weekends": (week("2024-01-01", 7),)}, "a day that is not 0 to 6"),
        ({"holidays": holidays("2026-05-01", "2026-01-01")}, "holidays out of order"),
        ({"zone": "Africa/Atlantis"}, "unknown time zone, Africa/Atlantis"),
        ({"zone": "Africa"}, "unknown time zone, Africa"),
        ({"zone": "../zone"}, "unknown time zone"),
    ],
)
def test_an_edition_that_contradicts_itself_is_refused(given: dict[str, Any], fault: str) -> None:
    """At once, with its name, and not when somebody counts with it."""
    with refused_with(CalendarError, match=rf"XX-1 .*{fault}"):
        edition(**given)


def test_an_edition_survives_being_stored() -> None:
    """As JSON, and with what was prepared for counting left out."""
    calendar = edition(holidays=holidays("2026-05-01"), worked=(day("2026-11-07"),))
    calendar.is_working(day("2026-05-01"))
    stored = msgspec.json.encode(calendar)
    assert msgspec.json.decode(stored, type=Edition) == calendar
    assert sorted(msgspec.json.decode(stored)) == sorted(Edition.__struct_fields__)


@given(editions(), editions(), covered_days)
def test_a_day_is_worked_together_only_where_all_work(
    one: Edition, other: Edition, on: date
) -> None:
    """Whose calendar comes first makes no difference to what is worked."""
    both = one.is_working(on) and other.is_working(on)
    assert together([one, other]).is_working(on) == both
    assert together([other, one]).is_working(on) == both


def test_calendars_together_keep_the_zone_of_the_first_and_the_names_of_all() -> None:
    """A clock then remembers each edition; a calendar that is named twice counts once."""
    lagos, accra = edition(id="NG-1", zone="Africa/Lagos"), edition(id="GH-1", zone="Africa/Accra")
    both = together([lagos, accra, lagos])
    assert both.ids == ("NG-1", "GH-1")
    assert both.timezone.key == "Africa/Lagos"
    assert together([lagos, lagos]) is lagos


def test_a_calendar_of_several_places_is_made_once() -> None:
    """Its working days are those of years, and every count of a clock asks for them."""
    lagos, accra = edition(id="NG-1", country="NG"), edition(id="GH-1", country="GH")
    in_force = Calendars((lagos, accra))
    both = in_force.together(("NG", "GH"))
    assert both.editions == (lagos, accra)
    assert in_force.together(("NG", "GH")) is both
    assert in_force.together(("GH", "NG")).editions == (accra, lagos)
    with pytest.raises(CalendarError):
        in_force.together(("NG", "TG"))


def test_days_are_counted_together_over_what_rests_in_either() -> None:
    """Niger works on Saturdays, Nigeria does not; each has holidays of its own."""
    one = edition(holidays=holidays("2026-11-09"))
    other = edition(weekends=(week("2024-01-01", SUN),), holidays=holidays("2026-11-11"))
    both = together([one, other])
    assert both.working_days_after(day("2026-11-06"), 2) == day("2026-11-12")
    assert both.working_days_before(day("2026-11-12"), 2) == day("2026-11-06")
    assert both.working_days_between(day("2026-11-06"), day("2026-11-12")) == 2


@pytest.mark.parametrize(
    ("ask", "lacks", "year"),
    [
        (lambda x: x.working_days_after(day("2027-12-31"), 1), "YY-1 of YY", 2028),
        (lambda x: x.working_days_before(day("2024-01-01"), 1), "XX-1 of XX", 2023),
    ],
)
def test_calendars_together_count_only_in_years_that_all_cover(
    ask: Callable[[Calendar], object], lacks: str, year: int
) -> None:
    """The error names the one that must be made anew."""
    shorter = edition(id="YY-1", country="YY", covers=(FIRST - 1, 2027), weekends=LONG_AGO)
    with refused_with(CalendarError, match=f"{lacks} covers .*, and {year} is needed"):
        ask(together([edition(), shorter]))


def test_calendars_without_a_common_year_cannot_count_together() -> None:
    """Refused at once; so is a calendar of nothing."""
    later = edition(id="YY-1", country="YY", covers=(2030, 2031))
    with refused_with(CalendarError, match="XX-1 and YY-1 have no year in common"):
        together([edition(), later])
    with pytest.raises(ValueError, match="at least one"):
        together([])


def test_each_country_has_one_edition_in_force() -> None:
    """Two are refused, none is a clear error."""
    one, other = edition(), edition(id="YY-1", country="YY")
    assert Calendars((one, other)).edition("YY") is other
    with refused_with(CalendarError, match="no calendar is in force for ZZ"):
        Calendars((one, other)).edition("ZZ")
    with refused_with(CalendarError, match="XX has two calendars in force, XX-1 and XX-2"):
        Calendars((one, edition(id="XX-2")))
