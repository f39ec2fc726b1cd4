"""Editions copied from the package `holidays`, with corrections and overrides.

This is the only module that uses the package. The package's data is copied once, so upgrading the
package does not change earlier counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from engine.message import message
from engine.time.calendars import CalendarError, Edition, Holiday, Weekend

if TYPE_CHECKING:
    from holidays import HolidayBase

_CORRECTIONS = {
    # The package (0.109) gives Saturday and Sunday. Friday and Saturday by Decision 489 of 2005
    # (ILO NATLEX 75276), restored after the practice of 2011 and 2012 varied (Panapress, by
    # anba.com.br/libios-dois-dias-de-descanso-semanal).
    "LY": [Weekend(date(2013, 1, 1), frozenset({4, 5}))],
    # The package (0.109) keeps Friday and Saturday for all years. The council of ministers moved
    # the weekend on 11 September 2014: qppstudio.net, 12 September 2014, from the national news
    # agency; lecalame.info/?q=node/635.
    "MR": [Weekend(date(2014, 10, 1), frozenset({5, 6}))],
    # For the three below the package (0.109) names no weekend, and Saturday and Sunday come out.
    # Saturday alone since January 2001 (qppstudio.net, 16 April 2022, from the Ministry of Home
    # Affairs), but for a trial of Saturday and Sunday from 15 May 2022 (Gazette of 9 May 2022:
    # english.khabarhub.com/2022/10/251261) to 6 June 2022 (fiscalnepal.com/2022/06/06/9235).
    "NP": [
        Weekend(date(2001, 2, 1), frozenset({5})),
        Weekend(date(2022, 5, 15), frozenset({5, 6})),
        Weekend(date(2022, 6, 6), frozenset({5})),
    ],
    # Government offices rest on Fridays and Saturdays: bnews.ps/index.php/en/node/12845, 2019.
    "PS": [Weekend(date(2019, 1, 1), frozenset({4, 5}))],
    # Friday is the official day off; the second one, under the labour law of 2024, is named nowhere
    # (trtafrika.com/english/article/e22b16537522; waayaha.com/?p=4572).
    "SO": [Weekend(date(2000, 1, 1), frozenset({4}))],
}
"""Weekends that the package has wrong, each with the day from which it is corrected."""


def edition_from_holidays(
    country: str,
    years: tuple[int, int],
    *,
    id: str,
    zone: str,
    subdivision: str = "",
    weekend: Iterable[Weekend] = (),
    added: Iterable[Holiday] = (),
    removed: Iterable[date] = (),
    worked: Iterable[date] = (),
) -> Edition:
    """An edition with a country's public holidays and weekends; overrides take precedence.

    Args:
        years: first and last year to cover. They are limited to the years that the package knows,
            and the years directly before or after these for which `added` has days.
        subdivision: the part of the country. If the package does not know it, the whole country's
            holidays are used.
        weekend: statutory weekends. From the date of the first, the package's weekends no longer
            apply.
        added: days off that the package lacks or names differently.
        removed: days that are not holidays after all. A weekend stays a weekend.
        worked: weekend days and holidays that are worked; they take precedence over `added`.

    Raises `CalendarError` if the package does not know the country, or none of the years is known.
    """
    known = subdivision if subdivision in subdivisions_of(country) else None
    added = tuple(added)
    years = _covered(country, years, {each.day.year for each in added})
    copied = _copied(country, known, years)
    usual = _overlay(copied.weekends, _CORRECTIONS.get(country, ()))
    struck = set(removed)
    ours = {each.day: each.name for each in added if years[0] <= each.day.year <= years[1]}
    names = {day: name for day, name in copied.holidays if day not in struck} | ours
    swapped = copied.worked - ours.keys()
    return Edition(
        id=id,
        country=country,
        subdivision=subdivision,
        zone=zone,
        covers=years,
        weekends=tuple(_overlay(usual, weekend)),
        holidays=tuple(Holiday(day, name) for day, name in sorted(names.items())),
        worked=tuple(sorted(swapped | set(worked))),
    )


@cache
def subdivisions_of(country: str) -> tuple[str, ...]:
    """The parts of a country whose own holidays are known: their ISO 3166-2 codes without the
    country, such as `SCT`. Empty if none are.
    """
    from holidays import country_holidays  # imported on use, since it takes a tenth of a second

    try:
        return tuple(country_holidays(country).subdivisions)
    except NotImplementedError:
        return ()


def _source(country: str, subdivision: str | None, years: Iterable[int]) -> HolidayBase:
    from holidays import country_holidays

    try:
        # Names in English where the package has them; other languages fall back to its default.
        source = country_holidays(
            country,
            subdiv=subdivision,
            years=years,
            language="en_US",
            expand=False,
        )
    except NotImplementedError:
        raise CalendarError(
            message("calendar.no_holidays", country=country), country=country
        ) from None
    return source


class _Copied(NamedTuple):
    """What the package says of these years."""

    weekends: tuple[Weekend, ...]
    holidays: tuple[tuple[date, str], ...]
    worked: frozenset[date]
    """Weekend days that are worked."""


@cache
def _copied(country: str, subdivision: str | None, years: tuple[int, int]) -> _Copied:
    """What the package says of a place in these years. Cached, because the package has to be asked
    about every single day.
    """
    source = _source(country, subdivision, range(years[0], years[1] + 1))
    return _Copied(
        tuple(_weekends(source, years)), tuple(source.items()), frozenset(source.weekend_workdays)
    )


def known_until(country: str, named: Collection[int] = ()) -> int:
    """The last year for which holidays are known: the package's last year, or the last of the years
    in `named` that follow it without a gap. `named` are years whose holidays the caller knows.

    Raises `CalendarError` if the package does not know the country.
    """
    return _last(country, named)


_FEASTS_KNOWN = {"IN": (2001, 2035)}
"""The years that the package (0.109) covers fully; outside them it omits some feasts, with only a
warning.
"""


@cache
def _span(country: str) -> tuple[int, int]:
    source = _source(country, None, ())
    return _FEASTS_KNOWN.get(country, (source.start_year, source.end_year))


def _last(country: str, named: Collection[int]) -> int:
    last = _span(country)[1]
    while last + 1 in named:
        last += 1
    return last


def _covered(country: str, years: tuple[int, int], named: Collection[int]) -> tuple[int, int]:
    """The part of a span of years that is known: the package's years, and those in `named` that
    adjoin them without a gap.
    """
    first, last = _span(country)[0], _last(country, named)
    while first - 1 in named:
        first -= 1
    covered = max(first, years[0]), min(last, years[1])
    if covered[0] > covered[1] and years[0] <= years[1]:
        said = message(
            "calendar.holidays_of_others", country=country, first=first, last=last, year=years[0]
        )
        raise CalendarError(said, country=country, year=years[0])
    return covered


def _overlay(below: Iterable[Weekend], above: Iterable[Weekend]) -> list[Weekend]:
    laws = sorted(above, key=lambda each: each.since)
    return [each for each in below if not laws or each.since < laws[0].since] + laws


def _weekends(source: HolidayBase, years: tuple[int, int]) -> list[Weekend]:
    """The weekend in force on the first day, and each later one from the day of the change."""
    found: list[Weekend] = []
    day, last = date(years[0], 1, 1), date(years[1], 12, 31)
    while day <= last:
        if not found or source.is_weekend(day) != (day.weekday() in found[-1].days):
            week = (day + timedelta(days=n) for n in range(7))
            found.append(
                Weekend(day, frozenset(each.weekday() for each in week if source.is_weekend(each)))
            )
        day += timedelta(days=1)
    return found
