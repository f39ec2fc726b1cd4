"""What agencies have to do in cases: the rows that worklists read.

A turn updates them in the transaction that changes the sealed state.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import Row, key, partial, reference


class CaseTask(Row, table=True):
    """A task of a case."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(None, "case_id", "ident", unique=True),
        partial(
            "ix_tasks_worklist", "agency", "opened_at", where="is_open", on_sqlite="is_open = 1"
        ),
        partial("ix_tasks_done", "done_at", where="done_at IS NOT NULL"),
        partial(
            "ix_tasks_due",
            "agency",
            "due_at",
            "id",
            where="is_open AND due_at IS NOT NULL",
            on_sqlite="is_open = 1 AND due_at IS NOT NULL",
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
    """An additional agency that may take a task; deleted once an agency has taken it."""

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
    """A request in a case, from one agency to another."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        Index(None, "case_id", "ident", unique=True),
        Index(None, "agency", "offered_at"),
        Index(None, "sender", "offered_at"),
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
    answered_at: datetime | None = None
    """When the receiver answered; None until then. Also None for old answers, given before this
    column existed.
    """
