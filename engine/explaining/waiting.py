"""Why a step or a stage has not opened: what it waits for, or why it will not come."""

from __future__ import annotations

from collections.abc import Iterator

from engine import covering
from engine.definition import Stage, Step
from engine.explaining.conditions import unanswered
from engine.explaining.history import Then, moves_stage, moves_step
from engine.explaining.reasons import Known, Reason
from engine.plans import StagePlan, StepPlan
from engine.questions import lookup
from engine.state import State
from engine.turns import asking, consents, floors, order

_SETTLED = {
    "lapsed": "its time has passed, which closes the option",
    "closed": "the case has its end",
}


def of_step(known: Known, name: str) -> Iterator[Reason]:
    """What a step that is not open waits for; what only an earlier version had, for nothing."""
    turn, state = known.view, known.state
    plan, status = turn.pathway.steps.get(name), state.steps.get(name)
    if plan is None or status in ("open", "done"):
        return
    stage = state.stages.get(plan.stage)
    if status is not None and status != "waiting":
        yield from _settled(known, plan, status)
        return
    if not turn.pathway.goes_on(state, plan.stage):
        yield Reason(about="end", text=f"the case has its end: {state.ending}")
        return
    if stage not in ("open", "ended"):
        yield from _of_its_stage(known, plan.stage, stage)
        return
    if plan.step.manual and status is None:
        by = ", ".join(plan.step.started_by) or "who answers for the case"
        yield Reason(
            about="act", text=f"it is a manual step: it opens when it is asked for, by {by}"
        )
        return
    yield from _missing(known, plan)


def of_stage(known: Known, name: str) -> Iterator[Reason]:
    """What a stage that has not been entered waits for; what only an earlier version had, for nothing."""
    turn, state = known.view, known.state
    plan, status = turn.pathway.stages.get(name), state.stages.get(name)
    if plan is None:
        return
    held = [each for each in state.interrupts if name in turn.pathway.suspended_by(each)]
    for interrupt in held:
        at = state.moments.get(f"interrupt.{interrupt}")
        yield Reason(
            about="interrupt", text=f"{interrupt} is open, and lets stage {name} rest", at=at
        )
    if status in ("open", "suspended", "ended"):
        return
    if status is not None:
        yield from _settled(known, plan, status)
    elif state.status != "open" or state.ending:
        yield Reason(about="end", text=f"the case has its end: {state.ending or state.status}")
    else:
        yield from _before(known, plan.stage)
        if order.comes_now(turn, plan.stage.after):
            yield from _condition(known, plan, plan.stage)


def _of_its_stage(known: Known, name: str, status: str | None) -> Iterator[Reason]:
    words = {None: "is not open yet", "suspended": "rests"}.get(status, f"is {status}")
    yield Reason(about="stage", text=f"its stage {name} {words}")
    yield from of_stage(known, name)


def _settled(known: Known, plan: StepPlan | StagePlan, status: str) -> Iterator[Reason]:
    """It is over, whatever has become of it; for what was passed over, from what it was then."""
    if status in _SETTLED:
        yield Reason(about="state", text=_SETTLED[status])
        return
    is_step = isinstance(plan, StepPlan)
    moves = moves_step if is_step else moves_stage
    then = known.before(moves(plan.name, status))
    found = then.step(plan.name) if is_step else then.stage(plan.name)
    forced = [each for each in known.state.overrides if each.step == plan.name]
    if is_step and forced and forced[-1].how == "skipped" and status == "skipped":
        text = f"it was passed over against the rules: {forced[-1].reason}"
        yield Reason(about="act", text=text, at=forced[-1].at)
        return
    word = "passed over" if status == "skipped" else status
    yield Reason(about="state", text=f"it was {word}")
    yield from known.moved_since(then)
    yield from _because(known, found or plan, status, then)


def _because(known: Known, plan: StepPlan | StagePlan, status: str, then: Then) -> Iterator[Reason]:
    """Why it was passed over or stopped, by the version of then."""
    part: Step | Stage = plan.step if isinstance(plan, StepPlan) else plan.stage
    was = known.state_at(then) if status == "stopped" else known.read_by(then)
    taken = [
        each
        for each in then.pathway.preferred.get(plan.name, ())
        if (was.steps.get(each) or was.stages.get(each)) not in (None, "skipped")
    ]
    if taken:
        yield Reason(about="choice", text=f"of the choice {part.one_of}, {taken[0]} was taken")
    elif status == "stopped" and part.stops_when is not None:
        yield known.weigh("it stops when this holds", part.stops_when, then)
    elif plan.when is not None and plan.when(lookup(was)) is not True and part.when is not None:
        yield known.weigh("its condition was", part.when, then)
    elif isinstance(plan, StepPlan):
        yield from _without_ground(plan, was)


def _without_ground(plan: StepPlan, then: State) -> Iterator[Reason]:
    """The consents without which a step was passed over though its condition held."""
    for name in (*plan.reconfirm, *plan.needs):
        consent = then.consents.get(name)
        if consent is None or consent.status != "given":
            status = consent.status if consent else "never asked for"
            yield Reason(about="consent", text=f"it needs the consent {name}: {status}")


