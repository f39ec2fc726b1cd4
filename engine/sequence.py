"""The order of a definition: what follows what through `after`, and which parts are
alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.definition import Definition, Repeat, Stage, Step, Time, walked
from engine.phrases.conditions import Condition
from engine.phrases.syntax import After
from engine.phrases.vocabulary import ValueType, names_in


class Following(NamedTuple):
    """A stage and everything after it, in the order of the definition."""

    stages: tuple[str, ...]
    steps: tuple[str, ...]
    """The steps of these stages, and any steps of other stages that follow these stages or steps,
    directly or not.
    """
    reopened: tuple[str, ...]
    """Other stages that can no longer count as ended, because they contain one of `steps` that is
    required.
    """


def following(definition: Definition, stage: str) -> Following:
    """A stage and what follows it. A choice among stages is included as a whole."""
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


def stages_before(definition: Definition, stage: str) -> tuple[str, ...]:
    """The stages that a stage follows, directly or not, through stages or steps."""
    of_steps = {step: name for name, each in definition.stages.items() for step in each.steps}
    found = [stage]
    for name in found:
        after = (of_steps.get(each, each) for each in definition.stages[name].after.names)
        found += [each for each in dict.fromkeys(after) if each not in found]
    return tuple(found[1:])


def choices_in(parts: Mapping[str, Stage] | Mapping[str, Step]) -> list[tuple[str, ...]]:
    """The names in each choice (`one_of`) among stages, or among the steps of one stage."""
    groups: dict[str, tuple[str, ...]] = {}
    for name, part in parts.items():
        if part.one_of:
            groups[part.one_of] = (*groups.get(part.one_of, ()), name)
    return list(groups.values())


def goes_by_consents(definition: Definition, vocabulary: Mapping[str, ValueType]) -> frozenset[str]:
    """Consents whose status is read, so that something may follow when one of them expires."""
    asked: set[str] = set()
    for _, part in walked(definition):
        match part:
            case Time():
                asked |= part.anchors
            case Repeat():
                asked |= {*part.on}
            case _ if isinstance(part, Condition):
                asked |= {name for name, _ in names_in(part, vocabulary)}
    return frozenset(name.split(".")[1] for name in asked if name.startswith("consent."))


def asked_again(
    definition: Definition, vocabulary: Mapping[str, ValueType]
) -> dict[str, tuple[str, ...]]:
    """By step with a `not_before`: the names in its `when` whose value may change through time
    alone, if any.

    Manual steps are left out, and so are the options of a choice: each option is decided at once,
    so that the next one can be decided.
    """
    found: dict[str, tuple[str, ...]] = {}
    for stage in definition.stages.values():
        for name, step in stage.steps.items():
            if step.when is None or not step.not_before or step.one_of or step.manual:
                continue
            asked = [each for each, _ in names_in(step.when, vocabulary) if is_of_time(each)]
            if asked:
                found[name] = tuple(dict.fromkeys(asked))
    return found


def is_of_time(name: str) -> bool:
    """Whether the value of a name may change through time alone, without anybody acting."""
    room, _, rest = name.partition(".")
    return (room, rest.rpartition(".")[2]) in _OF_TIME


_OF_TIME = frozenset(
    {("step", "overdue"), ("hand_over", "late"), ("clock", "reached"), ("clock", "running")}
)
