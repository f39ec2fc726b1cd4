"""The result of a demonstration: cases by end, tasks, notices sent and received, time per stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import select

from casework.context import Onward
from engine.pathway import Pathway
from engine.state import State
from engine.statuses import NOTICE_SETTLED, CasePhase, NoticeStatus
from models.columns import table_of
from models.notices import UNKNOWN, NoticeAttempt, OwedNotice
from onward.spoken import say

_NOTICES, _ATTEMPTS = table_of(OwedNotice), table_of(NoticeAttempt)
PERHAPS_SENT = "perhaps_sent"
"""Counted in place of a notice's status if the process that was sending the notice died and the
notice was not to be sent again: nobody knows whether it was sent.
"""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The counts. If `faults` is empty, all is well."""

    ends: Counter[str]
    tasks: Counter[str]
    """The number of tasks by status."""
    overdue: int
    """How many tasks were late at some point."""
    silent: int
    """The number of steps, over all cases, in which a request was not answered in time."""
    notices: Counter[str]
    """The number of notices by status, with `PERHAPS_SENT` as a further status."""
    received: int
    """How many distinct references are in the mailbox."""
    duplicates: int
    """How many messages repeat a reference."""
    days_in_stage: dict[str, list[float]]
    """For each stage, by label, the days that each case spent in it. Cases that have not left the
    stage are not counted.
    """
    faults: tuple[str, ...]


def summarise(
    onward: Onward,
    pathway: Pathway,
    states: Mapping[str, State],
    received: Counter[str],
    stuck: Sequence[str],
) -> Summary:
    """Count the results of a demonstration.

    Args:
        states: the final states, by case code.
        received: how often each reference arrived in the mailbox.
        stuck: what stopped progressing, in words.
    """
    with onward.store.read() as connection:
        notices = connection.execute(select(_NOTICES.c.reference, _NOTICES.c.status)).all()
        is_lost = _ATTEMPTS.c.outcome == UNKNOWN
        lost = {*connection.scalars(select(_NOTICES.c.reference).join(_ATTEMPTS).where(is_lost))}
    status = {
        row.reference: PERHAPS_SENT if row.reference in lost else str(row.status) for row in notices
    }
    tasks = [task for state in states.values() for task in state.tasks.values()]
    silences = [
        moment
        for state in states.values()
        for moment in state.moments
        if moment.endswith(".silent")
    ]
    return Summary(
        ends=Counter(
            state.end if state.status == CasePhase.ENDED else say("demonstration.open")
            for state in states.values()
        ),
        tasks=Counter(task.status for task in tasks),
        overdue=sum(task.overdue for task in tasks),
        silent=len(silences),
        notices=Counter(status.values()),
        received=len(received),
        duplicates=received.total() - len(received),
        days_in_stage=_days_in_stage(pathway, list(states.values())),
        faults=(*stuck, *_not_ended(states), *_lost(status, received)),
    )


def _not_ended(states: Mapping[str, State]) -> list[str]:
    return [
        say("demonstration.not_ended", case=code)
        for code, state in states.items()
        if state.status != CasePhase.ENDED
    ]


def _lost(status: Mapping[str, str], received: Counter[str]) -> list[str]:
    """Faults: notices neither sent nor cancelled, notices recorded as sent that did not arrive, and
    messages whose reference belongs to no notice.
    """
    faults = []
    for reference, became in status.items():
        if became == NoticeStatus.SENT and reference not in received:
            faults.append(say("demonstration.not_received", notice=reference))
        elif became not in (PERHAPS_SENT, *NOTICE_SETTLED):
            faults.append(say("demonstration.not_settled", notice=reference, status=became))
    unknown = sorted(reference or "(none)" for reference in received.keys() - status.keys())
    return faults + [say("demonstration.not_ours", notice=each) for each in unknown]


def _days_in_stage(pathway: Pathway, states: Sequence[State]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for name, plan in pathway.stages.items():
        spans = [
            (state.moments[f"{name}.ended"] - state.moments[f"{name}.entered"]) / timedelta(days=1)
            for state in states
            if f"{name}.ended" in state.moments
        ]
        if spans:
            found[plan.label] = spans
    return found
