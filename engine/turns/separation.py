"""Separation of duties: parts that must be done by different people, or by different agencies."""

from __future__ import annotations

from engine import covering
from engine.agencies.registry import Apart
from engine.errors import Refusal
from engine.four_eyes import seat, seat_of
from engine.state import FROM_STEP, Task, TaskKind
from engine.statuses import TaskStatus
from engine.turns import alone
from engine.view import View


def require(view: View, task: Task, agency: str, person: str) -> None:
    """Raises Refusal unless the person, and the agency, may do the task.

    `not_able`, `no_person`, `same_person` or `same_agency`. It applies both ways: whichever of two
    such steps is done first restricts the other, and so with two types of roles that the registry
    keeps apart. People are identified by their codes within an agency.

    Source: four eyes, no self-approval (F27, F29); separation of duties.
    """
    if task.kind not in FROM_STEP:
        return
    alone.require(view, task, agency)
    require_role_apart(view, task, agency)
    if agency in apart(view, task.step):
        others = tuple(sorted(view.pathway.other_agencies[task.step]))
        raise Refusal("same_agency.than_of", others=others, step=task.step)
    bound = [view.pathway.other_persons.get(each, frozenset()) for each in _done_in(task)]
    others_than = frozenset().union(*bound)
    kept_apart = _apart_from(view, view.registry.persons_apart, task)
    if not (others_than or kept_apart):
        return
    if not person:
        raise Refusal("no_person.step", step=task.step)
    for done in view.state.tasks.values():
        if (done.done_by, done.agency) != (person, agency):
            continue
        if view.state.is_of_now(done.id) and not others_than.isdisjoint(_done_in(done)):
            raise Refusal("same_person.did", done=done.step, step=task.step)
        if not kept_apart.isdisjoint(_types(view, done)):
            raise Refusal("same_person.role", done=done.step, step=task.step)


def require_role_apart(view: View, task: Task, agency: str) -> None:
    """Raises Refusal `same_agency` where it has a role in the case that the registry keeps apart.

    An agency may hold both, since before the registry said so. It goes on in the one in which it has worked.
    """
    holds_it = any(view.state.roles.get(each) == agency for each in _roles(view, task))
    for each in _types(view, task):
        if agency in view.kept_apart(each, by_work_alone=holds_it):
            raise Refusal("same_agency.role", agency=agency, role=each, step=task.step)


def _apart_from(view: View, apart: Apart, task: Task) -> frozenset[str]:
    return frozenset().union(*(apart.get(each, frozenset()) for each in _types(view, task)))


def _types(view: View, task: Task) -> set[str]:
    return {view.pathway.roles[each].type for each in _roles(view, task)}


def _roles(view: View, task: Task) -> list[str]:
    """The roles in which a task is done: its own, or those of its step."""
    plan = view.pathway.steps.get(task.step)
    names = (task.role,) if task.role else plan.step.by if plan else ()
    return [each for each in names if each in view.pathway.roles]


def _done_in(task: Task) -> tuple[str, ...]:
    """The step of a task, and the seat if it is a vote."""
    if task.kind is not TaskKind.VOTE:
        return (task.step,)
    return (task.step, seat(task.step, seat_of(task)))


def apart(view: View, step: str) -> frozenset[str]:
    """The agencies that may not do a step, because they do, did, or were asked to do another."""
    others = view.pathway.other_agencies.get(step)
    if not others:
        return frozenset()
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
    """The agency that gets a task of the step: the role's holder, else another that may hold it,
    or none.
    """
    named, plan = view.able(role), view.pathway.steps.get(step)
    if named is None or not (
        named in apart(view, step) or (plan and covering.denied_to(view, plan, named, role))
    ):
        return named
    return next(iter(others(view, step, role)), None)


def others(view: View, step: str, role: str, without: tuple[str, ...] = ()) -> list[str]:
    """Other agencies that may hold a role, did not decline it, may know of the case and may do
    the step, with every consent it needs covering them.
    """
    plan = view.pathway.steps.get(step)
    if role not in view.pathway.roles:
        return []
    found = view.candidates(role, (*without, *apart(view, step), *view.said_no(role)))
    return [
        each.code
        for each in found
        if view.may_know(each.code)
        and not (plan and covering.denied_to(view, plan, each.code, role))
    ]
