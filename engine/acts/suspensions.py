"""Records in an agency's open cases that the agency is suspended or reinstated."""

from __future__ import annotations

from typing import ClassVar

from engine.acts.act import Act, Rule
from engine.facts import Fact
from engine.message import Message, message
from engine.state import State
from engine.turns.turn import Turn

__all__ = ["Suspend"]


class AgencySuspended(Fact, frozen=True, tag="agency_suspended"):
    """An agency is suspended: it is told, shown and given nothing from now on. If `lifted`, its
    suspension ends instead.
    """

    agency: str
    lifted: bool = False
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return state

    def story(self) -> Message:
        how = "lifted" if self.lifted else "suspended"
        return message(f"log.agency.{how}", agency=self.agency)


def _suspend(turn: Turn, act: Suspend, agency: str, person: str) -> None:
    """Record the suspension, or that it was lifted.

    The responsible agency is told what a suspended agency still has to do, so that it can give that
    work to others; the work does not move by itself. Nobody is told if the suspension was lifted, or
    if the responsible agency is the one suspended.
    """
    turn.say(AgencySuspended(agency=act.agency, lifted=act.lifted))
    responsible = turn.state.responsible
    if act.lifted or act.agency == responsible:
        return
    waiting = [
        (task.id, task.step) for task in turn.state.open_tasks() if task.agency == act.agency
    ]
    waiting += [
        (asked.id, asked.step)
        for asked in turn.state.open_hand_overs()
        if asked.agency == act.agency
    ]
    for ident, step in waiting:
        turn.tell(responsible, "attention", ident, turn.pathway.label(step))


class Suspend(Act, frozen=True, tag="suspend"):
    """An operator or coordinator suspends an agency, or lifts its suspension."""

    agency: str
    lifted: bool = False

    rule: ClassVar = Rule(_suspend, unasked=True)
    dated: ClassVar = False
