"""What is offered is what is accepted: lists of what may be done and `decide` are of one mind, whatever
has happened."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine import commands as c
from engine.pathway import Pathway
from tests.random_pathways import pathways
from tests.random_plays import Play
from tests.random_proposals import accepted, offered
from tests.random_short_pathways import short_pathway
from tests.source_code import modules

WITHOUT_FORM = (
    *(c.Claim, c.Accept, c.Decline, c.Reassign, c.Skip, c.OpenStep),
    *(c.Prohibit, c.Permit, c.Extend, c.Shorten, c.Reopen),
)
"""What is asked of `decide` itself."""


def disagreements(trial: Pathway, number: int, moves: int, seen: set[str]) -> list[str]:
    """What is offered and refused, or accepted and not offered, at a third of the moments of a play.

    Args:
        seen: The acts that both have let be done.
    """
    chance, found = Random(number), list[str]()
    play = Play(trial, chance)
    for _ in range(moves):
        play.settle()
        is_over = play.state.status != "open"
        if is_over or chance.random() < 0.33:
            listed, possible = offered(play), accepted(play, chance)
            seen |= {act for _, act, _ in listed & possible}
            found += [f"{number}: {each} is offered, {play.log}" for each in listed - possible]
            found += [f"{number}: {each} is accepted, {play.log}" for each in possible - listed]
        if is_over:
            break
        play.move()
    return found


def test_in_a_short_pathway_what_is_offered_is_what_is_accepted() -> None:
    """Of every agency, act and subject, with some answers."""
    trials = {number: short_pathway(number) for number in range(60)}
    found = [disagreements(trial, number, 16, set()) for number, trial in trials.items() if trial]
    assert len(found) > 20
    assert [each for some in found for each in some] == []


def test_in_a_pathway_with_all_constructs_what_is_offered_is_what_is_accepted() -> None:
    """The same, with panels, requests of all kinds, series and rounds, and acts beside the course of a case."""
    seen: set[str] = set()

    @settings(max_examples=130, derandomize=True, phases=[Phase.generate])
    @given(pathways(), st.integers(0, 2**32))
    def holds(trial: Pathway, number: int) -> None:
        assert disagreements(trial, number, 16, seen) == []

    holds()
    assert seen >= {each.__name__ for each in WITHOUT_FORM}


def test_nobody_else_lists_what_may_be_done(project_root: Path) -> None:
    """What a walk, a simulation or a rehearsal tries is taken from the two lists, by a rule of its own."""
    sources = [
        (name, source)
        for room in ("engine", "casework", "flows", "onward")
        for name, source in modules(project_root / room)
        if "from engine.choices import" in source
    ]
    makers = {
        name
        for name, source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("PossibleAct")
    }
    assert len(sources) > 5
    assert makers == {"engine/offering.py"}
