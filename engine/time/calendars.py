"""Which days are worked in a country or part of it, as dated, immutable values.

An edition holds what was known when it was made. A holiday declared late, or a weekend moved by
law, makes a new edition with a new id; results counted by the old one stay until they are
recounted.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property, lru_cache
from typing import NoReturn
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from engine.errors import CodedError
from engine.message import Message, message
from engine.resolved import resolved


class CalendarError(CodedError):
    """Days cannot be counted in `country` or in a part of it. A `year`, if given, is not covered.

    The engine never guesses: it would sooner stop than take an unknown holiday for a working day.
    """

    def __init__(self, said: Message, *, country: str, year: int | None = None) -> None:
        """The code of `said` begins with `calendar.`."""
        self.country, self.year = country, year
        super().__init__(said)


def _off(why: str, place: str) -> Message:
    match why:
        case "weekend":
            return message("off.weekend", place=place)
        case "holiday":
            return message("off.holiday", place=place)
    return message("off.named", name=why, place=place)


class Weekend(msgspec.Struct, frozen=True):
    """The weekly days off from the day `since` on. `days` count from 0, Monday, to 6, Sunday."""

    since: date
    days: frozenset[int]


class Holiday(msgspec.Struct, frozen=True, order=True):
    """A day off by its date, such as a public holiday; it may fall on a weekend."""

    day: date
    name: str = ""


class Calendar(msgspec.Struct, frozen=True, dict=True):
    """A calendar: it knows which days are worked, and counts working days.

    It has one edition or several. With several, a day is a working day only if all of them say so.
    """

    @property
    @abstractmethod
    def editions(self) -> tuple[Edition, ...]:
        """The editions it consists of. Its days begin and end in the zone of the first edition."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its editions; a count depends on each of them."""
        return tuple(edition.id for edition in self.editions)

    @property
    def timezone(self) -> ZoneInfo:
        """The zone whose midnight separates days."""
        return self.editions[0].timezone

    @cached_property
    def _span(self) -> tuple[int, int]:
        """First and last year that all editions cover."""
        spans = [edition.covers for edition in self.editions]
        return max(first for first, _ in spans), min(last for _, last in spans)

    @cached_property
    def _working(self) -> tuple[int, ...]:
        """Ordinals of all working days covered, so that days are counted by lookup."""
        # Editions with the same days share one tuple.
        first, *others = {id(each._working): each._working for each in self.editions}.values()
        return tuple(sorted(set(first).intersection(*others))) if others else first

    def is_working(self, day: date) -> bool:
        """Whether work is done on that day. Raises `CalendarError` if its year is not covered."""
        ordinal = self._ordinal(day)
        index = bisect_left(self._working, ordinal)
        return index < len(self._working) and self._working[index] == ordinal

    def reasons_off(self, day: date) -> tuple[Message, ...]:
        """Why a day is not worked, for each place where it is off: `weekend in GH`, `Good Friday in
        NG`. Raises `CalendarError` if its year is not covered.
        """
        return tuple(
            _off(why, edition.place)
            for edition in self.editions
            if (why := edition.reason_off(day))
        )

    def working_days_after(self, day: date, n: int) -> date:
        """The n-th working day after a day, excluding that day. `n` is at least 1.

        Raises `CalendarError` if the count leaves the covered years.
        """
        index = bisect_right(self._working, self._ordinal(day)) + _at_least_one(n) - 1
        if index >= len(self._working):
            self._not_covered(self._span[1] + 1)
        return date.fromordinal(self._working[index])

    def working_days_before(self, day: date, n: int) -> date:
        """The n-th working day before a day, excluding that day. `n` is at least 1.

        Raises `CalendarError` if the count leaves the covered years.
        """
        index = bisect_left(self._working, self._ordinal(day)) - _at_least_one(n)
        if index < 0:
            self._not_covered(self._span[0] - 1)
        return date.fromordinal(self._working[index])

    def working_days_between(self, after: date, until: date) -> int:
        """The number of working days after `after`, up to and including `until`; 0 if `until` is not later.

        Raises `CalendarError` if either lies outside the covered years.
        """
        first = bisect_right(self._working, self._ordinal(after))
        return max(0, bisect_right(self._working, self._ordinal(until)) - first)

    def _ordinal(self, day: date) -> int:
        if not self._span[0] <= day.year <= self._span[1]:
            self._not_covered(day.year)
        return day.toordinal()

    def _not_covered(self, year: int) -> NoReturn:
        lacks = next(each for each in self.editions if not each.covers[0] <= year <= each.covers[1])
        first, last = lacks.covers
        said = message(
            "calendar.not_covered",
            calendar=lacks.id,
            place=lacks.place,
            first=first,
            last=last,
            year=year,
            country=lacks.country,
        )
        raise CalendarError(said, country=lacks.country, year=year)


