"""No answer, or nobody left to be asked. Silence is never a yes: somebody owns it."""

from __future__ import annotations

from engine import covering
from engine.errors import Refusal
from engine.phrases.syntax import NextReceiver, Reaction, Tell
from engine.plans import StepPlan
from engine.state import HandOver, Task, TaskKind
from engine.statuses import UNANSWERED, RequestStatus, TaskStatus
from engine.turns import asking, ladders, messages, revoking, task_lifecycle
from engine.turns.reactions import react
from engine.turns.turn import Turn
from engine.view import View


def silence(turn: Turn, ident: str) -> None:
    """The period for the answer has passed: a state of its own, that somebody owns."""
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
    """After a no or silence: the next receiver, or what the step says.

    Nobody more is asked for a stage that has ended once the case has its end.
    """
    if isinstance(reaction, NextReceiver):
        if not turn.pathway.goes_on(turn.state, plan.stage):
            messages.settle_step(turn, plan)
            return
        receiver = asking.receiver_of(turn, plan)
        offers = len(asking.asked_now(turn, plan))
        covered = receiver and covering.permit(turn, plan, receiver.agency, receiver.role)
        if covered and offers <= reaction.at_most:
            asking.offer(turn, plan, turn.sender_of(asked))
        else:
            _chase(turn, asked, "")
        return
    messages.settle_step(turn, plan)
    react(turn, reaction, asked.id)


def lose(turn: Turn, asked: HandOver) -> None:
    """The receiver may hear no more, which is no answer of its own.

    Another one is asked that the consents cover, or it is as if all had said no. After its yes, who
    answers for the case must see what becomes of it.
    """
    revoking.revoke(turn, asked, notice="stop_and_confirm")
    plan = turn.pathway.steps[asked.step]
    if asked.status not in UNANSWERED:
        turn.tell(turn.state.responsible, "attention", asked.id, plan.label)
        return
    receiver = asking.receiver_of(turn, plan)
    if receiver and covering.permit(turn, plan, receiver.agency, receiver.role):
        asking.offer(turn, plan, turn.sender_of(asked))
    else:
        give_up(turn, plan, asked.id)


def stand_alone(turn: Turn, asked: HandOver) -> None:
    """The receiver has left after its yes, and the next that holds the role was never asked.

    Who answers for the case is told; where no consent lets the next one have the request, it decides
    whether somebody else is asked. Once: nobody may be left to hold the role.
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
    """Somebody has, or had, to see what becomes of it since it was agreed to."""
    agreed = view.state.moments.get(f"{asked.step}.accepted")
    return agreed is not None and any(
        task.hand_over == asked.id
        and task.kind is TaskKind.CHASE
        and task.status != TaskStatus.WITHDRAWN
        and task.opened_at >= agreed
        for task in view.state.tasks.values()
    )


def _chase(turn: Turn, asked: HandOver, role: str) -> None:
    """Somebody decides: wait on, or give it up."""
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


CHASE_OUTCOMES = ("wait_on", "give_up")
_UNDER_WAY = frozenset({"departed", "no_show", "arrived", "closed"})
"""Its receiver has left, and the person has: no answer of that time counts any more."""


def chased(turn: Turn, task: Task, person: str, outcome: str | None) -> None:
    """The owner of a silence, of a list of receivers that has run out, or of a yes whose receiver has left
    decides."""
    if outcome not in CHASE_OUTCOMES:
        raise Refusal("wrong_outcome.one_of", allowed=CHASE_OUTCOMES)
    task_lifecycle.finish(turn, task, person, outcome)
    asked = turn.state.hand_overs[task.hand_over]
    plan = turn.pathway.steps[asked.step]
    if outcome == "wait_on" and asked.status == RequestStatus.SILENT:
        messages.send(turn, asked, "wait_on", person)
        asking.start_clocks(turn, plan, turn.state.hand_overs[asked.id])
        ladders.remember(turn, asked.agency, "reminder", asked.id)
    elif outcome == "wait_on":
        offer_again(turn, plan, asked)
    elif asked.status not in _UNDER_WAY:
        if asked.status == RequestStatus.SILENT:
            revoking.revoke(turn, asked, notice="no_longer_needed", by=person)
        give_up(turn, plan, asked.id)


def give_up(turn: Turn, plan: StepPlan, about: str) -> None:
    """Nobody is asked any more: what follows a no follows."""
    messages.settle_step(turn, plan)
    given_up = plan.after_no()
    react(turn, None if isinstance(given_up, NextReceiver) else given_up, about)


def offer_again(turn: Turn, plan: StepPlan, asked: HandOver) -> None:
    """Look for a receiver once more; the registry may have grown meanwhile."""
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
