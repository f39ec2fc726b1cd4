"""Requests between agencies: who is asked next, and the periods for the answer."""

from __future__ import annotations

from engine import facts as f
from engine.errors import Refusal
from engine.machines import move
from engine.pathway import StepPlan
from engine.state import Clock, HandOver
from engine.turns import consents
from engine.turns.turn import Turn, last_unit


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
    start_clocks(turn, plan, asked)
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


def start_clocks(turn: Turn, plan: StepPlan, asked: HandOver) -> None:
    """Both periods are counted in the receiver's calendar."""
    for kind, timing in (("seen", plan.step.seen), ("answer", plan.step.answer)):
        counted = turn.count(timing.time, asked.agency) if timing else None
        if timing and counted:
            turn.set_clock(
                Clock(
                    key=f"{asked.id}:{kind}",
                    kind="seen" if kind == "seen" else "answer",
                    about=asked.id,
                    at=counted.at,
                    editions=counted.editions,
                    unit=last_unit(timing.time),
                )
            )
