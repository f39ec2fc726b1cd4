"""What a registry file holds, as its entries are written: agencies, countries, days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, StringConstraints

from engine.definition import Entry, Name
from engine.definition.entries import Names

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]+$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
SubdivisionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")]
"""ISO 3166-2 without the country, as in `SCT`."""

DayName = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = get_args(DayName)


class StaffEntry(Entry):
    roles: tuple[Name, ...] = ()
    """What the person may do there."""


class LeaveEntry(Entry):
    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    """Its first day."""
    last: date = Field(alias="until")
    """Its last day."""
    alternate: Code | None = None
    """The agency that stands in."""


class AgencyEntry(Entry):
    model_config = ConfigDict(populate_by_name=True)

    name: str
    """As people know it; never in a notice."""
    country: CountryCode
    """Two capital letters."""
    subdivision: SubdivisionCode | None = None
    """The part of the country whose holidays and zone count for it."""
    roles: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The role types that it may hold."""
    languages: tuple[str, ...] = ()
    """Of its notices, best first; those of its country where none is named."""
    areas: tuple[str, ...] = ()
    """What it serves; all of its country where none is named."""
    specialised: Names = Field(default=(), alias="for")
    """What it is specialised in, words such as `children`."""
    channels: tuple[Name, ...] = ()
    """Kinds of channels, in the order to be tried; addresses live elsewhere."""
    valid_from: date | None = Field(default=None, alias="from")
    """The first day of its work."""
    valid_until: date | None = Field(default=None, alias="until")
    """The last day of its work."""
    leave: tuple[LeaveEntry, ...] = ()
    """When it is closed, and who stands in."""
    capacity: dict[Name, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """By role type: how many open tasks and requests it can do at once."""
    staff: dict[str, StaffEntry] = Field(default_factory=dict)
    """Codes of people, never names, with their roles."""


class Membership(Entry):
    """Of a country, in the community whose rules the pathways follow."""

    model_config = ConfigDict(populate_by_name=True)

    valid_from: date | None = Field(default=None, alias="from")
    """Its first day inside."""
    valid_until: date | None = Field(default=None, alias="until")
    """The first day outside."""
    agencies: Literal["leave", "stay"] = "leave"
    """What its agencies do then: `leave`, or `stay` by an agreement of its own."""

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
    """The first day on which it holds."""
    days: tuple[DayName, ...]
    """Days that are not worked."""


class OwnDays(Entry):
    """What a calendar has that the known one lacks, or has wrong."""

    zone: str | None = None
    """Its time zone, as `Africa/Accra`; needed only where a country has several."""
    holidays: dict[date, str] = Field(default_factory=dict)
    """Days off that the known calendar lacks, with their names; they win over it."""
    no_holidays: tuple[date, ...] = ()
    """Days that the known calendar takes for holidays and that are none."""
    worked: tuple[date, ...] = ()
    """Days of a weekend that are worked."""
    weekends: tuple[WeekendEntry, ...] = ()
    """Weekends that the known calendar lacks, each from a day on."""

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
    """Of its agencies that name none."""
    member: Membership = Membership()
    """Since when, and until when, it is in the community."""
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
    """Its name, as `registry load` says it."""
    agencies: Annotated[dict[Code, AgencyEntry], Field(min_length=1)]
    """Each agency by its code, as `NG-NAPTIP`."""
    countries: dict[CountryCode, CountryEntry] = Field(default_factory=dict)
    """What the countries have of their own: zone, days off, parts."""

    def places(self) -> Iterator[tuple[str, str]]:
        """Each country with nothing, and with each part of it that is named."""
        for country, entry in self.countries.items():
            stand = [a.subdivision for a in self.agencies.values() if a.country == country]
            for part in dict.fromkeys(["", *filter(None, stand), *entry.subdivisions]):
                yield country, part
