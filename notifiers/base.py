"""What a notice is, and what every channel must do."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from pydantic import SecretStr

from engine.errors import InWords

# A case code in Crockford's base 32, and the number of the notice in its case.
_REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[1-9][0-9]*")


class NotifierError(InWords):
    """A notice cannot leave. Never shows an address or a text."""


class AddressError(NotifierError):
    """The addresses of the channels cannot be used; the text says where and how to mend it."""


class ChannelFault(StrEnum):
    """Why a channel did not take a notice."""

    TRANSIENT = "transient"
    """Worth another try later on the same channel."""
    PERMANENT = "permanent"
    """The channel refuses this notice; try the agency's next channel."""
    UNKNOWN_ADDRESS = "unknown address"
    """Nobody is there; try the next channel and have the address mended."""
    NOT_CONFIGURED = "not configured"
    """The address cannot be read, or the sign-in is refused; an operator must mend it."""


class DeliveryError(NotifierError):
    """A channel did not take a notice."""

    def __init__(self, kind: ChannelFault, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class NoticeKind(StrEnum):
    """What a notice is about, in the words of the engine's facts."""

    TASK_ASSIGNED = "task_assigned"
    """An agency has a task to do."""
    REMINDER = "reminder"
    """The one who owes is reminded."""
    OVERDUE = "overdue"
    """Somebody who must know is told that a due time has passed."""
    REQUEST_RECEIVED = "request_received"
    """A hand-over is offered."""
    ANSWER_RECEIVED = "answer_received"
    """A hand-over was answered."""
    NO_LONGER_NEEDED = "no_longer_needed"
    """What was asked for is off."""
    STOP_AND_CONFIRM = "stop_and_confirm"
    """A consent was withdrawn: stop, and confirm that you stopped."""
    ATTENTION = "attention"
    """Somebody must look."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a notice may say (domain rule D4): nothing else reaches a template.

    Raises ValueError for a reference of another shape, a naive moment or an unknown zone, so that
    nothing else can travel in these fields by mistake.
    """

    reference: str
    """`7K2F-9QXM-12`: the case code and the number of the notice in its case."""
    kind: NoticeKind
    label: str | None = None
    """The neutral label of the step; None gives a generic word."""
    others: tuple[str, ...] = ()
    """The neutral labels of what else it is about."""
    due_at: datetime | None = None
    zone: str = "UTC"
    """The IANA zone in which the due moment is shown: that of the reader."""
    language: str = "en"
    """The reader's language, `fr` or `fr-CI`."""

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.reference):
            raise ValueError("a notice's reference reads like 7K2F-9QXM-12")
        if self.due_at is not None and self.due_at.tzinfo is None:
            raise ValueError("a notice's due moment needs a time zone")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"the time zone {self.zone!r} is not known") from error


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a notice."""

    subject: str
    body: str
    language: str
    """The language it was written in: English when the reader's is missing."""


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One channel of one agency. The address shows neither in `repr` nor in `str`."""

    agency: str
    channel: str
    address: SecretStr


class Channel(Protocol):
    """A way to send."""

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> None:
        """Hand a message over, once. Returning means *handed over*, not *read*.

        `reference` goes with the message, so that a reader recognises a duplicate.

        Raises:
            DeliveryError: the channel did not take it.
        """
