"""Notes on places whose days a period counts, and of which the registry has no days."""

from __future__ import annotations

import pytest

from engine.checking import check
from engine.errors import Place
from engine.message import finding
from engine.templates import Source, alone, nothing_around
from tests.factories import HEAD, with_law

BODY = """
clocks:
  limit: {time: 5 working days after talk.done, calendar: CALENDAR}
stages:
  start:
    steps:
      talk: {by: screener}
      appeal: {by: manager, after: talk, due: limit}
    then: end done
"""
REGISTRY = """
registry: trial
countries: {GH: {}, GB: {subdivisions: {SCT: {}}}}
agencies:
  GH-DESK: {name: Front desk, country: GH, roles: [desk, care]}
"""
TEXT = with_law(HEAD.replace("stays: neutral, gone: withdrawn", "") + BODY)


def notes(calendar: str, registry: str | None = REGISTRY) -> list[tuple[Place, object]]:
    text = TEXT.replace("CALENDAR", calendar)
    beside = Source("agencies.yaml", registry) if registry else None
    found = check(text, "trial.yaml", alone, nothing_around, registry=beside)
    assert found.problems == ()
    code = "finding.calendar.not_in_registry"
    return [(each.place, each.message) for each in found.notes if each.message.code == code]


@pytest.mark.parametrize("calendar", ["[host, TG]", "[GH, TG]"])
def test_a_place_that_the_registry_does_not_name_is_noted_where_the_period_names_it(
    calendar: str,
) -> None:
    line = next(n for n, each in enumerate(TEXT.splitlines(), 1) if "CALENDAR" in each)
    ((place, said),) = notes(calendar)
    column = TEXT.splitlines()[line - 1].index("CALENDAR") + calendar.index("TG") + 1
    assert place == Place("trial.yaml", line, column)
    assert said == finding(
        "calendar.not_in_registry", place="TG", file="agencies.yaml", entry="TG: {}"
    )


def test_a_part_of_a_country_has_days_where_the_registry_names_it() -> None:
    assert not notes("GB-SCT")
    ((_, said),) = notes("GB-NIR")
    assert said == finding(
        "calendar.not_in_registry",
        place="GB-NIR",
        file="agencies.yaml",
        entry="GB: {subdivisions: {NIR: {}}}",
    )


@pytest.mark.parametrize(
    ("calendar", "registry"),
    [("host", REGISTRY), ("GH", REGISTRY), ("TG", None), ("TG", "registry: of no use")],
)
def test_nothing_is_said_of_a_known_place_or_without_a_registry_that_can_be_read(
    calendar: str, registry: str | None
) -> None:
    """Sides and roles are in whichever country an answer says; what is wrong with a registry, others say."""
    assert not notes(calendar, registry)
