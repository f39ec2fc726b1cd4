"""Who answers for the case, and what goes with that."""

from __future__ import annotations

from engine import facts as f
from engine.turns import task_lifecycle
from engine.turns.turn import Turn
from engine.view import View


def move_to(turn: Turn, agency: str, because: str) -> None:
    """Another agency answers for the case; what the responsible one owed goes along."""
    before = turn.state.responsible
    if before == agency:
        return
    turn.say(f.ResponsibilityMoved(agency=agency, because=because))
    for task in turn.state.open_tasks():
        if not task.role and task.agency == before:
            task_lifecycle.take_back(turn, task, because)


def stand_in(view: View, *first: str) -> str | None:
    """Who answers for the case when the responsible agency may not any more.

    One of `first`, else who opened it, else who has a part or could hold a role where cases open.
    None if all of them are shut out: then nobody but the responsible agency is left.
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
