"""How many cases of the library's adult return one core simulates a minute, and against what floor.

The floor is the engine alone: the very turns of the simulation, decided again with nothing around
them. What is above it is the cost of people, lines and measures.

Run it alone: `python -m tests.benchmarks.simulated_cases`; as a test: `pytest` with its path.
"""

from __future__ import annotations

from contextlib import suppress
from time import process_time
from typing import Any

import pytest

from engine.agencies.file import load_registry
from engine.decide import Decision, decide
from engine.errors import Refusal
from engine.simulation import world
from engine.simulation.openings import years_of
from engine.simulation.rates_file import load_rates
from engine.simulation.results import Results
from tests.played import LIBRARY, adult_return

CASES = 1000
CASES_A_MINUTE = 10_000
"""What is aimed at, on one core that is not shared."""
AT_LEAST_RATIO = 0.5
"""Of the floor: so little is spent on anything but deciding."""


def simulated(cases: int, decided: Any = decide) -> tuple[Results, float]:
    """The results, and the seconds of processor time that they took."""
    pathway = adult_return()
    known = load_registry((LIBRARY / "agencies.yaml").read_text(encoding="utf-8"), "agencies.yaml")
    text = (LIBRARY / "adult_return.rates.yaml").read_text(encoding="utf-8")
    rates = load_rates(text, "adult_return.rates.yaml", pathway, known.registry)
    calendars = known.calendars(*years_of(pathway, rates, cases, world.HORIZON))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(world, "decide", decided)
        began = process_time()
        results = world.simulate(pathway, known.registry, calendars, rates, cases=cases, seed=1)
    return results, process_time() - began


def floor(cases: int) -> float:
    """Seconds for the decisions alone."""
    asked: list[Any] = []

    def recorded(*arguments: Any) -> Decision:
        asked.append(arguments)
        return decide(*arguments)

    simulated(cases, recorded)
    began = process_time()
    for arguments in asked:
        with suppress(Refusal):  # what was refused then is refused again
            decide(*arguments)
    return process_time() - began


def test_most_of_the_time_of_a_simulation_is_spent_deciding() -> None:
    """The ratio to the floor, which no other load on the machine moves much."""
    _, seconds = simulated(CASES)
    assert floor(CASES) / seconds >= AT_LEAST_RATIO


def main() -> None:
    results, seconds = simulated(CASES)
    bare = floor(CASES)
    print(
        f"{CASES} cases, {results.turns} turns in {seconds:.1f} s:"
        f" {CASES / seconds * 60:,.0f} cases a minute (aim: {CASES_A_MINUTE:,});"
        f" bare decide {results.turns / bare:,.0f} a second, {CASES / bare * 60:,.0f} cases a minute;"
        f" ratio {bare / seconds:.2f}"
    )


if __name__ == "__main__":
    main()
