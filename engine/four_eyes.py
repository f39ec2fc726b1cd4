"""Which parts of a pathway must be done by others than who did another part."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition import Step
from engine.state import RESPONSIBLE, State, Task, TaskKind
from engine.statuses import TaskStatus

Apart = Mapping[str, frozenset[str]]


def seat(step: str, role: str) -> str:
    """The name of a member's seat on a panel: one part of what is done in a step."""
    return f"{step}.{role}"


def seat_of(vote: Task) -> str:
    """The member whose vote a task is; the responsible agency has no role, and a seat all the same.

    Not the end of its id: that stays when the role gets another name.
    """
    return vote.role or RESPONSIBLE


def kept_as(task: Task | None, field: str) -> str:
    """The name by which a protected answer is kept: on a panel each member has its own."""
    return f"{field} {task.id}" if task and task.kind is TaskKind.VOTE else field


def field_of(state: State, name: str) -> str:
    """The field of which a kept value is the answer; the name itself where it is none of a member's."""
    field, _, about = name.rpartition(" ")
    vote = state.tasks.get(about)
    cast = vote is not None and vote.kind is TaskKind.VOTE and vote.status == TaskStatus.DONE
    return field if cast else name


def other_persons(steps: Mapping[str, Step]) -> Apart:
    """For each step, and for a chair's seat (`approve.lead`), those that another person must do."""
    apart = {name: step.not_by for name, step in steps.items()}
    for name, step in steps.items():
        if step.panel and step.panel.chair:
            apart[seat(name, step.panel.chair)] = step.panel.chair_not_by
    return _both_ways(apart)


def other_agencies(steps: Mapping[str, Step]) -> Apart:
    """For each step those that another agency must do."""
    return _both_ways({name: step.other_agency_than for name, step in steps.items()})


def _both_ways(apart: Mapping[str, tuple[str, ...]]) -> Apart:
    """Who may not do one of two may not do the other, whichever comes first."""
    found: dict[str, frozenset[str]] = {}
    for name, others in apart.items():
        for other in others:
            found[name] = found.get(name, frozenset()) | {other}
            found[other] = found.get(other, frozenset()) | {name}
    return found
