"""The kinds of tasks, and which of them a step itself is done in."""

from __future__ import annotations

from enum import StrEnum


class TaskKind(StrEnum):
    """What is to be done in a task."""

    WORK = "work"
    DECISION = "decision"
    CONSENT = "consent"
    OFFER = "offer"
    """Send a request to another agency."""
    ARRIVAL = "arrival"
    """Confirm that the person has arrived."""
    FEEDBACK = "feedback"
    """Tell the sender of a request what came of it."""
    CHASE = "chase"
    """Decide what to do about a request without an answer or a receiver: wait longer or give up."""
    RESOLVE = "resolve"
    """Review whether an interrupt is over."""
    CLOSING = "closing"
    """Close the case, with the form of its end."""
    APPROVAL = "approval"
    """Approve the closing of a case, or return it."""
    VOTE = "vote"
    """Vote on what a panel decides."""
    REVIEW = "review"
    """Decide what follows, because nothing else is open in the case."""
    STOP = "stop"
    """Confirm that an agency has stopped. Only used by `StopTask`, never among the case's tasks."""


DOES = {
    TaskKind.WORK: "work",
    TaskKind.DECISION: "decision",
    TaskKind.VOTE: "decision",
    TaskKind.CONSENT: "consent",
    TaskKind.OFFER: "hand_over",
}
"""For each kind of a step's own task, what the step does."""
TASK_OF = {does: kind for kind, does in DOES.items() if kind is not TaskKind.VOTE}
"""The kind of task in which a step is done, by what it does; a panel votes instead."""
FROM_STEP = frozenset(DOES)
"""Kinds of task in which a step itself is done; the step's own `due` and `late` apply to them."""
