"""What a case awaits: the parts that have to be settled before it goes on, and may open by now."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Path
from engine.definition import Stage, Step
from engine.pathway import Pathway
from engine.state import State
from engine.statuses import DONE, SETTLED, StageStatus


def unsettled(pathway: Pathway, state: State) -> Iterator[str]:
    """The stages that a case has not come to, and the required steps that are not settled in its
    open stages.
    """
    for stage, plan in pathway.stages.items():
        if not pathway.goes_on(state, stage):
            continue
        if stage not in state.stages:
            yield stage
        elif state.stages[stage] == StageStatus.OPEN:
            yield from (each for each in plan.required if state.steps.get(each) not in SETTLED)


def may_open(pathway: Pathway, state: State, name: str) -> bool:
    """Whether a part may open as far as its `after` is concerned: everything named there is
    settled, or enough of it is done.
    """
    least, left = entry(pathway, name).after.least, not_settled(pathway, state, name)
    known = state.stages | state.steps
    done = sum(known.get(each) in DONE for each in entry(pathway, name).after.names)
    return not left or 0 < least <= done


def not_settled(pathway: Pathway, state: State, name: str) -> list[str]:
    """The parts named in the `after` of a part that are not settled."""
    known = state.stages | state.steps
    return [each for each in entry(pathway, name).after.names if known.get(each) not in SETTLED]


def is_settled(state: State, name: str) -> bool:
    """Whether a part is settled, other than by the end of the case."""
    how = state.steps.get(name) or state.stages.get(name)
    return how in SETTLED and how != StageStatus.CLOSED


def entry(pathway: Pathway, name: str) -> Stage | Step:
    """What the pathway says of a part."""
    return pathway.stages[name].stage if name in pathway.stages else pathway.steps[name].step


def path_of(pathway: Pathway, name: str) -> Path:
    """The keys that lead to a part in the pathway."""
    if name in pathway.stages:
        return ("stages", name)
    return ("stages", pathway.steps[name].stage, "steps", name)
