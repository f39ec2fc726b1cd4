"""The registry in force, as coordinators read it: agencies, their staff, and the calendars they
count by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from casework import (
    administering,
    authority,
    calendar_editions,
    declared_holidays,
    suspending,
    systems,
)
from casework.administering import Standing
from casework.agencies import agency_here, require_listed
from casework.authority import Right
from casework.context import Onward
from casework.declared_holidays import LateHoliday
from casework.principal import Principal
from casework.reference import Reference
from casework.suspending import SuspensionWay
from casework.suspensions import MadeBy, made_by, suspended_agencies, was_suspended
from casework.systems import TokenLine
from engine.agencies.registry import Agency, StaffMember
from engine.errors import Refusal
from engine.time.calendars import Edition
from models.columns import table_of
from models.definitions import CalendarEdition
from models.installation import Installation
from models.operators import OperatorEntry

_INSTALLATION, _ENTRIES = table_of(Installation), table_of(OperatorEntry)
_EDITIONS = table_of(CalendarEdition)
_NEWEST = 10


class RegistryAct(StrEnum):
    """Acts in the operators' record that change the registry, or who is suspended."""

    LOAD = "load_registry"
    DECLARE_HOLIDAY = "declare_holiday"
    TAKE_BACK_HOLIDAY = "take_back_holiday"
    SUSPEND = "suspend"
    LIFT_SUSPENSION = "lift_suspension"


class RegistryChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change to the registry, or to who is suspended."""

    number: int
    made_at: datetime
    by: str
    """An operator's code, or an agency and a staff code."""
    act: RegistryAct
    about: dict[str, str]


class ChannelLine(NamedTuple):
    """A way to reach an agency, and whether an address is known for it. The address itself is not
    shown.
    """

    kind: str
    has_address: bool


class ListedAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency as the list shows it."""

    agency: Agency
    channels: tuple[ChannelLine, ...]
    is_in_force: bool
    suspended: bool


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The registry in force."""

    version: int
    """A number that rises with every change of the registry, of who is suspended, of calendars, and
    of pathways' translations.
    """
    loaded: RegistryChange | None
    """When the file in force was loaded, and by whom; None if no file was ever loaded."""
    changes: tuple[RegistryChange, ...]
    """The ten newest, the newest first."""
    agencies: tuple[ListedAgency, ...]


class StaffLine(NamedTuple):
    """One of an agency's staff."""

    member: StaffMember
    standing: Standing


class AgencyPage(msgspec.Struct, frozen=True, kw_only=True):
    """One agency, with its staff and programs."""

    line: ListedAgency
    staff: tuple[StaffLine, ...]
    tokens: tuple[TokenLine, ...]
    suspended_by: MadeBy | None
    was_suspended: bool
    """Whether it is suspended, or has been."""
    ways: dict[str, SuspensionWay]
    """For each member of staff, whether the reader may suspend them or lift their suspension; under
    an empty code, the same for the agency as a whole. Leaves out those for whom neither is allowed.
    """
    has_oversight: bool


class CalendarPage(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a country, or of a part of one."""

    edition: Edition
    made_at: datetime
    late: tuple[LateHoliday, ...]
    """The holidays declared for the place or, for a part of a country, also for that country, as
    long as no registry file has named or denied them.
    """


def overview(onward: Onward, by: Principal) -> Overview:
    """The registry in force, with its newest changes and its agencies."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        known, version = _reference(onward, connection)
        loaded = _changes(connection, (RegistryAct.LOAD,), 1)
        suspended = suspended_agencies(connection)
        return Overview(
            version=version,
            loaded=next(iter(loaded), None),
            changes=_changes(connection, tuple(RegistryAct), _NEWEST),
            agencies=tuple(_line(onward, each, suspended) for each in known.registry.agencies),
        )


def agency(onward: Onward, code: str, by: Principal, now: datetime) -> AgencyPage:
    """One agency, with its staff and the programs that act for it.

    Args:
        now: the real time, which decides whether tokens have expired.

    Raises:
        Refusal: `not_authorised` or `unknown_agency`.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        require_listed(connection, agency_here(connection, code))
        known, _ = _reference(onward, connection)
        found = known.registry.by_code[code]
        standings = administering.standings(onward, connection, found)
        made, weight = made_by(connection, code), _weight(connection, by, code)
        people = ("", *(each.code for each in found.staff))
        ways = {each: suspending.offered(weight, made.get(each)) for each in people}
        return AgencyPage(
            line=_line(onward, found, suspended_agencies(connection)),
            staff=tuple(StaffLine(each, standings[each.code]) for each in found.staff),
            tokens=tuple(systems.in_force(connection, code, now)),
            suspended_by=made.get(""),
            was_suspended=was_suspended(connection, code),
            ways={person: way for person, way in ways.items() if way},
            has_oversight=code in (connection.scalar(select(_INSTALLATION.c.oversight)) or ()),
        )


def calendars(onward: Onward, by: Principal) -> list[CalendarPage]:
    """The calendars in force, by place."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        query = select(_EDITIONS.c.id, _EDITIONS.c.made_at).where(_EDITIONS.c.in_force)
        made = {row.id: row.made_at for row in connection.execute(query)}
        editions = calendar_editions.in_force(connection)
        late = declared_holidays.declared(connection)
    return [
        CalendarPage(
            edition=each,
            made_at=made[each.id],
            late=tuple(day for day in late if day.place in (each.country, each.place)),
        )
        for _, each in sorted(editions.items())
    ]


def calendar(onward: Onward, place: str, by: Principal) -> CalendarPage:
    """The calendar of a country, or of a part of one.

    Raises:
        Refusal: `not_authorised`, or `not_found` if there is none.
    """
    authority.require(by, Right.COORDINATE)
    found = next((each for each in calendars(onward, by) if each.edition.place == place), None)
    if found is None:
        raise Refusal("not_found.calendar", place=place)
    return found


def _reference(onward: Onward, connection: Connection) -> tuple[Reference, int]:
    version = connection.scalar(select(_INSTALLATION.c.reference_version)) or 0
    return onward.library.reference(connection, version), version


def _weight(connection: Connection, by: Principal, agency: str) -> MadeBy | None:
    """The weight with which the reader may suspend at an agency; None if they may not."""
    try:
        authority.require_to_suspend(by, agency, "")
        return suspending.weight_of(connection, by, agency)
    except Refusal:
        return None


def _line(onward: Onward, agency: Agency, suspended: frozenset[str]) -> ListedAgency:
    known = {each.channel for each in onward.addresses.channels(agency.code, agency.channels)}
    today: date = onward.clock.now().date()
    return ListedAgency(
        agency=agency,
        channels=tuple(ChannelLine(each, each in known) for each in agency.channels),
        is_in_force=agency.is_valid(today),
        suspended=agency.code in suspended,
    )


def _changes(
    connection: Connection, acts: Sequence[RegistryAct], most: int
) -> tuple[RegistryChange, ...]:
    query = select(_ENTRIES).where(_ENTRIES.c.act.in_(acts)).order_by(_ENTRIES.c.number.desc())
    return tuple(
        RegistryChange(
            number=row.number,
            made_at=row.made_at,
            by=row.operator,
            act=RegistryAct(row.act),
            about=row.about,
        )
        for row in connection.execute(query.limit(most))
    )
