"""Reads moments as people write them, in one strict form: `2026-03-02 09:30`, optionally with
seconds or a zone.

Python's own reader takes `09.30` for 9:00 and three tenths of a second, and accepts week dates and
dates without dashes, so it would take some mistyped moments for others.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from engine.message import Message, message

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NEARLY = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d?)\s*[.:h]\s*(\d\d)(?![\d:])(.*)", re.ASCII)


class NoMoment(ValueError):
    """A text is not a valid moment; `remedy` says how to write one."""

    def __init__(self, remedy: Message) -> None:
        self.remedy = remedy
        super().__init__("this is no moment")


def read_moment(text: str) -> datetime:
    """Read a moment such as `2026-03-02 09:30`, `2026-03-02T09:30:00`, `2026-03-02T09:30+01:00` or
    `2026-03-02T09:30Z`.

    Without a zone the result is naive, and the caller decides what that means.

    Raises:
        NoMoment: the text has another form, or there is no such day, hour or UTC offset, or no such
            year in UTC.
    """
    if not _WRITTEN.fullmatch(text):
        raise NoMoment(_remedy(text))
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo:
            found.astimezone(UTC)  # fails at the edge of the calendar: here, not where it is used
    except (ValueError, OverflowError):
        raise NoMoment(message("moment.no_such")) from None
    return found


def read_first_moment(text: str) -> datetime:
    """A moment or, if the text is only a day, its start. Raises NoMoment as `read_moment` does."""
    return read_moment(f"{text} 00:00" if _DAY.fullmatch(text) else text)


def read_in_utc(text: str) -> datetime:
    """Read a moment or a day and return it in UTC, which is also assumed if no zone is given.
    Raises NoMoment.
    """
    found = read_first_moment(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def read_day(text: str) -> date:
    """Read a day written as `2026-03-02`. Raises ValueError if the text has another form or there
    is no such day.
    """
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def _remedy(text: str) -> Message:
    """A message that shows how to write the moment: the corrected text if only its hour and minutes
    are written in another form, otherwise an example.
    """
    if near := _NEARLY.fullmatch(text):
        day, joint, hour, minute, rest = near.groups()
        meant = f"{day}{joint}{hour.zfill(2)}:{minute}{rest}"
        if _WRITTEN.fullmatch(meant):
            return message("moment.meant", meant=meant)
    return message("moment.written")
