"""Checks that a part of the work is done by somebody other than whoever did another part: four eyes
in a pathway, roles that a registry keeps apart by person, one vote each on a panel.

People are told apart by their codes within an agency. An agency that names nobody counts as one
person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.errors import Refusal
from engine.four_eyes import may_be_same, seat, seat_of
from engine.state import Task
from engine.statuses import TaskStatus
from engine.task_kinds import FROM_STEP, TaskKind
from engine.view import View

_DONE = TaskStatus.DONE
_NOTHING: frozenset[str] = frozenset()


def require_other_person(view: View, task: Task, agency: str, person: str) -> None:
    """Raises Refusal `same_person` if the person has done, or may have done, a part whose doer may
    not do this task. Raises `no_person` if such a rule applies to the task, and the agency lists
    its staff but names nobody.
    """
    if _are_alike(view):
        return
    rules = _Rules.of(view, _parts_of(task), types_of(view, task))
    if rules.are_any and not person and _lists_staff(view, agency):
        raise Refusal("no_person.step", step=task.step)
    for done, is_by_role in rules.applied(view):
        if not may_be_same(done, agency, person):
            continue
        if not (done.done_by and person):
            raise Refusal("same_person.unknown", agency=agency, done=done.step, step=task.step)
        if is_by_role:
            raise Refusal("same_person.role", done=done.step, step=task.step)
        raise Refusal("same_person.did", done=done.step, step=task.step)


def another_person_matters(view: View, task: Task) -> bool:
    """Whether the pathway or the registry makes it matter which person does a task."""
    return _Rules.of(view, _parts_of(task), types_of(view, task)).are_any


def require_own_voice(view: View, task: Task, agency: str, person: str) -> None:
    """Raises Refusal `voted_already` if the person has voted, or may have voted, in this call of
    the panel; `no_person` if nobody is named for an agency that lists its staff.
    """
    if not person and _lists_staff(view, agency):
        raise Refusal("no_person.vote")
    call = f"{task.id.rpartition('.')[0]}."
    for each in view.state.tasks.values():
        is_cast = each.kind is TaskKind.VOTE and each.status == TaskStatus.DONE
        if is_cast and each.id.startswith(call) and may_be_same(each, agency, person):
            if each.done_by and person:
                raise Refusal("voted_already")
            raise Refusal("voted_already.unknown", agency=agency)


def without_others(view: View, step: str, role: str) -> frozenset[str]:
    """The agencies with nobody left who may do a step for a role: all of their staff have done a
    part that rules them out, or it is not known which of them did such a part.
    """
    if _are_alike(view):
        return _NOTHING
    types = view.pathway.types_of_roles.get(role, _NOTHING)
    rules = _Rules.of(view, (step, seat(step, role)), types)
    if not rules.are_any:
        return _NOTHING
    doers: dict[str, set[str]] = {}
    for done, _ in rules.applied(view):
        doers.setdefault(done.agency, set()).add(done.done_by)
    return frozenset(each for each, codes in doers.items() if not _has_others(view, each, codes))


def _are_alike(view: View) -> bool:
    """Whether neither the pathway nor the registry has rules about persons. A quick check, since
    such rules are rare, and every task that opens or is done is checked.
    """
    return not (view.pathway.other_persons or view.registry.persons_apart)


class _Rules(NamedTuple):
    """The parts and role types whose doers may not do a task."""

    parts: frozenset[str]
    """Steps and seats whose doers the pathway keeps from the task."""
    types: frozenset[str]
    """Types of role whose holders the registry keeps from the task, if they did another part."""

    @classmethod
    def of(cls, view: View, parts: Iterable[str], types: Iterable[str]) -> _Rules:
        """The rules for a task, given its parts (its step, and its seat if it is a vote) and the
        types of role it is done in.
        """
        persons, apart = view.pathway.other_persons, view.registry.persons_apart
        others = [persons[each] for each in parts if each in persons] if persons else []
        kept = [apart[each] for each in types if each in apart] if apart else []
        # Most tasks may be done by anybody, and this is called for each that opens.
        return cls(_NOTHING.union(*others), _NOTHING.union(*kept)) if others or kept else _FREE

    @property
    def are_any(self) -> bool:
        return bool(self.parts or self.types)

    def applied(self, view: View) -> Iterator[tuple[Task, bool]]:
        """The finished tasks whose doers may not do this task. Each comes with True if the registry
        rules the doer out, and False if the pathway does.
        """
        if not self.are_any:
            return
        parts, types = self
        for done in view.state.tasks.values():
            if done.status != _DONE:
                continue
            if not (done.done_by or done.kind in FROM_STEP):  # finished by time alone
                continue
            is_seat = done.kind is TaskKind.VOTE and seat(done.step, seat_of(done)) in parts
            if (is_seat or done.step in parts) and view.state.is_of_now(done.id):
                yield done, False
            elif types and not types.isdisjoint(types_of(view, done)):
                yield done, True


_FREE = _Rules(_NOTHING, _NOTHING)


def _has_others(view: View, agency: str, doers: set[str]) -> bool:
    """Whether an agency may have somebody other than the doers today. False if it is not known who
    one of the doers was; otherwise True if the agency lists no staff.
    """
    known = view.registry.by_code.get(agency)
    listed = known.staff if known else ()
    there = {each.code for each in listed if each.is_valid(view.today)}
    return "" not in doers and (not listed or bool(there - doers))


def _lists_staff(view: View, agency: str) -> bool:
    known = view.registry.by_code.get(agency)
    return known is not None and bool(known.staff)


def types_of(view: View, task: Task) -> frozenset[str]:
    """The types of the roles in which a task is done."""
    if task.role:
        return view.pathway.types_of_roles.get(task.role, _NOTHING)
    return view.pathway.types_of_steps.get(task.step, _NOTHING)


def roles_of(view: View, task: Task) -> list[str]:
    """The roles in which a task is done, among those that the pathway declares: its own role or, if
    it has none, the roles of its step.
    """
    plan = view.pathway.steps.get(task.step)
    names = (task.role,) if task.role else plan.step.by if plan else ()
    return [each for each in names if each in view.pathway.roles]


def _parts_of(task: Task) -> tuple[str, ...]:
    """The step of a task, and the seat if it is a vote."""
    if task.kind is not TaskKind.VOTE:
        return (task.step,)
    return (task.step, seat(task.step, seat_of(task)))
