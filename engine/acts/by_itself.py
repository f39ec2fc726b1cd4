"""What no agency asks for: time passes, the registry changes, another version comes into force."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from engine.acts.act import Act
from engine.time.calendars import ChangedDay

__all__ = ["Migrate", "Refresh", "Remain", "Revert", "Settle"]


class Migrate(Act, frozen=True, tag="migrate"):
    """The case moves to another version of its pathway: the operator has said so, or its own rule does."""

    version: int
    in_force: datetime | None = None
    """Of a move by the rule of that version: the moment from which the case goes by it."""
    until: datetime | None = None
    """What is due after it waits, because a later version has come into force then; now if left out."""


class Remain(Act, frozen=True, tag="remain"):
    """A version has come into force, and does not move the case."""

    version: int


class Revert(Act, frozen=True, tag="revert"):
    """The operator moves it back to the version before."""

    version: int


class Refresh(Act, frozen=True, tag="refresh"):
    """Nobody asks: the registry or the calendars have changed."""

    days: tuple[ChangedDay, ...] = ()
    """Of the calendars by which the case was counted, what is otherwise now."""

    dated: ClassVar = False


class Settle(Act, frozen=True, tag="settle"):
    """Nobody asks: time has passed."""

    until: datetime | None = None
    """What is due after it waits, because another version has come into force then; now if left out."""

    dated: ClassVar = False
