"""Hand-overs: typed messages between a sender and a receiver. Silence is never a yes."""

from __future__ import annotations

from typing import Literal

from engine import facts as f
from engine.errors import Refusal
from engine.machines import move
from engine.pathway import StepPlan
from engine.state import HandOver, Task, TaskKind
from engine.syntax import NextReceiver, Reaction, Tell
from engine.turns import consents, counting, revoking, tasks
from engine.turns.reactions import react
from engine.turns.turn import Turn


def offer(turn: Turn, plan: StepPlan, sender: str) -> None:
    """Ask the next agency that holds the role and was not asked yet."""
    role = plan.step.hand_over or ""
    receiver = receiver_of(turn, plan)
    if receiver is None:
        raise Refusal("no_receiver", f"no agency is left that holds the role {role}")
    consents.require(turn, plan.needs, receiver)
    shows = turn.pathway.consent(plan.needs).shows if plan.needs else ()
    ident = f"{plan.name}.{turn.state.runs.get(plan.name, 0) + 1}"
    asked = HandOver(
        id=ident,
        step=plan.name,
        role=role,
        agency=receiver,
        sender=sender,
        status=move("hand_over", "new", "offer"),
        consent=plan.needs,
        shows=shows,
        offered_at=turn.now,
    )
    turn.say(f.HandOverOffered(hand_over=asked))
    turn.note(f"{plan.name}.offered", turn.now)
    set_clocks(turn, asked)
    turn.tell(
        receiver,
        "request_received",
        ident,
        plan.label,
        due_at=turn.state.hand_overs[ident].answer_by,
        consent=plan.needs,
    )


def receiver_of(turn: Turn, plan: StepPlan) -> str | None:
    """Who is asked next: the agency named already, else the registry's next that was not asked."""
    role = plan.step.hand_over or ""
    tried = {each.agency for each in turn.state.hand_overs.values() if each.step == plan.name}
    named = turn.state.roles.get(role)
    if named and named not in tried and not turn.is_barred(named):
        return named
    left = turn.candidates(role, tuple(tried))
    return left[0].code if left else None


def set_clocks(turn: Turn, asked: HandOver) -> None:
    """Both periods, in the receiver's calendar, as far as what they are counted from is known."""
    _set_clock(turn, asked, "seen")
    _set_clock(turn, asked, "answer")


def set_late_clocks(turn: Turn, asked: HandOver) -> None:
    """The periods of a request that could not be counted when it was sent."""
    _set_clock(turn, asked, "answer")
    if asked.status == "offered" and not asked.overdue:
        _set_clock(turn, asked, "seen")


def _set_clock(turn: Turn, asked: HandOver, kind: Literal["seen", "answer"]) -> None:
    step, key = turn.pathway.steps[asked.step].step, f"{asked.id}:{kind}"
    time = step.seen if kind == "seen" else step.answer
    if time is None or key in turn.state.clocks:
        return
    clock = counting.begin(turn, kind, key, asked.id, time, asked.agency)
    if clock:
        turn.set_clock(clock)


def find(turn: Turn, ident: str, agency: str, *, sender: bool = False) -> HandOver:
    asked = turn.state.hand_overs.get(ident)
    if asked is None:
        raise Refusal("not_found", f"this case has no hand-over {ident}")
    turn.require_agency(agency, asked.sender if sender else asked.agency)
    return asked


def message(
    turn: Turn,
    asked: HandOver,
    word: str,
    by: str,
    *,
    conditions: bool = False,
    reason: str = "",
) -> None:
    """Move the hand-over by one typed message; refused where it is not possible."""
    status = move("hand_over", asked.status, word)
    turn.say(
        f.HandOverMoved(
            hand_over=asked.id,
            message=word,
            status=status,
            by=by,
            conditions=conditions,
            reason=reason,
        )
    )


