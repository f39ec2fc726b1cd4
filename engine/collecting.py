"""Which agency collected what is known: it may read it as long as it has a part in the case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.four_eyes import kept_as
from engine.state import HandOver, State
from engine.statuses import RequestStatus

if TYPE_CHECKING:
    from engine.pathway import Pathway

_BEHIND_A_REASON = ("declined", "skipped", "opened", "reopened")
"""Words of acts that are no request's."""


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
    words of a request. Once feedback has closed the request, the sender is one of them no more unless it
    answers for the case. The highest of several fields was collected by whoever collected each of them.
    Words behind a reason (why declined, skipped, reopened) are written to whoever answers for the case.
    What was said of the person as the case opened, and nobody has answered since, the opening agency
    has collected.

    Source: a sender sees until feedback (F37).
    """
    parts = pathway.derived.get(name)
    if parts:
        first, *others = (collectors(pathway, state, each) for each in parts)
        return tuple(each for each in first if all(each in other for other in others))
    by = state.collected.get(name)
    if by is not None:
        return _of_now(state, by, [e for e in state.hand_overs.values() if _both(e) == by])
    word, _, about = name.rpartition(" ")
    task = state.tasks.get(about)
    asked = state.hand_overs.get(task.hand_over if task else about)
    if asked:
        return _both(asked) if word == "feedback" else _of_now(state, _both(asked), [asked])
    field = pathway.definition.data.get(name)
    if field is not None:
        return (state.opened_by,) if field.is_protected else ()
    return (state.responsible,) if (word or name) in _BEHIND_A_REASON else (state.opened_by,)


def _of_now(state: State, by: tuple[str, ...], asked: list[HandOver]) -> tuple[str, ...]:
    """Without the sender whose requests are closed. What no request has brought has one collector."""
    is_over = asked and all(each.status == RequestStatus.CLOSED for each in asked)
    return by[:1] if is_over and by[-1] != state.responsible else by


def _both(asked: HandOver) -> tuple[str, ...]:
    return (asked.agency, asked.sender)
