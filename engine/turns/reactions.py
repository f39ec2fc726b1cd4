"""What follows when something went another way: a case ends, an interrupt rises, a role is told."""

from __future__ import annotations

from engine import facts as f
from engine.errors import Refusal
from engine.machines import move
from engine.state import OPEN_TASK, UNANSWERED
from engine.syntax import End, Interrupt, Reaction, Tell
from engine.turns import interrupts, tasks
from engine.turns.turn import Turn


def react(turn: Turn, reaction: Reaction | None, about: str) -> None:
    """`about` is the step, task or hand-over that it follows from."""
    if turn.state.status != "open":  # an earlier reaction of this turn has closed the case
        return
    match reaction:
        case End(name=name):
            end_case(turn, name)
        case Interrupt(name=name) if name not in turn.state.interrupts:
            interrupts.rise(turn, name, by="")
            follow(turn, name)
        case Tell(role=role):
            label = turn.pathway.label(about.partition(".")[0])
            turn.tell(turn.holder(role), "attention", about, label)
        case _:  # `go on` and `skip` add nothing; `next receiver` is the hand-over's own
            pass


def raise_interrupt(turn: Turn, name: str, agency: str) -> None:
    """An agency raises an interrupt that it may raise."""
    interrupts.require_right(turn, name, agency)
    if name in turn.state.interrupts:
        raise Refusal("raised_already", f"{name} is raised already")
    if not interrupts.may_rise(turn.pathway, turn.state, name):
        raise Refusal("condition", f"{name} cannot be raised as the case stands")
    interrupts.rise(turn, name, by=agency)
    follow(turn, name)


def follow(turn: Turn, interrupt: str) -> None:
    react(turn, turn.pathway.interrupt(interrupt).then, interrupt)


def end_case(turn: Turn, end: str) -> None:
    """Close the case: nothing stays open, nothing is sent that was not sent, all are told."""
    state = turn.state
    touched: dict[str, str] = {}
    for task in state.tasks.values():
        if task.status in OPEN_TASK or task.status == "suspended":
            tasks.withdraw(turn, task)
            touched.setdefault(task.agency, task.id)
    for asked in state.hand_overs.values():
        if asked.status in UNANSWERED or asked.status in ("accepted", "prepared"):
            word = "revoke" if asked.status in UNANSWERED else "close"
            status = move("hand_over", asked.status, word)
            turn.say(f.HandOverMoved(hand_over=asked.id, message=word, status=status))
            touched.setdefault(asked.agency, asked.id)
    turn.say(f.NoticesCancelled())
    for agency, about in touched.items():
        turn.tell(agency, "no_longer_needed", about, turn.pathway.label(about.partition(".")[0]))
    move("case", state.status, "end")
    turn.note("case.ended", turn.now)
    turn.say(f.CaseEnded(end=end, kind=turn.pathway.definition.ends[end]))
