"""The words for a task's outcome: the pathway's, or ours for outcomes that every pathway has."""

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
"""Outcomes that the engine names, not a pathway, such as those of a consent or an arrival."""


def called(asked: Asked, names: Translation, outcome: str) -> str:
    """The words for an outcome, in the reader's language if there are any; else as it is written in
    the pathway.
    """
    if outcome in OURS:
        return asked.say(f"outcome.{outcome}")
    return names.words.get(outcome) or names.ends.get(outcome, outcome)
