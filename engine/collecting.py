"""Which agency collected what is known: it may read it as long as it has a part in the case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.four_eyes import kept_as
from engine.state import HandOver, State

if TYPE_CHECKING:
    from engine.pathway import Pathway


def collected_with(state: State, about: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Who has collected what, once those answers are recorded. Whoever answers again takes it over.

    Args:
        about: the task, or the request in which it was answered.
        names: fields.
    """
    task = state.tasks.get(about)
    by = (task.agency,) if task else _both(state.hand_overs[about])
    return {**state.collected, **{kept_as(task, name): by for name in names}}


def collectors(pathway: Pathway, state: State, name: str) -> tuple[str, ...]:
    """The agencies that collected what is stored under a name.

    What a receiver answers is written to the sender, so both have collected it, and so it is with the
    words of a request. The highest of several fields was collected by whoever collected each of them.
    """
    parts = pathway.derived.get(name)
    if parts:
        first, *others = (collectors(pathway, state, each) for each in parts)
        return tuple(each for each in first if all(each in other for other in others))
    by = state.collected.get(name)
    if by is not None:
        return by
    about = name.rpartition(" ")[2]
    task = state.tasks.get(about)
    asked = state.hand_overs.get(task.hand_over if task else about)
    return _both(asked) if asked else ()


def _both(asked: HandOver) -> tuple[str, ...]:
    return (asked.agency, asked.sender)
