"""Notices, and the contract of every channel."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from pydantic import SecretStr

from engine.errors import Coded, InWords
from engine.message import message

# A case code in Crockford's base 32, and a random part that distinguishes the case's notices.
_LETTER = "[0-9A-HJKMNP-TV-Z]"
_REFERENCE = re.compile(rf"{_LETTER}{{4}}-{_LETTER}{{4}}-({_LETTER}{{8}}|[1-9][0-9]*)")
"""The form of a reference. Older references end with a number."""


class NotifierError(InWords):
    """A notice cannot be sent. The error never shows an address or the notice's text."""


class AddressError(Coded, NotifierError):
    """The addresses of the channels cannot be used; the text says where the fault is and how to
    mend it.
    """


class ChannelFault(StrEnum):
    """Why a channel did not take a notice."""

    TRANSIENT = "transient"
    """It is worth retrying later on the same channel."""
    PERMANENT = "permanent"
    """The channel rejects this notice; try the agency's next channel."""
    UNKNOWN_ADDRESS = "unknown address"
    """The address does not exist; try the next channel and have the address corrected."""
    NOT_UNDERSTOOD = "answer not understood"
    """The answer was not the service's, such as the page of a proxy; worth retrying later."""
    CUT = "may have been taken"
    """The connection was lost once the message was written, so it may have been taken; it is sent
    again later, under the same reference.
    """
    NOT_CONFIGURED = "not configured"
    """There is no address, it cannot be used, or sign-in is refused; an operator must fix it."""


RETRIED_FAULTS = frozenset({ChannelFault.TRANSIENT, ChannelFault.NOT_UNDERSTOOD, ChannelFault.CUT})
"""Faults after which the same channel is tried again."""


class DeliveryError(Coded, NotifierError):
    """A channel did not take a notice."""

    def __init__(self, kind: ChannelFault, channel: str) -> None:
        self.kind = kind
        super().__init__(message(f"delivery.{kind.name.lower()}", channel=channel))


class NoticeKind(StrEnum):
    """What a notice is about, in the engine's words."""

    TASK_ASSIGNED = "task_assigned"
    """An agency has a task to do."""
    REMINDER = "reminder"
    """A reminder to the agency that owes something."""
    OVERDUE = "overdue"
    """A due time has passed; sent to an agency that must know of it."""
    REQUEST_RECEIVED = "request_received"
    """A request arrived."""
    ANSWER_RECEIVED = "answer_received"
    """A request was answered."""
    NO_LONGER_NEEDED = "no_longer_needed"
    """The agency's work is no longer needed, or no longer the agency's."""
    STOP_AND_CONFIRM = "stop_and_confirm"
    """The agency must stop, and confirm that it has, because a consent was withdrawn or something
    else that let it know of the case no longer holds.
    """
    MAY_GO_ON = "may_go_on"
    """The agency was asked to stop, and may go on after all."""
    ATTENTION = "attention"
    """Something that the agency must look at."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a notice may say (domain rule D4). Nothing else reaches a template.

    Raises ValueError for a malformed reference, a naive moment or an unknown zone, so that nothing
    else can slip into these fields.
    """

    reference: str
    """Such as `7K2F-9QXM-4TQ9B2MX`: the case code, and a part that distinguishes the case's
    notices. A notice about no case has `0000-0000` for the code.
    """
    kind: NoticeKind
    label: str | None = None
    """The neutral label of the step; None gives a generic word."""
    others: tuple[str, ...] = ()
    """The neutral labels of the other steps that the notice is about."""
    due_at: datetime | None = None
    zone: str = "UTC"
    """The reader's IANA zone, in which the due moment is shown."""
    language: str = "en"
    """The reader's language, such as `fr` or `fr-CI`."""
    link: str = ""
    """The address at which the reader may act without signing in; empty for none."""
    code: str = ""
    """The code that the reader may tell the responsible agency on the telephone; empty for none."""
    is_training: bool = False
    """Whether this is a training installation, which the notice says before anything else."""

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.reference):
            raise ValueError("a notice's reference reads like 7K2F-9QXM-4TQ9B2MX")
        if self.due_at is not None and self.due_at.tzinfo is None:
            raise ValueError("a notice's due moment needs a time zone")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"the time zone {self.zone!r} is not known") from error


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a notice."""

    subject: str
    body: str
    language: str
    """The language of the text: the reader's or, if there are no texts in it, English."""


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One channel of one agency. The address never appears in `repr` or `str`."""

    agency: str
    channel: str
    address: SecretStr


class Channel(Protocol):
    """A way to send notices, such as mail."""

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        """Hand over a message once. Returns whether the service says that it took it; False if its
        answers are not understood.

        `reference` accompanies the message, so that readers can recognise duplicates.

        Raises:
            DeliveryError: the channel did not take it.
        """