@resolved
class Edition(Calendar, frozen=True, kw_only=True, dict=True):
    """The calendar of a country or part of it, as known when the edition was made.

    Raises `CalendarError` if one of its parts is invalid or out of order.
    """

    id: str
    """For example `NG-2026-11`. Decisions cite it, so its content never changes."""
    country: str
    """ISO 3166-1 alpha-2."""
    subdivision: str = ""
    """The part of the country it is for: ISO 3166-2 without the country (`SCT`); empty for the whole."""
    zone: str
    """IANA name of the zone whose midnight separates days."""
    covers: tuple[int, int]
    """The first and last year for which holidays are known."""
    weekends: tuple[Weekend, ...]
    """By date, because weekends change by law; the first applies from the first covered day."""
    holidays: tuple[Holiday, ...] = ()
    """Sorted by day."""
    worked: tuple[date, ...] = ()
    """Days that are worked although they fall on a weekend or a holiday."""

    def __post_init__(self) -> None:
        starts = [weekend.since for weekend in self.weekends]
        first, last = self.covers
        days = {day for weekend in self.weekends for day in weekend.days}
        faults = (
            (message("calendar.no_year", calendar=self.id), first > last),
            (
                message("calendar.no_weekend", calendar=self.id),
                not starts or starts[0] > self._first,
            ),
            (message("calendar.weekends_mixed", calendar=self.id), starts != sorted(set(starts))),
            (message("calendar.no_weekday", calendar=self.id), not days <= set(range(7))),
            (
                message("calendar.holidays_mixed", calendar=self.id),
                list(self.holidays) != sorted(self.holidays),
            ),
            (
                message("calendar.unknown_zone", calendar=self.id, zone=self.zone),
                not _is_zone(self.zone),
            ),
        )
        for fault, found in faults:
            if found:
                raise CalendarError(fault, country=self.country)

    @property
    def editions(self) -> tuple[Edition, ...]:
        return (self,)

    @property
    def place(self) -> str:
        """Where it counts: `GB`, or `GB-SCT`."""
        return place_of(self.country, self.subdivision)

    @cached_property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def reason_off(self, day: date) -> str:
        """The holiday's name (`Good Friday`), `holiday` if it has none, or `weekend`; empty for a working day."""
        if self.is_working(day):
            return ""
        named = [each.name for each in self.holidays if each.day == day]
        return next(iter(named)) or "holiday" if named else "weekend"

    @property
    def _first(self) -> date:
        return date(self.covers[0], 1, 1)

    @cached_property
    def _working(self) -> tuple[int, ...]:
        return _working_days(self.covers, self.weekends, self.holidays, self.worked)


@lru_cache(maxsize=64)
def _working_days(
    covers: tuple[int, int],
    weekends: tuple[Weekend, ...],
    holidays: tuple[Holiday, ...],
    worked: tuple[date, ...],
) -> tuple[int, ...]:
    """Ordinals of the days that are worked in the years covered.

    Cached, because a proof invents many places with the same days, and calendars are read often.
    """
    first, last = date(covers[0], 1, 1).toordinal(), date(covers[1], 12, 31).toordinal()
    ends = [weekend.since.toordinal() for weekend in weekends[1:]]
    start, working = first, set[int]()
    for weekend, end in zip(weekends, [*ends, last + 1], strict=True):
        for weekday in frozenset(range(7)) - weekend.days:  # the first ordinal is a Monday
            working.update(range(start + (weekday + 1 - start) % 7, min(end, last + 1), 7))
        start = max(start, end)
    working.difference_update(holiday.day.toordinal() for holiday in holidays)
    working.update(day for each in worked if first <= (day := each.toordinal()) <= last)
    return tuple(sorted(working))


class ChangedDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which a later edition of a calendar differs from an earlier one."""

    edition: str
    """The id of the earlier edition."""
    place: str
    day: date
    why: str = ""
    """Why it is off now: the holiday's name, `holiday` or `weekend`; empty if it is now worked."""

    @property
    def text(self) -> str:
        """`2026-03-06 is off in GH (Independence Day)`, or `2026-03-06 is worked in GH`."""
        how = f"off in {self.place} ({self.why})" if self.why else f"worked in {self.place}"
        return f"{self.day} is {how}"


