"""Days off that are declared between two registry files: they count at once, until a file itself
says whether the day is off.

Source: a government may declare a day off at a few days' notice, or on the day itself; deadlines
then move for everybody who has that day off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from casework import authority, calendar_editions, operators
from casework.agencies import let_be_known
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.principal import Principal
from engine.agencies.file import LoadedRegistry
from engine.errors import Refusal
from engine.time.calendars import Edition, Holiday, place_of, split_place
from models.columns import table_of
from models.definitions import DeclaredHoliday

_DECLARED = table_of(DeclaredHoliday)
_CHANGED = ("declared_holidays", "calendar_editions", "installation")
LONGEST_NAME = 80


class LateHoliday(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A day off that was declared, and that no registry file has named or denied yet."""

    place: str
    """A country with all its parts, or one part: `GB`, `GB-SCT`."""
    day: date
    name: str
    declared_at: datetime


class Fate(StrEnum):
    """What a registry file means for a day that was declared before it."""

    KEPT = "kept"
    """The file says nothing about the day, which stays off."""
    NAMED = "named"
    """The file itself, or the calendar that it builds on, now makes the day a day off."""
    DENIED = "denied"
    """The file says that the day is worked, or is no holiday."""


def declared(connection: Connection) -> list[LateHoliday]:
    """The declared days that no file has named or denied yet, sorted by place and day."""
    return sorted(
        LateHoliday(
            place=place_of(row.country, row.subdivision),
            day=row.day,
            name=row.name,
            declared_at=row.declared_at,
        )
        for row in connection.execute(select(_DECLARED))
    )


def declare(
    onward: Onward, place: str, day: date, name: str, by: Principal
) -> tuple[LateHoliday, tuple[str, ...]]:
    """Make a day a holiday in a country or a part of one. Returns the declared day, and the ids of
    the calendar editions made for it. Open cases use these once `refreshing.refresh_cases` is
    called.

    Raises:
        Refusal: `not_authorised`; `no_holiday` if the day cannot be declared: the place has no
            calendar, the calendar does not cover that year or names the day as worked, the day is
            off already in that place and in all its parts, or the name is not valid.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        editions = calendar_editions.in_force(connection)
        late = possible(editions, declared(connection), place, day, name, now)
        made = _put(connection, counted_in(editions, late).values(), now)
        country, part = split_place(place)
        row = {"country": country, "subdivision": part, "day": day, "name": late.name}
        connection.execute(insert(_DECLARED).values(row | {"declared_at": now}))
        let_be_known(connection)
        operators.note(
            onward, connection, by, "declare_holiday", _CHANGED, place=place, day=str(day)
        )
    return late, made


def take_back(onward: Onward, place: str, day: date, by: Principal) -> tuple[str, ...]:
    """Undo a declaration. Returns the ids of the calendar editions made for this. As with
    `declare`, open cases use these once `refreshing.refresh_cases` is called.

    Raises:
        Refusal: `not_authorised`; `no_holiday` if it was not declared, or a file has named or
            denied it since.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        late = find(connection, place, day)
        editions = calendar_editions.in_force(connection)
        counted = [
            each for each in _there(editions, late).values() if _added(late) in each.holidays
        ]
        made = _put(connection, (_without(each, late) for each in counted), now)
        _forget(connection, late)
        let_be_known(connection)
        operators.note(
            onward, connection, by, "take_back_holiday", _CHANGED, place=place, day=str(day)
        )
    return made


def find(connection: Connection, place: str, day: date) -> LateHoliday:
    """A declared day. Raises Refusal `no_holiday` if it was not declared, or a file has named or
    denied it since.
    """
    for each in declared(connection):
        if (each.place, each.day) == (place, day):
            return each
    raise Refusal("no_holiday.not_declared", place=place, day=day)


