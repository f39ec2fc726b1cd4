"""Where a case is in the drawing: what is done, open or late, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.drawing.pages import Mark
from engine.message import Message, Say, message
from engine.state import State
from engine.statuses import DONE, SETTLED, StageStatus, StepStatus

_MARKS: dict[str, Mark] = {
    **dict.fromkeys(SETTLED, Mark.PASSED),
    **dict.fromkeys((*DONE, StageStatus.CLOSED), Mark.DONE),
    StepStatus.OPEN: Mark.OPEN,
    StepStatus.WAITING: Mark.WAITING,
    StageStatus.SUSPENDED: Mark.WAITING,
}
_BEGAN: dict[str, tuple[str, ...]] = {
    StepStatus.OPEN: ("opened", "entered"),
    StepStatus.DONE: ("done",),
    StageStatus.ENDED: ("ended",),
}
"""For each status that is shown with its day, the moments of a step or stage at which it began."""


def word_of(status: str, spoken: Say) -> str:
    """The status of a step or stage in words; empty if it has none yet."""
    return spoken(message(f"status.part.{status}")) if status else ""


def of_step(state: State | None, name: str, spoken: Say) -> tuple[Mark, tuple[str, ...]]:
    """The mark and the text for a step; empty without a case.

    A repeated step has no status until it opens again. Work from its last round may still be open;
    the text is then only about that work.
    """
    if state is None:
        return Mark.NONE, ()
    status = state.steps.get(name)
    tasks = [each for each in state.open_tasks() if each.step == name]
    asked = [each for each in state.open_hand_overs() if each.step == name]
    late = any(each.overdue for each in tasks) or any(each.overdue for each in asked)
    owed = [(each.agencies, each.due_at) for each in tasks]
    owed += [((each.agency,), each.answer_by) for each in asked]
    said = [spoken(_with(agencies, at)) for agencies, at in owed]
    if status is None:
        return Mark.LATE if late else Mark.NONE, tuple(said)
    return Mark.LATE if late else _MARKS[status], (_since(state, name, status, spoken), *said)


def of_stage(state: State | None, name: str, spoken: Say) -> tuple[Mark, tuple[str, ...]]:
    """The mark and the text for a stage; empty without a case, or while it has no status."""
    status = state.stages.get(name) if state else None
    if state is None or status is None:
        return Mark.NONE, ()
    return _MARKS[status], (_since(state, name, status, spoken),)


def _since(state: State, name: str, status: str, spoken: Say) -> str:
    word = word_of(status, spoken)
    moments = [f"{name}.{each}" for each in _BEGAN.get(status, ())]
    at = next((state.moments[each] for each in moments if each in state.moments), None)
    return f"{word} {at:%Y-%m-%d}" if at else word


def _with(agencies: Sequence[str], at: datetime | None) -> Message:
    if at is None:
        return message("picture.with", agencies=agencies)
    return message("picture.with_until", agencies=agencies, at=at)
