"""Duties that the registry gives to one of an agency's staff, in addition to their roles."""

from __future__ import annotations

from enum import StrEnum


class Duty(StrEnum):
    """The word of a staff entry. The store has a column for each, with the same name."""

    ADMINISTERS = "administers"
    """They let colleagues of their agency in, and suspend them."""
    COORDINATES = "coordinates"
    """They publish pathways for all agencies, and move cases to their versions."""
    MANAGES = "manages"
    """They read the figures of their agency."""
