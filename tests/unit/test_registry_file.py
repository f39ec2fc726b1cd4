"""A registry is read, or refused with places."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import DefinitionError
from engine.registry_file import load_registry

REGISTRY = """\
registry: example
agencies:
  GH-A:
    name: First
    country: GH
    roles: [case_manager]
    from: 2020-01-01
    until: 2026-06-30
  GH-B:
    name: Second
    country: GH
    roles: [case_manager, legal_aid]
countries:
  GH: {}
"""


def test_the_order_of_the_file_is_the_order_of_asking() -> None:
    """An agency is asked only on days on which it takes work; the last day counts."""
    registry = load_registry(REGISTRY).registry

    def asked(day: date, without: tuple[str, ...] = ()) -> list[str]:
        return [each.code for each in registry.candidates("case_manager", "GH", day, without)]

    assert asked(date(2026, 6, 30)) == ["GH-A", "GH-B"]
    assert asked(date(2026, 7, 1)) == ["GH-B"]
    assert asked(date(2026, 6, 30), without=("GH-A",)) == ["GH-B"]
    assert registry.candidates("case_manager", "NG", date(2026, 6, 30)) == []


def test_a_country_with_one_zone_need_not_say_it() -> None:
    """The zone comes from the tables of the time zone database."""
    assert load_registry(REGISTRY).zones == {"GH": "Africa/Accra"}


def test_a_registry_may_correct_the_calendar_of_its_country() -> None:
    """A holiday declared late, one that is none, a worked weekend and a weekend by law all count."""
    own = """{holidays: {2026-03-23: Declared on the 19th}, no_holidays: [2026-03-06],
       worked: [2026-03-07], weekends: [{from: 2026-06-01, days: [friday, saturday]}]}"""
    edition = load_registry(REGISTRY.replace("GH: {}", f"GH: {own}")).edition(
        "GH", (2026, 2027), "x"
    )
    usual = load_registry(REGISTRY).edition("GH", (2026, 2027), "x")

    def works(day: str) -> tuple[bool, bool]:
        return usual.is_working(date.fromisoformat(day)), edition.is_working(
            date.fromisoformat(day)
        )

    assert works("2026-03-23") == (True, False)
    assert works("2026-03-06") == (False, True)
    assert works("2026-03-07") == (False, True)
    assert works("2026-06-05") == (True, False)
    assert works("2026-06-07") == (False, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "country: GH\n    roles: [case_manager]",
            "country: NG\n    roles: [case_manager]",
            "5:14",
        ),
        ("  GH-A:", "  gh_a:", "3:3"),
        ("    until: 2026-06-30", "    untill: 2026-06-30", "8:5"),
        ("roles: [case_manager]\n", "roles: []\n", "6:12"),
        ("  GH: {}", "  GH: {zone: Africa/Nowhere}", "14:14"),
    ],
)
def test_a_fault_is_told_at_its_place(old: str, new: str, said: str) -> None:
    """Each at its line and column, with the file's name."""
    with pytest.raises(DefinitionError) as caught:
        load_registry(REGISTRY.replace(old, new), "agencies.yaml")

    assert [str(each.place) for each in caught.value.problems] == [f"agencies.yaml:{said}"]
