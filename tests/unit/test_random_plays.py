"""What a play by chance comes to, a complete walk of its pathway comes to as well."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.pathway import Pathway
from tests.random_pathways import pathways
from tests.random_plays import refused_though_reached
from tests.random_short_pathways import short_pathway


def test_what_a_play_reaches_a_complete_walk_reaches() -> None:
    """Whoever has which role, whatever is done or left undone, and whenever."""
    trials = {number: short_pathway(number) for number in range(60)}
    found = [
        refused_though_reached(trial, number, 1_000) for number, trial in trials.items() if trial
    ]
    assert [way for _, ways in found for way in ways] == []
    assert sum(proof.complete for proof, _ in found) > len(found) * 3 / 4


@settings(
    max_examples=8,
    derandomize=True,
    phases=[Phase.generate],
)
@given(pathways(), st.integers(0, 2**32))
def test_no_pathway_with_all_constructs_is_refused_for_what_a_play_reaches(
    trial: Pathway, number: int
) -> None:
    """Where not all can be walked, nothing is claimed."""
    _, ways = refused_though_reached(trial, number, 300)
    assert ways == []
