"""Who answers for the case, and what goes with that."""

from __future__ import annotations

from engine import facts as f
from engine.turns import tasks
from engine.turns.turn import Turn


def move_to(turn: Turn, agency: str, because: str) -> None:
    """Another agency answers for the case; what the responsible one owed goes along."""
    before = turn.state.responsible
    if before == agency:
        return
    turn.say(f.ResponsibilityMoved(agency=agency, because=because))
    for task in turn.state.open_tasks():
        if not task.role and task.agency == before:
            tasks.take_back(turn, task, because)
