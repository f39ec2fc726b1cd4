"""What may happen in any state of a case."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.definition.entries import ConditionText, Entry, Name, Names, ReactionText, Title
from engine.definition.times import Timing


class Interrupt(Entry):
    """What may happen in any state of a case."""

    title: Title | None = None
    label: Title | None = None
    source: str | None = None
    raised_by: Names
    """Roles that may raise it, and no others; `responsible` among them is whoever is."""
    when: ConditionText | None = None
    """It may be raised only while this holds."""
    set: dict[Name, Any] = Field(default_factory=dict)
    bars: Name | None = None
    """The side whose agencies get nothing from now on."""
    suspends: Name | None = None
    """The stage that rests until the interrupt is resolved."""
    review: Timing | None = None
    """By when somebody must look whether it is resolved; needed with `suspends`."""
    tell: Names = ()
    then: ReactionText | None = None
