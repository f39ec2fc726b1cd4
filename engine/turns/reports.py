"""Late reports: checks when the reported event happened, and notes what was in time after all.

Source: events arrive late with their true time, and deadlines follow that time (F55).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine import facts as f
from engine.errors import Refusal
from engine.state import HandOver, Task
from engine.task_kinds import FROM_STEP
from engine.turns.turn import Turn
from engine.view import Report, View

if TYPE_CHECKING:
    from engine.commands import Act, Command

_SKEW = timedelta(minutes=5)
"""How far ahead of now a reported time may be and still count as now, since clocks of devices
differ.
"""


def happened_at(view: View, command: Command) -> datetime:
    """When the reported event happened; a time only slightly ahead (`_SKEW`) counts as now.

    Raises:
        Refusal: `wrong_moment`: it is in the future, or before there was anything to do.
    """
    at = command.occurred_at
    if at > view.now + _SKEW:
        raise Refusal("wrong_moment.to_come", at=at)
    if at < view.now and command.act.dated:
        _require_possible(view, command.act, at)
    return min(at, view.now)


def _require_possible(view: View, act: Act, at: datetime) -> None:
    """Refuse a time before the act's task or request existed. For any other act, and for a task of
    a manual step, refuse a time before the case was opened. A task that follows from a late report
    exists from the time reported.
    """
    task = view.state.tasks.get(getattr(act, "task", ""))
    asked = view.state.hand_overs.get(getattr(act, "hand_over", ""))
    plan = view.pathway.steps.get(task.step) if task else None
    if task and not (plan and plan.step.manual):  # what somebody starts begins when it is recorded
        first = task.earliest or task.opened_at
        refusal = Refusal("wrong_moment.before_task", task=task.id)
    elif asked:
        first = asked.offered_at
        refusal = Refusal("wrong_moment.before_request", request=asked.id)
    else:
        first = view.state.moments.get("case.opened", at)
        refusal = Refusal("wrong_moment.before_case")
    if at < first:
        raise refusal


def date_back(turn: Turn, task: Task) -> None:
    """Date what is done in a task whose option had closed, and that was opened again because it was
    used before: by when it was used, unless another time in the period is said.

    Raises:
        Refusal: `wrong_moment`: a time after the option had closed.
    """
    plan = turn.pathway.steps.get(task.step)
    if not (plan and plan.step.due and plan.step.due.closes and task.kind in FROM_STEP):
        return
    closed, used = task.due_at, task.earliest
    if closed is None or used is None or closed > task.opened_at:
        return
    if turn.report is None:
        turn.occurred_at, turn.report = used, Report(used, turn.state)
    elif turn.report.at > closed:
        raise Refusal("wrong_moment.closed", task=task.id, closed=closed)


def acquit(turn: Turn, task: Task) -> None:
    """Note that a task is not overdue after all if it was done by its due moment, however late that
    is recorded.

    Notices sent meanwhile, and anything that followed, stay.
    """
    if task.overdue and task.due_at and turn.occurred_at <= task.due_at:
        turn.say(f.TaskInTime(task=task.id))


def acquit_seen(turn: Turn, asked: HandOver) -> None:
    """Note that a request was seen in time after all if its receiver opened it, asked back or
    answered before the time to see it had passed, however late that is recorded.
    """
    if asked.overdue and asked.overdue_at and turn.occurred_at <= asked.overdue_at:
        turn.say(f.HandOverSeenInTime(hand_over=asked.id))


def acquit_answer(turn: Turn, asked: HandOver) -> None:
    """Note that a request which counted as silent was in time after all, if it was answered by its
    due moment, however late that is recorded.
    """
    silent = turn.state.moments.get(f"{asked.step}.silent")
    was_silent = silent is not None and silent > asked.offered_at
    if was_silent and asked.answer_by and turn.occurred_at <= asked.answer_by:
        turn.say(f.HandOverInTime(hand_over=asked.id))
