"""Scenarios: cases played on a virtual clock, with the results expected on the way."""

from engine.scenarios.file import Expect, Play, Scenario
from engine.scenarios.suite import Miss, Played, Scenarios, load_scenarios

__all__ = ["Expect", "Miss", "Play", "Played", "Scenario", "Scenarios", "load_scenarios"]
