"""A step's `not_before`: the step does not open before that moment, and conditions that time can
change are read again when the moment comes.
"""

from __future__ import annotations

from engine import facts as f
from engine.clock import Clock
from engine.definition import Time
from engine.plans import StepPlan
from engine.questions import lookup
from engine.statuses import StepStatus
from engine.turns import counting, hindsight, order
from engine.turns.turn import Turn
from engine.view import View


def key_of(step: str) -> str:
    """The key of the clock for the moment until which a step waits."""
    return f"{step}:floor"


def begin(view: View, plan: StepPlan, floor: Time) -> Clock | None:
    """The clock of a `not_before`; None while it cannot be counted."""
    last, about = view.floor, (view.state, view.as_of, plan.name)
    if last and last[0] is about[0] and last[1:3] == about[1:]:
        return last[3]
    of = view.state.responsible
    clock = counting.begin(view, "floor", key_of(plan.name), plan.name, floor, of)
    view.floor = (*about, clock)
    return clock


def is_ahead(view: View, plan: StepPlan) -> bool:
    """Whether a step's `not_before` holds it back. True as well while the moment cannot be counted;
    False once the step has waited for it.
    """
    floor = plan.step.not_before
    if floor is None:
        return False
    if key_of(plan.name) in view.state.clocks:
        return True
    if view.state.steps.get(plan.name) == StepStatus.WAITING:
        return False
    clock = begin(view, plan, floor)
    return clock is None or clock.at > view.as_of


def is_known(view: View, plan: StepPlan) -> bool:
    """Whether a step has no `not_before`, or one that can be counted."""
    floor = plan.step.not_before
    return floor is None or begin(view, plan, floor) is not None


def wait_if_counted(turn: Turn, plan: StepPlan) -> None:
    """Let a step wait for its `not_before`, if that can be counted."""
    floor = plan.step.not_before
    clock = floor and begin(turn, plan, floor)
    if clock:
        read_at = hindsight.read_at(turn, plan)
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.WAITING, read_at=read_at))
        turn.set_clock(clock)


def may_turn_in_time(view: View, plan: StepPlan) -> bool:
    """Whether a `when` that is false now may still become true before the step's `not_before`, just
    because time passes.
    """
    has_floor = plan.step.not_before is not None
    return has_floor and may_turn(view, plan) and is_ahead(view, plan)


def may_turn(view: View, plan: StepPlan) -> bool:
    """Whether a `when` that is false now may still become true just because time passes: one that
    waits for something to be late, for example.
    """
    names = view.pathway.asked_again.get(plan.name, ())
    to_come = {name for name in names if _may_come(view, name)}
    if not to_come or plan.when is None:
        return False
    known = lookup(view.state)
    return plan.when(lambda name: None if name in to_come else known(name)) is not False


def _may_come(view: View, name: str) -> bool:
    """Whether time may still change what a condition reads: work may become late until it is
    settled, and a clock may begin or run out.
    """
    room, about, _ = name.split(".")
    if room != "clock":
        return not lookup(view.state)(name) and not order.settled(view, about)
    key = f"clock.{about}"
    if key in view.state.moments or key in view.state.clocks:
        return key in view.state.clocks
    missing = [
        each for each in view.pathway.definition.clocks[about].anchors if not view.moment(each)
    ]
    return not missing or not all(_is_past(view, each.partition(".")[0]) for each in missing)


def _is_past(view: View, name: str) -> bool:
    """Whether nothing more will come of a step or stage."""
    is_part = name in view.pathway.steps or name in view.pathway.stages
    return is_part and order.settled(view, name)
