"""Finds what every case answers again before something reads it, so that earlier answers make no
difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.definition import Stage, Step
from engine.pathway import Pathway
from engine.phrases.conditions import And, Compare, Condition, Name
from engine.phrases.syntax import EndCase, RaiseInterrupt
from engine.plans import StepPlan

Asked = frozenset[str]


class Beforehand(msgspec.Struct, frozen=True):
    """What is certain to be answered before each step or stage, and in which steps."""

    first: dict[str, frozenset[str]]
    """By step or stage, the steps that must be done before it opens."""
    fields: dict[str, Asked]
    """By step, the fields that are answered whenever it is done; see `own_fields`."""
    consents: dict[str, Asked]
    """By step, the consent that it asks for, if any."""


def beforehand_of(pathway: Pathway) -> Beforehand:
    """Find what is certain to be answered, given a pathway's order, conditions and forms."""
    before: dict[str, frozenset[str]] = {}
    for name in (*pathway.stages, *pathway.steps):
        _find_before(pathway, name, before)
    steps = pathway.steps.values()
    return Beforehand(
        first={
            name: frozenset(
                each
                for each in found
                if _is_sure(pathway, each, name) or _has_the_same_condition(pathway, each, name)
            )
            for name, found in before.items()
        },
        fields={plan.name: own_fields(plan) for plan in steps},
        consents={plan.name: frozenset(filter(None, (plan.step.consent,))) for plan in steps},
    )


def own_fields(plan: StepPlan) -> Asked:
    """The fields that are answered whenever a step is done or, if the step sends a request, whenever
    the request is accepted.
    """
    form = plan.answers if plan.step.hand_over else plan.form
    return frozenset(each.name for each in form if each.required and each.when is None)


def _is_sure(pathway: Pathway, step: str, reader: str, *, alike: bool = False) -> bool:
    """Whether `step`, which must be settled before `reader` opens, can be settled only by being
    done.

    If both are in the same stage, it does not matter whether the stage may be skipped, because then
    neither opens.

    Args:
        alike: whether the reader has the same condition as the step, or a stricter one.
    """
    plan, other = pathway.steps[step], pathway.steps.get(reader)
    stage = pathway.stages[plan.stage].stage
    together = other is not None and other.stage == plan.stage
    closes = plan.step.due is not None and plan.step.due.closes
    of_its_own = closes or plan.optional or plan.needs or plan.step.hand_over or plan.step.series
    return (
        not of_its_own
        and (alike or not _may_pass(pathway, plan.step))
        and (together or not _may_pass(pathway, stage))
        and not stage.enough
    )


def _has_the_same_condition(pathway: Pathway, step: str, reader: str) -> bool:
    """Whether a step is done whenever the reader opens, because the reader has the same condition
    or a stricter one.
    """
    plan, other = pathway.steps[step], pathway.steps.get(reader)
    if other is None or other.stage != plan.stage or not (plan.step.when and other.step.when):
        return False
    return _is_sure(pathway, step, reader, alike=True) and _parts(plan.step.when) <= _parts(
        other.step.when
    )


def _parts(condition: Condition) -> set[str]:
    return set(map(str, condition.parts if isinstance(condition, And) else (condition,)))


def _may_pass(pathway: Pathway, part: Step | Stage) -> bool:
    """Whether a step or stage may be stopped or skipped while the case goes on."""
    if part.stops_when or part.one_of:
        return True
    follows = part.otherwise
    if isinstance(follows, RaiseInterrupt):
        follows = pathway.interrupt(follows.name).then
    return part.when is not None and not isinstance(follows, EndCase)


def steps_done(part: Condition) -> Iterator[str]:
    """The step that this part of a condition requires to be done, or whose request it requires to
    be accepted or answered, if any.
    """
    match part:
        case Name(text=text):
            head, _, rest = text.partition(".")
            step, _, word = rest.partition(".")
            if (head, word) in (
                ("step", "done"),
                ("hand_over", "accepted"),
                ("hand_over", "answered"),
            ):
                yield step
        case Compare(left=Name(text=text), operator="="):
            head, _, step = text.partition(".")
            if head == "decision":
                yield step


def _find_before(pathway: Pathway, name: str, found: dict[str, frozenset[str]]) -> frozenset[str]:
    """The steps that a step or stage certainly follows, directly or not."""
    if name in found:
        return found[name]
    found[name] = frozenset()  # a cycle has been refused earlier
    plan = pathway.steps.get(name)
    after = plan.step.after if plan else pathway.stages[name].stage.after
    before: set[str] = set(_find_before(pathway, plan.stage, found)) if plan else set()
    for each in after.names if not after.least else ():
        steps = (each,) if each in pathway.steps else pathway.stages[each].steps
        for step in steps:
            before |= {step, *_find_before(pathway, step, found)}
    found[name] = frozenset(before)
    return found[name]
