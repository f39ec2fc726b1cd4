"""Separation of duties: steps that must be done by different people or agencies, and types of role
that the registry keeps apart.
"""

from __future__ import annotations

from engine import covering
from engine.errors import Refusal
from engine.state import Task
from engine.statuses import TaskStatus
from engine.task_kinds import FROM_STEP, TaskKind
from engine.turns import alone, doers
from engine.view import View

_NOBODY: frozenset[str] = frozenset()


def require(view: View, task: Task, agency: str, person: str) -> None:
    """Raises Refusal unless both the person and the agency may do the task. A task whose kind is
    not in `FROM_STEP`, such as confirming an arrival, is not checked.

    The refusal is `not_able`, `no_person`, `voted_already`, `same_person` or `same_agency`. The
    rule applies both ways: of two steps that different people must do, whichever is done first
    restricts the other; the same goes for two types of role that the registry keeps apart. People
    are identified by their codes within an agency; an agency that lists no staff need not say which
    person acts, and then counts as one person.

    Source: four eyes, no self-approval (F27, F29); separation of duties.
    """
    if task.kind not in FROM_STEP:
        return
    if task.kind is TaskKind.VOTE:
        doers.require_own_voice(view, task, agency, person)
    alone.require(view, task, agency)
    require_role_apart(view, task, agency)
    if agency in _agencies_apart(view, task.step):
        others = tuple(sorted(view.pathway.other_agencies[task.step]))
        raise Refusal("same_agency.than_of", others=others, step=task.step)
    doers.require_other_person(view, task, agency, person)


def require_agency(view: View, task: Task, agency: str, role: str) -> None:
    """Raises Refusal `same_agency` unless the agency may be given the task for a role (empty for
    none).
    """
    if agency in _agencies_apart(view, task.step):
        raise Refusal("same_agency.apart", agency=agency, step=task.step)
    require_role_apart(view, task, agency)
    if agency in doers.without_others(view, task.step, role):
        raise Refusal("same_agency.nobody_left", agency=agency, step=task.step)


def require_role_apart(view: View, task: Task, agency: str) -> None:
    """Raises Refusal `same_agency` if the agency has a role in the case that the registry keeps
    apart from the task's.

    An agency that got both roles before the registry kept them apart still holds both. What counts
    then is not whether it holds the other role, but whether it has done a task in that role.
    """
    if not view.registry.agencies_apart:  # the usual case, and this is called for each task
        return
    holds_it = any(view.state.roles.get(each) == agency for each in doers.roles_of(view, task))
    for each in doers.types_of(view, task):
        if agency in view.kept_apart(each, by_work_alone=holds_it):
            raise Refusal("same_agency.role", agency=agency, role=each, step=task.step)


def apart(view: View, step: str, role: str = "") -> frozenset[str]:
    """The agencies that may not do a step for a role: they do, did or were asked to do a step that
    is kept apart from it, or none of their staff may still do it.
    """
    others = doers.without_others(view, step, role)
    return _agencies_apart(view, step) | others if others else _agencies_apart(view, step)


def _agencies_apart(view: View, step: str) -> frozenset[str]:
    others = view.pathway.other_agencies.get(step)
    if not others:
        return _NOBODY
    state = view.state
    doing = {
        task.agency
        for task in state.tasks.values()
        if task.step in others
        and _is_its_own(task)
        and task.status != TaskStatus.WITHDRAWN
        and state.is_of_now(task.id)
    }
    return frozenset(doing) | {
        asked.agency
        for asked in state.hand_overs.values()
        if asked.step in others and state.is_of_now(asked.id)
    }


def _is_its_own(task: Task) -> bool:
    """Whether a task does the step itself; a request is done by its receiver, not by its sender."""
    return task.kind in FROM_STEP and task.kind is not TaskKind.OFFER


def able(view: View, step: str, role: str) -> str | None:
    """The agency that gets a task of the step: the role's holder, else another that may hold the
    role. None as in `that_or_another`.
    """
    return that_or_another(view, step, role, view.able(role))


def that_or_another(view: View, step: str, role: str, named: str | None) -> str | None:
    """The agency that gets a task of the step: `named`, the role's holder, if it may do the step;
    otherwise another that may hold the role and do the step. None if the role has no holder, or no
    agency may do the step.
    """
    plan = view.pathway.steps.get(step)
    if named is None or not (
        named in apart(view, step, role) or (plan and covering.denied_to(view, plan, named, role))
    ):
        return named
    return next(iter(others(view, step, role)), None)


def others(view: View, step: str, role: str, without: tuple[str, ...] = ()) -> list[str]:
    """Other agencies that may hold a role, did not decline it, may know of the case, may do the
    step, and are not left out by a consent that the step needs.
    """
    plan = view.pathway.steps.get(step)
    if role not in view.pathway.roles:
        return []
    found = view.candidates(role, (*without, *apart(view, step, role), *view.said_no(role)))
    return [
        each.code
        for each in found
        if view.may_know(each.code)
        and not (plan and covering.denied_to(view, plan, each.code, role))
    ]
