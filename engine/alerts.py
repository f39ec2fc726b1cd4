"""Alerts between linked cases: who may hear one, and what follows if nobody did."""

from __future__ import annotations

from collections.abc import Iterable

from engine.acts.linking import SAME_PERSON, AlertHeard
from engine.facts import Fact
from engine.turns.turn import Turn
from engine.view import View


def may_hear_of(view: View, agency: str, word: str) -> bool:
    """Whether an agency of a linked case may hear of what happens in this one.

    Args:
        word: how the two people are related; if they are one person, only an agency with a part in
            this case may know that there are two cases.
    """
    return view.may_know(agency) and (word not in SAME_PERSON or agency in view.involved())


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
