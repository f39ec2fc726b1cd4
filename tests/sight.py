"""What is shown of a case, where a test has the case itself."""

from __future__ import annotations

from collections.abc import Iterable

from engine.facts import Fact
from engine.projection import SeenFacts


def as_seen(facts: Iterable[Fact]) -> SeenFacts:
    """Facts as if nothing in them had to be kept from an operator."""
    return SeenFacts(facts=tuple(facts))
