"""An invented world in which a pathway can be walked: countries, agencies and a plain calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from engine.agencies.registry import Agency, Registry
from engine.pathway import Pathway
from engine.time.calendars import Calendars, Edition, Weekend

OPENED = datetime(2030, 1, 7, 9, tzinfo=UTC)
"""When every case is opened: on a Monday. The calendar has no holidays, so any Monday would do."""
HOME = "AQ"
"""The country of the first side, unless conditions call for another. A valid code of an uninhabited
place, which no pathway asks for.
"""
OTHER_COUNTRIES = ("BV", "HM")
_COVERED = (1950, 2150)
_AGENCIES_OF_A_KIND = 2
"""How many agencies of each type a country has: one to ask first, and one as the last receiver."""


class World(msgspec.Struct, frozen=True):
    """A world in which cases are walked."""

    registry: Registry
    calendars: Calendars


def opener(country: str) -> str:
    """For a country, the code of its agency without a role, which may open cases."""
    return f"{country}-OPENER"


def holder(country: str, kind: str) -> str:
    """The code of the first agency of a type in a country: the one that gets the role."""
    return _agency(country, kind, 1)


def _agency(country: str, kind: str, number: int) -> str:
    return f"{country}-{kind.upper()}-{number}"


def openers(world: World, country: str) -> list[str]:
    """The codes of the agencies that open cases in a country: the one without a role, and the first
    of each type.
    """
    own = [each for each in world.registry.agencies if each.country == country]
    firsts = {each.roles: each.code for each in reversed(own)}
    return sorted(firsts.values(), key=lambda code: code != opener(country))


def world_of(
    pathway: Pathway,
    countries: frozenset[str],
    *,
    without: frozenset[str] = frozenset(),
    together: bool = False,
) -> World:
    """Agencies for every type of role in `HOME`, `OTHER_COUNTRIES` and the given countries, an
    agency without a role in each, and calendars.

    Args:
        countries: the countries that answers name, and those in which cases are opened.
        without: types of role that no agency has.
        together: whether each agency with a role has all the types, except those in `without`.
    """
    kinds = sorted({role.type for role in pathway.roles.values()} - without)
    held = {"all": tuple(kinds)} if together else {kind: (kind,) for kind in kinds}
    everywhere = sorted({HOME, *OTHER_COUNTRIES, *countries})
    places = {place for time in pathway.times for place in time.places}
    languages = _languages(pathway)
    words = {word for role in pathway.roles.values() for word in role.words}
    agencies = [
        Agency(code=opener(country), name="Opener", country=country, roles=())
        for country in everywhere
    ]
    agencies += [
        Agency(
            code=_agency(country, kind, n),
            name=kind,
            country=country,
            roles=roles,
            languages=("en", *sorted(languages)),
            specialised=tuple(sorted(words)),
        )
        for country in everywhere
        for kind, roles in held.items()
        for n in range(1, _AGENCIES_OF_A_KIND + 1)
    ]
    editions = [
        Edition(
            id=f"{place}-plain",
            country=place[:2],
            subdivision=place[3:],
            zone="UTC",
            covers=_COVERED,
            weekends=(Weekend(since=date(_COVERED[0], 1, 1), days=frozenset({5, 6})),),
        )
        for place in sorted({*everywhere, *places})
    ]
    return World(Registry(tuple(agencies)), Calendars(tuple(editions)))


def _languages(pathway: Pathway) -> set[str]:
    """The languages that some role may require an agency to speak."""
    fields = pathway.definition.data
    return {
        word
        for role in pathway.roles.values()
        if role.language
        for word in fields[role.language].choice or ()
    }
