"""When a period ends: the arithmetic of due moments and floors.

The rules are those of Regulation (EEC, Euratom) No 1182/71, Article 3, which legal practice
elsewhere shares: the day of the event is not counted; a period ends with the last hour of its last
day; a month that lacks the day ends on its own last day. Hours are elapsed time.

A day is a day of the zone of the edition that counts. Where the clocks change, its first moment is
the earliest that its midnight can mean and its last the latest: nobody loses an hour of a day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from engine.errors import EngineError
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
from engine.time.reckoning import Chosen, Paused, Ran, Rolled, Stood, Tell, silent

Anchors = Callable[[str | None], date | None]
"""What a period is counted from, by name: a moment (`datetime`, aware), or a day of a form
(`date`); None while it is not known. The name None is the opening."""

_MONTHS_OF = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


class Counted(msgspec.Struct, frozen=True):
    """A moment that was counted: UTC, and the ids of the calendar editions it depends on.

    A new edition in place of one of them is a reason to count again.
    """

    at: datetime
    editions: tuple[str, ...] = ()


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """00:00:00 of a day in a zone, in UTC; the change of the clocks itself if they skip it."""
    return datetime.combine(day, time(0, 0, 0), zone).replace(fold=0).astimezone(UTC)


def last_moment(day: date, zone: ZoneInfo) -> datetime:
    """23:59:59 of a day in a zone, in UTC; the later one if the clocks pass it twice."""
    return datetime.combine(day, time(23, 59, 59), zone).replace(fold=1).astimezone(UTC)


def birthday(born: date, age: int) -> date:
    """The day on which somebody born on a day reaches an age in years.

    Who was born on 29 February reaches it on 1 March of a year without that day: nobody counts as
    grown-up before the whole time has passed. An age is reached as the day begins, as the Family
    Law Reform Act 1969 (England and Wales), section 9, puts it.
    """
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def calendar_day(day: date, on: CalendarDay) -> date:
    """A day of the month, quarter or year in which a day lies, or of the one after it.

    A span that has no such day ends on its last one, as a period in months does.

    Raises `ValueError` beyond the years that there are.
    """
    months = _MONTHS_OF[on.span]
    first = (day.year * 12 + day.month - 1) // months * months + (months if on.after else 0)
    last = _in_month(first + months - 1, 31)
    return min(_in_month(first, 1) + timedelta(days=on.day - 1), last) if on.day else last


def counted_from(moment: Moment, start: date, edition: Calendar) -> date:
    """What a period of a moment is counted from, or is itself without one.

    That is its anchor, the birthday of an anchor, or the day of the calendar that follows from the
    two. The end of a month is the last second of its last day; any other day is a day.

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
    """The moment a period after `start`, in UTC; with `before`, the moment a period ahead of it.

    Hours are elapsed time. All else counts whole days without the day of `start` and ends with
    the last second of the last one; ahead, it is the first second of the day so many days before.

    Args:
        start: A moment (aware), or a day: hours after it count from its first moment.

    Raises `CalendarError` if working days leave the years of the edition, or any period the years
    that there are, and `EngineError` for a moment without a zone.
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
    tell: Tell = silent,
) -> Counted | None:
    """The moment an expression means, or None while it cannot be known.

    Args:
        anchors: What the names in the expression stand for, now.
        floor: Whether nothing may happen before the moment, rather than after it. It tells what
            a bare day means: its first moment for a floor, its last one otherwise.
        each: What becomes of each single moment of the expression before they are compared.
        tell: Is told each step.

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
    tell: Tell = silent,
) -> datetime:
    """The new due moment of a clock that stood still from `paused_at` to `resumed_at`, in UTC.

    What remained at the pause remains at the resumption: elapsed time for hours, whole days for
    all else, working days for working days. As in `add`, neither day of the pause itself counts:
    its parts before and after the pause make up one day. A pause never brings a due moment
    forward, and it does not mend one that had passed before it.

    Args:
        tell: Is told of it.

    Raises what `add` raises, and `EngineError` if the resumption lies before the pause.
    """
    due, paused_at, resumed_at = (_moment(each, edition) for each in (due, paused_at, resumed_at))
    if resumed_at < paused_at:
        raise EngineError("a clock cannot go on before it was paused")
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
    """The day after which the rest of a period is counted that stood still, and that rest."""
    if unit is Unit.WORKING_DAYS:
        left = Duration(edition.working_days_between(paused, last), unit)
    else:
        left = Duration((last - paused).days, Unit.DAYS)
    if left.amount:
        return resumed, left
    # On its last day a clock gets the day of the resumption, or the next one that is worked.
    return resumed - timedelta(days=1), Duration(1, left.unit)


