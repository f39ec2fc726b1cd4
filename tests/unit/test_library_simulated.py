"""Each pathway of the library, happening by chance with the rates that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.agencies.file import load_registry
from engine.loader import checked
from engine.simulation.openings import years_of
from engine.simulation.rates_file import load_rates
from engine.simulation.world import HORIZON, simulate
from onward.authoring.pathway_files import RATES, REGISTRY, pathway_files, read, whole

LIBRARY = Path(__file__).parents[2] / "pathways"
FILES = list(pathway_files([LIBRARY]))
CASES = 60


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_cases_happen_and_come_to_ends_of_several_kinds(file: Path) -> None:
    """Nothing is refused in whatever way it is tried, most cases end within four years, some of them well."""
    pathway = checked(whole(file))
    registry = load_registry(read(file.with_name(REGISTRY)), REGISTRY)
    rates = file.with_name(file.stem + RATES)
    written = load_rates(read(rates), rates.name, pathway, registry.registry)
    calendars = registry.calendars(*years_of(pathway, written, CASES, HORIZON))
    found = simulate(pathway, registry.registry, calendars, written, cases=CASES, seed=1)
    ends = {row.name: row.cases for row in found.ends}
    assert sum(ends.values()) == CASES
    assert found.left_undone == 0
    assert ends.get("", 0) <= CASES / 10
    kinds = {pathway.ends[name].kind for name in ends if name}
    assert {"success", "neutral", "failure"} <= kinds


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_rates_say_that_they_are_assumed(file: Path) -> None:
    """No number without a source goes for one that has a source."""
    text = read(file.with_name(file.stem + RATES))
    assert "No source stands behind these numbers. They are made up" in text
