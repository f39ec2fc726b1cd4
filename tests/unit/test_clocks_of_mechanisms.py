"""The periods of real mechanisms: each as it would be written, and the moment that it means.

The numbers stand here to try the arithmetic; what a law says, a pathway cites.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import pytest

from engine.phrases.expressions import parse_clock
from engine.phrases.syntax import Roll
from engine.time.calendars import Edition, Holiday, split_place, together
from engine.time.clocks import count, roll
from engine.time.holiday_source import edition_from_holidays
from engine.time.zones import zone_of

ZONES = {"DE": "Europe/Berlin", "US": "America/New_York", "PT": "Europe/Lisbon"}


@cache
def edition(place: str, added: tuple[date, ...] = (), removed: tuple[date, ...] = ()) -> Edition:
    """The calendar of a place, with days declared late or not declared at all."""
    country, part = split_place(place)
    return edition_from_holidays(
        country,
        (2014, 2030),
        id=place,
        zone=ZONES.get(country) or zone_of(country),
        subdivision=part,
        added=[Holiday(each, "Declared late") for each in added],
        removed=removed,
    )


def moment(calendar: Edition, phrase: str, **known: str) -> str:
    """When a phrase is reached there, told in local time. A name is a moment, or a bare day."""

    def anchors(name: str | None) -> date | None:
        text = known.get((name or "opened").replace(".", "_"))
        if text is None or len(text) == 10:
            return date.fromisoformat(text) if text else None
        return datetime.fromisoformat(text).replace(tzinfo=calendar.timezone)

    counted = count(parse_clock(phrase), anchors, calendar)
    if counted is None:
        return "not known"
    return f"{counted.at.astimezone(calendar.timezone):%Y-%m-%d %H:%M:%S}"


COOPERATES = "earliest of (30 days after found.done, cooperate.done)"
LATER = "latest of (30 days after grounds.done, decided.done)"
EARLIER = "earliest of (90 days after grounds.done, decided.done)"

RECOVERY = [
    # Bulgaria: 30 days, ended early by the decision to cooperate.
    ("BG", COOPERATES, {"found_done": "2026-11-20 10:00"}, "2026-12-20"),
    (
        "BG",
        COOPERATES,
        {"found_done": "2026-11-20 10:00", "cooperate_done": "2026-12-01 14:00"},
        "2026-12-01 14:00:00",
    ),
    # England and Wales: the later of 30 days and the conclusive decision; before 2023, 45 days.
    ("GB-ENG", LATER, {"grounds_done": "2026-03-01 10:00"}, "not known"),
    (
        "GB-ENG",
        LATER,
        {"grounds_done": "2026-03-01 10:00", "decided_done": "2026-03-12 11:00"},
        "2026-03-31",
    ),
    (
        "GB-ENG",
        LATER,
        {"grounds_done": "2026-03-01 10:00", "decided_done": "2026-06-01 12:00"},
        "2026-06-01 12:00:00",
    ),
    ("GB-ENG", "45 days after grounds.done", {"grounds_done": "2026-03-01 10:00"}, "2026-04-15"),
    # Scotland: the earlier of 90 days and the conclusive decision.
    ("GB-SCT", EARLIER, {"grounds_done": "2026-01-31 10:00"}, "2026-05-01"),
    (
        "GB-SCT",
        EARLIER,
        {"grounds_done": "2026-01-31 10:00", "decided_done": "2026-04-02 09:00"},
        "2026-04-02 09:00:00",
    ),
    ("SE", "30 days", {"opened": "2026-02-01 08:00"}, "2026-03-03"),
    ("DK", "30 days", {"opened": "2028-01-31 08:00"}, "2028-03-01"),  # over a leap day
    ("BE", "45 days", {"opened": "2026-12-01 08:00"}, "2027-01-15"),  # over the end of a year
    # Ireland: 60 days, then a permit of 6 months that may be renewed.
    ("IE", "60 days", {"opened": "2026-01-01 08:00"}, "2026-03-02"),
    ("IE", "6 months after permit.done", {"permit_done": "2026-08-31 08:00"}, "2027-02-28"),
    ("NO", "6 months", {"opened": "2026-10-31 08:00"}, "2027-04-30"),
    ("NL", "3 months", {"opened": "2026-11-30 08:00"}, "2027-02-28"),
    ("DE", "3 months", {"opened": "2027-11-30 08:00"}, "2028-02-29"),
    # Greece: 3 months, and 2 more for a child, counted from the end of the first.
    ("GR", "3 months", {"opened": "2026-03-31 08:00"}, "2026-06-30"),
    ("GR", "2 months after reflection", {"reflection": "2026-06-30 23:59:59"}, "2026-08-30"),
    ("LV", "180 days", {"opened": "2026-01-15 08:00"}, "2026-07-14"),
]

OTHERS = [
    # A child in the United States: 24 hours, over the night in which an hour is skipped; 90 days of
    # interim help, and 30 more.
    ("US", "24 hours", {"opened": "2026-03-07 18:00"}, "2026-03-08 19:00:00"),
    ("US", "90 days after letter.done", {"letter_done": "2026-03-08 10:00"}, "2026-06-06"),
    ("US", "30 days after interim", {"interim": "2026-06-06 23:59:59"}, "2026-07-06"),
    # Clinical windows: 72 hours, over the night in which an hour comes twice; 5 days.
    ("GB", "72 hours after harm", {"harm": "2026-10-24 03:00"}, "2026-10-27 02:00:00"),
    ("GB", "5 days after harm", {"harm": "2026-10-24 03:00"}, "2026-10-29"),
    # Medical reviews and follow-up: to the end of shorter months.
    ("NG", "2 weeks after seen.done", {"seen_done": "2026-08-31 11:00"}, "2026-09-14"),
    ("NG", "3 months after seen.done", {"seen_done": "2026-08-31 11:00"}, "2026-11-30"),
    ("NG", "6 months after seen.done", {"seen_done": "2026-08-31 11:00"}, "2027-02-28"),
    ("GH", "1 month after home.arrived", {"home_arrived": "2026-08-31 11:00"}, "2026-09-30"),
    ("GH", "12 months after home.arrived", {"home_arrived": "2028-02-29 11:00"}, "2029-02-28"),
    ("GH", "24 months after home.arrived", {"home_arrived": "2026-02-28 11:00"}, "2028-02-28"),
    # Notice of an arrival, and of what must be settled before an age is reached.
    ("NG", "72 hours before travel", {"travel": "2026-11-20 15:00"}, "2026-11-17 15:00:00"),
    ("GB", "72 hours before travel", {"travel": "2026-03-30 06:00"}, "2026-03-27 05:00:00"),
    ("GB", "100 days before birthday 18 of born", {"born": "2008-02-29"}, "2025-11-21 00:00:00"),
    # Limitation: one year.
    ("GB", "1 year after sentence.done", {"sentence_done": "2026-03-31 16:00"}, "2027-03-31"),
    # Breach of data: 72 hours, over a weekend and holidays.
    ("NG", "72 hours after breach", {"breach": "2026-12-24 17:30"}, "2026-12-27 17:30:00"),
]


@pytest.mark.parametrize(("place", "phrase", "known", "expected"), RECOVERY + OTHERS)
def test_a_period_of_a_mechanism_ends_when_it_should(
    place: str, phrase: str, known: dict[str, str], expected: str
) -> None:
    """Counted by hand; where only a day is given, it is the end of that day."""
    whole = expected if " " in expected or expected == "not known" else f"{expected} 23:59:59"
    assert moment(edition(place), phrase, **known) == whole


@pytest.mark.parametrize(
    ("place", "phrase", "opened", "before", "late", "after"),
    [
        # Ghana declared Monday 24 April 2023 on the 18th: the feast fell on Saturday.
        ("GH", "5 working days", "2023-04-18 09:00", "2023-04-25", "2023-04-24", "2023-04-26"),
        ("GH", "4 working days", "2023-04-18 09:00", "2023-04-24", "2023-04-24", "2023-04-25"),
        # Declared behind the end of the period, and on a weekend: nothing moves.
        ("GH", "2 working days", "2023-04-18 09:00", "2023-04-20", "2023-04-24", "2023-04-20"),
        ("NG", "5 working days", "2026-11-11 09:00", "2026-11-18", "2026-11-14", "2026-11-18"),
        # Calendar days take no notice.
        ("GH", "9 days", "2023-04-18 09:00", "2023-04-27", "2023-04-24", "2023-04-27"),
        # Scotland had one day more for a football match; England had not.
        ("GB-SCT", "2 working days", "2026-06-12 09:00", "2026-06-16", "2026-06-15", "2026-06-17"),
    ],
)
def test_a_holiday_that_is_declared_late_moves_what_is_counted_over_it(
    place: str, phrase: str, opened: str, before: str, late: str, after: str
) -> None:
    """Only with the new edition: the old one goes on saying what it said."""
    day = date.fromisoformat(late)
    plain, declared = edition(place, removed=(day,)), edition(place, added=(day,))
    assert moment(plain, phrase, opened=opened) == f"{before} 23:59:59"
    assert moment(declared, phrase, opened=opened) == f"{after} 23:59:59"
    assert moment(plain, phrase, opened=opened) == f"{before} 23:59:59"


def test_a_last_day_that_is_declared_a_holiday_rolls() -> None:
    """The period in calendar days stays, its last day is not worked any more."""
    late = date(2023, 4, 24)
    last = datetime(2023, 4, 24, 23, 59, 59, tzinfo=UTC)
    declared = edition("GH", added=(late,))
    assert roll(last, Roll.NEXT, edition("GH", removed=(late,))) == last
    assert roll(last, Roll.NEXT, declared) == last.replace(day=25)
    assert roll(last, Roll.PREVIOUS, declared) == last.replace(day=21)


@pytest.mark.parametrize(
    ("places", "opened", "expected"),
    [
        # Scotland and England: Good Friday in both, Easter Monday in England alone.
        (("GB-ENG", "GB-SCT"), "2026-04-02 09:00", "2026-04-08"),
        (("GB-SCT",), "2026-04-02 09:00", "2026-04-07"),
        (("GB-ENG",), "2026-04-02 09:00", "2026-04-08"),
        # Libya rests on Fridays and Saturdays, Italy on Saturdays and Sundays.
        (("IT", "LY"), "2026-11-05 09:00", "2026-11-10"),
        (("LY", "NE"), "2026-11-05 09:00", "2026-11-10"),
        (("NE",), "2026-11-05 09:00", "2026-11-07"),
    ],
)
def test_two_working_days_of_places_together(
    places: tuple[str, ...], opened: str, expected: str
) -> None:
    """A day counts only where all of them work."""
    both = together(edition(each) for each in places)
    start = datetime.fromisoformat(opened).replace(tzinfo=both.timezone)
    counted = count(parse_clock("2 working days"), lambda _: start, both)
    assert counted is not None
    assert counted.editions == places
    local = counted.at.astimezone(both.timezone)
    assert f"{local:%Y-%m-%d %H:%M:%S}" == f"{expected} 23:59:59"
