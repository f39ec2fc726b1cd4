"""Reopen a case that has ended, if the pathway allows it.

Source: a closed case is reopened for a reason, by somebody authorised, at a known point (F50).
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from engine import facts as f
from engine.acts.act import Act, Rule
from engine.acts.declared import Declared, Way, behind_the_reason, reason_of
from engine.acts.reason_lists import REOPEN_REASONS
from engine.errors import Refusal
from engine.machines import move
from engine.message import Message, message
from engine.state import State
from engine.statuses import STAGE_UNDER_WAY, CasePhase, StageStatus
from engine.turns import consenting, order, progress, refreshing, returning, rights, stopping
from engine.turns.turn import Turn
from engine.view import View
from engine.words_beside import WordsBeside

__all__ = ["Reopen"]

_LEFT_OPEN = STAGE_UNDER_WAY | {StageStatus.CLOSED}
"""Statuses of stages that the end of the case left unfinished."""


class CaseReopened(f.Fact, frozen=True, tag="case_reopened"):
    """A case that had ended is open again, from the stage `at` on."""

    status: CasePhase
    at: str
    agency: str
    by: str
    reason: str

    def change(self, state: State) -> State:
        """Undo the end: raised interrupts are over, and named clocks resume."""
        return replace(
            state,
            status=self.status,
            end="",
            interrupts=(),
            moments={name: at for name, at in state.moments.items() if name != "case.ended"},
            clocks={**state.clocks, **state.kept_clocks},
            kept_clocks={},
        )

    def story(self) -> Message:
        return message("log.case.reopened", agency=self.agency)


def _reopen(turn: Turn, act: Reopen, agency: str, person: str) -> None:
    """Restart the stage at which the pathway reopens a case, and everything after it; other open
    work is stopped.

    The stage waits for its predecessors as usual, so any that are not settled restart first.
    Answers, consents, named clocks and bars remain; raised interrupts are over.
    """
    stage, end = _require(turn, act, agency), turn.state.end
    ended_at = turn.state.moments.get("case.ended")
    status = move("case", turn.state.status, "reopen")
    turn.say(CaseReopened(status=status, at=stage, agency=agency, by=person, reason=act.reason))
    turn.note("case.reopened")
    _begin(turn, stage)
    consenting.watch(turn)
    consenting.resume(turn, ended_at)
    refreshing.refresh(turn)
    progress.advance(turn)
    if turn.state.status != CasePhase.OPEN:
        raise Refusal("not_open.reopened", end=turn.state.end, stage=stage, before=end)
    if agency != turn.state.responsible:
        turn.tell(turn.state.responsible, "attention", "case", "Case reopened")


def _begin(turn: Turn, stage: str) -> None:
    """Restart the stage, the earlier ones it would still wait for, and what follows them; stop open
    work elsewhere.
    """
    follows = [turn.pathway.following(each) for each in _beginning(turn, stage)]
    stages = {name for each in follows for name in each.stages}
    steps = {name for each in follows for name in each.steps}
    needed = {name for each in follows for name in each.reopened}
    in_order = {name: 1 for name in turn.pathway.stages if name in stages & {*turn.state.stages}}
    returning.begin_again(turn, in_order, [name for name in turn.pathway.steps if name in steps])
    for plan in turn.pathway.steps.values():
        stopping.stop_step(turn, plan)
    for name, how in turn.state.stages.items():
        if how in _LEFT_OPEN:
            stopping.stop_stage(turn, name)
        elif how == StageStatus.ENDED and name in needed:
            turn.say(f.StageMoved(stage=name, status=StageStatus.OPEN))


def _beginning(view: View, stage: str) -> list[str]:
    """The stage, and the earlier stages it would still wait for."""
    found = [stage]
    for name in found:
        after = view.pathway.stages[name].stage.after
        if order.comes_now(view, after):
            continue
        for before in after.names:
            plan = view.pathway.steps.get(before)
            awaited = plan.stage if plan else before
            if awaited not in found and not order.settled(view, before):
                found.append(awaited)
    return found


def _require(turn: Turn, act: Reopen, agency: str) -> str:
    """Check that the case may be reopened, and return the stage at which it resumes."""
    if turn.state.status == CasePhase.OPEN:
        if turn.state.end:
            raise Refusal("open_already.outlives", end=turn.state.end)
        raise Refusal("open_already.case")
    if turn.state.merged_into:
        if agency == turn.state.responsible:
            raise Refusal("merged.into", into=turn.state.merged_into)
        raise Refusal("merged.somewhere")
    allowed, end = turn.pathway.definition.reopen, turn.state.end
    if allowed is None:
        raise Refusal("not_allowed.no_reopening")
    rights.require(turn, agency, allowed.by, message("refused.right.reopen", roles=allowed.by))
    if end not in turn.pathway.reopens_from:
        raise Refusal("not_allowed.ended_so", end=end)
    if act.reason not in REOPEN_REASONS:
        raise Refusal("unknown_reason", reasons=REOPEN_REASONS)
    return allowed.at


class Reopen(Act, frozen=True, tag="reopen"):
    """Reopen a case that has ended; `reason` comes from a fixed list."""

    reason: str

    rule: ClassVar = Rule(_reopen, by_right=True, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("reopen",),
                help="Reopen a case that has ended, if its pathway lets your role do so.",
                verb="reopen",
            ),
        ),
        words=(reason_of(REOPEN_REASONS),),
        protected=behind_the_reason(WordsBeside.REOPENED),
        weighty=True,
    )
