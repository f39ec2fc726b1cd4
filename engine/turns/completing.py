"""A task is done: its form is recorded, its outcome decided, its step settled or opened again."""

from __future__ import annotations

from engine import facts as f
from engine.commands import Complete
from engine.errors import Refusal
from engine.plans import StepPlan
from engine.state import Task, TaskKind
from engine.turns import (
    arrivals,
    asking,
    closing,
    consents,
    feedback,
    panels,
    progress,
    recording,
    rights,
    separation,
    silence,
    tasks,
)
from engine.turns.ending import end_case, give_end
from engine.turns.order import is_due_after
from engine.turns.reactions import react
from engine.turns.stopping import must_stop
from engine.turns.turn import Turn


def complete(turn: Turn, act: Complete, agency: str, person: str) -> None:
    task = tasks.take_up(turn, act.task, agency)
    match task.kind:
        case TaskKind.ARRIVAL:
            arrivals.confirm(turn, task.id, agency, person)
        case TaskKind.FEEDBACK:
            feedback.give(turn, task.id, agency, person)
        case TaskKind.CHASE:
            silence.chased(turn, task, person, act.outcome)
        case TaskKind.CLOSING | TaskKind.APPROVAL:
            if closing.complete(turn, task, act, person):
                give_end(turn, task.step)
        case TaskKind.REVIEW:
            _reviewed(turn, task, person, act.outcome)
        case TaskKind.CONSENT:
            raise Refusal("needs_answer", "record what the person answered: given or refused")
        case TaskKind.RESOLVE:
            raise Refusal("needs_resolve", f"resolve the interrupt {task.step} instead")
        case _:
            _work(turn, task, act, person)


def _work(turn: Turn, task: Task, act: Complete, person: str) -> None:
    """Whose it is and the outcome come before the form: nobody fills one in that is refused anyway."""
    plan = turn.pathway.steps[task.step]
    if not plan.receiver:  # of a request, whether it may go to the receiver is asked when it goes
        consents.require_done(turn, plan, task.agency, task.role)
    outcome = _outcome(task, plan, act.outcome)
    if task.kind is TaskKind.VOTE:
        panels.require_own_voice(turn, plan, task.agency, person)
    separation.require(turn, task, task.agency, person)
    recording.record(turn, task.id, plan.form, act.answers, act.protected)
    tasks.finish(turn, task, person, outcome)
    if task.kind is TaskKind.OFFER:
        _sent(turn, task, plan, outcome)
    elif task.kind is not TaskKind.VOTE:  # a vote is counted with the others
        _done(turn, task, plan, outcome)


def _outcome(task: Task, plan: StepPlan, outcome: str | None) -> str:
    if task.kind is TaskKind.OFFER:
        if outcome not in (None, "give_up"):
            raise Refusal("wrong_outcome", "send the request, or say: give_up")
        return outcome or ""
    allowed = tuple(plan.step.decide or ())
    if allowed and outcome not in allowed:
        raise Refusal("wrong_outcome.one_of", allowed=allowed)
    if outcome and not allowed:
        raise Refusal("wrong_outcome.none", of=plan.name)
    return outcome or ""


def _sent(turn: Turn, task: Task, plan: StepPlan, outcome: str) -> None:
    """The request is sent, or given up where nobody can be asked."""
    if outcome:
        silence.give_up(turn, plan, task.id)
    else:
        asking.offer(turn, plan, task.agency)


def _done(turn: Turn, task: Task, plan: StepPlan, outcome: str) -> None:
    if outcome:
        turn.say(f.DecisionMade(step=plan.name, outcome=outcome))
    if plan.step.arrival:
        arrivals.depart(turn, plan)
        return
    progress.settle_or_repeat(turn, plan)
    if outcome and plan.step.decide:
        react(turn, plan.step.decide[outcome], task.id)


def _reviewed(turn: Turn, task: Task, person: str, outcome: str | None) -> None:
    """Nothing was open: the responsible agency names the end."""
    ends = tuple(turn.pathway.definition.ends)
    if outcome not in ends:
        raise Refusal("wrong_outcome", f"say how the case ends: {', '.join(ends)}")
    tasks.finish(turn, task, person, outcome)
    end_case(turn, outcome)


def _require_starter(turn: Turn, plan: StepPlan, agency: str) -> None:
    """Whoever has a part in the case, or who is said to begin it and nobody else."""
    if starters := plan.step.started_by:
        rights.require(turn, agency, starters, f"{plan.name} may be begun by %s")
    elif agency not in turn.involved():
        raise Refusal("not_allowed", "your agency has no part in this case")


def start_manual(turn: Turn, step: str, agency: str) -> None:
    """Open a manual step, as often as it may be repeated."""
    plan = turn.pathway.steps.get(step)
    if plan is None or not plan.step.manual:
        raise Refusal("not_found", f"this pathway has no manual step {step}")
    _require_starter(turn, plan, agency)
    is_on = turn.state.stages.get(plan.stage) in ("open", "ended")
    if not is_on or not turn.pathway.goes_on(turn.state, plan.stage):
        raise Refusal("not_open", f"stage {plan.stage} is not open")
    at_most = plan.step.repeat.at_most if plan.step.repeat else 1
    if turn.state.runs_now(step) >= at_most:
        raise Refusal("used_up", f"{step} can be done {at_most} times at most")
    if any(task.step == step for task in turn.state.open_tasks()):
        raise Refusal("open_already", f"{step} is open already")
    if not turn.asks(plan.when) or must_stop(turn, plan):
        raise Refusal("condition", f"the condition of {step} does not hold")
    if not is_due_after(turn, plan):
        raise Refusal("too_early", f"{step} comes after {plan.step.after}")
    if not plan.receiver:
        consents.require_at_home(turn, plan)
    progress.open_when_time(turn, plan)
