"""Feedback: the receiver tells the sender of a request what came of it, which closes the request."""

from __future__ import annotations

from engine.errors import Refusal
from engine.state import HandOver
from engine.task_kinds import TaskKind
from engine.turns import messages, task_lifecycle
from engine.turns.turn import Turn


def ask_for(turn: Turn, asked: HandOver) -> None:
    due = turn.pathway.steps[asked.step].step.feedback
    task_lifecycle.open_task(
        turn,
        asked.step,
        TaskKind.FEEDBACK,
        asked.role,
        due=due,
        suffix=".feedback",
        hand_over=asked.id,
    )


def give(turn: Turn, ident: str, agency: str, person: str) -> None:
    """Record that the receiver has given feedback, which closes the request. Tell the sender.

    Raises:
        Refusal: as in `task_lifecycle.find`; `not_feedback`.
    """
    task = task_lifecycle.find(turn, ident, agency)
    if task.kind is not TaskKind.FEEDBACK:
        raise Refusal("not_feedback", task=ident)
    task_lifecycle.finish(turn, task, person)
    asked = turn.state.hand_overs[task.hand_over]
    messages.send(turn, asked, "close", person)
    if turn.state.is_of_now(asked.id):
        turn.note(f"{asked.step}.closed")
    turn.tell(turn.sender_of(asked), "answer_received", asked.id, turn.pathway.label(asked.step))
