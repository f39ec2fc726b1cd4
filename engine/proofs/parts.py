"""Gives what an entry of a definition consists of."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel


def parts_of(node: object) -> Iterator[object]:
    """The values in an entry, a mapping or a tuple; for anything else, yields nothing."""
    if isinstance(node, BaseModel):
        yield from (getattr(node, name) for name in type(node).model_fields)
    elif isinstance(node, dict):
        yield from node.values()
    elif isinstance(node, tuple):
        yield from node
