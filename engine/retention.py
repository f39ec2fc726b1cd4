"""Works out when the values of an ended case are due to be erased: a single moment from several
periods.

A pathway says how long; a country may set a minimum and a maximum. A period with a source outweighs
one that is assumed. If two laws leave no moment that satisfies both, the longer period applies:
what was kept too long can still be erased, but what is erased is gone.

Source: retention by country, counted from closure (D14); a legal obligation to keep comes before
erasure (GDPR article 17(3)(b)).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from engine.phrases.syntax import MEASURES, Duration, Unit
from engine.time.calendars import Calendars
from engine.time.clocks import add

if TYPE_CHECKING:
    from engine.definition.kept_for import Limits, Retention


class Bound(StrEnum):
    """How a retention period limits how long values are kept."""

    FOR = "for"
    """The pathway says to keep them this long."""
    AT_LEAST = "at_least"
    """A country says to keep them at least this long."""
    AT_MOST = "at_most"
    """A country says to keep them at most this long."""


class RetentionPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """A retention period, and who sets it."""

    bound: Bound
    country: str = ""
    """The country that sets it; empty for a pathway's own period."""
    period: Duration
    source: str = ""
    """The law or guidance behind it; empty if it is assumed."""


class ErasureDue(msgspec.Struct, frozen=True, kw_only=True):
    """The moment from which a case is to be erased, and the period that leads to it. In a result of
    `lawful_from`, it is the moment from which the case may be erased.
    """

    at: datetime
    kept: RetentionPeriod
    over: RetentionPeriod | None = None
    """A country's `at_most` that is exceeded because an `at_least` is longer, the shortest if there
    are several; None if there is none.
    """


def of_pathway(retention: Retention | None) -> tuple[RetentionPeriod, ...]:
    """The period of a pathway, if it has one."""
    return (_kept(Bound.FOR, retention),) if retention else ()


def of_country(country: str, limits: Limits | None) -> tuple[RetentionPeriod, ...]:
    """The limits of a country, if it has any."""
    said = limits.said() if limits else ()
    return tuple(_kept(bound, each, country) for bound, each in said)


def stored(country: str, bound: str, amount: int, unit: str, source: str) -> RetentionPeriod:
    """A country's limit, made from the columns of its row."""
    period = Duration(amount, Unit(unit))
    return RetentionPeriod(bound=Bound(bound), country=country, period=period, source=source)


def _kept(bound: Bound, retention: Retention, country: str = "") -> RetentionPeriod:
    source = retention.source or ""
    return RetentionPeriod(bound=bound, country=country, period=retention.time, source=source)


def due(
    ended_at: datetime, kept: Iterable[RetentionPeriod], calendars: Calendars, place: str
) -> ErasureDue | None:
    """When a case is due to be erased; None if nothing says when.

    Args:
        kept: the period of its pathway, and the limits of the countries whose agencies took part.
        place: the place whose calendar applies to the pathway's period. To a country's limit, its
            own calendar applies.

    Raises:
        CalendarError: one of these places has no calendar in force.
    """
    found = [_counted(ended_at, each, calendars, place) for each in kept]
    own = _of(found, Bound.FOR)
    limits = [each for each in found if each.kept.source or not any(o.kept.source for o in own)]
    most = sorted(_of(limits, Bound.AT_MOST), key=_moment)
    upper = min([*own, *most], key=_moment, default=None)
    if upper is None:
        return None
    laws = [each for each in most if each.kept.source]
    lower = [
        each
        for each in _of(limits, Bound.AT_LEAST)
        if each.kept.source or not _exceeded(laws, each)
    ]
    latest = max([upper, *lower], key=_moment)
    return replace(latest, over=next((each.kept for each in _exceeded(most, latest)), None))


def lawful_from(
    ended_at: datetime, kept: Iterable[RetentionPeriod], calendars: Calendars
) -> ErasureDue | None:
    """The moment until which laws require a case to be kept, no matter who asks for its erasure.
    Assumed periods do not count. None if no law requires it.

    Raises:
        CalendarError: a country with such a law has no calendar in force.
    """
    laws = (each for each in kept if each.bound is Bound.AT_LEAST and each.source)
    found = [_counted(ended_at, each, calendars, each.country) for each in laws]
    return max(found, key=_moment, default=None)


def shortest(kept: Iterable[RetentionPeriod]) -> timedelta | None:
    """The shortest time after which these periods may make an ended case due for erasure; None if
    they never do.
    """
    until = (each.period for each in kept if each.bound is not Bound.AT_LEAST)
    hours = (each.amount * MEASURES[each.unit].shortest for each in until)
    return min((timedelta(hours=each) for each in hours), default=None)


def _counted(
    ended_at: datetime, kept: RetentionPeriod, calendars: Calendars, place: str
) -> ErasureDue:
    edition = calendars.edition(kept.country or place)
    return ErasureDue(at=add(ended_at, kept.period, edition), kept=kept)


def _exceeded(most: Iterable[ErasureDue], by: ErasureDue) -> list[ErasureDue]:
    """Those of these upper limits that are exceeded if a case is kept until then."""
    return [each for each in most if each.at < by.at]


def _of(found: Iterable[ErasureDue], bound: Bound) -> list[ErasureDue]:
    return [each for each in found if each.kept.bound is bound]


def _moment(each: ErasureDue) -> datetime:
    return each.at
