"""Named clocks that begin again with a round: by them something in it is due.

A named clock stands when a case goes back. But one that is counted from what begins again, and by which
a task or an answer of the new round is due, would have that late on arrival.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from engine import facts as f
from engine.definition.times import moments_of
from engine.pathway import Pathway
from engine.statuses import TaskStatus
from engine.turns.turn import Turn


def renew(turn: Turn, gone: Collection[str], steps: Iterable[str]) -> None:
    """Forget the named clocks that begin again when these stages and steps are forgotten.

    Args:
        gone: the stages and steps; or the consent that was answered, as `consent.NAME`.
        steps: all steps of the round, also those that had not opened.
    """
    pathway = turn.pathway
    from_gone = {name for name in pathway.definition.clocks if _is_from(pathway, name, gone)}
    names = tuple(filter(from_gone.__contains__, due_by(pathway, steps))) if from_gone else ()
    if names:
        turn.say(f.ClocksForgotten(names=names))


def renew_by_answer(turn: Turn, consent: str) -> None:
    """The same when the person has answered for the first time in a new round: an answer of before stood
    until then.
    """
    step, state = turn.pathway.consent_steps[consent].name, turn.state
    done = [
        task
        for task in state.tasks.values()
        if task.step == step and task.status == TaskStatus.DONE and state.is_of_now(task.id)
    ]
    if state.runs_before.get(step) and len(done) == 1:
        plans = turn.pathway.steps.values()
        again = [plan.name for plan in plans if plan.stage in state.rounds]
        renew(turn, {f"consent.{consent}"}, again)


def due_by(pathway: Pathway, steps: Iterable[str]) -> tuple[str, ...]:
    """The named clocks by which something in the steps is due, and those from which these are counted."""
    clocks, found = pathway.definition.clocks, list[str]()
    waiting = [name for step in steps for name in _owed(pathway, step)]
    while waiting:
        name = waiting.pop()
        if name in clocks and name not in found:
            found.append(name)
            waiting.extend(clocks[name].anchors)
    return tuple(sorted(found))


def _owed(pathway: Pathway, step: str) -> Iterator[str]:
    """What the periods of a step are counted from by which somebody must have done something."""
    for path, moment in moments_of(pathway.steps[step].step):
        if moment.anchor and path[0] != "not_before":
            yield moment.anchor


def _is_from(pathway: Pathway, name: str, gone: Collection[str]) -> bool:
    """It is counted from a moment of what is forgotten, or from a named clock that is."""
    clocks = pathway.definition.clocks
    return any(
        each.rpartition(".")[0] in gone or (each in clocks and _is_from(pathway, each, gone))
        for each in clocks[name].anchors
    )
