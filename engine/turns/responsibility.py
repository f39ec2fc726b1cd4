"""Moves the responsibility for a case, and what goes with it, to another agency."""

from __future__ import annotations

from engine import facts as f
from engine.statuses import TaskStatus
from engine.turns import stop_tasks, task_lifecycle
from engine.turns.turn import Turn
from engine.view import View


def move_to(turn: Turn, agency: str, because: str) -> None:
    """Make another agency responsible. Tasks that the old agency owed as the responsible agency
    pass to an agency that might have taken them instead, or else to the new one; suspended tasks
    stay suspended. Stops that the old agency was to confirm for others pass to the new one.
    """
    before = turn.state.responsible
    if before == agency:
        return
    turn.say(f.ResponsibilityMoved(agency=agency, because=because))
    for task in turn.state.tasks.values():
        if task.is_under_way and not task.role and task.agency == before:
            task_lifecycle.take_back(turn, task, because)
            if task.status == TaskStatus.SUSPENDED:
                task_lifecycle.suspend(turn, turn.state.tasks[task.id])
    stop_tasks.pass_on(turn)


def stand_in(view: View, *first: str) -> str | None:
    """The agency that becomes responsible when the present one no longer may be.

    One of `first`, else the agency that opened the case, else an agency in the first side's country
    that takes part in the case, else an agency that could hold a role on the first side. The
    present agency is passed over, and so are agencies that are shut out or have left. None if no
    agency is found.
    """
    side = view.pathway.first_side
    here = view.state.sides[side] + "-"
    part = sorted(each for each in view.involved() if each.startswith(here))
    could = [
        each.code
        for role in view.pathway.roles.values()
        if role.side == side
        for each in view.candidates(role.name)
    ]
    for agency in (*first, view.state.opened_by, *part, *could):
        is_out = view.is_shut_out(agency) or view.has_left(agency)
        if agency != view.state.responsible and not is_out:
            return agency
    return None
