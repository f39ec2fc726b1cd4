"""What it means that a case rests: nobody has anything to do in it, and only time may lead on.

Source: each step of a case has somebody who is accountable for it (NRM handbook, standard operating
procedures), and promise 2.
"""

from __future__ import annotations

import msgspec

from engine.clock import Clock, comes
from engine.pathway import Pathway
from engine.state import State
from engine.statuses import CasePhase, ProposalStatus, RequestStatus
from engine.task_kinds import TaskKind
from engine.turns import counting, task_lifecycle
from engine.turns.turn import Turn

WAIT_ON = "wait_on"
"""The outcome of a review, or of a chase, that leaves everything as it is."""
ONLY_TELL = frozenset({"review", "rung", "registry", "stop", "proposal"})
"""Kinds of clock that open and end nothing in the case's course."""
_AWAITED = frozenset({ProposalStatus.NEW, ProposalStatus.WAITING})
"""Statuses of a proposal that somebody is to answer."""


class Rest(msgspec.Struct, frozen=True):
    """A rest from which the case does not return: time alone gives nobody a task before it ends."""

    until: Clock | None
    """The clock that ends the case; None if time alone does not even end it."""
    left: State
    """How the case stands when all that time does has been done."""


def is_quiet(state: State) -> bool:
    """Whether an open case has no open task but a review, no request but a silent one, no vote and
    no proposal.

    A silent request does not count: if somebody has to follow it up, they have a task.
    """
    return (
        state.status == CasePhase.OPEN
        and all(each.status not in _AWAITED for each in state.proposals.values())
        and all(task.kind is TaskKind.REVIEW for task in state.open_tasks())
        and all(each.status == RequestStatus.SILENT for each in state.open_hand_overs())
    )


def next_clock(pathway: Pathway, state: State) -> Clock | None:
    """The clock to run out first of those from which something may follow; None if there is none.

    From the expiry of a consent something follows only if the consent's status is read somewhere.
    """
    may_lead_on = (
        clock
        for clock in state.clocks.values()
        if clock.paused_at is None and clock.kind not in ONLY_TELL
        if clock.kind != "expiry"
        or clock.about.removeprefix("consent.") in pathway.goes_by_consents
    )
    return min(may_lead_on, key=comes, default=None)


def is_under_review(state: State) -> bool:
    """Whether a review is open or, if the last one decided to wait on, nothing has been opened
    since.
    """
    if has_open_review(state):
        return True
    last = next(reversed(state.tasks.values()), None)
    if last is None or last.kind is not TaskKind.REVIEW or last.outcome != WAIT_ON:
        return False
    decided = last.done_at
    return decided is not None and all(
        each.offered_at <= decided for each in state.hand_overs.values()
    )


def has_open_review(state: State) -> bool:
    return any(task.kind is TaskKind.REVIEW for task in state.open_tasks())


def open_review(turn: Turn, lapsed: str = "") -> None:
    """Give the responsible agency a task to decide what follows.

    Args:
        lapsed: a step that had lapsed although it was done in time; empty if the case rests.
    """
    task_lifecycle.open_task(
        turn,
        lapsed or "review",
        TaskKind.REVIEW,
        "",
        due=turn.pathway.definition.review,
        suffix=".review" if lapsed else "",
    )


def watch(turn: Turn) -> None:
    """Set the moment at which the responsible agency has to look at the case again."""
    period, agency = turn.pathway.definition.review, turn.state.responsible
    clock = counting.begin(turn, "review", "case:review", "case", period, agency)
    if clock:
        turn.set_clock(clock)
