"""The entries of a registry file as written: agencies, countries, days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, StringConstraints

from engine.agencies.duties import Duty
from engine.agencies.registry import EXPORTS_A_MONTH, WithoutAccount
from engine.definition import Entry, EntryName
from engine.definition.entries import EntryNames, Flag
from engine.definition.kept_for import Limits

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]+$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
SubdivisionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")]
"""An ISO 3166-2 code without the country, such as `SCT`."""

DayName = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = get_args(DayName)


StaffCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)
]
"""Never a name: a code without blanks, no longer than the store's column."""


class StaffEntry(Entry):
    """A person who acts for an agency, known by a code."""

    model_config = ConfigDict(populate_by_name=True)

    roles: EntryNames = ()
    """The types of roles in which the person acts; all of the agency's if none is named."""
    valid_from: date | None = Field(default=None, alias="from")
    """The person's first day."""
    valid_until: date | None = Field(default=None, alias="until")
    """The person's last day."""
    deputy: StaffCode | None = None
    """The colleague who takes over before the first day, after the last, and while the person is
    suspended.
    """
    administers: Flag = False
    """Whether the person gives colleagues access, and suspends them."""
    coordinates: Flag = False
    """Whether the person publishes pathways for all agencies, moves cases to other versions,
    declares holidays that the registry lacks, and suspends other agencies and their staff.
    """
    manages: Flag = False
    """Whether the person reads the figures of the agency."""

    @property
    def duties(self) -> frozenset[Duty]:
        """The person's duties, in addition to their roles."""
        return frozenset(each for each in Duty if getattr(self, each))

    def roles_at(self, agency: AgencyEntry) -> tuple[str, ...]:
        """The types of roles in which the person acts at that agency."""
        return self.roles or agency.roles


class LeaveEntry(Entry):
    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    """The first day of leave."""
    last: date = Field(alias="until")
    """The last day of leave."""
    alternate: Code | None = None
    """Code of the agency that stands in. If left out, no agency does."""


