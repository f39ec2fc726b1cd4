"""Brings a case forward: opens stages and their steps as soon as they may open, stops or repeats
them where the pathway says so, starts and ends named clocks, decides panels, and ends stages that
are over.
"""

from __future__ import annotations

from datetime import datetime

from engine import facts as f
from engine.clock import Clock
from engine.plans import StagePlan, StepPlan
from engine.statuses import OPEN_TASK, CasePhase, StageStatus, StepStatus
from engine.task_kinds import TASK_OF
from engine.turns import (
    asking,
    consenting,
    counting,
    doors,
    ending,
    floors,
    gates,
    hindsight,
    interrupting,
    lapsing,
    order,
    panels,
    reaching,
    returning,
    revoking,
    series,
    stopping,
    task_lifecycle,
    timing,
)
from engine.turns.gates import Gate
from engine.turns.reactions import react
from engine.turns.turn import Turn

MOST_FACTS = 20_000
"""The most facts that one call of `advance` may lead to. A step leads to about ten facts, and a
pathway has a few dozen steps.
"""
# As plain names, since they are used for every stage in every turn and looking up a member of an
# enum is slower.
_MAY_END = frozenset({StageStatus.OPEN})
_WAITING = StepStatus.WAITING
_OPENS_STEPS = _MAY_END | {StageStatus.ENDED}


class EndlessTurn(RuntimeError):
    """A turn that does not come to an end, or to none that is near: rounds within rounds in which
    nobody acts, which `onward check` refuses. Anything else is a bug in the engine.
    """


def advance(turn: Turn) -> None:
    """Open and end whatever can be, until nothing changes any more.

    Raises:
        EndlessTurn: something keeps changing. It is better for the turn to fail than for nothing
            else to get done.
        CalendarError: a calendar ends too early for a case that is being opened.
    """
    moved, began = len(turn.facts) != turn.advanced, len(turn.facts)
    while moved and turn.state.status == CasePhase.OPEN:
        before = len(turn.facts)
        if before - began > MOST_FACTS:
            raise EndlessTurn("a turn does not come to an end")
        if turn.pathway.repeated_on:
            returning.repeat_what_must(turn)
        _set_named_clocks(turn)
        consenting.lapse(turn)
        if turn.pathway.awaits_moments or turn.state.uncounted:
            _set_late_clocks(turn)
        if turn.pathway.watches_clocks or timing.keeps_any(turn):
            timing.watch(turn)
        stopping.stop_what_must(turn)
        if turn.pathway.bases_end:
            revoking.take_back_tasks(turn)
        _reach_named_clocks(turn)
        _decide_panels(turn)
        _enter_stages(turn)
        _open_steps(turn)
        _end_stages(turn)
        ending.close_if_over(turn)
        moved = len(turn.facts) > before
    turn.advanced = len(turn.facts)


def _set_named_clocks(turn: Turn) -> None:
    """Start each named clock as soon as it can be counted and its condition holds."""
    for name, time in turn.pathway.definition.clocks.items():
        key = f"clock.{name}"
        if key in turn.state.clocks or key in turn.state.moments:
            continue
        if not hindsight.starts(turn, time):
            continue
        clock = counting.begin(turn, "named", key, name, time, turn.state.responsible)
        if clock:
            turn.set_clock(clock)


def _set_late_clocks(turn: Turn) -> None:
    """Set the due moment of open work as soon as it becomes known."""
    for task in turn.state.tasks.values():
        if task.due_at is None and task.status in OPEN_TASK:
            task_lifecycle.set_due(turn, task)
    for asked in turn.state.open_hand_overs():
        asking.start_late_clocks(turn, asked)


def _reach_named_clocks(turn: Turn) -> None:
    """Handle named clocks that are set to a moment which has already passed, so that no condition
    misses it.

    A person found to be of age when the date of birth becomes known counts as of age at once,
    before conditions that read this are decided. Clocks that fall due as time passes are settled in
    order, by `settling`.
    """
    for name in turn.pathway.definition.clocks:
        clock = turn.state.clocks.get(f"clock.{name}")
        if clock and clock.paused_at is None and clock.at <= turn.as_of:
            reaching.reach(turn, clock)
            note_reached(turn, clock)


