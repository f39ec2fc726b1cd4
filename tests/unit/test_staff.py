"""Staff stand in the registry file: roles, first and last day, and a deputy."""

from __future__ import annotations

from datetime import date

import pytest

from engine.agencies.duties import Duty
from engine.agencies.file import load_registry
from engine.agencies.registry import Agency, StaffMember
from engine.errors import DefinitionError

REGISTRY = """\
registry: example
agencies:
  GH-A:
    name: First
    country: GH
    roles: [case_manager, supervisor]
    staff:
      a-1: {roles: [supervisor], deputy: a-2, from: 2026-02-01, until: 2026-06-30}
      a-2: {deputy: a-3}
      a-3: {}
  GH-B:
    name: Second
    country: GH
    roles: [legal_aid]
countries:
  GH: {}
"""


def first(text: str = REGISTRY) -> Agency:
    return load_registry(text).registry.by_code["GH-A"]


def test_an_entry_says_roles_days_and_deputy() -> None:
    """Without roles of their own somebody has all of the agency's."""
    assert first().staff == (
        StaffMember(
            code="a-1",
            roles=("supervisor",),
            valid_from=date(2026, 2, 1),
            valid_until=date(2026, 6, 30),
            deputy="a-2",
        ),
        StaffMember(code="a-2", roles=("case_manager", "supervisor"), deputy="a-3"),
        StaffMember(code="a-3", roles=("case_manager", "supervisor")),
    )


@pytest.mark.parametrize("duty", Duty)
def test_each_duty_is_a_word_of_its_own(duty: Duty) -> None:
    said, said_not = (
        first(REGISTRY.replace("a-3: {}", f"a-3: {{{duty}: {word}}}")).staff[-1].duties
        for word in ("yes", "no")
    )
    assert (said, said_not) == (frozenset({duty}), frozenset())


@pytest.mark.parametrize(
    ("day", "is_valid"),
    [("2026-01-31", False), ("2026-02-01", True), ("2026-06-30", True), ("2026-07-01", False)],
)
def test_somebody_is_in_force_from_the_first_day_to_the_last(day: str, is_valid: bool) -> None:
    """As an agency is; without days, always."""
    at_first, always, _ = first().staff
    assert at_first.is_valid(date.fromisoformat(day)) is is_valid
    assert always.is_valid(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        (
            "roles: [supervisor]",
            "roles: [supervisor, legal_aid]",
            "8:33: finding.staff.no_such_role agency=GH-A role=legal_aid roles=[case_manager, supervisor]",
        ),
        (
            "until: 2026-06-30",
            "until: 2026-01-31",
            "8:72: finding.staff.ends_too_soon",
        ),
        (
            "deputy: a-3",
            "deputy: a-4",
            "9:21: finding.staff.no_deputy agency=GH-A missing=a-4 known=(known.near near=a-3)",
        ),
        (
            "deputy: a-3",
            "deputy: somebody",
            "9:21: finding.staff.no_deputy agency=GH-A missing=somebody known=(known.all names=[a-1, a-3])",
        ),
        ("deputy: a-3", "deputy: a-2", "9:21: finding.staff.own_deputy person=a-2"),
        ("a-3: {}", "Ama Mensah: {}", "10:7: finding.pattern.staff"),
        ("a-3: {}", f"{'a' * 81}: {{}}", "10:7: finding.shape.long_name limit=80"),
    ],
)
def test_an_entry_that_cannot_be_right_is_found_at_its_place(
    written: str, instead: str, said: str
) -> None:
    """A deputy is a colleague, and in the end somebody is there."""
    text = REGISTRY.replace(written, instead)
    with pytest.raises(DefinitionError) as raised:
        load_registry(text)
    assert f"agencies.yaml:{said}" in [str(each) for each in raised.value.problems]


def test_two_who_stand_in_for_each_other_have_nobody_while_both_are_away() -> None:
    """As the two desks of a small agency do."""
    text = REGISTRY.replace("a-2: {deputy: a-3}", "a-2: {deputy: a-3, until: 2026-07-31}")
    agency = first(text.replace("a-3: {}", "a-3: {deputy: a-2, until: 2026-08-31}"))
    assert agency.stands_in("a-3", "a-2", date(2026, 8, 1))
    assert not agency.stands_in("a-3", "a-2", date(2026, 9, 1))
    assert not agency.stands_in("a-2", "a-3", date(2026, 9, 1))


def test_a_deputy_is_away_too_so_theirs_stands_in() -> None:
    """Nobody stands in for somebody who is there."""
    agency = first(REGISTRY.replace("a-2: {deputy: a-3}", "a-2: {deputy: a-3, until: 2026-07-31}"))
    assert not agency.stands_in("a-2", "a-1", date(2026, 6, 30))
    assert agency.stands_in("a-2", "a-1", date(2026, 7, 1))
    assert not agency.stands_in("a-3", "a-1", date(2026, 7, 1))
    assert agency.stands_in("a-3", "a-1", date(2026, 8, 1))
    assert not agency.stands_in("a-2", "a-1", date(2026, 8, 1))
    assert not agency.stands_in("a-1", "a-3", date(2026, 8, 1))
    assert not agency.stands_in("a-2", "nobody", date(2026, 8, 1))
