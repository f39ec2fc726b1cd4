"""Tells the flows that a case has changed."""

from __future__ import annotations

from typing import Protocol


class Waker(Protocol):
    """Called after each commit that changed a case."""

    def wake(self, code: str) -> None:
        """Try to wake a case's run. Never raises, and takes about a second at the very most."""
        ...


class Sleeper:
    """Wakes nobody; the ticker finds the cases by itself."""

    def wake(self, code: str) -> None:
        """Do nothing; the ticker finds the changed case later."""