def possible(
    editions: Mapping[str, Edition],
    before: Iterable[LateHoliday],
    place: str,
    day: date,
    name: str,
    now: datetime,
) -> LateHoliday:
    """The day off to be declared. Raises Refusal `no_holiday`, with the reason, if this is not
    possible.
    """
    late = LateHoliday(place=place, day=day, name=" ".join(name.split()), declared_at=now)
    if not late.name or len(late.name) > LONGEST_NAME or not late.name.isprintable():
        raise Refusal("no_holiday.name", most=LONGEST_NAME)
    edition = editions.get(late.place)
    if edition is None:
        raise Refusal("no_holiday.no_calendar", place=late.place, known=tuple(sorted(editions)))
    first, last = edition.covers
    if not first <= late.day.year <= last:
        raise Refusal("no_holiday.other_year", place=late.place, first=first, last=last)
    if late.day in edition.worked:
        raise Refusal("no_holiday.worked", place=late.place, day=late.day)
    is_declared = any((each.place, each.day) == (place, day) for each in before)
    there = _there(editions, late).values()
    if is_declared or all(each.reason_off(late.day) for each in there):
        raise Refusal("no_holiday.off_already", place=late.place, day=late.day)
    return late


def counted_in(editions: Mapping[str, Edition], late: LateHoliday) -> dict[str, Edition]:
    """The calendars as they would be with the day off, by place; only for the places concerned
    that do not name it as worked.
    """
    return {
        place: _with(each, late)
        for place, each in _there(editions, late).items()
        if late.day not in each.worked
    }


def fates(connection: Connection, loaded: LoadedRegistry) -> dict[LateHoliday, Fate]:
    """The effect that a registry file will have on earlier declarations."""
    return {each: _fate(loaded, each) for each in declared(connection)}


def kept_in(loaded: LoadedRegistry, edition: Edition, late: Iterable[LateHoliday]) -> Edition:
    """An edition made from a file, plus the declared days about which the file says nothing."""
    for each in late:
        is_there = each.place in (edition.country, edition.place)
        is_known = edition.covers[0] <= each.day.year <= edition.covers[1]
        is_kept = is_there and is_known and not _is_denied(loaded, edition.place, each.day)
        edition = (
            counted_in({edition.place: edition}, each).get(edition.place, edition)
            if is_kept
            else edition
        )
    return edition


def forget(connection: Connection, late: Iterable[LateHoliday]) -> None:
    """Forget declarations that a file has named or denied, since from now on the file decides."""
    for each in late:
        _forget(connection, each)


def _fate(loaded: LoadedRegistry, late: LateHoliday) -> Fate:
    if late.place not in loaded.zones:
        return Fate.KEPT
    if _is_denied(loaded, late.place, late.day):
        return Fate.DENIED
    edition = loaded.edition(late.place, (late.day.year, late.day.year), late.place)
    is_named = any(each.day == late.day for each in edition.holidays)
    return Fate.NAMED if is_named else Fate.KEPT


def _is_denied(loaded: LoadedRegistry, place: str, day: date) -> bool:
    country, part = split_place(place)
    own = loaded.countries[country].own_days(part)
    return day in own.worked or (day in own.no_holidays and day not in own.holidays)


def _there(editions: Mapping[str, Edition], late: LateHoliday) -> dict[str, Edition]:
    """The calendars that a day concerns: the place's own and, for a country, those of its parts."""
    return {
        place: each
        for place, each in editions.items()
        if late.place == place or late.place == each.country
    }


def _put(connection: Connection, editions: Iterable[Edition], now: datetime) -> tuple[str, ...]:
    made = []
    for each in editions:
        ident = calendar_editions.next_id(connection, each.place, now.year)
        calendar_editions.put_in_force(connection, replace(each, id=ident), now)
        made.append(ident)
    return tuple(made)


def _with(edition: Edition, late: LateHoliday) -> Edition:
    # Added also where the day is off already, even under the same name, so that it stays off when
    # one of those that make it so is taken back.
    return replace(edition, holidays=tuple(sorted([*edition.holidays, _added(late)])))


def _without(edition: Edition, late: LateHoliday) -> Edition:
    left = [*edition.holidays]
    left.remove(_added(late))
    return replace(edition, holidays=tuple(left))


def _added(late: LateHoliday) -> Holiday:
    return Holiday(late.day, late.name)


def _forget(connection: Connection, late: LateHoliday) -> None:
    connection.execute(delete(_DECLARED).where(_is(late)))


def _is(late: LateHoliday) -> ColumnElement[bool]:
    country, part = split_place(late.place)
    of_place = and_(_DECLARED.c.country == country, _DECLARED.c.subdivision == part)
    return and_(of_place, _DECLARED.c.day == late.day)
