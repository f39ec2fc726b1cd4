"""Values that fall between branches, and values that fit two of them, are told as notes."""

from __future__ import annotations

import pytest

from engine.proofs import prove
from tests.factories import pathway
from tests.told import sentence

HEAD = """
stages:
  first:
    steps:
      ask: {by: screener, form: [risk, married]}
"""
END = """
    then: end done
"""


def notes(*steps: str) -> list[str]:
    lines = "".join(f"      {step}\n" for step in steps)
    return [sentence(note) for note in prove(pathway(HEAD + lines + END.lstrip("\n"))).notes]


def step(name: str, when: str, more: str = "otherwise: skip") -> str:
    return f"{name}: {{by: screener, after: ask, when: {when}, {more}}}"


def test_a_value_that_no_branch_takes_is_named() -> None:
    """A split by one field with a gap in it."""
    assert notes(step("a", "risk = low"), step("b", "risk = high")) == [
        "where `risk` is medium, none of these is taken: `a`, `b`"
    ]


def test_a_split_without_gap_is_silent() -> None:
    """All values, each once."""
    assert notes(step("a", "risk < high"), step("b", "risk = high")) == []
    assert notes(step("a", "married"), step("b", "not married")) == []


def test_what_ends_the_case_otherwise_has_no_gap() -> None:
    """The value leads somewhere."""
    ends = "otherwise: end stays"
    assert notes(step("a", "risk = low", ends), step("b", "risk = high", ends)) == []


@pytest.mark.parametrize("other", ["risk = high", "risk >= medium"])
def test_what_is_done_together_is_no_overlap(other: str) -> None:
    """Two steps for the same, or one that goes further than the other."""
    assert notes(step("a", "risk = high"), step("b", other)) == []


def test_a_partial_overlap_is_named() -> None:
    """Neither includes the other: perhaps one of the bounds is wrong."""
    assert notes(step("a", "risk <= medium"), step("b", "risk >= medium")) == [
        "`a` and `b` both fit where `risk` is medium"
    ]


def test_parts_that_each_leave_out_one_value_do_not_overlap_by_mistake() -> None:
    """Each member of a panel is asked unless it is about themselves."""
    assert (
        notes(step("a", "risk != low"), step("b", "risk != medium"), step("c", "risk != high"))
        == []
    )


def test_of_a_choice_every_overlap_by_one_field_is_named() -> None:
    """The second is not taken there, whoever wrote it."""
    found = notes(
        "a: {by: screener, after: ask, one_of: way, when: risk >= medium}",
        "b: {by: screener, after: ask, one_of: way, when: risk = high, otherwise: skip}",
    )
    assert found == [
        "where `risk` is low, none of these is taken: `a`, `b`",
        "`a` and `b` both fit where `risk` is high",
    ]
