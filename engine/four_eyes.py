"""Separation of duties: which parts of a pathway may not be done by whoever did another part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.state import RESPONSIBLE, State, Task
from engine.statuses import TaskStatus
from engine.task_kinds import TaskKind

if TYPE_CHECKING:
    from engine.definition import Step

Apart = Mapping[str, frozenset[str]]


def seat(step: str, role: str) -> str:
    """The name of a member's seat on a panel. A seat is one part of a step's work."""
    return f"{step}.{role}"


def seat_of(vote: Task) -> str:
    """The role whose vote a task is: `responsible` for the responsible agency, which has a seat
    although it has no role.

    The role is not taken from the task's id, which keeps the old name when a role is renamed.
    """
    return vote.role or RESPONSIBLE


def kept_as(task: Task | None, field: str) -> str:
    """The name under which an answer to a field is stored. On a panel, each member's answer has a
    name of its own.
    """
    return f"{field} {task.id}" if task and task.kind is TaskKind.VOTE else field


def field_of(state: State, name: str) -> str:
    """The field that a stored value answers: the name itself, unless a panel member gave the answer in
    a vote that was cast.
    """
    field, _, about = name.rpartition(" ")
    vote = state.tasks.get(about)
    cast = vote is not None and vote.kind is TaskKind.VOTE and vote.status == TaskStatus.DONE
    return field if cast else name


def may_be_same(done: Task, agency: str, person: str) -> bool:
    """Whether somebody may be the person who did a task. Two people of one agency are told apart
    only if the codes of both are known.
    """
    return done.agency == agency and (done.done_by == person or not (done.done_by and person))


def other_persons(steps: Mapping[str, Step]) -> Apart:
    """For each step, and each chair's seat (`approve.lead`), the parts that another person must do.
    Parts to which no such rule applies have no entry.
    """
    apart = {name: step.not_by for name, step in steps.items()}
    for name, step in steps.items():
        if step.panel and step.panel.chair:
            apart[seat(name, step.panel.chair)] = step.panel.chair_not_by
    return _both_ways(apart)


def other_agencies(steps: Mapping[str, Step]) -> Apart:
    """For each step, the steps that another agency must do. Steps to which no such rule applies
    have no entry.
    """
    return _both_ways({name: step.other_agency_than for name, step in steps.items()})


def _both_ways(apart: Mapping[str, tuple[str, ...]]) -> Apart:
    """Make a rule symmetric: whoever does one of two parts may not do the other, in either
    order.
    """
    found: dict[str, frozenset[str]] = {}
    for name, others in apart.items():
        for other in others:
            found[name] = found.get(name, frozenset()) | {other}
            found[other] = found.get(other, frozenset()) | {name}
    return found
