"""Gates: what must hold before a step opens. Each gate is defined only here, however a step comes
to it.

A gate answers `open`, `wait` or `over`, gives the reason for a refusal, and may have an effect on a
step that it does not let through (`doors.passes`). `doors` says which gates a step must pass, and in
which order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from engine import covering
from engine import facts as f
from engine.errors import Refusal
from engine.plans import StepPlan
from engine.statuses import (
    ENTERED,
    STEP_UNDER_WAY,
    CasePhase,
    ConsentStatus,
    StageStatus,
    StepStatus,
)
from engine.turns import (
    asking,
    consenting,
    floors,
    hindsight,
    interrupting,
    lapsing,
    order,
    series,
    stopping,
)
from engine.turns.reactions import react
from engine.turns.turn import Turn
from engine.view import View


class Verdict(Enum):
    """A gate's answer for a step."""

    OPEN = "open"
    WAIT = "wait"
    """Not now, but perhaps later."""
    OVER = "over"
    """No longer possible, unless something is undone."""


# As plain names, since they are used for every step in every turn and looking up a member of an
# enum is slower.
OPEN, WAIT, OVER = Verdict
_SUSPENDED = StageStatus.SUSPENDED


def _nothing(turn: Turn, plan: StepPlan, verdict: Verdict) -> None:
    """No effect: the step just waits."""


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """One condition that must hold."""

    name: str
    asks: Callable[[View, StepPlan], Verdict]
    refusal: Callable[[View, StepPlan], Refusal]
    """Gives the reason why the gate does not let a step through; only called if it does not."""
    follows: Callable[[Turn, StepPlan, Verdict], None] = _nothing
    """What happens to a step that `doors.passes` does not let through because of this gate."""


# its stage


def _entered(view: View, plan: StepPlan) -> Verdict:
    status = view.state.stages.get(plan.stage)
    if status is None:
        return WAIT
    return OPEN if status in ENTERED else OVER


def _refusal_not_entered(view: View, plan: StepPlan) -> Refusal:
    order.require_not_over(view.pathway, view.state, plan.name)
    return Refusal("not_open.stage", stage=plan.stage)


def _goes_on(view: View, plan: StepPlan) -> Verdict:
    state = view.state
    is_open = state.status == CasePhase.OPEN
    return OPEN if is_open and view.pathway.goes_on(state, plan.stage) else OVER


def rests(view: View, stage: str) -> bool:
    """Whether nothing may start in the stage because an interrupt suspends it. The interrupt may
    have been raised before the stage could open.
    """
    return view.state.stages.get(stage) == _SUSPENDED or interrupting.held(view, stage)


def _at_work(view: View, plan: StepPlan) -> Verdict:
    return WAIT if rests(view, plan.stage) else OPEN


# whether somebody has begun it


def _by_itself(view: View, plan: StepPlan) -> Verdict:
    is_awaited = plan.step.manual and view.state.steps.get(plan.name) != StepStatus.WAITING
    return WAIT if is_awaited else OPEN


def _not_open(view: View, plan: StepPlan) -> Verdict:
    return WAIT if view.state.steps.get(plan.name) == StepStatus.OPEN else OPEN


def _not_begun(view: View, plan: StepPlan) -> Verdict:
    is_under_way = view.state.steps.get(plan.name) in STEP_UNDER_WAY
    has_task = any(task.step == plan.name for task in view.state.open_tasks())
    return WAIT if is_under_way or has_task else OPEN


def _refusal_begun(view: View, plan: StepPlan) -> Refusal:
    if view.state.steps.get(plan.name) == StepStatus.WAITING:
        return Refusal("open_already.begun", step=plan.name)
    return Refusal("open_already.step", step=plan.name)


def _once_more(view: View, plan: StepPlan) -> Verdict:
    return OPEN if view.state.runs_now(plan.name) < _at_most(plan) else OVER


def _at_most(plan: StepPlan) -> int:
    return plan.step.repeat.at_most if plan.step.repeat else 1


# what comes before it, and its conditions


def _after(view: View, plan: StepPlan) -> Verdict:
    return OPEN if order.comes_now(view, plan.step.after) else WAIT


