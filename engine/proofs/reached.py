"""Collects what the cases of a walk reach, even in a situation that the walk takes for one it has met
before.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import msgspec

from engine.message import Message
from engine.pathway import Pathway
from engine.plans import RolePlan
from engine.proofs.world import OPENED, World
from engine.state import RESPONSIBLE, State, Task
from engine.statuses import StageStatus
from engine.view import View

_SKIPPED = StageStatus.SKIPPED


SituationNumber = int
"""The number of a situation in the walk, in the order in which distinct ones were met."""


class Situation(msgspec.Struct, frozen=True):
    """A situation in the walk, and how the case got there."""

    state: State
    now: datetime
    disturbed: bool
    """Whether something has happened that nobody was waiting for."""
    before: SituationNumber | None
    what: Message | None
    """The last thing done; None if it need not be told."""
    left: str = ""
    """The optional task or request that is left undone; empty if there is none."""
    line: frozenset[str] = frozenset()
    """The sideline being walked while everything else stays as it is; empty if there is none."""
    beside: SituationNumber | None = None
    """On a sideline: the situation that the walk left for it. That situation goes on whatever
    happens on the sideline.
    """
    rests: bool = False
    """Whether only sidelines are open, which are then completed to see what follows."""


Goal = tuple[str, str]
"""Something to reach: its section of the pathway, and its name."""


def goals_in(state: State) -> set[Goal]:
    """The stages, steps and end that a case has reached, even if it ended in the turn in which it
    reached them.
    """
    stages = (name for name, how in state.stages.items() if how != _SKIPPED)
    return {
        *(("stages", name) for name in stages),
        *(("steps", name) for name in state.runs),
        *([("ends", state.end)] if state.end else ()),
    }


class Reached:
    """Collects what is reached from every situation."""

    def __init__(self, pathway: Pathway, world: World) -> None:
        self._pathway, self._world = pathway, world
        self.stages: set[str] = set()
        self.steps: set[str] = set()
        """Stages entered and steps opened in at least one case, even if it ended in that turn."""
        self.misplaced: dict[str, tuple[Situation, Task]] = {}
        """Steps that open for another side although the agency there must not know of the case, or the
        country of that side is not known yet; each with the first such situation, and the task in it.
        """
        self.uncovered: dict[str, tuple[Situation, Task]] = {}
        """Likewise, steps of the first side that go to the responsible agency, because nothing
        lets their own agency know of the case.
        """
        self.had_by: dict[str, set[str]] = {}
        """For each step, the roles whose agencies had it or could have taken it."""

    def note(self, before: State, situation: Situation) -> None:
        """Record what is new in a situation."""
        state = situation.state
        if state.stages is not before.stages:
            self.stages |= {name for name, how in state.stages.items() if how != _SKIPPED}
        if state.runs is not before.runs:
            self.steps |= state.runs.keys()
        if state.tasks is not before.tasks:
            for task in islice(state.tasks.values(), len(before.tasks), None):  # only ever added
                self.had_by.setdefault(task.step, set()).update((task.role, *task.also))
                if task.is_open and self._is_misplaced(state, task):
                    is_here = self._pathway.roles[task.role].side == self._pathway.first_side
                    found = self.uncovered if is_here else self.misplaced
                    found.setdefault(task.step, (situation, task))

    def _is_misplaced(self, state: State, task: Task) -> bool:
        """Whether a newly opened task is with an agency that cannot hold its role. On another side,
        this is an agency outside the side's country. On the first side, it is an agency without the
        role, if no agency with the role may know of the case and the role may not open cases. False
        if the side or, on the first side, the role is barred, since the task is then meant to go to
        another agency.
        """
        if task.step not in self._pathway.steps or not task.role or task.role == RESPONSIBLE:
            return False
        role = self._pathway.roles[task.role]
        if role.side in state.barred:
            return False
        holder = self._world.registry.by_code.get(task.agency)
        if role.side != self._pathway.first_side:
            return holder is None or holder.country != state.sides.get(role.side)
        # On the side where cases open, the responsible agency may do what no other agency is told
        # of.
        is_its = holder is None or role.type in holder.roles or task.role in state.barred_roles
        return not (
            is_its
            or role.type in self._pathway.definition.opening_types
            or self._may_any_know(state, role)
        )

    def _may_any_know(self, state: State, role: RolePlan) -> bool:
        """Whether some agency of the role's type, in the country of the role's side, may know of
        the case. Also true if there is no such agency.
        """
        world = self._world
        view = View(self._pathway, state, OPENED, world.registry, world.calendars)
        country = state.sides[role.side]
        able = [
            each.code
            for each in world.registry.agencies
            if role.type in each.roles and each.country == country
        ]
        return not able or any(map(view.may_know, able))