def changed_days(earlier: Edition, later: Edition) -> tuple[ChangedDay, ...]:
    """The days that are worked in only one of two editions of a place, in the years both cover."""
    years = range(
        max(earlier.covers[0], later.covers[0]), min(earlier.covers[1], later.covers[1]) + 1
    )
    ordinals = {*earlier._working} ^ {*later._working}
    days = (date.fromordinal(each) for each in sorted(ordinals))
    return tuple(
        ChangedDay(edition=earlier.id, place=later.place, day=day, why=later.reason_off(day))
        for day in days
        if day.year in years
    )


class _Together(Calendar, frozen=True, dict=True):
    """Several editions; a working day is one that all of them share."""

    editions: tuple[Edition, ...]


def together(editions: Iterable[Edition]) -> Calendar:
    """Combine several editions: a day is a working day only if all of them say so.

    Days begin and end in the zone of the first one. A count depends on every edition and is limited
    to the years they all cover. Repeated editions count once.

    Raises `CalendarError` if no year is covered by all of them, and `ValueError` if there are none.
    """
    parts = tuple(dict.fromkeys(editions))
    if not parts:
        raise ValueError("a calendar has at least one edition")
    if len(parts) == 1:
        return parts[0]
    found = _Together(parts)
    if found._span[0] > found._span[1]:
        apart = message("calendar.years_apart", calendars=found.ids)
        raise CalendarError(apart, country=parts[0].country)
    return found


class Calendars(msgspec.Struct, frozen=True, dict=True):
    """The editions in force, one for each country and for each part of a country that needs its
    own.

    Raises `CalendarError` if a place has two.
    """

    editions: tuple[Edition, ...] = ()

    def __post_init__(self) -> None:
        for edition in self.editions:
            if self._by_place[edition.place] is not edition:
                two = (edition.id, self._by_place[edition.place].id)
                said = message("calendar.two", place=edition.place, calendars=two)
                raise CalendarError(said, country=edition.country)

    @cached_property
    def _by_place(self) -> dict[str, Edition]:
        return {edition.place: edition for edition in self.editions}

    def edition(self, place: str) -> Edition:
        """The edition in force in a place (`GB` or `GB-SCT`). Raises `CalendarError` if none is."""
        try:
            return self._by_place[place]
        except KeyError:
            raise CalendarError(message("calendar.none", place=place), country=place) from None

    @cached_property
    def _together(self) -> dict[tuple[str, ...], Calendar]:
        return {}

    def together(self, places: tuple[str, ...]) -> Calendar:
        """The editions in force in several places, combined; cached, as every count asks for it.

        Raises `CalendarError` if a place has no edition in force, or no year is covered by all.
        """
        if places not in self._together:
            self._together[places] = together(map(self.edition, places))
        return self._together[places]

    def with_holidays(self, place: str, days: Collection[date]) -> Calendars:
        """A copy with days off that were declared late, in new editions of a place and its parts.

        Raises `CalendarError` if the place has no calendar in force, or lists one of them as worked.
        """
        meant = self.edition(place)
        if worked := {*days} & {*meant.worked}:
            said = message("calendar.worked", place=place, day=min(worked))
            raise CalendarError(said, country=meant.country)
        added = {Holiday(day=day, name="Declared late") for day in days}
        listed = "".join(f"+{each.day:%m%d}" for each in sorted(added))
        then = (
            replace(each, id=each.id + listed, holidays=tuple(sorted({*each.holidays, *added})))
            if place in (each.place, each.country)
            else each
            for each in self.editions
        )
        return Calendars(tuple(then))


def place_of(country: str, subdivision: str) -> str:
    """The name of a country (`GB`), or of a part of it (`GB-SCT`)."""
    return f"{country}-{subdivision}" if subdivision else country


def split_place(place: str) -> tuple[str, str]:
    """Country and subdivision of a place: `("NG", "LA")` for `NG-LA`, `("NG", "")` for `NG`."""
    country, _, part = place.partition("-")
    return country, part


def _at_least_one(n: int) -> int:
    if n < 1:
        raise ValueError(f"working days are counted from 1, not {n}")
    return n


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # an unknown or malformed name, or a folder of zones
        return False
    return True