def _stops(view: View, plan: StepPlan) -> Verdict:
    return OVER if stopping.must_stop(view, plan) else OPEN


def _stage_stops(view: View, plan: StepPlan) -> Verdict:
    return OVER if stopping.must_stop(view, view.pathway.stages[plan.stage]) else OPEN


def _settle_as_stopped(turn: Turn, plan: StepPlan, verdict: Verdict) -> None:
    stopping.settle_as_stopped(turn, plan)


def _when(view: View, plan: StepPlan) -> Verdict:
    """Whether `when` holds. If it does not, but still may before `not_before`, the step waits."""
    verdict = order.verdict(view, plan)
    if verdict:
        return OPEN
    return OVER if verdict is False and not floors.may_turn_in_time(view, plan) else WAIT


def _pass_over(turn: Turn, plan: StepPlan, verdict: Verdict) -> None:
    """Skip the step, or let it wait if time may still change the condition. If the step is skipped,
    `otherwise` applies, unless another option of its choice is taken.
    """
    if verdict is WAIT:
        if plan.name in turn.pathway.asked_again and order.verdict(turn, plan) is False:
            floors.wait_if_counted(turn, plan)
        return
    turn.stop_clocks(plan.name, "skipped")
    read_at = hindsight.read_at(turn, plan)
    turn.say(f.StepMoved(step=plan.name, status=StepStatus.SKIPPED, read_at=read_at))
    if not order.is_another_taken(turn, plan.name):
        react(turn, plan.step.otherwise, plan.name)


# consents and receivers


def _possible(view: View, plan: StepPlan) -> Verdict:
    """Over if a consent that the step relies on is denied, or its request could go only to barred
    roles.
    """
    receivers = plan.receivers
    if receivers and all(map(view.is_barred_role, receivers)):
        return OVER
    denied = any(consenting.denied(view, each) for each in (*plan.reconfirm, *plan.needs))
    return OVER if denied else OPEN


def _skip(turn: Turn, plan: StepPlan, verdict: Verdict) -> None:
    turn.say(f.StepMoved(step=plan.name, status=StepStatus.SKIPPED))


def _confirmed(view: View, plan: StepPlan) -> Verdict:
    fresh = all(consenting.is_fresh(view, each, plan) for each in plan.reconfirm)
    return OPEN if fresh else WAIT


def _ask_again(turn: Turn, plan: StepPlan, verdict: Verdict) -> None:
    """Ask again for a consent that was given too early, unless a task to ask for it is open."""
    name = next(each for each in plan.reconfirm if not consenting.is_fresh(turn, each, plan))
    known = turn.state.consents.get(name)
    if known and known.status == ConsentStatus.GIVEN:
        consenting.ask(turn, name)


def _permitted(view: View, plan: StepPlan) -> Verdict:
    """Open if the consents that the step needs are in force and cover an agency that would do the
    step or, for a request, the next receiver. For a panel, it is enough that they are in force.

    Also open for a request that has a task to prepare it, or that has no receiver left although its
    side is known.
    """
    if not plan.needs:
        return OPEN
    if not plan.receiver:
        return OPEN if consenting.permit_at_home(view, plan) else WAIT
    if plan.step.by:  # it may be prepared now, and is sent only once that is allowed
        return OPEN
    receiver = asking.receiver_of(view, plan)
    if receiver is None:  # known once the side is; if none is left, somebody must see to it
        return WAIT if _is_side_open(view, plan) else OPEN
    return OPEN if covering.permit(view, plan, receiver.agency, receiver.role) else WAIT


def _is_side_open(view: View, plan: StepPlan) -> bool:
    """Whether the side of the first receiver is not known yet; False if the receiver's role is barred."""
    is_known = view.side_of(plan.receiver) in view.state.sides
    return not (is_known or view.is_barred_role(plan.receiver))


def _refusal_uncovered(view: View, plan: StepPlan) -> Refusal:
    if plan.receiver and _is_side_open(view, plan):
        return Refusal("no_consent.side", step=plan.name, side=view.side_of(plan.receiver))
    return Refusal("no_consent.of_step", consents=tuple(plan.needs))


# time


def _counted(view: View, plan: StepPlan) -> Verdict:
    wanted = plan.step.series
    return WAIT if wanted and series.moments(view, plan, wanted) is None else OPEN


