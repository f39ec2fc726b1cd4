"""What an explanation is made of, and the case that is explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from engine.conditions import Condition
from engine.evolve import replay
from engine.explaining.conditions import Part, weigh
from engine.explaining.counts import Count, Editions
from engine.facts import AnyFact
from engine.questions import lookup
from engine.state import State
from engine.turns.turn import Turn

About = Literal[
    "after",
    "stage",
    "condition",
    "choice",
    "consent",
    "request",
    "act",
    "again",
    "interrupt",
    "role",
    "agency",
    "knows",
    "side",
    "floor",
    "period",
    "end",
    "state",
    "hidden",
]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One thing because of which something is so."""

    about: About
    text: str
    at: datetime | None = None
    """When it was so, if that is one moment; UTC."""
    condition: Part | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why something of a case is as it is."""

    case: str
    about: str
    """The case itself, or a task, a request, a step, a stage or a named clock of it."""
    title: str
    is_now: str
    """How it stands, in words."""
    agency: str
    """In whose zone its moments are shown."""
    because: tuple[Reason, ...] = ()
    waits_for: tuple[Reason, ...] = ()
    """What it still waits for, or why it will not come."""
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A case with its history, and who asks."""

    turn: Turn
    facts: Sequence[AnyFact]
    """Of the whole case, in their order."""
    editions: Editions
    agency: str = ""
    """Who asks; empty for who may see everything that is no secret."""

    @property
    def state(self) -> State:
        return self.turn.state

    @property
    def sees_all(self) -> bool:
        """No secrets are known here, so an operator and who answers for the case see all."""
        return self.agency in ("", self.state.responsible)

    def before(self, is_it: Callable[[AnyFact], bool]) -> State | None:
        """What the case was before the last fact of that kind; None if there is none."""
        for place in range(len(self.facts) - 1, -1, -1):
            if is_it(self.facts[place]):
                return replay(self.facts[:place])
        return None

    def weigh(self, text: str, condition: Condition, state: State) -> Reason:
        """A condition as it was in a state; for who may not see what it asks for, that there is one."""
        part = weigh(condition, self.turn.pathway.vocabulary, lookup(state))
        if not all(map(self.sees, part.known)):
            return Reason(about="hidden", text=f"{text}: on what your agency is not shown")
        return Reason(about="condition", text=f"{text}: {part.text}", condition=part)

    def sees(self, name: str) -> bool:
        """Whether who asks may know what a name of a condition or a period stands for."""
        if self.sees_all:
            return True
        head, _, rest = name.partition(".")
        own = self.own_steps()
        if name in self.turn.pathway.definition.data or rest == "answered":
            return head in self._shown()
        return head in own or rest.partition(".")[0] in own

    def own_steps(self) -> frozenset[str]:
        """The steps in which who asks has a part."""
        tasks = (each.step for each in self.state.tasks.values() if self.agency in each.agencies)
        asked = (
            each.step
            for each in self.state.hand_overs.values()
            if self.agency in (each.agency, each.sender)
        )
        return frozenset(tasks) | frozenset(asked)

    def _shown(self) -> frozenset[str]:
        """The fields that its own open tasks ask for, and what open requests show to it."""
        pathway, state = self.turn.pathway, self.state
        own = [task for task in state.open_tasks() if self.agency in task.agencies]
        asked = [each for each in state.open_hand_overs() if each.agency == self.agency]
        forms = {field.name for task in own for field in pathway.form_of(task)}
        return frozenset(forms) | {name for each in asked for name in each.shows}
