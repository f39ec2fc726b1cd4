"""Stops work that is no longer needed: withdraws tasks, revokes requests and tells their agencies."""

from __future__ import annotations

from collections.abc import Collection

from engine import facts as f
from engine.plans import StagePlan, StepPlan
from engine.statuses import STAGE_UNDER_WAY, STEP_UNDER_WAY, TASK_UNDER_WAY, StageStatus, StepStatus
from engine.task_kinds import TaskKind
from engine.turns import revoking, task_lifecycle
from engine.turns.turn import Turn
from engine.view import View


def stop_what_must(turn: Turn) -> None:
    """Stop each stage and step that is under way and whose `stops_when` holds now."""
    for name in turn.pathway.stopping_stages:
        open_now = turn.state.stages.get(name) in STAGE_UNDER_WAY
        if open_now and must_stop(turn, turn.pathway.stages[name]):
            stop_stage(turn, name)
    for name in turn.pathway.stopping_steps:
        plan = turn.pathway.steps[name]
        if turn.state.steps.get(name) in STEP_UNDER_WAY and must_stop(turn, plan):
            stop_step(turn, plan)


def must_stop(view: View, plan: StepPlan | StagePlan) -> bool:
    return plan.stops is not None and bool(view.asks(plan.stops))


def stop_stage(turn: Turn, name: str) -> None:
    """Stop a stage and the work in it, except a journey in progress. The stage counts as settled,
    and its `then` does not follow.
    """
    for step in turn.pathway.stages[name].steps:
        stop_step(turn, turn.pathway.steps[step])
    turn.say(f.StageMoved(stage=name, status=StageStatus.STOPPED))
    turn.note(f"{name}.stopped", turn.as_of)


def stop_step(turn: Turn, plan: StepPlan) -> None:
    """Stop a step that is open or waiting and withdraw its work, unless a journey is under way."""
    if turn.state.steps.get(plan.name) not in STEP_UNDER_WAY or is_travelling(turn, plan.name):
        return
    withdraw_work(turn, plan)
    settle_as_stopped(turn, plan)


def settle_as_stopped(turn: Turn, plan: StepPlan) -> None:
    turn.say(f.StepMoved(step=plan.name, status=StepStatus.STOPPED))
    turn.note(f"{plan.name}.stopped", turn.as_of)


def is_travelling(view: View, step: str) -> bool:
    """Whether the person is on the way: an agency at the other end awaits their arrival, and they
    have not been recorded as missing. The agency keeps waiting whatever becomes of the step.
    """
    return f"{step}.missed" not in view.state.moments and any(
        task.step == step and task.kind is TaskKind.ARRIVAL and task.status in TASK_UNDER_WAY
        for task in view.state.tasks.values()
    )


def withdraw_work(turn: Turn, plan: StepPlan) -> None:
    """Withdraw a step's tasks and unanswered requests. Tasks to give feedback stay, so that the
    sender still gets feedback on accepted requests.
    """
    take_back_requests(turn, (plan.name,))
    for task in turn.state.tasks.values():
        if task.step != plan.name or task.status not in TASK_UNDER_WAY:
            continue
        if task.kind is not TaskKind.FEEDBACK:
            task_lifecycle.withdraw(turn, task)
            turn.say(f.NoticesCancelled(about=(task.id,)))
            for agency in task.agencies:
                turn.tell(agency, "no_longer_needed", task.id, plan.label)
    turn.stop_clocks(plan.name, "withdrawn")


def take_back_requests(turn: Turn, steps: Collection[str]) -> None:
    """Revoke the unanswered requests of the steps."""
    for asked in turn.state.open_hand_overs():
        if asked.step in steps:
            revoking.revoke(turn, asked, notice="no_longer_needed")
