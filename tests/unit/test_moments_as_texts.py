"""Moments as proofs and SQLite have them: always of one length, so that they sort as they follow each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite
from sqlmodel.sql.sqltypes import UTCDateTime

from models.moments import in_utc
from models.prepared import as_text

WESTWARD = timezone(-timedelta(hours=1))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "2026-03-02T09:00:00.000000"),
        (datetime(2026, 3, 2, 9, 0, 0, 10, tzinfo=UTC), "2026-03-02T09:00:00.000010"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=WESTWARD), "2027-01-01T00:30:00.000000"),
        (datetime(33, 1, 1, tzinfo=UTC), "0033-01-01T00:00:00.000000"),
    ],
)
def test_a_moment_is_a_text_in_utc(moment: datetime, text: str) -> None:
    """As `isoformat` makes it, and in SQLite as SQLAlchemy does."""
    assert in_utc(moment) == text
    assert f"{text}+00:00" == moment.astimezone(UTC).isoformat(timespec="microseconds")
    dialect = sqlite.dialect()
    theirs = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    assert theirs is not None
    assert as_text(moment) == theirs(moment)


def test_a_moment_without_a_zone_is_stored_nowhere() -> None:
    """Nobody could say when it was; that nothing has happened yet can be said."""
    with pytest.raises(ValueError, match="no zone"):
        as_text(datetime(2026, 3, 2, 9))
    assert as_text(None) is None
