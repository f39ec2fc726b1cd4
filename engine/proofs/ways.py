"""The way to a situation of a walk, in words."""

from __future__ import annotations

from engine.message import Message, finding
from engine.proofs.reached import Situation
from engine.proofs.walk import Walk

_STEPS_SHOWN = 12
"""How many of the last acts on the way to a situation are shown."""


def way_to(walk: Walk, situation: Situation) -> tuple[Message, ...]:
    """What was done on the way to a situation, first to last, or that it was nothing."""
    steps = walk.path(situation)
    if not steps:
        return (finding("way.none"),)
    shown = steps[-_STEPS_SHOWN:]
    return (finding("way.earlier"), *shown) if len(steps) > len(shown) else tuple(shown)
