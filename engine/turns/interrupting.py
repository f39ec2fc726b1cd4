"""Raises and resolves interrupts, and applies their effects on tasks, clocks and agencies."""

from __future__ import annotations

from engine import facts as f
from engine.definition import Interrupt, walked
from engine.errors import Refusal
from engine.forms import as_answer
from engine.machines import move
from engine.message import message
from engine.nearest import suggestion
from engine.pathway import Pathway
from engine.phrases.conditions import Condition
from engine.phrases.syntax import BackTo, GoOn, Moment
from engine.questions import lookup
from engine.state import State, Task
from engine.statuses import OPEN_TASK, SETTLED, StageStatus, TaskStatus
from engine.task_kinds import TaskKind
from engine.turns import barring, order, revoking, rights, stopping, task_lifecycle, timing
from engine.turns.deriving import derive
from engine.turns.turn import Turn
from engine.view import View


def require_right(turn: Turn, name: str, agency: str) -> None:
    """Raises Refusal `not_found` if there is no such interrupt, or `not_allowed` unless the agency
    has a role that may raise it. Like `rights.require`, it binds such a role if need be.
    """
    interrupt = turn.pathway.definition.interrupts.get(name)
    if interrupt is None:
        raise _unknown(turn, name)
    rights.require(
        turn,
        agency,
        interrupt.raised_by,
        message("refused.right.raise", name=name, roles=interrupt.raised_by),
    )


def may_rise(pathway: Pathway, state: State, name: str) -> bool:
    """Whether the interrupt's `when` holds, if it has one, and something would follow: not if all it
    does is to go back to a stage that has not begun, or to which the case may go back no more.
    """
    test, then = pathway.raised_when.get(name), pathway.interrupt(name).then
    if test is not None and test(lookup(state)) is not True:
        return False
    if not isinstance(then, BackTo) or order.may_go_back(state, then.stage, then.at_most):
        return True
    is_over = state.returns.get(then.stage, 0) >= then.at_most
    return (is_over and not isinstance(then.then, GoOn)) or _does_more(pathway, name)


def _does_more(pathway: Pathway, name: str) -> bool:
    """Whether an interrupt does more than what follows it, or its being raised is read anywhere."""
    interrupt = pathway.interrupt(name)
    effects = (interrupt.set, interrupt.bars, interrupt.tell, interrupt.withdraws)
    if any(effects) or interrupt.is_looked_after or interrupt.alerts_linked:
        return True
    room = f"interrupt.{name}"
    return any(
        room in str(part)
        for _, part in walked(pathway.definition)
        if isinstance(part, Condition | Moment | str)
    )


def rise(turn: Turn, name: str, by: str, reason: str = "") -> None:
    """Raise an interrupt and apply its effects, except what follows it (`then`). `by` is the agency
    that raises it; empty if the pathway raises it.
    """
    interrupt = turn.pathway.interrupt(name)
    turn.say(f.InterruptRaised(name=name, by=by, reason=reason))
    turn.note(f"interrupt.{name}")
    for field, written in interrupt.set.items():
        kind = turn.pathway.definition.data[field]
        set_by = by or turn.state.responsible
        turn.say(f.DataSet(field=field, value=as_answer(kind, written), agency=set_by))
    derive(turn)
    barring.bar(turn, interrupt.bars)
    told = dict.fromkeys(turn.addressee(role) for role in interrupt.tell)
    for agency in sorted(told, key=lambda each: not turn.may_know(each)):
        turn.tell(agency, "attention", name, turn.pathway.label(name))
    for stage in interrupt.withdraws:
        if turn.state.stages.get(stage) not in SETTLED:
            stopping.stop_stage(turn, stage)
    for stage in turn.pathway.suspended_by(name):
        _suspend(turn, stage)
    if interrupt.is_looked_after:
        task_lifecycle.open_task(turn, name, TaskKind.RESOLVE, "", due=interrupt.review)


def _suspend(turn: Turn, stage: str) -> None:
    if turn.state.stages.get(stage) != StageStatus.OPEN:
        return
    turn.say(f.StageMoved(stage=stage, status=StageStatus.SUSPENDED))
    for task in _of_stage(turn, stage):
        if task.status in OPEN_TASK and not timing.never_rests(turn, task):
            task_lifecycle.suspend(turn, task)
    timing.keep_pace(turn)


def _of_stage(view: View, stage: str) -> list[Task]:
    steps = view.pathway.stages[stage].steps
    return [task for task in view.state.tasks.values() if task.step in steps]


def subjects(view: View, stage: str) -> set[str]:
    """The subjects of a stage's clocks: its tasks, steps and requests."""
    steps = view.pathway.stages[stage].steps
    asked = {each.id for each in view.state.hand_overs.values() if each.step in steps}
    return {task.id for task in _of_stage(view, stage)} | asked | set(steps)


def _unknown(view: View, name: str) -> Refusal:
    known = view.pathway.definition.interrupts
    return Refusal("not_found.interrupt", interrupt=name, known=suggestion(name, known))


def resolve(turn: Turn, name: str, agency: str, person: str, outcome: str) -> None:
    """Resolve the interrupt: what it suspended resumes with the time that was left, unless another
    interrupt suspends it too.

    What follows the outcome (`resolved`) is applied by `reactions.resolve_interrupt`.

    Raises:
        Refusal: `not_found`, `not_raised` or `wrong_outcome`; `not_allowed` unless the agency is
            responsible or has a role that may raise the interrupt.
    """
    if name not in turn.state.interrupts:
        if name not in turn.pathway.definition.interrupts:
            raise _unknown(turn, name)
        raise Refusal("not_raised", interrupt=name)
    if agency != turn.state.responsible:
        require_right(turn, name, agency)
    _require_outcome(turn.pathway.interrupt(name), name, outcome)
    turn.say(f.InterruptResolved(name=name, by=agency, outcome=outcome))
    turn.note(f"interrupt.{name}.resolved")
    for task in turn.state.open_tasks():
        if task.kind is TaskKind.RESOLVE and task.step == name:
            task_lifecycle.finish(turn, task, person, outcome or "resolved")
    for stage in turn.pathway.suspended_by(name):
        if turn.state.stages.get(stage) == StageStatus.SUSPENDED and not held(turn, stage):
            _resume(turn, stage)


def _require_outcome(interrupt: Interrupt, name: str, outcome: str) -> None:
    allowed = tuple(interrupt.resolved)
    if allowed and outcome not in allowed:
        raise Refusal("wrong_outcome.one_of", allowed=allowed)
    if outcome and not allowed:
        raise Refusal("wrong_outcome.none", of=name)


def held(view: View, stage: str) -> bool:
    """Whether an unresolved interrupt suspends the stage. It may have been raised before the stage
    opened.
    """
    return any(stage in view.pathway.suspended_by(name) for name in view.state.interrupts)


def _resume(turn: Turn, stage: str) -> None:
    turn.say(f.StageMoved(stage=stage, status=StageStatus.OPEN))
    for task in _of_stage(turn, stage):
        if task.status == TaskStatus.SUSPENDED:
            status = move("task", task.status, "resume")
            turn.say(f.TaskMoved(task=task.id, status=status, at=turn.as_of))
    revoking.take_back_tasks(turn)
    timing.keep_pace(turn)
