"""Computes a clock's moment from the definition and the clock's own data.

The period is counted first, then its extensions, each with its pauses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from engine.clock import MOVED, Clock, Pause
from engine.definition import Time
from engine.phrases.syntax import ClockExpression, Duration, Moment, Unit, is_period
from engine.time.calendars import Calendar
from engine.time.clocks import (
    Anchors,
    Counted,
    add,
    count,
    counted_from,
    first_moment,
    resume,
    roll,
)
from engine.time.reckoning import Begun, Kept, Ran, Shortened, TellStep, silent


class TimingRule(msgspec.Struct, frozen=True):
    """The expression by which a clock is counted. If it comes from a `Time` entry, `time` is that
    entry, which has further options.
    """

    expression: ClockExpression
    time: Time | None = None


def reckon(
    clock: Clock, rule: TimingRule, anchor: Anchors, calendar: Calendar, tell: TellStep = silent
) -> Counted | None:
    """Compute a clock's moment. Returns None while the moment is not known. This is the only place
    where it is computed.

    Args:
        anchor: returns the value of a name in the rule, or None if the value is not known. Called
            with None for the start of a period that has no anchor.
        tell: called with each step of the calculation.

    Raises `CalendarError` if a calendar ends too early.
    """
    return _Sum(clock, rule.time, anchor, calendar, tell).of(rule.expression)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A clock while it is being counted."""

    clock: Clock
    time: Time | None
    anchor: Anchors
    calendar: Calendar
    tell: TellStep

    def of(self, expression: ClockExpression) -> Counted | None:
        clock, way = self.clock, self.time.roll if self.time else None
        if clock.restarts and clock.start:
            expression = self._again(expression, clock.start)
            self.tell(Begun(at=clock.start))
        if not (clock.pauses or clock.extensions or clock.shortened_at or way):
            floor = clock.kind == "floor"
            return count(expression, self.anchor, self.calendar, floor=floor, tell=self.tell)
        whole = self._moved(expression, clock.extensions)
        if whole is None or clock.shortened_at is None:
            return whole
        return self._shorter(expression, whole, clock.shortened_at)

    def _shorter(self, expression: ClockExpression, whole: Counted, on: datetime) -> Counted:
        """Apply a shortening: end the clock at once, or as if its period had been shorter."""
        written = self.time.shorten.to if self.time and self.time.shorten else None
        to = self.clock.shortened_to or written  # records from before the length was stored
        at = on
        if to is not None:
            if not isinstance(to, Duration):
                return whole
            short = self._moved(_as_long_as(to, expression), ())
            if short is None:
                return whole
            at = max(short.at, on)
        at = min(whole.at, at)
        self.tell(Shortened(was=whole.at, on=on, to=to, at=at))
        return Counted(at, whole.editions)

    def _moved(
        self, expression: ClockExpression, extensions: tuple[Duration, ...]
    ) -> Counted | None:
        """The moment of an expression, with rolling, pauses and these extensions applied to each of
        its parts. Extensions apply only to periods, unless the expression is a single moment. A
        part that is simply a birthday does not move.
        """

        def each(leaf: Moment, found: Counted) -> Counted:
            more = self._granted(leaf, extensions) if is_period(leaf) or leaf is expression else ()
            start = self.anchor(leaf.anchor)
            if start is None or (leaf.birthday and not leaf.duration and not leaf.on):
                return found  # birthdays do not move
            return self._put_off(leaf, start, found, more)

        floor = self.clock.kind == "floor"
        return count(expression, self.anchor, self.calendar, floor=floor, each=each, tell=self.tell)

    def _granted(self, leaf: Moment, extensions: tuple[Duration, ...]) -> tuple[Duration, ...]:
        """The extensions that count. Extensions granted before the case moved to another version do
        not extend a period counted from the move.
        """
        kept = self.clock.kept
        return extensions[kept.extended :] if kept and leaf.anchor == MOVED else extensions

    def _put_off(
        self, leaf: Moment, start: date, found: Counted, extensions: tuple[Duration, ...]
    ) -> Counted:
        """Put off a single moment: roll it and add the pauses that began during its period, then do
        the same with each extension.

        Pauses do not put off a day that is set by an authority or the calendar, nor a moment
        counted back from it. They put off only its extensions. An extension never moves a moment
        earlier, whatever the units.
        """
        is_day = leaf.on is not None or not isinstance(start, datetime)
        first = first_of(leaf if is_period(leaf) else replace(leaf, on=None), start, self.calendar)
        unit = leaf.duration.unit if leaf.duration else Unit.DAYS if is_day else Unit.HOURS
        rolls = leaf.duration is not None or is_day  # events do not roll, counted moments do
        way = self.time.roll if self.time and rolls else None

        def rolled(at: datetime) -> datetime:
            if way is None:
                return at
            floor, begun = self.clock.kind == "floor", first if is_period(leaf) or leaf.on else None
            return roll(at, way, self.calendar, floor=floor, since=begun, tell=self.tell)

        def put_off(at: datetime, whole: datetime, unit: Unit) -> datetime:
            """The end of the period or of one extension, put off by pauses; `whole` is the end
            before rolling.
            """
            while pauses and pauses[0].since < at:
                pause = pauses.pop(0)
                # Past its end, only the days up to the next working day are left.
                last = at if whole <= pause.since else whole
                whole = resume(last, unit, pause.since, pause.until, self.calendar, tell=self.tell)
                at = self._no_nearer(at, rolled(whole))
            return at

        at = rolled(found.at)
        pauses = self._pauses_since(first if is_period(leaf) else at)
        if is_period(leaf):
            at = put_off(at, found.at, unit)
        for by in extensions:  # from the end of the period, as in section 190 of the BGB
            whole = add(at, by, self.calendar)
            self.tell(Ran(start=at, by=by, at=whole))
            at = put_off(self._no_nearer(at, rolled(whole)), whole, by.unit)
        by_day = way is not None or {unit, *(by.unit for by in extensions)} != {Unit.HOURS}
        return Counted(at, self.calendar.ids if by_day else found.editions)

    def _no_nearer(self, at: datetime, moved: datetime) -> datetime:
        if moved < at:
            self.tell(Kept(at=at))
        return max(at, moved)

    def _pauses_since(self, begun: datetime) -> list[Pause]:
        """The pauses after a moment; one that had begun earlier counts from that moment."""
        return [
            replace(each, since=max(each.since, begun))
            for each in self.clock.pauses
            if each.until > begun
        ]

    def _again(self, expression: ClockExpression, start: datetime) -> ClockExpression:
        """The expression after a restart: each period that had begun by `start` is counted from
        `start`.
        """
        if not isinstance(expression, Moment):
            return replace(expression, of=tuple(self._again(each, start) for each in expression.of))
        known = self.anchor(expression.anchor) if is_period(expression) else None
        has_begun = known is not None and first_of(expression, known, self.calendar) <= start
        return (
            replace(expression, anchor=None, birthday=None, on=None, optional=False)
            if has_begun
            else expression
        )


def first_of(leaf: Moment, start: date, calendar: Calendar) -> datetime:
    """The moment from which a period runs, as `counted_from` gives it; if that is a day, the first
    moment of the day.
    """
    first = counted_from(leaf, start, calendar)
    return first if isinstance(first, datetime) else first_moment(first, calendar.timezone)


def _as_long_as(to: Duration, expression: ClockExpression) -> ClockExpression:
    """The expression with each of its periods replaced by this length. A rule kept from an earlier
    version may have several periods.
    """
    if isinstance(expression, Moment):
        return replace(expression, duration=to) if is_period(expression) else expression
    return replace(expression, of=tuple(_as_long_as(to, each) for each in expression.of))
