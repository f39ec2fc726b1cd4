"""What tells situations of a walk apart: nothing on which nothing can depend any more."""

from __future__ import annotations

import re

from engine.pathway import Pathway
from engine.proofs.readers import SETTLED, Readers
from engine.state import OPEN_TASK, UNANSWERED, Clock, State, Task, TaskKind
from engine.turns import lapsing, panels

Key = tuple[object, ...]


class Apart:
    """Knows of a pathway what may make a difference to what follows."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway, self.readers = pathway, Readers(pathway)
        on = {name for names in pathway.repeated_on.values() for name in names}
        self._follows_something = sorted(on & pathway.steps.keys())

    def tells(self, state: State, clock: Clock) -> bool:
        if clock.paused_at is not None:
            return False
        if clock.kind == "due":
            return self._due_tells(state.tasks[clock.about])
        return clock.kind in _TELLING or (clock.kind == "seen" and self.readers.asks("late"))

    def _due_tells(self, task: Task) -> bool:
        """An arrival is missed, an option is closed, or a condition asks whether it was late."""
        plan = self.pathway.steps.get(task.step)
        is_asked = self.readers.reads(f"step.{task.step}.overdue")
        return task.kind in _MISSED or is_asked or lapsing.closes(plan, task)

    def key(self, state: State, left: str) -> Key:
        """What tells a situation: all on which something can depend, and no moment.

        Args:
            left: A task or request that is optional, and is left undone.
        """
        if state.status != "open":
            return (state.status, state.end)
        live = self.readers.live(state)
        clocks = sorted(
            (each.at, key) for key, each in state.clocks.items() if self.tells(state, each)
        )
        return (
            (state.end, state.closing),
            _unnumbered(left) if _is_open(state, left) else "",
            tuple(sorted(state.stages.items())),
            self._steps(state, live),
            self.readers.verdicts(state, live),
            self.readers.who(state, live),
            tuple(sorted(state.sides.items())),
            (state.barred, state.barred_roles),
            tuple(sorted((task.step, task.kind, task.status) for task in state.open_tasks())),
            self._requests(state, live),
            self._votes(state),
            self._rounds(state),
            tuple(
                (name, each.status, each.giver, each.view)
                for name, each in sorted(state.consents.items())
                if f"consent.{name}" in live
            ),
            tuple((k, v) for k, v in state.decisions.items() if f"decision.{k}" in live),
            self._interrupts(state, live),
            frozenset(state.moments.keys() & live),
            tuple(_unnumbered(key) for _, key in clocks),
        )

    def _rounds(self, state: State) -> tuple[object, ...]:
        """How often things were begun again, where only so often may be."""
        open_steps = [name for name, status in state.steps.items() if status not in SETTLED]
        repeats = ((name, self.pathway.steps[name].step.repeat) for name in open_steps)
        return (
            tuple(sorted(state.returns.items())),
            tuple(
                (name, number)
                for name, number in sorted(state.rounds.items())
                if self.pathway.stages[name].stage.repeat
            ),
            tuple((n, state.runs_now(n)) for n, repeat in repeats if repeat and repeat.until),
            tuple(name for name in self._follows_something if self._is_used_up(state, name)),
        )

    def _is_used_up(self, state: State, step: str) -> bool:
        repeat = self.pathway.steps[step].step.repeat
        return repeat is not None and state.runs_now(step) >= repeat.at_most

    def _interrupts(self, state: State, live: set[str]) -> tuple[str, ...]:
        """Those that hold something back, or that conditions ask for."""
        head = self.pathway.definition.interrupts
        return tuple(
            name
            for name in state.interrupts
            if head[name].is_looked_after or head[name].withdraws or f"interrupt.{name}" in live
        )

    def _votes(self, state: State) -> tuple[object, ...]:
        """How the votes stand that are not decided yet: who has voted what, who may still vote."""
        open_ones = {task.id for task in state.open_tasks()}
        return tuple(
            (
                task.id.rpartition(".")[2],
                task.status,
                task.outcome,
                len(task.declined_by) if task.id in open_ones else 0,
            )
            for plan in self.pathway.panels
            if state.steps.get(plan.name) == "open"
            for task in panels.votes(state, plan).values()
        )

    def _requests(self, state: State, live: set[str]) -> tuple[object, ...]:
        """Of requests on which something still hangs: how many were asked, how the last stands."""
        asked: dict[str, tuple[int, str]] = {}
        for each in state.hand_overs.values():
            number, _ = asked.get(each.step, (0, ""))
            asked[each.step] = (number + 1, each.status)
        return tuple(
            (step, 0 if state.steps.get(step) in SETTLED else number, status)
            for step, (number, status) in sorted(asked.items())
            if state.steps.get(step) not in SETTLED
            or f"hand_over.{step}" in live
            or state.steps.get(self.pathway.arrival_steps.get(step, ""), "done") not in SETTLED
        )

    def _steps(self, state: State, live: set[str]) -> tuple[object, ...]:
        """How steps stand while their stage is under way; how they ended only where that is asked."""
        found = []
        read = {each.split(".")[1] for each in live if each.startswith("step.")}
        for name, status in sorted(state.steps.items()):
            asked = name in read
            under_way = state.stages.get(self.pathway.steps[name].stage) not in ("ended", "closed")
            if asked or under_way:
                found.append((name, status if asked or status not in SETTLED else "settled"))
        return tuple(found)


_MISSED = frozenset({TaskKind.ARRIVAL, TaskKind.VOTE})
"""Kinds of tasks of which more follows than a reminder when they are not done in time."""
_TELLING = frozenset({"floor", "series", "answer", "expiry", "named", "waiting"})
"""Kinds of clocks from which more follows than a reminder."""


def _is_open(state: State, about: str) -> bool:
    task, asked = state.tasks.get(about), state.hand_overs.get(about)
    return bool((task and task.status in OPEN_TASK) or (asked and asked.status in UNANSWERED))


def _unnumbered(key: str) -> str:
    return _NUMBER.sub("", key)


_NUMBER = re.compile(r"\.\d+")
