"""A case that has ended is taken up again, where the pathway says so.

Source: a closed case is reopened for a reason, by somebody who may, at a known point (F50).
"""

from __future__ import annotations

from engine import facts as f
from engine.commands import REOPEN_REASONS, Reopen
from engine.errors import Refusal
from engine.machines import move
from engine.turns import consents, refreshing, returning, rights, stopping
from engine.turns.turn import Turn


def reopen(turn: Turn, act: Reopen, agency: str, person: str) -> None:
    """The stage begins anew with all that comes after it; what else was under way is stopped.

    Answers, consents and what is barred stand; interrupts that were raised are over.
    """
    stage = _require(turn, act, agency)
    status = move("case", turn.state.status, "reopen")
    turn.say(f.CaseReopened(status=status, at=stage, agency=agency, by=person, reason=act.reason))
    turn.note("case.reopened")
    follows = turn.pathway.following(stage)
    stages = {name: 1 for name in follows.stages if name in turn.state.stages}
    returning.begin_again(turn, stages, follows.steps)
    for plan in turn.pathway.steps.values():
        stopping.stop_step(turn, plan)
    for name, how in turn.state.stages.items():
        if how in ("open", "suspended", "closed"):
            stopping.stop_stage(turn, name)
        elif how == "ended" and name in follows.reopened:
            turn.say(f.StageMoved(stage=name, status="open"))
    turn.say(f.StageMoved(stage=stage, status="open"))
    turn.note(f"{stage}.entered")
    consents.watch(turn)
    refreshing.refresh(turn)
    if agency != turn.state.responsible:
        turn.tell(turn.state.responsible, "attention", "case", "Case reopened")


def _require(turn: Turn, act: Reopen, agency: str) -> str:
    """The stage at which the case goes on."""
    if turn.state.status == "open":
        outlived = f": it has its end, `{turn.state.end}`, and closes when what outlives it is done"
        raise Refusal("open_already", f"this case is open{outlived if turn.state.end else ''}")
    if turn.state.merged_into:
        knows = agency == turn.state.responsible
        into = turn.state.merged_into if knows else "another one"
        raise Refusal("merged", f"this case is merged into {into}: unmerge it")
    allowed = turn.pathway.definition.reopen
    if allowed is None:
        raise Refusal("not_allowed", "in this pathway a case that has ended stays so")
    rights.require(turn, agency, allowed.by, "%s may reopen a case")
    if act.reason not in REOPEN_REASONS:
        known = ", ".join(REOPEN_REASONS)
        raise Refusal("unknown_reason", f"give one of these reasons: {known}")
    return allowed.at
