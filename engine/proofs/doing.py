"""Asks the engine what follows when somebody does something, or time passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from engine import commands as c
from engine.choices import PossibleAct, reopenings
from engine.decide import decide
from engine.errors import EngineError, Refusal
from engine.pathway import Pathway
from engine.proofs.counts import counted_steps, is_again
from engine.proofs.world import World
from engine.state import State, Task
from engine.statuses import CasePhase
from engine.task_kinds import TaskKind
from engine.turns.progress import EndlessTurn
from engine.view import View


class Attempted(NamedTuple):
    """Somebody does something at a moment; if `agency` is empty, time passes."""

    act: c.AnyAct
    agency: str
    now: datetime


class Doing:
    """What follows an act in a pathway, among the agencies of a world."""

    def __init__(self, own: Pathway, pathway: Pathway, used_up: Pathway, world: World) -> None:
        """`own` has limits of its own; in `pathway` none is ever reached, in `used_up` each already
        is.
        """
        self._own, self._pathway, self._used_up, self._world = own, pathway, used_up, world
        self._counted = counted_steps(pathway)
        self.complete = True
        """Whether every result could be determined."""
        self.is_endless = False
        """Whether a turn came to no end, even with the limits that the pathway has."""

    def decided(self, state: State, act: Attempted) -> State | None:
        """What an act leads to; None if it is refused, or if that cannot be determined."""
        return self._decided(self._pathway, state, act)

    def outcomes(self, state: State, act: Attempted) -> Iterator[State]:
        """What an act leads to and, if something repeats, also what follows once its limit is
        reached. Nothing if `decided` gives None.
        """
        following = self.decided(state, act)
        if following is not None:
            yield from self._with_the_last(state, act, following)

    def done(self, state: State, choice: PossibleAct, now: datetime) -> Iterator[State]:
        """What a choice leads to; for a vote, once everybody has voted the same way."""
        act, task = Attempted(choice.act, choice.agency, now), state.tasks.get(choice.about)
        if not (task and task.kind is TaskKind.VOTE and isinstance(choice.act, c.Complete)):
            yield from self.outcomes(state, act)
            return
        run = task.id.rpartition(".")[0]
        while after := self.decided(state, act):
            vote = next((each for each in after.open_tasks() if _is_vote(each, run)), None)
            if vote is None:
                yield from self._with_the_last(state, act, after)
                return
            state, act = after, Attempted(replace(choice.act, task=vote.id), vote.agency, now)

    def reopened(self, state: State, now: datetime) -> State | None:
        """The state after a case that has ended is reopened; None if it cannot be."""
        if state.end not in self._pathway.reopens_from or state.status == CasePhase.OPEN:
            return None
        view = View(self._pathway, state, now, self._world.registry, self._world.calendars)
        acts = (Attempted(each.act, each.agency, now) for each in reopenings(view))
        return next(filter(None, (self.decided(state, act) for act in acts)), None)

    def _with_the_last(self, state: State, act: Attempted, following: State) -> Iterator[State]:
        yield following
        if is_again(state, following, self._counted):
            last = self._decided(self._used_up, state, act)
            if last is not None:
                yield last

    def _decided(self, pathway: Pathway, state: State, act: Attempted) -> State | None:
        # Each thing is done by a different person: agencies have enough staff.
        task = getattr(act.act, "task", "")
        command = c.Command(
            act=act.act,
            agency=act.agency,
            person=f"{act.agency}-{len(state.tasks)}-{task}" if act.agency else "",
            occurred_at=act.now,
            recorded_at=act.now,
        )
        try:
            return self._turn(pathway, state, command)
        except Refusal:
            return None
        except EngineError:  # a count left the invented calendar, so what follows is not known
            self.complete = False
        # Or rounds within rounds in which nobody acts were done as often as limits are raised to.
        except EndlessTurn:
            self.complete = False
            self.is_endless = self.is_endless or self._comes_to_no_end(state, command)
        return None

    def _comes_to_no_end(self, state: State, command: c.Command) -> bool:
        with suppress(EngineError):
            try:
                self._turn(self._own, state, command)
            except EndlessTurn:
                return True
        return False

    def _turn(self, pathway: Pathway, state: State, command: c.Command) -> State:
        known = self._world
        return decide(pathway, state, command, known.registry, known.calendars).state


def _is_vote(task: Task, run: str) -> bool:
    """Whether a task is a vote in this run of a panel, such as `decide.1`."""
    return task.kind is TaskKind.VOTE and task.id.startswith(f"{run}.")
