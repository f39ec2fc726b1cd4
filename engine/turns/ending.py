"""Ends a case. It closes at once or, if a stage outlives the end, when that stage is over."""

from __future__ import annotations

from collections.abc import Collection

from engine import facts as f
from engine.clock import AFTER_THE_END
from engine.machines import move
from engine.statuses import (
    NOT_BEGUN,
    STAGE_UNDER_WAY,
    TASK_UNDER_WAY,
    UNANSWERED,
    CasePhase,
    StageStatus,
)
from engine.task_kinds import TaskKind
from engine.turns import closing, interrupting, task_lifecycle
from engine.turns.turn import Turn
from engine.view import View

_CLOCKS_OF_THE_CASE = AFTER_THE_END | {"named", "review", "registry", "proposal"}
"""Kinds of clock that run as long as the case is open, or longer."""


def end_case(turn: Turn, end: str, about: str = "") -> None:
    """Give the case its end, and close it unless a stage that outlives the end is open. If the end
    takes a closing task, that comes first.

    A case that has an end keeps it. If a stage that goes on then causes another end, only this
    stage ends; another end for the whole case closes the case.

    Args:
        about: the step, stage, task or request that caused it; empty, or an interrupt, for the
            whole case.
    """
    subject = about.partition(".")[0]
    if turn.state.end:
        _end_again(turn, subject)
    elif turn.state.closing and _is_part(turn, subject):
        _end_part(turn, subject)
    elif turn.pathway.ends[end].takes_closing:
        _close_in_form(turn, end)
    else:
        give_end(turn, end)


def _close_in_form(turn: Turn, end: str) -> None:
    """Begin to close the case: everything that does not outlive the end stops now. The case gets
    its end once the closing is done.
    """
    if turn.state.closing != end:
        _stop_all_but(turn, _going_on(turn, end))
        closing.begin(turn, end)


def give_end(turn: Turn, end: str) -> None:
    """Give the case its end, now that any closing task is done."""
    going_on = _going_on(turn, end)
    if not going_on:
        _close(turn, end)
        return
    _stop_all_but(turn, going_on)
    turn.note("case.ended", turn.as_of)
    turn.say(f.EndKnown(end=end, kind=turn.pathway.ends[end].kind))


def _going_on(view: View, end: str) -> list[str]:
    going_on = [
        name
        for name, plan in view.pathway.stages.items()
        if plan.stage.outlives(end) and view.state.stages.get(name) in STAGE_UNDER_WAY
    ]
    return going_on


def _stop_all_but(turn: Turn, going_on: list[str]) -> None:
    _leave_all_but(turn, _subjects(turn, going_on))
    for name, status in turn.state.stages.items():
        if status in STAGE_UNDER_WAY and name not in going_on:
            turn.say(f.StageMoved(stage=name, status=StageStatus.CLOSED))


def close_if_over(turn: Turn) -> None:
    """Close the case if its end is known and nothing that outlives it is open."""
    state = turn.state
    if state.status != CasePhase.OPEN or not state.end:
        return
    if not any(turn.pathway.goes_on(state, name) for name in turn.pathway.stages):
        _close(turn, state.end)


def _is_part(view: View, about: str) -> bool:
    """Whether the cause is a step or stage rather than the whole case."""
    return about in view.pathway.steps or about in view.pathway.stages


def _end_again(turn: Turn, about: str) -> None:
    if _is_part(turn, about):
        _end_part(turn, about)
    else:
        _close(turn, turn.state.end)


def _end_part(turn: Turn, about: str) -> None:
    """End a stage of a case that already has its end, or is being closed."""
    plan = turn.pathway.steps.get(about)
    stage = plan.stage if plan else about
    if turn.pathway.goes_on(turn.state, stage):
        others = [
            name
            for name in turn.pathway.stages
            if name != stage and turn.pathway.goes_on(turn.state, name)
        ]
        _leave_all_but(turn, _subjects(turn, others))
        turn.say(f.StageMoved(stage=stage, status=StageStatus.CLOSED))


def _close(turn: Turn, end: str) -> None:
    """Close everything, cancel unsent notices that ask for work (except those about stops), and
    tell each agency that had work in the case that the work is over.
    """
    _leave_all_but(turn, frozenset())
    move("case", turn.state.status, "end")
    if not turn.state.end:
        turn.note("case.ended", turn.as_of)
    clocks = turn.state.clocks
    kept = tuple(key for key, clock in clocks.items() if clock.kind == "named")
    running = tuple(key for key, clock in clocks.items() if clock.kind in AFTER_THE_END)
    kind = turn.pathway.ends[end].kind
    turn.say(f.CaseEnded(end=end, kind=kind, kept=kept, running=running))


def _subjects(view: View, stages: Collection[str]) -> frozenset[str]:
    """Subjects of these stages: all their parts, the raised interrupts that suspend them, the tasks
    to review these interrupts, the case itself, and its closing tasks.
    """
    found = {"case", *stages}
    for stage in stages:
        found |= interrupting.subjects(view, stage)
    raised = {
        name for name in view.state.interrupts if {*view.pathway.suspended_by(name)} & {*stages}
    }
    resolving = {
        task.id
        for task in view.state.tasks.values()
        if task.kind is TaskKind.RESOLVE and task.step in raised
    }
    return frozenset(found | raised | resolving | _closing(view))


def _closing(view: View) -> set[str]:
    """The open closing and approval tasks, which go on when a stage stops."""
    kinds = (TaskKind.CLOSING, TaskKind.APPROVAL)
    return {each.id for each in view.state.open_tasks() if each.kind in kinds}


def _leave_all_but(turn: Turn, kept: frozenset[str]) -> None:
    """Withdraw the tasks under way, and the requests that are unanswered or not yet begun, except
    those in `kept`. Stop their clocks, and tell their agencies.
    """
    touched: list[tuple[str, str]] = []
    for task in turn.state.tasks.values():
        if task.status in TASK_UNDER_WAY and task.id not in kept:
            task_lifecycle.withdraw(turn, task)
            for agency in task.agencies:
                touched.append((agency, task.id))
    for asked in turn.state.hand_overs.values():
        if asked.status in UNANSWERED | NOT_BEGUN and asked.id not in kept:
            word = "revoke" if asked.status in UNANSWERED else "close"
            status = move("hand_over", asked.status, word)
            turn.say(f.HandOverMoved(hand_over=asked.id, message=word, status=status))
            touched.append((asked.agency, asked.id))
    turn.say(f.NoticesCancelled(spared=tuple(sorted(kept | turn.state.stops.keys()))))
    if kept:  # if nothing is kept, the case closes, which stops its clocks
        over = [
            key
            for key, clock in turn.state.clocks.items()
            if clock.about not in kept and clock.kind not in _CLOCKS_OF_THE_CASE
        ]
        if over:
            turn.say(f.ClocksStopped(keys=tuple(over), because="ended"))
    for agency, about in touched:
        turn.tell(agency, "no_longer_needed", about, turn.pathway.label(about.partition(".")[0]))
