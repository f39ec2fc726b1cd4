"""Dates and times as text."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

_ENCODER = msgspec.json.Encoder()
_TO_SECONDS = len("2026-03-02T09:00:00")


def in_utc(moment: datetime) -> str:
    """A date and time as text in UTC: `2026-03-02T09:00:00.000000`.

    The JSON encoder does this, because `isoformat` is so slow that it would cost a turn as much as
    writing another row.
    """
    text = _ENCODER.encode(moment.astimezone(UTC))[1:-2].decode()
    return text if len(text) > _TO_SECONDS else f"{text}.000000"
