"""Hand-overs by their typed messages, and the arrival at the other end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from casework.context import Actor, Onward
from casework.protected import checked_values
from casework.tasks import complete
from casework.turn import Moved, take
from engine import commands as c
from engine.acts.filling import answered, protected_in
from engine.pathway import Pathway
from engine.state import State


def offer(
    onward: Onward,
    code: str,
    task: str,
    by: Actor,
    answers: Mapping[str, object] | None = None,
) -> Moved:
    """Send the request that a task prepares, with the task's form."""
    if answers:
        return complete(onward, code, task, by, answers)
    return take(onward, code, c.Offer(task=task), by)


def see(
    onward: Onward, code: str, hand_over: str, by: Actor, *, occurred_at: datetime | None = None
) -> Moved:
    """Somebody at the receiver has opened the request."""
    return take(onward, code, c.See(hand_over=hand_over), by, occurred_at=occurred_at)


def ask_more(onward: Onward, code: str, hand_over: str, by: Actor, *, words: str = "") -> Moved:
    """The receiver needs to know more before it answers; `words` are protected."""
    values = {f"asked {hand_over}": words} if words else None
    return take(onward, code, c.Ask(hand_over=hand_over), by, values=values)


def accept_hand_over(
    onward: Onward,
    code: str,
    hand_over: str,
    by: Actor,
    answers: Mapping[str, object] | None = None,
    *,
    conditions: str = "",
    occurred_at: datetime | None = None,
) -> Moved:
    """The receiver says yes and answers what the step asks, perhaps with conditions, whose words
    are protected.

    Raises:
        Refusal: `wrong_form` names every field that is wrong, never what was answered.
    """
    given = dict(answers or {})
    values: dict[str, object] = {}

    def ask(pathway: Pathway, state: State) -> c.AnyAct:
        yes = c.AcceptHandOver(hand_over=hand_over, conditions=bool(conditions))
        act = answered(yes, given, pathway)
        values.update(checked_values(pathway, given, protected_in(given, pathway)))
        if conditions:
            values[f"conditions {hand_over}"] = conditions
        return act

    return take(onward, code, ask, by, occurred_at=occurred_at, values=values)


def wait_list(
    onward: Onward, code: str, hand_over: str, by: Actor, *, occurred_at: datetime | None = None
) -> Moved:
    """The receiver has no room now, and keeps the request on a list of its own."""
    return take(onward, code, c.WaitList(hand_over=hand_over), by, occurred_at=occurred_at)


def decline_hand_over(
    onward: Onward,
    code: str,
    hand_over: str,
    by: Actor,
    reason: str,
    *,
    words: str = "",
    occurred_at: datetime | None = None,
) -> Moved:
    """The receiver says no; `words` behind the reason are protected."""
    values = {f"declined {hand_over}": words} if words else None
    act = c.DeclineHandOver(hand_over=hand_over, reason=reason)
    return take(onward, code, act, by, occurred_at=occurred_at, values=values)


def prepare(onward: Onward, code: str, hand_over: str, by: Actor) -> Moved:
    """The receiver has everything ready."""
    return take(onward, code, c.Prepare(hand_over=hand_over), by)


def revoke(onward: Onward, code: str, hand_over: str, by: Actor) -> Moved:
    """The sender takes the request back."""
    return take(onward, code, c.Revoke(hand_over=hand_over), by)


def confirm_arrival(
    onward: Onward, code: str, task: str, by: Actor, *, occurred_at: datetime | None = None
) -> Moved:
    """The person has arrived."""
    return take(onward, code, c.ConfirmArrival(task=task), by, occurred_at=occurred_at)


def report_no_show(
    onward: Onward, code: str, task: str, by: Actor, *, occurred_at: datetime | None = None
) -> Moved:
    """The person did not arrive."""
    return take(onward, code, c.ReportNoShow(task=task), by, occurred_at=occurred_at)


def give_feedback(
    onward: Onward,
    code: str,
    task: str,
    by: Actor,
    *,
    words: str = "",
    occurred_at: datetime | None = None,
) -> Moved:
    """The receiver tells the sender how it went; `words` are protected."""
    values = {f"feedback {task}": words} if words else None
    act = c.GiveFeedback(task=task)
    return take(onward, code, act, by, occurred_at=occurred_at, values=values)
