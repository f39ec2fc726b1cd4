"""Cases, their logs, and the rows that lists and locks need.

The sealed state is authoritative; the rows of tasks, hand-overs, consents and clocks are updated in
the same transaction. Clear columns hold codes, words of the pathway and moments, never anything
personal.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import CODE_LENGTH, DOCUMENT, Row, key, partial, reference


class Case(Row, table=True):
    """One case. `version` counts its log entries."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "status", "code"),
        partial("ix_cases_untold", "id", where="told < version"),
        partial("ix_cases_without_run", "id", where="flow_run_id IS NULL AND status = 'open'"),
        partial("ix_cases_open_by_version", "pathway_version_id", where="status = 'open'"),
    )

    id: int | None = key()
    code: str = Field(max_length=CODE_LENGTH, unique=True)
    version: int
    pathway: str = Field(max_length=40)
    pathway_version_id: int = reference("pathway_versions.id")
    """The case is pinned to this version."""
    person_id: int = reference("people.id", index=True)
    """The person of the case; others are participants."""
    status: str = Field(max_length=20)
    end: str = Field(default="", max_length=40)
    stages: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """Open stages."""
    responsible: str = Field(max_length=40, index=True)
    opened_at: datetime
    recorded_at: datetime
    """The time of the newest log entry; the next is not dated earlier."""
    due_at: datetime | None = Field(default=None, index=True)
    """The next moment at which the case must be looked at."""
    notice_at: datetime | None = Field(default=None, index=True)
    """The next moment at which a notice is to be sent."""
    told: int = 0
    """Log entries up to this number have been shown to managers."""
    flow_run_id: str | None = Field(default=None, max_length=40)
    lease_until: float = 0.0
    """Seconds since 1970, in real time."""
    lease_by: str = Field(default="", max_length=80)
    sealed_state: bytes
    wrapped_key: bytes | None
    """The case's key under a master key; None once the case is erased."""
    wrapped_by: str | None = Field(default=None, max_length=16, index=True)
    """The id of that master key, in hex."""
    parties: list[str] | None = Field(default=None, sa_column=Column(DOCUMENT))
    """The agencies that had a part in it, so that its state is not opened for any other. None in
    rows that were written before there was such a list.
    """
    last_hash: bytes


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
    """The act's word."""
    sealed: bytes
    previous_hash: bytes
    hash: bytes


class CaseTask(Row, table=True):
    """A task of a case."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(None, "case_id", "ident", unique=True),
        partial(
            "ix_tasks_worklist", "agency", "opened_at", where="is_open", on_sqlite="is_open = 1"
        ),
    )

    id: int | None = key()
    version: int = 1
    case_id: int = reference("cases.id")
    ident: str = Field(max_length=120)
    step: str = Field(max_length=40)
    kind: str = Field(max_length=20)
    label: str = Field(max_length=120)
    role: str = Field(max_length=40)
    agency: str = Field(max_length=40)
    status: str = Field(max_length=20)
    is_open: bool
    overdue: bool = False
    claimed_by: str = Field(default="", max_length=80)
    opened_at: datetime
    due_at: datetime | None = None
    done_at: datetime | None = None


class TaskShare(Row, table=True):
    """An agency that may take a task instead of the one that has it, until somebody does."""

    __tablename__ = "task_shares"
    __table_args__ = (
        Index(None, "case_id", "ident", "agency", unique=True),
        Index(None, "agency"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    ident: str = Field(max_length=120)
    agency: str = Field(max_length=40)


class CaseHandOver(Row, table=True):
    """A request of a case to another agency."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        Index(None, "case_id", "ident", unique=True),
        Index(None, "agency", "offered_at"),
    )

    id: int | None = key()
    version: int = 1
    case_id: int = reference("cases.id")
    ident: str = Field(max_length=120)
    step: str = Field(max_length=40)
    label: str = Field(max_length=120)
    role: str = Field(max_length=40)
    agency: str = Field(max_length=40)
    sender: str = Field(max_length=40)
    status: str = Field(max_length=20)
    overdue: bool = False
    offered_at: datetime
    answer_by: datetime | None = None


class CaseConsent(Row, table=True):
    """The status of one consent of a case. The agencies it names are in the sealed state."""

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
    """The calendar editions it was counted by."""
