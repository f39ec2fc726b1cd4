"""Who could give what a part of a case waits for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.message import Message, finding
from engine.pathway import Pathway
from engine.phrases.vocabulary import ANSWERED
from engine.plans import StepPlan


def from_whom(pathway: Pathway, awaited: list[str]) -> Message:
    """The steps in which what is awaited could be given, each with its roles; says nothing if there
    are none.
    """
    steps = dict.fromkeys(step for name in awaited for step in _steps(pathway, name))
    if not steps:
        return finding("stuck.from_nobody")
    return finding("stuck.from", givers=tuple(_giver(pathway.steps[each]) for each in steps))


def _giver(plan: StepPlan) -> Message:
    step = plan.step
    roles = step.by or (step.panel.members if step.panel else ()) or plan.receivers
    return finding("stuck.giver", step=plan.name, roles=tuple(roles))


def _steps(pathway: Pathway, name: str) -> Iterator[str]:
    """The steps that lead to a value, a moment, a consent or the settling of a part."""
    field = pathway.definition.data.get(name.removesuffix(ANSWERED))
    if field is not None:
        of = (name.removesuffix(ANSWERED), *field.highest_of)
        for plan in pathway.steps.values():
            if any(item.name in of for item in (*plan.step.form, *plan.step.answers)):
                yield plan.name
        return
    for word in name.split("."):
        if word in pathway.steps:
            yield word
    room, _, about = name.partition(".")
    if room == "consent":
        consent = about.partition(".")[0]
        yield from (each.name for each in pathway.steps.values() if each.step.consent == consent)