def note_reached(turn: Turn, clock: Clock) -> None:
    """Record that a named clock has run out; conditions and other periods may depend on it."""
    turn.note(f"clock.{clock.about}", clock.at)


def _enter_stages(turn: Turn) -> None:
    for name, plan in turn.pathway.stages.items():
        if name in turn.state.stages:
            continue
        if turn.state.status != CasePhase.OPEN or turn.state.ending:
            return
        if turn.state.interrupts and interrupting.held(turn, name):
            continue
        if not order.comes_now(turn, plan.stage.after):
            continue
        if stopping.must_stop(turn, plan):
            stopping.stop_stage(turn, name)
            continue
        verdict = order.verdict(turn, plan)
        if verdict:
            read_at = hindsight.read_at(turn, plan)
            turn.say(f.StageMoved(stage=name, status=StageStatus.OPEN, read_at=read_at))
            turn.note(f"{name}.entered")
        elif verdict is False:
            read_at = hindsight.read_at(turn, plan)
            turn.say(f.StageMoved(stage=name, status=StageStatus.SKIPPED, read_at=read_at))
            if not order.is_another_taken(turn, name):
                react(turn, plan.stage.otherwise, name)


def _open_steps(turn: Turn) -> None:
    for stage, stage_plan in turn.pathway.stages.items():
        if turn.state.stages.get(stage) not in _OPENS_STEPS:
            continue
        looked_at = None
        for name in stage_plan.by_itself:
            state = turn.state
            if state is not looked_at:  # what has just opened may have ended the case
                if state.status != CasePhase.OPEN:
                    return
                rests = state.interrupts and gates.rests(turn, stage)
                if rests or not turn.pathway.goes_on(state, stage):
                    break
                looked_at, status_of = state, state.steps.get
            status = status_of(name)
            if status is not None and status is not _WAITING:
                continue
            if status is None or floors.key_of(name) not in state.clocks:
                _open_if(turn, turn.pathway.steps[name], doors.OPENING)
            elif name in turn.pathway.asked_again:
                _await(turn, turn.pathway.steps[name])


def _await(turn: Turn, plan: StepPlan) -> None:
    """Skip a step that waits for its `not_before` if time can no longer make its `when` hold."""
    verdict = gates.WHEN.asks(turn, plan)
    if verdict is gates.OVER:
        gates.WHEN.follows(turn, plan, verdict)


def begin(turn: Turn, plan: StepPlan) -> None:
    """Open a manual step that somebody has started. It waits if it may not open yet, and lapses if
    its time has passed.
    """
    before = turn.state.steps.get(plan.name)
    _open_if(turn, plan, doors.BEGUN)
    if turn.state.steps.get(plan.name) == before:
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.WAITING))


def override(turn: Turn, plan: StepPlan) -> None:
    """Open a step against the rules. If its option has closed, it was used before: its task keeps
    the moment by which that must have been.
    """
    _open(turn, plan, lapsing.closed_at(turn, plan))


def _open_if(turn: Turn, plan: StepPlan, door: tuple[Gate, ...]) -> None:
    """Open a step if every gate of the door lets it through, and begin its task, vote, request or
    series. Otherwise apply the effect of the first gate that does not let it through.
    """
    if doors.passes(turn, plan, door):
        _open(turn, plan, None)


def _open(turn: Turn, plan: StepPlan, closed: datetime | None) -> None:
    read_at = hindsight.read_at(turn, plan)
    turn.say(f.StepMoved(step=plan.name, status=StepStatus.OPEN, read_at=read_at))
    turn.note(f"{plan.name}.opened", turn.as_of)
    if plan.step.series:
        series.begin(turn, plan, plan.step.series)
    elif plan.step.hand_over and not plan.step.by and asking.may_offer(turn, plan):
        asking.offer(turn, plan, turn.state.responsible)
    else:
        open_run(turn, plan, closed)


