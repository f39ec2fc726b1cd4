"""Passes on the work of agencies that leave, and has the case checked again when the next agency
leaves or returns from leave.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from engine.clock import Clock
from engine.facts import LEFT
from engine.state import HandOver, Task
from engine.statuses import AGREED, TASK_UNDER_WAY, CasePhase, RequestStatus, TaskStatus
from engine.task_kinds import TaskKind
from engine.turns import responsibility, separation, silence, task_lifecycle
from engine.turns.turn import Turn
from engine.view import View


def pass_on(turn: Turn) -> None:
    """Pass on what agencies have in an open case if they have left the registry, or their last day
    is over.

    The responsibility goes to an agency that could hold the same roles, or else to a stand-in; if
    there is neither, it stays. A role goes to the next agency that may hold it, and so do its
    tasks; if there is none, its tasks go to another role of the step or to the responsible agency,
    and votes are withdrawn. Suspended tasks stay until they resume. Unanswered requests go to the
    next receiver, if there is one. Accepted requests stay: the responsible agency is told, and must
    deal with them if no consent covers the next holder of the role.

    Source: cases are reassigned when an agency leaves (F25).
    """
    if turn.state.status != CasePhase.OPEN:
        return
    gone = {each for each in holders(turn) - turn.registry.staying if turn.has_left(each)}
    if not gone:
        return
    if turn.state.responsible in gone:
        _move_responsibility(turn)
    agreed = [each for each in turn.state.hand_overs.values() if _is_relied_on(turn, each, gone)]
    for role, agency in turn.state.roles.items():
        if agency in gone and role in turn.pathway.roles:  # not from an earlier version
            turn.bind(role)
    for task in turn.state.tasks.values():
        if task.agency in gone - {turn.state.responsible} and task.status in TASK_UNDER_WAY:
            _hand_on(turn, task)
    _look_after_requests(turn, gone, agreed)


def _look_after_requests(turn: Turn, gone: set[str], agreed: list[HandOver]) -> None:
    for ident in [each.id for each in turn.state.open_hand_overs() if each.agency in gone]:
        asked = turn.state.hand_overs[ident]  # another one's consequences may have revoked it
        if asked.is_open and turn.state.status == CasePhase.OPEN:
            silence.lose(turn, asked)
    for asked in agreed:
        if turn.state.status == CasePhase.OPEN:
            silence.stand_alone(turn, asked)


def _is_relied_on(view: View, asked: HandOver, gone: set[str]) -> bool:
    """Whether an agency that has left (`gone`) accepted the request, and holds the role that it
    accepted for.
    """
    agreed = asked.status in AGREED | {RequestStatus.NO_SHOW} and asked.kind == "request"
    held = agreed and asked.agency in gone and view.state.roles.get(asked.role) == asked.agency
    return held and view.state.is_of_now(asked.id)


def holders(view: View) -> set[str]:
    """The responsible agency, and those that have work in the case or hold a role."""
    state = view.state
    found = {state.responsible, *state.roles.values()}
    for task in state.tasks.values():  # called twice in each turn
        if task.status in TASK_UNDER_WAY:
            found.update(task.agencies)
    found.update([asked.agency for asked in state.open_hand_overs()])
    return found


def _move_responsibility(turn: Turn) -> None:
    """Pass on the responsibility. If no other agency can take it, it stays, and a person must deal
    with that.
    """
    before = turn.state.responsible
    roles = turn.state.roles
    held = [role for role in turn.pathway.roles if roles.get(role) == before]
    able = [each.code for role in held for each in turn.candidates(role)]
    instead = responsibility.stand_in(turn, *able)
    if instead:
        responsibility.move_to(turn, instead, LEFT)
        turn.tell(instead, "attention", "case", "You answer for this case now")


def _hand_on(turn: Turn, task: Task) -> None:
    """Pass a task to another agency that may hold its role and do the step. If there is none, a
    vote is withdrawn, and any other task goes to another role of the step or to the responsible
    agency. A suspended task stays until it resumes.
    """
    if task.status == TaskStatus.SUSPENDED:
        return  # checked again when it resumes
    target = separation.able(turn, task.step, task.role) if task.role else None
    if target is None and task.kind is TaskKind.VOTE:
        task_lifecycle.vacate(turn, task, LEFT)
    elif target is None:
        task_lifecycle.take_back(turn, task, LEFT)
    else:
        turn.bind(task.role)
        task_lifecycle.pass_on(turn, task, target, LEFT)


def watch(turn: Turn) -> None:
    """For each of the `holders`, set a clock for the end of its present leave or of its time in the
    registry, whichever comes first. Stop such clocks that no longer apply.
    """
    changing = turn.registry.changing
    set_now = {key: each for key, each in turn.state.clocks.items() if each.kind == "registry"}
    if turn.state.status != CasePhase.OPEN or not (changing or set_now):
        return
    wanted = {}
    for agency in sorted(holders(turn) & changing):
        day = turn.registry.by_code[agency].changes_after(turn.today)
        if day is not None:
            wanted[f"registry:{agency}"] = _clock(agency, day)
    for key in set_now.keys() - wanted.keys():
        turn.stop_clocks_named(key, "registry")
    for key, clock in wanted.items():
        if set_now.get(key) != clock:
            turn.set_clock(clock)


def _clock(agency: str, day: date) -> Clock:
    at = datetime.combine(day + timedelta(days=1), time(), UTC)
    return Clock(key=f"registry:{agency}", kind="registry", about=agency, at=at)
