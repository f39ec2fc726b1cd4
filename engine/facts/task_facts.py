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
"""Why a task or the responsibility moved to another agency: the one that had it left."""


class TaskOpened(Fact, frozen=True, tag="task_opened"):
    task: Task


class TaskAssigned(Fact, frozen=True, tag="task_assigned"):
    """The task went to another agency; `because` says why."""

    task: str
    agency: str
    because: str
    declined_by: tuple[str, ...] = ()
    role: str = ""
    """The role under which the agency has it, if that changed."""
    also: dict[str, str] = {}  # noqa: RUF012 - msgspec gives each its own
    """As in `Task`: agencies that may take it instead."""


class TaskShared(Fact, frozen=True, tag="task_shared"):
    """Which agencies may take a task instead of the one that has it has changed, perhaps to
    none.
    """

    task: str
    also: dict[str, str]
    declined_by: tuple[str, ...] = ()


class TaskDeclined(Fact, frozen=True, tag="task_declined"):
    """The agency declined but still owes the task, because the step is not passed on."""

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
    """It was done in time after all, but that was recorded late."""

    task: str
