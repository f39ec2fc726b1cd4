"""A step that is due at several moments: they are set at once, and each opens a task of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

from engine import facts as f
from engine.clocks import Counted
from engine.definition import Series
from engine.pathway import StepPlan
from engine.state import OPEN_TASK, Clock
from engine.syntax import Duration
from engine.turns.turn import Turn


def begin(turn: Turn, plan: StepPlan, series: Series) -> None:
    """Set the clocks of all its moments, counted from the anchor."""
    for number, (duration, counted) in enumerate(moments(turn, plan, series) or (), 1):
        turn.set_clock(
            Clock(
                key=f"{plan.name}:series:{number:02}",
                kind="series",
                about=plan.name,
                at=counted.at,
                editions=counted.editions,
                unit=duration.unit.value,
            )
        )
    if is_over(turn, plan):  # not even the first moment lies within the time it lasts
        turn.say(f.StepMoved(step=plan.name, status="done"))
        turn.note(f"{plan.name}.done")


def moments(turn: Turn, plan: StepPlan, series: Series) -> list[tuple[Duration, Counted]] | None:
    """Its moments with the period to each; None until all of them can be counted."""
    anchor = turn.moment(series.after)
    if anchor is None:
        return None
    agency = turn.holder(plan.step.by or "")
    counted = list(_counted(turn, series, anchor, agency))
    known = [(duration, moment) for duration, moment in counted if moment]
    return known if len(known) == len(counted) else None


def _counted(
    turn: Turn, series: Series, anchor: date, agency: str
) -> Iterator[tuple[Duration, Counted | None]]:
    """Each period after the anchor: as they are listed, or each multiple of `every` in time."""
    for period in series.at:
        yield period, turn.count_from(anchor, period, agency)
    if series.every is None or series.lasts is None:
        return
    last = turn.count_from(anchor, series.lasts, agency)
    for number in count(1):
        period = Duration(number * series.every.amount, series.every.unit)
        moment = turn.count_from(anchor, period, agency)
        if last is None or moment is None:
            yield period, None
            return
        if moment.at > last.at:
            return
        yield period, moment


def opens_task(turn: Turn, plan: StepPlan) -> bool:
    """Whether a moment that has come opens a task; with `catch_up: once` the last one missed does."""
    series = plan.step.series
    if series is None or series.catch_up == "each":
        return True
    return not any(each.at <= turn.now for each in _left(turn, plan) if each.paused_at is None)


def is_over(turn: Turn, plan: StepPlan) -> bool:
    """All moments of a series have come, and nothing of it is open."""
    unsettled = OPEN_TASK | {"suspended"}
    tasks = [task for task in turn.state.tasks.values() if task.step == plan.name]
    return not _left(turn, plan) and not any(task.status in unsettled for task in tasks)


def _left(turn: Turn, plan: StepPlan) -> list[Clock]:
    clocks = turn.state.clocks.values()
    return [each for each in clocks if each.kind == "series" and each.about == plan.name]
