"""What a receiver does with a request: opens it, asks back, accepts or declines, puts it on a
waiting list, reports that all is ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import covering
from engine import facts as f
from engine.declined import asked_for
from engine.errors import Refusal
from engine.plans import StepPlan
from engine.state import HandOver
from engine.task_kinds import TaskKind
from engine.turns import (
    asking,
    feedback,
    messages,
    recording,
    reports,
    responsibility,
    silence,
    task_lifecycle,
)
from engine.turns.turn import Turn

if TYPE_CHECKING:
    from engine.acts.requests import AcceptHandOver


def see(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = messages.find(turn, ident, agency)
    covering.require(turn, turn.pathway.steps[asked.step], agency, asked.role)
    word = "note" if asked.kind == "notification" else "see"
    messages.send(turn, asked, word, person)
    turn.note(f"{asked.step}.seen")
    reports.acquit_seen(turn, asked)
    turn.stop_clocks_named(f"{ident}:seen", "seen")


def ask_more(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = messages.find(turn, ident, agency)
    covering.require(turn, turn.pathway.steps[asked.step], agency, asked.role)
    messages.send(turn, asked, "ask", person)
    reports.acquit_seen(turn, asked)
    turn.stop_clocks_named(f"{ident}:seen", "asked")
    turn.tell(turn.sender_of(asked), "attention", ident, turn.pathway.label(asked.step))


def accept(turn: Turn, act: AcceptHandOver, agency: str, person: str) -> None:
    """The receiver accepts a request, or answers a consultation. The responsibility moves now if
    the step moves it on acceptance.

    Source: responsibility moves when the receiver accepts, not before (BLUEPRINT, TIATAS).
    """
    asked = messages.find(turn, act.hand_over, agency)
    plan = turn.pathway.steps[asked.step]
    covering.require(turn, plan, agency, asked.role)
    word = "answer" if asked.kind == "consultation" else "accept"
    messages.send(turn, asked, word, person, conditions=act.conditions)
    recording.record(turn, asked.id, plan.answers, act.answers, act.protected)
    _answered(turn, asked, "accepted")
    if asked.kind == "request":
        _agreed(turn, plan, asked)
    messages.settle_step(turn, plan)


def _agreed(turn: Turn, plan: StepPlan, asked: HandOver) -> None:
    """Bind the role to the receiver, and make the receiver responsible if the step moves the
    responsibility on acceptance. Ask for feedback if the step wants it and has no arrival to await.

    A fall-back receiver is bound to the first role of the step as well, in place of that role's
    agency. Barred roles are not bound.
    """
    agency = asked.agency
    for role in asked_for(turn.pathway, asked):
        if turn.state.roles.get(role) != agency and not turn.is_barred_role(role):
            turn.say(f.RoleBound(role=role, agency=agency))
    if messages.moves_when(turn, asked) == "on_acceptance":
        responsibility.move_to(turn, agency, "accepted")
    if plan.step.feedback and not turn.pathway.arrival_steps.get(plan.name):
        feedback.ask_for(turn, turn.state.hand_overs[asked.id])


def decline(turn: Turn, ident: str, agency: str, person: str, reason: str) -> None:
    asked = messages.find(turn, ident, agency)
    task_lifecycle.require_reason(reason)
    messages.send(turn, asked, "decline", person, reason=reason)
    for role in asked_for(turn.pathway, asked):
        if turn.state.roles.get(role) == agency:
            turn.bind(role)  # the next agency that may hold it
    _answered(turn, asked, "declined")
    plan = turn.pathway.steps[asked.step]
    silence.go_on(turn, plan, turn.state.hand_overs[ident], plan.after_no(reason))


def wait_list(turn: Turn, ident: str, agency: str, person: str) -> None:
    """The receiver has no room now: it keeps the request for a time, after which the request counts
    as silent.
    """
    asked = messages.find(turn, ident, agency)
    plan = turn.pathway.steps[asked.step]
    if plan.step.wait_list is None:
        raise Refusal("no_wait_list")
    covering.require(turn, plan, agency, asked.role)
    messages.send(turn, asked, "wait_list", person)
    _answered(turn, asked, "waiting")
    asking.set_period(turn, asked, "waiting", plan.step.wait_list)


def _answered(turn: Turn, asked: HandOver, word: str) -> None:
    """Stop reminding and chasing the receiver, and tell the sender."""
    reports.acquit_seen(turn, asked)
    reports.acquit_answer(turn, asked)
    turn.stop_clocks(asked.id, word)
    for task in turn.state.open_tasks():
        if task.hand_over == asked.id and task.kind is TaskKind.CHASE:
            task_lifecycle.withdraw(turn, task)
    turn.note(f"{asked.step}.{word}")
    turn.tell(turn.sender_of(asked), "answer_received", asked.id, turn.pathway.label(asked.step))


def prepare(turn: Turn, ident: str, agency: str, person: str) -> None:
    asked = messages.find(turn, ident, agency)
    covering.require(turn, turn.pathway.steps[asked.step], agency, asked.role)
    messages.send(turn, asked, "prepare", person)
    turn.tell(turn.sender_of(asked), "answer_received", ident, turn.pathway.label(asked.step))
