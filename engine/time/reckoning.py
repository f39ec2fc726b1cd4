"""How a moment was counted, step by step: what counting says to whoever asks for it.

Nothing here counts. `clocks` and `turns.counting` make these values as they go, so that what is
explained is what was done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from engine.phrases.syntax import Duration, Roll


class Reckoned(msgspec.Struct, frozen=True, kw_only=True, tag_field="is", omit_defaults=True):
    """One step; `at` is the moment to which it has led, in UTC."""

    at: datetime


class Begun(Reckoned, frozen=True, tag="begun_anew"):
    """Its periods are counted from `at`, whatever they were counted from before."""


class Ran(Reckoned, frozen=True, tag="period"):
    """A period was counted from a moment (aware) or a day, which itself does not count."""

    start: date
    by: Duration
    before: bool = False
    phrase: str = ""
    """As it is written; empty for an extension."""


class Stood(Reckoned, frozen=True, tag="moment"):
    """Nothing was counted: a moment or a day itself, the day on which an age is reached, or a day of
    the month, quarter or year.
    """

    start: date
    phrase: str
    birthday: int = 0
    """The age in years; 0 where it is no birthday."""
    lacks: int = 0
    """The day that the month has not, so that its last one takes its place; 0 where it has it."""


class Rolled(Reckoned, frozen=True, tag="roll"):
    """The day of a moment is not worked, and another one takes its place."""

    was: datetime
    rule: Roll


class Paused(Reckoned, frozen=True, tag="pause"):
    """It stood still, and what remained at the pause was counted from where it went on.

    Attributes:
        left: What remained, in the unit of the period. For a part of a day, or where it had run
            out by then, None.
        start: The day after which the rest was counted; None for hours.
    """

    was: datetime
    since: datetime
    until: datetime
    left: Duration | None = None
    start: date | None = None


class Kept(Reckoned, frozen=True, tag="kept"):
    """What has moved it would have brought it nearer, and does not."""


class Chosen(Reckoned, frozen=True, tag="choice"):
    """The earliest or the latest of several; what is not known has no moment."""

    word: str
    among: tuple[tuple[str, datetime | None], ...]


class Shortened(Reckoned, frozen=True, tag="shortened"):
    """Somebody has ended it, or made it as short as `to` from its start; never before `on`."""

    was: datetime
    on: datetime
    to: Duration | None = None


Step = Begun | Ran | Stood | Rolled | Paused | Kept | Chosen | Shortened
Tell = Callable[[Step], object]
"""Is told each step in its order. The last one ends at the moment that was counted."""


def silent(step: Step) -> None:
    """For who only wants the moment."""