def roll(
    at: datetime,
    rule: Roll,
    edition: Calendar,
    *,
    floor: bool = False,
    since: datetime | None = None,
    tell: Tell = silent,
) -> datetime:
    """Where a moment goes whose day is not worked, in UTC; one on a working day stays.

    It becomes the last moment of the next or of the previous day that is worked, also where hours
    were counted. What is rolled depends on the edition, even if the moment did not.

    Args:
        floor: Whether nothing may happen before the moment. Then only what ended with its day
            goes to the end of another; all else goes to the start, since it has passed by then.
        since: When the period began. A moment never rolls back past that day: it stays.
        tell: Is told of it, if it goes anywhere.

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
    moment: Moment, anchors: Anchors, edition: Calendar, floor: bool, tell: Tell
) -> Counted | None:
    known = anchors(moment.anchor)
    if known is None:
        return None
    moment = replace(moment, optional=False)  # it has come
    start = counted_from(moment, known, edition)
    # Only elapsed time between moments needs no calendar: its zone parts the days of all else.
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
    moment: Moment, known: date, start: date, edition: Calendar, floor: bool, tell: Tell
) -> datetime:
    """What a moment is counted from, as a moment: an age is reached as its day begins."""
    on, born = moment.on, moment.birthday is not None
    begins = isinstance(start, datetime) or floor or (born and on is None)
    at = _moment(start, edition) if begins else last_moment(start, edition.timezone)
    told = known if on else start
    lacks = on.day if on and on.day and on.span is Span.MONTH and start.day < on.day else 0
    phrase = str(replace(moment, duration=None, before=False))
    tell(Stood(start=told, phrase=phrase, birthday=moment.birthday or 0, lacks=lacks, at=at))
    return at


def _need_not_come(member: ClockExpression) -> bool:
    return isinstance(member, Moment) and member.optional


def _combine(
    expression: Earliest | Latest, parts: list[Counted | None], tell: Tell
) -> Counted | None:
    """One of several moments; it depends on the editions of all, since any of them may move."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    is_first = isinstance(expression, Earliest)
    at = (min if is_first else max)(part.at for part in known)
    named = zip(map(str, expression.of), (part.at if part else None for part in parts), strict=True)
    tell(Chosen(word="earliest" if is_first else "latest", among=tuple(named), at=at))
    return Counted(at, tuple(dict.fromkeys(each for part in known for each in part.editions)))


def _shift(day: date, duration: Duration, edition: Calendar, sign: int) -> date:
    """The day a period away, forward if `sign` is 1, backward if it is -1."""
    amount, unit = duration.amount, duration.unit
    if unit is Unit.WORKING_DAYS:
        step = edition.working_days_after if sign > 0 else edition.working_days_before
        return step(day, amount)
    days, months = (sign * amount * each for each in (MEASURES[unit].days, MEASURES[unit].months))
    if days:
        return day + timedelta(days=days)
    return _in_month(day.year * 12 + day.month - 1 + months, day.day)


def _in_month(months: int, day: int) -> date:
    """A day of a month, which is given by its number since the year 0; its last one if it is short."""
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
        raise EngineError(f"the moment {start} has no time zone: give it one")
    return start.astimezone(UTC)
