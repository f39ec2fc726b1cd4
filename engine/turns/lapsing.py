"""Due moments that close a step: once such a moment has passed, the step can no longer be done."""

from __future__ import annotations

from datetime import datetime

from engine import facts as f
from engine.definition import Time
from engine.plans import StepPlan
from engine.state import Task
from engine.statuses import StepStatus
from engine.task_kinds import FROM_STEP
from engine.turns import counting, series, task_lifecycle
from engine.turns.reactions import react
from engine.turns.turn import Turn
from engine.view import View


def closes(plan: StepPlan | None, task: Task) -> bool:
    """Whether a task can no longer be done after its due moment."""
    due = plan.step.due if plan else None
    return bool(due and due.closes) and task.kind in FROM_STEP


def lapse(turn: Turn, plan: StepPlan, task: Task) -> None:
    """Withdraw a task whose time has passed, let its step lapse, and apply the reaction in the
    step's `lapsed`.

    A series goes on until its last moment. Then its step counts as done if any of its tasks was
    done.
    """
    task_lifecycle.withdraw(turn, task)
    turn.say(f.NoticesCancelled(agencies=task.agencies, about=(task.id,)))
    for agency in task.agencies:
        turn.tell(agency, "no_longer_needed", task.id, turn.pathway.label(plan.name))
    if not plan.step.series or series.is_over(turn, plan):
        done = plan.step.series and f"{plan.name}.done" in turn.state.moments
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE if done else StepStatus.LAPSED))
    turn.note(f"{plan.name}.lapsed", turn.as_of)
    react(turn, plan.step.lapsed, task.id)


def closed_at(view: View, plan: StepPlan) -> datetime | None:
    """When the option of a step closed, or will close if the step opens now; None if it never does,
    or the moment is not known. None for a series as well.
    """
    due = plan.step.due
    if due is None or not due.closes or plan.step.series:
        return None
    if view.state.steps.get(plan.name) == StepStatus.LAPSED:
        tasks = [each for each in view.state.tasks.values() if each.step == plan.name]
        closed = [each.due_at for each in tasks if each.overdue and each.kind in FROM_STEP]
        if closed:
            return closed[-1]
    return _counted(view, plan, due)


def _counted(view: View, plan: StepPlan, due: Time) -> datetime | None:
    agency = view.holder(*plan.step.by)
    clock = counting.begin(view, "due", f"{plan.name}:due", plan.name, due, agency)
    return clock.at if clock else None


def is_too_late(view: View, plan: StepPlan) -> bool:
    """Whether a step would open only after its time has passed; never true of a series."""
    due = plan.step.due
    if due is None or not due.closes or plan.step.series:
        return False
    at = _counted(view, plan, due)
    return at is not None and at <= view.as_of


def lapse_at_once(turn: Turn, plan: StepPlan) -> None:
    """Let a step lapse without opening a task, and apply the reaction in the step's `lapsed`."""
    turn.say(f.StepMoved(step=plan.name, status=StepStatus.LAPSED))
    turn.note(f"{plan.name}.lapsed", turn.as_of)
    react(turn, plan.step.lapsed, plan.name)
