"""Pathways, registry and calendars, read from the store once and cached while current."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING

import msgspec
from cachetools import LRUCache
from sqlalchemy import Connection, select

from casework.languages import newest
from casework.staffing import member
from casework.suspensions import suspended_agencies
from engine.agencies.registry import Agency, Leave, Registry, Separation, StaffMember
from engine.time.calendars import Calendars, Edition
from engine.translation import Translation
from models.agencies import AgencyRole, AgencyRow, RoleSeparation, StaffRow
from models.columns import table_of
from models.definitions import CalendarEdition, Installation, PathwayVersion

if TYPE_CHECKING:
    from engine.pathway import Pathway

_AGENCIES, _ROLES, _STAFF = table_of(AgencyRow), table_of(AgencyRole), table_of(StaffRow)
_SEPARATIONS = table_of(RoleSeparation)
_EDITIONS, _VERSIONS = table_of(CalendarEdition), table_of(PathwayVersion)
_INSTALLATION = table_of(Installation)

KEPT = 64
"""How many recently used pathway versions a process caches."""


class Reference(msgspec.Struct, frozen=True):
    """What decisions are based on, besides the pathway."""

    registry: Registry
    calendars: Calendars
    translations: Mapping[int, Mapping[str, Translation]] = {}
    """The translations of pathways, by version row and language."""


class Library:
    """A cache per process; each transaction names the current version. Thread-safe."""

    def __init__(self) -> None:
        self._pathways: LRUCache[int, Pathway] = LRUCache(KEPT)
        self._speaking: LRUCache[tuple[int, int], Pathway] = LRUCache(KEPT)
        self._reference: tuple[int, Reference] | None = None
        self._lock = Lock()

    def pathway(self, connection: Connection, version_id: int) -> Pathway:
        """A published version never changes, so it is read once."""
        with self._lock:
            found = self._pathways.get(version_id)
        if found is None:
            from engine.loader import reload_pathway  # to list cases takes no pathway

            query = select(_VERSIONS).where(_VERSIONS.c.id == version_id)
            row = connection.execute(query).one()
            found = reload_pathway(row.text, f"{row.name} version {row.number}")
            with self._lock:
                self._pathways[version_id] = found
        return found

    def speaking(self, connection: Connection, version_id: int, version: int) -> Pathway:
        """A pathway with its translations; these may be corrected, which raises `version`."""
        with self._lock:
            found = self._speaking.get((version, version_id))
        if found is None:
            translations = self.reference(connection, version).translations.get(version_id)
            pathway = self.pathway(connection, version_id)
            found = pathway.translated(translations) if translations else pathway
            with self._lock:
                self._speaking[version, version_id] = found
        return found

    def reference(self, connection: Connection, version: int) -> Reference:
        """Registry, calendars and translations; `version` is the installation's
        `reference_version`.
        """
        with self._lock:
            kept = self._reference
        if kept is not None and kept[0] == version:
            return kept[1]
        found = Reference(_registry(connection), _calendars(connection), newest(connection))
        with self._lock:
            self._reference = (version, found)
        return found


def _registry(connection: Connection) -> Registry:
    roles: dict[int, list[str]] = {}
    for row in connection.execute(select(_ROLES).order_by(_ROLES.c.position)):
        roles.setdefault(row.agency_id, []).append(row.role)
    staff: dict[int, list[StaffMember]] = {}
    for row in connection.execute(select(_STAFF).order_by(_STAFF.c.position)):
        staff.setdefault(row.agency_id, []).append(member(row))
    suspended = suspended_agencies(connection)
    query = select(_AGENCIES).where(_AGENCIES.c.is_listed).order_by(_AGENCIES.c.position)
    return Registry(
        tuple(
            Agency(
                code=row.code,
                name=row.name,
                country=row.country,
                subdivision=row.subdivision,
                zone=row.zone,
                roles=tuple(roles.get(row.id, ())),
                languages=tuple(row.languages),
                areas=tuple(row.areas),
                specialised=tuple(row.specialised),
                leave=msgspec.convert(row.leave, tuple[Leave, ...]),
                capacity=row.capacity,
                channels=tuple(row.channels),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                staff=tuple(staff.get(row.id, ())),
                suspended=row.code in suspended,
            )
            for row in connection.execute(query)
        ),
        tuple(
            Separation(role=row.role, others=tuple(row.others), between=row.between)
            for row in connection.execute(select(_SEPARATIONS).order_by(_SEPARATIONS.c.id))
        ),
        connection.execute(select(_INSTALLATION.c.exports_a_month)).scalar_one(),
    )


def _calendars(connection: Connection) -> Calendars:
    query = select(_EDITIONS.c.body).where(_EDITIONS.c.in_force)
    return Calendars(tuple(msgspec.convert(body, Edition) for body in connection.scalars(query)))
