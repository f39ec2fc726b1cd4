"""Notices that are owed, and each attempt to send one."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, FromClause, Index, literal_column
from sqlmodel import Field

from engine.statuses import NOTICE_UNDER_WAY, NoticeStatus
from models.columns import DOCUMENT, Row, key, partial, reference

SENT, HANDED_OVER = "sent", "handed over"
"""Outcomes of an attempt that succeeded: the service said that it took the notice; or it took the
message, and its answers do not say what became of it.
"""
UNKNOWN, CUT = "unknown", "may have been taken"
"""Outcomes of an attempt whose end is not known: the process died on the way; or the connection was
lost after the message was written.
"""
PERHAPS_ARRIVED = (SENT, HANDED_OVER, UNKNOWN, CUT)
"""Outcomes of an attempt after which the notice may have arrived."""
OF_NO_CASE = "0000-0000"
"""Stands for a case's code in references of notices that the installation itself owes."""
WITHHELD, RETRIED = "withheld", "retried"
"""What became of a notice without an attempt: it may no longer be sent, or will be tried again."""
_UNDER_WAY = tuple(str(each) for each in NoticeStatus if each in NOTICE_UNDER_WAY)
_IS_UNDER_WAY = f"status IN ({', '.join(map(repr, _UNDER_WAY))})"


def under_way(notices: FromClause) -> ColumnElement[bool]:
    """The condition for notices that are under way, written out literally because SQLite cannot use
    a partial index for bound values.
    """
    return notices.c.status.in_([literal_column(repr(each)) for each in _UNDER_WAY])


class OwedNotice(Row, table=True):
    """A notice owed to an agency. It is written in the transaction that gives rise to it, which is
    nearly always that of a turn.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index(None, "case_id", "number", unique=True),
        partial("ix_notices_under_way", "case_id", "next_attempt_at", where=_IS_UNDER_WAY),
        partial("ix_notices_undeliverable", "id", where=f"status = '{NoticeStatus.UNDELIVERABLE}'"),
    )

    id: int | None = key()
    version: int = 1
    case_id: int | None = reference("cases.id", nullable=True)
    """The case; None for a notice that the installation itself owes."""
    reference: str = Field(max_length=20)
    """The case's code and a random part, by which the reader recognises duplicates. It is unique
    within the case. Older references end with the notice's number.
    """
    number: int
    agency: str = Field(max_length=40)
    kind: str = Field(max_length=40)
    about: str = Field(max_length=120)
    label: str = Field(max_length=120)
    due_at: datetime | None = None
    consent: str = Field(default="", max_length=40)
    """The consent that must be in force when it is sent; empty for none."""
    after: int = 0
    """The number of the notice that this one stops, or 0. If that notice was not sent, this one is
    not sent either.
    """
    also: list[list[str]] = Field(default_factory=list, sa_column=Column(DOCUMENT, nullable=False))
    """Other things that it reports as over: the subject and label of each."""
    status: str = Field(max_length=20)
    next_attempt_at: datetime
    attempts: int = 0
    channel: str = Field(default="", max_length=40)
    """The channel of the next attempt; empty for the agency's first one."""
    channel_attempts: int = 0
    lease_until: float = 0.0
    """When its lease ends, in seconds since 1970, in real time."""
    lease_by: str = Field(default="", max_length=80)
    owed_at: datetime
    settled_at: datetime | None = None


class NoticeAttempt(Row, table=True):
    """One attempt to send a notice, or a decision not to send it or to try again. Chained to the
    previous attempt in the same case or, if the notice is about no case, to the previous attempt of
    the same notice. Never updated, never deleted.
    """

    __tablename__ = "notice_attempts"

    id: int | None = key()
    notice_id: int = reference("notices.id", index=True)
    number: int
    channel: str = Field(max_length=40)
    at: datetime
    outcome: str = Field(max_length=40)
    """One of `PERHAPS_ARRIVED`, the kind of fault or, if no channel was tried, why not: `WITHHELD`,
    `RETRIED`, `suspended`, or `not configured` if the agency has no channel.
    """
    serial: int | None = None
    """Its place in the chain, counted from 1; None only until the installation is first opened
    with a proof key.
    """
    status: str = Field(default="", max_length=20)
    """The status of the notice after the attempt."""
    address: bytes | None = None
    """A keyed digest of the address that was tried, for comparison with a known address; None if
    none was tried.
    """
    ground: bytes | None = None
    """The grounds on which the notice was sent, sealed under the case's key; None if it was not
    sent, or if they are not known or could not be kept.
    """
    previous_hash: bytes | None = None
    hash: bytes | None = None
