"""The pathways of the library: they load, their scenarios pass, and nothing in them is untried."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from engine.coverage import coverage
from engine.definition import Series, Time
from engine.evolve import replay
from engine.facts import InterruptRaised
from engine.loader import load_pathway
from engine.pathway import Pathway
from engine.scenarios import Played, load_scenarios
from onward.authoring import play_all
from onward.reading import pathway_files

LIBRARY = Path(__file__).parents[2] / "pathways"
FILES = list(pathway_files([LIBRARY]))


def _names(file: Path) -> list[str]:
    beside = file.with_name(f"{file.stem}.scenarios.yaml")
    return load_scenarios(beside.read_text(encoding="utf-8"), str(beside)).names


SCENARIOS = [pytest.param(file, name, id=name) for file in FILES for name in _names(file)]
each_pathway = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@cache
def _pathway(file: Path) -> Pathway:
    return load_pathway(file.read_text(encoding="utf-8"), str(file))


@cache
def _played(file: Path) -> dict[str, Played]:
    return {played.name: played for played in play_all(file, None)}


@pytest.mark.parametrize(("file", "name"), SCENARIOS)
def test_a_scenario_of_the_library_passes(file: Path, name: str) -> None:
    """Everything that it expects is seen."""
    misses = _played(file)[name].misses
    assert not misses, "\n".join(str(miss.problem) for miss in misses)


@pytest.mark.parametrize(("file", "name"), SCENARIOS)
def test_the_facts_of_a_scenario_alone_give_its_state(file: Path, name: str) -> None:
    """Replaying the log leads to where the case stands."""
    played = _played(file)[name]
    facts = [fact for decision in played.decisions for fact in decision.facts]
    assert replay(facts) == played.state


@each_pathway
def test_each_number_of_a_pathway_says_where_it_comes_from(file: Path) -> None:
    """A clock cites its source or is marked as our assumption, never both."""
    times = list(_times(_pathway(file).definition))
    assert times
    assert [str(each) for each in times if bool(each.source) == each.assumed] == []


def _times(entry: object) -> Iterator[Time | Series]:
    if isinstance(entry, Time | Series):
        yield entry
    if isinstance(entry, BaseModel):
        for name in type(entry).model_fields:
            yield from _times(getattr(entry, name))
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from _times(value)


@each_pathway
def test_each_way_through_a_pathway_is_walked_in_a_scenario(file: Path) -> None:
    """No outcome, no silence, no lateness and no taking back is untried."""
    facts = [
        fact
        for played in _played(file).values()
        for decision in played.decisions
        for fact in decision.facts
    ]
    assert [str(way) for way in coverage(_pathway(file), facts).missing] == []


@each_pathway
def test_each_end_of_a_pathway_is_reached_in_a_scenario(file: Path) -> None:
    """No way out of a pathway is untried."""
    reached = {played.state.end for played in _played(file).values()}
    assert set(_pathway(file).definition.ends) - reached == set()


@each_pathway
def test_each_interrupt_of_a_pathway_rises_in_a_scenario(file: Path) -> None:
    """What may happen at any time is tried at some time."""
    risen = {
        fact.name
        for played in _played(file).values()
        for decision in played.decisions
        for fact in decision.facts
        if isinstance(fact, InterruptRaised)
    }
    assert set(_pathway(file).definition.interrupts) - risen == set()


@each_pathway
def test_each_step_of_a_pathway_opens_in_a_scenario(file: Path) -> None:
    """No step is there that no scenario comes to."""
    opened = {step for played in _played(file).values() for step in played.state.runs}
    assert set(_pathway(file).steps) - opened == set()
