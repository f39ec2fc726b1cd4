"""When a period ends: the arithmetic of due moments and floors.

The rules are those of Regulation (EEC, Euratom) No 1182/71, Article 3, which legal practice
elsewhere shares: the day of the event is not counted; a period ends with the last hour of its last
day; a month that lacks the day ends on its own last day. Hours are elapsed time.

Days begin and end in the zone of the edition used. When the zone's time is put forward or back, a
day starts at the earliest moment its midnight can mean and ends at the latest, so nobody loses an
hour.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from engine.errors import CodedError
from engine.message import message
from engine.phrases.syntax import (
    MEASURES,
    CalendarDay,
    ClockExpression,
    Duration,
    Earliest,
    Latest,
    Moment,
    Roll,
    Span,
    Unit,
)
from engine.time.calendars import Calendar, CalendarError
from engine.time.reckoning import Chosen, Paused, Ran, Rolled, Stood, TellStep, silent

Anchors = Callable[[str | None], date | None]
"""What periods are counted from, by name: an aware `datetime`, or a `date` from a form; None if
not known yet. The name None stands for the opening.
"""

_MONTHS_OF = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


class Counted(msgspec.Struct, frozen=True):
    """A counted moment in UTC, with the ids of the calendar editions it depends on.

    If one of the editions is replaced, the moment must be recounted.
    """

    at: datetime
    editions: tuple[str, ...] = ()


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """00:00:00 of a day in a zone, in UTC; if the zone's time is put forward and skips 00:00:00, the
    moment of that change.
    """
    return datetime.combine(day, time(0, 0, 0), zone).replace(fold=0).astimezone(UTC)


def last_moment(day: date, zone: ZoneInfo) -> datetime:
    """23:59:59 of a day in a zone, in UTC; the later one if that time occurs twice."""
    return datetime.combine(day, time(23, 59, 59), zone).replace(fold=1).astimezone(UTC)


def birthday(born: date, age: int) -> date:
    """The day on which a person born on a given day reaches an age in years.

    A person born on 29 February reaches it on 1 March of a year without that day, so nobody counts
    as an adult too early. An age is reached as the day begins, as the Family Law Reform Act 1969
    (England and Wales), section 9, puts it.
    """
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def calendar_day(day: date, on: CalendarDay) -> date:
    """The day that `on` names in the month, quarter or year that contains `day`, or in the next.

    If the month, quarter or year has fewer days, its last day is taken, as for periods in months.

    Raises `ValueError` or `OverflowError` beyond the supported years.
    """
    months = _MONTHS_OF[on.span]
    first = (day.year * 12 + day.month - 1) // months * months + (months if on.after else 0)
    last = _in_month(first + months - 1, 31)
    return min(_in_month(first, 1) + timedelta(days=on.day - 1), last) if on.day else last


def counted_from(moment: Moment, start: date, edition: Calendar) -> date:
    """The start of a moment's period, or the moment itself if it has no period.

    The result is the anchor, a birthday counted from it, or a calendar day derived from either.
    The end of a month, quarter or year is the last second of its last day; any other day stays a
    day.

    Raises what `add` raises.
    """
    if moment.birthday is not None:
        start = birthday(_day(start, edition), moment.birthday)
    if moment.on is None:
        return start
    try:
        day = calendar_day(_day(start, edition), moment.on)
    except (OverflowError, ValueError):
        outside = message("calendar.no_such_day", day=moment.on.of(f"{start:%Y-%m-%d}"))
        raise CalendarError(outside, country=edition.editions[0].country) from None
    return day if moment.on.day else last_moment(day, edition.timezone)


def add(start: date, duration: Duration, edition: Calendar, *, before: bool = False) -> datetime:
    """The moment one period after `start`, in UTC; if `before` is set, one period before it.

    Hours are elapsed time. Other units count whole days, excluding the day of `start`. Counting
    forward gives the last second of the day that is reached, counting back its first second.

    Args:
        start: an aware moment, or a day, from whose first moment hours count.

    Raises `CalendarError` if working days lead beyond the years of the edition, or other units
    beyond the supported years, and `CodedError` for a moment without a zone.
    """
    sign = -1 if before else 1
    try:
        if duration.unit is Unit.HOURS:
            return _moment(start, edition) + timedelta(hours=sign * duration.amount)
        day = _shift(_day(start, edition), duration, edition, sign)
        return (first_moment if before else last_moment)(day, edition.timezone)
    except (OverflowError, ValueError):
        start_day, period = f"{start:%Y-%m-%d}", str(duration)
        outside = message("calendar.outside_after", period=period, day=start_day)
        if before:
            outside = message("calendar.outside_before", period=period, day=start_day)
        raise CalendarError(outside, country=edition.editions[0].country) from None


def count(
    expression: ClockExpression,
    anchors: Anchors,
    edition: Calendar,
    *,
    floor: bool = False,
    each: Callable[[Moment, Counted], Counted] | None = None,
    tell: TellStep = silent,
) -> Counted | None:
    """The moment of an expression, or None while it is not known.

    Args:
        anchors: the current value of each name in the expression.
        floor: whether the moment is the earliest rather than the latest time to act. It decides
            what a bare day means: its first moment for a floor, its last one otherwise.
        each: applied to each single moment of the expression before they are compared.
        tell: called with each step.

    Raises what `add` raises.
    """
    if isinstance(expression, Moment):
        found = _count_moment(expression, anchors, edition, floor, tell)
        return each(expression, found) if each and found else found
    parts: list[Counted | None] = []
    for member in expression.of:
        part = count(member, anchors, edition, floor=floor, each=each, tell=tell)
        if part is None and isinstance(expression, Latest) and not _need_not_come(member):
            return None
        parts.append(part)
    return _combine(expression, parts, tell)


def resume(
    due: datetime,
    unit: Unit,
    paused_at: datetime,
    resumed_at: datetime,
    edition: Calendar,
    *,
    tell: TellStep = silent,
) -> datetime:
    """The new due moment of a clock paused from `paused_at` to `resumed_at`, in UTC.

    The remainder is preserved: elapsed time for hours, working days for working days, whole days
    for other units. The day on which the pause begins counts as used; the day of the resumption
    does not count, just as `add` does not count the day of the start. A pause never moves a due
    moment earlier, and does not move one that had passed before the pause.

    Args:
        tell: called with the step, unless the moment had passed before the pause.

    Raises what `add` raises, and `CodedError` if the resumption lies before the pause.
    """
    due, paused_at, resumed_at = (_moment(each, edition) for each in (due, paused_at, resumed_at))
    if resumed_at < paused_at:
        raise CodedError(message("calendar.paused_later"))
    if due <= paused_at:
        return due
    if unit is Unit.HOURS:
        at = due + (resumed_at - paused_at)
        tell(Paused(was=due, since=paused_at, until=resumed_at, at=at))
        return at
    start, left = _rest(
        unit, edition, *(_day(each, edition) for each in (paused_at, resumed_at, due))
    )
    at = max(due, last_moment(_shift(start, left, edition, 1), edition.timezone))
    tell(Paused(was=due, since=paused_at, until=resumed_at, start=start, left=left, at=at))
    return at


def _rest(
    unit: Unit, edition: Calendar, paused: date, resumed: date, last: date
) -> tuple[date, Duration]:
    """The day from which the remainder of a paused period is counted, and that remainder."""
    if unit is Unit.WORKING_DAYS:
        left = Duration(edition.working_days_between(paused, last), unit)
    else:
        left = Duration((last - paused).days, Unit.DAYS)
    if left.amount:
        return resumed, left
    # A clock paused on its last day gets the day of the resumption, or the next working day.
    return resumed - timedelta(days=1), Duration(1, left.unit)


def roll(
    at: datetime,
    rule: Roll,
    edition: Calendar,
    *,
    floor: bool = False,
    since: datetime | None = None,
    tell: TellStep = silent,
) -> datetime:
    """Move a moment, in UTC, off a day that is not a working day; on a working day it stays.

    Unless `floor` is set, it becomes the last moment of the next or previous working day, even if
    hours were counted. A rolled moment depends on the edition even if the original did not.

    Args:
        floor: whether the moment is the earliest time to act. Then only a moment at the end of its
            day moves to the end of another day; any other moves to the start, since its time of day
            has passed.
        since: when the period began. A moment that would roll back past the day of `since` stays.
        tell: called with the step, if the moment moves.

    Raises what `add` raises.
    """
    at, zone = _moment(at, edition), edition.timezone
    day = _day(at, edition)
    if edition.is_working(day):
        return at
    step = edition.working_days_after if rule is Roll.NEXT else edition.working_days_before
    moved = step(day, 1)
    if since is not None and moved < _day(since, edition):
        return at
    ends = not floor or at == last_moment(day, zone)
    found = (last_moment if ends else first_moment)(moved, zone)
    tell(Rolled(was=at, rule=rule, at=found))
    return found


def _count_moment(
    moment: Moment, anchors: Anchors, edition: Calendar, floor: bool, tell: TellStep
) -> Counted | None:
    known = anchors(moment.anchor)
    if known is None:
        return None
    moment = replace(moment, optional=False)  # its moment has come
    start = counted_from(moment, known, edition)
    # Only elapsed time between moments needs no calendar; for anything else, its zone separates
    # days.
    elapsed = moment.on is None and (moment.duration is None or moment.duration.unit is Unit.HOURS)
    editions = () if elapsed and isinstance(start, datetime) else edition.ids
    if moment.on is not None or moment.duration is None:
        at = _stand(moment, known, start, edition, floor, tell)
    if moment.duration is not None:
        by, phrase = moment.duration, str(moment)
        at = add(start, by, edition, before=moment.before)
        tell(Ran(start=start, by=by, before=moment.before, phrase=phrase, at=at))
    return Counted(at, editions)


def _stand(
    moment: Moment, known: date, start: date, edition: Calendar, floor: bool, tell: TellStep
) -> datetime:
    """The moment that `start` stands for. A bare day stands for its last moment; as a floor, or as
    the day on which an age is reached, it stands for its first.
    """
    on, born = moment.on, moment.birthday is not None
    begins = isinstance(start, datetime) or floor or (born and on is None)
    at = _moment(start, edition) if begins else last_moment(start, edition.timezone)
    told = known if on or born else start
    lacks = on.day if on and on.day and on.span is Span.MONTH and start.day < on.day else 0
    phrase = str(replace(moment, duration=None, before=False))
    tell(Stood(start=told, phrase=phrase, birthday=moment.birthday or 0, lacks=lacks, at=at))
    return at


def _need_not_come(member: ClockExpression) -> bool:
    return isinstance(member, Moment) and member.optional


def _combine(
    expression: Earliest | Latest, parts: list[Counted | None], tell: TellStep
) -> Counted | None:
    """The earliest or latest of several moments; None if none is known. The result depends on the
    editions of all known moments, since any of these may move.
    """
    known = [part for part in parts if part is not None]
    if not known:
        return None
    is_first = isinstance(expression, Earliest)
    at = (min if is_first else max)(part.at for part in known)
    named = zip(map(str, expression.of), (part.at if part else None for part in parts), strict=True)
    tell(Chosen(word="earliest" if is_first else "latest", among=tuple(named), at=at))
    return Counted(at, tuple(dict.fromkeys(each for part in known for each in part.editions)))


def _shift(day: date, duration: Duration, edition: Calendar, sign: int) -> date:
    """The day one period away, forward if `sign` is 1, backward if it is -1."""
    amount, unit = duration.amount, duration.unit
    if unit is Unit.WORKING_DAYS:
        step = edition.working_days_after if sign > 0 else edition.working_days_before
        return step(day, amount)
    days, months = (sign * amount * each for each in (MEASURES[unit].days, MEASURES[unit].months))
    if days:
        return day + timedelta(days=days)
    return _in_month(day.year * 12 + day.month - 1 + months, day.day)


def _in_month(months: int, day: int) -> date:
    """A day of a month; the last day if the month is too short. `months` is the number of the
    month, counted from January of the year 0.
    """
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _day(start: date, edition: Calendar) -> date:
    if isinstance(start, datetime):
        return _moment(start, edition).astimezone(edition.timezone).date()
    return start


def _moment(start: date, edition: Calendar) -> datetime:
    if not isinstance(start, datetime):
        return first_moment(start, edition.timezone)
    if start.tzinfo is None:
        raise CodedError(message("calendar.no_zone_of_moment", at=start.isoformat()))
    return start.astimezone(UTC)
