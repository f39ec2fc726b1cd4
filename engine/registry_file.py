"""Reads a registry's YAML: agencies and countries, every error at its place."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from engine.calendars import CalendarError
from engine.definition import Entry, Name
from engine.errors import DefinitionError, Problem
from engine.loader import Path, load_document, plain, shape_problems
from engine.registry import Agency, Registry
from engine.zones import zone_of

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]+$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class StaffEntry(Entry):
    roles: tuple[Name, ...] = ()


class AgencyEntry(Entry):
    model_config = ConfigDict(populate_by_name=True)

    name: str
    country: CountryCode
    roles: Annotated[tuple[Name, ...], Field(min_length=1)]
    languages: tuple[str, ...] = ("en",)
    channels: tuple[Name, ...] = ()
    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")
    staff: dict[str, StaffEntry] = Field(default_factory=dict)


class Membership(Entry):
    model_config = ConfigDict(populate_by_name=True)

    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")


class CountryEntry(Entry):
    zone: str | None = None
    """IANA name; needed only where a country has several."""
    languages: tuple[str, ...] = ("en",)
    member: Membership = Membership()


class RegistryFile(Entry):
    registry: Name
    agencies: Annotated[dict[Code, AgencyEntry], Field(min_length=1)]
    countries: dict[CountryCode, CountryEntry] = Field(default_factory=dict)


class LoadedRegistry(msgspec.Struct, frozen=True):
    """The agencies, and the zone of each country."""

    name: str
    registry: Registry
    zones: dict[str, str]


def load_registry(text: str, file: str = "agencies.yaml") -> LoadedRegistry:
    """Read a registry.

    Raises:
        DefinitionError: with everything that is wrong, each at its file, line and column.
    """
    document = load_document(text, file)
    try:
        read = RegistryFile.model_validate(plain(document.root))
    except ValidationError as error:
        raise DefinitionError(shape_problems(error, document, RegistryFile)) from None
    problems = [
        Problem(
            document.place(("agencies", code, "country")),
            f"{code} stands in {agency.country}, which has no entry under `countries`",
            f"add `{agency.country}: {{zone: ...}}`",
        )
        for code, agency in read.agencies.items()
        if agency.country not in read.countries
    ]
    zones = {}
    for country, entry in read.countries.items():
        try:
            zones[country] = ZoneInfo(entry.zone or zone_of(country)).key
        except (CalendarError, ZoneInfoNotFoundError, ValueError) as error:
            path: Path = ("countries", country, "zone")
            remedy = "" if isinstance(error, CalendarError) else "write a name as in Africa/Accra"
            said = str(error) if isinstance(error, CalendarError) else "there is no such time zone"
            problems.append(Problem(document.place(path), said, remedy))
    if problems:
        raise DefinitionError(problems)
    agencies = tuple(_agency(code, entry) for code, entry in read.agencies.items())
    return LoadedRegistry(name=read.registry, registry=Registry(agencies), zones=zones)


def _agency(code: str, entry: AgencyEntry) -> Agency:
    return Agency(
        code=code,
        name=entry.name,
        country=entry.country,
        roles=entry.roles,
        languages=entry.languages,
        channels=entry.channels,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        staff=tuple(entry.staff),
    )
