"""A case that has ended is taken up again, where the pathway says so.

Source: a closed case is reopened for a reason, by somebody who may, at a known point (F50).
"""

from __future__ import annotations

from engine import facts as f
from engine.commands import REOPEN_REASONS, Reopen
from engine.errors import Refusal
from engine.machines import move
from engine.turns import consents, order, progress, refreshing, returning, rights, stopping
from engine.turns.turn import Turn
from engine.view import View


def reopen(turn: Turn, act: Reopen, agency: str, person: str) -> None:
    """The stage begins anew with all that comes after it; what else was under way is stopped.

    It waits as any stage does: what must come before it and was not settled begins anew first.
    Answers, consents, named clocks and what is barred stand; interrupts that were raised are over.
    """
    stage, end = _require(turn, act, agency), turn.state.end
    status = move("case", turn.state.status, "reopen")
    turn.say(f.CaseReopened(status=status, at=stage, agency=agency, by=person, reason=act.reason))
    turn.note("case.reopened")
    _begin(turn, stage)
    consents.watch(turn)
    refreshing.refresh(turn)
    progress.advance(turn)
    if turn.state.status != "open":
        what = f"the case would come to its end `{turn.state.end}` again at once: `{stage}`"
        raise Refusal("not_open", f"{what} does not open as things stand (it had ended: {end})")
    if agency != turn.state.responsible:
        turn.tell(turn.state.responsible, "attention", "case", "Case reopened")


def _begin(turn: Turn, stage: str) -> None:
    """Let stages begin anew, and stop what was under way in others."""
    follows = [turn.pathway.following(each) for each in _beginning(turn, stage)]
    stages = {name for each in follows for name in each.stages}
    steps = {name for each in follows for name in each.steps}
    needed = {name for each in follows for name in each.reopened}
    in_order = {name: 1 for name in turn.pathway.stages if name in stages & {*turn.state.stages}}
    returning.begin_again(turn, in_order, [name for name in turn.pathway.steps if name in steps])
    for plan in turn.pathway.steps.values():
        stopping.stop_step(turn, plan)
    for name, how in turn.state.stages.items():
        if how in ("open", "suspended", "closed"):
            stopping.stop_stage(turn, name)
        elif how == "ended" and name in needed:
            turn.say(f.StageMoved(stage=name, status="open"))


def _beginning(view: View, stage: str) -> list[str]:
    """The stage, and those before it for which it would still wait."""
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
    """The stage at which the case goes on."""
    if turn.state.status == "open":
        outlived = f": it has its end, `{turn.state.end}`, and closes when what outlives it is done"
        raise Refusal("open_already", f"this case is open{outlived if turn.state.end else ''}")
    if turn.state.merged_into:
        knows = agency == turn.state.responsible
        into = turn.state.merged_into if knows else "another one"
        raise Refusal("merged", f"this case is merged into {into}: unmerge it")
    allowed, end = turn.pathway.definition.reopen, turn.state.end
    if allowed is None:
        raise Refusal("not_allowed", "in this pathway a case that has ended stays so")
    rights.require(turn, agency, allowed.by, "%s may reopen a case")
    if end not in turn.pathway.reopens_from:
        remedy = "open another one after it"
        raise Refusal("not_allowed", f"a case that ended `{end}` is not reopened: {remedy}")
    if act.reason not in REOPEN_REASONS:
        known = ", ".join(REOPEN_REASONS)
        raise Refusal("unknown_reason", f"give one of these reasons: {known}")
    return allowed.at
