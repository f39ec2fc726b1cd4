"""Takes an entry of a definition apart."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel


def parts_of(node: object) -> Iterator[object]:
    """Yields the values in an entry, a mapping or a tuple; nothing for anything else."""
    if isinstance(node, BaseModel):
        yield from (getattr(node, name) for name in type(node).model_fields)
    elif isinstance(node, dict):
        yield from node.values()
    elif isinstance(node, tuple):
        yield from node
