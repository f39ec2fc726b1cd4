"""Revokes requests, skips steps that cannot go on, and takes back tasks from agencies that may not
go on.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine import facts as f
from engine.machines import move
from engine.plans import StepPlan
from engine.state import HandOver
from engine.statuses import (
    AGREED,
    NOT_BEGUN,
    OPEN_TASK,
    STEP_UNDER_WAY,
    TASK_UNDER_WAY,
    TOLD,
    UNANSWERED,
    StepStatus,
)
from engine.task_kinds import FROM_STEP, TaskKind
from engine.turns import responsibility, task_lifecycle
from engine.turns.turn import Turn

REVOCABLE = UNANSWERED | TOLD | NOT_BEGUN


def revoke(turn: Turn, asked: HandOver, *, notice: str, by: str = "") -> None:
    """Revoke one request, withdraw the tasks that follow from it, and tell its receiver. If the
    receiver had accepted and is responsible for the case, the responsibility goes back to the
    sender or to a stand-in, if there is one.

    Args:
        notice: the kind of notice that the receiver gets.
        by: the person who revokes the request; empty if the revocation follows from something else.
    """
    status = move("hand_over", asked.status, "revoke")
    turn.say(f.HandOverMoved(hand_over=asked.id, message="revoke", status=status, by=by))
    turn.stop_clocks(asked.id, "revoked")
    if turn.state.is_of_now(asked.id):
        turn.note(f"{asked.step}.revoked")
    for task in turn.state.tasks.values():
        if task.hand_over == asked.id and task.status in TASK_UNDER_WAY:
            task_lifecycle.withdraw(turn, task)
    turn.say(f.NoticesCancelled(agencies=(asked.agency,), about=(asked.id,)))
    turn.tell(asked.agency, notice, asked.id, turn.pathway.label(asked.step))
    if asked.status in AGREED and turn.state.responsible == asked.agency:
        _give_back(turn, asked)


def _give_back(turn: Turn, asked: HandOver) -> None:
    """Return the responsibility to the sender, or else to a stand-in; if there is neither, it stays."""
    back = responsibility.stand_in(turn, asked.sender)
    if back:
        responsibility.move_to(turn, back, "revoked")


def wait_again(turn: Turn, step: str) -> None:
    """Let a step wait again after its request was revoked, so that somebody else is asked. Does
    nothing if the step is no longer open, because the request was answered before.
    """
    if turn.state.steps.get(step) == StepStatus.OPEN:
        turn.say(f.StepMoved(step=step, status=StepStatus.WAITING))


def drop_steps(turn: Turn, plans: Iterable[StepPlan]) -> None:
    """Deal with steps that cannot go on: withdraw the tasks in which they are done, tell the
    agencies that had those tasks, and skip the steps that are open or waiting.

    A step with a journey in progress is left alone.
    """
    for plan in plans:
        tasks_open = [
            task
            for task in turn.state.tasks.values()
            if task.step == plan.name and task.status in TASK_UNDER_WAY
        ]
        if any(task.kind is TaskKind.ARRIVAL for task in tasks_open):
            continue
        for task in tasks_open:
            if task.kind in FROM_STEP:
                task_lifecycle.withdraw(turn, task)
                turn.say(f.NoticesCancelled(about=(task.id,)))
                for agency in task.agencies:
                    turn.tell(agency, "no_longer_needed", task.id, plan.label)
        if turn.state.steps.get(plan.name) in STEP_UNDER_WAY:
            turn.stop_clocks(plan.name, "skipped")
            turn.say(f.StepMoved(step=plan.name, status=StepStatus.SKIPPED))


def take_back_tasks(turn: Turn) -> None:
    """Take back the tasks of agencies that may no longer go on. Each task goes to an agency of
    another role of the step, or else to the responsible agency; a vote is withdrawn. Tasks of
    agencies that have left stay: `leaving.pass_on` deals with them.
    """
    open_tasks = [task for task in turn.state.tasks.values() if task.status in OPEN_TASK]
    agencies = {task.agency for task in open_tasks}
    lost = {each for each in agencies if not (turn.may_go_on(each) or turn.has_left(each))}
    for task in open_tasks:
        if task.agency in lost:
            task_lifecycle.take_back(turn, task, "not covered")
