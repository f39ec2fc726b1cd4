"""Series of a moved case get the moments of the new version."""

from __future__ import annotations

from engine import facts as f
from engine.clock import Clock
from engine.plans import StepPlan
from engine.statuses import StepStatus
from engine.turns import counting, series, timing
from engine.turns.turn import Turn


def follow(turn: Turn, old: Turn, steps: dict[str, str]) -> None:
    """Move the moments that lie ahead, add new ones, and stop those that are gone.

    Moments are matched by number; one that has come does not come again.
    """
    for name, plan in old.pathway.steps.items():
        now = turn.pathway.steps.get(steps.get(name, name))
        if now is None or turn.state.steps.get(now.name) != StepStatus.OPEN:
            continue
        before, after = plan.step.series, now.step.series
        if after and before and str(before) != str(after):
            _follow(turn, now, series.moments(old, plan, before) or [])


def _follow(turn: Turn, plan: StepPlan, before: list[Clock]) -> None:
    assert plan.step.series is not None
    counted = series.moments(turn, plan, plan.step.series)
    if counted is None:
        return
    known, wanted = {_number(each) for each in before}, {each.key: each for each in counted}
    for clock in list(turn.state.clocks.values()):
        if clock.kind != "series" or clock.about != plan.name:
            continue
        if wanted.pop(clock.key, None) is None:
            turn.stop_clocks_named(clock.key, "migrated")
        elif (again := counting.count_again(turn, clock)) and again.at != clock.at:
            timing.move(turn, again, clock.at, "migrated")
    for clock in wanted.values():
        if _number(clock) not in known and clock.at > turn.now:
            turn.set_clock(clock)
    if series.is_over(turn, plan):
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
        turn.note(f"{plan.name}.done")


def _number(clock: Clock) -> str:
    return clock.key.rpartition(":")[2]
