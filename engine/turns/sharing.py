"""Tasks that any of several roles may do, and the agencies that may take such a task until one has
taken it.

One agency always owes the task: at first, the agency of the first role that anybody may hold.

Source: mechanisms in which either of two agencies acts (F25, F26).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import covering
from engine import facts as f
from engine.plans import StepPlan
from engine.state import RESPONSIBLE, Task
from engine.task_kinds import FROM_STEP, TaskKind
from engine.turns import alone, separation
from engine.turns.turn import Turn
from engine.view import View


def offered(turn: Turn, step: str, roles: Iterable[str]) -> dict[str, str]:
    """Each of the roles with the agency that would do the step for it; the roles are bound. A role
    is left out if no agency may do the step for it now, or if the agency found was already found
    for an earlier role.
    """
    found: dict[str, str] = {}
    for role in roles:
        named = turn.able_and_bound(role or RESPONSIBLE)
        agency = separation.that_or_another(turn, step, role or RESPONSIBLE, named)
        if agency and agency not in found.values():
            found[role] = agency
    return found


def take(turn: Turn, task: Task, agency: str) -> Task:
    """Let an agency that may do a task take it. That agency owes the task from now on, and the
    others are told. Returns the task as it is then.
    """
    if not task.also:
        return task
    if agency == task.agency:
        turn.say(f.TaskShared(task=task.id, also={}, declined_by=task.declined_by))
    else:
        role = next(role for role, each in task.also.items() if each == agency)
        declined = task.declined_by
        turn.say(
            f.TaskAssigned(
                task=task.id, agency=agency, because="taken", declined_by=declined, role=role
            )
        )
    dismiss(turn, task, {*task.agencies} - {agency})
    return turn.state.tasks[task.id]


def let_go(turn: Turn, task: Task, agency: str) -> None:
    """Let an agency that might have taken a task decline it. Another agency still owes the task."""
    also = {role: each for role, each in task.also.items() if each != agency}
    declined = (*task.declined_by, agency)
    turn.say(f.TaskShared(task=task.id, also=also, declined_by=declined))
    dismiss(turn, task, {agency}, by=agency)


def heirs(view: View, task: Task, declined: tuple[str, ...]) -> list[tuple[str, str]]:
    """Agencies that may get a task next, each with its role: first those with which it was shared,
    then others that may do the step.

    If the step is reserved for the holders of its roles, only those with which the task was shared
    are listed.
    """
    found = [(role, each) for role, each in task.also.items() if each not in declined]
    if alone.is_alone(view, task):
        return found
    for role in roles_of(view, task):
        found += [(role, each) for each in separation.others(view, task.step, role, declined)]
    return found


def roles_of(view: View, task: Task) -> tuple[str, ...]:
    """The roles whose agencies may have a task, its own first; none if it is owed in no role."""
    plan = view.pathway.steps.get(task.step)
    named = plan.step.by if plan and task.kind in FROM_STEP - {TaskKind.VOTE} else ()
    others = tuple(role for role in named if role != task.role) if task.role in named else ()
    return (task.role, *others) if task.role else ()


def keep_up(turn: Turn) -> None:
    """Update who may take each shared task, role by role. An agency that may no longer take it is
    dismissed, and the next one that may do the step for the same role can take it instead.
    """
    for task in turn.state.tasks.values():
        if task.also and task.is_open:
            also = dict(_still(turn, task))
            if also != task.also:
                _share(turn, task, also)


def _still(view: View, task: Task) -> Iterator[tuple[str, str]]:
    plan = view.pathway.steps[task.step]
    for role, agency in task.also.items():
        if role not in plan.step.by:  # the role is from an earlier version
            continue
        others = separation.able(view, task.step, role), agency
        for each in reversed(others):
            if each is None or each in (task.agency, *task.declined_by):
                continue
            if _may_have(view, plan, each, role) and not covering.denied_to(view, plan, each, role):
                yield role, each
                break


def _may_have(view: View, plan: StepPlan, agency: str, role: str) -> bool:
    is_there = not view.has_left(agency) and view.may_go_on(agency)
    return is_there and agency not in separation.apart(view, plan.name, role)


def _share(turn: Turn, task: Task, also: dict[str, str]) -> None:
    for role in (role for role, agency in also.items() if agency != task.also.get(role)):
        turn.bind(role)
    turn.say(f.TaskShared(task=task.id, also=also, declined_by=task.declined_by))
    dismiss(turn, task, {*task.also.values()} - {*also.values()})
    for agency in sorted({*also.values()} - {*task.also.values()}):
        label = turn.pathway.label(task.step)
        turn.tell(agency, "task_assigned", task.id, label, due_at=task.due_at)


def dismiss(turn: Turn, task: Task, agencies: set[str], *, by: str = "") -> None:
    """Tell agencies that they no longer have a task, and cancel their unsent notices about it.

    Args:
        by: the agency that gave the work away itself, and so already knows.
    """
    if agencies:
        turn.say(f.NoticesCancelled(agencies=tuple(sorted(agencies)), about=(task.id,)))
    for agency in sorted(agencies - {by}):
        turn.tell(agency, "no_longer_needed", task.id, turn.pathway.label(task.step))
