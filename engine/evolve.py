"""Applies facts to the state, one by one; each fact itself knows what it changes."""

from __future__ import annotations

from collections.abc import Iterable

from engine.facts import Fact
from engine.state import State


def evolve(state: State, fact: Fact) -> State:
    """The state after a fact."""
    return fact.change(state)


def replay(facts: Iterable[Fact], state: State | None = None) -> State:
    """The state that facts lead to, from an earlier state or, without one, from a new case."""
    state = state or State()
    for fact in facts:
        state = evolve(state, fact)
    return state
