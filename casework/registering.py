"""Loads a registry: agencies, countries and their calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from casework import authority, calendar_editions, declared_holidays, operators
from casework.authority import Right
from casework.context import Onward
from casework.declared_holidays import Fate, LateHoliday, kept_in
from casework.leaving import forget_leavers
from casework.principal import Principal
from engine.agencies.duties import Duty
from engine.agencies.file import LoadedRegistry, load_registry
from engine.agencies.registry import Agency
from engine.time.calendars import Edition
from models.agencies import AgencyRow
from models.columns import table_of
from models.installation import Installation
from models.registry_rows import AgencyRole, RetentionRule, RoleSeparation, StaffRow
from models.writing import upsert

_AGENCIES, _ROLES, _STAFF = table_of(AgencyRow), table_of(AgencyRole), table_of(StaffRow)
_SEPARATIONS, _RETENTION = table_of(RoleSeparation), table_of(RetentionRule)
_INSTALLATION = table_of(Installation)

_LOADED = (
    "agencies",
    "agency_roles",
    "role_separations",
    "retention_rules",
    "staff",
    "calendar_editions",
    "declared_holidays",
    "installation",
)
"""The tables that a registry fills."""

YEARS_BACK, YEARS_AHEAD = 1, 6
"""How many years before and after the current one a new edition of a calendar covers."""


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What loading a registry changed."""

    name: str
    agencies: int
    countries: int
    editions: tuple[str, ...]
    """The ids of the calendar editions that were created."""
    without_staff: tuple[str, ...]
    """Codes of the agencies that list no staff, so that nobody can sign in for them."""
    late_holidays: Mapping[LateHoliday, Fate]
    """What became of the days off that were declared before."""


def register(onward: Onward, text: str, by: Principal, file: str = "agencies.yaml") -> Registered:
    """Load a registry in place of the previous one. Agencies missing from the new registry are no
    longer asked. Each country, or part of a country, that it names gets a new edition of its
    calendar unless the edition in force is up to date.

    Raises:
        DefinitionError: with every fault in it.
        CalendarError: a country's holidays are not known.
    """
    return put_in_place(onward, load_registry(text, file), by)


def put_in_place(onward: Onward, loaded: LoadedRegistry, by: Principal) -> Registered:
    """Replace the previous registry with `loaded`, and delete the accounts, links, sessions and
    drafts of anybody whom the new registry does not list.

    Raises:
        CalendarError: a country's holidays are not known.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        _write_agencies(connection, loaded)
        forget_leavers(connection)
        fates = declared_holidays.fates(connection, loaded)
        _write_separations(connection, loaded)
        _write_retention(connection, loaded)
        made = _write_calendars(connection, loaded, fates, onward.clock.now())
        connection.execute(
            update(_INSTALLATION).values(
                exports_a_month=loaded.registry.exports_a_month,
                reference_version=_INSTALLATION.c.reference_version + 1,
                version=_INSTALLATION.c.version + 1,
                looks_an_hour=loaded.looks_an_hour,
                oversight=list(loaded.oversight),
            )
        )
        operators.note(onward, connection, by, "load_registry", _LOADED, registry=loaded.name)
    return Registered(
        name=loaded.name,
        agencies=len(loaded.registry.agencies),
        countries=len(loaded.countries),
        editions=tuple(edition.id for edition in made),
        without_staff=tuple(each.code for each in loaded.registry.agencies if not each.staff),
        late_holidays=fates,
    )


_OF_STAFF = ("code", "valid_from", "valid_until", "deputy")


def _write_agencies(connection: Connection, loaded: LoadedRegistry) -> None:
    agencies = loaded.registry.agencies
    connection.execute(update(_AGENCIES).values(is_listed=False))
    rows = [_agency(number, agency) for number, agency in enumerate(agencies)]
    upsert(connection, AgencyRow, ("code",), rows)
    ids = {row.code: row.id for row in connection.execute(select(_AGENCIES.c.code, _AGENCIES.c.id))}
    connection.execute(delete(_ROLES))
    roles = [
        {"agency_id": ids[agency.code], "role": role, "position": number}
        for agency in agencies
        for number, role in enumerate(agency.roles)
    ]
    connection.execute(insert(_ROLES), roles)
    staff = [
        {"agency_id": ids[agency.code], "version": 1, "position": number}
        | {name: getattr(each, name) for name in _OF_STAFF}
        | {"roles": list(each.roles)}
        | {duty.value: duty in each.duties for duty in Duty}
        for agency in agencies
        for number, each in enumerate(agency.staff)
    ]
    connection.execute(delete(_STAFF))
    if staff:
        connection.execute(insert(_STAFF), staff)


def _write_separations(connection: Connection, loaded: LoadedRegistry) -> None:
    connection.execute(delete(_SEPARATIONS))
    for each in loaded.registry.separations:
        row = {"role": each.role, "others": list(each.others), "between": each.between}
        connection.execute(insert(_SEPARATIONS).values(row))


def _write_retention(connection: Connection, loaded: LoadedRegistry) -> None:
    connection.execute(delete(_RETENTION))
    for each in loaded.registry.retention:
        row = {
            "country": each.country,
            "bound": str(each.bound),
            "amount": each.period.amount,
            "unit": str(each.period.unit),
            "source": each.source,
        }
        connection.execute(insert(_RETENTION).values(row))


def _agency(position: int, agency: Agency) -> dict[str, object]:
    return {
        "code": agency.code,
        "version": 1,
        "name": agency.name,
        "country": agency.country,
        "subdivision": agency.subdivision,
        "zone": agency.zone,
        "position": position,
        "is_listed": True,
        "languages": list(agency.languages),
        "areas": list(agency.areas),
        "specialised": list(agency.specialised),
        "leave": msgspec.to_builtins(agency.leave),
        "capacity": agency.capacity,
        "unnamed": agency.unnamed,
        "without_account": list(agency.without_account),
        "channels": list(agency.channels),
        "valid_from": agency.valid_from,
        "valid_until": agency.valid_until,
    }


def _write_calendars(
    connection: Connection,
    loaded: LoadedRegistry,
    fates: Mapping[LateHoliday, Fate],
    now: datetime,
) -> list[Edition]:
    """Put new editions in force for places that have none, or an outdated one. Returns the new
    ones.
    """
    kept = [late for late, fate in fates.items() if fate is Fate.KEPT]
    declared_holidays.forget(connection, fates.keys() - kept)
    in_force, made = calendar_editions.in_force(connection), list[Edition]()
    for place in loaded.zones:
        ident = calendar_editions.next_id(connection, place, now.year)
        edition = _edition(loaded, in_force.get(place), place, kept, ident, now.year)
        if edition:
            calendar_editions.put_in_force(connection, edition, now)
            made.append(edition)
    return made


def _edition(
    loaded: LoadedRegistry,
    in_force: Edition | None,
    place: str,
    late: Sequence[LateHoliday],
    ident: str,
    year: int,
) -> Edition | None:
    """A new edition of a place's calendar. None if the edition in force reaches far enough ahead
    and still agrees with the file, or if a new edition would not differ from it.
    """
    if in_force and in_force.covers[1] >= year + YEARS_AHEAD - 1:
        again = loaded.edition(place, in_force.covers, in_force.id)
        if kept_in(loaded, again, late) == in_force:
            return None
    years = (year - YEARS_BACK, year + YEARS_AHEAD)
    made = kept_in(loaded, loaded.edition(place, years, ident), late)
    if in_force and replace(made, id=in_force.id) == in_force:  # the country's calendar ends early
        return None
    return made
