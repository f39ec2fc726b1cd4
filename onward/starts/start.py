"""A coordinator's answers before a pathway is written, and what is derived from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from engine.countries import fault_of_country, is_country
from engine.errors import CodedError, message_of
from engine.message import message
from engine.phrases.grammar import FIRST_YEAR, LAST_YEAR
from engine.phrases.moments import read_day
from engine.time.calendars import CalendarError
from engine.time.zones import zone_of

PARTS = ("identification", "shelter", "request", "journey", "follow_up")
"""What a pathway may contain, other than first contact and closing."""
OVER_THE_BORDER = ("request", "journey")
ROLES = ("case_manager", "supervisor")
"""Roles that may work alongside whoever meets the person first."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Side(msgspec.Struct, frozen=True):
    """A side of the pathway with its country, as in `host=GH`."""

    name: str
    country: str


class MadeUpAgency(msgspec.Struct, frozen=True):
    """A made-up agency in the small registry."""

    code: str
    name: str
    country: str
    role: str


class StartAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """A coordinator's answers, complete and valid."""

    name: str
    title: str
    effective: date
    sides: tuple[Side, ...]
    parts: tuple[str, ...]
    roles: tuple[str, ...]
    zones: dict[str, str] = {}
    """The time zones that were given, by country. A country with several zones is always among
    them.
    """

    def has(self, word: str) -> bool:
        return word in self.parts or word in self.roles

    @property
    def lead(self) -> str:
        """The role that does most of the work: the one that meets the person first, unless a case
        manager takes over.
        """
        return "manager" if self.has("case_manager") else "desk"

    @property
    def last(self) -> str:
        """The role that ends the case."""
        return "home" if self.has("journey") else self.lead

    @property
    def workers(self) -> list[str]:
        """Who may raise the interrupts `withdraws` and `missing`: the roles that work with the
        person, and `responsible`.
        """
        chosen = {"manager": "case_manager", "lodging": "shelter", "home": "request"}
        return ["desk", *(role for role, word in chosen.items() if self.has(word)), "responsible"]

    @property
    def before_the_last(self) -> list[str]:
        """The stages that must be over before the last one opens."""
        stages = {"identification": "identification", "stay": "shelter"}
        found = [stage for stage, part in stages.items() if self.has(part)]
        found += ["journey"] if self.has("journey") else ["partner"] if self.has("request") else []
        return found or ["contact"]

    @property
    def first_monday(self) -> date:
        """The first day for the trial cases: a Monday, at least a week after the pathway comes into
        effect.
        """
        return self.effective + timedelta(days=7 + (7 - self.effective.weekday()) % 7)

    def agencies(self) -> Iterator[MadeUpAgency]:
        """One agency for each role, but two that provide shelter, so that there is another to ask
        if the first declines.
        """
        here, there = self.sides[0].country, self.sides[-1].country
        yield MadeUpAgency(f"{here}-DESK", "First desk", here, "first_responder")
        if self.has("case_manager"):
            yield MadeUpAgency(f"{here}-CASES", "Case managers", here, "case_manager")
        if self.has("supervisor"):
            yield MadeUpAgency(f"{here}-CHIEF", "Supervisor", here, "supervisor")
        if self.has("identification"):
            yield MadeUpAgency(
                f"{here}-DECIDES", "Authority that decides", here, "competent_authority"
            )
        if self.has("shelter"):
            yield MadeUpAgency(f"{here}-PLACEA", "First place", here, "shelter_provider")
            yield MadeUpAgency(f"{here}-PLACEB", "Second place", here, "shelter_provider")
        if self.has("request"):
            yield MadeUpAgency(f"{there}-HOME", "Partner", there, "receiving_counterpart")


def read_name(text: str) -> str:
    """The name of a pathway and of its folder.

    Raises:
        EngineError: it is not a valid name.
    """
    if not _NAME.fullmatch(text):
        raise CodedError(message("start.no_name", written=text))
    return text


def read_title(text: str) -> str:
    """The title of a pathway, in one line.

    Raises:
        EngineError: it is empty.
    """
    if not text.strip():
        raise CodedError(message("start.no_title"))
    return " ".join(text.split())