def _missing(known: Known, plan: StepPlan) -> Iterator[Reason]:
    """Each thing that is looked at before a step opens, in the order in which that is done."""
    turn, name = known.view, plan.name
    yield from _before(known, plan.step)
    if not order.is_due_after(turn, plan):
        return
    yield from _condition(known, plan, plan.step)
    verdict = order.verdict(turn, plan)
    if verdict is False and floors.key_of(name) in known.state.clocks:
        yield from _moment(known, plan)
    if verdict is not True:
        return
    yield from _consents(known, plan)
    yield from _receiver(known, plan)
    yield from _moment(known, plan)


def _before(known: Known, part: Step | Stage) -> Iterator[Reason]:
    turn, after = known.view, part.after
    if order.comes_now(turn, after):
        return
    missing = [name for name in after.names if not order.settled(turn, name)]
    how_many = f"{after.least} of " if after.least > 1 else "one of " if after.least else ""
    named = ", ".join(f"{name} ({_status(known, name)})" for name in missing)
    yield Reason(about="after", text=f"it comes after {how_many}{named}")


def _status(known: Known, name: str) -> str:
    status = known.state.steps.get(name) or known.state.stages.get(name) or "not open yet"
    state = known.state
    held = [
        f"{each.id} {known.declined(each) or f'with {each.agency}'}"
        for each in state.open_tasks()
        if each.step == name
    ]
    held += [
        f"{each.id} with {each.agency}" for each in state.open_hand_overs() if each.step == name
    ]
    holders = ", ".join(held)
    return f"{status}: {holders}" if holders else known.settled(name) or status


def _condition(known: Known, plan: StepPlan | StagePlan, part: Step | Stage) -> Iterator[Reason]:
    view = known.view
    undecided = [
        each
        for each in view.pathway.preferred.get(plan.name, ())
        if not (known.state.steps.get(each) or known.state.stages.get(each))
    ]
    if undecided and not order.is_another_taken(view, plan.name):
        text = f"of the choice {part.one_of}, {', '.join(undecided)} comes first and is not decided"
        yield Reason(about="choice", text=text)
    if part.when is None or view.asks(plan.when):
        return
    is_no = view.asks(plan.when) is False
    text = "does not hold yet, and time may bring it" if is_no else "is not known yet"
    reason = known.weigh(f"its condition {text}", part.when, known.now)
    yield reason
    for name in unanswered(reason.condition) if reason.condition else ():
        yield Reason(about="condition", text=f"{name} is not answered: {_asked_in(known, name)}")


def _asked_in(known: Known, name: str) -> str:
    """The steps whose forms ask for a field, and how they stand."""
    field = name.removesuffix(".answered")
    steps = [
        plan.name
        for plan in known.view.pathway.steps.values()
        if field in {each.name for each in (*plan.form, *plan.answers)}
    ]
    found = ", ".join(f"{each} ({_status(known, each)})" for each in steps)
    return f"asked in {found}" if found else "no form asks for it"


def _consents(known: Known, plan: StepPlan) -> Iterator[Reason]:
    turn, state = known.view, known.state
    for name in plan.reconfirm:
        if not consents.is_fresh(turn, name, plan):
            yield Reason(
                about="consent", text=f"the person is to confirm {name} once more before it"
            )
    receiver = asking.receiver_of(turn, plan) if plan.receiver else None
    agency = receiver.agency if receiver else turn.state.roles.get(next(iter(plan.step.by), ""), "")
    for name in plan.needs:
        given = state.consents.get(name)
        if not covering.stands(turn, name):
            status = given.status if given else "not asked yet"
            step = turn.pathway.consent_steps[name].name
            text = f"it needs the consent {name}: {status}; {step} is {_status(known, step)}"
            yield Reason(about="consent", text=text)
        elif agency and not covering.permit(turn, plan, agency, receiver.role if receiver else ""):
            yield Reason(about="consent", text=f"the consent {name} does not cover {agency}")


def _receiver(known: Known, plan: StepPlan) -> Iterator[Reason]:
    turn, state = known.view, known.state
    if not plan.receiver or asking.receiver_of(turn, plan):
        return
    side = turn.side_of(plan.receiver)
    if side in state.sides:
        yield Reason(about="side", text=f"no agency is left that holds the role {plan.receiver}")
        return
    fields = [name for name, f in turn.pathway.definition.data.items() if f.binds == side]
    asked = "; ".join(f"{each} is {_asked_in(known, each)}" for each in fields)
    yield Reason(about="side", text=f"the country of side {side} is not known: {asked}")


def _moment(known: Known, plan: StepPlan) -> Iterator[Reason]:
    floor, name = plan.step.not_before, plan.name
    if floor is not None:
        running = known.state.clocks.get(floors.key_of(name))
        text = f"it does not open before {floor.time}"
        if running is None and not known.view.happened(f"{name}.opened"):
            text += ", and that cannot be counted yet"
        yield Reason(about="floor", text=text, at=running.at if running else None)
    wanted = plan.step.series
    if wanted and known.view.moment(wanted.after) is None:
        yield Reason(
            about="period", text=f"its moments are counted from {wanted.after}, not known yet"
        )
