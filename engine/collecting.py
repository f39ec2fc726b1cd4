"""Which agencies collected an answer, and so may read it as long as they take part in the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.four_eyes import kept_as
from engine.state import HandOver, State
from engine.statuses import RequestStatus
from engine.words_beside import WordsBeside, are_beside

if TYPE_CHECKING:
    from engine.pathway import Pathway


def collected_with(state: State, about: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What `State.collected` becomes once some answers are recorded. Whoever answers a field again
    becomes its collector.

    Args:
        about: the task or request in which the fields were answered.
        names: the fields that were answered.
    """
    task = state.tasks.get(about)
    by = (task.agency,) if task else (*_both(state.hand_overs[about]), about)
    return {**state.collected, **{kept_as(task, name): by for name in names}}


def collectors(pathway: Pathway, state: State, name: str) -> tuple[str, ...]:
    """The agencies that collected what is stored under a name.

    What the receiver of a request answers is addressed to the sender, so both have collected it.
    The same goes for the words of the request. Once the request is closed, the sender no longer
    counts unless it is responsible for the case; for the feedback, both still count.

    A value that is the highest of several fields was collected by the agencies that collected all
    of them. Free text beside a reason (why something was declined, skipped, opened or reopened) is
    addressed to the responsible agency. Why an alarm was raised is also addressed to the agencies
    that have a task to confirm or end it. A protected answer given when the case opened counts as
    collected by the opening agency until somebody answers it again. An open answer for which nobody
    is recorded has no collector.

    Source: a sender sees until feedback (F37).
    """
    parts = pathway.derived.get(name)
    if parts:
        first, *others = (collectors(pathway, state, each) for each in parts)
        return tuple(each for each in first if all(each in other for other in others))
    by = state.collected.get(name)
    if by is not None:
        return _of_now(state, state.hand_overs[by[-1]]) if len(by) > 1 else by
    word, _, about = name.rpartition(" ")
    task = state.tasks.get(about)
    asked = state.hand_overs.get(task.hand_over if task else about)
    if asked:
        return _both(asked) if word == WordsBeside.FEEDBACK else _of_now(state, asked)
    field = pathway.definition.data.get(name)
    if field is not None:
        return (state.opened_by,) if field.is_protected else ()
    if word == WordsBeside.RAISED:
        return (state.responsible, *_looking_at(pathway, state, about))
    return (state.responsible,) if are_beside(name) else (state.opened_by,)


def _looking_at(pathway: Pathway, state: State, alarm: str) -> Iterator[str]:
    """The agencies that have an open task to confirm or end an alarm."""
    steps = pathway.alarms.get(alarm, ())
    return (each for task in state.open_tasks() if task.step in steps for each in task.agencies)


def _of_now(state: State, asked: HandOver) -> tuple[str, ...]:
    """The agencies that count as collectors of what a request brought: the receiver, and the sender
    until the request is closed. A sender that is responsible for the case always counts.
    """
    is_over = asked.status == RequestStatus.CLOSED and asked.sender != state.responsible
    return (asked.agency,) if is_over else _both(asked)


def _both(asked: HandOver) -> tuple[str, ...]:
    return (asked.agency, asked.sender)
