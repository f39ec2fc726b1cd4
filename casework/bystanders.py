"""What bystanders, who see Prefect, are not to read: which agency is a place to stay, and a quiet end.

Source: the address of a shelter is safety data, and so is whose case went there (D4, D21).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from casework.shown import CaseStatus, EndKind, StoryLine
from engine.agencies.registry import Registry
from engine.message import Message
from engine.pathway import Pathway
from engine.quiet import is_quiet
from engine.state import State
from engine.translation import words

CLOSED = "Closed"
"""In place of an end that is `quiet`."""


def named(registry: Registry, agency: str) -> str:
    """Its code, or what it is and where, if the registry keeps its code out: `Shelter in GH`."""
    known = registry.by_code.get(agency)
    if known is None or not known.unnamed:
        return agency
    return f"{words(known.roles[0])} in {known.country}"


def as_told(registry: Registry, lines: Iterable[StoryLine]) -> list[StoryLine]:
    """Lines of a story without the codes that are kept out."""
    hidden = {each.code for each in registry.agencies if each.unnamed}
    if not hidden:
        return list(lines)
    return [replace(line, said=_without(registry, hidden, line.said)) for line in lines]


def _without(registry: Registry, hidden: set[str], said: Message) -> Message:
    values = {name: _value(registry, hidden, each) for name, each in said.values.items()}
    return Message(said.code, values)


def _value(registry: Registry, hidden: set[str], value: object) -> object:
    match value:
        case str():
            return named(registry, value) if value in hidden else value
        case Message():
            return _without(registry, hidden, value)
        case tuple():
            return tuple(_value(registry, hidden, each) for each in value)
    return value


def without_quiet_end(pathway: Pathway, state: State, status: CaseStatus) -> CaseStatus:
    """The status of a case, with no word of an end that is quiet."""
    if not is_quiet(pathway, state.end):
        return status
    end = CLOSED if status.end is not None else None
    return replace(status, end=end, known_end=CLOSED, end_kind=EndKind.NEUTRAL)
