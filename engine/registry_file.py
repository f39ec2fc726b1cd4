"""Reads a registry's YAML: agencies and countries, every error at its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import replace
from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from engine.agency_checks import check_agencies, check_countries
from engine.calendars import CalendarError, Calendars, Edition, Holiday, Weekend, place_of
from engine.countries import is_country
from engine.definition import Entry, Name
from engine.definition.entries import Names
from engine.document import Document, Path, load_document, plain
from engine.errors import DefinitionError, Problem
from engine.holiday_source import edition_from_holidays, subdivisions_of
from engine.lookalikes import lookalikes
from engine.misshapen import shape_problems
from engine.registry import Agency, Leave, Registry
from engine.zones import zone_of

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]+$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
SubdivisionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")]
"""ISO 3166-2 without the country, as in `SCT`."""

DayName = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = get_args(DayName)


class StaffEntry(Entry):
    roles: tuple[Name, ...] = ()


class LeaveEntry(Entry):
    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="until")
    alternate: Code | None = None
    """The agency that stands in."""


class AgencyEntry(Entry):
    model_config = ConfigDict(populate_by_name=True)

    name: str
    country: CountryCode
    subdivision: SubdivisionCode | None = None
    """The part of the country whose holidays and zone count for it."""
    roles: Annotated[tuple[Name, ...], Field(min_length=1)]
    languages: tuple[str, ...] = ("en",)
    areas: tuple[str, ...] = ()
    """What it serves; all of its country where none is named."""
    specialised: Names = Field(default=(), alias="for")
    channels: tuple[Name, ...] = ()
    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")
    leave: tuple[LeaveEntry, ...] = ()
    capacity: dict[Name, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    staff: dict[str, StaffEntry] = Field(default_factory=dict)


class Membership(Entry):
    """Of a country, in the community whose rules the pathways follow."""

    model_config = ConfigDict(populate_by_name=True)

    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")
    """The first day outside."""
    agencies: Literal["leave", "stay"] = "leave"
    """What its agencies do then; an agreement of its own may keep them."""

    @property
    def last_day(self) -> date | None:
        """Of the country's agencies."""
        if self.valid_until is None or self.agencies == "stay":
            return None
        return self.valid_until - timedelta(days=1)


class WeekendEntry(Entry):
    """A weekend by law, from a day on."""

    model_config = ConfigDict(populate_by_name=True)

    since: date = Field(alias="from")
    days: tuple[DayName, ...]


class OwnDays(Entry):
    """What a calendar has that the known one lacks, or has wrong."""

    zone: str | None = None
    """IANA name; needed only where a country has several."""
    holidays: dict[date, str] = Field(default_factory=dict)
    """Days off that the known calendar lacks, with their names; they win over it."""
    no_holidays: tuple[date, ...] = ()
    """Days that the known calendar takes for holidays and that are none."""
    worked: tuple[date, ...] = ()
    """Days of a weekend that are worked."""
    weekends: tuple[WeekendEntry, ...] = ()

    def over(self, below: OwnDays) -> OwnDays:
        """What holds in a part of a country: its own, and the country's where it says nothing."""
        first = min((each.since for each in self.weekends), default=date.max)
        kept = {day: name for day, name in below.holidays.items() if day not in self.no_holidays}
        return OwnDays(
            zone=self.zone or below.zone,
            holidays=kept | self.holidays,
            no_holidays=below.no_holidays + self.no_holidays,
            worked=tuple(day for day in below.worked if day not in self.holidays) + self.worked,
            weekends=tuple(each for each in below.weekends if each.since < first) + self.weekends,
        )


class CountryEntry(OwnDays):
    languages: tuple[str, ...] = ("en",)
    member: Membership = Membership()
    subdivision: SubdivisionCode | None = None
    """The part whose calendar is the country's, for whoever names no other."""
    subdivisions: dict[SubdivisionCode, OwnDays] = Field(default_factory=dict)
    """What parts of the country have of their own, beside the country's."""

    def counted(self, part: str) -> str:
        """The subdivision whose calendar counts in a part, or in the country as such (nothing)."""
        return part or self.subdivision or ""

    def own_days(self, part: str) -> OwnDays:
        """What the calendar of a part, or of the country as such, has of its own."""
        return self.subdivisions.get(self.counted(part), OwnDays()).over(self)


class RegistryFile(Entry):
    registry: Name
    agencies: Annotated[dict[Code, AgencyEntry], Field(min_length=1)]
    countries: dict[CountryCode, CountryEntry] = Field(default_factory=dict)

    def places(self) -> Iterator[tuple[str, str]]:
        """Each country with nothing, and with each part of it that is named."""
        for country, entry in self.countries.items():
            stand = [a.subdivision for a in self.agencies.values() if a.country == country]
            for part in dict.fromkeys(["", *filter(None, stand), *entry.subdivisions]):
                yield country, part


