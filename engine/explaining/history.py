"""The case at the time of an event, under the version and the names of that time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from engine.evolve import replay
from engine.facts import CaseMigrated, CaseReverted, Fact, StageMoved, StepMoved
from engine.pathway import Pathway
from engine.plans import StagePlan, StepPlan
from engine.state import State
from engine.versions.renames import Renames


@dataclass(frozen=True)
class Then:
    """The case just before one of its facts."""

    facts: Sequence[Fact]
    """All facts of the case."""
    place: int
    """The index of that fact in `facts`; for the current state, the number of all facts."""
    pathway: Pathway
    """The version that the case was on when that fact came."""
    names: Renames
    """The renames from that time to today."""

    @property
    def fact(self) -> Fact:
        return self.facts[self.place]

    @cached_property
    def state(self) -> State:
        return replay(self.facts[: self.place])

    @cached_property
    def state_after(self) -> State:
        return replay(self.facts[: self.place + 1])

    @property
    def read_at(self) -> datetime | None:
        """The time as of which the condition was read, if a late report moved the step or stage;
        otherwise None.
        """
        if self.place >= len(self.facts) or not isinstance(self.fact, StepMoved | StageMoved):
            return None
        return self.fact.read_at

    def name_of(self, section: str, now: str) -> str | None:
        """The name that a part had at that time, by its current name; None if the part did not exist."""
        back = self.names.back().of(section)
        if now in back:
            return back[now]
        return None if now in self.names.of(section) else now

    def name_now(self, section: str, then: str) -> str:
        return self.names.of(section).get(then, then)

    def part_now(self, then: str) -> str:
        """The current name of a step or stage, by the name that it had at that time."""
        return self.name_now("steps" if then in self.pathway.steps else "stages", then)

    def step(self, now: str) -> StepPlan | None:
        """The plan that a step had then, by its current name; None if the step did not exist."""
        return self.pathway.steps.get(self.name_of("steps", now) or "")

    def stage(self, now: str) -> StagePlan | None:
        return self.pathway.stages.get(self.name_of("stages", now) or "")


def backwards(
    facts: Sequence[Fact], pathway: Pathway, pathways: Mapping[int, Pathway]
) -> Iterator[Then]:
    """Each fact, newest first, except moves to another version and their reverts. Facts between a
    move and its revert are skipped.

    Args:
        pathway: the version that the case is on.
        pathways: the other versions that it was on.
    """
    names, at, place = Renames(), pathway, len(facts) - 1
    while place >= 0:
        fact = facts[place]
        if isinstance(fact, CaseReverted):
            place = _undone(facts, place, fact.before)
        elif isinstance(fact, CaseMigrated):
            names, at = fact.names.then(names), pathways.get(fact.before, at)
        else:
            yield Then(facts, place, at, names)
        place -= 1


def _undone(facts: Sequence[Fact], place: int, version: int) -> int:
    """The index of the move that a revert has undone; 0 if there is none."""
    while place > 0:
        place -= 1
        fact = facts[place]
        if isinstance(fact, CaseMigrated) and fact.version == version:
            break
    return place


def moves_step(name: str, status: str) -> Callable[[Then], bool]:
    """A test of whether a fact moves a step, given by its current name, to a status."""

    def is_it(then: Then) -> bool:
        match then.fact:
            case StepMoved(step=step, status=now):
                return now == status and step == then.name_of("steps", name)
        return False

    return is_it


def moves_stage(name: str, status: str) -> Callable[[Then], bool]:
    """A test of whether a fact moves a stage, given by its current name, to a status."""

    def is_it(then: Then) -> bool:
        match then.fact:
            case StageMoved(stage=stage, status=now):
                return now == status and stage == then.name_of("stages", name)
        return False

    return is_it
