"""A pathway as it is walked: what may be done again is done twice at most.

How often something was done makes a difference only when it may not be done once more, so twice
shows all that follows; a case goes back once, a request has one more receiver, and of a series two
moments are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from pydantic import BaseModel

from engine.definition import Repeat, Series
from engine.pathway import Pathway
from engine.syntax import BackTo, NextReceiver

_TWICE = 2


def shortened(pathway: Pathway) -> Pathway:
    """The same pathway with fewer rounds; every name stays, and so does every place."""
    head = pathway.definition
    changes = {name: _shorter(getattr(head, name)) for name in _SECTIONS}
    return Pathway(head.model_copy(update=changes))


_SECTIONS = ("stages", "interrupts", "consents")


def _shorter(node: Any) -> Any:
    match node:
        case BackTo():
            return replace(node, at_most=1, then=_shorter(node.then))
        case NextReceiver():
            return replace(node, at_most=1)
        case Series():
            return _cut(node)
        case Repeat():
            most, then = min(node.at_most, _TWICE), _shorter(node.then)
            return node.model_copy(update={"at_most": most, "then": then})
        case BaseModel():
            names = type(node).model_fields
            return node.model_copy(update={name: _shorter(getattr(node, name)) for name in names})
        case Mapping():
            return {name: _shorter(each) for name, each in node.items()}
        case tuple() if type(node) is tuple:
            return tuple(map(_shorter, node))
    return node


def _cut(series: Series) -> Series:
    if series.every is None:
        return series.model_copy(update={"at": series.at[:_TWICE]})
    moments = tuple(replace(series.every, amount=n * series.every.amount) for n in (1, _TWICE))
    return series.model_copy(update={"at": moments, "every": None, "lasts": None})
