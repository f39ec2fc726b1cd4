"""Alerts between linked cases: what follows if nobody may hear one."""

from __future__ import annotations

from collections.abc import Iterable

from engine.acts.linking import AlertHeard
from engine.facts import Fact
from engine.turns.turn import Turn
from engine.view import View


def is_told(facts: Iterable[Fact]) -> bool:
    """Whether an alert has reached somebody."""
    return any(isinstance(each, AlertHeard) and each.told for each in facts)


def unheard(view: View) -> tuple[Fact, ...]:
    """The facts for a case whose alert nobody working on a linked case may hear: its own
    responsible agency is told to look.
    """
    turn = Turn.on(view)
    turn.tell(turn.state.responsible, "attention", "case", "A linked case was not told")
    return tuple(turn.facts)
