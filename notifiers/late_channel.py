"""A channel that is created when the first notice is sent.

The messaging library takes longer to import than most commands run, and few of them send anything.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from notifiers.base import Channel, Recipient, Rendered


class LateChannel:
    """Sends through a channel that `make` creates on first use."""

    def __init__(self, make: Callable[[], Channel]) -> None:
        self._make, self._lock = make, Lock()
        self._made: Channel | None = None

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        with self._lock:
            self._made = channel = self._made or self._make()
        return channel.send(recipient, message, reference)
