"""Completing a task: record its form and its outcome, then do what follows, such as settling or
repeating its step. Also starts manual steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from engine import facts as f
from engine.errors import Refusal
from engine.plans import StepPlan
from engine.state import Task
from engine.task_kinds import TaskKind
from engine.turns import (
    arrivals,
    asking,
    closing,
    consenting,
    doors,
    feedback,
    progress,
    recording,
    reports,
    resting,
    rights,
    separation,
    silence,
    task_lifecycle,
)
from engine.turns.ending import end_case, give_end
from engine.turns.reactions import react
from engine.turns.turn import Turn

if TYPE_CHECKING:
    from engine.acts.tasks import Complete


def complete(turn: Turn, act: Complete, agency: str, person: str) -> None:
    task = task_lifecycle.take_up(turn, act.task, agency)
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
        case TaskKind.CONSENT | TaskKind.RESOLVE | TaskKind.STOP:
            raise _needs_another(task)
        case TaskKind.WORK | TaskKind.DECISION | TaskKind.VOTE | TaskKind.OFFER:
            _work(turn, task, act, person)
        case _:
            assert_never(task.kind)


def _needs_another(task: Task) -> Refusal:
    """The refusal for a task that `complete` cannot finish: it names the act that does."""
    if task.kind is TaskKind.RESOLVE:
        return Refusal("needs_resolve", interrupt=task.step)
    if task.kind is TaskKind.STOP:
        return Refusal("needs_stopped", task=task.id)
    return Refusal("needs_answer")


def _work(turn: Turn, task: Task, act: Complete, person: str) -> None:
    """Complete a step's own task. Who may do it, and the outcome, are checked before the form."""
    plan = turn.pathway.steps[task.step]
    reports.date_back(turn, task)
    if not plan.receiver:  # whether a request may go to its receiver is checked when it is sent
        consenting.require_done(turn, plan, task.agency, task.role)
    outcome = _outcome(task, plan, act.outcome)
    separation.require(turn, task, task.agency, person)
    recording.record(turn, task.id, plan.form, act.answers, act.protected)
    task_lifecycle.finish(turn, task, person, outcome)
    if task.kind is TaskKind.OFFER:
        _sent(turn, task, plan, outcome)
    elif task.kind is not TaskKind.VOTE:  # a vote is counted with the others
        _done(turn, task, plan, outcome)


def _outcome(task: Task, plan: StepPlan, outcome: str | None) -> str:
    if task.kind is TaskKind.OFFER:
        if outcome not in (None, "give_up"):
            raise Refusal("wrong_outcome.of_offer")
        return outcome or ""
    allowed = tuple(plan.step.decide or ())
    if allowed and outcome not in allowed:
        raise Refusal("wrong_outcome.one_of", allowed=allowed)
    if outcome and not allowed:
        raise Refusal("wrong_outcome.none", of=plan.name)
    return outcome or ""


def _sent(turn: Turn, task: Task, plan: StepPlan, outcome: str) -> None:
    """Send the request, or give it up if that was chosen as the outcome."""
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
    """Complete a review of a case that rests: the responsible agency waits on, until the next
    review, or chooses the end.
    """
    allowed = (resting.WAIT_ON, *turn.pathway.definition.ends)
    if outcome not in allowed:
        raise Refusal("wrong_outcome.one_of", allowed=allowed)
    task_lifecycle.finish(turn, task, person, outcome)
    if outcome == resting.WAIT_ON:
        resting.watch(turn)
    else:
        end_case(turn, outcome)


def start_manual(turn: Turn, step: str, agency: str) -> None:
    """Start a manual step for an agency. Raises Refusal if there is no such step, the agency may
    not start it, or a gate of `STARTING` does not let it through.
    """
    plan = turn.pathway.steps.get(step)
    if plan is None or not plan.step.manual:
        raise Refusal("not_found.manual_step", step=step)
    rights.require_starter(turn, plan, agency)
    doors.require(turn, plan, doors.STARTING)
    progress.begin(turn, plan)
