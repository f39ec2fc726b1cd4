"""Things that a definition declares but never uses, and statutory periods without a source:
notes, not faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.names import Fault, Path
from engine.definition import Definition, Entry, Interrupt, Time, walked
from engine.message import finding

_FOR_PEOPLE = frozenset({"title", "label", "source", "was"})
_LETS = (("to",), ("shows",))
"""Keys of a basis that let somebody know or read, but give nobody anything to do: what only they
name is unused.
"""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DOES = (
    "suspends",
    "bars",
    "withdraws",
    "then",
    "resolved",
    "review",
    "tell",
    "set",
    "alerts_linked",
)


ROOMS = ("roles", "data", "clocks")
"""Sections whose entries have an effect only where something else names them."""


def loose_ends(definition: Definition) -> list[Fault]:
    """A note for each unused field, role and clock of a checked definition, for each interrupt that
    is unused and has no effect of its own, and for each statutory period without a source.
    """
    return [*_unused(definition), *_laws_without_a_name(definition)]


def _unused(definition: Definition) -> Iterator[Fault]:
    used = _used(definition)
    for room in ROOMS:
        for name in getattr(definition, room):
            if name not in used:
                yield Fault((room, name), finding(f"unused.{room}", unused=name), name=True)
    for name, interrupt in definition.interrupts.items():
        if name not in used and not _does_something(interrupt):
            path: Path = ("interrupts", name)
            yield Fault(path, finding("unused.interrupts", unused=name), name=True)


def _does_something(interrupt: Interrupt) -> bool:
    return any(getattr(interrupt, word, None) for word in _DOES)


def _used(definition: Definition) -> set[str]:
    """Every name that is used somewhere other than where it is declared."""
    found: set[str] = set()
    for path, node in walked(definition):
        if path and (path[-1] in _FOR_PEOPLE or (path[0] == "bases" and path[2:3] in _LETS)):
            continue
        if isinstance(node, dict):
            found.update(() if len(path) == 1 else map(str, node))
        elif not isinstance(node, tuple):
            found.update(_NAME.findall(_phrase(node)))
    for name, field in definition.data.items():  # used by the agencies on that side
        if field.binds:
            found.add(name)
    return found


def _phrase(node: object) -> str:
    """A value as text, to be searched for names. Empty for a boolean, and for an entry, whose parts
    are searched one by one.
    """
    return "" if isinstance(node, Entry | bool) else repr(node)


def _laws_without_a_name(definition: Definition) -> Iterator[Fault]:
    for path, node in walked(definition):
        if isinstance(node, Time) and node.kind == "statutory" and node.source is None:
            yield Fault((*path, "kind"), finding("period.no_source"))
