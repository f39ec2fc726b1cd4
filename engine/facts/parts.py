"""Facts about stages, steps and interrupts, and what was answered and decided in them."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.collecting import collected_with
from engine.facts.base import Fact
from engine.state import Answer, Override, State
from engine.statuses import StageStatus, StepStatus
from engine.withheld import OfPerson

__all__ = [
    "BegunAgain",
    "DataSet",
    "DecisionMade",
    "FormRecorded",
    "InterruptRaised",
    "InterruptResolved",
    "Overridden",
    "PanelCalled",
    "StageMoved",
    "StepMoved",
]


class StageMoved(Fact, frozen=True, tag="stage_moved"):
    stage: str
    status: StageStatus
    read_at: datetime | None = None
    """The time as of which its `when` was read, if a late report moved the stage."""

    def change(self, state: State) -> State:
        return replace(state, stages={**state.stages, self.stage: self.status})


class StepMoved(Fact, frozen=True, tag="step_moved"):
    step: str
    status: StepStatus
    read_at: datetime | None = None
    """The time as of which its `when` was read, if a late report moved the step."""

    def change(self, state: State) -> State:
        return replace(state, steps={**state.steps, self.step: self.status})


class PanelCalled(Fact, frozen=True, tag="panel_called"):
    """The members of a step's panel are asked to vote, each in a task of their own."""

    step: str

    def change(self, state: State) -> State:
        run = state.runs.get(self.step, 0) + 1
        return replace(state, runs={**state.runs, self.step: run})


class BegunAgain(Fact, frozen=True, tag="begun_again"):
    """Stages and steps start over, in a new round.

    Earlier facts have already withdrawn their open work. Consents, answers and the log are kept;
    so are named clocks, unless `ClocksForgotten` follows.
    """

    stages: dict[str, int]
    """For each stage, the number of the round that begins, counted from 1."""
    steps: tuple[str, ...]
    back_to: str = ""
    """The stage to which the case went back; empty if a stage is repeated or a case reopened."""

    def change(self, state: State) -> State:
        """Forget statuses, outcomes and moments; run numbers keep counting."""
        gone = {*self.stages, *self.steps}
        returns = state.returns
        if self.back_to:
            returns = {**returns, self.back_to: returns.get(self.back_to, 0) + 1}
        return replace(
            state,
            stages={name: each for name, each in state.stages.items() if name not in gone},
            steps={name: each for name, each in state.steps.items() if name not in gone},
            decisions={name: each for name, each in state.decisions.items() if name not in gone},
            moments={n: at for n, at in state.moments.items() if n.partition(".")[0] not in gone},
            runs_before=state.runs_before | {name: state.runs.get(name, 0) for name in self.steps},
            rounds=state.rounds | self.stages,
            returns=returns,
        )


class Overridden(Fact, frozen=True, tag="overridden"):
    """Somebody acted against the pathway's rules; later facts say what follows."""

    override: Override
    by: str = ""

    def change(self, state: State) -> State:
        return replace(state, overrides=(*state.overrides, self.override))


class FormRecorded(Fact, frozen=True, tag="form_recorded"):
    task: str
    """The task, or the hand-over, in which the form was answered."""
    answers: dict[str, Answer]
    protected: tuple[str, ...] = ()

    def change(self, state: State) -> State:
        known = tuple(dict.fromkeys((*state.protected, *self.protected)))
        collected = collected_with(state, self.task, (*self.answers, *self.protected))
        return replace(
            state, data={**state.data, **self.answers}, protected=known, collected=collected
        )


class DataSet(Fact, frozen=True, tag="data_set"):
    field: str
    value: Answer
    agency: str = ""
    """The agency whose interrupt set the field, or the responsible agency if the pathway raised the
    interrupt. Empty if the value follows from other answers.
    """

    def change(self, state: State) -> State:
        data = {**state.data, self.field: self.value}
        if not self.agency:
            return replace(state, data=data)
        return replace(state, data=data, collected={**state.collected, self.field: (self.agency,)})


class DecisionMade(Fact, frozen=True, tag="decision_made"):
    step: str
    outcome: str
    because: str = ""
    """How a panel reached its outcome: by enough votes for it (`agreed`), by the `chair`, or because
    it was `tied` or had `no_quorum`. Empty for any other decision.
    """

    def change(self, state: State) -> State:
        return replace(state, decisions={**state.decisions, self.step: self.outcome})


class InterruptRaised(Fact, frozen=True, tag="interrupt_raised"):
    name: str
    by: str = ""
    reason: OfPerson[str] = ""

    def change(self, state: State) -> State:
        return replace(state, interrupts=(*state.interrupts, self.name))


class InterruptResolved(Fact, frozen=True, tag="interrupt_resolved"):
    name: str
    by: str = ""
    outcome: str = ""

    def change(self, state: State) -> State:
        left = tuple(name for name in state.interrupts if name != self.name)
        decisions = state.decisions
        if self.outcome:
            decisions = {**decisions, f"interrupt.{self.name}": self.outcome}
        return replace(state, interrupts=left, decisions=decisions)
