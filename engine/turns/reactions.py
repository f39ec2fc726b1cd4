"""Reactions: a case ends or goes back, an interrupt is raised, somebody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.acts.reason_lists import ALARM_REASONS
from engine.errors import Refusal
from engine.phrases.syntax import BackTo, EndCase, RaiseInterrupt, Reaction, Tell
from engine.statuses import CasePhase
from engine.turns import ending, hindsight, interrupting, returning
from engine.turns.turn import Turn

if TYPE_CHECKING:
    from engine.acts.interrupts import Raise, Resolve


def react(turn: Turn, reaction: Reaction | None, about: str, *, of_the_case: bool = False) -> None:
    """Apply a reaction, if there is one and the case is still open. `about` is the stage, step,
    task, hand-over or interrupt that caused it.

    Args:
        of_the_case: whether the reaction concerns the whole case, not just the stage of `about`.
    """
    if turn.state.status != CasePhase.OPEN:  # an earlier reaction of this turn has closed the case
        return
    match reaction:
        case EndCase(name=name):
            ending.end_case(turn, name, "" if of_the_case else about)
        case RaiseInterrupt(name=name) if name not in turn.state.interrupts:
            interrupting.rise(turn, name, by="")
            follow(turn, name)
        case BackTo(stage=stage, at_most=at_most, then=then):
            if not returning.go_back(turn, stage, at_most):
                react(turn, then, about)
        case Tell(role=role):
            label = turn.pathway.label(about.partition(".")[0])
            turn.tell(turn.addressee(role), "attention", about, label)
        case _:  # `go on` and `skip` add nothing; `next receiver` is the hand-over's own
            pass


def raise_interrupt(turn: Turn, act: Raise, agency: str, person: str) -> None:
    """Raise an interrupt for an agency, and apply what follows it.

    Raises:
        Refusal: as in `interrupting.require_right`; `unknown_reason`, `raised_already`, or
            `condition` if its `when` does not hold.

    Source: an override needs a role and a reason (D3).
    """
    name = act.interrupt
    interrupting.require_right(turn, name, agency)
    if act.reason not in (ALARM_REASONS if name in turn.pathway.alarms else ("", *ALARM_REASONS)):
        raise Refusal("unknown_reason", reasons=ALARM_REASONS)
    if name in turn.state.interrupts:
        raise Refusal("raised_already", interrupt=name)
    state = hindsight.as_of(turn.state, turn.report.at) if turn.report else turn.state
    if not interrupting.may_rise(turn.pathway, state, name):
        raise Refusal("condition.of_interrupt", interrupt=name)
    interrupting.rise(turn, name, by=agency, reason=act.reason)
    follow(turn, name)


def resolve_interrupt(turn: Turn, act: Resolve, agency: str, person: str) -> None:
    """Resolve an interrupt, and apply what follows its outcome."""
    interrupting.resolve(turn, act.interrupt, agency, person, act.outcome)
    react(turn, turn.pathway.interrupt(act.interrupt).resolved.get(act.outcome), act.interrupt)


def follow(turn: Turn, interrupt: str) -> None:
    react(turn, turn.pathway.interrupt(interrupt).then, interrupt, of_the_case=True)
