"""The small phrases of the language as values: durations, moments, ladder rungs, reactions.

`expressions` reads them from text, `clocks` counts them, `decide` acts on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec


class Unit(StrEnum):
    """How a period is counted."""

    HOURS = "hours"
    """Elapsed time, regardless of clock changes."""
    DAYS = "days"
    """Calendar days."""
    WORKING_DAYS = "working days"
    """Days that are neither weekend nor holiday in the calendar that applies."""
    WEEKS = "weeks"
    MONTHS = "months"
    """Calendar months. If the month reached lacks the day, its last day counts (31 August + 1 month
    = 30 September).
    """
    YEARS = "years"


class UnitLength(NamedTuple):
    """How long one unit is."""

    most: int
    """The largest number of this unit that may be written: about a hundred years, far beyond any
    law, but still within the dates that Python can represent.
    """
    about: float
    """Its average length, in days."""
    shortest: int
    """Its shortest length, in hours."""
    longest: int
    """Its longest length, in hours; for a working day, with the weekend that may precede it.
    Holidays are not counted.
    """
    days: int = 0
    """Its length in calendar days, for days and weeks; 0 for any other unit."""
    months: int = 0
    """Its length in calendar months, for months and years; 0 for any other unit."""

    @property
    def elapsed(self) -> timedelta | None:
        """The length of the unit if it is always the same, clock changes aside; otherwise None."""
        return timedelta(hours=self.shortest) if self.shortest == self.longest else None


MEASURES: dict[Unit, UnitLength] = {
    Unit.HOURS: UnitLength(876_000, 1 / 24, 1, 1),
    Unit.DAYS: UnitLength(36_500, 1, 24, 24, days=1),
    Unit.WORKING_DAYS: UnitLength(26_000, 1.4, 24, 3 * 24),
    Unit.WEEKS: UnitLength(5_200, 7, 7 * 24, 7 * 24, days=7),
    Unit.MONTHS: UnitLength(1_200, 30.4, 28 * 24, 31 * 24, months=1),
    Unit.YEARS: UnitLength(100, 365.25, 365 * 24, 366 * 24, months=12),
}
"""Everything that distinguishes the units, except what they need of a calendar: hours need nothing,
working days its days off and its time zone, the others only its time zone.
"""


class Span(StrEnum):
    """A calendar period that begins on the first day of a month."""

    MONTH = "month"
    QUARTER = "quarter"
    """January to March, April to June, July to September, October to December."""
    YEAR = "year"


class Roll(StrEnum):
    """Where the last day of a period moves if it is not a working day."""

    NEXT = "next"
    """To the next working day."""
    PREVIOUS = "previous"
    """To the last working day before that day."""


class Duration(msgspec.Struct, frozen=True):
    """`15 working days`. `amount` is at least 1."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        unit = self.unit.value if self.amount != 1 else self.unit.value[:-1]
        return f"{self.amount} {unit}"


class Answered(msgspec.Struct, frozen=True):
    """`granted days, at most 60`: the number is the answer in the field `granted`."""

    field: str
    unit: Unit
    at_most: int

    def __str__(self) -> str:
        return f"{self.field} {self.unit.value}, at most {self.at_most}"


Length = Duration | Answered


class CalendarDay(msgspec.Struct, frozen=True):
    """`end of the month`, `day 15 of the next quarter`: a fixed day, not a period.

    The span is the one that contains the anchor or, with `after`, the next one. A `day` requires
    `after`, because a day of the anchor's own span could lie before the anchor.
    """

    span: Span
    day: int = 0
    """Counted from 1, the first day of the span; 0 is its end."""
    after: bool = False

    def of(self, anchor: str | None) -> str:
        """The phrase as it is written."""
        which = f"day {self.day} of the" if self.day else "end of the"
        if anchor is None:
            return f"{which} {'next ' if self.after else ''}{self.span}"
        return f"{which} {self.span} {'after' if self.after else 'of'} {anchor}"


class Moment(msgspec.Struct, frozen=True, tag="moment"):
    """`72 hours after ask_home.accepted`, or `5 working days`, counted from the opening.

    `anchor` is the name of a moment of the case or of a date field; None means the opening of what
    the clock belongs to. `before` counts backwards. Without a duration the moment is the anchor
    itself. At least one of `duration`, `anchor` and `on` is given. With `birthday` the anchor is a
    date of birth, and what counts is the day on which that age, in years, is reached. With `on`,
    the anchor or that birthday only picks a month, quarter or year, and what counts is a fixed day
    in it or the next. `optional`, written `?`, marks a part of `latest of` that need not be known.
    """

    duration: Duration | None = None
    anchor: str | None = None
    before: bool = False
    birthday: int | None = None
    optional: bool = False
    on: CalendarDay | None = None

    def __str__(self) -> str:
        return f"{self._certain()}{'?' if self.optional else ''}"

    def _certain(self) -> str:
        anchor = f"birthday {self.birthday} of {self.anchor}" if self.birthday else self.anchor
        anchor = self.on.of(anchor) if self.on else anchor
        if anchor is None or self.duration is None:
            return str(self.duration or anchor)
        return f"{self.duration} {'before' if self.before else 'after'} {anchor}"


