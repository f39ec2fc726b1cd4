"""What turns write about a case, apart from its work: log entries, and the rows of consents and
clocks.

Lists of cases and of work read none of these tables.
"""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key, reference


class LogEntry(Row, table=True):
    """One turn: the command and its facts, sealed under the case's key and chained by hash."""

    __tablename__ = "log_entries"
    __table_args__ = (Index(None, "case_id", "number", unique=True),)

    id: int | None = key()
    case_id: int = reference("cases.id")
    number: int
    recorded_at: datetime
    occurred_at: datetime
    agency: str = Field(max_length=40)
    kind: str = Field(max_length=40)
    """The word for the kind of act."""
    sealed: bytes
    wrote: bytes | None = None
    """The manifest of what was written with the entry (`casework.manifest`). None if the entry is
    older than proofs and the installation has not yet been opened with a proof key.
    """
    previous_hash: bytes
    hash: bytes


class CaseConsent(Row, table=True):
    """The status of one consent in a case. The agencies that the consent names are in the sealed
    state.
    """

    __tablename__ = "consents"
    __table_args__ = (Index(None, "case_id", "name", unique=True),)

    id: int | None = key()
    version: int = 1
    case_id: int = reference("cases.id")
    name: str = Field(max_length=40)
    status: str = Field(max_length=20)
    given_at: datetime | None = None
    expires_at: datetime | None = None


class CaseClock(Row, table=True):
    """A running or paused clock of a case."""

    __tablename__ = "clocks"
    __table_args__ = (Index(None, "case_id", "key", unique=True),)

    id: int | None = key()
    version: int = 1
    case_id: int = reference("cases.id")
    key: str = Field(max_length=160)
    kind: str = Field(max_length=20)
    about: str = Field(max_length=120)
    at: datetime
    paused_at: datetime | None = None
    editions: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """The calendar editions by which the clock was counted."""
