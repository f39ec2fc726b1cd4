"""Repetition in a walk: how often something was repeated is not counted.

Where something repeats or the case goes back, the walk tries both continuations: one more round,
and the limit reached. Counters then never distinguish situations. Of a series, two moments are
examined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from pydantic import BaseModel

from engine.definition import Repeat, Series
from engine.pathway import Pathway
from engine.phrases.syntax import BackTo, NextReceiver
from engine.state import State

_OFTEN = 100
"""More repetitions than any path of a walk contains, with one exception: a vote whose last day
precedes its start is over at once in each round, so it is repeated this often, the most that a
pathway may allow.
"""
_MOMENTS = 2
"""How many moments of a series are examined at most."""


def once_more(pathway: Pathway) -> Pathway:
    """A copy of the pathway with limits so high that a walk never reaches them."""
    return _with_counts(pathway, _OFTEN)


def no_more(pathway: Pathway) -> Pathway:
    """A copy of the pathway with every limit already reached."""
    return _with_counts(pathway, 0)


def counted_steps(pathway: Pathway) -> frozenset[str]:
    """Steps with a limit on how often they are repeated or on how many receivers are asked.

    A consent that is asked for again, or the next moment of a series, has no limit of its own.
    """
    steps = pathway.steps.values()
    return frozenset(plan.name for plan in steps if plan.step.repeat or plan.step.hand_over)


def is_again(before: State, after: State, steps: frozenset[str]) -> bool:
    """Whether a counted repetition happened between two states, or parts of the case started again.

    Args:
        steps: the steps whose repetitions are counted.
    """
    if before.returns is not after.returns or before.rounds is not after.rounds:
        return True
    return before.runs is not after.runs and any(
        after.runs_now(step) > before.runs_now(step) > 0
        for step, runs in before.runs.items()
        if after.runs[step] > runs and step in steps
    )


def _with_counts(pathway: Pathway, most: int) -> Pathway:
    head = pathway.definition
    sections = ("stages", "interrupts", "consents")
    return Pathway(
        head.model_copy(update={name: _counted(getattr(head, name), most) for name in sections})
    )


def _counted(node: Any, most: int) -> Any:
    match node:
        case BackTo():
            return replace(node, at_most=most, then=_counted(node.then, most))
        case NextReceiver():
            return replace(node, at_most=most)
        case Series():
            return _cut(node)
        case Repeat():
            then = _counted(node.then, most)
            # The first time is counted too.
            return node.model_copy(update={"at_most": most + 1, "then": then})
        case BaseModel():
            names = type(node).model_fields
            changes = {name: _counted(getattr(node, name), most) for name in names}
            return node.model_copy(update=changes)
        case Mapping():
            return {name: _counted(each, most) for name, each in node.items()}
        case tuple() if type(node) is tuple:
            return tuple(_counted(each, most) for each in node)
    return node


def _cut(series: Series) -> Series:
    if series.every is None:
        return series.model_copy(update={"at": series.at[:_MOMENTS]})
    numbers = range(1, _MOMENTS + 1)
    moments = tuple(replace(series.every, amount=n * series.every.amount) for n in numbers)
    return series.model_copy(update={"at": moments, "every": None, "lasts": None})