def see(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = find(turn, ident, agency)
    consents.require(turn, asked.consent, agency)
    message(turn, asked, "see", person)
    turn.note(f"{asked.step}.seen")
    turn.stop_clocks_named(f"{ident}:seen")


def ask_more(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = find(turn, ident, agency)
    consents.require(turn, asked.consent, agency)
    message(turn, asked, "ask", person)
    turn.stop_clocks_named(f"{ident}:seen")
    turn.tell(asked.sender, "attention", ident, turn.pathway.label(asked.step))


def accept(turn: Turn, ident: str, agency: str, person: str, *, conditions: bool) -> None:
    """The receiver says yes; for a referral responsibility moves now.

    Source: responsibility moves with the receiver's yes, not before (BLUEPRINT, TIATAS).
    """
    asked = find(turn, ident, agency)
    consents.require(turn, asked.consent, agency)
    message(turn, asked, "accept", person, conditions=conditions)
    _answered(turn, asked, "accepted")
    if turn.state.roles.get(asked.role) != agency:
        turn.say(f.RoleBound(role=asked.role, agency=agency))
    plan = turn.pathway.steps[asked.step]
    if responsibility(turn, plan) == "on_acceptance":
        _take_over(turn, agency, "accepted")
    _settle_step(turn, plan)
    if plan.step.feedback and not turn.pathway.arrival_steps.get(plan.name):
        open_feedback(turn, turn.state.hand_overs[ident])


def decline(turn: Turn, ident: str, agency: str, person: str, reason: str) -> None:
    asked = find(turn, ident, agency)
    tasks.require_reason(reason)
    message(turn, asked, "decline", person, reason=reason)
    _answered(turn, asked, "declined")
    plan = turn.pathway.steps[asked.step]
    _go_on(turn, plan, turn.state.hand_overs[ident], plan.step.declined)


def _answered(turn: Turn, asked: HandOver, word: str) -> None:
    turn.stop_clocks(asked.id)
    for task in turn.state.open_tasks():
        if task.hand_over == asked.id and task.kind is TaskKind.CHASE:
            tasks.withdraw(turn, task)
    turn.note(f"{asked.step}.{word}")
    turn.tell(asked.sender, "answer_received", asked.id, turn.pathway.label(asked.step))


def responsibility(turn: Turn, plan: StepPlan) -> str:
    """When it moves: as the step says, else on acceptance, or on arrival over a border."""
    if plan.step.responsibility:
        return plan.step.responsibility
    if turn.side_of(plan.step.hand_over or "") == turn.pathway.first_side:
        return "on_acceptance"
    return "on_arrival"


def _take_over(turn: Turn, agency: str, because: str) -> None:
    if turn.state.responsible != agency:
        turn.say(f.ResponsibilityMoved(agency=agency, because=because))


def _settle_step(turn: Turn, plan: StepPlan) -> None:
    if turn.state.steps.get(plan.name) != "done":
        turn.say(f.StepMoved(step=plan.name, status="done"))
        turn.note(f"{plan.name}.done")


def _go_on(turn: Turn, plan: StepPlan, asked: HandOver, reaction: Reaction | None) -> None:
    """After a no or silence: the next receiver, or what the step says."""
    if isinstance(reaction, NextReceiver):
        receiver = receiver_of(turn, plan)
        offers = sum(each.step == plan.name for each in turn.state.hand_overs.values())
        covered = receiver and (not plan.needs or consents.stands(turn, plan.needs, receiver))
        if covered and offers <= reaction.at_most:
            offer(turn, plan, asked.sender)
        else:
            _chase(turn, asked, "")
        return
    _settle_step(turn, plan)
    react(turn, reaction, asked.id)


def silence(turn: Turn, ident: str) -> None:
    """The period for the answer has passed: a state of its own, that somebody owns."""
    asked = turn.state.hand_overs[ident]
    message(turn, asked, "silence", "")
    turn.note(f"{asked.step}.silent", turn.now)
    plan = turn.pathway.steps[asked.step]
    match plan.step.silent:
        case NextReceiver() as reaction:
            revoking.revoke(turn, turn.state.hand_overs[ident], notice="no_longer_needed")
            _go_on(turn, plan, asked, reaction)
        case Tell(role=role):
            _chase(turn, asked, role)
        case reaction:
            _settle_step(turn, plan)
            react(turn, reaction, ident)


def _chase(turn: Turn, asked: HandOver, role: str) -> None:
    """Somebody decides: wait on, or give it up."""
    step = turn.pathway.steps[asked.step].step
    number = sum(task.kind is TaskKind.CHASE for task in turn.state.tasks.values()) + 1
    tasks.open_task(
        turn,
        asked.step,
        TaskKind.CHASE,
        role,
        due=step.seen or step.answer,
        suffix=f".chase{number}",
        hand_over=asked.id,
    )


CHASE_OUTCOMES = ("wait_on", "give_up")


def chased(turn: Turn, task: Task, person: str, outcome: str | None) -> None:
    """The owner of a silence, or of a list of receivers that has run out, decides."""
    if outcome not in CHASE_OUTCOMES:
        raise Refusal("wrong_outcome", f"say one of: {', '.join(CHASE_OUTCOMES)}")
    tasks.finish(turn, task, person, outcome)
    asked = turn.state.hand_overs[task.hand_over]
    plan = turn.pathway.steps[asked.step]
    if outcome == "wait_on" and asked.status == "silent":
        message(turn, asked, "wait_on", person)
        set_clocks(turn, turn.state.hand_overs[asked.id])
        turn.tell(asked.agency, "reminder", asked.id, plan.label, consent=asked.consent)
    elif outcome == "wait_on":
        offer_again(turn, plan, asked)
    else:
        if asked.status == "silent":
            revoking.revoke(turn, asked, notice="no_longer_needed", by=person)
        give_up(turn, plan, asked.id)


def give_up(turn: Turn, plan: StepPlan, about: str) -> None:
    """Nobody is asked any more: what follows a no follows."""
    _settle_step(turn, plan)
    given_up = plan.step.declined
    react(turn, None if isinstance(given_up, NextReceiver) else given_up, about)


def offer_again(turn: Turn, plan: StepPlan, asked: HandOver) -> None:
    """Look for a receiver once more; the registry may have grown meanwhile."""
    try:
        offer(turn, plan, asked.sender)
    except Refusal:
        _chase(turn, asked, "")


def prepare(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = find(turn, ident, agency)
    consents.require(turn, asked.consent, agency)
    message(turn, asked, "prepare", person)
    turn.tell(asked.sender, "answer_received", ident, turn.pathway.label(asked.step))


def revoke(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = find(turn, ident, agency, sender=True)
    revoking.revoke(turn, asked, notice="no_longer_needed", by=person)
    revoking.take_back_tasks(turn)
    give_up(turn, turn.pathway.steps[asked.step], ident)


def open_feedback(turn: Turn, asked: HandOver) -> None:
    due = turn.pathway.steps[asked.step].step.feedback
    tasks.open_task(
        turn,
        asked.step,
        TaskKind.FEEDBACK,
        asked.role,
        due=due,
        suffix=".feedback",
        hand_over=asked.id,
    )


def give_feedback(turn: Turn, ident: str, agency: str, person: str) -> None:
    """The receiver tells how it went; the sender's part is over."""
    task = tasks.find(turn, ident, agency)
    if task.kind is not TaskKind.FEEDBACK:
        raise Refusal("not_feedback", f"task {ident} does not ask for feedback")
    tasks.finish(turn, task, person)
    asked = turn.state.hand_overs[task.hand_over]
    message(turn, asked, "close", person)
    turn.note(f"{asked.step}.closed")
    turn.tell(asked.sender, "answer_received", asked.id, turn.pathway.label(asked.step))
