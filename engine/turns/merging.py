"""Merges a duplicate case into the other case of the same person, and undoes a merge.

Source: double registration by an organisation and the police; neither record is lost (F51).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import facts as f
from engine.errors import Refusal
from engine.machines import move
from engine.state import Task
from engine.statuses import StageStatus, TaskStatus
from engine.turns import refreshing
from engine.turns.turn import Turn
from engine.view import View

if TYPE_CHECKING:
    from engine.acts.cases import Merge, Unmerge


def merge(turn: Turn, act: Merge, agency: str, person: str) -> None:
    """The case is suspended with its open work, and closed under the other's code.

    Its clocks keep running, so that after an unmerge it is as if nobody had looked meanwhile.
    """
    if turn.state.code == act.into:
        turn.say(f.CaseTakenIn(case=act.case))
        return
    turn.require_agency(agency, turn.state.responsible)
    status = move("case", turn.state.status, "merge")
    turn.say(f.NoticesCancelled())
    about = [(each, task.id) for task in turn.state.open_tasks() for each in task.agencies]
    about += [(asked.agency, asked.id) for asked in turn.state.open_hand_overs()]
    for task in turn.state.open_tasks():
        _move(turn, task, "suspend")
    for told, ident in about:
        turn.tell(told, "no_longer_needed", ident, turn.pathway.label(ident.partition(".")[0]))
    turn.say(f.CaseMerged(into=act.into, status=status, by=person))


def unmerge(turn: Turn, act: Unmerge, agency: str, person: str) -> None:
    """Undo a merge: the cases turned out to be different people. The case resumes where it was."""
    if turn.state.code == act.into:
        if act.case not in turn.state.taken_in:
            raise Refusal("not_merged", case=act.case, into=act.into)
        turn.say(f.CaseGivenBack(case=act.case))
        return
    if turn.state.merged_into != act.into:
        raise Refusal("not_merged", case=act.case, into=act.into)
    status = move("case", turn.state.status, "unmerge")
    turn.say(f.CaseUnmerged(status=status, by=person))
    for task in list(turn.state.tasks.values()):
        if task.status == TaskStatus.SUSPENDED and not _rests(turn, task):
            _move(turn, task, "resume")
            label = turn.pathway.label(task.step)
            for each in task.agencies:
                turn.tell(each, "task_assigned", task.id, label, due_at=task.due_at)
    refreshing.refresh(turn)
    for asked in turn.state.open_hand_overs():
        turn.tell(asked.agency, "attention", asked.id, turn.pathway.label(asked.step))


def _rests(view: View, task: Task) -> bool:
    """Whether an interrupt suspends its stage, regardless of the merge."""
    plan = view.pathway.steps.get(task.step)
    return plan is not None and view.state.stages.get(plan.stage) == StageStatus.SUSPENDED


def _move(turn: Turn, task: Task, word: str) -> None:
    status = move("task", task.status, word)
    turn.say(f.TaskMoved(task=task.id, status=status, at=turn.now))
