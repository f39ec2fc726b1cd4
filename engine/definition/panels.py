"""Panels: several roles that decide a step together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from engine.definition.entries import Entry, EntryName, EntryNames, misread
from engine.message import finding


def _share(value: object) -> object:
    if value in ("majority", "all") or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise misread("share", finding("panel.share"))


class Panel(Entry):
    """Who votes on the outcomes of a step, and how the votes are counted.

    Source: collegiate decisions, as of a multi-agency assurance panel (F27).
    """

    members: EntryNames
    """Roles with one vote each; each vote is cast by a different person."""
    quorum: Annotated[int, Field(ge=1)]
    """How many members must vote; if too few do, `no_quorum` is the outcome."""
    shows: EntryNames = ()
    """Fields that every member may read while its vote is awaited."""
    shows_to: dict[EntryName, EntryNames] = Field(default_factory=dict)
    """Further fields that only certain members may read, by member."""
    agree: Annotated[Literal["majority", "all"] | int, BeforeValidator(_share)]
    """How many of those who voted must want the same: the `majority`, `all`, or a number."""
    chair: EntryName | None = None
    """The member whose vote breaks a tie between outcomes with equally many votes."""
    chair_not_by: EntryNames = ()
    """Whoever did one of these steps may not vote as the chair, and whoever voted as the chair may
    not do them afterwards.
    """
    tied: EntryName | None = None
    """The outcome if those who voted do not agree, and no vote of the chair decides."""
    no_quorum: EntryName | None = None
    """The outcome if fewer than `quorum` have voted and nobody else can."""
