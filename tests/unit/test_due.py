"""When something is owed, in the reader's zone and words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.message import message
from portal.due import due, full_moment
from portal.look import Frame

LAGOS = ZoneInfo("Africa/Lagos")
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def said(at: datetime, language: str = "en", working_days: int | None = None) -> tuple[str, str]:
    owed, frame = (
        due(at, NOW, LAGOS, language, working_days=working_days),
        Frame(language=language, here="/"),
    )
    return frame.line(owed.said), frame.words(owed.distance) if owed.distance else ""


@pytest.mark.parametrize(
    ("day", "working_days", "expected"),
    [
        ((2026, 12, 1), 2, ("By Tue 1 Dec, 16:00", "in 2 working days")),
        ((2026, 11, 30), 1, ("By Mon 30 Nov, 16:00", "in 1 working day")),
        ((2026, 11, 28), None, ("By Sat 28 Nov, 16:00", "in 1 day")),
        ((2026, 11, 27), None, ("By Fri 27 Nov, 16:00", "today")),
        ((2026, 11, 27), 1, ("By Fri 27 Nov, 16:00", "today")),
        ((2027, 1, 4), None, ("By Mon, 4 Jan 2027, 16:00", "in 38 days")),
        ((2026, 11, 20), None, ("Overdue since Fri 20 Nov, 16:00", "")),
    ],
)
def test_it_is_said_where_the_reader_is_and_how_far_off(
    day: tuple[int, int, int], working_days: int | None, expected: tuple[str, str]
) -> None:
    assert said(datetime(*day, 15, tzinfo=UTC), working_days=working_days) == expected


def test_a_day_begins_where_the_reader_is() -> None:
    """Half past midnight in Lagos is still the day before in Greenwich."""
    late = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    assert said(late) == ("By Sat 28 Nov, 00:30", "in 1 day")


def test_what_is_late_says_so_in_words() -> None:
    owed = due(datetime(2026, 11, 27, 8, 59, tzinfo=UTC), NOW, LAGOS, "en")
    assert owed.is_overdue
    assert owed.said == message("due.overdue", at="Fri 27 Nov, 09:59")
    assert not due(NOW, NOW, LAGOS, "en").is_overdue


def test_each_language_has_its_own_days() -> None:
    at = datetime(2026, 12, 1, 15, tzinfo=UTC)
    assert said(at, "fr", 2) == ("Au plus tard le mar. 1 déc., 16:00", "dans 2 jours ouvrés")
    assert said(at, "pt", 2) == ("Até terça, 1/12, 16:00", "dentro de 2 dias úteis")


def test_a_receipt_has_the_year_and_the_zone() -> None:
    assert full_moment(NOW, LAGOS, "en") == "Fri, 27 Nov 2026, 10:00 WAT"
