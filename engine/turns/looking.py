"""Who may read what is known of the person: who needs it now, and only what they need."""

from __future__ import annotations

from engine import facts as f
from engine.commands import Look
from engine.errors import Refusal
from engine.four_eyes import field_of, seat_of
from engine.state import Answer, Task, TaskKind
from engine.turns import covering
from engine.turns.showing import shown_to_member
from engine.turns.turn import Turn


def look(turn: Turn, act: Look, agency: str, person: str) -> None:
    """The responsible agency sees all of it, another one what the forms of its open tasks ask for.

    That it was seen is a fact like any other, so nobody looks unrecorded.
    """
    seen = act.known
    if act.hand_over:
        _require_part(turn, act.hand_over, agency)
    else:
        if agency != turn.state.responsible and not _own_tasks(turn, agency):
            raise Refusal("not_allowed", "your agency has no open task in this case")
        seen = readable(turn, act.known, agency)
    turn.say(f.IdentitySeen(agency=agency, by=person, fields=seen))


def _require_part(turn: Turn, hand_over: str, agency: str) -> None:
    """What may be seen of a request was decided where it is shown; it is for its two agencies."""
    asked = turn.state.hand_overs.get(hand_over)
    if asked is None or agency not in (asked.sender, asked.agency):
        raise Refusal("not_yours", "this belongs to other agencies")


def readable(turn: Turn, known: tuple[str, ...], agency: str) -> tuple[str, ...]:
    """Of what is known, what an agency may read now."""
    if agency == turn.state.responsible:
        return known
    own = [task for task in _own_tasks(turn, agency) if covering.may_read(turn, task, agency)]
    asked = {name for task in own for name in _needed(turn, task)}
    return tuple(name for name in known if field_of(turn.state, name) in asked)


def open_answers(turn: Turn, agency: str) -> dict[str, Answer]:
    """What is no secret, and is shown to the agency for a vote that it has."""
    state = turn.state
    plans = [(turn.pathway.steps.get(task.step), task) for task in _own_tasks(turn, agency)]
    shown = [
        name
        for plan, task in plans
        if plan and task.kind is TaskKind.VOTE and covering.may_read(turn, task, agency)
        for name in shown_to_member(turn, plan, seat_of(task))
    ]
    return {name: state.data[name] for name in shown if name in state.data}


def _own_tasks(turn: Turn, agency: str) -> list[Task]:
    return [task for task in turn.state.open_tasks() if agency in task.agencies]


def _needed(turn: Turn, task: Task) -> set[str]:
    pathway = turn.pathway
    plan = pathway.steps.get(task.step)
    if plan is None or plan.step.panel is None:
        return {field.name for field in pathway.form_of(task)}
    return set(shown_to_member(turn, plan, seat_of(task)))
