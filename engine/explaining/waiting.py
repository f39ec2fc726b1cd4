"""Why a step or stage has not opened: what it waits for, or why it never will."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine import covering
from engine.consent_steps import step_for
from engine.definition import Stage, Step
from engine.explaining.conditions import unanswered
from engine.explaining.history import Then, moves_stage, moves_step
from engine.explaining.reasons import CaseHistory, Reason
from engine.message import Message, message
from engine.plans import StagePlan, StepPlan
from engine.questions import lookup
from engine.quiet import is_kept_from
from engine.state import HandOver, State, Task
from engine.statuses import (
    ENTERED,
    OPENED,
    SETTLED,
    SKIPPED,
    STOPPED,
    CasePhase,
    ConsentStatus,
    StageStatus,
    StepStatus,
)
from engine.turns import asking, consenting, doors, floors, gates, order

_LAPSED = message("why.state.lapsed")
_SAID: Mapping[str, Message] = {
    StepStatus.LAPSED: _LAPSED,
    StageStatus.CLOSED: message("why.state.closed"),
}
"""For each status that needs no further reason, the explanation."""


def of_step(known: CaseHistory, name: str) -> Iterator[Reason]:
    """What a step that has not opened waits for, or why it will never open. Empty for a step that
    only an earlier version had.
    """
    turn, state = known.view, known.state
    plan, status = turn.pathway.steps.get(name), state.steps.get(name)
    if plan is None or status in OPENED:
        return
    if status in SETTLED:
        yield from _settled(known, plan, status)
        return
    told = set()
    for gate in (gates.GOES_ON, *_door(plan, status)):
        if gate.asks(turn, plan) is gates.OPEN or _SAYS[gate] in told:
            continue
        told.add(_SAYS[gate])
        yield from _SAYS[gate](known, plan)
        if gate not in _BESIDE:
            return


def _door(plan: StepPlan, status: str | None) -> tuple[gates.Gate, ...]:
    """The gates that may keep a step from opening, in the order in which they are checked."""
    if plan.step.manual and status is None:
        return (*doors.OF_STAGE, gates.BY_ITSELF, *doors.STARTING, *doors.BEGUN)
    return (*doors.OF_STAGE, *doors.OPENING)


def of_stage(known: CaseHistory, name: str) -> Iterator[Reason]:
    """What suspends a stage. For a stage that was not entered, also what it waits for, or why it
    will never open. Empty for a stage that only an earlier version had.
    """
    turn, state = known.view, known.state
    plan, status = turn.pathway.stages.get(name), state.stages.get(name)
    if plan is None:
        return
    held = [each for each in state.interrupts if name in turn.pathway.suspended_by(each)]
    for interrupt in held:
        at = state.moments.get(f"interrupt.{interrupt}")
        said = message("why.interrupt.rests", interrupt=interrupt, stage=name)
        yield Reason(said=said, at=at)
    if status in ENTERED:
        return
    if status is not None:
        yield from _settled(known, plan, status)
    elif state.status != CasePhase.OPEN or state.ending:
        yield _of_the_end(known)
    else:
        yield from _before(known, plan.stage)
        if order.comes_now(turn, plan.stage.after):
            yield from _condition(known, plan, plan.stage)


def _of_its_end(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    yield _of_the_end(known)


def _of_the_end(known: CaseHistory) -> Reason:
    state = known.state
    is_kept = is_kept_from(known.view, known.agency)
    end = ("" if is_kept else state.ending) or message(f"status.case.{state.status}")
    return Reason(said=message("why.end.case_has", end=end))


def _of_its_stage(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    status = known.state.stages.get(plan.stage)
    how = message(f"status.part.{status or 'not_yet'}")
    yield Reason(said=message("why.stage.is", stage=plan.stage, status=how))
    yield from of_stage(known, plan.stage)


def _settled(known: CaseHistory, plan: StepPlan | StagePlan, status: str) -> Iterator[Reason]:
    """What became of a settled step or stage, and why, judged by the state when it was settled."""
    if status in _SAID:
        yield Reason(said=_SAID[status])
        return
    is_step = isinstance(plan, StepPlan)
    moves = moves_step if is_step else moves_stage
    then = known.before(moves(plan.name, status))
    found = then.step(plan.name) if is_step else then.stage(plan.name)
    forced = [each for each in known.state.overrides if each.step == plan.name]
    if is_step and forced and forced[-1].how == "skipped" and status in SKIPPED:
        said = message("why.act.skipped", reason=forced[-1].reason)
        yield Reason(said=said, at=forced[-1].at)
        return
    yield Reason(said=message("why.state.was", status=message(f"status.part.{status}")))
    yield from known.moved_since(then)
    yield from _because(known, found or plan, status, then)


def _because(
    known: CaseHistory, plan: StepPlan | StagePlan, status: str, then: Then
) -> Iterator[Reason]:
    """Why a step or stage was skipped or stopped, under the version of that time."""
    part: Step | Stage = plan.step if isinstance(plan, StepPlan) else plan.stage
    was = known.state_at(then) if status in STOPPED else known.read_by(then)
    taken = [
        each
        for each in then.pathway.preferred.get(plan.name, ())
        if (other := was.steps.get(each) or was.stages.get(each)) and other not in SKIPPED
    ]
    if taken:
        option = then.part_now(taken[0])
        yield Reason(said=message("why.choice.taken", choice=part.one_of, taken=option))
    elif status in STOPPED and part.stops_when is not None:
        yield known.weigh(message("why.reads.stops_when"), part.stops_when, then)
    elif plan.when is not None and plan.when(lookup(was)) is not True and part.when is not None:
        yield known.weigh(message("why.reads.was"), part.when, then)
    elif isinstance(plan, StepPlan):
        yield from _without_ground(plan, was, then)


def _without_ground(plan: StepPlan, was: State, then: Then) -> Iterator[Reason]:
    """The consents that a step needs and that were not in force then: without them the step is
    skipped, even if its condition holds.
    """
    for name in (*plan.reconfirm, *plan.needs):
        given = was.consents.get(name)
        if given is None or given.status != ConsentStatus.GIVEN:
            status = message(f"status.consent.{given.status if given else 'none'}")
            consent = then.name_now("consents", name)
            yield Reason(said=message("why.consent.needs", consent=consent, status=status))


def _before(known: CaseHistory, part: Step | Stage) -> Iterator[Reason]:
    turn, after = known.view, part.after
    if order.comes_now(turn, after):
        return
    missing = [name for name in after.names if not order.settled(turn, name)]
    named = tuple(message("why.part", name=name, status=_status(known, name)) for name in missing)
    if after.least:
        yield Reason(said=message("why.after.some_of", n=after.least, named=named))
    else:
        yield Reason(said=message("why.after.all_of", named=named))


def _status(known: CaseHistory, name: str) -> Message:
    state = known.state
    status = message(f"status.part.{state.steps.get(name) or state.stages.get(name) or 'not_yet'}")
    open_work: list[HandOver | Task] = [*state.open_tasks(), *state.open_hand_overs()]
    held = tuple(known.holding(each) for each in open_work if each.step == name)
    if held:
        return message("why.with", status=status, held=held)
    return known.settled(name) or status


def _condition(
    known: CaseHistory, plan: StepPlan | StagePlan, part: Step | Stage
) -> Iterator[Reason]:
    view = known.view
    undecided = [
        each
        for each in view.pathway.preferred.get(plan.name, ())
        if not (known.state.steps.get(each) or known.state.stages.get(each))
    ]
    if undecided and not order.is_another_taken(view, plan.name):
        said = message("why.choice.undecided", choice=part.one_of, first=tuple(undecided))
        yield Reason(said=said)
    if part.when is None or view.asks(plan.when):
        return
    is_no = view.asks(plan.when) is False
    read = message("why.reads.not_yet") if is_no else message("why.reads.not_known")
    reason = known.weigh(read, part.when, known.now)
    yield reason
    asked = unanswered(reason.condition) if reason.condition else ()
    if reason.condition is None and not is_no and known.sees_all:
        asked = known.unanswered(part.when)
    for name in asked:
        yield Reason(said=message("why.condition.not_answered", asked=_asked_in(known, name)))


def _asked_in(known: CaseHistory, name: str) -> Message:
    """What is not known, and where it comes from: a field, the steps whose forms ask for it, and
    their status; a decision or a reason, its step and the status of that.
    """
    field = name.removesuffix(".answered")
    steps = [
        plan.name
        for plan in known.view.pathway.steps.values()
        if field in {each.name for each in (*plan.form, *plan.answers)}
    ]
    found = tuple(message("why.part", name=each, status=_status(known, each)) for each in steps)
    if found:
        return message("why.not_answered.asked_in", field=name, steps=found)
    if step := next((each for each in name.split(".") if each in known.view.pathway.steps), ""):
        part = message("why.part", name=step, status=_status(known, step))
        return message("why.not_answered.comes_of", field=name, steps=(part,))
    return message("why.not_answered.nowhere", field=name)


def _of_its_when(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    yield from _condition(known, plan, plan.step)
    if floors.key_of(plan.name) in known.state.clocks:
        yield from _moment(known, plan)


def _of_its_stop(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    if plan.step.stops_when is not None:
        yield known.weigh(message("why.reads.stops_when"), plan.step.stops_when, known.now)


def _by_hand(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    by = tuple(plan.step.started_by)
    said = message("why.act.opens_by", by=by) if by else message("why.act.opens_by_any")
    yield Reason(said=said)


def _as_it_stands(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    yield Reason(said=message("why.part", name=plan.name, status=_status(known, plan.name)))


def _ruled_out(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    if plan.receivers and all(map(known.view.is_barred_role, plan.receivers)):
        yield Reason(said=message("why.side.barred", roles=tuple(plan.receivers)))
    yield from _without_ground(plan, known.state, known.now)


def _unconfirmed(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    for name in plan.reconfirm:
        if not consenting.is_fresh(known.view, name, plan):
            yield Reason(said=message("why.consent.reconfirm", consent=name))


def _uncovered(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    view, state = known.view, known.state
    receiver = asking.receiver_of(view, plan) if plan.receiver else None
    role = receiver.role if receiver else next(iter(plan.step.by), "")
    agency = receiver.agency if receiver else view.holder(role) if role else ""
    for name, named in covering.needed(view, plan, agency, role):
        given = state.consents.get(name)
        if not covering.stands(view, name):
            status = message(f"status.consent.{given.status if given else 'none'}")
            step = step_for(view.pathway, state, name).name
            asked = message("why.part", name=step, status=_status(known, step))
            said = message("why.consent.asked_in", consent=name, status=status, asked=asked)
            yield Reason(said=said)
        elif named and not covering.stands(view, name, named):
            yield Reason(said=message("why.consent.not_for", consent=name, agency=named))
    if plan.receiver and receiver is None:
        yield from _no_receiver(known, plan)


def _no_receiver(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    view, side = known.view, known.view.side_of(plan.receiver)
    if side in known.state.sides:
        yield Reason(said=message("why.side.no_agency", role=plan.receiver))
        return
    fields = [name for name, f in view.pathway.definition.data.items() if f.binds == side]
    asked = tuple(_asked_in(known, each) for each in fields)
    yield Reason(said=message("why.side.not_known", side=side, asked=asked))


def _moment(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    floor = plan.step.not_before
    if floor is None:
        return
    running = known.state.clocks.get(floors.key_of(plan.name))
    said = message("why.floor.not_before", moment=str(floor.time))
    if not (running or floors.is_known(known.view, plan)):
        said = message("why.floor.not_counted", moment=str(floor.time))
    yield Reason(said=said, at=running.at if running else None)


def _uncounted(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    if plan.step.series:
        yield Reason(said=message("why.period.series", after=plan.step.series.after))


def _too_late(known: CaseHistory, plan: StepPlan) -> Iterator[Reason]:
    yield Reason(said=_LAPSED)


_SAYS: Mapping[gates.Gate, Callable[[CaseHistory, StepPlan], Iterator[Reason]]] = {
    gates.GOES_ON: _of_its_end,
    gates.ENTERED_STAGE: _of_its_stage,
    gates.AT_WORK: _of_its_stage,
    gates.BY_ITSELF: _by_hand,
    gates.ONCE_MORE: _as_it_stands,
    gates.NOT_BEGUN: _as_it_stands,
    gates.AFTER: lambda known, plan: _before(known, plan.step),
    gates.STOPS: _of_its_stop,
    gates.WHEN: _of_its_when,
    gates.POSSIBLE: _ruled_out,
    gates.CONFIRMED: _unconfirmed,
    gates.PERMITTED: _uncovered,
    gates.COUNTED: _uncounted,
    gates.MOMENT_KNOWN: _moment,
    gates.MOMENT: _moment,
    gates.IN_TIME: _too_late,
    gates.NOT_LAPSED: _too_late,
}
_BESIDE = frozenset(
    {gates.BY_ITSELF, gates.CONFIRMED, gates.PERMITTED, gates.COUNTED, gates.MOMENT_KNOWN}
)
"""Gates explained together with those after them. While any other gate is shut, those after it are
not explained, since its opening may change them.
"""