def open_run(turn: Turn, plan: StepPlan, closed: datetime | None = None) -> None:
    """Open one more task of the step, or a vote for each member of its panel.

    Args:
        closed: the moment at which the step's option closes; if it has passed, the task was done
            before, and no clock runs.
    """
    if plan.step.panel:
        panels.call(turn, plan)
        return
    kind = TASK_OF[plan.step.does]
    roles = plan.step.by if plan.receiver else consenting.able_roles(turn, plan)
    was_kept = closed is not None and closed <= turn.as_of
    due = closed if closed is not None and was_kept else plan.step.due
    task_lifecycle.open_task(turn, plan.name, kind, roles, due=due)


def settle_or_repeat(turn: Turn, plan: StepPlan) -> None:
    """Settle a step whose work is done, unless it has to be repeated or its series goes on."""
    turn.note(f"{plan.name}.done")
    if plan.step.series:
        if series.is_over(turn, plan):
            turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
        return
    repeat = plan.step.repeat
    if (
        repeat
        and plan.until
        and not (hindsight.asks(turn, plan.until) or stopping.must_stop(turn, plan))
    ):
        if turn.state.runs_now(plan.name) < repeat.at_most:
            _repeat(turn, plan)
            return
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
        react(turn, repeat.then, plan.name)
        return
    turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))


def _repeat(turn: Turn, plan: StepPlan) -> None:
    """Repeat a step. If its consents do not allow that now, it waits for them as it did before it
    first opened.

    A manual step does not wait for them: it is done, and must be started by hand again.
    """
    if doors.passes(turn, plan, doors.REPEATING):
        open_run(turn, plan)
        return
    turn.say(
        f.StepMoved(
            step=plan.name, status=StepStatus.DONE if plan.step.manual else StepStatus.WAITING
        )
    )


def _decide_panels(turn: Turn) -> None:
    """Decide panels, whatever made the result certain: a vote, an empty seat, or the time limit."""
    for plan in turn.pathway.panels:
        if turn.state.status == CasePhase.OPEN and (found := panels.verdict(turn, plan)):
            panels.close(turn, plan, found)
            settle_or_repeat(turn, plan)
            if plan.step.decide:
                react(turn, plan.step.decide[found.outcome], plan.name)


def _end_stages(turn: Turn) -> None:
    for name, plan in turn.pathway.stages.items():
        state = turn.state
        if state.stages.get(name) not in _MAY_END:
            continue
        if state.status != CasePhase.OPEN:
            return
        if turn.pathway.goes_on(state, name) and _is_over(turn, plan):
            _end(turn, plan)


def _end(turn: Turn, plan: StagePlan) -> None:
    """Repeat the stage if `until` does not hold yet and a repetition is left; otherwise end it."""
    name, repeat = plan.name, plan.stage.repeat
    falls_short = plan.until is not None and not hindsight.asks(turn, plan.until)
    if falls_short and returning.repeat_stage(turn, name):
        return
    turn.say(f.StageMoved(stage=name, status=StageStatus.ENDED))
    turn.note(f"{name}.ended")
    if turn.state.ending:  # until now, a silent receiver could still have answered
        stopping.take_back_requests(turn, plan.steps)
    if repeat and falls_short:
        react(turn, repeat.then, name)
    if turn.state.stages.get(name) == StageStatus.ENDED:
        react(turn, plan.stage.then, name)


def _is_over(turn: Turn, plan: StagePlan) -> bool:
    """Whether every required step of a stage is settled, or enough of them are done. If enough are
    done, the others are stopped, or skipped if they never opened.
    """
    required, enough = plan.required, plan.stage.enough
    if enough and sum(turn.state.steps.get(each) == StepStatus.DONE for each in required) >= enough:
        for each in required:
            if turn.state.steps.get(each) is None:
                turn.say(f.StepMoved(step=each, status=StepStatus.SKIPPED))
            stopping.stop_step(turn, turn.pathway.steps[each])
        return True
    return all(order.settled(turn, each) for each in required)
