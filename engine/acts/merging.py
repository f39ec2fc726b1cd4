"""Merge a duplicate case into the other case of the same person, and undo a merge.

Source: double registration by an organisation and the police; neither record is lost (F51).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from msgspec.structs import replace

from engine import facts as f
from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import ActWord, Declared, Pair, PairOf, Way, WordKind
from engine.errors import Refusal
from engine.links import MERGE
from engine.machines import move
from engine.message import Message, message
from engine.state import State, Task
from engine.statuses import CasePhase, StageStatus, TaskStatus
from engine.turns import consenting, farewells, proposing, refreshing, withholding
from engine.turns.turn import Turn
from engine.view import View

__all__ = ["Merge", "Unmerge"]


class CaseMerged(f.Fact, frozen=True, tag="case_merged"):
    """The case is closed: it is a duplicate of the one into which it was merged."""

    into: str
    status: CasePhase
    by: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        left = f.but_for(self.into, state.proposals)
        return replace(state, status=self.status, merged_into=self.into, proposals=left)

    def story(self) -> Message:
        return message("log.case.merged", into=self.into)


class CaseUnmerged(f.Fact, frozen=True, tag="case_unmerged"):
    """A merge was undone: the case is not a duplicate, and is open again."""

    status: CasePhase
    by: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return replace(state, status=self.status, merged_into="")

    def story(self) -> Message:
        return message("log.case.unmerged")


class CaseTakenIn(f.Fact, frozen=True, tag="case_taken_in"):
    """Another case turned out to be a duplicate of this one."""

    case: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        left = f.but_for(self.case, state.proposals)
        return replace(state, taken_in=(*state.taken_in, self.case), proposals=left)

    def story(self) -> Message:
        return message("log.case.taken_in", case=self.case)


class CaseGivenBack(f.Fact, frozen=True, tag="case_given_back"):
    """A case that was taken in turned out not to be a duplicate."""

    case: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        left = tuple(code for code in state.taken_in if code != self.case)
        return replace(state, taken_in=left)

    def story(self) -> Message:
        return message("log.case.given_back", case=self.case)


def _merge(turn: Turn, act: Merge, agency: str, person: str) -> None:
    """Propose the merge, or do it if the agency answers for the other case too."""
    turn.require_agency(agency, turn.state.responsible)
    is_staying = turn.state.code == act.into
    proposing.require_new(turn, act.case if is_staying else act.into, MERGE)
    if is_staying:
        turn.say(CaseTakenIn(case=act.case))
    elif act.agreed:
        close_as_duplicate(turn, act.into, person)
    else:
        proposing.propose(turn, act.into, MERGE)


def close_as_duplicate(turn: Turn, into: str, person: str) -> None:
    """Close the case as a duplicate of the case `into`. Open tasks are suspended. The agencies that
    have open tasks or requests are told that nothing more is needed.

    The clocks are kept, so that what comes due meanwhile is settled after an unmerge.
    """
    status = move("case", turn.state.status, "merge")
    turn.say(f.NoticesCancelled())
    about = [(each, task.id) for task in turn.state.open_tasks() for each in task.agencies]
    about += [(asked.agency, asked.id) for asked in turn.state.open_hand_overs()]
    for task in turn.state.open_tasks():
        _move(turn, task, "suspend")
    for told, ident in about:
        turn.tell(told, "no_longer_needed", ident, turn.pathway.label(ident.partition(".")[0]))
    turn.note("case.merged", turn.now)
    turn.say(CaseMerged(into=into, status=status, by=person))


def _unmerge(turn: Turn, act: Unmerge, agency: str, person: str) -> None:
    """Undo the merge: the merged case resumes where it was; the other case records that the merged
    one was no duplicate.
    """
    if turn.state.code == act.into:
        if act.case not in turn.state.taken_in:
            raise Refusal("not_merged", case=act.case, into=act.into)
        turn.say(CaseGivenBack(case=act.case))
        return
    if turn.state.merged_into != act.into:
        raise Refusal("not_merged", case=act.case, into=act.into)
    status = move("case", turn.state.status, "unmerge")
    turn.say(CaseUnmerged(status=status, by=person))
    for task in list(turn.state.tasks.values()):
        if task.status == TaskStatus.SUSPENDED and not _rests(turn, task):
            _move(turn, task, "resume")
            label = turn.pathway.label(task.step)
            for each in task.agencies:
                turn.tell(each, "task_assigned", task.id, label, due_at=task.due_at)
    refreshing.refresh(turn)
    consenting.resume(turn, turn.state.moments.get("case.merged"))
    with farewells.last_word(turn):
        withholding.uphold(turn)
    for asked in turn.state.open_hand_overs():
        turn.tell(asked.agency, "attention", asked.id, turn.pathway.label(asked.step))


def _rests(view: View, task: Task) -> bool:
    """Whether an interrupt suspends the task's stage, regardless of the merge."""
    plan = view.pathway.steps.get(task.step)
    return plan is not None and view.state.stages.get(plan.stage) == StageStatus.SUSPENDED


def _move(turn: Turn, task: Task, word: str) -> None:
    status = move("task", task.status, word)
    turn.say(f.TaskMoved(task=task.id, status=status, at=turn.now))


def _into_any_case(view: View) -> Iterator[Aside]:
    """Offer a merge to the responsible agency, with the other case still to be named."""
    yield Aside(view.state.responsible, Merge(case=view.state.code, into=""), "", "")


def _from_where_it_is(view: View) -> Iterator[Aside]:
    """Offer an unmerge to the responsible agency, if the case was merged."""
    into = view.state.merged_into
    if into:
        yield Aside(view.state.responsible, Unmerge(case=view.state.code, into=into), "", into)


class Merge(Act, frozen=True, tag="merge"):
    """Merge two cases that were opened for one person: `case` is closed as a duplicate of
    `into`.
    """

    case: str
    into: str
    agreed: bool = False
    """The agency answers for both cases: nobody else has to agree."""

    rule: ClassVar = Rule(_merge)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("merge",),
                help="Close a case that is a duplicate of another; neither record is lost. The"
                " agency responsible for the other one has to agree.",
            ),
        ),
        words=(
            ActWord(field="into", kind=WordKind.CASE, shown="INTO", help="The case that stays."),
        ),
        case_in="case",
        pair=Pair(PairOf.PROPOSED, "into", lambda code, act: act),
        weighty=True,
    )
    asides: ClassVar = _into_any_case


class Unmerge(Act, frozen=True, tag="unmerge"):
    """Undo a merge: the cases turned out to be those of different people, and `case` opens
    again.
    """

    case: str
    into: str

    rule: ClassVar = Rule(_unmerge, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("unmerge",),
                help="Open a merged case again: it is not a duplicate after all.",
            ),
        ),
        words=(
            ActWord(
                field="into", kind=WordKind.CASE, shown="INTO", help="The case it was merged into."
            ),
        ),
        case_in="case",
        pair=Pair(PairOf.PARTED, "into", lambda code, act: act),
        weighty=True,
    )
    asides: ClassVar = _from_where_it_is
