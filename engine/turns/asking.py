"""Requests between agencies: who is asked next, and the periods for seeing and answering them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from engine import covering
from engine import facts as f
from engine.definition import Time
from engine.errors import Refusal
from engine.machines import move
from engine.plans import StepPlan
from engine.state import HandOver
from engine.statuses import RequestStatus
from engine.turns import consenting, counting, ladders, messages, separation
from engine.turns.turn import Turn
from engine.view import View


def offer(turn: Turn, plan: StepPlan, sender: str) -> None:
    """Send the step's request to the next agency that may hold one of its receiving roles and has
    not been asked yet.

    Raises:
        Refusal: `no_receiver`, or as in `covering.require`.
    """
    found = receiver_of(turn, plan)
    if found is None:
        raise Refusal("no_receiver", roles=tuple(plan.receivers))
    role, receiver = found
    covering.require(turn, plan, receiver, role)
    kind = plan.step.kind or "request"
    ident = f"{plan.name}.{turn.state.runs.get(plan.name, 0) + 1}"
    asked = HandOver(
        id=ident,
        step=plan.name,
        role=role,
        agency=receiver,
        sender=sender,
        status=move("hand_over", "new", "inform" if kind == "notification" else "offer"),
        consents=plan.needs,
        shows=covering.shown_to(turn, plan, role),
        offered_at=turn.sending,
        kind=kind,
    )
    turn.say(f.HandOverOffered(hand_over=asked))
    turn.note(f"{plan.name}.offered", turn.sending)
    start_clocks(turn, plan, asked)
    turn.tell(
        receiver,
        "attention" if kind == "notification" else "request_received",
        ident,
        plan.label,
        due_at=turn.state.hand_overs[ident].answer_by,
        consent=next(iter(plan.needs), ""),
    )
    if kind == "notification":
        messages.settle_step(turn, plan)


class Receiver(NamedTuple):
    """An agency that may be asked, and the role it is asked for."""

    role: str
    agency: str


def receiver_of(view: View, plan: StepPlan) -> Receiver | None:
    """Who is asked next: the first agency not asked yet that `covering.permit` allows to be asked.

    Agencies of the first role come before fall-backs. If the consents allow none, the first agency
    is returned all the same, and asking it is refused later. None if nobody is left to ask, or
    while the side of the first role is not known.
    """
    first = None
    for each in _receivers(view, plan):
        if covering.permit(view, plan, each.agency, each.role):
            return each
        first = first or each
    return first


def may_offer(view: View, plan: StepPlan) -> bool:
    """Whether there is an agency that may be asked now."""
    found = receiver_of(view, plan)
    return found is not None and covering.permit(view, plan, found.agency, found.role)


def _receivers(view: View, plan: StepPlan) -> Iterator[Receiver]:
    """The agencies that may be asked: for each role, the one already chosen, then the others in the
    registry. While the side of the first role is not known, nobody may be asked, unless that role
    is barred.
    """
    state = view.state
    tried = {each.agency for each in asked_now(view, plan)}
    tried |= consenting.taken_out(view, plan) | separation.apart(view, plan.name)
    for role in plan.receivers:
        side = view.side_of(role)
        if role == plan.receiver and side not in state.sides and not view.is_barred_role(role):
            return  # no fall-back is asked before it is known who comes first
        named = state.roles.get(role, "")
        if named not in {"", *tried} and view.may_keep(role, named) and not view.is_on_leave(named):
            yield Receiver(_agreed_as(view, plan, role, named), named)
        for each in view.candidates(role, (*tried, named)):
            yield Receiver(role, each.code)


def _agreed_as(view: View, plan: StepPlan, role: str, agency: str) -> str:
    """The role that an agency is asked for: `role` or, if the agency holds `role` in place of another
    agency, the role that it holds in its own right.
    """
    if view.is_of(role, agency):
        return role
    held = (each for each in plan.receivers if view.state.roles.get(each) == agency)
    return next((each for each in held if view.is_of(each, agency)), role)


def asked_now(view: View, plan: StepPlan) -> list[HandOver]:
    """The step's requests since it was last restarted."""
    asked = view.state.hand_overs.values()
    return [each for each in asked if each.step == plan.name and view.state.is_of_now(each.id)]


Period = Literal["seen", "answer", "waiting"]


def start_clocks(turn: Turn, plan: StepPlan, asked: HandOver) -> None:
    """Start the periods for seeing and for answering a request, if the step has them and they can
    be counted.
    """
    if plan.step.seen:
        set_period(turn, asked, "seen", plan.step.seen)
    if plan.step.answer:
        set_period(turn, asked, "answer", plan.step.answer)


def start_late_clocks(turn: Turn, asked: HandOver) -> None:
    """Start those periods of a request that could not be counted before.

    A period that is over does not start again if the receiver opens the request late, or asks back
    late. Only whoever has the task to follow up the silence may decide to wait longer.
    """
    step = turn.pathway.steps[asked.step].step
    if asked.status == RequestStatus.WAITING:
        if step.wait_list:
            set_period(turn, asked, "waiting", step.wait_list)
    elif step.answer and asked.answer_by is None:
        set_period(turn, asked, "answer", step.answer)
    if step.seen and asked.status == RequestStatus.OFFERED and not asked.overdue:
        set_period(turn, asked, "seen", step.seen)


def set_period(turn: Turn, asked: HandOver, kind: Period, time: Time) -> None:
    """Set a period within which the receiver must act on a request, unless it runs already or
    cannot be counted.
    """
    key = f"{asked.id}:{kind}"
    if key in turn.state.clocks:
        return
    sent = turn.sending
    clock = counting.begin(turn, kind, key, asked.id, time, asked.agency, start=sent)
    if clock:
        turn.set_clock(clock)
        ladders.place(turn, clock, and_new=True)
