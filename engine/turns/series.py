"""Series: a step due at several moments, all set at once. Each opens a task of its own; with
`catch_up: once`, only the last of several missed moments does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from engine import facts as f
from engine.clock import Clock
from engine.definition import Series
from engine.phrases.syntax import Duration, Moment
from engine.plans import StepPlan
from engine.statuses import TASK_UNDER_WAY, StepStatus
from engine.turns import counting
from engine.turns.turn import Turn
from engine.view import View


def begin(turn: Turn, plan: StepPlan, series: Series) -> None:
    """Set the clocks of all moments of a series, counted from its anchor in the doer's calendar. If
    the series has no moments, the step is done.
    """
    turn.give(*plan.step.by)
    for clock in moments(turn, plan, series) or ():
        turn.set_clock(clock)
    if is_over(turn, plan):  # not even the first moment lies within the time that the series lasts
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
        turn.note(f"{plan.name}.done")


def moments(view: View, plan: StepPlan, series: Series) -> list[Clock] | None:
    """The clocks of the moments of a series, not yet set; None until all can be counted."""
    if view.moment(series.after) is None:
        return None
    agency = view.holder(*plan.step.by)
    counted = list(_counted(view, plan, series, agency))
    known = [clock for clock in counted if clock]
    return known if len(known) == len(counted) else None


def _counted(view: View, plan: StepPlan, series: Series, agency: str) -> Iterator[Clock | None]:
    """The clock of each moment: those listed in `at`, or each multiple of `every` within `for`.
    None for one that cannot be counted.
    """

    def clock(period: Duration, number: int) -> Clock | None:
        key, moment = f"{plan.name}:series:{number:02}", Moment(period, series.after)
        return counting.begin(view, "series", key, plan.name, moment, agency)

    if series.every is None or series.lasts is None:
        yield from (clock(period, number) for number, period in enumerate(series.at, 1))
        return
    last = clock(series.lasts, 0)
    for number in count(1):
        each = clock(counting.period_of(series, number), number)
        if each is None or last is None:
            yield None
            return
        if each.at > last.at:
            return
        yield each


def opens_task(view: View, plan: StepPlan) -> bool:
    """Whether a moment that has come opens a task; with `catch_up: once`, only the last missed
    one does.
    """
    series = plan.step.series
    if series is None or series.catch_up == "each":
        return True
    return not any(each.at <= view.now for each in _left(view, plan) if each.paused_at is None)


def is_over(view: View, plan: StepPlan) -> bool:
    """Whether all moments of a series have come, and none of its tasks is open or suspended."""
    unsettled = TASK_UNDER_WAY
    tasks = [task for task in view.state.tasks.values() if task.step == plan.name]
    return not _left(view, plan) and not any(task.status in unsettled for task in tasks)


def _left(view: View, plan: StepPlan) -> list[Clock]:
    clocks = view.state.clocks.values()
    return [each for each in clocks if each.kind == "series" and each.about == plan.name]
