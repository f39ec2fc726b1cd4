"""The time zone of a country, from the tables of the package `tzdata`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from engine.message import message
from engine.time.calendars import CalendarError


def zone_of(country: str) -> str:
    """The IANA name of a country's only time zone.

    Raises `CalendarError` for an unknown country, and for a country with several zones, where
    somebody must choose one.
    """
    zones = _zones().get(country, [])
    if len(zones) > 1:
        several = message("calendar.several_zones", country=country, zones=tuple(zones))
        raise CalendarError(several, country=country)
    if not zones:
        raise CalendarError(message("calendar.no_zone", country=country), country=country)
    return zones[0]


@cache
def _zones() -> dict[str, list[str]]:
    # `zone.tab` and not its successor `zone1970.tab`: it names a country's own zone
    # (Africa/Porto-Novo) where the successor merges those whose clocks have agreed since 1970.
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, []).append(zone)
    return found