def _refusal_uncounted(view: View, plan: StepPlan) -> Refusal:
    assert plan.step.series
    return Refusal("too_early.series", step=plan.name, after=plan.step.series.after)


def _moment(view: View, plan: StepPlan) -> Verdict:
    return WAIT if floors.is_ahead(view, plan) else OPEN


def _wait(turn: Turn, plan: StepPlan, verdict: Verdict) -> None:
    floors.wait_if_counted(turn, plan)


def _moment_known(view: View, plan: StepPlan) -> Verdict:
    return OPEN if floors.is_known(view, plan) else WAIT


def _in_time(view: View, plan: StepPlan) -> Verdict:
    return OVER if lapsing.is_too_late(view, plan) else OPEN


def _kept(view: View, plan: StepPlan) -> Verdict:
    """Whether the step's option was still open when it was used: by the reported time, or now."""
    closed = lapsing.closed_at(view, plan)
    used = view.report.at if view.report else view.as_of
    return OVER if closed is not None and used > closed else OPEN


def _refusal_closed(view: View, plan: StepPlan) -> Refusal:
    return Refusal("settled.option", step=plan.name, closed=lapsing.closed_at(view, plan))


def _not_lapsed(view: View, plan: StepPlan) -> Verdict:
    """Over if the step has lapsed, and would lapse again."""
    has_lapsed = view.state.steps.get(plan.name) == StepStatus.LAPSED
    return OVER if has_lapsed and lapsing.is_too_late(view, plan) else OPEN


def _lapse(turn: Turn, plan: StepPlan, verdict: Verdict) -> None:
    lapsing.lapse_at_once(turn, plan)


ENTERED_STAGE = Gate("stage", _entered, _refusal_not_entered)
GOES_ON = Gate("end", _goes_on, lambda _, plan: Refusal("closed.stage", stage=plan.stage))
AT_WORK = Gate("suspended", _at_work, lambda _, plan: Refusal("suspended.stage", stage=plan.stage))
BY_ITSELF = Gate("manual", _by_itself, lambda _, plan: Refusal("not_open.manual", step=plan.name))
NOT_OPEN = Gate("open", _not_open, _refusal_begun)
NOT_BEGUN = Gate("begun", _not_begun, _refusal_begun)
ONCE_MORE = Gate(
    "at_most", _once_more, lambda _, plan: Refusal("used_up.step", step=plan.name, n=_at_most(plan))
)
AFTER = Gate(
    "after",
    _after,
    lambda _, plan: Refusal("too_early.after", step=plan.name, after=str(plan.step.after)),
)
STOPS = Gate(
    "stops_when",
    _stops,
    lambda _, plan: Refusal("stopped.at_once", step=plan.name),
    _settle_as_stopped,
)
STAGE_STOPS = Gate(
    "stops_when of its stage",
    _stage_stops,
    lambda _, plan: Refusal("stopped.at_once", step=plan.name),
)
WHEN = Gate("when", _when, lambda _, plan: Refusal("condition.of_step", step=plan.name), _pass_over)
POSSIBLE = Gate(
    "ruled out", _possible, lambda _, plan: Refusal("no_consent.nobody", step=plan.name), _skip
)
CONFIRMED = Gate(
    "reconfirm_before",
    _confirmed,
    lambda _, plan: Refusal("no_consent.nobody", step=plan.name),
    _ask_again,
)
PERMITTED = Gate("needs", _permitted, _refusal_uncovered)
COUNTED = Gate("series", _counted, _refusal_uncounted)
MOMENT_KNOWN = Gate(
    "not_before is known",
    _moment_known,
    lambda _, plan: Refusal("too_early.moment", step=plan.name),
)
MOMENT = Gate(
    "not_before", _moment, lambda _, plan: Refusal("too_early.moment", step=plan.name), _wait
)
IN_TIME = Gate("due", _in_time, lambda _, plan: Refusal("settled.step", step=plan.name), _lapse)
KEPT = Gate("period kept", _kept, _refusal_closed)
NOT_LAPSED = Gate("lapsed", _not_lapsed, lambda _, plan: Refusal("settled.step", step=plan.name))
