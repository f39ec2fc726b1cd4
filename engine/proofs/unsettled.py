"""Parts that a case awaits until its end without anybody getting to them, while others have work.

Where nobody has any, the case rests (`rests`); here nobody notices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.proofs.awaited import may_open, unsettled
from engine.proofs.reached import Situation, SituationNumber
from engine.proofs.walk import Walk
from engine.proofs.without_end import leading_to
from engine.state import State
from engine.statuses import CasePhase, StepStatus
from engine.turns.floors import key_of


def never_settled(walk: Walk) -> Iterator[tuple[str, Situation]]:
    """The parts whose turn comes in some case and that nobody gets to before its end, each with the
    first situation in which that is certain.
    """
    waiting: dict[str, set[SituationNumber]] = defaultdict(set)
    for key, situation in walk.found.items():
        if not situation.line:
            for name in _overdue(walk, situation.state):
                waiting[name].add(key)
    for name in waiting.keys() - walk.apart.sidelines.steps:
        left = waiting[name] - leading_to(walk, _past(walk, name) | walk.cut)
        if left:
            yield name, walk.found[min(left)]


def _overdue(walk: Walk, state: State) -> Iterator[str]:
    """The parts that are awaited and might open by now, and that neither somebody nor time has got
    to yet.
    """
    if state.status == CasePhase.OPEN:
        for name in unsettled(walk.pathway, state):
            has_begun = state.steps.get(name) == StepStatus.OPEN or key_of(name) in state.clocks
            if not has_begun and may_open(walk.pathway, state, name):
                yield name


def _past(walk: Walk, name: str) -> set[SituationNumber]:
    """The situations in which somebody or time has got to a part."""
    is_step = name in walk.pathway.steps
    return {
        key
        for key, each in walk.found.items()
        if name in (each.state.steps if is_step else each.state.stages)
    }
