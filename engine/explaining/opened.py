"""Why a task, a request or a stage was opened: from what the case was just then."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Stage, Step
from engine.explaining.history import Then, moves_stage, moves_step
from engine.explaining.reasons import Known, Reason
from engine.facts import BegunAgain, StepMoved
from engine.plans import StagePlan, StepPlan
from engine.plural import counted
from engine.state import FROM_STEP, Task, TaskKind

_FOLLOWS = {
    TaskKind.ARRIVAL: "somebody must confirm that the person has arrived",
    TaskKind.FEEDBACK: "who accepted a request tells its sender how it went",
    TaskKind.CHASE: "nobody answers a request or keeps to it, and somebody must ask on or give it up",
    TaskKind.RESOLVE: "an interrupt is open, and somebody must look whether it is over",
    TaskKind.CLOSING: "the case comes to its end, and is closed in a task of its own",
    TaskKind.APPROVAL: "how the case was closed is to be approved",
    TaskKind.REVIEW: "nothing else is open in the case, and somebody must look at it",
}


def of_task(known: Known, task: Task) -> Iterator[Reason]:
    """Why a task was opened."""
    if task.kind not in FROM_STEP:
        yield from _following(known, task)
        return
    yield from of_step(known, task.step)
    number = known.state.runs.get(task.step, 1)
    if number > 1 and "." in task.id:
        text = f"it is run {task.id.split('.')[1]} of the step, which is done more than once"
        yield Reason(about="again", text=text)


def _following(known: Known, task: Task) -> Iterator[Reason]:
    text = _FOLLOWS[task.kind]
    if task.kind is TaskKind.RESOLVE:
        raised = known.state.moments.get(f"interrupt.{task.step}")
        yield Reason(about="interrupt", text=f"{text} ({task.step})", at=raised)
    elif task.hand_over:
        yield Reason(about="request", text=f"{text} ({task.hand_over})")
    else:
        yield Reason(about="state", text=text)


def of_step(known: Known, name: str) -> Iterator[Reason]:
    """Why a step was opened, the last time that it was."""
    then = known.before(moves_step(name, "open"))
    plan = then.step(name) or known.view.pathway.steps.get(name)
    if plan is None:
        return
    was = known.state_at(then)
    yield from known.moved_since(then)
    forced = [each for each in was.overrides if each.step == plan.name and each.how == "opened"]
    if forced:
        by = f" by {forced[-1].agency}" if known.sees_all else ""
        text = f"it was opened against the rules{by}: {forced[-1].reason}"
        yield Reason(about="act", text=text, at=forced[-1].at)
        return
    if plan.step.manual:
        yield Reason(about="act", text="somebody has asked for it: it is a manual step")
    yield from _again(known, steps=name, stages=then.name_now("stages", plan.stage))
    if known.sees_all:
        entered = was.moments.get(f"{plan.stage}.entered")
        yield Reason(about="stage", text=f"its stage {plan.stage} was entered", at=entered)
    yield from came_first(known, plan.step, then)
    yield from _held(known, plan, plan.step, _asked(known, name, then))
    for consent in (*plan.needs, *plan.reconfirm):
        given, now = (
            was.consents.get(consent),
            known.state.consents.get(then.name_now("consents", consent)),
        )
        if given is not None and given.status == "given":
            since = (
                "stands"
                if now is None or now.status == "given"
                else f"stood; it is {now.status} now"
            )
            text = f"it needs the consent {consent}, which {since}"
            yield Reason(about="consent", text=text, at=given.given_at)
    floor = plan.step.not_before
    if floor and f"{name}.opened" in known.state.moments:
        text = "its earliest moment has come"
        shown = f": {floor.time}" if known.sees_each(floor.anchors, then) else ""
        yield Reason(about="floor", text=text + shown)


def of_stage(known: Known, name: str) -> Iterator[Reason]:
    """Why a stage was entered."""
    then = known.before(moves_stage(name, "open"))
    plan = then.stage(name) or known.view.pathway.stages.get(name)
    if plan is None:
        return
    yield from known.moved_since(then)
    yield from _again(known, stages=name)
    yield from came_first(known, plan.stage, then)
    yield from _held(known, plan, plan.stage, then)


def came_first(known: Known, part: Step | Stage, then: Then) -> Iterator[Reason]:
    """What it comes after, as far as that had come."""
    was = known.state_at(then)
    if not part.after.names:
        yield Reason(about="after", text="nothing comes before it in the pathway")
    for name in part.after.names:
        status = was.steps.get(name) or was.stages.get(name)
        if status and not known.sees_step(then.name_now("steps", name)):
            yield Reason(about="hidden", text="it comes after a part that is not your agency's")
        elif status:
            ended = was.moments.get(f"{name}.done") or was.moments.get(f"{name}.ended")
            how = known.settled(name, then) or status
            yield Reason(about="after", text=f"it comes after {name}: {how}", at=ended)


def _asked(known: Known, name: str, then: Then) -> Then:
    """When its `when` was asked: as it opened, or before it waited where a late report led to that."""
    for each in known.history() if name not in then.pathway.asked_again else ():
        moved = isinstance(each.fact, StepMoved) and each.fact.step == each.name_of("steps", name)
        if moved and each.place < then.place:
            return each if each.read_at else then
    return then


def _held(
    known: Known, plan: StepPlan | StagePlan, part: Step | Stage, then: Then
) -> Iterator[Reason]:
    if part.when is not None:
        yield known.weigh("its condition held", part.when, then)
    if part.one_of:
        before = then.pathway.preferred.get(plan.name, ())
        text = f"of the choice {part.one_of} it is the first whose condition held"
        passed = f"; passed over: {', '.join(before)}" if before and known.sees_all else ""
        yield Reason(about="choice", text=text + passed)


def _again(known: Known, *, stages: str, steps: str = "") -> Iterator[Reason]:
    begun = sum(
        then.name_of("stages", stages) in then.fact.stages
        or then.name_of("steps", steps) in then.fact.steps
        for then in known.history()
        if isinstance(then.fact, BegunAgain)
    )
    if begun:
        text = f"it was begun again, {counted(begun, 'time')}"
        yield Reason(about="again", text=text)
