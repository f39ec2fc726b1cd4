"""What may happen in any state of a case."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.definition.entries import (
    ConditionText,
    Entry,
    EntryName,
    EntryNames,
    Flag,
    ReactionText,
    Title,
)
from engine.definition.times import Timing


class Interrupt(Entry):
    """What may happen in any state of a case."""

    title: Title | None = None
    """What has happened, in words for people."""
    label: Title | None = None
    """Neutral words for notices and for Prefect, if the title is not neutral."""
    was: EntryName | None = None
    """The interrupt's name in the previous version, if it was renamed."""
    source: str | None = None
    """The law or guidance behind the interrupt."""
    raised_by: EntryNames
    """The only roles that may raise the interrupt; `responsible` stands for the responsible agency."""
    when: ConditionText | None = None
    """The interrupt may be raised only while this holds."""
    set: dict[EntryName, Any] = Field(default_factory=dict)
    """Fields that the interrupt sets, with their values."""
    bars: EntryNames = ()
    """Sides and roles that are shut out: their agencies lose their tasks and requests, are told
    that these are over, and get nothing more. The responsible agency is exempt as long as no other
    can take over the responsibility.
    """
    suspends: EntryNames = ()
    """The stages that rest until the interrupt is resolved; `all` for every one."""
    withdraws: EntryNames = ()
    """The stages that stop for good."""
    resolved: dict[EntryName, ReactionText] = Field(default_factory=dict)
    """How the interrupt may be resolved: each outcome, with what follows it."""
    review: Timing | None = None
    """By when somebody must check whether the interrupt is over; needed with `suspends` or
    `resolved`, and only allowed with one of these.
    """
    tell: EntryNames = ()
    """Roles that get a notice when the interrupt is raised."""
    alerts_linked: Flag = False
    """Whether agencies at work in a linked case get the notice `Look at a linked case`, provided
    that they may know of both cases.
    """
    then: ReactionText | None = None
    """What follows at once, such as `end NAME`."""

    @property
    def is_looked_after(self) -> bool:
        """Whether somebody gets the task of saying when the interrupt is over."""
        return bool(self.suspends or self.resolved)


ALL = "all"
"""In `suspends`: every stage."""
