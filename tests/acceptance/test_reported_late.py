"""What is reported late by commands: how its moment is written, and where it is shown again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An installation with a pathway and its agencies."""
    made = Desk(tmp_path)
    made.set_up()
    return made


def test_the_log_shows_when_it_happened_beside_when_it_was_recorded(desk: Desk) -> None:
    """Only where the two differ."""
    opened = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    code = desk.do(
        "open", "passage", "--country", "GH", "--as", "GH-GPS", "--at", opened.isoformat()
    ).split()[0]
    assert "happened" in desk.do("log", code)
    assert f"{opened:%H:%M}" in desk.do("log", code)
    assert "happened" not in desk.do("log", desk.open())


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-02T09.30+00:00", "write `2026-03-02T09:30+00:00`"),
        ("2026-03-02 9:30+00:00", "write `2026-03-02 09:30+00:00`"),
        ("20260302T0930Z", "write day, hour and minutes as `2026-03-02 09:30`"),
        ("2026-03-02 09:30", "write the date and time with a zone"),
    ],
)
def test_a_moment_that_could_be_misread_is_refused(desk: Desk, at: str, said: str) -> None:
    """With what was meant; nothing is done."""
    code = desk.open()
    assert said in desk.refused("complete", code, "look.1", "--as", "GH-DSW", "--at", at, code=2)
