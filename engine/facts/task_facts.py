"""Facts about the tasks of agencies."""

from __future__ import annotations

from datetime import datetime

from engine.facts.base import Fact
from engine.state import Task
from engine.statuses import TaskStatus

__all__ = [
    "LEFT",
    "TaskAssigned",
    "TaskDeclined",
    "TaskInTime",
    "TaskMoved",
    "TaskOpened",
    "TaskOverdue",
    "TaskShared",
]

LEFT = "left"
"""Why a task or the responsibility is with another agency: the one that had it has left."""


class TaskOpened(Fact, frozen=True, tag="task_opened"):
    task: Task


class TaskAssigned(Fact, frozen=True, tag="task_assigned"):
    """The task went to another agency; `because` is a word."""

    task: str
    agency: str
    because: str
    declined_by: tuple[str, ...] = ()
    role: str = ""
    """The role for which that agency has it, where it is another one than before."""
    also: dict[str, str] = {}  # noqa: RUF012 - msgspec gives each its own
    """As in `Task`: who may still take it instead."""


class TaskShared(Fact, frozen=True, tag="task_shared"):
    """Who may take a task in place of the agency that has it is another now, or nobody any more."""

    task: str
    also: dict[str, str]
    declined_by: tuple[str, ...] = ()


class TaskDeclined(Fact, frozen=True, tag="task_declined"):
    """Its agency has said no, and still owes it: the step passes on to nobody."""

    task: str
    agency: str
    reason: str


class TaskMoved(Fact, frozen=True, tag="task_moved"):
    task: str
    status: TaskStatus
    at: datetime
    by: str = ""
    outcome: str = ""
    reason: str = ""


class TaskOverdue(Fact, frozen=True, tag="task_overdue"):
    task: str


class TaskInTime(Fact, frozen=True, tag="task_in_time"):
    """It was done by its due moment after all, and that was recorded late."""

    task: str
