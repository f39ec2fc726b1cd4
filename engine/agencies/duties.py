"""Duties that the registry gives to one of an agency's staff, in addition to their roles."""

from __future__ import annotations

from enum import StrEnum


class Duty(StrEnum):
    """A duty, by its key in a staff entry. The store has a column of the same name for each."""

    ADMINISTERS = "administers"
    """The person gives colleagues at their agency access, and suspends them."""
    COORDINATES = "coordinates"
    """The person publishes pathways for all agencies, moves cases to other versions, declares
    holidays that the registry lacks, and suspends other agencies and their staff.
    """
    MANAGES = "manages"
    """The person reads the figures of their agency."""
