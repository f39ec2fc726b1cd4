"""Which types of roles a registry keeps in different hands, and who holds two of them all the same."""

from __future__ import annotations

import pytest

from engine.agencies.file import load_registry
from engine.errors import DefinitionError

REGISTRY = """\
registry: example
agencies:
  GH-A:
    name: First
    country: GH
    roles: [case_manager, supervisor]
    staff: {a-1: {roles: [case_manager, supervisor]}}
    from: 2020-01-01
    until: 2026-06-30
  GH-B:
    name: Second
    country: GH
    roles: [case_manager, legal_aid]
countries:
  GH: {}
"""


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "{role: legal_aid, from: any}",
            "agencies.yaml:13:12: finding.roles_apart.both who=GH-B roles=[legal_aid, case_manager]",
        ),
        (
            "{role: case_manager, from: supervisor, between: persons}",
            "agencies.yaml:7:18: finding.roles_apart.both who=a-1 roles=[case_manager, supervisor]",
        ),
        (
            "{role: legal_aide, from: case_manager}",
            "agencies.yaml:17:12: finding.roles_apart.no_holder role=legal_aide known=(known.near near=legal_aid)",
        ),
        (
            "{role: legal_aid, from: [legal_aid]}",
            "agencies.yaml:17:29: finding.roles_apart.from_itself role=legal_aid",
        ),
    ],
)
def test_roles_that_are_to_be_in_different_hands_are_in_no_two(rule: str, said: str) -> None:
    """The place is that of who holds both."""
    with pytest.raises(DefinitionError) as raised:
        load_registry(f"{REGISTRY}separation:\n  - {rule}\n")
    assert [str(each) for each in raised.value.problems] == [said]


def test_what_is_kept_apart_in_one_case_may_be_held_by_one_agency() -> None:
    """It is looked at in each case; `any` is every other type that some agency holds."""
    rules = "separation:\n  - {role: supervisor, from: any, within: case}\n"
    loaded = load_registry(REGISTRY + rules).registry
    assert loaded.agencies_apart == {
        "supervisor": {"case_manager", "legal_aid"},
        "case_manager": {"supervisor"},
        "legal_aid": {"supervisor"},
    }
    assert loaded.persons_apart == {}


def test_what_is_kept_apart_at_all_is_kept_apart_in_each_case_too() -> None:
    """An agency may have had the other role in a case before it lost it in the registry."""
    rules = """separation:
  - {role: legal_aid, from: supervisor}
  - {role: case_manager, from: legal_aid, between: persons}
"""
    loaded = load_registry(REGISTRY + rules).registry
    assert loaded.agencies_apart == {"legal_aid": {"supervisor"}, "supervisor": {"legal_aid"}}
    assert loaded.persons_apart == {"legal_aid": {"case_manager"}, "case_manager": {"legal_aid"}}
