"""Tells what became of a step's requests: who answered what, and which agencies gave requests up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.message import Message, message
from engine.state import HandOver, State, Task
from engine.statuses import TOLD, RequestStatus
from engine.task_kinds import TaskKind

_GIVES_UP = frozenset({TaskKind.CHASE, TaskKind.OFFER})
_ELSE = TOLD | {RequestStatus.REVOKED, RequestStatus.SILENT}
"""Statuses of a request that is explained neither as declined nor as agreed to."""


def asked_of(
    state: State, step: str, sees: Callable[[HandOver | Task], bool] = lambda _: True
) -> Message | None:
    """What became of the requests of a step that is done: `declined by X; given up by Y`. None if
    the current round has no request, and no task given up, that the reader may know of.

    Args:
        sees: whether the reader may know of a request or task; others are left out.
    """
    said = tuple(_said(state, step, sees))
    return message("why.asked.all", said=said) if said else None


def _said(state: State, step: str, sees: Callable[[HandOver | Task], bool]) -> Iterator[Message]:
    for asked in state.hand_overs.values():
        if asked.step == step and state.is_of_now(asked.id) and sees(asked):
            yield _answer(asked)
    for task in state.tasks.values():
        gave_up = task.kind in _GIVES_UP and task.outcome == "give_up"
        if gave_up and task.step == step and state.is_of_now(task.id) and sees(task):
            yield message("why.asked.given_up", agency=task.agency)


def _answer(asked: HandOver) -> Message:
    if asked.status == RequestStatus.DECLINED:
        return message("why.asked.declined", agency=asked.agency, reason=asked.reason)
    how = asked.status if asked.status in _ELSE else RequestStatus.ACCEPTED
    return message(f"why.asked.is_{how}", agency=asked.agency)
