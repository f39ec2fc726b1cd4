"""Interrupts: what may happen in any state, and what it does to tasks, clocks and agencies."""

from __future__ import annotations

from collections.abc import Iterable

from engine import facts as f
from engine.errors import Refusal
from engine.forms import as_answer
from engine.machines import move
from engine.pathway import Pathway
from engine.questions import lookup
from engine.state import OPEN_TASK, State, Task, TaskKind
from engine.turns import responsibility, revoking, tasks, timing
from engine.turns.turn import Turn


def require_right(turn: Turn, name: str, agency: str) -> None:
    """Raises Refusal `not_allowed` unless the agency holds one of the roles that may raise it."""
    interrupt = turn.pathway.definition.interrupts.get(name)
    if interrupt is None:
        raise Refusal("not_found", f"this pathway has no interrupt {name}")
    if agency not in holders(turn.state, interrupt.raised_by):
        raise Refusal("not_allowed", f"{name} may be raised by {', '.join(interrupt.raised_by)}")


def holders(state: State, roles: Iterable[str]) -> set[str]:
    """Who holds one of the roles; for one that nobody holds yet, the responsible agency."""
    return {state.roles.get(role, state.responsible) for role in roles}


def may_rise(pathway: Pathway, state: State, name: str) -> bool:
    """What it was declared to wait for holds."""
    test = pathway.raised_when.get(name)
    return test is None or test(lookup(state)) is True


def rise(turn: Turn, name: str, by: str) -> None:
    """Everything an interrupt does but what follows it (`then`)."""
    interrupt = turn.pathway.interrupt(name)
    turn.say(f.InterruptRaised(name=name, by=by))
    turn.note(f"interrupt.{name}")
    for field, written in interrupt.set.items():
        kind = turn.pathway.definition.data[field]
        turn.say(f.DataSet(field=field, value=as_answer(kind, written)))
    if interrupt.bars and interrupt.bars not in turn.state.barred:
        _bar(turn, interrupt.bars)
    for role in interrupt.tell:
        turn.tell(turn.holder(role), "attention", name, turn.pathway.label(name))
    if interrupt.suspends:
        _suspend(turn, interrupt.suspends)
        tasks.open_task(turn, name, TaskKind.RESOLVE, "", due=interrupt.review)


def _bar(turn: Turn, side: str) -> None:
    """From now on agencies of that side get nothing; what they hold is taken back.

    Source: a pending asylum claim forbids contact with the country of origin (BG-F11).
    """
    turn.say(f.SideBarred(side=side))
    state = turn.state
    barred = tuple(sorted(each for each in turn.involved() if turn.is_barred(each)))
    if turn.is_barred(state.responsible):
        responsibility.move_to(turn, state.opened_by, "barred")
    turn.say(f.NoticesCancelled(agencies=barred))
    for asked in state.hand_overs.values():
        if asked.agency in barred and asked.status in revoking.REVOCABLE:
            revoking.revoke(turn, asked, notice="stop_and_confirm")  # reaches no barred agency
            revoking.wait_again(turn, asked.step)
    plans = turn.pathway.steps.values()
    barred_sides = set(turn.state.barred)
    to_nobody = [
        each
        for each in plans
        if each.receivers and {turn.side_of(role) for role in each.receivers} <= barred_sides
    ]
    revoking.drop_steps(turn, to_nobody)
    revoking.take_back_tasks(turn)


def _suspend(turn: Turn, stage: str) -> None:
    if turn.state.stages.get(stage) != "open":
        return
    turn.say(f.StageMoved(stage=stage, status="suspended"))
    for task in _of_stage(turn, stage):
        if task.status in OPEN_TASK and not timing.never_rests(turn, task):
            status = move("task", task.status, "suspend")
            turn.say(f.TaskMoved(task=task.id, status=status, at=turn.now))
    timing.keep_pace(turn)


def _of_stage(turn: Turn, stage: str) -> list[Task]:
    steps = turn.pathway.stages[stage].steps
    return [task for task in turn.state.tasks.values() if task.step in steps]


def resolve(turn: Turn, name: str, agency: str, person: str) -> None:
    """The interrupt is over: what it suspended goes on, with the time that was left."""
    if name not in turn.state.interrupts:
        known = name in turn.pathway.definition.interrupts
        what = f"{name} is not raised" if known else f"this pathway has no interrupt {name}"
        raise Refusal("not_raised" if known else "not_found", what)
    if agency != turn.state.responsible:
        require_right(turn, name, agency)
    turn.say(f.InterruptResolved(name=name, by=agency))
    for task in turn.state.open_tasks():
        if task.kind is TaskKind.RESOLVE and task.step == name:
            tasks.finish(turn, task, person, "resolved")
    stage = turn.pathway.interrupt(name).suspends
    if stage and turn.state.stages.get(stage) == "suspended" and not held(turn, stage):
        _resume(turn, stage)


def held(turn: Turn, stage: str) -> bool:
    """An interrupt that is not over suspends the stage, perhaps since before it could open."""
    return any(turn.pathway.interrupt(name).suspends == stage for name in turn.state.interrupts)


def _resume(turn: Turn, stage: str) -> None:
    turn.say(f.StageMoved(stage=stage, status="open"))
    for task in _of_stage(turn, stage):
        if task.status == "suspended":
            status = move("task", task.status, "resume")
            turn.say(f.TaskMoved(task=task.id, status=status, at=turn.now))
    revoking.take_back_tasks(turn)
    timing.keep_pace(turn)
