"""Whose days count: those of a side, of who holds a role, or of a part of a country."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Registry
from engine.facts import PeriodNotCounted
from engine.time.calendars import Calendars, Edition, Holiday
from tests.factories import CALENDARS, CARE, CARE2, DESK, REGISTRY, WEEKEND, Case
from tests.periods import day

NORTH = Edition(
    id="GH-NP-plain",
    country="GH",
    subdivision="NP",
    zone="UTC",
    covers=(2000, 2060),
    weekends=WEEKEND,
    holidays=(Holiday(date(2026, 3, 4)),),
)
"""A part of Ghana that rests on Wednesday 4 March."""
PARTS = Calendars((*CALENDARS.editions, NORTH))
IN_THE_NORTH = Registry(
    tuple(
        replace(each, subdivision="NP") if each.code == CARE2 else each
        for each in REGISTRY.agencies
    )
)
BODY = """
stages:
  start:
    steps:
      talk: {by: screener, due: {time: 3 working days, calendar: %s}}
      care: {by: manager}
    then: end done
"""


def opened(calendar: str, manager: str = CARE, calendars: Calendars = PARTS) -> Case:
    roles = {"manager": manager}
    return Case(BODY % calendar, registry=IN_THE_NORTH, calendars=calendars, roles=roles)


def test_a_part_of_a_country_is_named_by_its_code() -> None:
    """Whoever does it, wherever they stand."""
    assert opened("host").task("talk.1").due_at == day("2026-03-05")
    assert opened("GH-NP").task("talk.1").due_at == day("2026-03-06")
    clock = opened("[host, GH-NP]").state.clocks["talk.1:due"]
    assert (clock.at, clock.editions) == (day("2026-03-06"), ("GH-plain", "GH-NP-plain"))


def test_a_country_that_is_no_side_is_named_by_its_code() -> None:
    """A consulate of a third country keeps its own feasts."""
    togo = replace(CALENDARS.edition("TG"), holidays=(Holiday(date(2026, 3, 3)),))
    others = tuple(each for each in PARTS.editions if each.country != "TG")
    case = opened("TG", calendars=Calendars((*others, togo)))
    assert case.task("talk.1").due_at == day("2026-03-06")


def test_the_days_of_a_role_are_those_of_where_its_holder_stands() -> None:
    """In a country whose parts have days of their own, the case decides."""
    assert opened("manager", CARE).task("talk.1").due_at == day("2026-03-05")
    assert opened("manager", CARE2).task("talk.1").due_at == day("2026-03-06")
    assert opened("responsible").task("talk.1").due_at == day("2026-03-05")


def test_a_period_waits_for_the_holder_of_the_role_whose_days_count() -> None:
    """It is counted from its opening as soon as that is known."""
    later = """
stages:
  start:
    steps:
      talk: {by: screener, due: {time: 3 working days, calendar: manager}}
      ask: {by: screener, form: [risk]}
      care: {by: manager, after: ask}
    then: end done
"""
    case = Case(later, registry=IN_THE_NORTH, calendars=PARTS)
    assert case.task("talk.1").due_at is None
    case.do(c.Complete(task="ask.1", answers={"risk": "low"}), DESK, hours=30)
    assert case.task("talk.1").due_at == day("2026-03-05")


def test_a_place_that_the_registry_has_no_calendar_for_is_told_by_its_name() -> None:
    """The case goes on; who answers for it hears which calendar is missing."""
    without = BODY.replace("talk: {by: screener,", "talk: {by: screener, after: care,")
    case = Case(without % "GH-AH", registry=IN_THE_NORTH, calendars=PARTS)
    case.complete("care.1", CARE)
    assert [f.calendar for f in case.last if isinstance(f, PeriodNotCounted)] == ["GH-AH"]
    assert case.task("talk.1").due_at is None