def read_effective(text: str) -> date:
    """The first day on which cases may be opened.

    Raises:
        EngineError: the text is not a day, or the day is in a year that is not supported.
    """
    if not _DAY.fullmatch(text):
        raise CodedError(message("start.no_day"))
    try:
        day = read_day(text)
    except ValueError:
        raise CodedError(message("start.never", written=text)) from None
    # The trial cases are played in the weeks after it.
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise CodedError(message("start.other_year", earliest=FIRST_YEAR, latest=LAST_YEAR - 1))
    return day


def read_sides(text: str) -> tuple[Side, ...]:
    """The sides in a text such as `host=GH,origin=NG`: first the side where cases open, then the
    other.

    Raises:
        EngineError: there is none or more than two, one is invalid, or both have the same name or
            country.
    """
    sides = tuple(_side(each) for each in words_of(text))
    if not 1 <= len(sides) <= 2:
        raise CodedError(message("start.one_or_two_sides"))
    if len({each.name for each in sides}) < len(sides):
        raise CodedError(message("start.same_side", side=sides[0].name))
    if len({each.country for each in sides}) < len(sides):
        raise CodedError(message("start.same_country", country=sides[0].country))
    return sides


def _side(text: str) -> Side:
    name, sign, country = (each.strip() for each in text.partition("="))
    country = country.upper()
    if not sign or not _NAME.fullmatch(name):
        raise CodedError(message("start.no_side", written=text))
    if not is_country(country):
        raise CodedError(message("start.country", what=fault_of_country(country)))
    return Side(name, country)


def read_parts(text: str, sides: Sequence[Side]) -> tuple[str, ...]:
    """The parts in a text such as `identification,follow_up`.

    Raises:
        EngineError: none is named, one is unknown or needs a second side, or `request` is missing
            although there are two sides.
    """
    parts = _known(text, "part", PARTS)
    crossing = [each for each in OVER_THE_BORDER if each in parts]
    if len(sides) == 1 and crossing:
        raise CodedError(message("start.needs_two_sides", part=crossing[0]))
    if len(sides) == 2 and "request" not in parts:
        raise CodedError(message("start.needs_request", side=sides[1].name))
    if not parts:
        raise CodedError(message("start.no_parts", known=PARTS))
    return parts


def parts_for(sides: Sequence[Side]) -> tuple[str, ...]:
    """All parts available to a pathway with these sides."""
    return tuple(each for each in PARTS if len(sides) == 2 or each not in OVER_THE_BORDER)


def read_roles(text: str) -> tuple[str, ...]:
    """The roles in a text such as `case_manager,supervisor`; none if the text is empty.

    Raises:
        EngineError: one is unknown.
    """
    return _known(text, "role", ROLES)


def read_zones(given: Sequence[str], sides: Sequence[Side]) -> dict[str, str]:
    """The zones in texts such as `US=America/New_York`, by country; one must be given for each
    country with several zones.

    Raises:
        EngineError: a side's country has several zones and none is given, a zone is given for
            another country or twice, or a text has no `=`.
    """
    zones: dict[str, str] = {}
    countries = [side.country for side in sides]
    for text in given:
        country, sign, zone = (each.strip() for each in text.partition("="))
        if not sign:
            raise CodedError(message("start.no_zone", written=text))
        country = country.upper()
        if country not in countries:
            raise CodedError(
                message(
                    "start.zone_of_none", written=text, country=country, countries=tuple(countries)
                )
            )
        if country in zones:
            raise CodedError(message("start.zone_twice", country=country))
        zones[country] = zone
    for side in sides:
        if side.country not in zones:
            try:
                zone_of(side.country)
            except CalendarError as error:
                raise CodedError(
                    message("start.several_zones", what=message_of(error), country=side.country)
                ) from None
    return zones


def words_of(text: str) -> list[str]:
    """The words of a text, separated by commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


def _known(text: str, kind: Literal["part", "role"], known: tuple[str, ...]) -> tuple[str, ...]:
    given = words_of(text)
    for each in given:
        if each not in known:
            raise CodedError(message(f"start.unknown_{kind}", missing=each, known=known))
    return tuple(each for each in known if each in given)
