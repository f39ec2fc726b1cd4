"""The reference page of the clocks: every row of its tables of examples."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from engine.clock import Clock
from engine.definition import Time
from engine.phrases.expressions import parse_clock
from engine.phrases.syntax import Duration, Earliest, Latest, Moment, Roll, Unit
from engine.time.calendars import Edition, split_place, together
from engine.time.clocks import Counted, add, count, resume, roll
from engine.time.holiday_source import edition_from_holidays
from engine.time.zones import zone_of
from engine.turns.arithmetic import TimingRule, reckon

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "clocks.md"


@cache
def edition(place: str) -> Edition:
    country, part = split_place(place)
    zone = "Europe/Lisbon" if country == "PT" else zone_of(country)
    return edition_from_holidays(country, (2021, 2029), id=place, zone=zone, subdivision=part)


def local(text: str, country: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=edition(country).timezone)


def duration(text: str) -> Duration:
    amount, unit = text.split(" ", 1)
    return Duration(int(amount), Unit(unit if unit.endswith("s") else f"{unit}s"))


def examples(table: str) -> list[list[str]]:
    """The rows of one table of the page."""
    page = REFERENCE.read_text(encoding="utf-8")
    rows = re.findall(rf"<!-- examples: {table} -->\n((?:\|.*\n)+)", page)[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


@pytest.mark.parametrize(
    ("period", "event", "country", "moment"),
    [row[:4] for row in examples("periods") + examples("parts")],
)
def test_a_period_ends_as_the_reference_says(
    period: str, event: str, country: str, moment: str
) -> None:
    """Each row of the tables of periods, in whole countries and in parts of them."""
    length, way = period.rsplit(" ", 1)
    before = way == "before"
    counted = add(local(event, country), duration(length), edition(country), before=before)
    assert f"{counted.astimezone(edition(country).timezone):%Y-%m-%d %H:%M:%S}" == moment


@pytest.mark.parametrize(("which", "a", "b", "moment"), examples("combinations"))
def test_the_earlier_and_the_later_are_what_the_reference_says(
    which: str, a: str, b: str, moment: str
) -> None:
    """Each row of the table of combinations, with what is not known yet."""

    def anchors(name: str | None) -> datetime | None:
        text = a if name == "a" else b
        return None if text == "not known" else datetime.fromisoformat(text).replace(tzinfo=UTC)

    of = (Moment(anchor="a"), Moment(anchor="b", optional=which.endswith("`b?`")))
    kind = Earliest if which == "earliest of" else Latest
    counted = count(kind(of), anchors, edition("NG"))
    assert (f"{counted.at:%Y-%m-%d %H:%M:%S}" if counted else "not known") == moment


@pytest.mark.parametrize(
    ("unit", "country", "due", "paused", "resumed", "moment"),
    [row[:6] for row in examples("pauses")],
)
def test_a_pause_does_what_the_reference_says(
    unit: str, country: str, due: str, paused: str, resumed: str, moment: str
) -> None:
    """Each row of the table of pauses."""
    was_due, stopped, went_on = (local(each, country) for each in (due, paused, resumed))
    moved = resume(was_due, Unit(unit), stopped, went_on, edition(country))
    assert moved == local(moment, country)


@pytest.mark.parametrize(
    ("phrase", "born", "country", "moment"), [row[:4] for row in examples("birthdays")]
)
def test_a_birthday_is_when_the_reference_says(
    phrase: str, born: str, country: str, moment: str
) -> None:
    """Each row of the table of birthdays, whether something is due then or opens then."""
    for floor in (True, False):
        counted = count(
            parse_clock(phrase), lambda _: date.fromisoformat(born), edition(country), floor=floor
        )
        assert counted == Counted(local(moment, country), (country,))


@pytest.mark.parametrize(
    ("phrase", "event", "country", "way", "due"), [row[:5] for row in examples("days")]
)
def test_a_day_of_a_month_is_when_the_reference_says(
    phrase: str, event: str, country: str, way: str, due: str
) -> None:
    """Each row of the table of days of a month, a quarter or a year, with where it rolls."""
    start = local(event, country) if " " in event else date.fromisoformat(event)
    time = Time.model_validate({"time": phrase, "roll": way or None})
    clock = Clock(key="due", kind="due", about="a", at=FIRST, start=FIRST, agency="")
    counted = reckon(clock, TimingRule(time.time, time), lambda _: start, edition(country))
    assert counted == Counted(local(due, country), (country,))


@pytest.mark.parametrize(
    ("at", "country", "rule", "kind", "moment"), [row[:5] for row in examples("rolling")]
)
def test_a_last_day_rolls_as_the_reference_says(
    at: str, country: str, rule: str, kind: str, moment: str
) -> None:
    """Each row of the table of last days that are not worked."""
    moved = roll(local(at, country), Roll(rule), edition(country), floor=kind == "floor")
    assert moved == local(moment, country)


@pytest.mark.parametrize(
    ("period", "event", "countries", "moment"), [row[:4] for row in examples("together")]
)
def test_two_countries_count_together_as_the_reference_says(
    period: str, event: str, countries: str, moment: str
) -> None:
    """Each row of the table of two calendars."""
    first, second = countries.split(", ")
    length, way = period.rsplit(" ", 1)
    both = together([edition(first), edition(second)])
    counted = add(local(event, first), duration(length), both, before=way == "before")
    assert counted == local(moment, first)


def test_the_page_is_read_whole() -> None:
    """A table that lost its mark, or its rows, would pass unread."""
    tables = re.findall(r"<!-- examples: (\w+) -->", REFERENCE.read_text(encoding="utf-8"))
    assert tables == [
        "periods",
        "birthdays",
        "days",
        "rolling",
        "together",
        "combinations",
        "pauses",
        "parts",
    ]
    assert [len(examples(table)) for table in tables] == [32, 9, 29, 12, 5, 8, 7, 7]
