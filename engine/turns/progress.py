"""What opens by itself: stages whose conditions hold, their steps, and what ends a stage."""

from __future__ import annotations

from engine import facts as f
from engine.pathway import StepPlan
from engine.questions import lookup
from engine.state import Clock, TaskKind
from engine.syntax import Moment
from engine.turns import asking, consents, counting, interrupts, tasks, timing
from engine.turns.reactions import react
from engine.turns.turn import Turn

_KINDS = {
    "work": TaskKind.WORK,
    "decision": TaskKind.DECISION,
    "consent": TaskKind.CONSENT,
    "hand_over": TaskKind.OFFER,
}


def advance(turn: Turn) -> None:
    """Open and end whatever can be, until nothing changes any more."""
    moved = True
    while moved and turn.state.status == "open":
        before = len(turn.facts)
        _set_named_clocks(turn)
        if turn.pathway.awaits_moments:
            _set_late_clocks(turn)
        if turn.pathway.watches_clocks:
            timing.watch(turn)
        _reach_named_clocks(turn)
        _enter_stages(turn)
        _open_steps(turn)
        _end_stages(turn)
        moved = len(turn.facts) > before
    if turn.state.status == "open":
        _never_idle(turn)


def _settled(turn: Turn, name: str) -> bool:
    status = turn.state.steps.get(name) or turn.state.stages.get(name)
    return status in ("done", "skipped", "ended")


def is_due_after(turn: Turn, plan: StepPlan) -> bool:
    """Everything that the step comes after is settled."""
    return all(_settled(turn, each) for each in plan.step.after)


def _set_named_clocks(turn: Turn) -> None:
    """A named clock starts as soon as what it is counted from is known, and its condition holds."""
    for name, time in turn.pathway.definition.clocks.items():
        key = f"clock.{name}"
        if key in turn.state.clocks or key in turn.state.moments:
            continue
        if time.when and turn.pathway.test(time.when)(lookup(turn.state)) is not True:
            continue
        clock = counting.begin(turn, "named", key, name, time, turn.state.responsible)
        if clock:
            turn.set_clock(clock)


def _set_late_clocks(turn: Turn) -> None:
    """What is open without a due moment gets one as soon as it is known."""
    for task in turn.state.open_tasks():
        if task.due_at is None:
            tasks.set_due(turn, task)
    for asked in turn.state.open_hand_overs():
        if asked.answer_by is None:
            asking.start_late_clocks(turn, asked)


def _reach_named_clocks(turn: Turn) -> None:
    """What a named clock was set to may have passed already: no condition may miss that.

    Who is of age when the date of birth becomes known is so at once, and not only after what asks
    for it was skipped. Clocks that time alone has brought are settled in their order.
    """
    for name in turn.pathway.definition.clocks:
        clock = turn.state.clocks.get(f"clock.{name}")
        if clock and clock.paused_at is None and clock.at <= turn.until:
            turn.say(f.ClockReached(key=clock.key, due=clock.at))
            note_reached(turn, clock)


def note_reached(turn: Turn, clock: Clock) -> None:
    """A named clock has run out: conditions and other periods may go by that."""
    turn.note(f"clock.{clock.about}", clock.at)


def _enter_stages(turn: Turn) -> None:
    for name, plan in turn.pathway.stages.items():
        if turn.state.status != "open":
            return
        if name in turn.state.stages or interrupts.held(turn, name):
            continue
        if not all(_settled(turn, each) for each in plan.stage.after):
            continue
        verdict = True if plan.when is None else plan.when(lookup(turn.state))
        if verdict:
            turn.say(f.StageMoved(stage=name, status="open"))
            turn.note(f"{name}.entered")
        elif verdict is False:
            turn.say(f.StageMoved(stage=name, status="skipped"))
            react(turn, plan.stage.otherwise, name)


def _open_steps(turn: Turn) -> None:
    for stage, stage_plan in turn.pathway.stages.items():
        if turn.state.stages.get(stage) not in ("open", "ended"):
            continue
        for name in stage_plan.steps:
            if turn.state.status != "open":
                return
            plan = turn.pathway.steps[name]
            status = turn.state.steps.get(name)
            rests = status == "waiting" and f"{name}:floor" in turn.state.clocks
            if (status is None and not plan.step.manual) or (status == "waiting" and not rests):
                _consider(turn, plan)


