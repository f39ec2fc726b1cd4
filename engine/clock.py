"""The clocks of a case: the moments at which it must be looked at again, and what each was counted
from.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from engine.phrases.syntax import Duration
from engine.withheld import OfPerson


class Pause(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time during which a clock was paused."""

    since: datetime
    until: datetime


MOVED = "case.moved"
"""The anchor for periods counted from a case's move to another version."""
SAID = "case.said"
"""The anchor for a deadline that stays as announced, whatever a move does to other deadlines."""


class KeptTiming(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rule by which a clock is counted instead of the rule in the current version. When the
    case moved to that version, the clock kept its old rule, or was given a mix of the old and the
    new one.
    """

    time: str
    """A clock expression. If it counts from `case.moved` or `case.said`, that moment is among the
    clock's `anchors`.
    """
    calendar: tuple[str, ...] = ()
    roll: str = ""
    extended: int = 0
    """How often the clock had been extended before the move; those extensions do not apply to a
    period counted from the move.
    """


ClockKind = Literal[
    "due",
    "rung",
    "floor",
    "series",
    "seen",
    "answer",
    "waiting",
    "expiry",
    "named",
    "review",
    "registry",
    "stop",
    "proposal",
]
"""Every kind of moment at which a case must be looked at again."""


class Clock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A moment at which the case must be looked at again, and everything it was counted from.

    `at` follows from the other fields and the definition, so it can be recounted at any time.
    """

    key: str
    kind: ClockKind
    about: str
    """The task, stop, step, hand-over, consent, named clock, agency or proposal, or `case`."""
    at: datetime
    editions: tuple[str, ...] = ()
    """The calendar editions with which the clock was counted."""
    rung: int = 0
    used: int = 0
    """How often a repeating rung was used."""
    start: datetime | None = None
    """The start of a period that has no anchor or was restarted. For a rung, the due moment, or the
    time at which the rung was last used.
    """
    agency: str = ""
    """The agency whose calendar counts if the definition names no calendar."""
    anchors: OfPerson[dict[str, str]] = {}
    """The moments and days from which the clock was counted, by their names in the definition."""
    reported: OfPerson[dict[str, str]] = {}
    """For each of the `anchors` that was reported late, when it really happened. `anchors` has the
    time of the report, because an agency's time runs from when it was told.
    """
    pauses: tuple[Pause, ...] = ()
    paused_at: datetime | None = None
    extensions: tuple[Duration, ...] = ()
    shortened_at: datetime | None = None
    shortened_to: Duration | None = None
    """The length to which the period was cut, counted from its start; None if the period was not
    shortened, or was ended at once.
    """
    restarts: int = 0
    """How often the clock was restarted; it then counts from `start` regardless of its anchor."""
    kept: KeptTiming | None = None


_IN_ORDER = (
    *("due", "seen", "answer", "waiting", "rung"),
    *("expiry", "named", "floor", "series", "review", "registry", "stop", "proposal"),
)
"""The order of clocks that end at the same moment, such as midnight: first what becomes late,
then what is over or may begin, because conditions may read lateness.
"""
_PLACES = {kind: place for place, kind in enumerate(_IN_ORDER)}

AFTER_THE_END = frozenset({"expiry", "stop"})
"""Kinds of clock that run whatever the status of the case: consents still expire on time, and
agencies must still confirm that they have stopped.
"""

CLOCK_WORDS = ("not_begun", "running", "still", "elapsed", "shortened")
"""The possible statuses of a named clock; `still` means paused. If a moment ended the clock, its
status is the name of that moment instead.
"""


def comes(clock: Clock) -> tuple[datetime, int, str]:
    """The sort key of clocks: the one that ends first comes first."""
    return clock.at, _PLACES[clock.kind], clock.key
