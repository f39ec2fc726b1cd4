"""Travel and arrival: the agency at the destination reports whether the person has come."""

from __future__ import annotations

from engine import facts as f
from engine.errors import Refusal
from engine.plans import StepPlan
from engine.state import HandOver, Task
from engine.statuses import NOT_BEGUN, RequestStatus, StepStatus
from engine.task_kinds import TaskKind
from engine.turns import feedback, messages, responsibility, task_lifecycle
from engine.turns.reactions import react
from engine.turns.turn import Turn
from engine.view import View


def depart(turn: Turn, plan: StepPlan) -> None:
    """Once a travelling step is done, ask the agency at the destination to confirm the arrival.
    Does nothing for a step without an arrival.
    """
    arrival = plan.step.arrival
    if arrival is None:
        return
    asked = _hand_over(turn, arrival.confirmed_by)
    if asked:
        messages.send(turn, asked, "depart", "")
    turn.note(f"{plan.name}.departed")
    task_lifecycle.open_task(
        turn,
        plan.name,
        TaskKind.ARRIVAL,
        asked.role if asked else arrival.confirmed_by,
        due=arrival.within,
        suffix=".arrival",
        hand_over=asked.id if asked else "",
    )


def _hand_over(view: View, role: str) -> HandOver | None:
    """The last accepted request to the role, or to a fall-back in its place, for which nobody has
    set out yet; None if there is none.
    """
    steps = view.pathway.steps
    agreed = [
        each
        for each in view.state.hand_overs.values()
        if each.status in NOT_BEGUN and role in (each.role, steps[each.step].receiver)
    ]
    return agreed[-1] if agreed else None


def _find(view: View, ident: str, agency: str) -> Task:
    task = task_lifecycle.find(view, ident, agency)
    if task.kind is not TaskKind.ARRIVAL:
        raise Refusal("not_an_arrival", task=ident)
    return task


def confirm(turn: Turn, ident: str, agency: str, person: str) -> None:
    """Record that the person has arrived. If the responsibility moves on arrival, it moves now.

    Raises:
        Refusal: as in `task_lifecycle.find`; `not_an_arrival`.
    """
    task = _find(turn, ident, agency)
    task_lifecycle.finish(turn, task, person, "arrived")
    plan = turn.pathway.steps[task.step]
    turn.note(f"{plan.name}.arrived")
    asked = turn.state.hand_overs.get(task.hand_over)
    if asked:
        messages.send(turn, asked, "arrive", person)
        offered = turn.pathway.steps[asked.step]
        if messages.moves_when(turn, asked) == "on_arrival":
            responsibility.move_to(turn, agency, "arrived")
        if offered.step.feedback:
            feedback.ask_for(turn, turn.state.hand_overs[asked.id])
    turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
    turn.note(f"{plan.name}.done")


def report_no_show(turn: Turn, ident: str, agency: str) -> None:
    task = _find(turn, ident, agency)
    if f"{task.step}.missed" in turn.state.moments:
        raise Refusal("reported_already")
    missed(turn, task)


def missed(turn: Turn, task: Task) -> None:
    """Record that the person has not arrived, and follow what the step says for a no-show. The
    task stays open, because the person may still come. Does nothing if a no-show was recorded
    before.
    """
    plan = turn.pathway.steps[task.step]
    asked = turn.state.hand_overs.get(task.hand_over)
    if f"{plan.name}.missed" in turn.state.moments:
        return
    if asked and asked.status == RequestStatus.DEPARTED:
        messages.send(turn, asked, "no_show", "")
    turn.note(f"{plan.name}.missed", turn.as_of)
    if plan.step.arrival:
        react(turn, plan.step.arrival.missing, task.id)
