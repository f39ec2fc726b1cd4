"""Reads a registry from YAML: agencies and countries, with every error at its place."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import replace

from engine.agencies.checks import check_agencies, check_countries, check_staff
from engine.agencies.entries import (
    WEEKDAYS,
    AgencyEntry,
    CountryEntry,
    RegistryFile,
)
from engine.agencies.registry import Agency, Leave, Registry, Separation, StaffMember
from engine.agencies.role_conflicts import check_separation, others_of
from engine.assumptions import Assumption, assumptions
from engine.countries import is_country
from engine.documents.blanks import read_as
from engine.documents.document import Document, Path, load_document
from engine.documents.lookalikes import lookalikes
from engine.errors import DefinitionError, Place, Problem, message_of
from engine.message import finding
from engine.nearest import suggestion
from engine.retention import RetentionPeriod, of_country
from engine.time.calendars import (
    CalendarError,
    Calendars,
    Edition,
    Holiday,
    Weekend,
    place_of,
    split_place,
)
from engine.time.holiday_source import edition_from_holidays, known_until, subdivisions_of
from engine.time.zones import zone_of


class LoadedRegistry(msgspec.Struct, frozen=True):
    """The agencies, plus the zone and calendar corrections of each place."""

    name: str
    registry: Registry
    zones: dict[str, str]
    """The time zone of each place that has a calendar: the countries in the file (`GB`), and each
    part in which an agency is based or that has entries of its own (`GB-SCT`).
    """
    countries: dict[str, CountryEntry]
    places: dict[str, Place]
    """Where each country stands in the file."""
    oversight: tuple[str, ...] = ()
    """Codes of agencies that read figures over all cases, and are told when another agency looks at
    cases that do not exist, or in which it has never had a part.
    """
    looks_an_hour: int | None = None
    """How often one person may look at cases in an hour; None for no limit."""
    assumptions: tuple[Assumption, ...] = ()
    """Numbers in the file that are marked as assumed, since no law sets them."""

    def ends_early(self, last: int) -> list[Problem]:
        """A note for each country whose holidays are not known up to the year `last`.

        Raises:
            CalendarError: the holidays of a country are not known for any year.
        """
        found = []
        for country, entry in self.countries.items():
            until = known_until(country, [day.year for day in entry.holidays])
            if until < last:
                what = finding("country.holidays", country=country, until=until, next=until + 1)
                found.append(Problem(self.places[country], what))
        return found

    def edition(self, place: str, years: tuple[int, int], id: str) -> Edition:
        """The calendar of a place: its known public holidays, as corrected by the registry.

        It covers the years from the first to the last, as far as their holidays are known.

        Raises:
            CalendarError: the country's holidays are known for none of the years.
        """
        country, part = split_place(place)
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
        """A calendar of each place from one year to another, both included.

        Raises:
            CalendarError: the holidays of a country are known for none of the years.
        """
        return Calendars(
            tuple(self.edition(each, (first, last), f"{each}-{first}") for each in self.zones)
        )


def load_registry(text: str, file: str = "agencies.yaml") -> LoadedRegistry:
    """Read a registry.

    Raises:
        DefinitionError: the registry has faults, each given with its file, line and column. Whether
            the entries fit together is checked only once each has the right form.
    """
    document = load_document(text, file)
    if foreign := list(lookalikes(document, "name", "holidays")):
        raise DefinitionError(foreign)
    read = read_as(RegistryFile, document)
    problems = [
        Problem(
            document.place(("agencies", code, "country")),
            finding("agency.country", agency=code, country=agency.country),
        )
        for code, agency in read.agencies.items()
        if agency.country not in read.countries and is_country(agency.country)
    ]
    problems += check_countries(read.countries, document)
    problems += [*check_agencies(read.agencies, document), *_unknown_subdivisions(read, document)]
    problems += check_staff(read.agencies, document)
    problems += check_separation(read.separation, read.agencies, document)
    problems += _unknown_oversight(read, document)
    zones, unknown = _zones(read, document)
    problems += unknown
    if problems:
        raise DefinitionError(problems)
    agencies = tuple(
        _agency(code, entry, read.countries[entry.country], zones)
        for code, entry in read.agencies.items()
    )
    return LoadedRegistry(
        name=read.registry,
        registry=Registry(
            agencies, tuple(_separations(read)), read.exports_a_month, tuple(_retention(read))
        ),
        zones=zones,
        countries=read.countries,
        places={each: document.place(("countries", each), key=True) for each in read.countries},
        oversight=read.oversight,
        looks_an_hour=read.looks_an_hour,
        assumptions=tuple(assumptions(document)),
    )


def _unknown_oversight(read: RegistryFile, document: Document) -> Iterator[Problem]:
    for number, code in enumerate(read.oversight):
        if code not in read.agencies:
            known = suggestion(code, read.agencies)
            what = finding("registry.oversight", missing=code, known=known)
            yield Problem(document.place(("oversight", number)), what)


def _unknown_subdivisions(read: RegistryFile, document: Document) -> Iterator[Problem]:
    """Faults for unknown parts of countries, which would otherwise silently get the whole country's
    days.
    """
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
            near = suggestion(part, known)
            what = finding("country.no_subdivision", country=country, subdivision=part, known=near)
            yield Problem(place, what)
        elif part not in (*known, *read.countries[country].subdivisions):
            what = finding("country.unknown_subdivision", country=country, subdivision=part)
            yield Problem(place, what)


def _zones(read: RegistryFile, document: Document) -> tuple[dict[str, str], list[Problem]]:
    """The zone of each place, with any faults found."""
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
            what = finding("country.zone")
            if isinstance(error, CalendarError):
                what = message_of(error)
            problems[path] = Problem(document.place(path), what)
    return zones, list(problems.values())


def _separations(read: RegistryFile) -> Iterator[Separation]:
    """The separations. A rule for the whole registry also applies within each case, where an agency
    may have got its role under an earlier registry.
    """
    for each in read.separation:
        others = tuple(sorted(others_of(each, read.agencies)))
        yield Separation(role=each.role, others=others, between=each.between)


def _retention(read: RegistryFile) -> Iterator[RetentionPeriod]:
    for country, entry in read.countries.items():
        yield from of_country(country, entry.retention)


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
        languages=entry.languages or country.languages,
        areas=entry.areas,
        specialised=entry.specialised,
        unnamed=entry.unnamed,
        without_account=entry.without_account,
        channels=entry.channels,
        valid_from=entry.valid_from,
        valid_until=min(last_days, default=None),
        leave=tuple(
            Leave(first=each.first, last=each.last, alternate=each.alternate or "")
            for each in entry.leave
        ),
        capacity=entry.capacity,
        staff=tuple(
            StaffMember(
                code=person,
                roles=each.roles_at(entry),
                valid_from=each.valid_from,
                valid_until=each.valid_until,
                deputy=each.deputy or "",
                duties=each.duties,
            )
            for person, each in entry.staff.items()
        ),
    )
