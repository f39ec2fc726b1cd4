"""Who opens cases and when, and who is there to work on them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache

import msgspec

from engine.agencies.registry import Agency, Registry
from engine.errors import CodedError
from engine.message import message
from engine.pathway import Pathway
from engine.simulation.chance import Chance
from engine.simulation.desks import Desk, Hours
from engine.simulation.rates import Rates, Staff
from engine.time.calendars import Calendars


class SimulatedOpening(msgspec.Struct, frozen=True):
    """The opening of one case."""

    number: int
    """The number of the case, counted from 1."""
    at: datetime
    agency: str
    country: str


class Plan:
    """When cases are opened at a rates file's pace, by whom, and who works where."""

    def __init__(
        self, pathway: Pathway, registry: Registry, rates: Rates, cases: int, seed: int
    ) -> None:
        self.pathway, self.registry, self.rates = pathway, registry, rates
        self.cases, self.seed = cases, seed
        first = rates.first or pathway.definition.effective
        self.since = datetime.combine(first, time(), UTC)
        self.until = self.since + timedelta(weeks=cases / rates.cases_a_week)

    def openings(self, desks: dict[str, Desk]) -> list[SimulatedOpening]:
        """The opening of each case at a random moment, in order of number. If the agency is not
        working then, it opens the case when its working hours next begin.

        Raises:
            CodedError: nobody can open a case.
        """
        shares, found = self._openers(), []
        for number in range(1, self.cases + 1):
            chance = Chance(self.seed, number, "opened")
            agency = self.registry.by_code[chance.weighted(shares)]
            at = self.since + chance.random() * (self.until - self.since)
            at = desks[agency.code].hours.next(at.replace(microsecond=0))
            found.append(SimulatedOpening(number, at, agency.code, agency.country))
        return found

    def _openers(self) -> dict[str, float]:
        if self.rates.opened_by:
            return self.rates.opened_by
        able = [each.code for each in self.registry.agencies if self._may_open(each)]
        if not able:
            raise CodedError(message("rates.nobody_opens", pathway=self.pathway.name))
        return dict.fromkeys(able, 1.0)

    def _may_open(self, agency: Agency) -> bool:
        is_there = agency.is_valid(self.since.date()) and agency.valid_until is None
        return is_there and self.pathway.definition.may_be_opened_by(agency.roles)

    @property
    def guessed(self) -> tuple[str, ...]:
        """Agencies for which neither the rates nor the registry give a number of people."""
        agencies = self.registry.agencies
        return tuple(a.code for a in agencies if a.code not in self.rates.staff and not a.staff)

    def desks(self, calendars: Calendars, beyond: timedelta) -> dict[str, Desk]:
        """The people of each agency, by its code.

        Args:
            beyond: how long they keep working once no more cases are opened.
        """

        @cache
        def hours(place: str, zone: str, span: tuple[int, int], days: str) -> Hours:
            return Hours(
                calendar=calendars.edition(place),
                zone=zone,
                span=span,
                every_day=days == "all",
                since=self.since,
                until=self.until + beyond,
            )

        found: dict[str, Desk] = {}
        for agency in self.registry.agencies:
            staff = self.rates.staff.get(agency.code) or Staff(people=max(1, len(agency.staff)))
            its = hours(agency.place, agency.zone, staff.hours or self.rates.hours, staff.days)
            found[agency.code] = Desk(agency.code, staff.people, its, self.since, self.until)
        return found


def years_of(pathway: Pathway, rates: Rates, cases: int, beyond: timedelta) -> tuple[int, int]:
    """The first and last year that the calendars for a simulation must cover, with a margin."""
    first = rates.first or pathway.definition.effective
    last = first + timedelta(weeks=cases / rates.cases_a_week) + beyond
    return first.year - 1, last.year + 2
