"""What the outcome of a task is called: as the pathway calls it, or as we do for what every pathway has."""

from __future__ import annotations

from engine.translation import Translation
from portal.asked import Asked

OURS = frozenset(
    {
        "approved",
        "arrived",
        "give_up",
        "given",
        "refused",
        "resolved",
        "returned",
        "wait_on",
    }
)
"""Outcomes of tasks that the engine opens by itself, as of a consent or an arrival."""


def called(asked: Asked, names: Translation, outcome: str) -> str:
    """The words for it, in the reader's language where it has such words."""
    if outcome in OURS:
        return asked.say(f"outcome.{outcome}")
    return names.words.get(outcome) or names.ends.get(outcome, outcome)
