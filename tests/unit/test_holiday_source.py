"""Editions from the package `holidays`: days, weekends and zones, with overrides on top."""

from __future__ import annotations

import pytest

from engine.time.calendars import CalendarError, Holiday
from engine.time.holiday_source import edition_from_holidays
from engine.time.zones import zone_of
from tests.paper_calendars import FRI, SAT, SUN, day, week
from tests.told import refused_with

ECOWAS = ["BJ", "BF", "CV", "CI", "GM", "GH", "GN", "GW", "LR", "ML", "NE", "NG", "SN", "SL", "TG"]


@pytest.mark.parametrize("country", [*ECOWAS, "MR", "LY", "GB", "BG", "FR", "IT"])
def test_a_country_with_one_zone_needs_no_more_than_its_code(country: str) -> None:
    """An edition for each country of the region and its neighbours comes from the libraries."""
    made = edition_from_holidays(country, (2025, 2031), id=f"{country}-1", zone=zone_of(country))
    assert len(made.holidays) >= 6 * 7
    assert 1700 < made.working_days_between(day("2025-01-01"), day("2031-12-31")) < 2200


@pytest.mark.parametrize(
    ("country", "since", "days"),
    [
        ("NG", "2025-01-01", {SAT, SUN}),
        ("NE", "2025-01-01", {SUN}),
        ("EG", "2025-01-01", {FRI, SAT}),
        ("LY", "2013-01-01", {FRI, SAT}),
        ("PS", "2019-01-01", {FRI, SAT}),
        ("SO", "2000-01-01", {FRI}),
        ("MR", "2014-10-01", {SAT, SUN}),
    ],
)
def test_weekends_are_those_of_the_country(country: str, since: str, days: set[int]) -> None:
    """From the package, and from the law where the package has it wrong."""
    made = edition_from_holidays(country, (2025, 2026), id="1", zone="UTC")
    assert made.weekends == (week(since, *days),)


def test_a_weekend_that_the_law_moved_is_followed_on_its_day() -> None:
    """The Emirates on 1 January 2022, from the package; Mauritania on 1 October 2014, from us."""
    nepal = edition_from_holidays("NP", (2021, 2027), id="1", zone="UTC")
    assert not nepal.is_working(day("2022-06-05"))
    assert nepal.is_working(day("2022-06-12"))
    assert nepal.is_working(day("2026-11-22"))
    assert not nepal.is_working(day("2026-11-21"))
    emirates = edition_from_holidays("AE", (2021, 2022), id="AE-1", zone=zone_of("AE"))
    fridays = [day("2021-12-24"), day("2021-12-31"), day("2022-01-07"), day("2022-01-14")]
    assert [emirates.is_working(each) for each in fridays] == [False, False, True, True]
    mauritania = edition_from_holidays("MR", (2014, 2015), id="MR-1", zone=zone_of("MR"))
    fridays = [day("2014-09-19"), day("2014-09-26"), day("2014-10-03"), day("2014-10-10")]
    assert [mauritania.is_working(each) for each in fridays] == [False, False, True, True]


def test_our_overrides_win_over_the_package() -> None:
    """Added, removed, worked, and a weekend by law from its date on."""
    made = edition_from_holidays(
        "NG",
        (2026, 2027),
        id="NG-2",
        zone="Africa/Lagos",
        weekend=[week("2027-01-01", FRI, SAT)],
        added=[
            Holiday(day("2026-11-16"), "Day of mourning"),
            Holiday(day("2026-10-01"), "Renamed"),
        ],
        removed=[day("2026-06-12")],
        worked=[day("2026-11-21")],
    )
    assert not made.is_working(day("2026-11-16"))
    assert Holiday(day("2026-10-01"), "Renamed") in made.holidays
    assert made.is_working(day("2026-06-12"))
    assert made.is_working(day("2026-11-21"))
    assert made.weekends == (week("2026-01-01", SAT, SUN), week("2027-01-01", FRI, SAT))


def test_our_weekend_wins_over_our_correction_too() -> None:
    """Whoever runs the installation knows better than the code."""
    ours = [week("2012-01-01", SUN)]
    made = edition_from_holidays("MR", (2025, 2026), id="MR-2", zone="UTC", weekend=ours)
    assert made.weekends == tuple(ours)


def test_overrides_may_come_once_only() -> None:
    """A generator is as good as a list."""
    days = [day("2026-06-12"), day("2026-10-01")]
    made = edition_from_holidays("NG", (2026, 2026), id="1", zone="UTC", removed=iter(days))
    assert not {each.day for each in made.holidays} & set(days)


def test_a_day_off_for_a_worked_weekend_day_is_taken_from_the_package() -> None:
    """Bulgaria worked Saturday 10 September 2016, until our override says otherwise."""
    saturday = day("2016-09-10")
    made = edition_from_holidays("BG", (2016, 2016), id="BG-1", zone=zone_of("BG"))
    assert made.is_working(saturday)
    off = [Holiday(saturday, "Off after all")]
    made = edition_from_holidays("BG", (2016, 2016), id="BG-2", zone=zone_of("BG"), added=off)
    assert not made.is_working(saturday)


@pytest.mark.parametrize(
    ("country", "years", "message"),
    [
        ("XX", (2026, 2027), "holidays of XX are not known"),
        ("GW", (2020, 2022), "holidays of GW are known only from 2023 to 2100, and 2020 is needed"),
        ("LK", (2027, 2031), "name the days off in 2027 under `countries`"),
        ("NG", (2027, 2026), "covers no year"),
    ],
)
def test_what_the_package_does_not_know_is_refused(
    country: str, years: tuple[int, int], message: str
) -> None:
    """Years without known holidays would otherwise look like years without holidays."""
    with refused_with(CalendarError, match=message):
        edition_from_holidays(country, years, id="1", zone="UTC")


def test_a_country_whose_holidays_end_early_is_covered_as_far_as_they_are_known() -> None:
    """And further by the years of which the registry names a day."""
    ours = [Holiday(day("2027-01-14"), "Tamil Thai Pongal"), Holiday(day("2029-01-14"), "Again")]
    assert edition_from_holidays("LK", (2025, 2031), id="1", zone="UTC").covers == (2025, 2026)
    longer = edition_from_holidays("LK", (2025, 2031), id="1", zone="UTC", added=ours)
    assert longer.covers == (2025, 2027)
    assert edition_from_holidays("IN", (2030, 2040), id="1", zone="UTC").covers == (2030, 2035)
    assert not longer.is_working(day("2027-01-14"))
    assert edition_from_holidays("GW", (2022, 2027), id="1", zone="UTC").covers == (2023, 2027)


@pytest.mark.parametrize(
    ("country", "message"),
    [
        ("PT", "Europe/Lisbon, Atlantic/Madeira, Atlantic/Azores"),
        ("DE", "Europe/Berlin, Europe/Busingen"),
        ("XX", "no time zone is known for XX"),
        ("ng", "two capital letters"),
    ],
)
def test_a_country_without_exactly_one_zone_must_say_which(country: str, message: str) -> None:
    """The error lists what there is to choose from."""
    with refused_with(CalendarError, match=message):
        zone_of(country)
