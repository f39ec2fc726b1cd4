"""Facts about the tasks of agencies."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.facts.base import Fact
from engine.numbering import numbers_with
from engine.state import State, Task
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
"""The reason when a task, or the responsibility, moved to another agency because the one that had
it left.
"""
_ASSIGNED, _CLAIMED = TaskStatus.ASSIGNED, TaskStatus.CLAIMED
_DONE, _WITHDRAWN = TaskStatus.DONE, TaskStatus.WITHDRAWN


class TaskOpened(Fact, frozen=True, tag="task_opened"):
    task: Task

    def change(self, state: State) -> State:
        task, runs = self.task, state.runs
        if task.id.count(".") == 1:  # counts runs of the step itself, not what follows from one
            runs = {**runs, task.step: runs.get(task.step, 0) + 1}
        return _given(state, task, runs)


class TaskAssigned(Fact, frozen=True, tag="task_assigned"):
    """The task went to another agency; `because` says why."""

    task: str
    agency: str
    because: str
    declined_by: tuple[str, ...] = ()
    role: str = ""
    """The role in which the agency has the task, if the role changed."""
    also: dict[str, str] = {}  # noqa: RUF012 - msgspec gives each its own
    """As in `Task`: by role, the agencies that may take the task instead."""

    def change(self, state: State) -> State:
        task = replace(
            state.tasks[self.task],
            role=self.role or state.tasks[self.task].role,
            agency=self.agency,
            also=self.also,
            status=_ASSIGNED,
            claimed_by="",
            declined_by=self.declined_by,
        )
        return _given(state, task)


class TaskShared(Fact, frozen=True, tag="task_shared"):
    """There is a new list of the other agencies that may take a task: `also`, which may be empty."""

    task: str
    also: dict[str, str]
    declined_by: tuple[str, ...] = ()

    def change(self, state: State) -> State:
        task = state.tasks[self.task]
        return _given(state, replace(task, also=self.also, declined_by=self.declined_by))


class TaskDeclined(Fact, frozen=True, tag="task_declined"):
    """The agency declined but still owes the task, because its step is reserved for the holders of
    its roles and no other holder can take it.
    """

    task: str
    agency: str
    reason: str

    def change(self, state: State) -> State:
        task = state.tasks[self.task]
        declined = (*task.declined_by, self.agency)
        task = replace(task, status=_ASSIGNED, claimed_by="", declined_by=declined)
        return _having(state, task)


class TaskMoved(Fact, frozen=True, tag="task_moved"):
    task: str
    status: TaskStatus
    at: datetime
    by: str = ""
    outcome: str = ""
    reason: str = ""

    def change(self, state: State) -> State:
        task, to = state.tasks[self.task], self.status
        if to == _CLAIMED:
            task = replace(task, status=to, claimed_by=self.by)
        elif to == _DONE:
            task = replace(task, status=to, done_at=self.at, done_by=self.by, outcome=self.outcome)
        elif to == _WITHDRAWN:
            task = replace(task, status=to, also={})
        else:
            task = replace(task, status=to)
        return _having(state, task)


class TaskOverdue(Fact, frozen=True, tag="task_overdue"):
    task: str

    def change(self, state: State) -> State:
        return _having(state, replace(state.tasks[self.task], overdue=True))


class TaskInTime(Fact, frozen=True, tag="task_in_time"):
    """A task was done in time after all; only the record came late."""

    task: str

    def change(self, state: State) -> State:
        return _having(state, replace(state.tasks[self.task], overdue=False))


def _having(state: State, task: Task) -> State:
    return replace(state, tasks={**state.tasks, task.id: task})


def _given(state: State, task: Task, runs: dict[str, int] | None = None) -> State:
    """The state with a task that was opened or whose agencies have changed.

    Args:
        runs: the numbers of runs by step; None leaves them as they are.
    """
    return replace(
        state,
        tasks={**state.tasks, task.id: task},
        numbers=numbers_with(state, task),
        runs=state.runs if runs is None else runs,
    )
