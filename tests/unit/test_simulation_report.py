"""How a simulation is told: read in a window, in the tutorial, on paper."""

from __future__ import annotations

import pytest

from engine.loader import load_pathway
from engine.simulation import world
from engine.simulation.rates import Rates
from onward.simulation_report import show_report
from tests.factories import CALENDARS, REGISTRY
from tests.unit.test_simulation import PATHWAY

WINDOW = 110


def test_every_table_fits_into_the_window_of_the_tutorial(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is cut off or broken in two; what is known of an agency stands in two tables."""
    pathway = load_pathway(PATHWAY)
    rates = Rates(rates="trial")
    show_report(world.simulate(pathway, REGISTRY, CALENDARS, rates, cases=40, seed=1))
    lines = capsys.readouterr().out.splitlines()
    tables = [line for line in lines if "   " in line or "──" in line]
    assert len(tables) > 20
    assert max(map(len, tables)) <= WINDOW
    assert sum(line.split()[:1] == ["agency"] for line in tables) == 2
    assert not any("…" in line for line in lines)
