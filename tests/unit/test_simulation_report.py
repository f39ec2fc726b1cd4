"""How a simulation is told: read in a window, in the tutorial, on paper."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from engine.loader import load_pathway
from engine.simulation import world
from engine.simulation.rates import Rates
from engine.simulation.results import AgencyWaitRow, Results, WaitRow
from onward.simulation.report import busiest, latest, show_report, slowest
from tests.factories import CALENDARS, MONDAY, REGISTRY
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


def test_the_tables_have_every_line_that_a_chart_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """An agency that is seldom busy and always late, a step that nobody waits for and is late."""
    agencies = [_agency(number) for number in range(40)]
    steps = [WaitRow(**_waited(f"step_{number}", number)) for number in range(70)]
    results = Results(
        pathway="trial",
        version=1,
        cases=40,
        seed=1,
        first=MONDAY.date(),
        last=MONDAY.date(),
        cases_a_week=1,
        ends=(),
        steps=tuple(steps),
        agencies=tuple(agencies),
        sides=(),
        guessed=(),
        left_undone=0,
        turns=0,
    )
    show_report(results)
    said = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()}
    charted = {each.name for each in (*slowest(steps), *latest(steps), *slowest(agencies))}
    charted |= {each.name for each in (*latest(agencies), *busiest(agencies))}
    assert {"step_0", "step_69", "GH-0", "GH-39"} <= charted
    assert charted <= said
    assert "step_35" not in said


def _waited(name: str, number: int) -> dict[str, Any]:
    """The higher the number, the longer it takes and the less it is late."""
    days = float(number)
    return {
        "name": name,
        "done": 10,
        "days_median": days,
        "days_p90": days,
        "line_days_median": 0.0,
        "line_days_p90": 0.0,
        "with_due": 10,
        "late_share": 1 - number / 100,
    }


def _agency(number: int) -> AgencyWaitRow:
    used = number / 100
    return AgencyWaitRow(
        **_waited(f"GH-{number}", number), people=1, used_share=used, line_mean=0.0, line_longest=0
    )


def test_what_draws_them_hides_no_missing_module() -> None:
    """Much that is loaded later looks for parts that need not be there, and goes on without them."""
    import_module("onward.simulation.charts")
    with pytest.raises(ModuleNotFoundError):
        import_module("nowhere_to_be_found")
