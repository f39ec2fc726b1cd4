"""Duties that the registry gives to one of an agency's staff, in addition to their roles."""

from __future__ import annotations

from enum import StrEnum


class Duty(StrEnum):
    """A duty, by its key in a staff entry. The store has a column of the same name for each."""

    ADMINISTERS = "administers"
    """They give colleagues of their agency access, and suspend them."""
    COORDINATES = "coordinates"
    """They publish pathways for all agencies, move cases to other versions, declare holidays that
    the registry lacks, and suspend other agencies and their staff.
    """
    MANAGES = "manages"
    """They read the figures of their agency."""
