"""Deals with requests that get no answer, or for which nobody is left to ask. Silence is never
consent: the step says what follows, or somebody has to decide.
"""

from __future__ import annotations

from engine import covering
from engine.errors import Refusal
from engine.phrases.syntax import NextReceiver, Reaction, Tell
from engine.plans import StepPlan
from engine.state import HandOver, Task
from engine.statuses import AGREED, NOT_BEGUN, UNANSWERED, RequestStatus, TaskStatus
from engine.task_kinds import TaskKind
from engine.turns import asking, ladders, messages, revoking, task_lifecycle
from engine.turns.reactions import react
from engine.turns.resting import WAIT_ON
from engine.turns.turn import Turn
from engine.view import View


def silence(turn: Turn, ident: str) -> None:
    """Record that the period for answering has passed, and do what the step says for silence
    (`silent`).
    """
    asked = turn.state.hand_overs[ident]
    messages.send(turn, asked, "silence", "")
    turn.note(f"{asked.step}.silent", turn.as_of)
    plan = turn.pathway.steps[asked.step]
    match plan.step.silent:
        case NextReceiver() as reaction:
            revoking.revoke(turn, turn.state.hand_overs[ident], notice="no_longer_needed")
            go_on(turn, plan, asked, reaction)
        case Tell(role=role):
            _chase(turn, asked, role)
        case reaction:
            messages.settle_step(turn, plan)
            turn.stop_clocks(ident, "silent")  # nobody waits for it any more
            react(turn, reaction, ident)


def go_on(turn: Turn, plan: StepPlan, asked: HandOver, reaction: Reaction | None) -> None:
    """After a receiver has declined or stayed silent, ask the next one or do whatever else the step
    says. If nobody else may be asked, or the limit is reached, the responsible agency must decide.

    Once the case has its end, or is being closed, nobody else is asked for a stage that does not
    outlive that end.
    """
    if isinstance(reaction, NextReceiver):
        if not turn.pathway.goes_on(turn.state, plan.stage):
            messages.settle_step(turn, plan)
            return
        offers = len(asking.asked_now(turn, plan))
        if offers <= reaction.at_most and asking.may_offer(turn, plan):
            asking.offer(turn, plan, turn.sender_of(asked))
        else:
            _chase(turn, asked, "")
        return
    messages.settle_step(turn, plan)
    react(turn, reaction, asked.id)


def lose(turn: Turn, asked: HandOver) -> None:
    """Give up on a receiver that has left or may be told nothing more. This does not count as an
    answer.

    If the request still awaited an answer, another agency that the consents cover is asked; if
    there is none, it is as if all had declined. If the request no longer awaited an answer, the
    responsible agency is told, and must decide what to do instead.
    """
    revoking.revoke(turn, asked, notice="no_longer_needed")
    plan = turn.pathway.steps[asked.step]
    if asked.status not in UNANSWERED:
        turn.tell(turn.state.responsible, "attention", asked.id, plan.label)
        return
    if asking.may_offer(turn, plan):
        asking.offer(turn, plan, turn.sender_of(asked))
    else:
        give_up(turn, plan, asked.id)


def stand_alone(turn: Turn, asked: HandOver) -> None:
    """Deal with a receiver that left after accepting: the next holder of the role was never asked.

    The responsible agency is told; if no consent covers the next holder, or there is none, the
    responsible agency decides whether to ask somebody else. It is asked for this decision only once.
    Nothing is done if the responsible agency is the next holder itself, or has left too, or if the
    step is from an earlier version.
    """
    plan, responsible = turn.pathway.steps.get(asked.step), turn.state.responsible
    holder = turn.fitting(asked.role)
    if plan is None or holder == responsible or turn.has_left(responsible):
        return
    if holder and covering.permit(turn, plan, holder, asked.role):
        turn.tell(responsible, "attention", asked.id, plan.label)
    elif not _was_chased(turn, asked):
        _chase(turn, asked, "")


def _was_chased(view: View, asked: HandOver) -> bool:
    """Whether a task to follow up the request was opened since it was accepted, and not
    withdrawn.
    """
    agreed = view.state.moments.get(f"{asked.step}.accepted")
    return agreed is not None and any(
        task.hand_over == asked.id
        and task.kind is TaskKind.CHASE
        and task.status != TaskStatus.WITHDRAWN
        and task.opened_at >= agreed
        for task in view.state.tasks.values()
    )


def _chase(turn: Turn, asked: HandOver, role: str) -> None:
    """Open a task to decide whether to wait longer or to give the request up."""
    step = turn.pathway.steps[asked.step].step
    number = sum(task.kind is TaskKind.CHASE for task in turn.state.tasks.values()) + 1
    task_lifecycle.open_task(
        turn,
        asked.step,
        TaskKind.CHASE,
        role,
        due=step.seen or step.answer,
        suffix=f".chase{number}",
        hand_over=asked.id,
    )


CHASE_OUTCOMES = (WAIT_ON, "give_up")
_UNDER_WAY = (AGREED - NOT_BEGUN) | {RequestStatus.NO_SHOW}
"""Statuses of a request whose person has already set out: if it is given up then, nothing
follows.
"""


def chased(turn: Turn, task: Task, person: str, outcome: str | None) -> None:
    """Carry out the decision that whoever has the task has made about a silence, an exhausted list
    of receivers, or an accepted request whose receiver left.
    """
    if outcome not in CHASE_OUTCOMES:
        raise Refusal("wrong_outcome.one_of", allowed=CHASE_OUTCOMES)
    task_lifecycle.finish(turn, task, person, outcome)
    asked = turn.state.hand_overs[task.hand_over]
    plan = turn.pathway.steps[asked.step]
    if outcome == WAIT_ON and asked.status == RequestStatus.SILENT:
        messages.send(turn, asked, "wait_on", person)
        asking.start_clocks(turn, plan, turn.state.hand_overs[asked.id])
        ladders.remember(turn, asked.agency, "reminder", asked.id)
    elif outcome == WAIT_ON:
        offer_again(turn, plan, asked)
    elif asked.status not in _UNDER_WAY:
        if asked.status == RequestStatus.SILENT:
            revoking.revoke(turn, asked, notice="no_longer_needed", by=person)
        give_up(turn, plan, asked.id)


def give_up(turn: Turn, plan: StepPlan, about: str) -> None:
    """Ask nobody else: settle the step, and do what the step says for a declined request. If that
    is to ask the next receiver, nothing follows.
    """
    messages.settle_step(turn, plan)
    given_up = plan.after_no()
    react(turn, None if isinstance(given_up, NextReceiver) else given_up, about)


def offer_again(turn: Turn, plan: StepPlan, asked: HandOver) -> None:
    """Look for a receiver again, since the registry may have changed meanwhile. If there is still
    none that may be asked, the responsible agency must decide again.
    """
    try:
        asking.offer(turn, plan, turn.sender_of(asked))
    except Refusal:
        _chase(turn, asked, "")


def revoke(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = messages.find(turn, ident, agency, sender=True)
    messages.require_open(turn, asked)
    revoking.revoke(turn, asked, notice="no_longer_needed", by=person)
    revoking.take_back_tasks(turn)
    if turn.state.is_of_now(ident):
        give_up(turn, turn.pathway.steps[asked.step], ident)
