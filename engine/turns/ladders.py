"""Ladders: reminders and notices about the due moment of a task or the answer to a request.

A rung is used once at its moment or, if it repeats, once at each of its moments. After days of
downtime, each addressee gets one notice per subject.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from engine import facts as f
from engine.clock import Clock
from engine.phrases.syntax import Moment, Rung
from engine.plans import StepPlan
from engine.sendable import may_be_told
from engine.state import HandOver, Task
from engine.statuses import FOR_RECEIVER, OPEN_TASK, CasePhase
from engine.task_kinds import FROM_STEP
from engine.turns.arithmetic import TimingRule
from engine.turns.counting import count_again, count_by
from engine.turns.turn import Turn
from engine.view import View


def of_task(plan: StepPlan | None, task: Task) -> Sequence[Rung]:
    """The rungs about a task's due moment; none if the task does not do the step itself, or if the
    step's rungs are about the answer to its request.
    """
    if plan is None or plan.step.answer or task.kind not in FROM_STEP:
        return ()
    return plan.step.late


def of_request(plan: StepPlan) -> Sequence[Rung]:
    """The rungs about the answer to the step's request; none if no period is set for the answer."""
    return plan.step.late if plan.step.answer else ()


def _of(view: View, due: Clock) -> Sequence[Rung]:
    """The rungs about the moment of a clock; none if it has no ladder."""
    task, asked = view.state.tasks.get(due.about), view.state.hand_overs.get(due.about)
    if due.kind == "due" and task:
        return of_task(view.pathway.steps.get(task.step), task)
    return of_request(view.pathway.steps[asked.step]) if due.kind == "answer" and asked else ()


def place(turn: Turn, due: Clock, *, and_new: bool) -> None:
    """Move the running rungs of a due moment that was set or moved.

    Args:
        and_new: also set the rungs that are not running, if they lie ahead.
    """
    for number, rung in enumerate(_of(turn, due)):
        key = f"{due.about}:rung:{number}"
        runs = key in turn.state.clocks
        if not (runs or and_new):
            continue
        seed = Clock(
            key=key,
            kind="rung",
            about=due.about,
            at=due.at,
            start=due.at,
            agency=due.agency,
            rung=number,
            paused_at=due.paused_at,
        )
        clock = count_by(turn, seed, TimingRule(Moment(rung.offset, before=rung.before)))
        if clock and (runs or clock.at > turn.as_of):
            turn.set_clock(clock)


def use(turn: Turn, clock: Clock) -> None:
    """Use a rung whose moment has come; a repeating one is set to its next moment, if it has one
    left.
    """
    rung = turn.pathway.steps[_step(clock.about)].step.late[clock.rung]
    owner = _owner(turn, clock.about) or turn.state.responsible
    if rung.verb == "remind":
        remember(turn, owner, "reminder", clock.about)
    else:
        remember(turn, turn.addressee(rung.role), "overdue", clock.about)
    if rung.offset and clock.used + 1 < rung.at_most:
        again = replace(clock, start=clock.at, pauses=(), used=clock.used + 1)
        counted = count_again(turn, again)
        if counted:
            turn.set_clock(counted)


def remember(turn: Turn, agency: str, kind: str, about: str) -> None:
    """Remember that an agency is owed a notice. It is owed at the end of the turn if its subject is
    still open then.
    """
    task, asked = _task(turn, about), turn.state.hand_overs.get(about)
    turn.reminders[(agency, about)] = f.NoticeOwed(
        number=0,
        agency=agency,
        kind=kind,
        about=about,
        label=turn.pathway.label(task.step if task else _step(about)),
        due_at=task.due_at if task else asked.answer_by if asked else None,
        consent=needed(turn, asked) if asked and agency == asked.agency else "",
    )


def remind(turn: Turn) -> None:
    """Owe the remembered notices that are still relevant, one per addressee and subject."""
    owed: dict[tuple[str, str], f.NoticeOwed] = {}
    for notice in turn.reminders.values():
        owner = _owner(turn, notice.about)
        if owner and (turn.state.status == CasePhase.OPEN or notice.about in turn.state.stops):
            # It may have changed hands since, and only the agency that owes it is reminded.
            agency = owner if notice.kind in _TO_OWNERS else notice.agency
            is_told = may_be_told(turn, agency, notice.kind)
            hearer = agency if is_told else turn.state.responsible
            if agency == hearer or (hearer, notice.about) not in owed:
                owed[(hearer, notice.about)] = replace(notice, agency=agency)
    for notice in owed.values():
        turn.tell(
            notice.agency,
            notice.kind,
            notice.about,
            notice.label,
            due_at=notice.due_at,
            consent=notice.consent,
        )


_TO_OWNERS = frozenset({"reminder", "stop_and_confirm"})
"""Kinds of notices that remind an agency of what it owes."""


def _task(view: View, about: str) -> Task | None:
    return view.state.tasks.get(about) or view.state.stops.get(about)


def needed(view: View, asked: HandOver) -> str:
    return next(iter(view.pathway.steps[asked.step].needs), "")


def _owner(view: View, about: str) -> str:
    """The agency that owes a task, an answer, or a look at a notification; empty if nothing is owed
    any longer.
    """
    task, asked = _task(view, about), view.state.hand_overs.get(about)
    if task and task.status in OPEN_TASK:
        return task.agency
    return asked.agency if asked and asked.status in FOR_RECEIVER else ""


def _step(ident: str) -> str:
    return ident.partition(".")[0]
