"""Restarts parts of a case: a stage that is repeated, a case that goes back, a step that is done
again.

Stages are restarted by `begin_again`. The previous round leaves nothing to do, except a journey in
progress and feedback that is owed. All other tasks of that round are withdrawn. Its requests are
revoked if they are unanswered, or if what they ask for has not begun and their receiver is not
responsible for the case. Its moments and outcomes are forgotten (the log keeps them). Consents and
answers stay, and so do named clocks, except as `renewing` says; the responsible agency stays the
same.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine import facts as f
from engine.plans import StepPlan
from engine.statuses import ENTERED, NOT_BEGUN, StageStatus, StepStatus
from engine.turns import interrupting, renewing, revoking, stopping
from engine.turns.turn import Turn
from engine.view import View


def go_back(turn: Turn, stage: str, at_most: int) -> bool:
    """Restart the stage and everything after it. Any other ended stage that needs a restarted step
    opens again. Returns False if the limit is reached.

    Does nothing, and returns True, if the stage has not begun, or if the end of the case is
    decided.
    """
    if stage not in turn.state.stages or turn.state.ending:
        return True
    if turn.state.returns.get(stage, 0) >= at_most:
        return False
    follows = turn.pathway.following(stage)
    stages = {name: 1 for name in follows.stages if name in turn.state.stages}
    begin_again(turn, stages, follows.steps, back_to=stage)
    turn.note(f"{stage}.returned")
    for name in follows.reopened:
        if turn.state.stages.get(name) == StageStatus.ENDED:
            turn.say(f.StageMoved(stage=name, status=StageStatus.OPEN))
    return True


def repeat_stage(turn: Turn, name: str) -> bool:
    """Restart only this stage: at once or, if an interrupt holds it, once that is resolved. Returns
    False if the stage does not repeat, or the limit is reached.
    """
    plan = turn.pathway.stages[name]
    round_ = turn.state.rounds.get(name, 1)
    if plan.stage.repeat is None or round_ >= plan.stage.repeat.at_most:
        return False
    begin_again(turn, {name: round_ + 1}, plan.steps)
    if not interrupting.held(turn, name):
        turn.say(f.StageMoved(stage=name, status=StageStatus.OPEN))
        turn.note(f"{name}.entered")
    return True


def begin_again(
    turn: Turn, stages: dict[str, int], steps: Iterable[str], *, back_to: str = ""
) -> None:
    """Forget that these stages and steps were ever opened, and withdraw what is open in them. A
    step with a journey in progress is not affected: the journey ends first.

    Args:
        stages: each stage with the number of the round that begins.
        back_to: the stage to which the case goes back; empty otherwise.
    """
    steps = tuple(steps)
    begun = [each for each in steps if each in turn.state.steps]
    begun = [each for each in begun if not stopping.is_travelling(turn, each)]
    for step in begun:
        _take_back(turn, turn.pathway.steps[step])
    revoking.take_back_tasks(turn)
    turn.say(f.BegunAgain(stages=stages, steps=tuple(begun), back_to=back_to))
    renewing.renew(turn, {*stages, *begun}, steps)


def _take_back(turn: Turn, plan: StepPlan) -> None:
    """Withdraw a step's work, including accepted requests for something that has not begun, such as
    a reserved place, unless their receiver is responsible for the case now.
    """
    stopping.withdraw_work(turn, plan)
    for asked in turn.state.hand_overs.values():
        kept_free = asked.step == plan.name and asked.status in NOT_BEGUN
        if kept_free and asked.agency != turn.state.responsible:
            revoking.revoke(turn, asked, notice="no_longer_needed")


def repeat_what_must(turn: Turn) -> None:
    """Repeat each step and stage whose `repeat` names something that has happened in this turn
    since the last check, if the step or stage is done and may be repeated once more.
    """
    happened = [fact.name for fact in turn.unseen() if isinstance(fact, f.MomentNoted)]
    for name in dict.fromkeys(
        n for each in happened for n in turn.pathway.repeated_on.get(each, ())
    ):
        if name in turn.pathway.steps:
            _repeat_step(turn, turn.pathway.steps[name])
        elif turn.state.stages.get(name) == StageStatus.ENDED and _still_wanted(turn, name):
            repeat_stage(turn, name)


def _still_wanted(view: View, name: str) -> bool:
    plan = view.pathway.steps.get(name) or view.pathway.stages[name]
    stage = plan.stage if isinstance(plan, StepPlan) else name
    if not view.pathway.goes_on(view.state, stage):
        return False
    return view.asks(plan.when) is not False and not stopping.must_stop(view, plan)


def _repeat_step(turn: Turn, plan: StepPlan) -> None:
    """Repeat a step that is done. While the step is open, its work covers the event too. A skipped
    step stays skipped.
    """
    repeat, state = plan.step.repeat, turn.state
    stage_goes_on = state.stages.get(plan.stage) in ENTERED
    if repeat is None or state.steps.get(plan.name) != StepStatus.DONE or not stage_goes_on:
        return
    if state.runs_now(plan.name) < repeat.at_most and _still_wanted(turn, plan.name):
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.WAITING))
