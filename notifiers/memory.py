"""A channel that stores what it is given, for simulations and tests."""

from __future__ import annotations

from threading import Lock

import msgspec

from notifiers.base import ChannelFault, DeliveryError, Recipient, Rendered


class Sent(msgspec.Struct, frozen=True):
    """One message handed over."""

    recipient: Recipient
    message: Rendered
    reference: str


class MemoryChannel:
    """Records every message in `sent`, oldest first; fails on request."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self._failing: dict[Recipient, tuple[ChannelFault, int]] = {}
        self._lock = Lock()

    def fail(
        self, recipient: Recipient, times: int, kind: ChannelFault = ChannelFault.TRANSIENT
    ) -> None:
        """Refuse the next `times` messages to a recipient, with the fault `kind`."""
        with self._lock:
            self._failing[recipient] = (kind, times)

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        with self._lock:
            kind, times = self._failing.get(recipient, (ChannelFault.TRANSIENT, 0))
            if times:
                self._failing[recipient] = (kind, times - 1)
                raise DeliveryError(kind, recipient.channel)
            self.sent.append(Sent(recipient, message, reference))
        return True
