"""Whoever opens a case knows of it; a second agency of the same role is noted, where nothing covers it."""

from __future__ import annotations

import pytest

from engine.agencies.registry import Agency, Registry
from engine.checks.cover_rules import second_agencies
from engine.checks.faults import Fault
from engine.errors import DefinitionError
from engine.loader import load_pathway
from tests.factories import HEAD
from tests.told import advice, sentence

STEPS = """
stages:
  one:
    steps:
      talk: {by: screener, form: [risk]}
      plan: {by: manager, after: talk}
      tell: {by: screener, after: plan}
    then: end done
"""
COVER = "\nbases: {law: {ground: statutory, source: The law, to: manager}}\n"


def notes(body: str, cover: str = COVER) -> list[Fault]:
    return second_agencies(load_pathway(HEAD + cover + body).definition)


def test_it_is_noted_once_where_its_work_may_pass_on_first() -> None:
    (note,) = notes(STEPS)
    assert note.path == ("stages", "one", "steps", "talk", "by", 0)
    assert sentence(note) == (
        "nothing lets a second agency with the role `screener` know of the case: if the agency that"
        " opened the case declines `talk`, the step goes to the responsible agency"
    )
    assert "name `screener` in the `to` of a basis" in advice(note)


def test_where_nothing_passes_on_or_something_covers_it_there_is_no_note() -> None:
    first_stays = STEPS.replace("by: screener", "passes_on: no, by: screener", 1)
    assert [note.path[3] for note in notes(first_stays)] == ["tell"]
    assert notes(STEPS.replace("by: screener", "passes_on: no, by: screener")) == []
    assert notes(STEPS, COVER.replace("manager", "[manager, screener]")) == []


def test_where_the_registry_has_one_agency_of_the_type_in_a_country_nobody_is_second() -> None:
    definition = load_pathway(HEAD + COVER + STEPS).definition
    one = Registry((Agency(code="GH-1", name="One", country="GH", roles=("desk",)),))
    another = Agency(code="NG-1", name="Another", country="NG", roles=("desk",))
    two = Agency(code="GH-2", name="Two", country="GH", roles=("desk",))
    assert second_agencies(definition, Registry((*one.agencies, another))) == []
    assert len(second_agencies(definition, Registry((*one.agencies, two)))) == 1


def test_the_same_type_in_another_country_opens_no_cases() -> None:
    """So something has to cover it, like everybody else."""
    head = HEAD.replace("home: partner @ origin", "home: desk @ origin")
    body = STEPS.replace("by: screener, after: plan", "by: home, after: plan")
    with pytest.raises(DefinitionError) as caught:
        load_pathway(head + COVER + body)
    said = [sentence(each) for each in caught.value.problems]
    assert said == [
        "nothing ever lets `home` hear of the case: no consent and no basis names it under `to`"
    ]
