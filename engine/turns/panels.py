"""Panels: members are asked to vote, their votes are counted, and the vote is closed."""

from __future__ import annotations

from engine import covering
from engine import facts as f
from engine.ballots import VoteResult, certain
from engine.four_eyes import seat_of
from engine.plans import StepPlan
from engine.state import State, Task
from engine.statuses import TASK_UNDER_WAY, StageStatus, StepStatus, TaskStatus
from engine.task_kinds import TaskKind
from engine.turns import separation, task_lifecycle
from engine.turns.turn import Turn
from engine.view import View


def call(turn: Turn, plan: StepPlan) -> None:
    """Ask each member to vote.

    A role that no agency may hold now, or whose agency the consents do not cover, has an empty
    seat; its vote does not fall to the responsible agency.
    """
    panel = plan.step.panel
    if panel is None:
        return
    turn.say(f.PanelCalled(step=plan.name))
    for role in panel.members:
        agency = separation.able(turn, plan.name, role)
        if agency and covering.permit(turn, plan, agency, role):
            task_lifecycle.open_task(
                turn, plan.name, TaskKind.VOTE, role, due=plan.step.due, suffix=f".{role}"
            )


def verdict(view: View, plan: StepPlan) -> VoteResult | None:
    """The panel's decision on an open step, once it is certain; None until then. Also None while
    the step's stage is suspended or may not go on.
    """
    panel = plan.step.panel
    if panel is None or view.state.steps.get(plan.name) != StepStatus.OPEN:
        return None
    is_at_rest = view.state.stages.get(plan.stage) == StageStatus.SUSPENDED
    if is_at_rest or not view.pathway.goes_on(view.state, plan.stage):
        return None
    found = votes(view.state, plan)
    cast = {role: task.outcome for role, task in found.items() if task.status == TaskStatus.DONE}
    awaited = [role for role, task in found.items() if task.status in TASK_UNDER_WAY]
    return certain(panel, tuple(plan.step.decide or ()), cast, awaited)


def close(turn: Turn, plan: StepPlan, found: VoteResult) -> None:
    """Record the decision, which is certain now, and withdraw the tasks of those who have not
    voted.
    """
    for task in votes(turn.state, plan).values():
        if task.status in TASK_UNDER_WAY:
            task_lifecycle.vacate(turn, task, "decided")
    turn.say(f.DecisionMade(step=plan.name, outcome=found.outcome, because=found.because))


def votes(state: State, plan: StepPlan) -> dict[str, Task]:
    """The tasks of the last call, by role; an empty seat has none."""
    run = state.runs.get(plan.name, 0)
    members = plan.step.panel.members if plan.step.panel else ()
    found = {
        seat_of(task): task
        for task in state.tasks.values()
        if task.kind is TaskKind.VOTE and task.id.startswith(f"{plan.name}.{run}.")
    }
    return {role: found[role] for role in members if role in found}
