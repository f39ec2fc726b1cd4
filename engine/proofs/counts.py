"""A pathway as it is walked: how often something may be done again is not counted.

Where something is done again, or the case goes back, a walk looks at both: that it is done once more,
and that it has been done so often as may be. What is counted then tells no situations apart. Of a
series two moments are looked at.
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
"""More often than any way of a walk does something again; what would never end, as a vote whose
last day is over before it begins, is over after so many times as it is in a case."""
_MOMENTS = 2


def once_more(pathway: Pathway) -> Pathway:
    """The same pathway, in which everything may be done again as often as a walk may come to it."""
    return _with_counts(pathway, _OFTEN)


def no_more(pathway: Pathway) -> Pathway:
    """The same pathway, in which everything has been done as often as it may."""
    return _with_counts(pathway, 0)


def is_again(before: State, after: State) -> bool:
    """Something was done again between the two that is counted."""
    if before.returns is not after.returns or before.rounds is not after.rounds:
        return True
    return before.runs is not after.runs and any(
        after.runs_now(step) > before.runs_now(step) > 0
        for step, runs in before.runs.items()
        if after.runs[step] > runs
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