def _consider(turn: Turn, plan: StepPlan) -> None:
    """Open a step, pass it over, or let it wait for what is not known yet."""
    if not is_due_after(turn, plan):
        return
    verdict = turn.holds(plan)
    if verdict is False:
        turn.say(f.StepMoved(step=plan.name, status="skipped"))
        react(turn, plan.step.otherwise, plan.name)
    elif verdict and _ruled_out(turn, plan):
        turn.say(f.StepMoved(step=plan.name, status="skipped"))
    elif verdict and _permitted(turn, plan):
        open_when_time(turn, plan)


def _permitted(turn: Turn, plan: StepPlan) -> bool:
    """The consents that it needs stand, and are confirmed once more where that is asked."""
    for name in plan.reconfirm:
        if not consents.is_fresh(turn, name, plan):
            _ask_again(turn, name)
            return False
    if not plan.needs:
        return True
    if not plan.receiver:
        return consents.permit(turn, plan, turn.holder(plan.step.by or ""))
    if plan.step.by:  # it is prepared meanwhile, and sent only when it may be
        return True
    receiver = asking.receiver_of(turn, plan)
    if receiver is None:  # known once the side is; where nobody is left, somebody must see to it
        return turn.side_of(plan.receiver) in (*turn.state.sides, *turn.state.barred)
    return consents.permit(turn, plan, receiver.agency, receiver.role)


def _ruled_out(turn: Turn, plan: StepPlan) -> bool:
    """It needs a consent that was denied, or would go to a side that gets nothing."""
    needed = (*plan.reconfirm, *plan.needs)
    sides = {turn.side_of(role) for role in plan.receivers}
    barred = bool(sides) and sides <= set(turn.state.barred)
    return barred or any(consents.denied(turn, each) for each in needed)


def _ask_again(turn: Turn, consent: str) -> None:
    """Open the question once more, unless it is open or was answered with no."""
    known = turn.state.consents.get(consent)
    step = turn.pathway.consent_steps[consent].name
    is_open = any(task.step == step for task in turn.state.open_tasks())
    if known and known.status == "given" and not is_open:
        consents.ask(turn, consent)


def open_when_time(turn: Turn, plan: StepPlan) -> None:
    if plan.step.series and turn.moment(plan.step.series.after) is None:
        return
    floor = plan.step.not_before
    if floor is None or turn.state.steps.get(plan.name) == "waiting":  # until the floor was reached
        start(turn, plan)
        return
    key = f"{plan.name}:floor"
    clock = counting.begin(turn, "floor", key, plan.name, floor, turn.state.responsible)
    if clock is None:
        return
    if clock.at <= turn.now:
        start(turn, plan)
        return
    turn.say(f.StepMoved(step=plan.name, status="waiting"))
    turn.set_clock(clock)


def start(turn: Turn, plan: StepPlan) -> None:
    """The step is open: its task, its request or its series begins."""
    turn.say(f.StepMoved(step=plan.name, status="open"))
    turn.note(f"{plan.name}.opened", turn.now)
    if plan.step.series:
        _set_series(turn, plan)
    elif plan.step.hand_over and not plan.step.by and asking.receiver_of(turn, plan):
        asking.offer(turn, plan, turn.state.responsible)
    else:
        open_run(turn, plan)


def open_run(turn: Turn, plan: StepPlan) -> None:
    """One more task of the step."""
    kind = _KINDS[plan.step.does]
    tasks.open_task(turn, plan.name, kind, plan.step.by or "", due=plan.step.due)


def _set_series(turn: Turn, plan: StepPlan) -> None:
    series = plan.step.series
    if series is None:
        return
    for number, duration in enumerate(series.at, 1):
        moment = Moment(duration, series.after)
        key, agency = f"{plan.name}:series:{number:02}", turn.holder(plan.step.by or "")
        clock = counting.begin(turn, "series", key, plan.name, moment, agency)
        if clock:
            turn.set_clock(clock)


def _end_stages(turn: Turn) -> None:
    for name, plan in turn.pathway.stages.items():
        if turn.state.status != "open":
            return
        if turn.state.stages.get(name) != "open":
            continue
        required = [each for each in plan.steps if not turn.pathway.steps[each].optional]
        if all(_settled(turn, each) for each in required):
            turn.say(f.StageMoved(stage=name, status="ended"))
            turn.note(f"{name}.ended")
            react(turn, plan.stage.then, name)


def _never_idle(turn: Turn) -> None:
    """An open case always has a next action: with nothing open, somebody must look at it."""
    state = turn.state
    # Silence is no action of anybody's: who owns it has a task.
    if state.open_tasks() or any(each.status != "silent" for each in state.open_hand_overs()):
        return
    if any(clock.kind != "review" and clock.paused_at is None for clock in state.clocks.values()):
        return
    tasks.open_task(turn, "review", TaskKind.REVIEW, "", due=turn.pathway.definition.review)