class AgencyEntry(Entry):
    model_config = ConfigDict(populate_by_name=True)

    name: str
    """The agency's name, as people know it. Notices never contain the name."""
    country: CountryCode
    """The country's code, two capital letters."""
    subdivision: SubdivisionCode | None = None
    """The part of the country whose holidays and time zone apply to the agency; if left out, the
    country's own apply.
    """
    roles: Annotated[tuple[EntryName, ...], Field(min_length=1)]
    """The types of role that the agency may hold."""
    languages: tuple[str, ...] = ()
    """Languages that the agency speaks, the one for its notices first; a role may require one of them.
    If none is named, the country's languages.
    """
    areas: tuple[str, ...] = ()
    """The areas that the agency serves; the whole country if none is named."""
    specialised: EntryNames = Field(default=(), alias="for")
    """What the agency specialises in: words such as `children`."""
    unnamed: Flag = False
    """Whether Prefect shows the agency's first type of role and its country instead of its code.
    Meant for places to stay.
    """
    without_account: tuple[WithoutAccount, ...] = ()
    """How the holder of a notice may act on it without signing in: `link`, `telephone` or both. If
    left out, the holder has to sign in.
    """
    channels: tuple[EntryName, ...] = ()
    """Kinds of channel in the order to try; the addresses are stored elsewhere."""
    valid_from: date | None = Field(default=None, alias="from")
    """The agency's first day of work."""
    valid_until: date | None = Field(default=None, alias="until")
    """The agency's last day of work."""
    leave: tuple[LeaveEntry, ...] = ()
    """When the agency is closed, and who stands in."""
    capacity: dict[EntryName, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """How many open tasks and requests the agency can handle at once, by type of role; without limit
    for a type that is left out.
    """
    staff: dict[StaffCode, StaffEntry] = Field(default_factory=dict)
    """The agency's staff, by their codes, never names. If there are none, nobody at the agency can
    sign in.
    """


class Membership(Entry):
    """A country's membership of the community whose rules the pathways follow."""

    model_config = ConfigDict(populate_by_name=True)

    valid_from: date | None = Field(default=None, alias="from")
    """The country's first day as a member."""
    valid_until: date | None = Field(default=None, alias="until")
    """The first day on which the country is no longer a member."""
    agencies: Literal["leave", "stay"] = "leave"
    """What the country's agencies do when the country leaves: `leave`, or `stay` under an agreement
    of their own.
    """

    @property
    def last_day(self) -> date | None:
        """The last day on which the country's agencies take part; None if they stay."""
        if self.valid_until is None or self.agencies == "stay":
            return None
        return self.valid_until - timedelta(days=1)


class WeekendEntry(Entry):
    """A statutory weekend, from a given day."""

    model_config = ConfigDict(populate_by_name=True)

    since: date = Field(alias="from")
    """The first day on which this weekend applies."""
    days: tuple[DayName, ...]
    """Days of the week that are not worked."""


class OwnDays(Entry):
    """Corrections to a known calendar: what it lacks or gets wrong."""

    zone: str | None = None
    """The time zone, such as `Africa/Accra`; needed only if a country has several."""
    holidays: dict[date, str] = Field(default_factory=dict)
    """Days off that the known calendar lacks or names differently, each with its name."""
    no_holidays: tuple[date, ...] = ()
    """Days that the known calendar wrongly lists as holidays."""
    worked: tuple[date, ...] = ()
    """Days that are worked although they fall on a weekend or a holiday."""
    weekends: tuple[WeekendEntry, ...] = ()
    """Weekends that the known calendar lacks, each from a given day."""

    def over(self, below: OwnDays) -> OwnDays:
        """The entries that apply in a part of a country: the part's own, added to the country's
        (`below`).

        Where the two contradict each other, the part's own apply.
        """
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
    """Languages of agencies that name none."""
    member: Membership = Membership()
    """When the country joined the community, and when it left."""
    retention: Limits | None = None
    """How long the country's law requires, and how long it allows, ended cases to be kept."""
    subdivision: SubdivisionCode | None = None
    """The part whose calendar serves as the country's, for agencies that name no part."""
    subdivisions: dict[SubdivisionCode, OwnDays] = Field(default_factory=dict)
    """Corrections to the calendar by part of the country, for parts whose days differ."""

    def counted(self, part: str) -> str:
        """The part of the country whose calendar applies: `part` or, if that is empty, the entry's
        `subdivision`. Empty if neither is given.
        """
        return part or self.subdivision or ""

    def own_days(self, part: str) -> OwnDays:
        """The calendar corrections for a part or, if `part` is empty, for the country as a whole."""
        return self.subdivisions.get(self.counted(part), OwnDays()).over(self)


class SeparationEntry(Entry):
    """A type of role that may not be held together with certain others."""

    model_config = ConfigDict(populate_by_name=True)

    role: EntryName
    """The type of role that is kept apart from others."""
    others: EntryNames = Field(alias="from", min_length=1)
    """The types that may not be held together with it; `any` means every other type."""
    between: Literal["agencies", "persons"] = "agencies"
    """Who may not hold both roles: an agency, or one of its staff."""
    within: Literal["registry", "case"] = "registry"
    """How far the rule reaches: the whole registry, or a single case."""


class RegistryFile(Entry):
    registry: EntryName
    """The registry's name, as printed by `registry load`."""
    agencies: Annotated[dict[Code, AgencyEntry], Field(min_length=1)]
    """Each agency by its code, such as `NG-NAPTIP`."""
    countries: dict[CountryCode, CountryEntry] = Field(default_factory=dict)
    """Settings by country, such as its time zone, days off and parts."""
    separation: tuple[SeparationEntry, ...] = ()
    """Types of roles that may not be held together, by one agency or by one of its staff."""
    exports_a_month: Annotated[int, Field(ge=0)] = EXPORTS_A_MONTH
    """How many exports each agency may make in a month."""
    oversight: tuple[Code, ...] = ()
    """Agencies that read figures over all cases, and are told when another agency looks at cases
    that do not exist, or in which it has never had a part.
    """
    looks_an_hour: Annotated[int, Field(ge=1)] | None = None
    """How often one person may look at cases in an hour; without limit if left out."""

    def places(self) -> Iterator[tuple[str, str]]:
        """Pairs of a country and a part: the country as a whole (its part is empty), then each part
        in which an agency is based or that has entries of its own.
        """
        for country, entry in self.countries.items():
            stand = [a.subdivision for a in self.agencies.values() if a.country == country]
            for part in dict.fromkeys(["", *filter(None, stand), *entry.subdivisions]):
                yield country, part
