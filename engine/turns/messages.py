"""What all messages about a hand-over have in common."""

from __future__ import annotations

from datetime import datetime

from engine import facts as f
from engine.errors import Refusal
from engine.machines import move
from engine.message import Message, message
from engine.numbering import no_request
from engine.plans import StepPlan
from engine.state import HandOver
from engine.statuses import AGREED, OVER_FOR_SENDER, REPLIED, RequestStatus, StepStatus
from engine.turns import order
from engine.turns.turn import Turn
from engine.view import View


def find(view: View, ident: str, agency: str, *, sender: bool = False) -> HandOver:
    asked = view.state.hand_overs.get(ident)
    if asked is None:
        raise no_request(ident)
    view.require_agency(agency, view.sender_of(asked) if sender else asked.agency)
    if asked.step not in view.pathway.steps:
        raise Refusal("not_open.request_of_before", request=ident, step=asked.step)
    return asked


_ANSWERS = frozenset({"see", "ask", "accept", "answer", "decline", "wait_list"})
_ANSWERED = AGREED | {RequestStatus.ANSWERED}


def send(
    turn: Turn,
    asked: HandOver,
    word: str,
    by: str,
    *,
    conditions: bool = False,
    reason: str = "",
) -> None:
    """Move the hand-over on by one message, named by `word`. Raises Refusal if the hand-over is over,
    or the message is not possible.
    """
    require_open(turn, asked)
    if word in _ANSWERS and asked.status in _ANSWERED:
        raise _settled(asked)
    status = move("hand_over", asked.status, word)
    turn.say(
        f.HandOverMoved(
            hand_over=asked.id,
            message=word,
            status=status,
            by=by,
            conditions=conditions,
            reason=reason,
            at=_dated(turn, status),
        )
    )


def _dated(turn: Turn, status: RequestStatus) -> datetime | None:
    """When a request was answered or became silent; None for any other status."""
    if status == RequestStatus.SILENT:
        return turn.as_of
    return turn.occurred_at if status in REPLIED else None


def require_open(turn: Turn, asked: HandOver) -> None:
    """Raises Refusal, which says why, if a request was declined, closed or revoked."""
    if asked.status == RequestStatus.REVOKED:
        order.require_not_over(turn.pathway, turn.state, asked.step)
        raise Refusal("not_open.request_is", request=asked.id, status=_status(asked))
    if asked.status in OVER_FOR_SENDER:
        raise _settled(asked)


def _settled(asked: HandOver) -> Refusal:
    return Refusal("settled.request", request=asked.id, status=_status(asked))


def _status(asked: HandOver) -> Message:
    return message(f"status.hand_over.{asked.status}")


def settle_step(turn: Turn, plan: StepPlan) -> None:
    if turn.state.steps.get(plan.name) != StepStatus.DONE:
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
        turn.note(f"{plan.name}.done")


def moves_when(view: View, asked: HandOver) -> str:
    """When the responsibility moves: `on_acceptance`, `on_arrival`, or never (`stays`). The step
    says which; by default it is on acceptance if the role is on the first side, otherwise on
    arrival.
    """
    step = view.pathway.steps[asked.step].step
    if step.responsibility:
        return step.responsibility
    if view.side_of(asked.role) == view.pathway.first_side:
        return "on_acceptance"
    return "on_arrival"
