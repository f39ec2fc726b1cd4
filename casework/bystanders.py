"""Hides two things from bystanders, such as the people who see Prefect: which agency is a shelter,
and how a case ended if that end is `quiet`.

Source: the address of a shelter is safety data, and so is the fact that a person's case went there
(D4, D21).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from casework.impersonal import CaseStatus, EndKind, StoryLine
from engine.agencies.registry import Registry
from engine.message import Message, Say, message
from engine.pathway import Pathway
from engine.quiet import is_quiet
from engine.state import State
from engine.translation import words

CLOSED = message("drawn.closed")
"""Shown in place of an end that is `quiet`."""


def named(registry: Registry, agency: str) -> str:
    """An agency's code or, if the registry keeps the code out of sight, its kind and country: `Shelter
    in GH`.
    """
    known = registry.by_code.get(agency)
    if known is None or not known.unnamed:
        return agency
    return f"{words(known.roles[0])} in {known.country}"


def as_told(registry: Registry, lines: Iterable[StoryLine]) -> list[StoryLine]:
    """Lines of a story without the codes that bystanders must not read."""
    names = {each.code: named(registry, each.code) for each in registry.agencies if each.unnamed}
    if not names:
        return list(lines)
    return [replace(line, said=with_names(line.said, names)) for line in lines]


def with_names(said: Message, names: Mapping[str, str]) -> Message:
    """A message with the codes of agencies replaced by other names."""
    return Message(said.code, {key: _value(names, each) for key, each in said.values.items()})


def _value(names: Mapping[str, str], value: object) -> object:
    match value:
        case str():
            return names.get(value, value)
        case Message():
            return with_names(value, names)
        case tuple():
            return tuple(_value(names, each) for each in value)
    return value


def without_quiet_end(
    pathway: Pathway, state: State, status: CaseStatus, spoken: Say
) -> CaseStatus:
    """The status of a case. If the case's end is quiet, `CLOSED` is shown in place of the end, and
    the end counts as neutral.
    """
    if not is_quiet(pathway, state.end):
        return status
    end = spoken(CLOSED) if status.end is not None else None
    return replace(status, end=end, known_end=spoken(CLOSED), end_kind=EndKind.NEUTRAL)
