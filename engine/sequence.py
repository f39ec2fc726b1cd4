"""The order of a definition: what comes after what by `after`, what is chosen among what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.definition import Definition, Repeat, Stage, Step, Time, walked
from engine.phrases.conditions import Condition, Name, atoms_in
from engine.phrases.syntax import After


class Following(NamedTuple):
    """A stage and all that comes after it, in the order of the definition."""

    stages: tuple[str, ...]
    steps: tuple[str, ...]
    """Theirs, and those of other stages that come after one of these."""
    reopened: tuple[str, ...]
    """Other stages that cannot have ended, because a step that they need is among `steps`."""


def following(definition: Definition, stage: str) -> Following:
    """A choice begins again as a whole."""
    stages, steps, ended = {stage}, set[str](), set[str]()

    def comes_after(after: After) -> bool:
        return any(name in steps or name in ended for name in after.names)

    size = 0
    while size < (size := len(stages) + len(steps) + len(ended)):
        for name, each in definition.stages.items():
            if comes_after(each.after):
                stages.add(name)
            steps |= {s for s, d in each.steps.items() if name in stages or comes_after(d.after)}
            if any(s in steps and not d.may_lack for s, d in each.steps.items()):
                ended.add(name)
        for group in choices_in(definition.stages):
            if stages & {*group}:
                stages |= {*group}
    return Following(
        stages=tuple(name for name in definition.stages if name in stages),
        steps=tuple(s for each in definition.stages.values() for s in each.steps if s in steps),
        reopened=tuple(name for name in definition.stages if name in ended - stages),
    )


def choices_in(parts: Mapping[str, Stage] | Mapping[str, Step]) -> list[tuple[str, ...]]:
    """The names of each choice (`one_of`) among stages, or among the steps of one."""
    groups: dict[str, tuple[str, ...]] = {}
    for name, part in parts.items():
        if part.one_of:
            groups[part.one_of] = (*groups.get(part.one_of, ()), name)
    return list(groups.values())


def goes_by_consents(definition: Definition) -> frozenset[str]:
    """Consents of which something asks how they stand: it may follow when one of them runs out."""
    asked: set[str] = set()
    for _, part in walked(definition):
        match part:
            case Time():
                asked |= part.anchors
            case Repeat():
                asked |= {*part.on}
            case _ if isinstance(part, Condition):
                asked |= {each.text for each in atoms_in(part) if isinstance(each, Name)}
    return frozenset(name.split(".")[1] for name in asked if name.startswith("consent."))
