"""Acts that no agency asks for: time passes, the registry or a calendar changes, a new version
comes into force, or the case is moved to another version.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from engine.acts.act import Act
from engine.time.calendars import ChangedDay

__all__ = ["Migrate", "Refresh", "Remain", "Revert", "Settle"]


class Migrate(Act, frozen=True, tag="migrate"):
    """Move the case to another version of its pathway, because somebody who may move cases asks
    for it, or because that version's own rule says so.
    """

    version: int
    in_force: datetime | None = None
    """When the version comes into force for the case, if the version's own rule moves it."""
    until: datetime | None = None
    """A newer version takes effect at this time, so whatever is due after it is left for later.
    Defaults to now.
    """


class Remain(Act, frozen=True, tag="remain"):
    """A new version has come into force, and the case stays on the version that it has."""

    version: int


class Revert(Act, frozen=True, tag="revert"):
    """Move the case back to the version it had before, because somebody who may move cases asks
    for it.
    """

    version: int


class Refresh(Act, frozen=True, tag="refresh"):
    """The registry or the calendars have changed."""

    days: tuple[ChangedDay, ...] = ()
    """The days that changed in the calendars with which this case's periods were counted."""

    dated: ClassVar = False


class Settle(Act, frozen=True, tag="settle"):
    """Time has passed."""

    until: datetime | None = None
    """A newer version takes effect at this time, so whatever is due after it is left for later.
    Defaults to now.
    """

    dated: ClassVar = False
