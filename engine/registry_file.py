"""Reads a registry's YAML: agencies and countries, every error at its place."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from engine.calendars import CalendarError, Calendars, Edition, Holiday, Weekend
from engine.definition import Entry, Name
from engine.errors import DefinitionError, Problem
from engine.holiday_source import edition_from_holidays
from engine.loader import Path, load_document, plain, shape_problems
from engine.registry import Agency, Registry
from engine.zones import zone_of

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]+$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


DayName = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = get_args(DayName)


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


class WeekendEntry(Entry):
    """A weekend by law, from a day on."""

    model_config = ConfigDict(populate_by_name=True)

    since: date = Field(alias="from")
    days: tuple[DayName, ...]


class CountryEntry(Entry):
    zone: str | None = None
    """IANA name; needed only where a country has several."""
    languages: tuple[str, ...] = ("en",)
    member: Membership = Membership()
    holidays: dict[date, str] = Field(default_factory=dict)
    """Days off that the known calendar lacks, with their names; they win over it."""
    no_holidays: tuple[date, ...] = ()
    """Days that the known calendar takes for holidays and that are none."""
    worked: tuple[date, ...] = ()
    """Days of a weekend that are worked."""
    weekends: tuple[WeekendEntry, ...] = ()


class RegistryFile(Entry):
    registry: Name
    agencies: Annotated[dict[Code, AgencyEntry], Field(min_length=1)]
    countries: dict[CountryCode, CountryEntry] = Field(default_factory=dict)


class LoadedRegistry(msgspec.Struct, frozen=True):
    """The agencies, and for each country its zone and what its calendar has of its own."""

    name: str
    registry: Registry
    zones: dict[str, str]
    countries: dict[str, CountryEntry]

    def edition(self, country: str, years: tuple[int, int], id: str) -> Edition:
        """A calendar of a country: the known public holidays, and what the registry says of them.

        Raises:
            CalendarError: the country's holidays are not known for those years.
        """
        own = self.countries[country]
        return edition_from_holidays(
            country,
            years,
            id=id,
            zone=self.zones[country],
            weekend=[
                Weekend(each.since, frozenset(map(WEEKDAYS.index, each.days)))
                for each in own.weekends
            ],
            added=[Holiday(day, name) for day, name in own.holidays.items()],
            removed=own.no_holidays,
            worked=own.worked,
        )

    def calendars(self, first: int, last: int) -> Calendars:
        """A calendar of each country for a span of years."""
        return Calendars(
            tuple(self.edition(each, (first, last), f"{each}-{first}") for each in self.countries)
        )


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
    return LoadedRegistry(
        name=read.registry, registry=Registry(agencies), zones=zones, countries=read.countries
    )


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
