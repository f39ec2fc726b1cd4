"""Restarts named clocks when a new round begins, if something in the round is due by them.

Named clocks normally survive when a case goes back. But work of the new round that is due by a
clock counted from a restarted part would be late as soon as it opens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from engine import facts as f
from engine.definition.times import moments_of
from engine.pathway import Pathway
from engine.statuses import TaskStatus
from engine.turns.turn import Turn


def renew(turn: Turn, gone: Collection[str], steps: Iterable[str]) -> None:
    """Forget the named clocks that must restart when these stages and steps do.

    Args:
        gone: the stages and steps, or the consent that was answered, as `consent.NAME`.
        steps: all steps of the round, including those that had not opened.
    """
    pathway = turn.pathway
    from_gone = {name for name in pathway.definition.clocks if _is_from(pathway, name, gone)}
    names = tuple(filter(from_gone.__contains__, due_by(pathway, steps))) if from_gone else ()
    if names:
        turn.say(f.ClocksForgotten(names=names))


def renew_by_answer(turn: Turn, consent: str, step: str) -> None:
    """Forget the named clocks that must restart when a consent is answered for the first time in a
    new round, in this step; until then the earlier answer applied.
    """
    state, asking = turn.state, {plan.name for plan in turn.pathway.consent_steps[consent]}
    answered = [
        task.step
        for task in state.tasks.values()
        if task.step in asking
        and state.runs_before.get(task.step)
        and task.status == TaskStatus.DONE
        and state.is_of_now(task.id)
    ]
    if answered == [step]:
        plans = turn.pathway.steps.values()
        again = [plan.name for plan in plans if plan.stage in state.rounds]
        renew(turn, {f"consent.{consent}"}, again)


def due_by(pathway: Pathway, steps: Iterable[str]) -> tuple[str, ...]:
    """The named clocks by which something in the steps is due, and the named clocks that these are
    counted from.
    """
    clocks, found = pathway.definition.clocks, list[str]()
    waiting = [name for step in steps for name in _owed(pathway, step)]
    while waiting:
        name = waiting.pop()
        if name in clocks and name not in found:
            found.append(name)
            waiting.extend(clocks[name].anchors)
    return tuple(sorted(found))


def _owed(pathway: Pathway, step: str) -> Iterator[str]:
    """The anchors of a step's deadlines."""
    for path, moment in moments_of(pathway.steps[step].step):
        if moment.anchor and path[0] != "not_before":
            yield moment.anchor


def _is_from(pathway: Pathway, name: str, gone: Collection[str]) -> bool:
    """Whether a named clock is counted from something that restarts, directly or through another
    named clock.
    """
    clocks = pathway.definition.clocks
    return any(
        each.rpartition(".")[0] in gone or (each in clocks and _is_from(pathway, each, gone))
        for each in clocks[name].anchors
    )
