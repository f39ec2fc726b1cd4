"""What lets an agency know of a case and read parts of it without the person's consent."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from engine.definition.entries import ConditionText, Entry, EntryName, EntryNames, Flag


class Ground(StrEnum):
    """Why the person need not have agreed."""

    STATUTORY = "statutory"
    """A law says who is told."""
    VITAL_INTEREST = "vital_interest"
    """Somebody's life or health is in danger (D3)."""
    COURT = "court"
    """A court has ordered that somebody is told."""


class Basis(Entry):
    """Lets the agencies holding certain roles know of a case and read parts of it, whatever the
    person has said.
    """

    ground: Ground
    """The kind of ground: `statutory`, `vital_interest` or `court`."""
    source: str | None = None
    """The article of the law, or the court's order, on which the basis rests."""
    assumed: Flag = False
    """No law is named. Whoever adopts the pathway has to name a law, or ask the person instead."""
    was: EntryName | None = None
    """The basis's name in the previous version, if it was renamed."""
    to: Annotated[EntryNames, Field(min_length=1)]
    """The roles whose agencies may know of the case."""
    shows: EntryNames = ()
    """The fields that these agencies may read."""
    when: ConditionText | None = None
    """The basis is in force only while this holds; without `when`, from the start of the case."""
    until: ConditionText | None = None
    """The basis is not in force while this holds, such as once a clock has run out."""
