"""Closing a case formally: a task, perhaps with a form, perhaps an approval, then the end.

Source: a case ends with a closure form, approved by a supervisor (Primero, CPIMS+).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import facts as f
from engine.errors import Refusal
from engine.four_eyes import may_be_same
from engine.state import RESPONSIBLE, Task
from engine.task_kinds import TaskKind
from engine.turns import recording, task_lifecycle
from engine.turns.turn import Turn

if TYPE_CHECKING:
    from engine.acts.tasks import Complete

APPROVAL_OUTCOMES = ("approved", "returned")


def begin(turn: Turn, end: str) -> None:
    """Open the closing task; the case has no end yet."""
    turn.say(f.ClosingBegun(end=end))
    _open(turn, end)


def _open(turn: Turn, end: str) -> None:
    by = turn.pathway.ends[end].by or RESPONSIBLE
    task_lifecycle.open_task(turn, end, TaskKind.CLOSING, by, due=None)


def complete(turn: Turn, task: Task, act: Complete, person: str) -> bool:
    """Complete the closing or the approval task. Returns whether the case gets its end now.

    Raises:
        Refusal: `wrong_outcome`; `same_person`: nobody approves their own work; or as in
            `recording.record`.
    """
    plan = turn.pathway.ends[task.step]
    if task.kind is TaskKind.CLOSING:
        if act.outcome:
            raise Refusal("wrong_outcome.none", of=plan.name)
        recording.record(turn, task.id, plan.form, act.answers, act.protected)
        task_lifecycle.finish(turn, task, person)
        if plan.approved_by is None:
            return True
        task_lifecycle.open_task(
            turn, plan.name, TaskKind.APPROVAL, plan.approved_by, due=None, suffix=".approval"
        )
        return False
    if act.outcome not in APPROVAL_OUTCOMES:
        raise Refusal("wrong_outcome.one_of", allowed=APPROVAL_OUTCOMES)
    closed = turn.state.tasks[task.id.removesuffix(".approval")]
    if act.outcome == "approved" and may_be_same(closed, task.agency, person):
        if closed.done_by and person:
            raise Refusal("same_person.approval")
        raise Refusal("same_person.unknown", agency=task.agency, done=closed.id, step=task.id)
    recording.record(turn, task.id, (), act.answers, act.protected)
    task_lifecycle.finish(turn, task, person, act.outcome)
    if act.outcome == "returned":
        _open(turn, plan.name)
        return False
    return True
