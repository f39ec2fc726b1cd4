"""The life of a task: opened with its clocks, taken up, passed on, completed, withdrawn."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine import covering
from engine import facts as f
from engine.acts.reason_lists import DECLINE_REASONS
from engine.definition import Time
from engine.errors import Refusal
from engine.machines import move
from engine.message import message
from engine.numbering import no_task
from engine.state import RESPONSIBLE, Task
from engine.statuses import OPEN_TASK, StepStatus, TaskStatus
from engine.task_kinds import FROM_STEP, TaskKind
from engine.turns import alone, counting, ladders, order, reports, separation, sharing
from engine.turns.turn import Turn
from engine.view import View


def open_task(
    turn: Turn,
    step: str,
    kind: TaskKind,
    roles: str | tuple[str, ...],
    *,
    due: Time | datetime | None,
    suffix: str = "",
    hand_over: str = "",
) -> str:
    """Give a task to the agency that holds the role, with its due moment and its ladder. If nobody
    may hold it now, the responsible agency gets the task. Returns the id of the task.

    Args:
        roles: if there are several, the agency of the first role that anybody may hold owes the
            task, and the agencies of the other roles may take it instead.
        due: a period, or the moment by which the task was done already, for which no clock runs.
    """
    run = turn.state.runs.get(step, 0) + (0 if suffix else 1)
    # Tasks that follow from a request are named after it, even if others have been asked since.
    base = hand_over if hand_over.startswith(f"{step}.") else f"{step}.{run}"
    ident = f"{base}{suffix}"
    roles = (roles,) if isinstance(roles, str) else roles
    also = sharing.offered(turn, step, roles)
    role = next(iter((*also, *roles)), "")
    agency = also.pop(role, turn.state.responsible)
    done_by = due if isinstance(due, datetime) else None
    period = None if isinstance(due, datetime) else due
    clock = period and counting.begin(turn, "due", f"{ident}:due", ident, period, agency)
    task = Task(
        id=ident,
        step=step,
        kind=kind,
        role="" if role == RESPONSIBLE else role,
        agency=agency,
        status=move("task", "new", "assign"),
        also=also,
        opened_at=turn.as_of,
        earliest=turn.report.at if turn.report else None,
        due_at=clock.at if clock else done_by,
        hand_over=hand_over,
        contacts=turn.pathway.gets_in_touch(step, kind),
    )
    turn.say(f.TaskOpened(task=task))
    if clock:
        turn.set_clock(clock)
        ladders.place(turn, clock, and_new=True)
    for each in task.agencies:
        turn.tell(each, "task_assigned", ident, turn.pathway.label(step), due_at=task.due_at)
    return ident


def set_due(turn: Turn, task: Task) -> None:
    """Set the due moment of an open task, if it has become known since the task opened."""
    due = counting.time_of_task(turn, task)
    key, opened = f"{task.id}:due", task.opened_at
    clock = due and counting.begin(turn, "due", key, task.id, due, task.agency, start=opened)
    if clock:
        turn.set_clock(clock)
        ladders.place(turn, clock, and_new=True)


def find(view: View, ident: str, agency: str) -> Task:
    """The task, if the agency has it or may take it, and it is still open.

    Raises:
        Refusal: `not_found` or `not_yours`; `needs_stopped` for a task to stop; `suspended`,
            `settled`, `stopped`, `closed` or `not_open` if it is not open.
    """
    task = view.state.tasks.get(ident)
    if task is None:
        if ident in view.state.stops:
            raise Refusal("needs_stopped", task=ident)
        raise _not_found(view, ident, agency)
    if agency not in task.agencies:
        view.require_agency(agency, task.agency)
    _require_open(view, task)
    return task


def _require_open(view: View, task: Task) -> None:
    if task.status == TaskStatus.SUSPENDED:
        raise Refusal("suspended.task", task=task.id)
    if task.status == TaskStatus.DONE:
        raise Refusal("settled.task", task=task.id)
    if task.status not in OPEN_TASK:
        if view.state.steps.get(task.step) == StepStatus.LAPSED:
            raise Refusal("settled.lapsed", task=task.id)
        order.require_not_over(view.pathway, view.state, task.step)
        status = message(f"status.task.{task.status}")
        raise Refusal("not_open.task_is", task=task.id, status=status)


def take_up(turn: Turn, ident: str, agency: str) -> Task:
    """Like `find`, for an agency that is doing the task; from then on nobody else may take it.

    Raises:
        Refusal: as in `find`.
    """
    return sharing.take(turn, find(turn, ident, agency), agency)


def accept(turn: Turn, ident: str, agency: str, person: str) -> None:
    _require_consent(turn, ident, agency)
    task = take_up(turn, ident, agency)
    if task.kind is TaskKind.VOTE and person:  # a seat is taken by voting
        separation.require(turn, task, agency, person)
    status = move("task", task.status, "accept")
    turn.say(f.TaskMoved(task=ident, status=status, at=turn.occurred_at, by=person))


def claim(turn: Turn, ident: str, agency: str, person: str, colleague: str = "") -> None:
    """Take a task, or give it to a colleague.

    If somebody else has already claimed it, only that person's deputy may do so, and only on a day
    on which that person is not valid in the registry.

    Raises:
        Refusal: as in `find`, `covering.require` and `separation.require`; `no_person` or
            `claimed`; `unknown_staff` if the agency does not list the colleague, or the colleague
            is suspended or not valid today.
    """
    _require_consent(turn, ident, agency)
    task = take_up(turn, ident, agency)
    whom = colleague or person
    if not whom:
        raise Refusal("no_person.claim")
    if colleague:
        _require_in_force(turn, agency, colleague)
    separation.require(turn, task, agency, whom)
    if task.claimed_by not in ("", person, whom) and not _stands_in(turn, agency, person, task):
        raise Refusal("claimed", task=ident)
    if task.status == TaskStatus.CLAIMED and task.claimed_by == whom:
        return  # asked twice, for example by a double click
    status = move("task", task.status, "claim")
    turn.say(f.TaskMoved(task=ident, status=status, at=turn.occurred_at, by=whom))


def _require_in_force(view: View, agency: str, colleague: str) -> None:
    known = view.registry.by_code.get(agency)
    found = known and next((each for each in known.staff if each.code == colleague), None)
    if not found or found.suspended:
        raise Refusal("unknown_staff.none", agency=agency)
    found.require_their_day(agency, view.today)


def _stands_in(view: View, agency: str, person: str, task: Task) -> bool:
    """Whether the colleague who claimed the task is not valid today, and the person stands in for
    them.
    """
    known = view.registry.by_code.get(agency)
    return known is not None and known.stands_in(person, task.claimed_by, view.today)


def _require_consent(view: View, ident: str, agency: str) -> None:
    """Refuse an agency that could not do the task it takes: the step's consents must be in force
    and cover it.
    """
    task = find(view, ident, agency)
    if not covering.covers_task(view, task, agency):
        covering.require(view, view.pathway.steps[task.step], agency, task.role)


def decline(turn: Turn, ident: str, agency: str, reason: str) -> None:
    """Decline a task: it goes to the next agency that may hold the role, or to the responsible one.

    A vote does not fall to the responsible agency: if no other may hold its role, the seat stays
    empty. An agency that does not owe the task but might have taken it leaves it to the others. If
    the step is reserved for the holders of its roles (`passes_on: no`), the task goes only to
    another agency that might have taken it, and if there is none, it stays with the agency that
    declines.

    Raises:
        Refusal: as in `find`; `unknown_reason`; `declined_already`; `responsible` if the
            responsible agency has the task and nobody else may have it, or if nobody else would
            hear that the task was declined.
    """
    task = find(turn, ident, agency)
    require_reason(reason)
    if agency != task.agency:
        sharing.let_go(turn, task, agency)
        return
    is_vote = task.kind is TaskKind.VOTE
    declined = (*task.declined_by, agency)
    heirs = sharing.heirs(turn, task, declined)
    if not heirs and alone.stays_with(turn, task, agency):
        alone.keep(turn, task, agency, reason)
        return
    if agency == turn.state.responsible and not (is_vote or heirs):
        raise Refusal("responsible.nobody_else")
    if is_vote and not heirs:
        vacate(turn, task, reason)
        return
    role, target = heirs[0] if heirs else ("", turn.state.responsible)
    pass_on(turn, task, target, f"declined: {reason}", declined, role=role)
    sharing.dismiss(turn, task, {agency}, by=agency)
    if target != turn.state.responsible:
        label = turn.pathway.label(task.step)
        turn.tell(turn.state.responsible, "attention", ident, label, due_at=task.due_at)


def _not_found(view: View, ident: str, agency: str) -> Refusal:
    """The refusal for an unknown task. It may suggest another: an open task of the step with this
    name, or the one with the nearest id, among those that the agency has or is responsible for.
    """
    is_responsible = agency == view.state.responsible
    own = [t for t in view.state.open_tasks() if is_responsible or agency in t.agencies]
    return no_task(ident, [each.id for each in own])


def require_reason(reason: str) -> None:
    if reason not in DECLINE_REASONS:
        raise Refusal("unknown_reason", reasons=DECLINE_REASONS)


def reassign(turn: Turn, ident: str, agency: str, target: str) -> None:
    """The responsible agency gives the task to another that may hold one of the task's roles, or to
    itself. It may give itself a vote, or a task reserved for the holders of roles, only if it may
    hold one of the task's roles.

    Raises:
        Refusal: `not_yours` or `not_found`; as in `find` if the task is not open;
            `unknown_agency`, `barred`, `not_able`, `no_consent` or `same_agency` if the other may
            not have the task.
    """
    turn.require_agency(agency, turn.state.responsible)
    task = turn.state.tasks.get(ident)
    if task is None:
        raise _not_found(turn, ident, agency)
    _require_open(turn, task)
    if target not in turn.registry.by_code:
        raise Refusal("unknown_agency.none", agency=target)
    if turn.is_barred(target):
        raise Refusal("barred.agency", agency=target)
    roles = sharing.roles_of(turn, task)
    allowed = {each.code: role for role in reversed(roles) for each in turn.candidates(role)}
    if task.kind is not TaskKind.VOTE and not alone.is_alone(turn, task):
        allowed.setdefault(turn.state.responsible, "")
    if task.kind in FROM_STEP and any(target in turn.only_kept_apart(role) for role in roles):
        separation.require_role_apart(turn, task, target)
    if target not in allowed:
        raise Refusal("not_able.role", agency=target, role=task.role or RESPONSIBLE)
    if not turn.may_know(target):
        raise Refusal("no_consent.agency", agency=target)
    plan = turn.pathway.steps.get(task.step)
    if plan and task.kind in FROM_STEP and covering.denied_to(turn, plan, target, allowed[target]):
        raise Refusal("no_consent.not_for", step=task.step, agency=target)
    if task.kind in FROM_STEP:
        separation.require_agency(turn, task, target, allowed[target])
    pass_on(turn, replace(task, also={}), target, "reassigned", role=allowed[target])
    sharing.dismiss(turn, task, {*task.agencies} - {target}, by=agency)


def pass_on(
    turn: Turn,
    task: Task,
    target: str,
    because: str,
    declined: tuple[str, ...] | None = None,
    *,
    role: str = "",
) -> None:
    """Give the task to another agency, and tell that agency. While the task is suspended, the
    notice does not say when the task is due.

    Args:
        declined: the agencies that have declined so far; None if that does not change.
        role: the role in which the agency gets the task, if that changes.
    """
    declined = task.declined_by if declined is None else declined
    move("task", task.status, "pass_on")
    turn.say(
        f.TaskAssigned(
            task=task.id,
            agency=target,
            because=because,
            declined_by=declined,
            role=role,
            also={each: agency for each, agency in task.also.items() if agency != target},
        )
    )
    label = turn.pathway.label(task.step)
    due_at = None if task.status == TaskStatus.SUSPENDED else task.due_at
    turn.tell(target, "task_assigned", task.id, label, due_at=due_at)


def take_back(turn: Turn, task: Task, because: str) -> None:
    """Take a task from an agency that may not go on with it. An agency of another role of the step
    gets it, or else the responsible one. A vote goes to nobody: its seat stays empty.
    """
    if task.kind is TaskKind.VOTE and task.role:
        vacate(turn, task, because)
        return
    heirs = sharing.heirs(turn, task, (*task.declined_by, task.agency))
    in_other_roles = (each for each in heirs if each[0] != task.role and turn.may_know(each[1]))
    role, target = next(in_other_roles, ("", turn.state.responsible))
    pass_on(turn, task, target, because, role=role)
    sharing.dismiss(turn, task, {task.agency})


def finish(turn: Turn, task: Task, person: str, outcome: str = "") -> None:
    """Complete a task. Whether the person may do a step's own task has been checked before."""
    status = move("task", task.status, "complete")
    turn.say(
        f.TaskMoved(task=task.id, status=status, at=turn.occurred_at, by=person, outcome=outcome)
    )
    reports.acquit(turn, task)
    turn.stop_clocks(task.id, "done")


def suspend(turn: Turn, task: Task) -> None:
    """Let a task rest until its stage goes on."""
    status = move("task", task.status, "suspend")
    turn.say(f.TaskMoved(task=task.id, status=status, at=turn.as_of))


def vacate(turn: Turn, task: Task, reason: str) -> None:
    """Withdraw a panel member's task to vote, and tell its agency."""
    withdraw(turn, task, reason)
    turn.tell(task.agency, "no_longer_needed", task.id, turn.pathway.label(task.step))


def withdraw(turn: Turn, task: Task, reason: str = "") -> None:
    status = move("task", task.status, "withdraw")
    turn.say(f.TaskMoved(task=task.id, status=status, at=turn.as_of, reason=reason))
    turn.stop_clocks(task.id, reason or "withdrawn")