class LoadedRegistry(msgspec.Struct, frozen=True):
    """The agencies, and for each place its zone and what its calendar has of its own."""

    name: str
    registry: Registry
    zones: dict[str, str]
    """Of each place whose days are counted: countries (`GB`), and the parts of them in which
    agencies stand (`GB-SCT`)."""
    countries: dict[str, CountryEntry]

    def edition(self, place: str, years: tuple[int, int], id: str) -> Edition:
        """A calendar of a place: the known public holidays, and what the registry says of them.

        Raises:
            CalendarError: the country's holidays are not known for those years.
        """
        country, _, part = place.partition("-")
        entry = self.countries[country]
        own = entry.own_days(part)
        made = edition_from_holidays(
            country,
            years,
            id=id,
            zone=self.zones[place],
            subdivision=entry.counted(part),
            weekend=[
                Weekend(each.since, frozenset(map(WEEKDAYS.index, each.days)))
                for each in own.weekends
            ],
            added=[Holiday(day, name) for day, name in own.holidays.items()],
            removed=own.no_holidays,
            worked=own.worked,
        )
        return replace(made, subdivision=part)

    def calendars(self, first: int, last: int) -> Calendars:
        """A calendar of each place for a span of years."""
        return Calendars(
            tuple(self.edition(each, (first, last), f"{each}-{first}") for each in self.zones)
        )


def load_registry(text: str, file: str = "agencies.yaml") -> LoadedRegistry:
    """Read a registry.

    Raises:
        DefinitionError: with everything that is wrong, each at its file, line and column.
    """
    document = load_document(text, file)
    if foreign := list(lookalikes(document, "name", "holidays")):
        raise DefinitionError(foreign)
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
        if agency.country not in read.countries and is_country(agency.country)
    ]
    problems += check_countries(read.countries, document)
    problems += [*check_agencies(read.agencies, document), *_unknown_subdivisions(read, document)]
    zones, unknown = _zones(read, document)
    problems += unknown
    if problems:
        raise DefinitionError(problems)
    agencies = tuple(
        _agency(code, entry, read.countries[entry.country], zones)
        for code, entry in read.agencies.items()
    )
    return LoadedRegistry(
        name=read.registry, registry=Registry(agencies), zones=zones, countries=read.countries
    )


def _unknown_subdivisions(read: RegistryFile, document: Document) -> Iterator[Problem]:
    """Parts of countries that do not exist: their days would silently be the whole country's."""
    named: list[tuple[str, str, Path]] = [
        (agency.country, agency.subdivision, ("agencies", code, "subdivision"))
        for code, agency in read.agencies.items()
        if agency.subdivision and agency.country in read.countries
    ]
    for country, entry in read.countries.items():
        path: Path = ("countries", country)
        if entry.subdivision:
            named.append((country, entry.subdivision, (*path, "subdivision")))
        named += [(country, part, (*path, "subdivisions", part)) for part in entry.subdivisions]
    for country, part, path in named:
        known = subdivisions_of(country)
        place = document.place(path, key="subdivisions" in path)
        if known and part not in known:
            near = difflib.get_close_matches(part, known, 1)
            remedy = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            yield Problem(place, f"{country} has no subdivision {part}", remedy)
        elif part not in (*known, *read.countries[country].subdivisions):
            yield Problem(
                place,
                f"nothing is known of a subdivision {part} of {country}",
                f"say under `countries` what it has of its own, as in `{country}: {{subdivisions:"
                f" {{{part}: {{holidays: {{...}}}}}}}}`, or leave it out",
            )


def _zones(read: RegistryFile, document: Document) -> tuple[dict[str, str], list[Problem]]:
    """The zone of each place, and what is wrong with zones."""
    zones: dict[str, str] = {}
    problems: dict[Path, Problem] = {}
    for country, part in read.places():
        if not is_country(country):
            continue
        entry = read.countries[country]
        path: Path = ("countries", country, "zone")
        counted = entry.counted(part)
        if counted in entry.subdivisions and entry.subdivisions[counted].zone:
            path = ("countries", country, "subdivisions", counted, "zone")
        try:
            zone = entry.own_days(part).zone or zone_of(country)
            zones[place_of(country, part)] = ZoneInfo(zone).key
        except (CalendarError, ZoneInfoNotFoundError, ValueError) as error:
            remedy = "" if isinstance(error, CalendarError) else "write a name as in Africa/Accra"
            said = str(error) if isinstance(error, CalendarError) else "there is no such time zone"
            problems[path] = Problem(document.place(path), said, remedy)
    return zones, list(problems.values())


def _agency(code: str, entry: AgencyEntry, country: CountryEntry, zones: dict[str, str]) -> Agency:
    part = entry.subdivision or ""
    last_days = [each for each in (entry.valid_until, country.member.last_day) if each]
    return Agency(
        code=code,
        name=entry.name,
        country=entry.country,
        subdivision=part,
        zone=zones[place_of(entry.country, part)],
        roles=entry.roles,
        languages=entry.languages,
        areas=entry.areas,
        specialised=entry.specialised,
        channels=entry.channels,
        valid_from=entry.valid_from,
        valid_until=min(last_days, default=None),
        leave=tuple(
            Leave(first=each.first, last=each.last, alternate=each.alternate or "")
            for each in entry.leave
        ),
        capacity=entry.capacity,
        staff=tuple(entry.staff),
    )
