"""Reads from the store, in full, what decisions are based on: a pathway, and the registry,
calendars and translations in force.

`Library` caches what is read. Listing cases needs none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Text, cast, select

from casework.calendar_editions import in_force
from casework.languages import newest
from casework.staffing import member
from casework.suspensions import suspended_agencies, suspended_staff
from engine.agencies.registry import (
    Agency,
    Leave,
    Registry,
    Separation,
    StaffMember,
    WithoutAccount,
)
from engine.loader import reload_pathway
from engine.pathway import Pathway
from engine.retention import RetentionPeriod, stored
from engine.time.calendars import Calendars
from engine.translation import Translation
from models.agencies import AgencyRow
from models.columns import table_of
from models.definitions import PathwayVersion
from models.installation import Installation
from models.prepared import all_rows
from models.registry_rows import AgencyRole, RetentionRule, RoleSeparation, StaffRow

_AGENCIES, _ROLES, _STAFF = table_of(AgencyRow), table_of(AgencyRole), table_of(StaffRow)
_SEPARATIONS, _RETENTION = table_of(RoleSeparation), table_of(RetentionRule)
_VERSIONS = table_of(PathwayVersion)
_INSTALLATION = table_of(Installation)
_ALL_ROLES = select(_ROLES.c.agency_id, _ROLES.c.role).order_by(_ROLES.c.position)
_ALL_STAFF = (
    select(_STAFF, _AGENCIES.c.code.label("agency")).join(_AGENCIES).order_by(_STAFF.c.position)
)
_ALL_SEPARATIONS = select(_SEPARATIONS).order_by(_SEPARATIONS.c.id)
_ALL_RETENTION = select(_RETENTION).order_by(_RETENTION.c.id)
_EXPORTS = select(_INSTALLATION.c.exports_a_month)
_LISTS = ("languages", "areas", "specialised", "leave", "without_account", "channels")
_LISTED = (
    select(
        *(each for each in _AGENCIES.c if each.name not in _LISTS),
        # As text: most agencies have the same lists, and each one is read once.
        *(cast(_AGENCIES.c[name], Text).label(name) for name in _LISTS),
    )
    .where(_AGENCIES.c.is_listed)
    .order_by(_AGENCIES.c.position)
)
_KEPT = 4096
"""How many lists in agencies' rows, such as their areas, a process keeps decoded, for each type."""
_words = lru_cache(maxsize=_KEPT)(msgspec.json.Decoder(tuple[str, ...]).decode)
_leaves = lru_cache(maxsize=_KEPT)(msgspec.json.Decoder(tuple[Leave, ...]).decode)
_ways = lru_cache(maxsize=_KEPT)(msgspec.json.Decoder(tuple[WithoutAccount, ...]).decode)


class Reference(msgspec.Struct, frozen=True):
    """What decisions are based on, apart from the pathway."""

    registry: Registry
    calendars: Calendars
    translations: Mapping[int, Mapping[str, Translation]] = {}
    """The translations of pathways, by the id of the version's row and then by language."""


def read_pathway(connection: Connection, version_id: int) -> Pathway:
    """A published version."""
    row = connection.execute(select(_VERSIONS).where(_VERSIONS.c.id == version_id)).one()
    return reload_pathway(row.text, f"{row.name} version {row.number}")


def read_reference(connection: Connection) -> Reference:
    """The registry, the calendars and the translations in force."""
    return Reference(_registry(connection), _calendars(connection), newest(connection))


def _registry(connection: Connection) -> Registry:
    roles: dict[int, list[str]] = {}
    for row in all_rows(connection, _ALL_ROLES, {}):
        roles.setdefault(row.agency_id, []).append(row.role)
    out = suspended_staff(connection)
    staff: dict[int, list[StaffMember]] = {}
    for row in all_rows(connection, _ALL_STAFF, {}):
        is_out = (row.agency, row.code) in out
        staff.setdefault(row.agency_id, []).append(replace(member(row), suspended=is_out))
    suspended = suspended_agencies(connection)
    [installation] = all_rows(connection, _EXPORTS, {})
    return Registry(
        tuple(
            Agency(
                code=row.code,
                name=row.name,
                country=row.country,
                subdivision=row.subdivision,
                zone=row.zone,
                roles=tuple(roles.get(row.id, ())),
                languages=_words(row.languages),
                areas=_words(row.areas),
                specialised=_words(row.specialised),
                leave=_leaves(row.leave),
                capacity=row.capacity,
                unnamed=row.unnamed,
                without_account=_ways(row.without_account),
                channels=_words(row.channels),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                staff=tuple(staff.get(row.id, ())),
                suspended=row.code in suspended,
            )
            for row in all_rows(connection, _LISTED, {})
        ),
        _separations(connection),
        installation.exports_a_month,
        _retention(connection),
    )


def _separations(connection: Connection) -> tuple[Separation, ...]:
    return tuple(
        Separation(role=row.role, others=tuple(row.others), between=row.between)
        for row in all_rows(connection, _ALL_SEPARATIONS, {})
    )


def _retention(connection: Connection) -> tuple[RetentionPeriod, ...]:
    rows = all_rows(connection, _ALL_RETENTION, {})
    return tuple(stored(row.country, row.bound, row.amount, row.unit, row.source) for row in rows)


def _calendars(connection: Connection) -> Calendars:
    return Calendars(tuple(in_force(connection).values()))
