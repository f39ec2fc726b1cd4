"""Tells whether an agency may do what is open to it, whichever of its people does it and whatever
they answer.

This is checked beforehand, with the same gates that would refuse the act.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine import commands as c
from engine import covering
from engine.decide import decide
from engine.errors import Refusal
from engine.state import Task
from engine.task_kinds import FROM_STEP
from engine.turns import consenting, doors, rights, separation
from engine.view import View

_SOMEBODY = "*"
"""The code of a person who has done nothing yet."""


def is_permitted(view: View, act: c.AnyAct, agency: str) -> bool:
    try:
        _require(view, act, agency)
    except Refusal:
        return False
    return True


def is_accepted(
    view: View, act: c.AnyAct, agency: str, *, happened: datetime | None = None
) -> bool:
    """Whether `decide` accepts an act exactly as it is, from somebody who has done nothing in the
    case yet; as of now, unless it `happened` before.
    """
    command = c.Command(
        act=act,
        agency=agency,
        person=_SOMEBODY,
        occurred_at=happened or view.now,
        recorded_at=view.now,
    )
    try:
        decide(view.pathway, view.state, command, view.registry, view.calendars, view.loads)
    except Refusal:
        return False
    return True


def has_part(view: View, act: c.AnyAct, agency: str) -> bool:
    """Whether an agency has the part in the case that an act requires."""
    try:
        rights.require_part(view, act.rule, agency)
    except Refusal:
        return False
    return True


def _require(view: View, act: c.AnyAct, agency: str) -> None:
    rights.require_part(view, act.rule, agency)
    state, steps = view.state, view.pathway.steps
    match act:
        case c.Complete(task=ident):
            _require_work(view, _taken(state.tasks[ident], agency))
        case c.RecordConsent(task=ident):
            task = _taken(state.tasks[ident], agency)
            covering.require(view, steps[task.step], agency, task.role)
        case c.Start(step=name):
            doors.require(view, steps[name], doors.STARTING)
        case (
            c.See(hand_over=ident)
            | c.Ask(hand_over=ident)
            | c.AcceptHandOver(hand_over=ident)
            | c.WaitList(hand_over=ident)
            | c.Prepare(hand_over=ident)
        ):
            asked = state.hand_overs[ident]
            covering.require(view, steps[asked.step], agency, asked.role)
        case _:
            pass


def _taken(task: Task, agency: str) -> Task:
    """The task as if the agency had taken it: if the task was open to several agencies, with the
    role in which this agency may take it.
    """
    roles = (role for role, each in task.also.items() if each == agency)
    return replace(task, agency=agency, role=next(roles, task.role))


def _require_work(view: View, task: Task) -> None:
    plan = view.pathway.steps.get(task.step)
    if plan is None or task.kind not in FROM_STEP:
        return
    if not plan.receiver:
        consenting.require_done(view, plan, task.agency, task.role)
    separation.require(view, task, task.agency, _SOMEBODY)
