"""What has become of the requests of a step: who said what, and who gave them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.state import HandOver, State, Task, TaskKind

_GIVES_UP = frozenset({TaskKind.CHASE, TaskKind.OFFER})
_WORDS = {
    "declined": "declined by {agency} ({reason})",
    "revoked": "taken back from {agency}",
    "silent": "not answered by {agency}",
    "answered": "answered by {agency}",
    "informed": "{agency} was told",
    "noted": "{agency} was told",
}
_AGREED = "accepted by {agency}"


def in_words(
    state: State, step: str, sees: Callable[[HandOver | Task], bool] = lambda _: True
) -> str:
    """Of a step that is settled: `declined by X (no_capacity), given up by Y`; empty for other work.

    Args:
        sees: whether who asks may know of a request or a task; the others are left out.
    """
    return ", ".join(_said(state, step, sees))


def _said(state: State, step: str, sees: Callable[[HandOver | Task], bool]) -> Iterator[str]:
    for asked in state.hand_overs.values():
        if asked.step == step and state.is_of_now(asked.id) and sees(asked):
            text = _WORDS.get(asked.status, _AGREED)
            yield text.format(agency=asked.agency, reason=asked.reason)
    for task in state.tasks.values():
        gave_up = task.kind in _GIVES_UP and task.outcome == "give_up"
        if gave_up and task.step == step and state.is_of_now(task.id) and sees(task):
            yield f"given up by {task.agency}"