class Earliest(msgspec.Struct, frozen=True, tag="earliest"):
    """`earliest of (a, b)`: known as soon as one of them is."""

    of: tuple[ClockExpression, ...]

    def __str__(self) -> str:
        return f"earliest of ({', '.join(map(str, self.of))})"


class Latest(msgspec.Struct, frozen=True, tag="latest"):
    """`latest of (a, b)`: known only when all of them are; `latest of (a, b?)`: when `a` is. If all
    are optional, one must be known.
    """

    of: tuple[ClockExpression, ...]

    def __str__(self) -> str:
        return f"latest of ({', '.join(map(str, self.of))})"


ClockExpression = Moment | Earliest | Latest


def moments_in(expression: ClockExpression) -> Iterator[Moment]:
    """The individual moments in a clock expression, in the order written."""
    if isinstance(expression, Moment):
        yield expression
    else:
        for part in expression.of:
            yield from moments_in(part)


def hears_more(expression: ClockExpression) -> bool:
    """Whether the moment of an expression may change as more becomes known: `earliest of` may move
    it earlier, an optional part of `latest of` later.
    """
    if isinstance(expression, Moment):
        return expression.optional
    return isinstance(expression, Earliest) or any(map(hears_more, expression.of))


def is_period(leaf: Moment) -> bool:
    """Whether a moment counts forward from its anchor, so that it is a running period that can be
    extended or restarted.
    """
    return leaf.duration is not None and not leaf.before


class After(msgspec.Struct, frozen=True):
    """What must come first: all of `names` or, with `any of (a, b)` or `2 of (a, b, c)`, at least
    `least` of them.
    """

    names: tuple[str, ...] = ()
    least: int = 0
    """How many must come first; 0 means all of them."""

    def __str__(self) -> str:
        names = ", ".join(self.names)
        return f"{self.least if self.least > 1 else 'any'} of ({names})" if self.least else names


class Rung(msgspec.Struct, frozen=True):
    """One rung of a ladder: `remind screener`, `after 1 working day tell manager`,
    `every 2 working days remind screener, at most 5`.

    `offset` counts from the due moment; None is the due moment itself.
    """

    verb: str
    """`remind` (the agency that owes the work) or `tell` (another role)."""
    role: str
    offset: Duration | None = None
    before: bool = False
    at_most: int = 1
    """The most times that the rung comes: first `offset` after the due moment, then again after
    each further `offset`.
    """

    def __str__(self) -> str:
        if self.at_most > 1:
            return f"every {self.offset} {self.verb} {self.role}, at most {self.at_most}"
        when = f"{'before' if self.before else 'after'} {self.offset} " if self.offset else ""
        return f"{when}{self.verb} {self.role}"


class EndCase(msgspec.Struct, frozen=True, tag="end"):
    """`end withdrawn`: close the case with that end."""

    name: str

    def __str__(self) -> str:
        return f"end {self.name}"


class RaiseInterrupt(msgspec.Struct, frozen=True, tag="interrupt"):
    """`interrupt no_show`: as if somebody had raised it."""

    name: str

    def __str__(self) -> str:
        return f"interrupt {self.name}"


class Tell(msgspec.Struct, frozen=True, tag="tell"):
    """`tell manager`: that role gets a notice or, as the reaction to a silent request, the task to
    decide what follows.
    """

    role: str

    def __str__(self) -> str:
        return f"tell {self.role}"


class NextReceiver(msgspec.Struct, frozen=True, tag="next"):
    """`next receiver, at most 2`: ask the next agency that may hold one of the roles that the
    request goes to, at most twice after the first.
    """

    at_most: int

    def __str__(self) -> str:
        return f"next receiver, at most {self.at_most}"


class GoOn(msgspec.Struct, frozen=True, tag="go_on"):
    """`go on`: nothing more follows."""

    def __str__(self) -> str:
        return "go on"


class SkipPart(msgspec.Struct, frozen=True, tag="skip"):
    """`skip`: the stage or step is passed over."""

    def __str__(self) -> str:
        return "skip"


class BackTo(msgspec.Struct, frozen=True, tag="back_to"):
    """`back to plan, at most 2, then end stays`: the stage and everything after it start again.

    `then` follows instead once the case has gone back that often.
    """

    stage: str
    at_most: int
    then: Reaction

    def __str__(self) -> str:
        return f"back to {self.stage}, at most {self.at_most}, then {self.then}"


Reaction = EndCase | RaiseInterrupt | Tell | NextReceiver | BackTo | GoOn | SkipPart
