"""A mailbox that really receives mail: an SMTP server in this process, for demonstrations and
trials.

It accepts every message and keeps the message's reference, recipients and subject; messages that
repeat a notice have the same reference.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections import Counter
from typing import Self

import msgspec
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifiers.apprise_channel import REFERENCE_HEADER

HOST = "127.0.0.1"
DOMAIN = "mailbox.example"


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one message that arrived."""

    reference: str
    """Empty if the message has none."""
    to: str
    subject: str


class Mailbox(Controller):
    """Listens on a free port of this machine while in use as a context manager."""

    def __init__(self) -> None:
        self._kept: list[Received] = []
        self._lock = threading.Lock()
        super().__init__(self, hostname=HOST, port=0)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _trigger_server(self) -> None:
        # We asked for port 0, but the base class would connect to the port it was given.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    def address(self, agency: str, channel: str) -> str:
        """The address for an agency's channel, as an Apprise URL."""
        to = f"{agency.lower()}.{channel}@{DOMAIN}"
        return f"mailto://{HOST}:{self.port}/?from=onward@{DOMAIN}&to={to}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the reference, recipients and subject of a message, then accept it."""
        content = envelope.content
        if not isinstance(content, bytes):
            return "451 4.3.0 the message could not be read"
        message = email.message_from_bytes(content, policy=email.policy.default)
        received = Received(
            reference=str(message[REFERENCE_HEADER] or ""),
            to=", ".join(envelope.rcpt_tos),
            subject=str(message["Subject"] or ""),
        )
        with self._lock:
            self._kept.append(received)
        return "250 OK"

    def received(self) -> list[Received]:
        """Every message, in the order of arrival."""
        with self._lock:
            return list(self._kept)

    def by_reference(self) -> Counter[str]:
        """How often each reference arrived; more than once means a duplicate. Messages without a
        reference are counted under an empty text.
        """
        return Counter(each.reference for each in self.received())
