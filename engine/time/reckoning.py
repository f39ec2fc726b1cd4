"""How a moment was counted, as a sequence of steps.

Nothing is counted here. `clocks` and `turns.arithmetic` emit these values as they go, so that
explanations report what was actually done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from engine.phrases.syntax import Duration, Roll


class Reckoned(msgspec.Struct, frozen=True, kw_only=True, tag_field="is", omit_defaults=True):
    """One step; `at` is the moment it leads to, in UTC."""

    at: datetime


class Begun(Reckoned, frozen=True, tag="begun_anew"):
    """The clock was restarted: periods that had begun by then count from `at` instead."""


class Ran(Reckoned, frozen=True, tag="period"):
    """A period was counted from an aware moment or a day. The day it starts on does not count,
    except for hours.
    """

    start: date
    by: Duration
    before: bool = False
    phrase: str = ""
    """As written; empty for an extension."""


class Stood(Reckoned, frozen=True, tag="moment"):
    """Nothing was counted: a moment or day itself, the day an age is reached, or a day of the
    month, quarter or year.
    """

    start: date
    phrase: str
    birthday: int = 0
    """The age in years; 0 if it is not a birthday."""
    lacks: int = 0
    """The day that the month does not have, replaced by its last day; 0 if the month has it."""


class Rolled(Reckoned, frozen=True, tag="roll"):
    """The day of a moment is not a working day, so the moment is moved to a working day."""

    was: datetime
    rule: Roll


class Paused(Reckoned, frozen=True, tag="pause"):
    """The clock was paused, and the remainder was counted from where it resumed.

    Attributes:
        left: the remainder, in working days if the period is, and otherwise in days; None for
            hours.
        start: the day from which the remainder was counted; None for hours.
    """

    was: datetime
    since: datetime
    until: datetime
    left: Duration | None = None
    start: date | None = None


class Kept(Reckoned, frozen=True, tag="kept"):
    """A change that would have moved the moment earlier is ignored."""


class Chosen(Reckoned, frozen=True, tag="choice"):
    """The earliest or latest of several; a moment that is not known is None."""

    word: str
    among: tuple[tuple[str, datetime | None], ...]


class Shortened(Reckoned, frozen=True, tag="shortened"):
    """Somebody shortened a period at the moment `on`: it ends at `on` or, if `to` is set, that
    long after its start, but never before `on`.
    """

    was: datetime
    on: datetime
    to: Duration | None = None


ReckoningStep = Begun | Ran | Stood | Rolled | Paused | Kept | Chosen | Shortened
TellStep = Callable[[ReckoningStep], object]
"""Called with each step in order. The last step leads to the counted moment."""


def silent(step: ReckoningStep) -> None:
    """A `TellStep` that does nothing, for callers that only want the moment."""
