"""Steps reserved for the holders of their roles: when a holder declines a task of such a step, the
task goes to another holder or stays with this one.

Source: a decision that the law gives to one authority may not be taken by another (F26).
"""

from __future__ import annotations

from engine import facts as f
from engine.errors import Refusal
from engine.machines import move
from engine.phrases.syntax import Rung
from engine.state import RESPONSIBLE, Task
from engine.task_kinds import FROM_STEP, TaskKind
from engine.turns.turn import Turn
from engine.view import View


def is_alone(view: View, task: Task) -> bool:
    """Whether the task is a step's own, and the step is reserved for the holders of its roles
    (`passes_on: no`). Never true of a vote.
    """
    plan = view.pathway.steps.get(task.step)
    is_own = task.kind in FROM_STEP and task.kind is not TaskKind.VOTE
    return bool(is_own and plan and plan.step.passes_on is False)


def require(view: View, task: Task, agency: str) -> None:
    """Raises Refusal `not_able` if the step is reserved for the holders of its roles, and the
    agency may hold none of them.
    """
    if is_alone(view, task) and not _may(view, task, agency):
        roles = tuple(view.pathway.steps[task.step].step.by)
        raise Refusal("not_able.alone", roles=roles, step=task.step)


def stays_with(view: View, task: Task, agency: str) -> bool:
    """Whether the step is reserved for the holders of its roles and the agency may hold one, so
    that it keeps the task if no other holder can take it.
    """
    return is_alone(view, task) and _may(view, task, agency)


def _may(view: View, task: Task, agency: str) -> bool:
    return any(_holds(view, role, agency) for role in view.pathway.steps[task.step].step.by)


def _holds(view: View, role: str, agency: str) -> bool:
    if role == RESPONSIBLE:
        return agency == view.state.responsible
    return view.could_hold(agency, (role,))


def keep(turn: Turn, task: Task, agency: str, reason: str) -> None:
    """Record that the agency declines but still owes the task. Tell the responsible agency, and
    those that would be told if the task were late, except for the agency that declines.

    Raises:
        Refusal: `declined_already`, or `responsible` if nobody else would hear of it.
    """
    if agency in task.declined_by:
        raise Refusal("declined_already", task=task.id)
    told = [each for each in _watching(turn, task) if each != agency]
    if not told:
        raise Refusal("responsible.alone", step=task.step)
    move("task", task.status, "pass_on")
    turn.say(f.TaskDeclined(task=task.id, agency=agency, reason=reason))
    label = turn.pathway.label(task.step)
    for each in told:
        turn.tell(each, "attention", task.id, label, due_at=task.due_at)


def _watching(turn: Turn, task: Task) -> list[str]:
    """The agencies that the task's ladder would tell of its lateness, and the responsible one, each
    once.
    """
    rungs: tuple[Rung, ...] = turn.pathway.steps[task.step].step.late
    named = [turn.give(rung.role) for rung in rungs if rung.verb == "tell"]
    return list(dict.fromkeys((*named, turn.state.responsible)))
