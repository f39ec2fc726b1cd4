"""When a case must be looked at because of time alone.

A turn settles everything that fell due before it, as if somebody had looked at the case at each due
moment. So a reminder, or a due moment that only marks a task as late, can wait for the case's next
turn. A clock that opens something cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.clock import Clock
from engine.definition import walked
from engine.pathway import Pathway
from engine.phrases.conditions import Condition
from engine.phrases.vocabulary import names_in
from engine.state import State
from engine.task_kinds import TaskKind
from engine.turns.lapsing import closes

_ONLY_TELL = frozenset({"rung", "review", "seen"})


class Waking:
    """Knows which clocks of a pathway's cases open something."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        lateness = (name.endswith((".overdue", ".late")) for name in _asked(pathway))
        self._tells_late = any(lateness)
        """Whether any condition asks whether something is late."""

    def next(self, state: State) -> datetime | None:
        """The moment of the first clock that opens something; None if no such clock is running.

        If a condition asks whether something is late, every running clock counts.
        """
        moments = [
            clock.at
            for clock in state.clocks.values()
            if clock.paused_at is None and (self._tells_late or self._opens(state, clock))
        ]
        return min(moments, default=None)

    def _opens(self, state: State, clock: Clock) -> bool:
        if clock.kind != "due":
            return clock.kind not in _ONLY_TELL
        task = state.tasks[clock.about]
        if task.kind in (TaskKind.ARRIVAL, TaskKind.VOTE):
            return True
        return closes(self._pathway.steps.get(task.step), task)


def _asked(pathway: Pathway) -> Iterator[str]:
    """The names that the conditions of the pathway read."""
    for _, node in walked(pathway.definition):
        if isinstance(node, Condition):
            for name, _ in names_in(node, pathway.vocabulary):
                yield name
